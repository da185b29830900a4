"""The web server: gunicorn, whose web processes share what its first process has loaded."""

import gc
import logging
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http.errors import ParseException

from connector import logs
from connector.cli.listening import check_listening
from connector.cli.metrics_folder import delete_metrics_folder
from connector.cli.web_process import WebProcess
from connector.config import SettingError, Settings, load
from connector.connections import AnotherKey, Connections
from connector.store import Store, StoreUnavailable, Vault, WrongSecretKey, migrate
from connector.threads import WEB_THREADS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

# Longer than an action may take, so that a restart does not cut one off.
SHUTDOWN_GRACE = 35  # seconds
# Longer than proxies and clients keep a connection (Caddy 120 s): the one that closes it must not
# be the bridge, while a request is on its way.
KEPT_ALIVE = 125  # seconds


def serve(make_app: "Callable[[], Flask] | None" = None) -> None:
    """Serve the bridge as the environment sets it up, until the process is told to end.

    Each web process makes an application of its own, by itself that of the module `app`. Raises
    ClickException where a setting is wrong or the database cannot be used.
    """
    logs.configure()
    try:
        settings = load()
        check_listening(settings)
    except SettingError as error:
        raise click.ClickException(str(error)) from error
    _prepare(settings)
    logs.take_all()
    app = import_module("app")
    # once, before the fork: each web process would take a tenth of a second, and memory of its own
    app.CATALOGUE.compose()
    Gunicorn(settings, make_app or app.create_app).run()


def _prepare(settings: Settings) -> None:
    """Bring the database up to date; see that it takes something in, and that it is ours."""
    try:
        store = Store(settings.database_url, connections=settings.database_connections)
        migrate(store)
        store.try_writing()
        Connections(settings, store, Vault(settings.secret_key)).ownership.claim()
        store.close()
    except StoreUnavailable as error:
        raise click.ClickException(f"DATABASE_URL cannot be used: {error}.") from error
    except (AnotherKey, WrongSecretKey) as error:
        raise click.ClickException(str(error)) from error


def _forget_metrics(server: Any) -> None:
    """Delete what the web processes have counted, unless a successor or predecessor goes on."""
    if not (server.reexec_pid or server.master_pid):
        delete_metrics_folder()


def without_what_was_sent(record: logging.LogRecord) -> bool:
    """Leave out of gunicorn's lines what a client has sent: secrets and customers stand there."""
    error = sys.exc_info()[1]
    if isinstance(error, ParseException):
        record.msg, record.args = f"Invalid request: {type(error).__name__}", ()
    elif record.msg.startswith("Error handling request"):
        record.msg, record.args = "Error handling request", ()
    return True


class GunicornLog(Logger):  # type: ignore[misc] # it has no types
    """Has gunicorn log as all the rest does."""

    def setup(self, cfg: Any) -> None:
        """Set gunicorn's logs up, and hand its lines on."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.filters[:] = [without_what_was_sent]
        self.error_log.propagate = True


class Gunicorn(BaseApplication):  # type: ignore[misc] # it has no types
    """Serves an application with as many processes as the settings say.

    They are forked from the one that runs this, which has no thread and no connection: one that
    takes the place of another begins with all modules in memory.
    """

    def __init__(self, settings: Settings, make_app: "Callable[[], Flask]") -> None:
        self._settings = settings
        self._make_app = make_app
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn up."""
        options: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.workers,
            "worker_class": WebProcess,
            "threads": WEB_THREADS,
            "timeout": 2 * SHUTDOWN_GRACE,
            "graceful_timeout": SHUTDOWN_GRACE,
            "keepalive": KEPT_ALIVE,
            "control_socket_disable": True,
            "logger_class": GunicornLog,
            # What a proxy says of a caller is read by PROXIES, once; gunicorn would also believe
            # any request from this machine what its path and scheme are.
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "secure_scheme_headers": {},
            "on_exit": _forget_metrics,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> "Flask":
        """Make the application of a web process."""
        return self._make_app()

    def run(self) -> None:
        """Serve until the process is told to end."""
        # the words with which gunicorn starts itself anew when it is sent USR2
        sys.argv = sys.orig_argv[1:]
        # memory that is counted anew is copied: what is loaded stays out of the collector's sight
        gc.collect()
        gc.freeze()
        super().run()
