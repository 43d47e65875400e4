"""The estimate that stands is kept with the stop it is about; a trip says when anything it rests on last changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# what was estimated before counts on
FILL = """
UPDATE trip_stops SET (estimated_at, remaining_km, estimate_stale) = (
    SELECT e.made_at, e.remaining_km, e.stale FROM estimates e WHERE e.stop_id = trip_stops.id
    ORDER BY e.made_at DESC, e.id DESC LIMIT 1)
WHERE arrived_at IS NULL AND EXISTS (SELECT 1 FROM estimates e WHERE e.stop_id = trip_stops.id)
"""


def upgrade() -> None:
    op.add_column("trip_stops", sa.Column("estimated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("trip_stops", sa.Column("remaining_km", sa.Float(), nullable=True))
    op.add_column("trip_stops", sa.Column("estimate_stale", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(FILL)
    op.add_column("trips", sa.Column("basis_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_trips_basis_at"), "trips", ["basis_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_trips_basis_at"), table_name="trips")
    op.drop_column("trips", "basis_at")
    op.drop_column("trip_stops", "estimate_stale")
    op.drop_column("trip_stops", "remaining_km")
    op.drop_column("trip_stops", "estimated_at")
