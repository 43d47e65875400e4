"""Roads from a router, kept to be used again, and how the router has been answering."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ENDS = ["origin_lat_e6", "origin_lon_e6", "destination_lat_e6", "destination_lon_e6", "provider"]


def upgrade() -> None:
    op.create_table(
        "road_routes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("origin_lat_e6", BIG, nullable=False),
        sa.Column("origin_lon_e6", BIG, nullable=False),
        sa.Column("destination_lat_e6", BIG, nullable=False),
        sa.Column("destination_lon_e6", BIG, nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("distance_km", sa.Double(), nullable=False),
        sa.Column("duration_minutes", sa.Double(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("distance_km > 0", name=op.f("ck_road_routes_distance")),
        sa.CheckConstraint("duration_minutes >= 0", name=op.f("ck_road_routes_duration")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_routes")),
    )
    op.create_index("uq_road_routes_ends", "road_routes", ENDS, unique=True)
    op.create_table(
        "router_states",
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("failures", BIG, nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_router_states")),
    )
    road = sa.ForeignKey("road_routes.id", name=op.f("fk_trip_stops_road_id_road_routes"))
    op.add_column("trip_stops", sa.Column("road_id", BIG, road, nullable=True), inline_references=True)


def downgrade() -> None:
    op.drop_column("trip_stops", "road_id")
    op.drop_table("router_states")
    op.drop_index("uq_road_routes_ends", table_name="road_routes")
    op.drop_table("road_routes")
