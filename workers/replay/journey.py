"""One booking's whole way as a generator: it yields the instant of its next step and then does that step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from models.vocabulary import (
    CargoClass,
    CheckKind,
    ClosureKind,
    Gear,
    LineVerdict,
    Packaging,
    RestPlace,
    Role,
    SealFinding,
    SecuringMeasure,
    ShipmentMode,
)
from services import stops
from services.clock import local
from services.errors import ConflictError
from services.orders import booking as desk
from services.planning import crews, dispatch
from services.planning.crews import CheckIn
from services.planning.trip_plans import TripPlan
from services.policy.findings import RuleBrokenError
from services.policy.inspections import is_winter, required_items
from services.receiving import deliveries
from services.receiving.deliveries import Receipt
from services.road import posttrip, rests, underway
from services.road.rests import RestTaken
from services.runtime import Runtime
from services.scope import find_trip
from services.transaction import Tx
from services.yard import gate, loading, pickups, seals
from services.yard.loading import CheckCard
from services.yard.pickups import Count
from workers.replay.carrier import REST, TURN_ROUND, UNKNOWN_TYPE, Carrier, Kind, Pool, kind_of
from workers.replay.rows import Booking

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
CRUISE_KMH = 55
LONGEST_DRIVE = timedelta(hours=3, minutes=30)
SHORTEST_REST = timedelta(minutes=25)
HAND_IN_EVERY = timedelta(hours=72)
FULL_PERCENT = 60


@dataclass(slots=True)
class Fleet:
    """What is free now: vehicles by type, drivers, and the next unused seal."""

    vehicles: dict[str, Pool]
    drivers: Pool
    seals: list[str]


@dataclass(slots=True)
class Outcome:
    """What became of one booking."""

    refused: str | None = None
    trip: str | None = None
    departed: bool = False
    delivered: bool = False


@dataclass(slots=True)
class Journey:
    """One booking on its way; ``position`` says where the truck is at an instant."""

    runtime: Runtime
    carrier: Carrier
    fleet: Fleet
    booking: Booking
    outcome: Outcome = field(default_factory=Outcome)
    consignment: str = ""
    plate: str = ""
    crew: list[str] = field(default_factory=list)
    lines: dict[int, int] = field(default_factory=dict)
    on_road: bool = False

    def run(self) -> Iterator[datetime]:
        """Walk from booking to closing; each yielded instant is when the next step is to be done."""
        try:
            yield from self._book_and_plan()
        except (RuleBrokenError, ConflictError) as error:
            self.outcome.refused = _code(error)
            return
        yield from self._load()
        yield self.booking.departed_at
        self._do(Role.GATE, lambda tx: gate.gate_out(tx, self._trip, self._now))
        self.outcome.departed = self.on_road = True
        yield from self._drive()
        yield self.booking.arrived_at
        self._deliver()

    def position(self, at: datetime) -> tuple[float, float, float]:
        """Give latitude, longitude and speed in km/h at an instant, evenly along the straight line."""
        done = (at - self.booking.departed_at) / (self.booking.arrived_at - self.booking.departed_at)
        a, b = self.booking.origin, self.booking.destination
        hours = (self.booking.arrived_at - self.booking.departed_at) / HOUR
        return a.lat + (b.lat - a.lat) * done, a.lon + (b.lon - a.lon) * done, self.booking.straight_km / hours

    @property
    def _trip(self) -> str:
        return self.outcome.trip or ""

    @property
    def _now(self) -> datetime:
        return self.runtime.clock.now()

    def _book_and_plan(self) -> Iterator[datetime]:
        yield self.booking.booked_at
        kind = kind_of(self.booking.vehicle_type)
        order = self._order(kind)
        self.consignment = self._do(Role.DISPATCHER, lambda tx: desk.book(tx, order))[0]["number"]
        pool = self.fleet.vehicles[self.booking.vehicle_type or UNKNOWN_TYPE]
        self.plate = pool.take(self._now)[0]
        self.crew = self.fleet.drivers.take(self._now, 2)
        self.outcome.trip = self._do(Role.DISPATCHER, self._plan_and_crew)

    def _plan_and_crew(self, tx: Tx) -> str:
        leaves = self.booking.departed_at
        wanted = TripPlan(consignments=[self.consignment], plate=self.plate, planned_departure_at=leaves)
        trip = dispatch.plan_trip(tx, wanted)
        crews.assign_crew(tx, trip.number, self.crew, None)
        return trip.number

    def _load(self) -> Iterator[datetime]:
        leaves = self.booking.departed_at
        yield leaves - 70 * MINUTE
        self._do(Role.DISPATCHER, self._report_inspect_and_count)
        yield leaves - 20 * MINUTE
        self._do(Role.DISPATCHER, self._complete_and_seal)

    def _report_inspect_and_count(self, tx: Tx) -> None:
        for staff_no in self.crew:
            crews.check_in(tx, self._trip, CheckIn(staff_no, tx.now, 0, fit=True))
        card = CheckCard(kind=CheckKind.PRE_TRIP, occurred_at=tx.now, items=self._items(tx, CheckKind.PRE_TRIP))
        loading.record_check(tx, self._trip, card)
        count = Count(
            consignment=self.consignment, occurred_at=tx.now, lines=self.lines, agent_name="agent",
            agent_signature=self.carrier.photo,
        )  # fmt: skip
        pickups.count_pickup(tx, self._trip, count)
        gear = loading.gear_required(tx, find_trip(tx, self._trip))
        measures = [
            {"measure": measure, "gear": sorted(gear) or [Gear.ROPE], "photo": self.carrier.photo}
            for measure in SecuringMeasure
        ]
        loading.record_securing(tx, self._trip, measures, tx.now)

    def _complete_and_seal(self, tx: Tx) -> None:
        trip = loading.complete_loading(tx, self._trip, tx.now)
        closures = stops.required_closures(tx, trip)
        if closures == (ClosureKind.PAPERS_POUCH,):
            seals.exempt(tx, self._trip, "open load without a closure")
        for closure in closures:
            seals.apply(tx, self._trip, self.fleet.seals.pop(), closure, tx.now, self.carrier.photo)

    def _drive(self) -> Iterator[datetime]:
        """Hand in the crew's rests every third day, as a driver without signal does, and the last ones at the end."""
        waiting: list[RestTaken] = []
        due = self.booking.departed_at + HAND_IN_EVERY
        for rest in self._rests():
            while rest.ended_at > due:
                yield due
                waiting = self._hand_in(waiting)
                due += HAND_IN_EVERY
            waiting.append(rest)
        if waiting:
            yield waiting[-1].ended_at
            self._hand_in(waiting)

    def _hand_in(self, waiting: list[RestTaken]) -> list[RestTaken]:
        if waiting:
            self._do(Role.DISPATCHER, lambda tx: rests.hand_in(tx, self._trip, waiting))
        return []

    def _rests(self) -> list[RestTaken]:
        """Spread drives of at most 3.5 h and the rests between them evenly over the real time on the road."""
        lasted = self.booking.arrived_at - self.booking.departed_at
        driving = min(lasted * 0.8, max(HOUR, HOUR * self.booking.straight_km * 1.3 / CRUISE_KMH))
        drives = max(1, ceil(driving / LONGEST_DRIVE))
        if drives == 1 and lasted - driving >= SHORTEST_REST:
            drives = 2
        if drives == 1:
            return []
        drive, pause = driving / drives, (lasted - driving) / (drives - 1)
        winter = is_winter(local(self.booking.departed_at).month, self._rules)
        walk = dict.fromkeys(required_items(CheckKind.REST_STOP, winter=winter, is_train=self._is_train), True)
        made = []
        at = self.booking.departed_at
        for number in range(1, drives):
            begin = at + drive
            at = begin + pause
            taker = self.crew[number % len(self.crew)]
            made.append(RestTaken(place=RestPlace.SERVICE_AREA, began_at=begin, ended_at=at, driver=taker,
                                  walk_round=walk))  # fmt: skip
        return made

    def _deliver(self) -> None:
        self.on_road = False
        self._do(Role.DISPATCHER, self._arrive_sign_and_close)
        self.outcome.delivered = True
        pool = self.fleet.vehicles[self.booking.vehicle_type or UNKNOWN_TYPE]
        pool.give(self.plate, self.booking.arrived_at + TURN_ROUND)
        for staff_no in self.crew:
            self.fleet.drivers.give(staff_no, self.booking.arrived_at + REST)

    def _arrive_sign_and_close(self, tx: Tx) -> None:
        trip = underway.arrive(tx, self._trip, tx.now)
        seen = {
            seal.closure: (seal.number, SealFinding.INTACT)
            for seal in seals.live_facts(tx, trip)
            if seal.closure is not None
        }
        seals.verify_on_arrival(tx, self._trip, seen, tx.now)
        receipt = Receipt(
            lines=[{"line_no": line_no, "verdict": LineVerdict.ACCEPTED} for line_no in self.lines],
            consignee_name="consignee", consignee_signature=self.carrier.photo, driver_name=self.crew[0],
            driver_signature=self.carrier.photo, occurred_at=tx.now,
        )  # fmt: skip
        deliveries.receive(tx, self.consignment, receipt)
        self._inspect_and_close(tx)

    def _inspect_and_close(self, tx: Tx) -> None:
        items = self._items(tx, CheckKind.POST_TRIP)
        card = CheckCard(kind=CheckKind.POST_TRIP, occurred_at=tx.now, items=items, note="none")
        posttrip.record_card(tx, self._trip, card)
        posttrip.give_verdict(tx.as_actor(self.carrier.actors[Role.SAFETY]), self._trip, fit=True, note=None)
        posttrip.close_trip(tx, self._trip)

    def _order(self, kind: Kind) -> dict[str, Any]:
        quantity = 20
        self.lines = {1: quantity}
        line = {
            "name": self.booking.material, "quantity": quantity, "cargo_class": CargoClass.GENERAL,
            "packaging": Packaging.PALLET, "mass_kg": kind.rated_load_kg * FULL_PERCENT // 100,
            "volume_dm3": kind.volume_dm3 * FULL_PERCENT // 100, "manual_handling_ok": not kind.hard_to_handle,
        }  # fmt: skip
        consignment = {
            "customer_ref": self.booking.number, "shipment_mode": ShipmentMode.FTL,
            "consignee": self.carrier.consignees[self.booking.destination],
            "origin": self.carrier.sites[self.booking.origin],
            "destination": self.carrier.sites[self.booking.destination],
            "promised_arrival_at": self.booking.arrived_at, "lines": [line],
        }  # fmt: skip
        return {"shipper": self.carrier.shippers[self.booking.shipper], "consignments": [consignment]}

    def _items(self, tx: Tx, kind: CheckKind) -> dict[Any, bool]:
        winter = is_winter(local(tx.now).month, tx.ruleset)
        return dict.fromkeys(required_items(kind, winter=winter, is_train=self._is_train), True)

    @property
    def _is_train(self) -> bool:
        return kind_of(self.booking.vehicle_type).trailer

    @property
    def _rules(self) -> Any:
        with self.runtime.read(self.carrier.actors[Role.DISPATCHER]) as tx:
            return tx.ruleset

    def _do(self, role: Role, work: Callable[[Tx], Any]) -> Any:
        return self.runtime.write(self.carrier.actors[role], work)


def _code(error: RuleBrokenError | ConflictError) -> str:
    return error.findings[0].code if isinstance(error, RuleBrokenError) else error.code
