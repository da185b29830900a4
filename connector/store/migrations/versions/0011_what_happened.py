"""What is done is recorded; where each day begins in a log is noted."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("doer", sa.String(), nullable=False),
        sa.Column("request_id", sa.String()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("shop", sa.String()),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("returngo_ids", sa.String(), nullable=False),
        sa.Column("details", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_deed"),
        comment="What was done, by whom and to what; what was sent and answered, sealed.",
    )
    op.create_index("ix_deed_connection_id", "deed", ["connection", "id"])
    op.create_index("ix_deed_began_at", "deed", ["began_at"])
    has_details = sa.text("details IS NOT NULL")
    op.create_index(
        "ix_deed_details",
        "deed",
        ["began_at"],
        sqlite_where=has_details,
        postgresql_where=has_details,
    )
    op.create_table(
        "milestone",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "day", name="pk_milestone"),
        comment="How far a connection's log had got when a day (UTC) began.",
    )
