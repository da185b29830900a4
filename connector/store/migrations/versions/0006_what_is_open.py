"""What is open is listed and compared; changes are dated; stays are told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In place: the other tables refer to this one.
    op.execute("ALTER TABLE stream DROP COLUMN counted_at")
    with op.batch_alter_table("stream") as stream:
        stream.add_column(sa.Column("updates_told_at", sa.BigInteger()))
        stream.add_column(sa.Column("open_started_at", sa.BigInteger()))
        stream.add_column(sa.Column("open_cursor", sa.String()))
        stream.add_column(sa.Column("open_date", sa.BigInteger()))
        stream.add_column(sa.Column("open_scanned_at", sa.BigInteger()))
        stream.add_column(sa.Column("not_open_at", sa.BigInteger()))
        for name, begins in (("open_pages", "1"), ("scan", "0"), ("scans", "0")):
            stream.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=begins))
    with op.batch_alter_table("thing") as thing:
        thing.add_column(sa.Column("trail", sa.String()))
        thing.add_column(sa.Column("stays", sa.Integer(), nullable=False, server_default="0"))
        thing.add_column(sa.Column("status_since", sa.BigInteger()))
        thing.add_column(sa.Column("scan", sa.Integer(), nullable=False, server_default="0"))
        thing.add_column(sa.Column("left_at", sa.BigInteger()))
        thing.add_column(sa.Column("has_tracking", sa.Boolean()))
        thing.add_column(sa.Column("row", sa.LargeBinary()))
        thing.add_column(sa.Column("shown", sa.String()))
        thing.create_index(
            "ix_thing_stream_id_status_status_since", ["stream_id", "status", "status_since"]
        )
    op.create_table(
        "part",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rma_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "shop", "name", name="pk_part"),
        comment="Which RMA holds a transaction or an item: a transaction's own row does not say.",
    )
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("dated_by", sa.String()))
        event.add_column(sa.Column("days", sa.Integer()))
        event.add_column(sa.Column("since", sa.BigInteger()))
    with op.batch_alter_table("interest") as interest:
        interest.add_column(sa.Column("days", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("interest") as interest:
        interest.drop_constraint("pk_interest", type_="primary")
        interest.create_primary_key("pk_interest", ["stream_id", "kind", "status", "days"])
