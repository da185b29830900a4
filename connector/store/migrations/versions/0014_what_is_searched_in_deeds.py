"""The words of a deed are kept as they are searched."""

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
