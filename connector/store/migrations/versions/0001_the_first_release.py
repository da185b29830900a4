"""The first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("paced_until", sa.BigInteger(), nullable=False),
        sa.Column("closed_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_budget")),
        comment="The calls of a ReturnGO key: how many today, and when the next may go out.",
    )
    op.create_table(
        "idempotency",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("connection", "action", "key", name=op.f("pk_idempotency")),
        comment="An action's idempotency key: what was asked, who does it, and the sealed answer.",
    )
    op.create_index(op.f("ix_idempotency_started_at"), "idempotency", ["started_at"], unique=False)
    op.create_table(
        "sequence",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection", name=op.f("pk_sequence")),
        comment="The last number given to an event: its row lock makes numbers commit in order.",
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        comment="What ReturnGO showed of a thing, sealed, shared by the events of one change.",
    )
    op.create_table(
        "stream",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("baseline_from", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("pass_started_at", sa.BigInteger(), nullable=True),
        sa.Column("pass_next_since", sa.BigInteger(), nullable=True),
        sa.Column("pass_cursor", sa.String(), nullable=True),
        sa.Column("fresh_at", sa.BigInteger(), nullable=True),
        sa.Column("counted_at", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stream")),
        sa.UniqueConstraint(
            "connection", "shop", "resource", name=op.f("uq_stream_connection_shop_resource")
        ),
        comment="How far a connection has read one resource of one shop, and who is reading it now.",
    )
    op.create_index(
        op.f("ix_stream_key_id_asked_at"), "stream", ["key_id", "asked_at"], unique=False
    )
    op.create_table(
        "verification",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("sentence", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("connection", "shop", name=op.f("pk_verification")),
        comment="When a connection's key was last tried at a shop, and how ReturnGO refused it.",
    )
    op.create_table(
        "backfill",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "stream_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("emits", sa.Boolean(), nullable=False),
        sa.Column("cursor", sa.String(), nullable=True),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"], name=op.f("fk_backfill_stream_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfill")),
        sa.UniqueConstraint(
            "stream_id", "since", "emits", name=op.f("uq_backfill_stream_id_since_emits")
        ),
        comment="How far the history of a stream has been listed.",
    )
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "stream_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("previous", sa.String(), nullable=True),
        sa.Column("occurred_at", sa.BigInteger(), nullable=True),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column(
            "snapshot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name=op.f("fk_event_snapshot_id")
        ),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"], name=op.f("fk_event_stream_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("stream_id", "key", name=op.f("uq_event_stream_id_key")),
        comment="What happened. Without `seq` it still waits for its details and is not shown.",
    )
    op.create_index(
        op.f("ix_event_stream_id_kind_seq"), "event", ["stream_id", "kind", "seq"], unique=False
    )
    op.create_index(
        "ix_event_waiting",
        "event",
        ["stream_id", "resource_id"],
        unique=False,
        sqlite_where=sa.text("seq IS NULL"),
        postgresql_where=sa.text("seq IS NULL"),
    )
    op.create_table(
        "interest",
        sa.Column(
            "stream_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("first_asked_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"], name=op.f("fk_interest_stream_id")),
        sa.PrimaryKeyConstraint("stream_id", "kind", "status", name=op.f("pk_interest")),
        comment="Which events somebody asks a stream for: only these are worth calls.",
    )
    op.create_table(
        "thing",
        sa.Column(
            "stream_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("listed_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("unknown_since", sa.BigInteger(), nullable=True),
        sa.Column("watched_from", sa.BigInteger(), nullable=True),
        sa.Column("shipments", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"], name=op.f("fk_thing_stream_id")),
        sa.PrimaryKeyConstraint("stream_id", "resource_id", name=op.f("pk_thing")),
        comment="How a thing was last seen, to tell a change from a repetition; when to read it again.",
    )
    op.create_index("ix_thing_listed", "thing", ["stream_id", "listed_at"], unique=False)
    op.create_index(
        op.f("ix_thing_stream_id_due_at"), "thing", ["stream_id", "due_at"], unique=False
    )
    op.create_table(
        "backlog",
        sa.Column(
            "backfill_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("row", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["backfill_id"], ["backfill.id"], name=op.f("fk_backlog_backfill_id")
        ),
        sa.PrimaryKeyConstraint("backfill_id", "resource_id", name=op.f("pk_backlog")),
        comment="What of a backfill was listed, sealed, and is still to be brought in.",
    )
