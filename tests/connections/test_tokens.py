from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from connector.connections import Scope
from connector.connections.tokens import USE_NOTED_EVERY, Tokens
from connector.store import Store
from connector.store.tables import token
from tests.conftest import opened
from tests.stand_ins import HandClock


@pytest.fixture
def tokens(each_store: Store, clock: HandClock) -> Tokens:
    return Tokens(each_store, clock)


@pytest.fixture
def elsewhere(each_database_url: str, clock: HandClock) -> Iterator[Tokens]:
    """What another process has."""
    for store in opened(each_database_url):
        yield Tokens(store, clock)


def test_a_token_is_found_by_itself_alone(tokens: Tokens):
    made = tokens.add("operator", "ledger", [Scope.READ, Scope.HOOKS], shops=("a.example.com",))
    found = tokens.find(made.text)

    assert found is not None
    assert (found.id, found.name) == (made.token.id, "ledger")
    assert found.scopes == {Scope.READ, Scope.HOOKS}
    assert found.shops == ("a.example.com",)
    for other in ("", made.text[:-1], f"{made.text} ", made.text.lower(), made.token.prefix, "é"):
        assert tokens.find(other) is None


def test_nothing_of_a_token_is_kept_but_its_beginning(tokens: Tokens, each_store: Store):
    made = tokens.add("operator", "ledger", [Scope.READ])
    with each_store.read() as database:
        row = str(database.execute(select(token)).one())

    assert made.text not in row
    assert made.text[len(made.token.prefix) :] not in row
    assert made.token.prefix in row
    assert made.text not in repr(made)


def test_every_token_is_another(tokens: Tokens):
    made = {tokens.add("operator", "same", [Scope.READ]).text for _ in range(20)}
    assert len(made) == 20
    assert min(map(len, made)) >= 40


def test_a_revoked_token_is_refused_at_once_in_every_process(tokens: Tokens, elsewhere: Tokens):
    made = tokens.add("operator", "ledger", [Scope.READ])
    assert tokens.find(made.text)
    assert elsewhere.find(made.text)

    assert tokens.revoke(made.token.id)

    assert tokens.find(made.text) is None
    assert elsewhere.find(made.text) is None
    assert not tokens.revoke(made.token.id)


def test_a_new_token_is_good_at_once_where_it_was_tried_before(tokens: Tokens, elsewhere: Tokens):
    assert elsewhere.find("rgo_not-yet") is None
    made = tokens.add("operator", "ledger", [Scope.READ])
    assert elsewhere.find(made.text)


def test_a_token_that_is_used_again_costs_no_statement(store: Store, clock: HandClock):
    tokens = Tokens(store, clock)
    made = tokens.add("operator", "ledger", [Scope.READ])
    for _ in range(2):  # the first notes the use, which is a change
        tokens.find(made.text)
    statements: list[str] = []
    event.listen(
        store.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: statements.append(statement),
    )
    for _ in range(10):
        assert tokens.find(made.text)

    assert [each for each in statements if "token" in each] == []


def test_the_last_use_is_noted_now_and_then(tokens: Tokens, clock: HandClock):
    made = tokens.add("operator", "ledger", [Scope.READ])
    assert made.token.used_at is None
    first = clock.now()
    for wait in (timedelta(), USE_NOTED_EVERY / 2):
        clock.advance(wait)
        tokens.find(made.text)
    assert [each.used_at for each in tokens.all()] == [first]

    clock.advance(USE_NOTED_EVERY)
    tokens.find(made.text)
    tokens.add("operator", "another", [Scope.READ])  # what was remembered is looked up anew
    tokens.find(made.text)
    assert tokens.all()[0].used_at == clock.now()


def test_tokens_are_listed_by_connection(tokens: Tokens):
    for connection, name in (("operator", "a"), ("kept-1", "b"), ("operator", "c")):
        tokens.add(connection, name, [Scope.READ])

    assert {each.name for each in tokens.all()} == {"a", "b", "c"}
    assert {each.name for each in tokens.all("operator")} == {"a", "c"}
