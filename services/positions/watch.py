"""The watch over vehicles: what came in since the last look is gone through for all of them in one job.

The rules are in services/policy/watching.py; here their facts are read, in a fixed number of statements however many
vehicles have reported, and what happened is written and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, select, update

from models.telematics import VehicleWatch
from models.tracking import LastPosition, Position
from services.geo.corridors import Hop, outside_km
from services.geo.fences import Fences, Spotted
from services.policy import watching as policy
from services.policy.watching import Look, Surroundings
from services.positions import silence, surroundings, watch_outcomes, watch_state
from services.positions.surroundings import Drive, FenceBook
from services.transaction import Tx

VEHICLES = 500
FIXES = 20_000
# what a vehicle that was never watched before has done earlier than this is past telling
FIRST_LOOK = timedelta(days=1)
TABLE = cast(Table, VehicleWatch.__table__)
BOOK = FenceBook()


@dataclass(frozen=True, slots=True)
class Known:
    """What a look goes by: the grounds of sites, and by trip its ways and who drove."""

    fences: Fences
    hops: Mapping[int, Sequence[Hop]]
    drives: Mapping[int, Sequence[Drive]]


def watch_due(tx: Tx) -> datetime | None:
    """Go through the fixes that were not watched yet; gives the present instant while more of them wait."""
    watch_outcomes.end_with_trips(tx)
    silence.find(tx)
    watches = _waiting(tx)
    if not watches:
        return None
    rows = _fixes(tx, watches)
    known = _known(tx, rows)
    seen = zip(rows, _spotted(known.fences, rows), strict=True)
    looked = [_look(tx, watches[vehicle_id], list(own), known) for vehicle_id, own in groupby(seen, key=_vehicle)]
    silence.end(tx, {row["seen_id"]: (row.pop("from"), row["to"]) for row in looked})
    _keep(tx, watches, looked, whole=len(rows) < FIXES)
    return tx.now if len(rows) == FIXES or len(watches) == VEHICLES else None


def _vehicle(seen: tuple[Any, Spotted]) -> int:
    return int(seen[0].vehicle_id)


def _look(tx: Tx, before: VehicleWatch, own: Sequence[tuple[Any, Spotted]], known: Known) -> dict[str, Any]:
    """Go through one vehicle's fixes, write what happened, and give what is known then."""
    rows = [row for row, _ in own]
    looks = _looks(rows, [spot for _, spot in own], known)
    after, happened = policy.watch(watch_state.known_of(before.known), looks, _around(known, rows), tx.ruleset)
    for one in happened:
        watch_outcomes.write(tx, before.vehicle_id, _trip_at(rows, one.at), one)
    ends = {"from": rows[0].fix_at, "to": rows[-1].fix_at}
    return {"seen_id": before.vehicle_id, "state": watch_state.stored(after), **ends}


def _waiting(tx: Tx) -> dict[int, VehicleWatch]:
    """Lock and give the watches of vehicles that reported since; another worker's are left to him."""
    fresh = select(LastPosition.vehicle_id, LastPosition.fix_at).outerjoin(
        VehicleWatch, VehicleWatch.vehicle_id == LastPosition.vehicle_id
    )
    new = tx.session.scalars(fresh.where(VehicleWatch.vehicle_id.is_(None)).limit(VEHICLES)).all()
    if new:
        rows = [{"vehicle_id": each, "watched_to": tx.now - FIRST_LOOK, "known": {}} for each in sorted(new)]
        tx.connection.execute(tx.upsert(VehicleWatch).on_conflict_do_nothing(), rows)
    query = select(VehicleWatch).join(LastPosition, LastPosition.vehicle_id == VehicleWatch.vehicle_id)
    query = query.where(LastPosition.fix_at > VehicleWatch.watched_to).order_by(VehicleWatch.vehicle_id)
    locked = query.limit(VEHICLES).with_for_update(skip_locked=True, of=VehicleWatch)
    return {row.vehicle_id: row for row in tx.session.scalars(locked)}


def _fixes(tx: Tx, watches: Mapping[int, VehicleWatch]) -> Sequence[Any]:
    """Give the believed fixes of some vehicles since each was watched, by vehicle and time."""
    query = select(Position.vehicle_id, Position.trip_id, Position.fix_at, Position.lat_e6, Position.lon_e6)
    query = query.join(VehicleWatch, VehicleWatch.vehicle_id == Position.vehicle_id)
    query = query.where(
        Position.vehicle_id.in_(watches),
        Position.fix_at > VehicleWatch.watched_to,
        # said once more as a number, so that PostgreSQL opens no month that cannot hold any
        Position.fix_at > min(row.watched_to for row in watches.values()),
        Position.doubt.is_(None),
    )
    return tx.connection.execute(query.order_by(Position.vehicle_id, Position.fix_at).limit(FIXES)).all()


def _known(tx: Tx, rows: Sequence[Any]) -> Known:
    trips = {row.trip_id for row in rows if row.trip_id is not None}
    return Known(BOOK.open(tx), surroundings.hops_of(tx, trips, tx.ruleset), surroundings.drives_of(tx, trips))


def _spotted(fences: Fences, rows: Sequence[Any]) -> list[Spotted]:
    e6 = surroundings.E6
    return fences.locate([row.lat_e6 / e6 for row in rows], [row.lon_e6 / e6 for row in rows])


def _looks(own: Sequence[Any], seen: Sequence[Spotted], known: Known) -> list[Look]:
    e6 = surroundings.E6
    off: list[float | None] = []
    for trip_id, group in groupby(own, key=attrgetter("trip_id")):
        part = list(group)
        hops = known.hops.get(trip_id)
        lats, lons = [row.lat_e6 / e6 for row in part], [row.lon_e6 / e6 for row in part]
        off += outside_km(hops, lats, lons) if hops else [None] * len(part)
    return [
        Look(row.fix_at, row.lat_e6 / e6, row.lon_e6 / e6, spot.site, spot.near, off_km, row.trip_id)
        for row, spot, off_km in zip(own, seen, off, strict=True)
    ]


def _around(known: Known, own: Sequence[Any]) -> Surroundings:
    def crossed(site: str, before: Look, look: Look) -> datetime:
        share = known.fences.share_crossed(site, (before.lat, before.lon), (look.lat, look.lon))
        return before.at + share * (look.at - before.at)

    drives = [drive for trip_id in {row.trip_id for row in own} for drive in known.drives.get(trip_id, ())]
    drives.sort(key=lambda drive: drive[0])
    return Surroundings(crossed, lambda begin, end: surroundings.cut(drives, begin, end))


def _trip_at(own: Sequence[Any], at: datetime) -> int | None:
    """Give the trip that the first fix from an instant on belongs to."""
    trip_id: int | None = next((row.trip_id for row in own if row.fix_at >= at), own[-1].trip_id)
    return trip_id


def _keep(tx: Tx, watches: Iterable[int], looked: Sequence[dict[str, Any]], *, whole: bool) -> None:
    """Keep what is known now; vehicles whose fixes were all doubted are watched up to their last one."""
    if looked:
        values: dict[str, Any] = {"watched_to": bindparam("to"), "known": bindparam("state")}
        tx.connection.execute(update(TABLE).where(TABLE.c.vehicle_id == bindparam("seen_id")).values(values), looked)
    silent = set(watches) - {row["seen_id"] for row in looked}
    if whole and silent:
        newest = select(func.max(LastPosition.fix_at)).where(LastPosition.vehicle_id == TABLE.c.vehicle_id)
        statement = update(TABLE).where(TABLE.c.vehicle_id.in_(silent)).values(watched_to=newest.scalar_subquery())
        tx.connection.execute(statement)
