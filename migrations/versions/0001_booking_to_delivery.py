"""The first schema: everything from booking to signed delivery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "beats",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", DOCUMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_beats")),
    )
    op.create_table(
        "drivers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("staff_no", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("id_number", sa.String(length=18), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("status_reason", sa.String(length=200), nullable=True),
        sa.Column("licence_classes", DOCUMENT, nullable=False),
        sa.Column("licence_first_issued_on", sa.Date(), nullable=True),
        sa.Column("licence_withheld_from", sa.Date(), nullable=True),
        sa.Column("licence_withheld_to", sa.Date(), nullable=True),
        sa.Column("documents", DOCUMENT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drivers")),
        sa.UniqueConstraint("id_number", name=op.f("uq_drivers_id_number")),
        sa.UniqueConstraint("staff_no", name=op.f("uq_drivers_staff_no")),
    )
    op.create_table(
        "files",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size_bytes", BIG, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("public_id", "owner", name=op.f("uq_files_public_id_owner")),
    )
    op.create_index(op.f("ix_files_public_id"), "files", ["public_id"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("id", BIG, nullable=False),
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("route", sa.String(length=120), nullable=False),
        sa.Column("request_key", sa.String(length=80), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", BIG, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("headers", DOCUMENT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency")),
        sa.UniqueConstraint("caller", "route", "request_key", name="uq_idempotency_request"),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject_kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("consignment_id", BIG, nullable=True),
        sa.Column("trip_id", BIG, nullable=True),
        sa.Column("actor_kind", sa.String(length=32), nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", DOCUMENT, nullable=False),
        sa.Column("findings", DOCUMENT, nullable=False),
        sa.Column("ruleset_version", BIG, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("subject_kind", "subject_id", "seq", name=op.f("uq_journal_subject_kind_subject_id_seq")),
    )
    op.create_index("ix_journal_consignment_id", "journal", ["consignment_id"], unique=False)
    op.create_index("ix_journal_trip_id", "journal", ["trip_id"], unique=False)
    op.create_table(
        "number_series",
        sa.Column("prefix", sa.String(length=24), nullable=False),
        sa.Column("last", BIG, nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_number_series")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("args", DOCUMENT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hinted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("attempts", BIG, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_reason", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
    )
    op.create_table(
        "parties",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("contact_name", sa.String(length=80), nullable=True),
        sa.Column("contact_phone", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("quiet_from_minute", BIG, nullable=True),
        sa.Column("quiet_to_minute", BIG, nullable=True),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["parties.id"], name=op.f("fk_parties_owner_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
        sa.UniqueConstraint("code", name=op.f("uq_parties_code")),
    )
    op.create_index(op.f("ix_parties_owner_id"), "parties", ["owner_id"], unique=False)
    op.create_table(
        "road_distances",
        sa.Column("id", BIG, nullable=False),
        sa.Column("from_code", sa.String(length=6), nullable=False),
        sa.Column("to_code", sa.String(length=6), nullable=False),
        sa.Column("distance_km", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_distances")),
    )
    op.create_index("uq_road_distances_pair", "road_distances", ["from_code", "to_code"], unique=True)
    op.create_table(
        "rulesets",
        sa.Column("version", BIG, autoincrement=False, nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change", DOCUMENT, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rulesets")),
        sa.UniqueConstraint("effective_from", name=op.f("uq_rulesets_effective_from")),
    )
    op.create_table(
        "channels",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("party_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("events", DOCUMENT, nullable=False),
        sa.Column("generation", BIG, nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_channels_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("party_id", "kind", "address", name=op.f("uq_channels_party_id_kind_address")),
        sa.UniqueConstraint("public_id", name=op.f("uq_channels_public_id")),
    )
    op.create_table(
        "import_files",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("shipper_id", BIG, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("problem", DOCUMENT, nullable=True),
        sa.Column("columns", DOCUMENT, nullable=True),
        sa.Column("rows_total", BIG, nullable=False),
        sa.Column("rows_done", BIG, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["shipper_id"], ["parties.id"], name=op.f("fk_import_files_shipper_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_files")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_files_public_id")),
    )
    op.create_index(op.f("ix_import_files_shipper_id"), "import_files", ["shipper_id"], unique=False)
    op.create_table(
        "sites",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("party_id", BIG, nullable=True),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=False),
        sa.Column("lat_e6", BIG, nullable=False),
        sa.Column("lon_e6", BIG, nullable=False),
        sa.Column("radius_m", BIG, nullable=True),
        sa.Column("polygon", DOCUMENT, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.CheckConstraint("lat_e6 BETWEEN -90000000 AND 90000000", name=op.f("ck_sites_lat")),
        sa.CheckConstraint("lon_e6 BETWEEN -180000000 AND 180000000", name=op.f("ck_sites_lon")),
        sa.CheckConstraint("radius_m IS NOT NULL OR polygon IS NOT NULL", name=op.f("ck_sites_geofence")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_sites_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("code", name=op.f("uq_sites_code")),
    )
    op.create_index(op.f("ix_sites_party_id"), "sites", ["party_id"], unique=False)
    op.create_table(
        "transport_orders",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("shipper_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["shipper_id"], ["parties.id"], name=op.f("fk_transport_orders_shipper_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_transport_orders_number")),
    )
    op.create_index(op.f("ix_transport_orders_shipper_id"), "transport_orders", ["shipper_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", BIG, nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("roles", DOCUMENT, nullable=False),
        sa.Column("shipper_id", BIG, nullable=True),
        sa.Column("driver_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_users_driver_id_drivers")),
        sa.ForeignKeyConstraint(["shipper_id"], ["parties.id"], name=op.f("fk_users_shipper_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", BIG, nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("roles", DOCUMENT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_keys_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_keys_prefix")),
    )
    op.create_index(op.f("ix_api_keys_user_id"), "api_keys", ["user_id"], unique=False)
    op.create_table(
        "vehicles",
        sa.Column("id", BIG, nullable=False),
        sa.Column("plate", sa.String(length=12), nullable=False),
        sa.Column("unit_kind", sa.String(length=32), nullable=False),
        sa.Column("body", sa.String(length=32), nullable=True),
        sa.Column("ga_code", sa.String(length=4), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_reason", sa.String(length=200), nullable=True),
        sa.Column("axles", BIG, nullable=False),
        sa.Column("single_drive_axle", sa.Boolean(), nullable=False),
        sa.Column("tare_kg", BIG, nullable=False),
        sa.Column("rated_load_kg", BIG, nullable=False),
        sa.Column("volume_dm3", BIG, nullable=False),
        sa.Column("inner_length_mm", BIG, nullable=True),
        sa.Column("inner_width_mm", BIG, nullable=True),
        sa.Column("inner_height_mm", BIG, nullable=True),
        sa.Column("bed_height_mm", BIG, nullable=True),
        sa.Column("side_door", sa.Boolean(), nullable=False),
        sa.Column("temp_min_c", BIG, nullable=True),
        sa.Column("temp_max_c", BIG, nullable=True),
        sa.Column("limit_kmh", BIG, nullable=True),
        sa.Column("hazmat_classes", DOCUMENT, nullable=False),
        sa.Column("gear", DOCUMENT, nullable=False),
        sa.Column("has_lock", sa.Boolean(), nullable=False),
        sa.Column("container_closed", sa.Boolean(), nullable=False),
        sa.Column("container_reefer", sa.Boolean(), nullable=False),
        sa.Column("clean", sa.Boolean(), nullable=False),
        sa.Column("last_cargo_dirty", sa.Boolean(), nullable=False),
        sa.Column("washed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("documents", DOCUMENT, nullable=False),
        sa.Column("first_registered_on", sa.Date(), nullable=False),
        sa.Column("last_inspection_on", sa.Date(), nullable=True),
        sa.Column("home_site_id", BIG, nullable=True),
        sa.Column("coupled_trailer_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.CheckConstraint("tare_kg > 0 AND rated_load_kg >= 0", name=op.f("ck_vehicles_mass")),
        sa.ForeignKeyConstraint(
            ["coupled_trailer_id"], ["vehicles.id"], name=op.f("fk_vehicles_coupled_trailer_id_vehicles")
        ),
        sa.ForeignKeyConstraint(["home_site_id"], ["sites.id"], name=op.f("fk_vehicles_home_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicles")),
        sa.UniqueConstraint("plate", name=op.f("uq_vehicles_plate")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", BIG, nullable=False),
        sa.Column("event", sa.String(length=48), nullable=False),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_webhook_deliveries_channel_id_channels")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webhook_deliveries_public_id")),
    )
    op.create_index(op.f("ix_webhook_deliveries_channel_id"), "webhook_deliveries", ["channel_id"], unique=False)
    op.create_table(
        "trips",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("vehicle_id", BIG, nullable=False),
        sa.Column("trailer_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("planned_departure_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_arrival_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("distance_km", sa.Double(), nullable=False),
        sa.Column("estimated_arrival_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("estimate_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal_exemption_reason", sa.String(length=200), nullable=True),
        sa.Column("seal_exemption_by", sa.String(length=200), nullable=True),
        sa.Column("permit_number", sa.String(length=40), nullable=True),
        sa.Column("permit_limit_kmh", BIG, nullable=True),
        sa.Column("escort_plan", sa.String(length=200), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.CheckConstraint("planned_arrival_at > planned_departure_at", name=op.f("ck_trips_times")),
        sa.ForeignKeyConstraint(["trailer_id"], ["vehicles.id"], name=op.f("fk_trips_trailer_id_vehicles")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_trips_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trips")),
        sa.UniqueConstraint("number", name=op.f("uq_trips_number")),
    )
    op.create_index(op.f("ix_trips_estimate_due_at"), "trips", ["estimate_due_at"], unique=False)
    op.create_index("ix_trips_state_id", "trips", ["state", "id"], unique=False)
    op.create_index(op.f("ix_trips_vehicle_id"), "trips", ["vehicle_id"], unique=False)
    op.create_table(
        "checks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("vehicle_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("items", DOCUMENT, nullable=False),
        sa.Column("defects", DOCUMENT, nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("verdict_passed", sa.Boolean(), nullable=True),
        sa.Column("verdict_by", sa.String(length=200), nullable=True),
        sa.Column("verdict_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_checks_trip_id_trips")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_checks_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
    )
    op.create_index(op.f("ix_checks_trip_id"), "checks", ["trip_id"], unique=False)
    op.create_table(
        "consignments",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("shipper_id", BIG, nullable=False),
        sa.Column("consignee_id", BIG, nullable=False),
        sa.Column("origin_site_id", BIG, nullable=False),
        sa.Column("destination_site_id", BIG, nullable=False),
        sa.Column("customer_ref", sa.String(length=64), nullable=True),
        sa.Column("shipment_mode", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("out_of_town", sa.Boolean(), nullable=False),
        sa.Column("hard_to_handle", sa.Boolean(), nullable=False),
        sa.Column("open_box_required", sa.Boolean(), nullable=False),
        sa.Column("total_mass_kg", BIG, nullable=False),
        sa.Column("total_volume_dm3", BIG, nullable=False),
        sa.Column("declared_value_fen", BIG, nullable=True),
        sa.Column("contact_name", sa.String(length=80), nullable=True),
        sa.Column("contact_phone", sa.String(length=32), nullable=True),
        sa.Column("notes", sa.String(length=1000), nullable=True),
        sa.Column("promised_arrival_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_arrival_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("estimated_arrival_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trip_id", BIG, nullable=True),
        sa.Column("replaces_id", BIG, nullable=True),
        sa.Column("track_hash", sa.String(length=64), nullable=False),
        sa.Column("track_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.ForeignKeyConstraint(["consignee_id"], ["parties.id"], name=op.f("fk_consignments_consignee_id_parties")),
        sa.ForeignKeyConstraint(
            ["destination_site_id"], ["sites.id"], name=op.f("fk_consignments_destination_site_id_sites")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["transport_orders.id"], name=op.f("fk_consignments_order_id_transport_orders")
        ),
        sa.ForeignKeyConstraint(["origin_site_id"], ["sites.id"], name=op.f("fk_consignments_origin_site_id_sites")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["consignments.id"], name=op.f("fk_consignments_replaces_id_consignments")
        ),
        sa.ForeignKeyConstraint(["shipper_id"], ["parties.id"], name=op.f("fk_consignments_shipper_id_parties")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_consignments_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consignments")),
        sa.UniqueConstraint("number", name=op.f("uq_consignments_number")),
        sa.UniqueConstraint("track_hash", name=op.f("uq_consignments_track_hash")),
    )
    op.create_index(op.f("ix_consignments_consignee_id"), "consignments", ["consignee_id"], unique=False)
    op.create_index(op.f("ix_consignments_order_id"), "consignments", ["order_id"], unique=False)
    op.create_index(op.f("ix_consignments_replaces_id"), "consignments", ["replaces_id"], unique=False)
    op.create_index("ix_consignments_shipper_id_id", "consignments", ["shipper_id", "id"], unique=False)
    op.create_index("ix_consignments_state_id", "consignments", ["state", "id"], unique=False)
    op.create_index(op.f("ix_consignments_trip_id"), "consignments", ["trip_id"], unique=False)
    op.create_index(
        "uq_consignments_customer_ref",
        "consignments",
        ["shipper_id", "customer_ref"],
        unique=True,
        sqlite_where=sa.text("customer_ref IS NOT NULL AND state <> 'cancelled'"),
        postgresql_where=sa.text("customer_ref IS NOT NULL AND state <> 'cancelled'"),
    )
    op.create_table(
        "crew_assignments",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("driver_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alcohol_mg_100ml", BIG, nullable=True),
        sa.Column("fit", sa.Boolean(), nullable=True),
        sa.Column("late_check_in", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_crew_assignments_driver_id_drivers")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_crew_assignments_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew_assignments")),
        sa.UniqueConstraint("trip_id", "driver_id", name=op.f("uq_crew_assignments_trip_id_driver_id")),
    )
    op.create_index(op.f("ix_crew_assignments_driver_id"), "crew_assignments", ["driver_id"], unique=False)
    op.create_table(
        "crew_waivers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_crew_waivers_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew_waivers")),
        sa.UniqueConstraint("trip_id", name=op.f("uq_crew_waivers_trip_id")),
    )
    op.create_table(
        "customer_seals",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("closure", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_customer_seals_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_seals")),
        sa.UniqueConstraint("trip_id", "number", name=op.f("uq_customer_seals_trip_id_number")),
    )
    op.create_table(
        "defects",
        sa.Column("id", BIG, nullable=False),
        sa.Column("vehicle_id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=True),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.String(length=200), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fixed_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_defects_trip_id_trips")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_defects_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defects")),
    )
    op.create_index(op.f("ix_defects_vehicle_id"), "defects", ["vehicle_id"], unique=False)
    op.create_table(
        "last_positions",
        sa.Column("vehicle_id", BIG, autoincrement=False, nullable=False),
        sa.Column("trip_id", BIG, nullable=True),
        sa.Column("fix_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat_e6", BIG, nullable=False),
        sa.Column("lon_e6", BIG, nullable=False),
        sa.Column("speed_kmh", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_last_positions_trip_id_trips")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_last_positions_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("vehicle_id", name=op.f("pk_last_positions")),
    )
    op.create_index(op.f("ix_last_positions_trip_id"), "last_positions", ["trip_id"], unique=False)
    op.create_table(
        "positions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("vehicle_id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=True),
        sa.Column("fix_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat_e6", BIG, nullable=False),
        sa.Column("lon_e6", BIG, nullable=False),
        sa.Column("speed_kmh", sa.Double(), nullable=True),
        sa.Column("heading", BIG, nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_positions_trip_id_trips")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_positions_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positions")),
        sa.UniqueConstraint("vehicle_id", "fix_at", "lat_e6", "lon_e6", name="uq_positions_fix"),
    )
    op.create_index("ix_positions_trip_id_fix_at", "positions", ["trip_id", "fix_at"], unique=False)
    op.create_table(
        "reservations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("resource", sa.String(length=40), nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_reservations_times")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_reservations_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
    )
    op.create_index("ix_reservations_resource_starts_at", "reservations", ["resource", "starts_at"], unique=False)
    op.create_index(op.f("ix_reservations_trip_id"), "reservations", ["trip_id"], unique=False)
    op.create_table(
        "seals",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("issued_to", sa.String(length=80), nullable=True),
        sa.Column("trip_id", BIG, nullable=True),
        sa.Column("closure", sa.String(length=32), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["seals.id"], name=op.f("fk_seals_replaced_by_id_seals")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_seals_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seals")),
        sa.UniqueConstraint("number", name=op.f("uq_seals_number")),
    )
    op.create_index("ix_seals_state_id", "seals", ["state", "id"], unique=False)
    op.create_index(op.f("ix_seals_trip_id"), "seals", ["trip_id"], unique=False)
    op.create_index(
        "uq_seals_live_closure",
        "seals",
        ["trip_id", "closure"],
        unique=True,
        sqlite_where=sa.text("state = 'applied'"),
        postgresql_where=sa.text("state = 'applied'"),
    )
    op.create_table(
        "securing_records",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("gear", DOCUMENT, nullable=False),
        sa.Column("photo", sa.String(length=64), nullable=True),
        sa.Column("not_applicable_reason", sa.String(length=500), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_securing_records_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_securing_records")),
        sa.UniqueConstraint("trip_id", "measure", name=op.f("uq_securing_records_trip_id_measure")),
    )
    op.create_table(
        "trip_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("driver_id", BIG, nullable=True),
        sa.Column("place", sa.String(length=32), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_trip_events_driver_id_drivers")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_trip_events_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_events")),
    )
    op.create_index("ix_trip_events_trip_id_occurred_at", "trip_events", ["trip_id", "occurred_at"], unique=False)
    op.create_table(
        "trip_stops",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("site_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("distance_km", sa.Double(), nullable=False),
        sa.Column("planned_arrival_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estimated_arrival_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_arrival_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seals_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal_exception", sa.Boolean(), nullable=False),
        sa.Column("joint_inspection_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("driver_statement", sa.String(length=1000), nullable=True),
        sa.Column("work_completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_trip_stops_site_id_sites")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_trip_stops_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_stops")),
        sa.UniqueConstraint("trip_id", "seq", name=op.f("uq_trip_stops_trip_id_seq")),
    )
    op.create_table(
        "wheel_periods",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("driver_id", BIG, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_wheel_periods_driver_id_drivers")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_wheel_periods_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wheel_periods")),
    )
    op.create_index("ix_wheel_periods_driver_id_began_at", "wheel_periods", ["driver_id", "began_at"], unique=False)
    op.create_index(op.f("ix_wheel_periods_trip_id"), "wheel_periods", ["trip_id"], unique=False)
    op.create_table(
        "acceptances",
        sa.Column("id", BIG, nullable=False),
        sa.Column("consignment_id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("clean", sa.Boolean(), nullable=False),
        sa.Column("consignee_name", sa.String(length=80), nullable=False),
        sa.Column("consignee_signature", sa.String(length=64), nullable=False),
        sa.Column("driver_name", sa.String(length=80), nullable=False),
        sa.Column("driver_signature", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["consignment_id"], ["consignments.id"], name=op.f("fk_acceptances_consignment_id_consignments")
        ),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_acceptances_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptances")),
        sa.UniqueConstraint("consignment_id", name=op.f("uq_acceptances_consignment_id")),
    )
    op.create_table(
        "cargo_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("consignment_id", BIG, nullable=False),
        sa.Column("line_no", BIG, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("specification", sa.String(length=120), nullable=True),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("cargo_class", sa.String(length=32), nullable=False),
        sa.Column("mot_code", sa.String(length=4), nullable=True),
        sa.Column("packaging", sa.String(length=32), nullable=False),
        sa.Column("packaging_verdict", sa.String(length=32), nullable=False),
        sa.Column("mass_kg", BIG, nullable=False),
        sa.Column("volume_dm3", BIG, nullable=False),
        sa.Column("piece_mass_kg", BIG, nullable=True),
        sa.Column("length_mm", BIG, nullable=True),
        sa.Column("width_mm", BIG, nullable=True),
        sa.Column("height_mm", BIG, nullable=True),
        sa.Column("manual_handling_ok", sa.Boolean(), nullable=False),
        sa.Column("finished_goods", sa.Boolean(), nullable=False),
        sa.Column("moisture_sensitive", sa.Boolean(), nullable=False),
        sa.Column("theft_prone", sa.Boolean(), nullable=False),
        sa.Column("stackable", sa.Boolean(), nullable=False),
        sa.Column("odour", sa.Boolean(), nullable=False),
        sa.Column("food_grade", sa.Boolean(), nullable=False),
        sa.Column("divisible", sa.Boolean(), nullable=False),
        sa.Column("temp_min_c", BIG, nullable=True),
        sa.Column("temp_max_c", BIG, nullable=True),
        sa.Column("hazmat_class", sa.String(length=4), nullable=True),
        sa.Column("un_number", sa.String(length=4), nullable=True),
        sa.Column("declared_value_fen", BIG, nullable=True),
        sa.Column("marks", DOCUMENT, nullable=False),
        sa.Column("documents", DOCUMENT, nullable=False),
        sa.CheckConstraint("quantity > 0 AND mass_kg > 0 AND volume_dm3 >= 0", name=op.f("ck_cargo_lines_amounts")),
        sa.ForeignKeyConstraint(
            ["consignment_id"], ["consignments.id"], name=op.f("fk_cargo_lines_consignment_id_consignments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cargo_lines")),
        sa.UniqueConstraint("consignment_id", "line_no", name=op.f("uq_cargo_lines_consignment_id_line_no")),
    )
    op.create_table(
        "consignment_legs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("consignment_id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("pickup_stop_id", BIG, nullable=False),
        sa.Column("drop_stop_id", BIG, nullable=False),
        sa.Column("hub_count", DOCUMENT, nullable=True),
        sa.Column("unloaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consignment_id"], ["consignments.id"], name=op.f("fk_consignment_legs_consignment_id_consignments")
        ),
        sa.ForeignKeyConstraint(
            ["drop_stop_id"], ["trip_stops.id"], name=op.f("fk_consignment_legs_drop_stop_id_trip_stops")
        ),
        sa.ForeignKeyConstraint(
            ["pickup_stop_id"], ["trip_stops.id"], name=op.f("fk_consignment_legs_pickup_stop_id_trip_stops")
        ),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_consignment_legs_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consignment_legs")),
        sa.UniqueConstraint("consignment_id", "trip_id", name=op.f("uq_consignment_legs_consignment_id_trip_id")),
    )
    op.create_index(op.f("ix_consignment_legs_drop_stop_id"), "consignment_legs", ["drop_stop_id"], unique=False)
    op.create_index(op.f("ix_consignment_legs_trip_id"), "consignment_legs", ["trip_id"], unique=False)
    op.create_table(
        "estimates",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("stop_id", BIG, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrival_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remaining_km", sa.Double(), nullable=False),
        sa.Column("speed_kmh", BIG, nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False),
        sa.Column("ruleset_version", BIG, nullable=False),
        sa.ForeignKeyConstraint(["stop_id"], ["trip_stops.id"], name=op.f("fk_estimates_stop_id_trip_stops")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_estimates_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimates")),
    )
    op.create_index("ix_estimates_stop_id_made_at", "estimates", ["stop_id", "made_at"], unique=False)
    op.create_index(op.f("ix_estimates_trip_id"), "estimates", ["trip_id"], unique=False)
    op.create_table(
        "import_rows",
        sa.Column("id", BIG, nullable=False),
        sa.Column("file_id", BIG, nullable=False),
        sa.Column("row_no", BIG, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False),
        sa.Column("consignment_id", BIG, nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["consignment_id"], ["consignments.id"], name=op.f("fk_import_rows_consignment_id_consignments")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["import_files.id"], name=op.f("fk_import_rows_file_id_import_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
        sa.UniqueConstraint("file_id", "row_no", name=op.f("uq_import_rows_file_id_row_no")),
    )
    op.create_index(op.f("ix_import_rows_consignment_id"), "import_rows", ["consignment_id"], unique=False)
    op.create_index(op.f("ix_import_rows_fingerprint"), "import_rows", ["fingerprint"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("stop_id", BIG, nullable=False),
        sa.Column("consignee_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("version_no", BIG, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("lead_minutes", BIG, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("eta_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("breach", sa.String(length=32), nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["consignee_id"], ["parties.id"], name=op.f("fk_notices_consignee_id_parties")),
        sa.ForeignKeyConstraint(["stop_id"], ["trip_stops.id"], name=op.f("fk_notices_stop_id_trip_stops")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_notices_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notices_public_id")),
        sa.UniqueConstraint(
            "stop_id", "consignee_id", "version_no", name=op.f("uq_notices_stop_id_consignee_id_version_no")
        ),
    )
    op.create_index("ix_notices_state_due_at", "notices", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_notices_trip_id"), "notices", ["trip_id"], unique=False)
    op.create_table(
        "seal_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("seal_id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("closure", sa.String(length=32), nullable=True),
        sa.Column("finding", sa.String(length=32), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("facts", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["seal_id"], ["seals.id"], name=op.f("fk_seal_events_seal_id_seals")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_seal_events_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_events")),
    )
    op.create_index(op.f("ix_seal_events_seal_id"), "seal_events", ["seal_id"], unique=False)
    op.create_index(op.f("ix_seal_events_trip_id"), "seal_events", ["trip_id"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("trip_id", BIG, nullable=True),
        sa.Column("consignment_id", BIG, nullable=True),
        sa.Column("facts", DOCUMENT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=200), nullable=True),
        sa.Column("outcome", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["consignment_id"], ["consignments.id"], name=op.f("fk_tasks_consignment_id_consignments")
        ),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_tasks_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("key", name=op.f("uq_tasks_key")),
    )
    op.create_index("ix_tasks_done_at_due_at", "tasks", ["done_at", "due_at"], unique=False)
    op.create_index(op.f("ix_tasks_trip_id"), "tasks", ["trip_id"], unique=False)
    op.create_table(
        "notice_attempts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("notice_id", BIG, nullable=False),
        sa.Column("channel_id", BIG, nullable=True),
        sa.Column("channel_kind", sa.String(length=32), nullable=False),
        sa.Column("attempt_no", BIG, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("receipt", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_notice_attempts_channel_id_channels")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_attempts_notice_id_notices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_attempts")),
        sa.UniqueConstraint("notice_id", "attempt_no", name=op.f("uq_notice_attempts_notice_id_attempt_no")),
    )
    op.create_table(
        "pickup_counts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.Column("stop_id", BIG, nullable=False),
        sa.Column("consignment_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("listed_quantity", BIG, nullable=False),
        sa.Column("counted_quantity", BIG, nullable=False),
        sa.Column("agent_name", sa.String(length=80), nullable=False),
        sa.Column("agent_signature", sa.String(length=64), nullable=False),
        sa.Column("difference_settled", sa.String(length=500), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["consignment_id"], ["consignments.id"], name=op.f("fk_pickup_counts_consignment_id_consignments")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["cargo_lines.id"], name=op.f("fk_pickup_counts_line_id_cargo_lines")),
        sa.ForeignKeyConstraint(["stop_id"], ["trip_stops.id"], name=op.f("fk_pickup_counts_stop_id_trip_stops")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_pickup_counts_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_counts")),
        sa.UniqueConstraint("trip_id", "line_id", name=op.f("uq_pickup_counts_trip_id_line_id")),
    )
    op.create_index(op.f("ix_pickup_counts_consignment_id"), "pickup_counts", ["consignment_id"], unique=False)
    op.create_table(
        "receipt_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("acceptance_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("line_no", BIG, nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("received_name", sa.String(length=120), nullable=False),
        sa.Column("received_specification", sa.String(length=120), nullable=True),
        sa.Column("received_quantity", BIG, nullable=False),
        sa.Column("accepted_quantity", BIG, nullable=False),
        sa.Column("refused_quantity", BIG, nullable=False),
        sa.Column("refusal_reason", sa.String(length=32), nullable=True),
        sa.Column("photo", sa.String(length=64), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("open_box", DOCUMENT, nullable=False),
        sa.Column("documents_missing", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["acceptance_id"], ["acceptances.id"], name=op.f("fk_receipt_lines_acceptance_id_acceptances")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["cargo_lines.id"], name=op.f("fk_receipt_lines_line_id_cargo_lines")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_lines")),
        sa.UniqueConstraint("acceptance_id", "line_no", name=op.f("uq_receipt_lines_acceptance_id_line_no")),
    )
    triggers.install()


def downgrade() -> None:
    triggers.remove()
    op.drop_table("receipt_lines")
    op.drop_index(op.f("ix_pickup_counts_consignment_id"), table_name="pickup_counts")
    op.drop_table("pickup_counts")
    op.drop_table("notice_attempts")
    op.drop_index(op.f("ix_tasks_trip_id"), table_name="tasks")
    op.drop_index("ix_tasks_done_at_due_at", table_name="tasks")
    op.drop_table("tasks")
    op.drop_index(op.f("ix_seal_events_trip_id"), table_name="seal_events")
    op.drop_index(op.f("ix_seal_events_seal_id"), table_name="seal_events")
    op.drop_table("seal_events")
    op.drop_index(op.f("ix_notices_trip_id"), table_name="notices")
    op.drop_index("ix_notices_state_due_at", table_name="notices")
    op.drop_table("notices")
    op.drop_index(op.f("ix_import_rows_fingerprint"), table_name="import_rows")
    op.drop_index(op.f("ix_import_rows_consignment_id"), table_name="import_rows")
    op.drop_table("import_rows")
    op.drop_index(op.f("ix_estimates_trip_id"), table_name="estimates")
    op.drop_index("ix_estimates_stop_id_made_at", table_name="estimates")
    op.drop_table("estimates")
    op.drop_index(op.f("ix_consignment_legs_trip_id"), table_name="consignment_legs")
    op.drop_index(op.f("ix_consignment_legs_drop_stop_id"), table_name="consignment_legs")
    op.drop_table("consignment_legs")
    op.drop_table("cargo_lines")
    op.drop_table("acceptances")
    op.drop_index(op.f("ix_wheel_periods_trip_id"), table_name="wheel_periods")
    op.drop_index("ix_wheel_periods_driver_id_began_at", table_name="wheel_periods")
    op.drop_table("wheel_periods")
    op.drop_table("trip_stops")
    op.drop_index("ix_trip_events_trip_id_occurred_at", table_name="trip_events")
    op.drop_table("trip_events")
    op.drop_table("securing_records")
    op.drop_index(
        "uq_seals_live_closure",
        table_name="seals",
        sqlite_where=sa.text("state = 'applied'"),
        postgresql_where=sa.text("state = 'applied'"),
    )
    op.drop_index(op.f("ix_seals_trip_id"), table_name="seals")
    op.drop_index("ix_seals_state_id", table_name="seals")
    op.drop_table("seals")
    op.drop_index(op.f("ix_reservations_trip_id"), table_name="reservations")
    op.drop_index("ix_reservations_resource_starts_at", table_name="reservations")
    op.drop_table("reservations")
    op.drop_index("ix_positions_trip_id_fix_at", table_name="positions")
    op.drop_table("positions")
    op.drop_index(op.f("ix_last_positions_trip_id"), table_name="last_positions")
    op.drop_table("last_positions")
    op.drop_index(op.f("ix_defects_vehicle_id"), table_name="defects")
    op.drop_table("defects")
    op.drop_table("customer_seals")
    op.drop_table("crew_waivers")
    op.drop_index(op.f("ix_crew_assignments_driver_id"), table_name="crew_assignments")
    op.drop_table("crew_assignments")
    op.drop_index(
        "uq_consignments_customer_ref",
        table_name="consignments",
        sqlite_where=sa.text("customer_ref IS NOT NULL AND state <> 'cancelled'"),
        postgresql_where=sa.text("customer_ref IS NOT NULL AND state <> 'cancelled'"),
    )
    op.drop_index(op.f("ix_consignments_trip_id"), table_name="consignments")
    op.drop_index("ix_consignments_state_id", table_name="consignments")
    op.drop_index("ix_consignments_shipper_id_id", table_name="consignments")
    op.drop_index(op.f("ix_consignments_replaces_id"), table_name="consignments")
    op.drop_index(op.f("ix_consignments_order_id"), table_name="consignments")
    op.drop_index(op.f("ix_consignments_consignee_id"), table_name="consignments")
    op.drop_table("consignments")
    op.drop_index(op.f("ix_checks_trip_id"), table_name="checks")
    op.drop_table("checks")
    op.drop_index(op.f("ix_trips_vehicle_id"), table_name="trips")
    op.drop_index("ix_trips_state_id", table_name="trips")
    op.drop_index(op.f("ix_trips_estimate_due_at"), table_name="trips")
    op.drop_table("trips")
    op.drop_index(op.f("ix_webhook_deliveries_channel_id"), table_name="webhook_deliveries")
    op.drop_table("webhook_deliveries")
    op.drop_table("vehicles")
    op.drop_index(op.f("ix_api_keys_user_id"), table_name="api_keys")
    op.drop_table("api_keys")
    op.drop_table("users")
    op.drop_index(op.f("ix_transport_orders_shipper_id"), table_name="transport_orders")
    op.drop_table("transport_orders")
    op.drop_index(op.f("ix_sites_party_id"), table_name="sites")
    op.drop_table("sites")
    op.drop_index(op.f("ix_import_files_shipper_id"), table_name="import_files")
    op.drop_table("import_files")
    op.drop_table("channels")
    op.drop_table("rulesets")
    op.drop_index("uq_road_distances_pair", table_name="road_distances")
    op.drop_table("road_distances")
    op.drop_index(op.f("ix_parties_owner_id"), table_name="parties")
    op.drop_table("parties")
    op.drop_index(
        "ix_outbox_due",
        table_name="outbox",
        sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
    )
    op.drop_table("outbox")
    op.drop_table("number_series")
    op.drop_index("ix_journal_trip_id", table_name="journal")
    op.drop_index("ix_journal_consignment_id", table_name="journal")
    op.drop_table("journal")
    op.drop_index(op.f("ix_idempotency_created_at"), table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_index(op.f("ix_files_public_id"), table_name="files")
    op.drop_table("files")
    op.drop_table("drivers")
    op.drop_table("beats")
