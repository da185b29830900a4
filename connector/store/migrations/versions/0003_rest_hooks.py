"""REST hooks, out."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fanout",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection", name=op.f("pk_fanout")),
        comment="Up to which event of a connection's log deliveries have been made.",
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=True),
        sa.Column("filters", sa.LargeBinary(), nullable=True),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("target_url", sa.LargeBinary(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        sa.Column("api_key", sa.LargeBinary(), nullable=True),
        sa.Column("is_ordered", sa.Boolean(), nullable=False),
        sa.Column("since_seq", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        comment="Who is told of a trigger's events, and where: what would give access, sealed.",
    )
    op.create_index(
        op.f("ix_subscription_connection"), "subscription", ["connection"], unique=False
    )
    op.create_index(op.f("ix_subscription_host"), "subscription", ["host"], unique=False)
    op.create_table(
        "target_host",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("paced_until", sa.BigInteger(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.Column("slow_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_target_host")),
        comment="How fast a host may be sent to. Whoever claims its deliveries locks its row.",
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscription_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("is_ordered", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_delivery_event_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_delivery_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "subscription_id", "event_id", name=op.f("uq_delivery_subscription_id_event_id")
        ),
        comment="One event on its way to one subscription: when it is due, and who sends it now.",
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_delivery_due_of_host",
        "delivery",
        ["host", "is_ordered", "due_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_delivery_in_flight",
        "delivery",
        ["host"],
        unique=False,
        sqlite_where=sa.text("owner IS NOT NULL"),
        postgresql_where=sa.text("owner IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_in_order",
        "delivery",
        ["subscription_id", "seq"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        op.f("ix_delivery_subscription_id_state_id"),
        "delivery",
        ["subscription_id", "state", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_delivery_state_settled_at"), "delivery", ["state", "settled_at"], unique=False
    )
    op.create_index(op.f("ix_event_stream_id_seq"), "event", ["stream_id", "seq"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        # each row is written a few times within seconds: without this the dead ones pile up
        op.execute(
            "ALTER TABLE delivery SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000)"
        )
