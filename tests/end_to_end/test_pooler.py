"""A real PgBouncer: in session mode the bridge works behind it, in transaction mode it says no."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.cluster import free_port
from tests.databases import postgres_url
from tests.end_to_end.waiting import eventually
from tests.processes import Sandbox, command, running_bridge
from tests.tools import path_of

SETTINGS = """
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = 20
logfile = {folder}/log
"""


@contextmanager
def pooled(url: str, mode: str) -> Iterator[str]:
    """Put a pooler before a database."""
    server, own = make_url(url), free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = folder / "pgbouncer.ini"
        settings.write_text(
            SETTINGS.format(
                host=server.host,
                port=server.port or 5432,
                user=server.username,
                own=own,
                mode=mode,
                folder=folder,
            )
        )
        user = pwd.getpwnam("postgres")
        if os.getuid() == 0:  # it refuses to run as root
            for each in (folder, settings):
                os.chown(each, user.pw_uid, user.pw_gid)
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        process = subprocess.Popen([*as_user, path_of("pgbouncer"), "-q", str(settings)])
        try:
            eventually(lambda: (folder / "log").exists() and "up" in (folder / "log").read_text())
            yield server.set(host="127.0.0.1", port=own).render_as_string(hide_password=False)
        finally:
            process.terminate()
            process.wait()


def test_a_pooler_that_keeps_sessions_is_as_good_as_the_server(
    real_sandbox: Sandbox, tmp_path: Path
):
    with (
        postgres_url(tmp_path) as url,
        pooled(url, "session") as through,
        running_bridge(real_sandbox.url, through) as bridge,
    ):
        assert eventually(lambda: bridge.poll("new_rma"))


def test_a_pooler_that_keeps_no_sessions_is_refused_with_a_sentence(
    real_sandbox: Sandbox, tmp_path: Path
):
    with postgres_url(tmp_path) as url, pooled(url, "transaction") as through:
        for name in ("run", "worker"):
            done = command(real_sandbox.url, through, name)
            assert done.returncode == 1
            assert "as PgBouncer does in transaction mode" in done.stderr
            assert "pool_mode=session" in done.stderr
