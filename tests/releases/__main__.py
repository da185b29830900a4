"""`python -m tests.releases`: records the database of this release, once its tables are settled."""

import logging
import sys

import structlog

from tests.releases.recording import record, write

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
sys.stdout.write(f"Wrote {write(record()).name}.\n")
