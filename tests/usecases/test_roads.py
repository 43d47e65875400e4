"""Roads from a router: owed with the trip, asked between transactions, kept, and done without when it is away."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.parties import Site
from models.records import OutboxRow
from models.roads import RoadRoute, RouterState
from models.trips import Trip, TripStop
from models.vocabulary import Role
from services import routes
from services.estimates import roads
from services.geo import polylines
from services.policy.ruleset import DEFAULTS
from services.transaction import WORKER
from tests.support import journey
from tests.support.roads import AWAY, NO_ROAD, job, last_stop, one, reasons, road, with_router
from tests.support.waiting import until, waits_for_a_lock
from tests.support.world import World

RULES = DEFAULTS.estimate


def ends(world: World) -> tuple[Site, Site]:
    with world.runtime.read(WORKER) as tx:
        found = {site.code: site for site in tx.session.scalars(select(Site).where(Site.code.in_(["SG-A", "BJ-B"])))}
    return found["SG-A"], found["BJ-B"]


def test_without_a_router_nothing_is_owed_and_nothing_marked(world: World) -> None:
    walk = journey.planned(world)
    journey.run_due(world)
    with world.runtime.read(WORKER) as tx:
        assert tx.session.scalar(select(func.count()).where(OutboxRow.job == "route_leg")) == 0
    assert "ETA_ROUTER_AWAY" not in reasons(world, walk.trip)


def test_a_planned_trip_gets_its_road_and_a_new_estimate_and_is_no_new_version(world: World) -> None:
    router = with_router(world)
    walk = journey.planned(world)
    before = journey.send(world, Role.DISPATCHER, "GET", f"/trips/{walk.trip}")
    assert router.asked == []
    world.clock.advance(seconds=1)
    journey.run_due(world)
    ((origin, destination),) = router.asked
    assert (origin.lat, origin.lon, destination.lat, destination.lon) == (36.86, 118.74, 39.73, 116.34)
    stop, kept = last_stop(world), one(world, select(RoadRoute))
    assert (stop.road_id, stop.distance_km, kept.distance_km, kept.provider) == (kept.id, 540.0, 540.0, "osrm")
    assert kept.asked_at == world.clock.now()
    after = journey.send(world, Role.DISPATCHER, "GET", f"/trips/{walk.trip}")
    assert after.json["distance_km"] == 540.0
    assert after.headers["ETag"] == before.headers["ETag"]
    world.clock.advance(minutes=1)
    journey.run_due(world)
    told = reasons(world, walk.trip)
    assert told["ETA_REMAINING_WAY"] == "540.0 km still to go (from: plan)"
    assert "ETA_ROUTER_AWAY" not in told


def test_the_kept_line_is_thinned_to_the_rulesets_tolerance(world: World) -> None:
    router = with_router(world)
    journey.planned(world)
    journey.run_due(world)
    whole = polylines.decode(road(*router.asked[0]).line)
    kept = polylines.decode(one(world, select(RoadRoute.line)))
    assert 2 < len(kept) <= len(whole)
    assert polylines.off_km(kept, whole[:, 0], whole[:, 1]).max() <= RULES.road_thinned_m / 1000 + 0.001


def test_the_router_is_asked_while_no_transaction_is_open(world: World) -> None:
    router = with_router(world)
    router.meanwhile = lambda: world.runtime.write(WORKER, lambda tx: tx.next_number("MEANWHILE"))
    journey.planned(world)
    journey.run_due(world)
    assert (len(router.asked), last_stop(world).distance_km) == (1, 540.0)


def test_on_the_road_the_remaining_way_is_that_of_the_line_and_off_it_of_the_straight(world: World) -> None:
    with_router(world)
    walk = journey.under_way(world)
    line = polylines.decode(one(world, select(RoadRoute.line)))
    share = polylines.length_km(line[:20]) / polylines.length_km(line)
    for place, cause, way in (
        (line[19], "road", 540 * (1 - share)),
        (line[19] + 0.5, "position", None),
        (line[19] + 0.01, "road", 540 * (1 - share)),
    ):
        world.clock.advance(minutes=30)
        journey.report_position(world, float(place[0]), float(place[1]))
        world.clock.advance(minutes=1)
        journey.run_due(world)
        newest = journey.get(world, f"/trips/{walk.trip}/eta?limit=1")["history"]["items"][0]
        assert newest["cause"] == cause
        assert way is None or newest["remaining_km"] == pytest.approx(way, rel=0.01)


def test_the_next_trip_between_the_same_places_costs_no_call_and_is_planned_with_the_road(world: World) -> None:
    router = with_router(world)
    journey.planned(world)
    journey.run_due(world)
    second = journey.plan(world, journey.book(world), vehicle="鲁G10002")
    assert (last_stop(world).road_id, last_stop(world).distance_km) == (one(world, select(RoadRoute.id)), 540.0)
    journey.run_due(world)
    assert len(router.asked) == 1
    assert "ETA_ROUTER_AWAY" not in reasons(world, second)


def test_two_trips_planned_before_the_router_answered_cost_one_call(world: World) -> None:
    router = with_router(world)
    journey.planned(world)
    journey.plan(world, journey.book(world), vehicle="鲁G10002")
    journey.run_due(world)
    assert len(router.asked) == 1
    with world.runtime.read(WORKER) as tx:
        laid = tx.session.scalars(select(TripStop.road_id).where(TripStop.seq > 1)).all()
    assert len(laid) == 2
    assert None not in laid


def test_a_road_is_used_again_until_the_second_before_its_age(world: World) -> None:
    with_router(world)
    journey.planned(world)
    journey.run_due(world)
    origin, destination = ends(world)
    world.clock.advance(days=RULES.road_days, seconds=-1)
    for wanted in (True, False):
        with world.runtime.read(WORKER) as tx:
            assert (routes.known_road(tx, origin, destination) is not None) is wanted
            assert routes.known_road(tx, destination, origin) is None
        world.clock.advance(seconds=1)


def test_an_old_road_is_asked_for_anew_and_stays_one_row(world: World) -> None:
    router = with_router(world)
    journey.planned(world)
    journey.run_due(world)
    first = one(world, select(RoadRoute))
    world.clock.advance(days=RULES.road_days)
    changes = {"promised_arrival_at": (world.clock.now() + timedelta(hours=72)).isoformat()}
    journey.plan(world, journey.book(world, **changes), vehicle="鲁G10002")
    journey.run_due(world)
    assert len(router.asked) == 2
    second = one(world, select(RoadRoute))
    assert (second.id, second.asked_at) == (first.id, world.clock.now())


def test_a_router_that_knows_no_road_is_not_asked_again_and_not_held_for_broken(world: World) -> None:
    router = with_router(world, NO_ROAD)
    walk = journey.planned(world)
    for _ in range(3):
        journey.run_due(world)
        world.clock.advance(hours=1)
    assert len(router.asked) == 1
    assert job(world).done_at is not None
    assert "ETA_ROUTER_AWAY" in reasons(world, walk.trip)
    with world.runtime.read(WORKER) as tx:
        assert tx.session.scalar(select(func.count()).select_from(RouterState)) == 0


def test_a_trip_called_off_is_not_asked_for_and_one_called_off_meanwhile_keeps_its_plan(world: World) -> None:
    router = with_router(world)
    first = journey.planned(world)
    journey.post(world, Role.DISPATCHER, f"/trips/{first.trip}/cancellation", {"reason": "no goods"})
    journey.run_due(world)
    assert router.asked == []
    second = journey.plan(world, first.consignment)
    path = f"/trips/{second}/cancellation"
    router.meanwhile = lambda: journey.post(world, Role.DISPATCHER, path, {"reason": "no goods"})
    reckoned = last_stop(world).distance_km
    journey.run_due(world)
    assert (last_stop(world).road_id, last_stop(world).distance_km) == (None, reckoned)
    assert one(world, select(RoadRoute.distance_km)) == 540.0


def test_the_same_outcome_recorded_twice_is_the_same_road(world: World) -> None:
    with_router(world)
    walk = journey.planned(world)
    with world.runtime.begin(WORKER) as tx:
        asked = roads.prepare(tx, last_stop(world).id)
    assert isinstance(asked, roads.Asked)
    found = roads.deliver(world.runtime.ports, asked)
    for _ in range(2):
        assert world.runtime.write(WORKER, lambda tx: roads.record(tx, asked, found)) is None
    assert one(world, select(RoadRoute)).id == last_stop(world).road_id
    assert journey.get(world, f"/trips/{walk.trip}")["distance_km"] == 540.0


def test_each_stop_tells_how_many_legs_before_it_have_no_road(lite_world: World) -> None:
    with_router(lite_world, NO_ROAD)
    far = journey.book(lite_world)
    near = journey.book(lite_world, consignee="CN-2", destination="TJ-D")
    changes = {"stops": ["SG-A", "TJ-D", "BJ-B"]}
    trip = journey.plan(lite_world, near, far, **changes)
    for _ in range(2):
        lite_world.clock.advance(seconds=61)
        journey.run_due(lite_world)
    stops = journey.get(lite_world, f"/trips/{trip}/eta")["stops"]
    told = {
        stop["seq"]: [reason["facts"]["legs"] for reason in stop["reasons"] if reason["code"] == "ETA_ROUTER_AWAY"]
        for stop in stops
    }
    with lite_world.runtime.read(WORKER) as tx:
        laid = tx.session.scalars(select(TripStop.road_id).where(TripStop.seq > 1).order_by(TripStop.seq)).all()
    assert [one is None for one in laid] == [True, False]
    assert told == {1: [], 2: [1], 3: [1]}


def test_a_router_taken_out_of_the_settings_is_not_waited_for(world: World) -> None:
    with_router(world, *[AWAY] * 9)
    journey.planned(world)
    journey.run_due(world)
    world.runtime.settings = replace(world.runtime.settings, router="", router_url="")
    world.clock.advance(hours=1)
    journey.run_due(world)
    assert job(world).done_at is not None
    second = journey.plan(world, journey.book(world), vehicle="鲁G10002")
    journey.run_due(world)
    assert "ETA_ROUTER_AWAY" not in reasons(world, second)


def _two_legs_laid_at_once(world: World) -> tuple[float, float]:
    """Lay the second leg of a trip while the first is laid and not committed; give the trip's way and its legs' sum."""
    with_router(world)
    near = journey.book(world, consignee="CN-2", destination="TJ-D")
    journey.plan(world, near, journey.book(world), stops=["SG-A", "TJ-D", "BJ-B"])
    with world.runtime.begin(WORKER) as tx:
        legs = tx.session.scalars(select(TripStop.id).where(TripStop.seq > 1).order_by(TripStop.seq)).all()
        wanted = [asked for leg in legs if isinstance(asked := roads.prepare(tx, leg), roads.Asked)]
    first, second = ((asked, roads.deliver(world.runtime.ports, asked)) for asked in wanted)
    laid = threading.Event()

    def lay_second() -> None:
        laid.wait()
        world.runtime.write(WORKER, lambda tx: roads.record(tx, *second))

    other = threading.Thread(target=lay_second)
    other.start()
    with world.runtime.begin(WORKER) as tx:
        roads.record(tx, *first)
        laid.set()
        if not world.runtime.settings.on_sqlite:  # there it waits for its turn from the first
            engine = world.runtime.database.engine
            until(lambda: waits_for_a_lock(engine) or not other.is_alive(), "the other's waiting")
    other.join()
    with world.runtime.read(WORKER) as tx:
        way = tx.session.scalars(select(Trip.distance_km)).one()
        return way, tx.session.scalar(select(func.sum(TripStop.distance_km))) or 0.0


def test_of_two_legs_laid_at_once_both_count(world: World) -> None:
    assert _two_legs_laid_at_once(world) == (1080.0, 1080.0)


def test_without_the_lock_on_the_trip_one_leg_is_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    if world.runtime.settings.on_sqlite:
        pytest.skip("SQLite has one writer at a time")
    monkeypatch.setattr(roads, "_locked", lambda tx, trip_id: tx.session.get_one(Trip, trip_id))
    way, legs = _two_legs_laid_at_once(world)
    assert way != legs == 1080.0
