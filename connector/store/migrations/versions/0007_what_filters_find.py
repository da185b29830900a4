"""Events are found by what filters look for, as keyed digests."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sieve",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("stream_id", SERIAL, nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"], name="fk_sieve_stream_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sieve"),
        sa.UniqueConstraint("stream_id", "trigger", "form", name="uq_sieve_stream_id_trigger_form"),
        comment="Up to which number the events of a stream are noted by what a trigger's filters"
        " want.",
    )
    op.create_table(
        "facet",
        sa.Column("sieve_id", SERIAL, nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sieve_id"], ["sieve.id"], name="fk_facet_sieve_id"),
        sa.PrimaryKeyConstraint("sieve_id", "digest", "seq", name="pk_facet"),
        comment="What a filter may look for in an event, as a keyed digest.",
        sqlite_with_rowid=False,
    )
