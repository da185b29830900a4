"""A database notes whose it is; an inbound address that was renewed is taken for a while."""

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
