"""What needs attention is told to the operator's address."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("label", sa.String()),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("mend", sa.String()),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("over_at", sa.BigInteger()),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alarm"),
        sa.UniqueConstraint("connection", "name", "about", name="uq_alarm_connection_name_about"),
        comment="What needs attention: since when, and when the operator's address is told next.",
    )
