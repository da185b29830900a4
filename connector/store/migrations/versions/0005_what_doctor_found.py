"""What doctor found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "finding",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "name", name=op.f("pk_finding")),
        comment="Whether what is assumed of ReturnGO was found to be true with a key, and when.",
    )
    op.create_table(
        "presence",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_presence")),
        comment="When a process of each sort, such as a worker, was last at work.",
    )
