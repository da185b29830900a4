"""Record every fixture anew: `make fixtures`."""

import logging

import click
import structlog

from tests.recordings.fixture import FOLDER, path_of
from tests.recordings.recorder import BLOCKS, record

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
FOLDER.mkdir(exist_ok=True)
for leftover in set(FOLDER.iterdir()) - set(map(path_of, BLOCKS)):
    leftover.unlink()
for key in BLOCKS:
    path_of(key).write_text(record(key).text(), encoding="utf-8")
click.echo(f"Wrote {len(BLOCKS)} fixtures.")
