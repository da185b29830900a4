from datetime import timedelta

import pytest
from sqlalchemy import event

from connector.config import Settings, load
from connector.connections import (
    Connection,
    ConnectionRefused,
    Connections,
    ForeignShop,
    NoSuchConnection,
    NotRecognised,
    Scope,
    new_connection,
)
from connector.connections.access import ALL_SCOPES
from connector.connections.connections import OPERATOR
from connector.store import Store, Vault
from tests.stand_ins import HandClock

KEY = "planted-api-key"
TOKEN = "planted-token"
DEMO, OUTLET = "demo.myshopify.com", "outlet.myshopify.com"


@pytest.fixture
def settings() -> Settings:
    return load(
        {
            "RETURNGO_API_KEY": KEY,
            "RETURNGO_SHOPS": f"{DEMO},{OUTLET}",
            "BRIDGE_TOKEN": TOKEN,
            "ALLOW_RETURNGO_KEYS": "true",
            "SECRET_KEY": "a secret only for tests",
            "RETURNGO_BASE_URL": "http://127.0.0.1:8081",
        }
    )


@pytest.fixture
def connections(settings: Settings, store: Store, vault: Vault, clock: HandClock) -> Connections:
    return Connections(settings, store, vault, clock)


def test_the_token_opens_the_operators_key_and_shops(connections: Connections):
    access = connections.by_token(TOKEN)
    connection = access.connection

    assert access.scopes == ALL_SCOPES
    assert connection.api_key == KEY
    assert connection.shops == (DEMO, OUTLET)
    assert connection.label == f"{DEMO} and 1 more"


@pytest.mark.parametrize("token", ["", "planted-toke", f"{TOKEN} ", TOKEN.upper(), "é", KEY])
def test_another_token_opens_nothing(connections: Connections, token: str):
    with pytest.raises(NotRecognised) as error:
        connections.by_token(token)
    assert TOKEN not in str(error.value)
    assert KEY not in str(error.value)


def test_no_token_opens_a_bridge_that_keeps_no_key(store: Store, vault: Vault):
    bridge = Connections(load({"SECRET_KEY": "s" * 32}), store, vault)

    with pytest.raises(NotRecognised, match="keeps no ReturnGO key yet"):
        bridge.by_token("")
    with pytest.raises(NoSuchConnection, match="RETURNGO_API_KEY is missing"):
        bridge.named(None)


def test_a_callers_own_key_is_for_the_shop_it_names(connections: Connections):
    connection = connections.by_key("own-key", DEMO)

    assert connection.api_key == "own-key"
    assert connection.shops == (DEMO,)
    assert connection.label == DEMO


def test_a_callers_shop_may_name_a_portal_which_stays_as_it_is(connections: Connections):
    connection = connections.by_key("own-key", "Demo.MyShopify.com@EU Returns")

    assert connection.shops == (f"{DEMO}@EU Returns",)


def test_a_callers_own_key_is_refused_unless_the_operator_allows_it(store: Store, vault: Vault):
    closed = Connections(
        load(
            {
                "RETURNGO_API_KEY": KEY,
                "RETURNGO_SHOPS": DEMO,
                "BRIDGE_TOKEN": TOKEN,
                "SECRET_KEY": "a secret only for tests",
                "RETURNGO_BASE_URL": "http://127.0.0.1:8081",
            }
        ),
        store,
        vault,
    )

    with pytest.raises(NotRecognised):
        closed.by_key("own-key", DEMO)


@pytest.mark.parametrize(
    ("key", "shop"),
    [
        ("", DEMO),
        ("own key", DEMO),
        ("own\r\nkey", DEMO),
        ("ówn-key", DEMO),
        ("own-key", ""),
        ("own-key", "de\nmo.myshopify.com"),
        ("own-key", "demo.myshopify.com@Por\ntal"),
        ("own-key", "demo.myshopify.com@"),
    ],
)
def test_headers_that_no_call_could_carry_are_refused_at_once(
    connections: Connections, key: str, shop: str
):
    with pytest.raises(NotRecognised) as error:
        connections.by_key(key, shop)
    assert "own" not in str(error.value)


@pytest.mark.parametrize("shop", ["demo", f" https://{DEMO}/admin ", f"{DEMO.upper()}\n"])
def test_a_shop_is_the_same_however_it_is_written(
    connections: Connections, connection: Connection, shop: str
):
    assert connections.by_key("own-key\n", shop).shops == (DEMO,)
    assert connection.shop(shop) == DEMO
    assert connection.shops_for(shop) == (DEMO,)


def test_keys_have_logs_of_their_own_but_the_same_key_one_budget(connections: Connections):
    operator = connections.by_token(TOKEN).connection
    same, other = connections.by_key(KEY, DEMO), connections.by_key("own-key", DEMO)

    assert operator.key_id == same.key_id != other.key_id
    assert len({operator.id, same.id, other.id}) == 3


def test_a_key_keeps_its_names(connections: Connections):
    # Rows are stored under these names: another derivation would lose every log and count.
    connection = connections.by_key("own-key", DEMO)

    assert connection.id == "key-97aed5f116cc4b0ebb003dc6b4613644"
    assert connection.key_id == connection.id.removeprefix("key-")
    assert connections.by_token(TOKEN).connection.id == "operator"


def test_no_name_tells_the_key(connections: Connections):
    connection = connections.by_token(TOKEN).connection

    assert KEY not in connection.id + connection.key_id + connection.label
    assert KEY not in repr(connection)
    assert KEY not in repr(connections)


@pytest.mark.two_shops
def test_a_call_without_a_shop_is_about_the_first(connection: Connection):
    assert connection.shop(None) == DEMO
    assert connection.shop(OUTLET) == OUTLET


@pytest.mark.two_shops
def test_a_trigger_without_a_shop_looks_at_all(connection: Connection):
    assert connection.shops_for(None) == (DEMO, OUTLET)
    assert connection.shops_for(OUTLET) == (OUTLET,)


@pytest.mark.parametrize("name", ["other.myshopify.com", "", f"{DEMO}@Portal", "dem"])
def test_nobody_speaks_for_a_foreign_shop(connection: Connection, name: str):
    with pytest.raises(ForeignShop, match=DEMO):
        connection.shop(name)
    with pytest.raises(ForeignShop):
        connection.shops_for(name)


def test_a_kept_connection_is_found_by_its_name_its_id_and_its_shops(connections: Connections):
    kept = new_connection("kept-key", ("north.example.com", "south.example.com"), "Nordic")
    connections.add(kept)

    assert connections.all() == [connections.named("operator"), kept]
    for name in ("Nordic", kept.id, "south.example.com"):
        assert connections.named(name) == kept
    assert connections.by_id(kept.id) == kept
    assert connections.named(None).id == OPERATOR
    assert connections.named(None, "south.example.com") == kept
    assert connections.named(None, "foreign.example.com").id == OPERATOR
    with pytest.raises(NoSuchConnection, match="Nordic"):
        connections.named("Norse")


def test_the_settings_key_is_not_kept_a_second_time(connections: Connections):
    with pytest.raises(ConnectionRefused, match="RETURNGO_API_KEY"):
        connections.add(new_connection(KEY, (DEMO,)))


def test_a_token_opens_its_connection_with_its_scopes(connections: Connections):
    kept = new_connection("kept-key", ("north.example.com",))
    connections.add(kept)
    of_kept = connections.tokens.add(kept.id, "ledger", [Scope.READ])
    of_operator = connections.tokens.add(OPERATOR, "helpdesk", [Scope.READ, Scope.ACT])

    access = connections.by_token(of_kept.text)
    assert (access.connection, access.token) == (kept, "ledger")
    assert access.scopes == {Scope.READ}
    assert connections.by_token(of_operator.text).connection.id == OPERATOR


def test_a_token_for_some_shops_speaks_for_those(connections: Connections):
    made = connections.tokens.add(OPERATOR, "outlet", [Scope.READ], shops=(OUTLET,))
    narrowed = connections.by_token(made.text).connection

    assert narrowed.shops == (OUTLET,)
    assert narrowed.is_narrowed
    with pytest.raises(ForeignShop):
        narrowed.shop(DEMO)


def test_a_token_for_all_of_todays_shops_is_not_for_those_to_come(connections: Connections):
    made = connections.tokens.add(OPERATOR, "both", [Scope.READ], shops=(OUTLET, DEMO))
    narrowed = connections.by_token(made.text).connection

    assert narrowed.shops == (DEMO, OUTLET)
    assert narrowed.is_narrowed


def test_a_token_whose_shops_the_connection_has_lost_opens_none(connections: Connections):
    made = connections.tokens.add(OPERATOR, "gone", [Scope.READ], shops=("gone.example.com",))
    with pytest.raises(ForeignShop, match="which the connection lost"):
        connections.by_token(made.text)


def test_an_expired_token_says_so(connections: Connections, clock: HandClock):
    until = clock.now() + timedelta(days=1)
    made = connections.tokens.add(OPERATOR, "spring", [Scope.READ], expires_at=until)
    assert connections.by_token(made.text).token == "spring"
    clock.advance(timedelta(days=1))
    with pytest.raises(NotRecognised, match=f"'spring' expired on {until:%Y-%m-%d}"):
        connections.by_token(made.text)


def test_a_removed_connections_tokens_open_nothing(connections: Connections):
    kept = new_connection("kept-key", ("north.example.com",))
    connections.add(kept)
    made = connections.tokens.add(kept.id, "ledger", [Scope.READ])
    connections.by_token(made.text)
    connections.kept.remove(kept.id)

    with pytest.raises(NotRecognised):
        connections.by_token(made.text)
    assert connections.tokens.all() == []


def test_a_kept_connections_token_that_is_used_again_costs_no_statement(
    connections: Connections, store: Store
):
    kept = new_connection("kept-key", ("north.example.com",))
    connections.add(kept)
    made = connections.tokens.add(kept.id, "ledger", [Scope.READ])
    for _ in range(2):  # the first notes the use, which is a change
        connections.by_token(made.text)
    statements: list[str] = []
    event.listen(
        store.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: statements.append(statement),
    )
    for _ in range(10):
        assert connections.by_token(made.text).connection == kept

    assert statements == []
