"""Jumps of positions as events of the vehicle: begun by a stray fix, ended by the next one that is believed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update

from models.telematics import VehicleEvent
from models.vocabulary import VehicleEventKind
from services.policy.jumps import Jump, Seen, Spot
from services.positions.position_store import last_spots
from services.transaction import Tx

TABLE = cast(Table, VehicleEvent.__table__)
OPEN_JUMP = (TABLE.c.kind == VehicleEventKind.POSITION_JUMP) & TABLE.c.ended_at.is_(None)

WAITING = select(TABLE.c.vehicle_id, TABLE.c.began_at, TABLE.c.facts).where(
    OPEN_JUMP, TABLE.c.vehicle_id.in_(bindparam("vehicle_ids", expanding=True))
)


def seen_of(tx: Tx, vehicle_ids: Collection[int]) -> dict[int, Seen]:
    """Give what is known of each vehicle: where it was last believed to be, and the doubted place that waits."""
    last = last_spots(tx, vehicle_ids)
    rows = tx.connection.execute(WAITING, {"vehicle_ids": list(vehicle_ids)})
    waiting = {row.vehicle_id: (_spot(row.facts), row.began_at) for row in rows}
    return {each: Seen(last.get(each), *waiting.get(each, (None, None))) for each in vehicle_ids}


def write(tx: Tx, vehicle_id: int, before: Seen, jumps: Iterable[Jump], trip_id: int | None) -> None:
    """Write what became of a vehicle's jumps: the one that was open goes on or ends, others are new."""
    was_open = before.waiting is not None
    for jump in jumps:
        values = {"ended_at": jump.ended_at, "facts": _facts(before, jump)}
        if was_open:
            tx.connection.execute(update(TABLE).where(OPEN_JUMP, TABLE.c.vehicle_id == vehicle_id).values(values))
        else:
            _begin(tx, {"vehicle_id": vehicle_id, "trip_id": trip_id, "began_at": jump.began_at, **values})
        was_open = False


def _begin(tx: Tx, values: Mapping[str, Any]) -> None:
    # another batch of the same vehicle may have begun it this very moment: one open event is enough
    put = tx.upsert(VehicleEvent).values({"kind": VehicleEventKind.POSITION_JUMP, "subject": "", **values})
    tx.connection.execute(put.on_conflict_do_nothing())


def _facts(before: Seen, jump: Jump) -> dict[str, Any]:
    place = jump.place
    facts: dict[str, Any] = {"at": place.at.isoformat(), "lat": place.lat, "lon": place.lon}
    if before.last is not None:
        facts["from"] = {"at": before.last.at.isoformat(), "lat": before.last.lat, "lon": before.last.lon}
    return facts | ({"accepted": jump.accepted} if jump.ended_at is not None else {})


def _spot(facts: Mapping[str, Any]) -> Spot:
    return Spot(datetime.fromisoformat(facts["at"]).astimezone(UTC), facts["lat"], facts["lon"])
