"""A database notes whose it is; inbound addresses can be renewed; tokens have limits of calls."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ownership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ownership"),
        comment="Whose the database is: the name of the settings' key, sealed, in one row.",
    )
    op.add_column("inbox", sa.Column("former", sa.String()))
    op.add_column("inbox", sa.Column("former_until", sa.BigInteger()))
    op.create_index("ix_inbox_former", "inbox", ["former"])
    op.create_table(
        "token_calls",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("of_day", sa.Integer(), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("of_minute", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_token_calls")),
        comment="How many calls a token has made in its latest day, and in its latest minute.",
    )
    op.add_column("token", sa.Column("minute_limit", sa.Integer()))
    op.add_column("token", sa.Column("daily_limit", sa.Integer()))
    op.create_index(
        "ix_deed_begun",
        "deed",
        ["connection"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
