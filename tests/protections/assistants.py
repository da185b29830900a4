"""Assistants: each protection, and how it is taken away."""

from tests.protections.removal import Removal

REMOVALS = (
    Removal(
        "An assistant may what its token may",
        "connector/web/operations.py",
        "            if operation.scope is not None:\n",
        "            if False:\n",
        ("test_a_token_that_only_reads_searches_and_changes_nothing",),
    ),
    Removal(
        "An assistant may what its token may",
        "connector/assistants/block_tool.py",
        'self.described["confirms"] and sent.pop(CONFIRM, None) is not True:',
        "sent.pop(CONFIRM, None) is False:",
        ("test_what_records_money_waits_for_a_persons_word",),
    ),
    Removal(
        "An assistant may what its token may",
        "connector/assistants/bridge_calls.py",
        "        if call.key is not None:\n",
        "        if False:\n",
        ("test_the_same_action_asked_twice_is_done_once",),
    ),
    Removal(
        "No web page reaches the assistants' server",
        "connector/assistants/http.py",
        "TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)",
        "TransportSecuritySettings(enable_dns_rebinding_protection=False)",
        (
            "test_a_name_that_was_made_to_point_here_is_not_answered",
            "test_pages_of_others_may_not_call_it",
        ),
    ),
)
