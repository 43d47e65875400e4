"""Trips brought to a state through the services, for tests that begin there."""

from __future__ import annotations

from datetime import timedelta

from models.vocabulary import CheckKind, Gear, Role, SecuringMeasure
from services.clock import local
from services.orders import booking
from services.planning import crews, dispatch
from services.planning.crews import CheckIn
from services.planning.trip_plans import TripPlan
from services.policy.inspections import is_winter, required_items
from services.transaction import Tx
from services.yard import loading, pickups
from services.yard.loading import CheckCard
from services.yard.pickups import Count
from tests.support.world import PHOTO, SIGNATURE, World

LEAD = timedelta(hours=30)


def booked(world: World, **changes: object) -> str:
    """Book the world's usual consignment and give its number."""
    with world.runtime.begin(world.actor(Role.DISPATCHER)) as tx:
        return str(booking.book(tx, world.order(**changes))[0]["number"])


def planned_trip(world: World, numbers: list[str], plate: str = "鲁G10001") -> str:
    """Plan a trip thirty hours ahead with drivers D1 and D2 (escort D5 where the goods ask for one)."""
    with world.runtime.begin(world.actor(Role.DISPATCHER)) as tx:
        plan = TripPlan(consignments=numbers, plate=plate, planned_departure_at=tx.now + LEAD)
        trip = dispatch.plan_trip(tx, plan).number
        crews.assign_crew(tx, trip, ["D1", "D2"], None)
    return trip


def loaded_trip(world: World, plate: str = "鲁G10001", number: str | None = None) -> str:
    """Give a trip that is loaded and not sealed, twenty minutes before it leaves."""
    number = number or booked(world)
    trip = planned_trip(world, [number], plate)
    world.clock.advance(hours=LEAD.total_seconds() / 3600 - 2)
    with world.runtime.begin(world.actor(Role.DISPATCHER)) as tx:
        for staff_no in ("D1", "D2"):
            crews.check_in(tx, trip, CheckIn(staff_no, tx.now, 0, fit=True))
        loading.record_check(tx, trip, card(tx, CheckKind.PRE_TRIP))
        count = Count(
            consignment=number, occurred_at=tx.now, lines={1: 200}, agent_name="张三", agent_signature=SIGNATURE
        )
        pickups.count_pickup(tx, trip, count)
        secure(tx, trip)
        world.clock.advance(minutes=100)
    with world.runtime.begin(world.actor(Role.DISPATCHER)) as tx:
        loading.complete_loading(tx, trip, tx.now)
    return trip


def card(tx: Tx, kind: CheckKind) -> CheckCard:
    """Give an inspection card with every item in order."""
    items = required_items(kind, winter=is_winter(local(tx.now).month, tx.ruleset), is_train=False)
    return CheckCard(kind=kind, occurred_at=tx.now, items=dict.fromkeys(items, True), note="none")


def secure(tx: Tx, trip: str) -> None:
    """Cover, protect and fix with the gear the truck carries."""
    gear = {SecuringMeasure.FIX: Gear.STRAPS}
    measures = [{"measure": m, "gear": [gear.get(m, Gear.TARP)], "photo": PHOTO} for m in SecuringMeasure]
    loading.record_securing(tx, trip, measures, tx.now)
