"""Assumptions that no read settles, and what would."""

ONLY_A_WRITE = "Only a write would show it, and doctor does not write."

UNASKED = {
    "status-body": ONLY_A_WRITE,
    "transaction-body": ONLY_A_WRITE,
    "comment-verbatim": ONLY_A_WRITE,
    "tracker-again": ONLY_A_WRITE,
    "open-list-is-whole": "Only a return that is left out of the list would show it.",
    "policies-body": ONLY_A_WRITE,
    "create-answer": ONLY_A_WRITE,
    "tracker-body": ONLY_A_WRITE,
    "webhook-body": ONLY_A_WRITE,
    "webhook-ids": "Only a webhook that arrives would show it.",
    "five-a-second": "Only calls that come too fast would show it; doctor makes none on purpose.",
    "day-is-utc": "Only a day whose calls are spent would show it.",
}
