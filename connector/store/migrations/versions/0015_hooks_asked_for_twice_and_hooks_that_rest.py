"""A hook knows the key that it was asked for under, and since when its target is away."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscription", sa.Column("idempotency_key", sa.String()))
    op.add_column("subscription", sa.Column("away_since", sa.BigInteger()))
    op.add_column("subscription", sa.Column("rests_since", sa.BigInteger()))
