#!/usr/bin/env bash
# Python's sqlite3: PRAGMA incremental_vacuum(N) gives one page back, whatever N is; APSW 3.54.1.0 gives N.
#
# SQLite documents that the pragma removes up to N pages from the freelist. It does so a page a step of the statement, and
# answers no columns. The standard library's cursor takes one step of a statement that has none, whether or not its rows
# are fetched; executescript() and APSW step until the end. A nightly job that asks for a thousand pages shortens the
# file by one, says nothing, and the file stays as it is for years.
#
# Seen with CPython 3.11 (SQLite 3.40.1): 1 page by execute("PRAGMA incremental_vacuum(100)").fetchall(), 100 by
# executescript; APSW: 100 by execute.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check apsw==3.54.1.0
"$folder/venv/bin/python" - "$folder" <<'PY'
import sqlite3
import sys

import apsw

ASK = "PRAGMA incremental_vacuum(100)"


def filled(name):
    path = f"{sys.argv[1]}/{name}"
    file = sqlite3.connect(path, isolation_level=None)
    file.execute("PRAGMA auto_vacuum = INCREMENTAL")
    file.execute("CREATE TABLE filler (body)")
    file.executemany("INSERT INTO filler VALUES (?)", [("x" * 3000,)] * 1000)
    file.execute("DELETE FROM filler")
    return path, file


def pages(file):
    return next(iter(file.execute("PRAGMA page_count")))[0]


path, file = filled("execute")
before = pages(file)
file.execute(ASK).fetchall()
by_execute = before - pages(file)
before = pages(file)
file.executescript(ASK)
by_script = before - pages(file)
file.close()

path, file = filled("apsw")
file.close()
other = apsw.Connection(path)
before = pages(other)
list(other.execute(ASK))
by_apsw = before - pages(other)

print({"execute": by_execute, "executescript": by_script, "apsw": by_apsw})
assert (by_execute, by_script, by_apsw) == (1, 100, 100), "it behaves otherwise now"
PY
