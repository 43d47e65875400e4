"""An estimated arrival stands at its stop only: trips and consignments keep no copy of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COPIES = {
    "trips": "SELECT s.estimated_arrival_at FROM trip_stops s WHERE s.trip_id = trips.id ORDER BY s.seq DESC LIMIT 1",
    "consignments": """SELECT s.estimated_arrival_at FROM consignment_legs l JOIN trip_stops s ON s.id = l.drop_stop_id
        WHERE l.consignment_id = consignments.id AND l.trip_id = consignments.trip_id
        AND s.site_id = consignments.destination_site_id""",
}


def upgrade() -> None:
    for table in COPIES:
        op.drop_column(table, "estimated_arrival_at")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")  # every trip and consignment takes longer than a request may
    for table, newest in COPIES.items():
        op.add_column(table, sa.Column("estimated_arrival_at", sa.DateTime(timezone=True), nullable=True))
        op.execute(f"UPDATE {table} SET estimated_arrival_at = ({newest})")
