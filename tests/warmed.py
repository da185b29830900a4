"""What each forked program finds in memory: what the blocks compose, and what SQLAlchemy does.

The process that forks loads it last. What is frozen no collector walks over: that would copy its
memory, page by page.
"""

import gc

from sqlalchemy.engine import make_url

from connector.catalogue import CATALOGUE

CATALOGUE.compose()
make_url("sqlite://")  # compiles its pattern
gc.collect()
gc.freeze()
