"""What is known is shown again: as of when, and found by its thing."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In place: the other tables refer to this one.
    op.add_column("event", sa.Column("read_at", sa.BigInteger()))
    op.create_index(
        "ix_event_stream_id_resource_id_seq", "event", ["stream_id", "resource_id", "seq"]
    )
