"""Positions: checked, doubted where they must be, written in one statement, and what follows from them (R-F-03, 3.5).

Bulk intake skips ORM objects, not the transaction: see docs/decisions/0010-bulk-intake-skips-the-orm.md. Every door
comes in here: plates and devices by HTTP, forwarded positions, terminals by TCP.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, cast

from sqlalchemy import Table, bindparam, update

from models.telematics import Device
from models.trips import Trip
from models.vocabulary import CoordSystem, PositionDoubt, RoadClass
from services.estimates import arrivals
from services.geo import gcj02_to_wgs84
from services.policy.jumps import sift
from services.positions import over_speed, position_jumps, position_store, riding
from services.positions.asking import ask_for_watch
from services.positions.over_speed import Driven
from services.positions.position_store import E6, Row
from services.positions.riding import Reach, Rides, Terminal
from services.transaction import Tx

# a device is said to be heard at most this often: each time is a write
HEARD_EVERY = timedelta(minutes=1)
MARKS = {PositionDoubt.MOCK: "FIX_MOCK", PositionDoubt.JUMP: "FIX_JUMP"}


class Fix(NamedTuple):
    """One position as a device gave it, already checked: degrees, km/h, aware time.

    It is of the vehicle ``plate``, or of the one that ``device`` rode on. Degrees are WGS-84 unless ``datum`` says
    otherwise; of a device, None is the datum it was registered with.
    """

    plate: str
    fix_at: datetime
    lat: float
    lon: float
    speed_kmh: float | None = None
    heading: int | None = None
    road: RoadClass | None = None
    signed_limit_kmh: int | None = None
    visibility_m: int | None = None
    device: str = ""
    datum: CoordSystem | None = None
    source: str = "api"
    mock: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: stored, known already; refused, and stored but doubted, each with index and code."""

    stored: int
    duplicates: int
    refused: tuple[dict[str, Any], ...] = ()
    doubted: tuple[dict[str, Any], ...] = ()


class Sighting(NamedTuple):
    """A fix that was taken: of which vehicle, in WGS-84, and its place in the batch; sorted it is the order stored."""

    vehicle_id: int
    at: datetime
    lat: float
    lon: float
    place: int


# a sighting and the trip that its vehicle was on then
Ridden: TypeAlias = tuple[Sighting, int | None]


def take(tx: Tx, fixes: Sequence[Fix]) -> Taken:
    """Store a batch of positions once each, move the last positions, note over-speed, ask for estimates.

    A plate or device that is unknown or not the caller's, one that rode on no vehicle then, and a time in the future
    or too old refuse their own position and not the batch. What is feigned or cannot be is stored, marked, and moves
    nothing.
    """
    known = riding.reach(tx, {fix.plate for fix in fixes}, {fix.device for fix in fixes})
    seen, refused = _sighted(tx, fixes, known)
    _hear(tx, fixes, known)
    if not seen:
        return Taken(0, 0, tuple(refused))
    rides = riding.rides(tx, {one.vehicle_id for one in seen}, min(one.at for one in seen))
    doubts = _sift(tx, fixes, seen, rides)
    trip_ids = list(rides.of_all(seen))
    stored = position_store.put(tx, _rows(tx, fixes, seen, trip_ids, doubts))
    pairs = zip(seen, trip_ids, strict=True)
    _follow(tx, fixes, [(one, trip_id) for one, trip_id in pairs if one.place not in doubts], rides.running)
    doubted = tuple({"index": index, "code": MARKS[doubt]} for index, doubt in sorted(doubts.items()))
    return Taken(stored, len(seen) - stored, tuple(refused), doubted)


def _sighted(tx: Tx, fixes: Sequence[Fix], known: Reach) -> tuple[list[Sighting], list[dict[str, Any]]]:
    """Sort what can be taken by vehicle and time, and say of the rest why it cannot."""
    rules = tx.ruleset.tracking
    latest = tx.now + timedelta(minutes=rules.device_skew_minutes)
    # what would be erased at once is not taken in
    oldest = tx.now - timedelta(days=min(rules.device_backlog_days, rules.positions_days))
    vehicles, only = known.vehicles, known.only
    seen: list[Sighting] = []
    refused: list[dict[str, Any]] = []
    for index, fix in enumerate(fixes):
        plate, at, lat, lon = fix[:4]
        vehicle_id = vehicles.get(plate) if plate else _carrier(fix, known)
        if vehicle_id is None or (only is not None and vehicle_id not in only):
            refused.append({"index": index, "code": _object_to_sender(fix, known)})
        elif code := _object_to_fix(fix, latest, oldest):
            refused.append({"index": index, "code": code})
        else:
            if fix.datum is not None or fix.device:
                lat, lon = _in_wgs84(fix, known)
            seen.append(Sighting(vehicle_id, position_store.in_utc(at), lat, lon, index))
    seen.sort()
    return seen, refused


def _carrier(fix: Fix, known: Reach) -> int | None:
    terminal = known.terminals.get(fix.device)
    return None if terminal is None else riding.during(known.mounts.get(terminal.id, ()), fix.fix_at)


def _object_to_sender(fix: Fix, known: Reach) -> str:
    if fix.plate:
        return "PLATE_UNKNOWN"
    unmounted = fix.device in known.terminals and _carrier(fix, known) is None and known.only is None
    return "DEVICE_NOT_MOUNTED" if unmounted else "DEVICE_UNKNOWN"


def _object_to_fix(fix: Fix, latest: datetime, oldest: datetime) -> str | None:
    if fix.fix_at > latest:
        return "FIX_IN_THE_FUTURE"
    if fix.fix_at < oldest:
        return "FIX_TOO_OLD"
    if -1e-6 < fix.lat < 1e-6 and -1e-6 < fix.lon < 1e-6:
        return "FIX_AT_ZERO"
    return None


def _in_wgs84(fix: Fix, known: Reach) -> tuple[float, float]:
    datum = fix.datum or (known.terminals[fix.device].datum if fix.device else None)
    return gcj02_to_wgs84(fix.lat, fix.lon) if datum is CoordSystem.GCJ02 else (fix.lat, fix.lon)


def _hear(tx: Tx, fixes: Sequence[Fix], known: Reach) -> None:
    """Note when each device of the batch was heard."""
    heard = {fix.device for fix in fixes if fix.device in known.terminals}
    hear(tx, (known.terminals[terminal] for terminal in heard))


def hear(tx: Tx, terminals: Iterable[Terminal]) -> None:
    """Note that devices were heard now, unless that was noted a moment ago."""
    due = sorted(one.id for one in terminals if one.heard_at is None or tx.now - one.heard_at >= HEARD_EVERY)
    if due:
        table = cast(Table, Device.__table__)
        statement = update(table).where(table.c.id == bindparam("device_id")).values(heard_at=tx.now)
        tx.connection.execute(statement, [{"device_id": device_id} for device_id in due])


def _sift(tx: Tx, fixes: Sequence[Fix], seen: Sequence[Sighting], rides: Rides) -> dict[int, PositionDoubt]:
    """Give the doubted fixes by index, and keep the events of the jumps."""
    doubts = {one.place: PositionDoubt.MOCK for one in seen if fixes[one.place].mock}
    before = position_jumps.seen_of(tx, {one.vehicle_id for one in seen})
    for vehicle_id, group in groupby(seen, key=itemgetter(0)):
        own = [one for one in group if one.place not in doubts]
        found = sift(own, before[vehicle_id], tx.ruleset.tracking)
        for stray in found.doubted:
            doubts[own[stray].place] = PositionDoubt.JUMP
        if found.jumps:
            trip_id = rides.at(vehicle_id, found.jumps[0].began_at)
            position_jumps.write(tx, vehicle_id, before[vehicle_id], found.jumps, trip_id)
        if found.proven is not None:
            position_store.believe(tx, vehicle_id, found.proven)
    return doubts


def _rows(
    tx: Tx,
    fixes: Sequence[Fix],
    seen: Sequence[Sighting],
    trip_ids: Sequence[int | None],
    doubts: Mapping[int, PositionDoubt],
) -> Iterator[Row]:
    now = tx.now
    marks = {place: doubt.value for place, doubt in doubts.items()}
    for (vehicle_id, at, lat, lon, place), trip_id in zip(seen, trip_ids, strict=True):
        fix = fixes[place]
        north, east = round(lat * E6), round(lon * E6)
        yield (vehicle_id, trip_id, at, now, north, east, fix.speed_kmh, fix.heading, fix.source, marks.get(place))


def _follow(tx: Tx, fixes: Sequence[Fix], believed: Sequence[Ridden], running: Mapping[int, Trip]) -> None:
    """Move the last positions, note over-speed and ask for estimates when a truck under way was heard."""
    # they are in order of time, so the last of each vehicle is its newest
    newest = {ridden[0].vehicle_id: ridden for ridden in believed}
    if newest:
        ask_for_watch(tx)
    position_store.move_last(tx, {each: _last(fixes, ridden) for each, ridden in newest.items()})
    if running:
        driven = list(_driven(fixes, believed, running))
        over_speed.note(tx, driven)
        if driven:
            arrivals.owe_round(tx, tx.now)


def _last(fixes: Sequence[Fix], ridden: Ridden) -> dict[str, Any]:
    one, trip_id = ridden
    values = (one.vehicle_id, trip_id, one.at, round(one.lat * E6), round(one.lon * E6), fixes[one.place].speed_kmh)
    return dict(zip(position_store.MOVED, values, strict=True))


def _driven(fixes: Sequence[Fix], believed: Sequence[Ridden], running: Mapping[int, Trip]) -> Iterator[Driven]:
    for one, trip_id in believed:
        trip = running.get(trip_id or 0)
        if trip is not None:
            fix = fixes[one.place]
            yield Driven(trip, one.at, fix.speed_kmh, fix.road, fix.signed_limit_kmh, fix.visibility_m)
