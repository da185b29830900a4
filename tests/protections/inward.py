"""Inward: each protection, and how it is taken away."""

from tests.protections.removal import Removal

LISTENING = "connector/cli/listening.py"

REMOVALS = (
    Removal(
        "Nothing that a webhook says is believed",
        "connector/inbound/payload.py",
        'document.get("eventName") if isinstance(document, Mapping) else None',
        'document.get("eventName")',
        ("test_garbage_does_no_harm",),
        because="of a payload nothing is read but the event's name and ids: there is no protection"
        " that keeps a status out, for none comes in",
    ),
    Removal(
        "An inbound address that others may know is renewed",
        "connector/inbound/inboxes.py",
        "or_(inbox.c.digest == digest, inbox.c.former == digest)",
        "or_(inbox.c.digest == digest)",
        (
            "test_an_address_is_renewed_without_a_gap_in_every_process",
            "test_a_renewal_that_was_cut_off_goes_on_and_takes_both_addresses_until_then",
        ),
    ),
    Removal(
        "Bad input is answered with a problem",
        "connector/web/problems.py",
        "    app.register_error_handler(Exception, _crash)\n",
        "",
        ("test_an_error_of_our_own_is_a_500_problem_that_tells_nothing",),
    ),
    Removal(
        "Bad input is answered with a problem",
        "connector/web/problems.py",
        "    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,\n",
        "",
        ("test_every_answer_is_documented",),
    ),
    Removal(
        "A browser loads and frames nothing of an answer",
        "connector/web/guarding.py",
        "        headers.add(POLICY, _of_docs(response) if _is_page(response) else INERT)\n",
        "",
        ("test_what_is_no_page_loads_nothing_and_is_framed_by_nobody",),
    ),
    Removal(
        "A browser loads and frames nothing of an answer",
        "connector/web/guarding.py",
        '        headers.add("Cache-Control", "no-store")',
        "        pass",
        ("test_an_answer_to_one_caller_is_kept_by_nobody",),
    ),
    Removal(
        "A browser loads and frames nothing of an answer",
        "connector/page/pages.py",
        "    response.headers.update(HEADERS)\n",
        "",
        ("test_every_answer_keeps_others_out_of_the_page",),
    ),
    Removal(
        "A slow client holds no thread of the bridge",
        LISTENING,
        "    if beyond and not settings.proxies:\n",
        "    if False:\n",
        ("test_an_address_that_others_reach_needs_a_proxy_and_its_name",),
    ),
    Removal(
        "A slow client holds no thread of the bridge",
        LISTENING,
        "    handed_over = listen_fds(unset_environment=False)\n",
        "    handed_over = 0\n",
        ("test_a_socket_of_systemd_counts_instead_of_the_host",),
    ),
    Removal(
        "A slow client holds no thread of the bridge",
        "deploy/nginx/returngo-connector.conf",
        "hold up nothing but nginx.\n        proxy_request_buffering on;",
        "hold up nothing but nginx.\n        proxy_request_buffering off;",
        ("test_clients_that_are_slow_hold_up_a_proxy_and_not_the_bridge",),
        because="the proxy does it, as its configuration says",
    ),
    Removal(
        "Callers who come all at once",
        "connector/store/database.py",
        "        self._turns = Turns(connections - ASIDE) if is_server else None\n",
        "        self._turns = None\n",
        ("test_who_finds_no_connection_in_time_is_told_so",),
    ),
    Removal(
        "Callers who come all at once",
        "connector/store/database.py",
        "        self.engine = open_engine(url, connections)\n",
        "        connections = 1000\n        self.engine = open_engine(url, connections)\n",
        ("test_a_hundred_callers_share_the_few_connections_that_a_server_allows",),
        because="the pool of connections has the limit, too: taken away together",
    ),
    Removal(
        "Callers who come all at once",
        "connector/store/turns.py",
        "self._waiting.popleft().set()",
        "self._waiting.pop().set()",
        ("test_who_came_first_has_the_first_turn",),
    ),
    Removal(
        "A bridge that is overrun, or whose database hangs",
        "connector/cli/web_process.py",
        "pool = self._of_health if _asks_for_health(conn.sock) else self.tpool",
        "pool = self.tpool",
        ("test_healthz_answers_while_all_threads_wait_and_more_are_wanted",),
    ),
    Removal(
        "No answer names the bridge by what a request says",
        "connector/web/application.py",
        '        environ.pop("HTTP_HOST", None)\n        if assembled.public_url is not None:\n',
        "        if False:\n",
        ("test_no_answer_follows_a_forged_host",),
    ),
    Removal(
        "No answer names the bridge by what a request says",
        "connector/cli/web_server.py",
        '            "forwarded_allow_ips": "",\n            "forwarder_headers": "",\n'
        '            "secure_scheme_headers": {},\n',
        "",
        ("test_a_request_says_neither_what_its_path_is_nor_how_it_came",),
    ),
    Removal(
        "No answer names the bridge by what a request says",
        LISTENING,
        "    if settings.public_url is None and (beyond or settings.proxies):\n",
        "    if False:\n",
        ("test_a_proxy_before_this_machine_needs_its_name",),
    ),
)
