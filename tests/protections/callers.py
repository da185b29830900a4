"""Who may do what: each protection, and how it is taken away."""

from tests.protections.removal import Removal

REMOVALS = (
    Removal(
        "Nothing is answered, and nothing called",
        "connector/connections/connections.py",
        "        if found is None or connection is None:\n",
        "        if found is None and self._operator is not None:\n"
        "            return Access(self._operator)\n"
        "        if found is None or connection is None:\n",
        (
            "test_without_the_right_token_nothing_is_answered_and_nothing_is_called",
            "test_an_unknown_token_learns_nothing_of_any_route",
        ),
    ),
    Removal(
        "A token does what its scopes say",
        "connector/web/operations.py",
        "            if operation.scope is not None:\n",
        "            if False:\n",
        ("test_a_token_may_do_what_its_scope_says_and_nothing_else",),
    ),
    Removal(
        "A token does what its scopes say",
        "connector/web/actions.py",
        "scope=Scope.ANY_CALL if action.makes_any_call else Scope.ACT,",
        "scope=Scope.READ,",
        ("test_every_operation_that_acts_needs_the_scope",),
    ),
    Removal(
        "What ReturnGO sent, and the bank accounts",
        "connector/web/operations.py",
        '            if call.get("raw"):\n',
        "            if False:\n",
        ("test_what_returngo_sent_is_shown_to_a_token_for_it_alone",),
    ),
    Removal(
        "What ReturnGO sent, and the bank accounts",
        "connector/blocks/block.py",
        "        if not raw:\n            self._withhold_guarded(shown)\n",
        "",
        (
            "test_a_guarded_field_is_shown_where_what_returngo_sent_is",
            "test_a_guarded_field_of_each_line_is_withheld",
        ),
    ),
    Removal(
        "What ReturnGO sent, and the bank accounts",
        "connector/idempotency/__init__.py",
        "claim.answer if raw else action.without_raw(claim.answer)",
        "claim.answer",
        ("test_a_repetition_without_raw_withholds_what_is_guarded",),
    ),
    Removal(
        "No workflow reads or moves the bridge's webhooks",
        "actions/api_request.py",
        'call["path"].lower().startswith(WEBHOOKS)',
        "False",
        ("test_no_block_reads_or_moves_the_bridges_own_webhooks",),
    ),
    Removal(
        "A token for some shops is for no other",
        "connector/connections/connections.py",
        "        if found.shops is not None:\n",
        "        if False:\n",
        (
            "test_a_token_for_one_shop_sees_and_changes_that_shop_alone",
            "test_a_token_for_one_shop_subscribes_to_it_and_sees_its_hooks_alone",
        ),
    ),
    Removal(
        "A hook is its token's",
        "connector/delivery/hooks/hooks.py",
        "    if only is not None and hook.owner not in (None, only):\n",
        "    if False:\n",
        ("test_a_hook_is_there_for_the_token_that_made_it_alone",),
    ),
    Removal(
        "A revoked token is refused in every process",
        "connector/connections/remembered.py",
        "remembered is not None and remembered[0] == stamp",
        "remembered is not None",
        ("test_a_revoked_token_is_refused_at_once_in_every_process",),
    ),
    Removal(
        "A revoked token is refused in every process",
        "connector/bridge.py",
        ", also=partial(end_hooks, owner=token.id))",
        ", also=partial(end_hooks, owner=''))",
        ("test_the_hooks_of_a_token_end_with_it",),
    ),
    Removal(
        "An address that tries ten wrong tokens",
        "connector/connections/wrong_tries.py",
        "            if len(found.digests) >= self._most:\n                return True\n",
        "",
        (
            "test_an_address_with_too_many_wrong_tokens_is_told_to_wait",
            "test_an_address_has_ten_tries_in_ten_minutes",
        ),
    ),
    Removal(
        "One token cannot spend the calls of the others",
        "connector/budget/allowances.py",
        "    .where(_OWN, not_(_IS_DAY_SPENT), not_(_IS_MINUTE_SPENT))\n",
        "    .where(_OWN)\n",
        (
            "test_a_token_is_refused_when_its_calls_are_used_up_and_told_when_it_goes_on",
            "test_the_limits_hold_among_processes_that_ask_at_once",
        ),
    ),
    Removal(
        "One token cannot spend the calls of the others",
        "connector/budget/purpose.py",
        "Purpose.LOOKING_UP: 2,",
        "Purpose.LOOKING_UP: 0,",
        ("test_what_only_looks_leaves_the_last_tenth_of_the_day_to_actions",),
    ),
    Removal(
        "An answer that is repeated is shown to no one else",
        "connector/web/last_answers.py",
        "question = (bridge().store, connection.id, connection.shops, request.path, query)",
        "question = (bridge().store, request.path, query)",
        ("test_who_has_another_connection_or_other_shops_is_answered_for_himself",),
    ),
    Removal(
        "An answer that is repeated is shown to no one else",
        "connector/web/operations.py",
        '            if call.get("raw"):\n',
        "            if False:\n",
        ("test_who_may_not_see_what_returngo_sent_is_not_shown_what_another_was",),
    ),
    Removal(
        "Only the operator uses the page",
        "connector/page/pages.py",
        "request.endpoint in sign_in.OPEN or sign_in.is_signed_in()",
        "True",
        ("test_who_is_not_signed_in_does_nothing",),
    ),
    Removal(
        "Only the operator uses the page",
        "connector/page/pages.py",
        "        WTF_CSRF_TIME_LIMIT=None,",
        "        WTF_CSRF_ENABLED=False,\n        WTF_CSRF_TIME_LIMIT=None,",
        ("test_a_form_that_did_not_come_from_the_page_changes_nothing",),
    ),
    Removal(
        "Only the operator uses the page",
        "connector/page/sign_in.py",
        "        tries.note(address, presented)\n",
        "",
        (
            "test_too_many_wrong_passwords_shut_an_address_out_for_some_minutes",
            "test_too_many_wrong_secrets_shut_an_address_out_of_setting_up",
        ),
    ),
    Removal(
        "What was done, by whom, stands in a record",
        "connector/web/context.py",
        "    return Doer(access().name, request_id())\n",
        '    return Doer("a caller", request_id())\n',
        ("test_a_deed_stands_under_the_name_of_its_token_and_of_its_request",),
    ),
    Removal(
        "What was done, by whom, stands in a record",
        "connector/web/context.py",
        "    bridge().deeds.note(doer(), name, connection=caller().id, about=about)\n",
        "",
        ("test_what_is_done_to_hooks_is_recorded",),
    ),
)
