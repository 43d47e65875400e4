"""Word of an accident to the shippers whose goods were on the truck, by webhook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.accidents import Accident
from models.trips import Trip
from services.announcing import announce
from services.queries.cargo_care import goods_concerned
from services.transaction import Tx


def tell_shippers(
    tx: Tx,
    accident: Accident,
    event: str,
    facts: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> None:
    """Owe ``accident.reported``, ``accident.determined`` or ``accident.closed`` to each shipper concerned.

    Customers learn the number, the trip and what concerns their goods; people, money and grades stay inside.
    """
    if accident.trip_id is None:
        return
    trip = tx.session.get_one(Trip, accident.trip_id)
    told = {"accident": accident.number, "trip": trip.number, **(facts or {})}
    for goods in goods_concerned(tx, accident):
        about = f"{accident.number}-{accident.round}"
        announce(tx, event, (goods.id, goods.shipper_id), told, occurred_at, about=about)
