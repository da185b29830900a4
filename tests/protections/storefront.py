"""The storefront: each protection, and how it is taken away."""

from tests.protections.removal import Removal

FINDING = "connector/storefront/finding.py"
SIGNATURE = "connector/storefront/signature.py"
OWN = "A customer sees their own returns"
TOLD = "What a shop's page shows holds nothing"
COST = "A crawler at the shop's page costs no call"

REMOVALS = (
    Removal(
        OWN,
        SIGNATURE,
        '    if not hmac.compare_digest(expected, given[0].encode(errors="surrogatepass")):\n',
        "    if False:\n",
        ("test_no_parameter_can_be_changed",),
    ),
    Removal(
        OWN,
        SIGNATURE,
        '    if abs(now.timestamp() - int(own["timestamp"])) > REPLAY_WINDOW.total_seconds():\n',
        "    if False:\n",
        ("test_a_request_of_before_is_not_taken_again",),
    ),
    Removal(
        OWN,
        FINDING,
        '        if all(each["rma_id"] != rma_id for each in theirs):\n',
        "        if False:\n",
        ("test_another_customers_return_is_not_found",),
    ),
    Removal(
        OWN,
        FINDING,
        "find_summaries(returngo, MOST_RETURNS, customer_id=customer_id)",
        "find_summaries(returngo, MOST_RETURNS)",
        ("test_a_customer_sees_their_own_returns_and_nobody_elses",),
    ),
    Removal(
        TOLD,
        "connector/storefront/told.py",
        '        **_some(shown, OF_RETURN),\n        "items"',
        '        **shown,\n        "items"',
        ("test_a_return_is_told_without_what_is_said_inside",),
    ),
    Removal(
        COST,
        "connector/storefront/finding.py",
        "            a_day=settings.storefront_calls,\n",
        "            a_day=None,\n",
        ("test_a_thousand_customers_cost_a_hundred_calls_at_most",),
    ),
)
