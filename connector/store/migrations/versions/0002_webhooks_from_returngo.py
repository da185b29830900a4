"""Webhooks from ReturnGO."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hint",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hint")),
        sa.UniqueConstraint(
            "connection",
            "shop",
            "about",
            "resource_id",
            name=op.f("uq_hint_connection_shop_about_resource_id"),
        ),
        comment="What webhooks say has changed and nobody has looked at yet, once for each thing.",
    )
    op.create_index(op.f("ix_hint_due_at"), "hint", ["due_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "shop", name=op.f("pk_inbox")),
        sa.UniqueConstraint("digest", name=op.f("uq_inbox_digest")),
        comment="The address at which ReturnGO's webhooks of a shop arrive: its secret, sealed.",
    )
    op.create_table(
        "webhook",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("event_name", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "shop", "event_name", name=op.f("pk_webhook")),
        comment="How many of ReturnGO's webhooks of each name have arrived, and when the last one did.",
    )
    op.add_column("stream", sa.Column("told_at", sa.BigInteger(), nullable=True))
    op.add_column("stream", sa.Column("missed_at", sa.BigInteger(), nullable=True))
