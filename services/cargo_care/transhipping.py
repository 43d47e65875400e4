"""Undamaged goods go on with another truck and crew: seals, consent, legs, plan, word to consignees (R-A-08, S8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from models.accidents import Accident, Transhipment
from models.consignments import Consignment
from models.fleet import Vehicle
from models.loading import Seal
from models.parties import Party, Site
from models.trips import Trip, TripStop
from models.vocabulary import (
    CargoAction,
    ConsignmentState,
    SealState,
    StopKind,
    TaskKind,
    TripState,
    VehicleState,
)
from services import files, lifecycle, routes, stops, tasks
from services.accident_cases import of_accident
from services.cargo_care import cases
from services.cargo_care.places import place_for
from services.cargo_care.plans import TranshipmentPlan
from services.messages import notices
from services.orders.goods_left import left_of, lost_pieces
from services.planning import crews, dispatch
from services.planning.trip_plans import TripPlan
from services.policy.cargo_care import AboardFacts, ConsentFacts, TranshipmentFacts, lost, object_to_transhipment
from services.policy.findings import require
from services.road import underway
from services.transaction import Tx
from services.yard import seals


def tranship(tx: Tx, number: str, plan: TranshipmentPlan) -> Transhipment:
    """Take the goods off the truck of a case and plan the trip that carries the sound ones on.

    The old trip ends where the goods come off: its seals are taken off with a record, its stops ahead are skipped.
    The new one is a trip like any other: vehicle, crew, inspection, count, securing, seals and gate are checked as
    always, and its seals follow the old ones. Raises RuleBrokenError with every objection to the goods, the seals
    and the consents, then those of planning and crew; ConflictError naming who holds vehicle or driver.
    """
    accident = cases.open_case(tx, number)
    trip = cases.trip_of(tx, accident)
    goods = cases.aboard(tx, trip)
    aboard = _aboard_facts(tx, goods)
    require(files.require_files(tx, [plan.photo] if plan.photo else [], "photo"))
    require(object_to_transhipment(_facts(tx, accident, trip, aboard, plan)))
    going_on = {one.consignment for one in aboard if not lost(one)}
    way = _way_on(tx, trip, [one for one in goods if one.number in going_on])
    skipped = [stop.seq for stop in trip.stops if stop.arrived_at is None]
    place = place_for(tx, accident, plan.place)
    stop = _end_there(tx, trip, place, plan)
    seals.verify_on_arrival(tx, trip.number, plan.seals, plan.occurred_at, accident=number, photo=plan.photo)
    _unload(tx, accident, trip, stop, goods, going_on)
    _release_waiting(tx, trip)
    relief = _plan_on(tx, trip, way, plan)
    underway.complete_work(tx, trip, stop, plan.occurred_at)
    facts = {"place": place.code, "skipped": skipped, "lost": sorted({one.number for one in goods} - going_on)}
    return _record(tx, accident, (trip, relief), plan, facts)


def _aboard_facts(tx: Tx, goods: Sequence[Consignment]) -> tuple[AboardFacts, ...]:
    gone = lost_pieces(tx, goods)
    shippers = {one.shipper_id for one in goods}
    codes = dict(tx.session.execute(select(Party.id, Party.code).where(Party.id.in_(shippers))).all())
    return tuple(
        AboardFacts(
            consignment=one.number,
            shipper=codes[one.shipper_id],
            state=one.state,
            pieces_left=sum(left_of(line, gone) for line in one.lines),
        )
        for one in goods
    )


def _facts(
    tx: Tx, accident: Accident, trip: Trip, aboard: tuple[AboardFacts, ...], plan: TranshipmentPlan
) -> TranshipmentFacts:
    live = tx.session.scalars(select(Seal).where(Seal.trip_id == trip.id, Seal.state == SealState.APPLIED))
    left = [stop.departed_at for stop in trip.stops if stop.departed_at is not None]
    return TranshipmentFacts(
        trip_no=trip.number,
        trip_state=trip.state,
        frozen=trip.frozen_at is not None,
        made_to=cases.made_to(tx, accident),
        aboard=aboard,
        live_seals={seal.closure: seal.number for seal in live if seal.closure is not None},
        seals_seen=frozenset(plan.seals),
        consents=tuple(ConsentFacts(shipper=one.shipper, who=one.who, at=one.at) for one in plan.consents),
        accident_at=accident.occurred_at,
        last_at=max(left, default=None),
        at=plan.occurred_at,
        now=tx.now,
    )


def _way_on(tx: Tx, trip: Trip, goods: Sequence[Consignment]) -> list[tuple[str, Site, bool]]:
    """Give number, drop and whether it is a hub of all that goes on, in the order of the stops still ahead."""
    drops = {stop.id: stop for stop in trip.stops}
    ways = []
    for one in goods:
        drop = drops[stops.leg_of(trip, one).drop_stop_id]
        site = tx.session.get_one(Site, drop.site_id)
        ways.append((drop.seq, one.number, site, site.id != one.destination_site_id))
    return [(number, site, hub) for _, number, site, hub in sorted(ways, key=lambda way: way[:2])]


def _end_there(tx: Tx, trip: Trip, place: Site, plan: TranshipmentPlan) -> TripStop:
    """Let the trip end at a stop of its own, after which no other comes."""
    at = plan.occurred_at
    reached = [stop for stop in trip.stops if stop.arrived_at is not None]
    for stop in reached:
        stop.departed_at = stop.departed_at or at
    way = routes.road_km(tx, tx.session.get_one(Site, reached[-1].site_id), place)
    stop = TripStop(
        seq=trip.stops[-1].seq + 1,
        site_id=place.id,
        kind=StopKind.TRANSHIPMENT,
        distance_km=way,
        planned_arrival_at=at,
        estimated_arrival_at=at,
        arrived_at=at,
    )
    trip.stops.append(stop)
    trip.distance_km = way + sum(one.distance_km for one in reached)
    rest = underway.open_rest(tx, trip)
    if rest is not None:
        rest.ended_at = max(at, rest.occurred_at)
    trip.frozen_at = None
    trip.arrived_at = at
    lifecycle.move_trip(tx, trip, TripState.ARRIVED, {"stop": stop.seq, "place": place.code}, at)
    tx.session.flush()
    return stop


def _unload(
    tx: Tx, accident: Accident, trip: Trip, stop: TripStop, goods: Sequence[Consignment], going_on: set[str]
) -> None:
    """End each consignment's leg here with what is left of it; one of which nothing is left ends altogether."""
    at = stop.arrived_at
    gone = lost_pieces(tx, goods)
    for one in goods:
        leg = stops.leg_of(trip, one)
        leg.drop_stop_id, leg.unloaded_at = stop.id, at
        leg.hub_count = {str(line.line_no): left_of(line, gone) for line in one.lines}
        told = {"trip": trip.number, "count": leg.hub_count, "accident": accident.number}
        lifecycle.move_consignment(tx, one, ConsignmentState.AT_TERMINAL, told, at)
        if one.number not in going_on:
            _lose(tx, accident, trip, one)
    tx.session.flush()


def _lose(tx: Tx, accident: Accident, trip: Trip, consignment: Consignment) -> None:
    """Close a consignment that is lost; its claim draft stands, and a person tells the consignee (R-D-11)."""
    told = {"accident": accident.number, "lost": True}
    lifecycle.move_consignment(tx, consignment, ConsignmentState.CLOSED, told)
    facts = {"accident": accident.number, "why": "all goods lost in an accident"}
    for kind in (TaskKind.CALL_CONSIGNEE, TaskKind.REPLACEMENT):
        key = f"lost-{kind}-{consignment.id}"
        tasks.raise_task(tx, kind, key, tx.now, trip_id=trip.id, consignment_id=consignment.id, facts=facts)


def _release_waiting(tx: Tx, trip: Trip) -> None:
    """Give back what this truck was still to load: it lies where it lay, for another trip to be planned."""
    drops = {stop.id: stop for stop in trip.stops}
    for one in cases.riding(tx, trip):
        stop = drops[stops.leg_of(trip, one).drop_stop_id]
        dispatch.release_consignment(tx, trip, one)
        notices.take_back(tx, stop, one.consignee_id)


def _plan_on(tx: Tx, trip: Trip, way: Sequence[tuple[str, Site, bool]], plan: TranshipmentPlan) -> Trip:
    """Plan the trip to the stops still ahead as any other, with its crew; it starts where the goods lie."""
    wanted = TripPlan(
        consignments=[number for number, _, _ in way],
        plate=plan.plate,
        trailer_plate=plan.trailer_plate,
        planned_departure_at=plan.planned_departure_at,
        planned_arrival_at=plan.planned_arrival_at,
        drops={number: site.code for number, site, hub in way if hub},
        permit_number=plan.permit_number,
        permit_limit_kmh=plan.permit_limit_kmh,
        escort_plan=plan.escort_plan,
        continues=trip,
    )
    relief = dispatch.plan_trip(tx, wanted)
    relief.stops[0].kind = StopKind.TRANSHIPMENT
    return crews.assign_crew(tx, relief.number, plan.drivers, plan.escort)


def _record(
    tx: Tx, accident: Accident, trips: tuple[Trip, Trip], plan: TranshipmentPlan, facts: dict[str, Any]
) -> Transhipment:
    trip, relief = trips
    for unit_id in (trip.vehicle_id, trip.trailer_id):
        unit = tx.session.get(Vehicle, unit_id) if unit_id else None
        if unit is not None and unit.state is VehicleState.ON_TRIP:
            unit.state, unit.state_reason = VehicleState.AWAITING_INSPECTION, accident.number
    accident.cargo_action = CargoAction.TRANSHIPPED
    consents = [{**asdict(one), "at": one.at.isoformat()} for one in plan.consents]
    taken_off = [{"closure": closure, "number": no, "finding": found} for closure, (no, found) in plan.seals.items()]
    made = Transhipment(
        accident_id=accident.id,
        from_trip_id=trip.id,
        to_trip_id=relief.id,
        facts={**facts, "seals": taken_off, "photo": plan.photo, "consents": consents},
        made_at=tx.now,
        made_by=tx.actor.name,
    )
    tx.session.add(made)
    tx.session.flush()
    told = {"from": trip.number, "to": relief.number, **facts}
    tx.journal("accident.transhipped", of_accident(accident), {**told, "consents": consents}, plan.occurred_at)
    tx.journal("trip.transhipped", lifecycle.of_trip(trip), told, plan.occurred_at)
    return made
