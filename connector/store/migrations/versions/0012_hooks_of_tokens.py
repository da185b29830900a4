"""A hook belongs to the token that made it; one that is older, to all of its connection."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscription", sa.Column("owner", sa.String()))
