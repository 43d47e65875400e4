"""Positions on their way in: whose they are, which trip they belong to, what is doubted, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, inspect, select

from models.telematics import VehicleEvent
from models.tracking import Position
from models.vocabulary import CoordSystem, DeviceProtocol, PositionDoubt, Role, VehicleEventKind
from services.geo import distance_km, wgs84_to_gcj02
from services.positions import position_store, tracking
from services.positions.tracking import Fix, Taken
from services.transaction import WORKER
from tests.support import journey
from tests.support.terminals import PHONE, last, stored, taken_in
from tests.support.world import World

HOME, AWAY = (36.8, 118.7), (38.6, 118.7)
OTHER = "鲁G10002"


def take(world: World, *fixes: Fix) -> Taken:
    return world.runtime.write(WORKER, lambda tx: tracking.take(tx, fixes))


def fix(world: World, minutes: float = 0, where: tuple[float, float] = HOME, **changes: Any) -> Fix:
    at = world.clock.now() + timedelta(minutes=minutes)
    return Fix(journey.PLATE, at, *where)._replace(**changes)


def by_device(world: World, minutes: float = 0, where: tuple[float, float] = HOME, **changes: Any) -> Fix:
    return fix(world, minutes, where, plate="", device=PHONE, source="jt808", **changes)


def codes(marks: Sequence[Any]) -> list[tuple[int, str]]:
    return [(mark["index"], mark["code"]) for mark in marks]


def jumps(world: World) -> list[VehicleEvent]:
    query = select(VehicleEvent).where(VehicleEvent.kind == VehicleEventKind.POSITION_JUMP).order_by(VehicleEvent.id)
    with world.runtime.read(WORKER) as tx:
        return list(tx.session.scalars(query))


def ago(world: World, **amount: float) -> datetime:
    return world.clock.now() - timedelta(**amount)


def test_a_fix_counts_for_the_vehicle_that_the_device_rode_on_then(world: World) -> None:
    taken_in(world, plate=OTHER, since=ago(world, days=3))
    journey.post(world, Role.DISPATCHER, f"/devices/{PHONE}/unmounting", {"until_at": ago(world, days=1).isoformat()})
    body = {"vehicle": journey.PLATE, "since_at": ago(world, hours=20).isoformat()}
    journey.send(world, Role.DISPATCHER, "POST", f"/devices/{PHONE}/mounts", body)
    hours = {-80: None, -48: OTHER, -24.01: OTHER, -24: None, -22: None, -20: journey.PLATE, 0: journey.PLATE}
    taken = take(world, *(by_device(world, hour * 60) for hour in hours))
    assert codes(taken.refused) == [
        (index, "DEVICE_NOT_MOUNTED") for index, plate in enumerate(hours.values()) if plate is None
    ]
    for plate in (OTHER, journey.PLATE):
        assert len(stored(world.runtime, plate)) == list(hours.values()).count(plate)


def test_a_device_that_is_unknown_or_shut_out_reports_nothing(world: World) -> None:
    assert codes(take(world, by_device(world)).refused) == [(0, "DEVICE_UNKNOWN")]
    taken_in(world, since=ago(world, days=1))
    assert take(world, by_device(world)).stored == 1
    journey.post(world, Role.DISPATCHER, f"/devices/{PHONE}/disabling", {"reason": "丢失"})
    assert codes(take(world, by_device(world, -1)).refused) == [(0, "DEVICE_UNKNOWN")]
    journey.post(world, Role.DISPATCHER, f"/devices/{PHONE}/enabling", {"reason": "找回"})
    assert take(world, by_device(world, -1)).stored == 1


def test_the_datum_of_the_device_is_taken_into_account_unless_the_fix_says_its_own(world: World) -> None:
    taken_in(world, since=ago(world, days=1), datum=CoordSystem.GCJ02)
    shifted = wgs84_to_gcj02(*HOME)
    take(world, by_device(world, 0, shifted), by_device(world, -1, HOME, datum=CoordSystem.WGS84))
    take(world, by_device(world, -2, shifted, datum=CoordSystem.GCJ02))
    for row in stored(world.runtime):
        assert distance_km(row.lat_e6 / 1e6, row.lon_e6 / 1e6, *HOME) < 0.001


def test_a_device_is_heard_whatever_becomes_of_its_fix_and_noted_once_a_minute(world: World) -> None:
    taken_in(world, plate=None)
    heard = []
    for _ in range(3):
        world.clock.advance(seconds=40)
        take(world, by_device(world))
        heard.append(journey.get(world, f"/devices/{PHONE}")["heard_at"])
    assert heard[0] == heard[1] < heard[2]


def test_the_same_fix_is_kept_once_in_a_batch_in_the_next_and_by_another_door(world: World) -> None:
    taken_in(world, since=ago(world, days=1))
    first = take(world, by_device(world, -1), by_device(world, -1), by_device(world))
    assert (first.stored, first.duplicates) == (2, 1)
    again = take(world, by_device(world), fix(world, -1), fix(world, -1, (36.8, 118.70001)))
    assert (again.stored, again.duplicates) == (1, 2)


def test_out_of_order_and_hours_late_nothing_moves_back(world: World) -> None:
    fixes = [fix(world, -minute, (36.8 + minute / 1000, 118.7)) for minute in (5, 300, 1, 30, 1440)]
    assert take(world, *fixes).stored == 5
    assert take(world, fix(world, -700)).stored == 1
    newest = last(world.runtime)
    assert newest is not None
    assert (newest.fix_at, newest.lat_e6) == (ago(world, minutes=1), 36_801000)


def test_a_fix_belongs_to_the_trip_of_its_time_even_when_it_comes_after_the_end(world: World) -> None:
    walk = journey.at_stop(world)
    trip = journey.get(world, f"/trips/{walk.trip}")
    departed, arrived = (datetime.fromisoformat(trip[name]) for name in ("departed_at", "arrived_at"))
    before = len(journey.get(world, f"/trips/{walk.trip}/track")["items"])
    times = [departed - timedelta(minutes=1), departed, arrived - timedelta(minutes=1), arrived + timedelta(minutes=1)]
    world.clock.advance(minutes=5)
    taken = take(world, *(Fix(journey.PLATE, at, *journey.HALFWAY) for at in times))
    assert (taken.stored, taken.doubted) == (4, ())
    track = journey.get(world, f"/trips/{walk.trip}/track")["items"]
    assert len(track) == before + 2


def test_a_feigned_fix_is_kept_and_counts_for_nothing(world: World) -> None:
    walk = journey.under_way(world)
    world.clock.advance(minutes=10)
    taken = take(world, fix(world, 0, AWAY, mock=True, speed_kmh=150.0), fix(world, -1))
    assert (taken.stored, codes(taken.doubted)) == (2, [(0, "FIX_MOCK")])
    newest = last(world.runtime)
    assert newest is not None
    assert newest.fix_at == ago(world, minutes=1)
    assert [row.doubt for row in stored(world.runtime)] == [None, PositionDoubt.MOCK]
    assert jumps(world) == []
    path = f"/trips/{walk.trip}/track"
    assert [one["doubt"] for one in journey.get(world, path)["items"]] == [None, "mock"]
    assert [one["doubt"] for one in journey.get(world, path, Role.SHIPPER)["items"]] == [None]


def test_only_feigned_fixes_ask_for_no_estimate(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    journey.run_due(lite_world)
    before = journey.get(lite_world, f"/trips/{walk.trip}/eta")
    lite_world.clock.advance(minutes=20)
    take(lite_world, fix(lite_world, 0, (39.0, 116.9), mock=True))
    journey.run_due(lite_world)
    assert journey.get(lite_world, f"/trips/{walk.trip}/eta")["history"] == before["history"]


def test_a_jump_is_kept_in_doubt_until_a_second_fix_agrees(world: World) -> None:
    take(world, fix(world, -10))
    first = take(world, fix(world, -5, AWAY))
    assert (first.stored, codes(first.doubted)) == (1, [(0, "FIX_JUMP")])
    newest = last(world.runtime)
    assert newest is not None
    assert newest.lat_e6 == 36_800000
    (event,) = jumps(world)
    assert (event.began_at, event.ended_at, event.facts["lat"]) == (ago(world, minutes=5), None, AWAY[0])
    assert event.facts["from"]["lat"] == HOME[0]
    again = take(world, fix(world, -5, AWAY))
    assert (again.duplicates, codes(again.doubted), len(jumps(world))) == (1, [(0, "FIX_JUMP")], 1)
    second = take(world, fix(world, -4, AWAY))
    assert (second.stored, second.doubted) == (1, ())
    newest = last(world.runtime)
    assert newest is not None
    assert newest.lat_e6 == 38_600000
    (event,) = jumps(world)
    assert (event.ended_at, event.facts["accepted"]) == (ago(world, minutes=4), True)
    assert [row.doubt for row in stored(world.runtime)] == [None, None, None]


def test_a_truck_that_is_back_at_once_was_never_away(world: World) -> None:
    walk = journey.under_way(world)
    world.clock.advance(minutes=10)
    taken = take(world, fix(world, -4), fix(world, -3, AWAY), fix(world, -2), fix(world, -1))
    assert (taken.stored, codes(taken.doubted)) == (4, [(1, "FIX_JUMP")])
    (event,) = jumps(world)
    assert (event.ended_at, event.facts["accepted"]) == (ago(world, minutes=2), False)
    assert event.trip_id is not None
    taken = take(world, fix(world, 0, AWAY))
    assert codes(taken.doubted) == [(0, "FIX_JUMP")]
    assert [event.ended_at is None for event in jumps(world)] == [False, True]
    assert len(journey.get(world, f"/trips/{walk.trip}/track", Role.SHIPPER)["items"]) == 3


def test_each_vehicle_of_a_batch_is_looked_at_by_itself(world: World) -> None:
    taken = take(world, *(fix(world, -minute, plate=plate, where=where) for minute in (3, 2, 1)
                          for plate, where in ((journey.PLATE, HOME), (OTHER, AWAY))))  # fmt: skip
    assert (taken.stored, taken.doubted) == (6, ())


def test_what_would_be_erased_at_once_is_not_taken_in(lite_world: World) -> None:
    body = {"change": {"tracking": {"device_backlog_days": 365, "positions_days": 40}}, "reason": "隐私",
            "effective_from": (lite_world.clock.now() + timedelta(minutes=6)).isoformat()}  # fmt: skip
    changed = journey.send(lite_world, Role.ADMIN, "PUT", "/rules", body)
    assert changed.status_code in {200, 201}, changed.text
    lite_world.clock.advance(minutes=10)
    taken = take(lite_world, fix(lite_world, -41 * 1440), fix(lite_world, -39 * 1440))
    assert (taken.stored, codes(taken.refused)) == (1, [(0, "FIX_TOO_OLD")])


def test_the_statements_name_every_column_of_the_table_in_order() -> None:
    columns = [column.name for column in Position.__table__.columns if column.name != "id"]
    named = f"({', '.join(columns)})"
    assert named in position_store.SQLITE
    assert named in position_store.POSTGRES
    assert position_store.SQLITE.count("?") == position_store.POSTGRES.count("%s") == len(columns)


def test_two_batches_with_the_same_fixes_in_other_orders_wait_for_each_other_and_never_both(world: World) -> None:
    from threading import Barrier, Thread

    rounds, plates = 8, [f"鲁G1000{number}" for number in range(1, 6)]
    barrier, failures = Barrier(2), []

    def work(order: int) -> None:
        for turn in range(rounds):
            fixes = [fix(world, -turn - minute / 60, plate=plate) for minute in range(20) for plate in plates][::order]
            barrier.wait()
            try:
                take(world, *fixes)
            except Exception as error:
                failures.append(error)

    threads = [Thread(target=work, args=(order,)) for order in (1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with world.runtime.read(WORKER) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Position)) == rounds * 20 * len(plates)


@pytest.mark.parametrize("protocol", [DeviceProtocol.API, DeviceProtocol.TRACCAR])
def test_a_batch_by_http_may_name_devices(lite_world: World, protocol: DeviceProtocol) -> None:
    taken_in(lite_world, "box-7", since=ago(lite_world, hours=1), protocol=protocol, datum=CoordSystem.GCJ02)
    lat, lon = wgs84_to_gcj02(*HOME)
    body = [{"device": "box-7", "fix_at": lite_world.clock.now().isoformat(), "lat": lat, "lon": lon},
            {"device": "box-8", "fix_at": lite_world.clock.now().isoformat(), "lat": lat, "lon": lon}]  # fmt: skip
    answer = journey.send(lite_world, Role.DISPATCHER, "POST", "/positions", {"positions": body})
    assert (answer.json["stored"], [one["code"] for one in answer.json["refused"]]) == (1, ["DEVICE_UNKNOWN"])
    assert "box-8" in answer.json["refused"][0]["message"]
    (row,) = stored(lite_world.runtime)
    assert distance_km(row.lat_e6 / 1e6, row.lon_e6 / 1e6, *HOME) < 0.001
    driver = journey.send(lite_world, Role.DRIVER, "POST", "/positions", {"positions": body[:1]})
    assert [one["code"] for one in driver.json["refused"]] == ["DEVICE_UNKNOWN"]
    assert inspect(row).mapper.class_ is Position
