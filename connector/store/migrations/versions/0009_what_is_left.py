"""What is old is deleted: what is left of it, and by what it is found."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Rows come and go all day: a fifth of a large table is too much to leave lying about.
CHURNS = ("delivery", "event", "facet", "hint", "snapshot", "thing")


def upgrade() -> None:
    # In place: the other tables refer to this one.
    op.add_column("stream", sa.Column("pruned_until", sa.BigInteger()))
    op.add_column(
        "sequence", sa.Column("pruned_seq", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_table(
        "trace",
        sa.Column("stream_id", SERIAL, nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("status", sa.String()),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("stays", sa.Integer(), nullable=False),
        sa.Column("trail", sa.String()),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("shipments", sa.String()),
        sa.Column("shown", sa.String()),
        sa.Column("forgotten_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"], name="fk_trace_stream_id"),
        sa.PrimaryKeyConstraint("stream_id", "resource_id", name="pk_trace"),
        comment="What is left of a thing that ended long ago, to tell a change from a repetition.",
        sqlite_with_rowid=False,
    )
    is_forgotten = sa.text("forgotten_at IS NOT NULL")
    op.create_index(
        "ix_trace_forgotten",
        "trace",
        ["stream_id"],
        sqlite_where=is_forgotten,
        postgresql_where=is_forgotten,
    )
    op.create_table(
        "told",
        sa.Column("stream_id", SERIAL, nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"], name="fk_told_stream_id"),
        sa.PrimaryKeyConstraint("stream_id", "digest", name="pk_told"),
        comment="Which events were told and are deleted, by a digest of their id: none comes"
        " twice.",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_part_connection_shop_rma_id", "part", ["connection", "shop", "rma_id"])
    op.create_index("ix_event_snapshot_id", "event", ["snapshot_id"])
    op.create_index("ix_facet_sieve_id_seq", "facet", ["sieve_id", "seq"])
    op.create_index("ix_delivery_event_id", "delivery", ["event_id"])
    if op.get_bind().dialect.name == "postgresql":
        for table in CHURNS:
            op.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.02)")
