"""Positions by month on PostgreSQL: one partition a month, and a default one that takes what belongs to none.

SQLite has no partitions and keeps its table. The rows are copied, and keys and indexes built after them: both are
several times faster than moving the rows under their indexes. It runs while nothing else does, in one transaction.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# as the ruleset of this version keeps positions when the company says nothing else
KEPT_DAYS = 180
MONTHS_AHEAD = 2
MONTHS = sa.text("""
    SELECT month AT TIME ZONE 'UTC' FROM generate_series(
        date_trunc('month', now() AT TIME ZONE 'UTC' - make_interval(days => :kept)),
        date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => :ahead), interval '1 month') AS s (month)
    UNION SELECT date_trunc('month', fix_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' FROM positions_before ORDER BY 1
""")
KEYS = """
    ALTER TABLE positions ADD CONSTRAINT pk_positions PRIMARY KEY ({key}),
        ADD CONSTRAINT uq_positions_fix UNIQUE (vehicle_id, fix_at, lat_e6, lon_e6),
        ADD CONSTRAINT fk_positions_trip_id_trips FOREIGN KEY (trip_id) REFERENCES trips (id),
        ADD CONSTRAINT fk_positions_vehicle_id_vehicles FOREIGN KEY (vehicle_id) REFERENCES vehicles (id);
    CREATE INDEX ix_positions_trip_id_fix_at ON positions (trip_id, fix_at);
    CREATE INDEX ix_positions_fix_at ON positions USING brin (fix_at)
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    _set_aside()
    op.execute("CREATE TABLE positions (LIKE positions_before INCLUDING DEFAULTS) PARTITION BY RANGE (fix_at)")
    for month in op.get_bind().scalars(MONTHS, {"kept": KEPT_DAYS, "ahead": MONTHS_AHEAD}).all():
        begin = month.astimezone(UTC)
        end = datetime(begin.year + begin.month // 12, begin.month % 12 + 1, 1, tzinfo=UTC)
        op.execute(
            f"CREATE TABLE positions_y{begin:%Y}m{begin:%m} PARTITION OF positions "
            f"FOR VALUES FROM ('{begin.isoformat()}') TO ('{end.isoformat()}')"
        )
    op.execute("CREATE TABLE positions_default PARTITION OF positions DEFAULT")
    _take_over("id, fix_at")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    _set_aside()
    op.execute("CREATE TABLE positions (LIKE positions_before INCLUDING DEFAULTS)")
    _take_over("id")


def _set_aside() -> None:
    """Rename the table and give its names free."""
    op.execute("SET LOCAL statement_timeout = 0")  # a year of positions takes longer than a request may
    op.execute("ALTER TABLE positions RENAME TO positions_before")
    for name in ("pk_positions", "uq_positions_fix", "fk_positions_trip_id_trips", "fk_positions_vehicle_id_vehicles"):
        op.execute(f"ALTER TABLE positions_before DROP CONSTRAINT {name}")
    op.execute("DROP INDEX ix_positions_trip_id_fix_at, ix_positions_fix_at")


def _take_over(key: str) -> None:
    """Copy every row, let the old table go, and put keys and indexes on the new one."""
    op.execute("INSERT INTO positions SELECT * FROM positions_before")
    op.execute("ALTER SEQUENCE positions_id_seq OWNED BY positions.id")
    op.execute("DROP TABLE positions_before")
    op.execute(KEYS.format(key=key))
    op.execute("ANALYZE positions")  # nobody else does it for a table that is cut into pieces
