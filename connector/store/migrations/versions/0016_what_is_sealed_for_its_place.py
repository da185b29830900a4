"""From here on values are sealed for their places, and idempotency keys are stored as digests.

No table changes. But a release that does not know a digest of a key would do again what was done
under it: those of before touch nothing that has this revision.
"""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing but the revision."""
