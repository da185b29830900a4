"""The words of a deed are kept as they are searched."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deed", sa.Column("searched", sa.String(), nullable=False, server_default=""))
    texts = "name || '\n' || about || '\n' || doer || '\n' || returngo_ids"
    op.execute(f"UPDATE deed SET searched = lower({texts})")  # noqa: S608 -- names of columns
