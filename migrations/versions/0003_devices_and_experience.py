"""Devices, what their positions mean, and what arrivals have taught."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "devices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("protocol", sa.String(length=32), nullable=False),
        sa.Column("datum", sa.String(length=32), nullable=False),
        sa.Column("lenient", sa.Boolean(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("identity_hash", sa.String(length=64), nullable=True),
        sa.Column("label", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("terminal", name=op.f("uq_devices_terminal")),
    )
    op.create_table(
        "travel_levels",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("taught_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_travel_levels")),
    )
    op.create_table(
        "travel_spreads",
        sa.Column("band", BIG, autoincrement=False, nullable=False),
        sa.Column("seen", BIG, nullable=False),
        sa.Column("p10", sa.Double(), nullable=False),
        sa.Column("p50", sa.Double(), nullable=False),
        sa.Column("p80", sa.Double(), nullable=False),
        sa.Column("p90", sa.Double(), nullable=False),
        sa.Column("taught_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("band", name=op.f("pk_travel_spreads")),
    )
    op.create_table(
        "device_mounts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("device_id", BIG, nullable=False),
        sa.Column("vehicle_id", BIG, nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("until_at IS NULL OR until_at > since_at", name=op.f("ck_device_mounts_times")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_mounts_device_id_devices")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_device_mounts_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_mounts")),
    )
    op.create_index("ix_device_mounts_vehicle_id", "device_mounts", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_device_mounts_open",
        "device_mounts",
        ["device_id"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "vehicle_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("vehicle_id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_vehicle_events_trip_id_trips")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_vehicle_events_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_events")),
    )
    op.create_index("ix_vehicle_events_trip_id", "vehicle_events", ["trip_id"], unique=False)
    op.create_index("ix_vehicle_events_vehicle_id_began_at", "vehicle_events", ["vehicle_id", "began_at"], unique=False)
    op.create_index(
        "uq_vehicle_events_open",
        "vehicle_events",
        ["vehicle_id", "kind", "subject"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "predictions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("stop_id", BIG, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("destination", sa.String(length=32), nullable=False),
        sa.Column("vehicle_type", sa.String(length=32), nullable=False),
        sa.Column("at_departure", sa.Boolean(), nullable=False),
        sa.Column("router_minutes", sa.Double(), nullable=False),
        sa.Column("expected_minutes", sa.Double(), nullable=False),
        sa.Column("pace_minutes", sa.Double(), nullable=True),
        sa.Column("p10_minutes", sa.Double(), nullable=False),
        sa.Column("p50_minutes", sa.Double(), nullable=False),
        sa.Column("p80_minutes", sa.Double(), nullable=False),
        sa.Column("p90_minutes", sa.Double(), nullable=False),
        sa.Column("actual_minutes", sa.Double(), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["stop_id"], ["trip_stops.id"], name=op.f("fk_predictions_stop_id_trip_stops")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_predictions_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_predictions")),
        sa.UniqueConstraint("stop_id", "made_at", name=op.f("uq_predictions_stop_id_made_at")),
    )
    op.create_index("ix_predictions_scored_at", "predictions", ["scored_at"], unique=False)
    op.create_index("ix_predictions_trip_id", "predictions", ["trip_id"], unique=False)
    op.add_column("positions", sa.Column("doubt", sa.String(length=32), nullable=True))
    op.create_index("ix_positions_fix_at", "positions", ["fix_at"], unique=False, postgresql_using="brin")
    op.add_column("trip_stops", sa.Column("early_arrival_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("trip_stops", "early_arrival_at")
    op.drop_index("ix_positions_fix_at", table_name="positions", postgresql_using="brin")
    op.drop_column("positions", "doubt")
    op.drop_index("ix_predictions_trip_id", table_name="predictions")
    op.drop_index("ix_predictions_scored_at", table_name="predictions")
    op.drop_table("predictions")
    op.drop_index(
        "uq_vehicle_events_open",
        table_name="vehicle_events",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_vehicle_events_vehicle_id_began_at", table_name="vehicle_events")
    op.drop_index("ix_vehicle_events_trip_id", table_name="vehicle_events")
    op.drop_table("vehicle_events")
    op.drop_index(
        "uq_device_mounts_open",
        table_name="device_mounts",
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.drop_index("ix_device_mounts_vehicle_id", table_name="device_mounts")
    op.drop_table("device_mounts")
    op.drop_table("travel_spreads")
    op.drop_table("travel_levels")
    op.drop_table("devices")
