"""Which vehicle a position counts for, and which trip: those of the time of the fix, however late it comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import load_only

from models.fleet import Vehicle
from models.telematics import Device, DeviceMount
from models.trips import CrewAssignment, Trip
from models.vocabulary import CoordSystem, TripState
from services.transaction import Tx

# built once: building a statement costs more than finding a few rows with it
BY_PLATE = select(Vehicle.plate, Vehicle.id).where(Vehicle.plate.in_(bindparam("plates", expanding=True)))
BY_TERMINAL = select(Device.terminal, Device.id, Device.datum, Device.heard_at).where(
    Device.terminal.in_(bindparam("terminals", expanding=True)), Device.disabled_at.is_(None)
)
MOUNTS = select(DeviceMount.device_id, DeviceMount.since_at, DeviceMount.until_at, DeviceMount.vehicle_id).where(
    DeviceMount.device_id.in_(bindparam("device_ids", expanding=True))
)
RIDES = select(Trip.id, Trip.vehicle_id, Trip.departed_at, Trip.arrived_at, Trip.state).where(
    Trip.vehicle_id.in_(bindparam("vehicle_ids", expanding=True)),
    Trip.departed_at.is_not(None),
    Trip.arrived_at.is_(None) | (Trip.arrived_at >= bindparam("since", type_=Trip.arrived_at.type)),
)


@cache
def _running() -> Select[Trip]:
    """Give the statement for what positions need of trips: a row has many more columns, and most batches have trucks
    on the road. It is built at its first use, for it asks that all tables are mapped."""
    wanted = (Trip.number, Trip.vehicle_id, Trip.permit_limit_kmh)
    return select(Trip).options(load_only(*wanted)).where(Trip.id.in_(bindparam("trip_ids", expanding=True)))


class Terminal(NamedTuple):
    """A device as far as its positions are concerned."""

    id: int
    datum: CoordSystem
    heard_at: datetime | None


class Period(NamedTuple):
    """A time, [since, until), open while ``until`` is None, and what it is about: a vehicle or a trip."""

    since: datetime
    until: datetime | None
    id: int

    def covers(self, at: datetime) -> bool:
        """Tell whether an instant lies in it."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom the caller may report for: vehicles by plate, devices by terminal, and the vehicles those rode on."""

    vehicles: Mapping[str, int]
    terminals: Mapping[str, Terminal]
    mounts: Mapping[int, Sequence[Period]]
    # a driver reports for the vehicles of his running trips; None is no limit
    only: frozenset[int] | None = None


def reach(tx: Tx, plates: Iterable[str], devices: Iterable[str]) -> Reach:
    """Give the vehicles and devices of a batch that the caller may report for."""
    wanted = [plate for plate in plates if plate]
    terminals = _terminals(tx, [device for device in devices if device])
    only = _driven(tx) if tx.actor.driver_id is not None else None
    vehicles = dict(tx.connection.execute(BY_PLATE, {"plates": wanted}).all()) if wanted else {}
    return Reach(vehicles, terminals, _mounts(tx, [one.id for one in terminals.values()]), only)


def _driven(tx: Tx) -> frozenset[int]:
    mine = select(Trip.vehicle_id).join(CrewAssignment, CrewAssignment.trip_id == Trip.id)
    mine = mine.where(CrewAssignment.driver_id == tx.actor.driver_id, Trip.state == TripState.UNDER_WAY)
    return frozenset(tx.session.scalars(mine))


def _terminals(tx: Tx, names: Sequence[str]) -> dict[str, Terminal]:
    if not names:
        return {}
    rows = tx.connection.execute(BY_TERMINAL, {"terminals": names})
    return {row.terminal: Terminal(row.id, row.datum, row.heard_at) for row in rows}


def _mounts(tx: Tx, device_ids: Sequence[int]) -> dict[int, list[Period]]:
    found: dict[int, list[Period]] = defaultdict(list)
    if device_ids:
        for row in tx.connection.execute(MOUNTS, {"device_ids": device_ids}):
            found[row.device_id].append(Period(row.since_at, row.until_at, row.vehicle_id))
    return found


def covering(periods: Iterable[Period], at: datetime) -> Period | None:
    """Give the period that ``at`` falls in; None without one."""
    return next((period for period in periods if period.covers(at)), None)


def during(periods: Iterable[Period], at: datetime) -> int | None:
    """Give what the period that ``at`` falls in is about; None without one."""
    period = covering(periods, at)
    return period.id if period is not None else None


@dataclass(frozen=True, slots=True)
class Rides:
    """The trips of some vehicles as periods, and by id the rows of those under way."""

    periods: Mapping[int, Sequence[Period]]
    running: Mapping[int, Trip]

    def at(self, vehicle_id: int, at: datetime) -> int | None:
        """Give the trip that a vehicle was on at an instant."""
        periods = self.periods.get(vehicle_id)
        return during(periods, at) if periods else None

    def of_all(self, seen: Iterable[tuple[Any, ...]]) -> Iterator[int | None]:
        """Give the trip of each; ``seen`` begin with vehicle and time; sorted by them it is fastest."""
        vehicle_id: int | None = None
        periods: Sequence[Period] = ()
        period: Period | None = None
        for one in seen:
            if one[0] != vehicle_id:
                vehicle_id, period = one[0], None
                periods = self.periods.get(vehicle_id, ())
            if periods and (period is None or not period.covers(one[1])):
                period = covering(periods, one[1])
            yield period.id if period is not None else None


def rides(tx: Tx, vehicle_ids: Iterable[int], since: datetime) -> Rides:
    """Give the trips of some vehicles that are under way or ended at ``since`` or later."""
    periods: dict[int, list[Period]] = {}
    under_way: list[int] = []
    for row in tx.connection.execute(RIDES, {"vehicle_ids": list(vehicle_ids), "since": since}):
        periods.setdefault(row.vehicle_id, []).append(Period(row.departed_at, row.arrived_at, row.id))
        if row.state is TripState.UNDER_WAY:
            under_way.append(row.id)
    trips = tx.session.scalars(_running(), {"trip_ids": under_way}) if under_way else ()
    return Rides(periods, {trip.id: trip for trip in trips})
