"""Values are sealed for their places, deeds searched, hooks rested, and alarms told.

From here on idempotency keys are stored as digests: a release that does not know them would do
again what was done under one, so those of before touch nothing that has this revision.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deed", sa.Column("searched", sa.String(), nullable=False, server_default=""))
    op.execute(
        "UPDATE deed SET searched ="
        " lower(name || '\n' || about || '\n' || doer || '\n' || returngo_ids)"
    )
    op.add_column("subscription", sa.Column("idempotency_key", sa.String()))
    op.add_column("subscription", sa.Column("away_since", sa.BigInteger()))
    op.add_column("subscription", sa.Column("rests_since", sa.BigInteger()))
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
