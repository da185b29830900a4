"""Outward: each protection, and how it is taken away."""

from tests.protections.removal import Removal

POSTGRESQL = "connector/store/postgresql.py"
TARGETS = "connector/delivery/http/targets.py"
TRANSPORT = "connector/returngo/transport.py"
ENGINE = "        url, pool_size=kept,"
URL = '        __import__("sqlalchemy").make_url(url)'
LIBPQ = "libpq does it; what is taken away is that its settings come to it"

REMOVALS = (
    Removal(
        "The key goes to ReturnGO alone, by https",
        TRANSPORT,
        "allow_redirects=False,",
        "allow_redirects=True,",
        ("test_a_redirect_is_not_followed_so_that_no_other_host_gets_the_key",),
    ),
    Removal(
        "The key goes to ReturnGO alone, by https",
        "connector/config/loading.py",
        '    if address.scheme != "https" and not is_local:\n',
        "    if False:\n",
        ("test_the_key_goes_nowhere_in_clear",),
    ),
    Removal(
        "What goes to a PostgreSQL server is encrypted",
        POSTGRESQL,
        ENGINE,
        f'{URL}.update_query_dict({{"sslmode": "disable"}}), pool_size=kept,',
        ("test_every_connection_to_a_server_whose_authority_is_named_is_encrypted",),
        because=LIBPQ,
    ),
    Removal(
        "What goes to a PostgreSQL server is encrypted",
        POSTGRESQL,
        ENGINE,
        f'{URL}.difference_update_query(["sslmode", "sslrootcert"]), pool_size=kept,',
        (
            "test_a_server_that_another_authority_vouches_for_is_refused_at_the_start",
            "test_a_server_of_another_name_than_its_certificates_is_refused",
        ),
        because=LIBPQ,
    ),
    Removal(
        "Nothing in the environment leads a call elsewhere",
        TRANSPORT,
        "        self._session.trust_env = False\n",
        "",
        ("test_the_environment_names_no_proxy_and_no_password",),
        because="for hooks, urllib3's pools never look at the environment: there is nothing to take"
        " away",
    ),
    Removal(
        "A hook reaches the public internet alone (SSRF)",
        "connector/delivery/http/guard.py",
        "    vet(addresses, rules, is_encrypted=is_encrypted)\n",
        "",
        ("test_nothing_is_sent_to_a_hostile_url",),
    ),
    Removal(
        "A hook reaches the public internet alone (SSRF)",
        "connector/delivery/http/guard.py",
        "sock.connect((str(address), connection.port))",
        "sock.connect((str(resolve(connection.host, remaining())[0]), connection.port))",
        ("test_what_was_looked_at_is_what_is_connected_to",),
    ),
    Removal(
        "A hook reaches the public internet alone (SSRF)",
        "connector/delivery/http/sender.py",
        "            redirect=False,\n            retries=False,\n",
        "            redirect=True,\n            retries=3,\n",
        ("test_a_redirect_is_not_followed",),
    ),
    Removal(
        "A hook goes to the ports that web servers have",
        TARGETS,
        "    if port not in rules.ports and not rules.allow_local:\n",
        "    if False:\n",
        (
            "test_a_target_is_on_a_port_that_is_accepted",
            "test_nothing_is_sent_to_a_port_that_is_not_accepted_any_more",
            "test_a_target_is_on_a_port_that_the_operator_accepts",
        ),
    ),
    Removal(
        "Tests of hooks neither knock",
        "connector/delivery/http/trials.py",
        "            if before is not None and before <= now < before + EVERY:\n",
        "            if False:\n",
        ("test_a_hook_is_tested_once_in_ten_seconds",),
    ),
    Removal(
        "Tests of hooks neither knock",
        "connector/delivery/http/trials.py",
        "            if not is_taken:\n",
        "            if False:\n",
        ("test_eight_hooks_are_tested_at_a_time",),
    ),
    Removal(
        "A target can tell our messages from others",
        "connector/delivery/http/signature.py",
        "Webhook(secret).sign(message_id, moment, text)",
        'Webhook(secret).sign(message_id, moment, "")',
        ("test_the_package_of_the_specification_verifies_it",),
        because="that a changed message fails is seen by the receiver, with the specification's own"
        " package",
    ),
    Removal(
        "What needs attention is told to the operator's address alone",
        "connector/alarms/alarms.py",
        "signed_headers(message, self._clock.now(), content, [self._secret])",
        '{"webhook-id": message}',
        ("test_an_alarm_is_signed_and_says_what_to_do_and_nothing_personal",),
    ),
    Removal(
        "What needs attention is told to the operator's address alone",
        TARGETS,
        "(is_encrypted and (rules.allow_internal or is_public(address)))",
        "(rules.allow_internal or (is_encrypted and is_public(address)))",
        ("test_the_operators_address_may_be_inside_but_not_in_clear",),
    ),
    Removal(
        "What needs attention is told to the operator's address alone",
        "connector/config/settings.py",
        r'''r"https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/]"''',
        '''r"https?://"''',
        ("test_alarms_go_nowhere_in_clear",),
    ),
    Removal(
        "What needs attention is told to the operator's address alone",
        "connector/config/settings.py",
        "        fields.String(validate=signing_secret),\n",
        "        fields.String(),\n",
        ("test_alarms_are_signed_with_a_secret_that_cannot_be_guessed",),
    ),
    Removal(
        "What needs attention is told once, however many workers",
        "connector/alarms/register.py",
        ".values(due_at=now + LEASE, tries=alarm.c.tries + 1)",
        ".values(due_at=now, tries=alarm.c.tries + 1)",
        ("test_one_worker_of_several_is_given_what_is_to_be_told",),
    ),
    Removal(
        "What needs attention is told once, however many workers",
        "connector/alarms/register.py",
        "                database.execute(update(alarm).where(_same(row)).values(due_at=None))\n",
        "                self.put_off(row, self._clock.now())\n",
        ("test_what_needs_attention_is_told_as_it_begins_and_as_it_is_over",),
    ),
    Removal(
        "What needs attention is told once, however many workers",
        "connector/alarms/alarms.py",
        "            self._register.put_off(row, again)\n",
        "            self._register.told(row)\n",
        ("test_what_is_not_taken_is_tried_again_under_the_same_id",),
    ),
    Removal(
        "A huge, slow or broken answer of ReturnGO",
        TRANSPORT,
        "                    if len(body) > LARGEST_ANSWER:\n",
        "                    if False:\n",
        ("test_a_huge_answer_is_cut_off",),
    ),
    Removal(
        "A huge, slow or broken answer of ReturnGO",
        TRANSPORT,
        "                    if self._clock.now() > deadline:\n",
        "                    if False:\n",
        ("test_a_trickle_does_not_outlive_the_deadline",),
    ),
)
