"""What is known of each vehicle after the last fix that was watched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "vehicle_watches",
        sa.Column("vehicle_id", BIG, autoincrement=False, nullable=False),
        sa.Column("watched_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_vehicle_watches_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("vehicle_id", name=op.f("pk_vehicle_watches")),
    )


def downgrade() -> None:
    op.drop_table("vehicle_watches")
