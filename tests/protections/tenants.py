"""Tenants: each protection, and how it is taken away."""

from tests.protections.removal import Removal

REMOVALS = (
    Removal(
        "Another's shop, thing or event",
        "connector/connections/connection.py",
        "        raise ForeignShop(f\"This connection is for {', '.join(self.shops)}, not for"
        ' {name!r}.")',
        "        return name",
        ("test_a_shop_of_others_is_to_each_route_as_one_that_is_not_there",),
    ),
    Removal(
        "Logs, budgets and hooks are each connection's own",
        "connector/connections/connection.py",
        "        return key_id_of(self.api_key)\n",
        '        return key_id_of("")\n',
        ("test_connections_have_logs_budgets_and_hooks_of_their_own",),
    ),
    Removal(
        "A database of another key is refused",
        "connector/connections/ownership.py",
        "        if self._key_id is not None and owner not in (None, self._key_id):\n",
        "        if False:\n",
        (
            "test_a_database_is_its_first_keys_and_refused_to_another",
            "test_nothing_starts_on_the_database_of_another_key",
        ),
    ),
    Removal(
        "A hook gets no event of a shop that is not its own",
        "connector/delivery/fanout.py",
        "        if record.shop not in (shops if hook.shop is None else (hook.shop,)):\n"
        "            return False\n",
        "",
        (
            "test_an_event_of_a_shop_that_is_not_the_connections_goes_to_none_of_its_hooks",
            "test_each_hook_gets_what_it_asked_for_and_nothing_else",
        ),
    ),
    Removal(
        "A key that is made up leaves nothing",
        "connector/verification/admission.py",
        "                self._verification.verify_first(connection, shop)\n",
        "                self._verification.verify(connection, shop)\n",
        (
            "test_a_key_that_is_made_up_is_asked_about_once_and_writes_nothing",
            "test_what_returngo_refuses_leaves_nothing_and_is_asked_again_after_minutes",
        ),
    ),
    Removal(
        "Keys that are not known are tried ten from an address",
        "connector/verification/admission.py",
        "                self._check_tries(address)\n",
        "",
        (
            "test_an_address_with_too_many_made_up_keys_is_told_to_wait",
            "test_only_so_many_unknown_keys_are_tried_from_all_addresses",
        ),
    ),
    Removal(
        "Keys that are not known are tried ten from an address",
        "connector/verification/admission.py",
        "                if not is_taken:\n",
        "                if False:\n",
        ("test_only_so_many_unknown_keys_are_tried_at_a_time",),
    ),
    Removal(
        "A key that ReturnGO refuses from now on",
        "connector/verification/admission.py",
        "        if not now - TRIED_EVERY < accepted_at <= furthest(now, timedelta()):\n",
        "        if False:\n",
        ("test_a_key_that_is_refused_from_now_on_is_shut_out_by_the_next_day",),
    ),
    Removal(
        "A key that ReturnGO refuses from now on",
        "connector/web/operations.py",
        "            verify_own_key()\n",
        "",
        ("test_hooks_are_there_for_a_key_that_was_accepted_in_the_last_five_minutes",),
    ),
    Removal(
        "What no good key of a caller has asked for",
        "connector/retention/streams.py",
        "_IS_BROUGHT & _unasked(now - KNOWN_FOR)",
        "_IS_BROUGHT & _unasked(now - self.keeps)",
        ("test_what_was_read_with_a_callers_own_key_goes_after_30_days",),
    ),
    Removal(
        "What no good key of a caller has asked for",
        "connector/retention/calls.py",
        "                & (verification.c.checked_at < now - KNOWN_FOR),\n",
        "                & (verification.c.checked_at < until),\n",
        ("test_that_a_callers_own_key_was_accepted_is_kept_for_as_long_as_it_is_known",),
    ),
    Removal(
        "What no good key of a caller has asked for",
        "connector/delivery/reading/lapsing.py",
        "                end(database, hook_id, now, WHY)\n",
        "                pass\n",
        ("test_a_hook_ends_whose_key_was_refused_for_30_days",),
    ),
)
