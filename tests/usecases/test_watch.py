"""The watch over vehicles: positions come in, events begin and end once, and the desk is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import orjson
from sqlalchemy import select

from models.notices import Task
from models.telematics import VehicleEvent
from models.trips import TripEvent
from models.vocabulary import Role, TaskKind, TripEventKind, VehicleEventKind
from services.policy.fatigue import AtWheel
from services.policy.watching import Watch
from services.positions import tracking, watch, watch_state
from services.positions.tracking import Fix
from services.transaction import WORKER
from tests.support import journey
from tests.support.world import START, World

K = VehicleEventKind
SG, BJ = (36.86, 118.74), (39.73, 116.34)


def drive(world: World, places: Sequence[tuple[float, float]], every_min: float = 1, speed: float = 60) -> None:
    """Let the truck report each place in turn while the clock runs, the watch looking after every third."""
    for number, (lat, lon) in enumerate(places):
        world.clock.advance(minutes=every_min)
        fix = Fix(journey.PLATE, world.clock.now(), lat, lon, speed)
        assert world.runtime.write(WORKER, lambda tx, one=fix: tracking.take(tx, [one]).stored) == 1
        if number % 3 == 2:
            look(world)
    look(world)


def look(world: World) -> None:
    world.runtime.write(WORKER, watch.watch_due)


def between(here: tuple[float, float], there: tuple[float, float], steps: int) -> list[tuple[float, float]]:
    """Give places along the straight line, both ends left out."""
    return [
        (here[0] + (there[0] - here[0]) * step / (steps + 1), here[1] + (there[1] - here[1]) * step / (steps + 1))
        for step in range(1, steps + 1)
    ]


def events(world: World, *kinds: VehicleEventKind) -> list[VehicleEvent]:
    with world.runtime.read(WORKER) as tx:
        query = select(VehicleEvent).order_by(VehicleEvent.id)
        return [one for one in tx.session.scalars(query) if not kinds or one.kind in kinds]


def desk(world: World, kind: TaskKind, event: VehicleEventKind | None = None) -> list[Task]:
    with world.runtime.read(WORKER) as tx:
        found = tx.session.scalars(select(Task).where(Task.kind == kind).order_by(Task.id))
        return [one for one in found if event is None or one.facts["event"] == event]


def test_arriving_is_seen_once_and_the_desk_asked_to_confirm_it(world: World) -> None:
    walk = journey.under_way(world)
    drive(world, [*between(SG, BJ, 5), BJ, BJ, BJ, BJ], every_min=50)
    (visit,) = [one for one in events(world, K.AT_SITE) if one.subject == "BJ-B"]
    assert visit.ended_at is None
    (asked,) = desk(world, TaskKind.CONFIRM_ARRIVAL)
    assert (asked.facts["trip"], asked.facts["site"]) == (walk.trip, "BJ-B")
    journey.post(world, Role.DRIVER, f"/trips/{walk.trip}/arrivals", {})
    assert desk(world, TaskKind.CONFIRM_ARRIVAL)[0].outcome == "recorded"


def test_leaving_the_yard_before_the_gate_lets_the_truck_out_alarms_the_desk(world: World) -> None:
    walk = journey.to_gate(world)
    drive(world, [SG, SG, SG, *between(SG, BJ, 20)[:3]], every_min=20)
    (alarm,) = desk(world, TaskKind.LEFT_UNRELEASED)
    assert alarm.facts["trip"] == walk.trip
    assert [one.ended_at is not None for one in events(world, K.AT_SITE)] == [True]


def test_a_truck_that_the_gate_let_out_alarms_nobody(world: World) -> None:
    journey.under_way(world)
    drive(world, [SG, SG, SG, *between(SG, BJ, 20)[:3]], every_min=20)
    assert desk(world, TaskKind.LEFT_UNRELEASED) == []


def test_straying_from_the_way_is_told_once_and_ends_by_itself(world: World) -> None:
    walk = journey.under_way(world)
    away = [(36.9, 118.8 + step / 50) for step in range(60, 160, 5)]
    drive(world, [*between(SG, away[0], 6), *away], every_min=10)
    (strayed,) = events(world, K.OFF_CORRIDOR)
    assert strayed.ended_at is None
    (told,) = desk(world, TaskKind.VEHICLE_EVENT, K.OFF_CORRIDOR)
    assert (told.facts["event"], told.facts["trip"], told.done_at) == ("off_corridor", walk.trip, None)
    drive(world, [*between(away[-1], (38.3, 117.5), 20), (38.3, 117.5), (38.31, 117.5)], every_min=20)
    (strayed,) = events(world, K.OFF_CORRIDOR)
    assert strayed.ended_at is not None
    (told,) = desk(world, TaskKind.VEHICLE_EVENT, K.OFF_CORRIDOR)
    assert told.done_at is not None
    assert "until" in told.facts


def test_a_long_stop_is_told_with_its_place(world: World) -> None:
    journey.under_way(world)
    drive(world, [*between(SG, BJ, 9)[:5], *[between(SG, BJ, 9)[4]] * 10], every_min=6, speed=0)
    (stop,) = events(world, K.LONG_STOP)
    assert stop.facts["lat"] == between(SG, BJ, 9)[4][0]
    listed = journey.get(world, "/vehicle-events?kind=long_stop&open=true")["items"]
    assert [(one["vehicle"], one["ended_at"]) for one in listed] == [(journey.PLATE, None)]


def test_the_driver_at_the_wheel_is_tired_after_four_hours_of_moving(world: World) -> None:
    journey.under_way(world)
    drive(world, between(SG, BJ, 60), every_min=4.25)
    (tired,) = events(world, K.FATIGUE)
    assert tired.subject == "D1"
    (told,) = desk(world, TaskKind.VEHICLE_EVENT, K.FATIGUE)
    assert told.facts["subject"] == "D1"


def test_one_stray_fix_begins_and_ends_nothing(world: World) -> None:
    journey.under_way(world)
    way = between(SG, BJ, 30)
    drive(world, [*way[:3], (way[3][0], way[3][1] + 0.4), *way[4:8]], every_min=10)
    assert events(world, K.OFF_CORRIDOR, K.LONG_STOP) == []


def test_the_same_positions_again_tell_nothing_again(world: World) -> None:
    journey.under_way(world)
    way = [*between(SG, BJ, 9)[:2], *[between(SG, BJ, 9)[2]] * 12]
    begin = world.clock.now()
    fixes = [Fix(journey.PLATE, begin + timedelta(minutes=6 * number), *place, 0.0) for number, place in enumerate(way)]
    world.clock.advance(hours=2)
    for _ in range(2):
        world.runtime.write(WORKER, lambda tx: tracking.take(tx, fixes))
        look(world)
    assert len(events(world, K.LONG_STOP)) == len(desk(world, TaskKind.VEHICLE_EVENT)) == 1


def speeding(world: World, seconds: Sequence[int], kmh: float = 120) -> None:
    """Send fast fixes, each in a batch of its own."""
    begin = world.clock.now()
    for second in seconds:
        at = begin + timedelta(seconds=second)
        fix = Fix(journey.PLATE, at, 38.0 + second / 3000, 117.5, kmh)
        world.runtime.write(WORKER, lambda tx, one=fix: tracking.take(tx, [one]))
    world.clock.advance(seconds=seconds[-1])


def log_of(world: World) -> list[TripEvent]:
    query = select(TripEvent).where(TripEvent.kind == TripEventKind.OVER_SPEED)
    with world.runtime.read(WORKER) as tx:
        return list(tx.session.scalars(query))


def test_over_speed_spread_over_batches_is_one_event_told_once(world: World) -> None:
    journey.under_way(world)
    begin = world.clock.now()
    speeding(world, [0, 10, 20, 29])
    assert log_of(world) == desk(world, TaskKind.VEHICLE_EVENT) == []
    assert journey.get(world, "/vehicle-events?kind=over_speed")["items"] == []
    speeding(world, [1, 30, 60])
    speeding(world, [20, 40], kmh=70)
    (line,) = log_of(world)
    assert ((line.ended_at or begin) - line.occurred_at).total_seconds() == 89
    (event,) = events(world, K.OVER_SPEED)
    assert (event.ended_at, event.facts["max_kmh"]) == (line.ended_at, 120)
    assert len(desk(world, TaskKind.VEHICLE_EVENT)) == 1


def test_a_short_burst_leaves_nothing_behind(world: World) -> None:
    journey.under_way(world)
    speeding(world, [0, 10, 20])
    speeding(world, [5], kmh=60)
    assert events(world, K.OVER_SPEED) == []


def test_what_a_trip_left_open_ends_with_it(world: World) -> None:
    walk = journey.under_way(world)
    drive(world, [*between(SG, BJ, 9)[:5], *[between(SG, BJ, 9)[4]] * 10], every_min=6, speed=0)
    journey.post(world, Role.DRIVER, f"/trips/{walk.trip}/arrivals", {})
    look(world)
    assert [one.ended_at is not None for one in events(world, K.LONG_STOP)] == [True]


def test_n13_a_silent_truck_is_told_once_and_done_when_it_is_heard(world: World) -> None:
    journey.under_way(world)
    place = between(SG, BJ, 9)[0]
    drive(world, [place])
    world.clock.advance(minutes=59)
    look(world)
    assert events(world, K.SILENT) == []
    for _ in range(3):
        world.clock.advance(minutes=1)
        look(world)
        journey.run_due(world)
    assert len(desk(world, TaskKind.SILENT_TRUCK)) == 1
    (silence,) = events(world, K.SILENT)
    (task,) = desk(world, TaskKind.SILENT_TRUCK, K.SILENT)
    assert task.done_at is None
    drive(world, [place])
    assert events(world, K.SILENT)[0].ended_at == world.clock.now()
    assert desk(world, TaskKind.SILENT_TRUCK, K.SILENT)[0].done_at == world.clock.now()
    assert silence.began_at == world.clock.now() - timedelta(minutes=63)


def test_what_is_known_of_a_crew_is_read_back_as_it_was_kept() -> None:
    known = Watch(crew=AtWheel({"7": 14_400.0, "8": 14_460.0}, 60.0, "7", frozenset({"8"}), {"7": START}))
    kept = orjson.loads(orjson.dumps(watch_state.stored(known)))
    assert watch_state.known_of(kept) == known
    kept["crew"].pop()
    assert watch_state.known_of(kept).crew == replace(known.crew, brim={}), "as an earlier program kept it"
