import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from connector.store import Store, StoreUnavailable, patience
from tests.databases import POSTGRESQL
from tests.proxy import proxying


@pytest.mark.parametrize("each_database_url", POSTGRESQL, indirect=True)
def test_a_server_that_falls_silent_in_the_middle_is_given_up(each_database_url: str):
    server = make_url(each_database_url)
    with proxying(server.host or "127.0.0.1", server.port or 5432) as proxy:
        url = server.set(host="127.0.0.1", port=proxy.port)
        store = Store(url.render_as_string(hide_password=False))

        def ask_in_vain() -> None:
            with store.read() as connection:
                connection.execute(text("SELECT 1"))
                with proxy.silence():
                    connection.execute(text("SELECT 1"))

        with patience(0), pytest.raises(StoreUnavailable, match="silent"):
            ask_in_vain()
        store.ping()
        store.close()
