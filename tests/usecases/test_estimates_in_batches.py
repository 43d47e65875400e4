"""Trips estimated by the thousand are written as trips estimated one by one: row for row, on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, text, true

from models.base import Base
from models.experience import TravelLevel, TravelSpread
from models.roads import RoadRoute
from models.trips import Trip
from services.estimates import estimating, experience
from services.estimates.arrivals import SAME
from services.estimates.batches import looking, reading, rounds
from services.estimates.batches.memory import Memory
from services.geo import polylines
from services.runtime import Runtime
from services.transaction import WORKER, Tx
from tests.bench import fleet
from tests.bench.places import Place
from tests.support.world import World

TRIPS = 150
DUE = text("UPDATE trips SET estimate_due_at = created_at")
HEARD = text("UPDATE last_positions SET fix_at = :now")
# a round looks at no truck that sends nothing until it has been silent too long
MUTE = text(
    "UPDATE trips SET state = 'closed' WHERE state = 'under_way' AND id NOT IN "
    "(SELECT trip_id FROM last_positions WHERE trip_id IS NOT NULL)"
)
STAMPED = text("UPDATE trips SET basis_at = :then")
WRITTEN = ("estimates", "trip_stops", "trips", "consignments", "predictions", "notices", "outbox", "journal", "tasks")
# numbered or drawn at writing
OWN = {"id", "public_id", "hash", "subject_id"}
STOP = [column.name for column in Base.metadata.tables["trip_stops"].columns]
FURTHER = {"id": "id + 1", "seq": "3", "site_id": "(SELECT id FROM sites WHERE code = 'TJ-D')", "distance_km": "130"}
# how many of the trips are changed, and how
CHANGES = (
    (0.7, "UPDATE last_positions SET lat_e6 = lat_e6 + :north, lon_e6 = lon_e6 + :east WHERE trip_id = :trip"),
    (0.1, "DELETE FROM last_positions WHERE trip_id = :trip"),
    (0.1, "UPDATE last_positions SET fix_at = :then WHERE trip_id = :trip"),
    (0.1, "UPDATE trip_stops SET distance_km = 1900 WHERE trip_id = :trip AND seq = 2"),
    (0.1, f"INSERT INTO trip_stops ({', '.join(STOP)}) SELECT {', '.join(FURTHER.get(name, name) for name in STOP)} "  # noqa: S608 - names of ours
          "FROM trip_stops WHERE trip_id = :trip AND seq = 2"),
    (0.1, "DELETE FROM crew_assignments WHERE trip_id = :trip AND position > 1"),
    (0.2, "UPDATE trip_stops SET road_id = (SELECT min(id) FROM road_routes) WHERE trip_id = :trip AND seq = 2"),
    (0.1, "DELETE FROM crew_assignments WHERE trip_id = :trip"),
    (0.1, "UPDATE wheel_periods SET began_at = :then WHERE trip_id = :trip"),
    (0.2, "UPDATE cargo_lines SET cargo_class = 'fragile' WHERE consignment_id IN "
          "(SELECT id FROM consignments WHERE trip_id = :trip)"),
    (0.1, "UPDATE trips SET trailer_id = (SELECT id FROM vehicles WHERE plate = '鲁G10004') WHERE id = :trip"),
    (0.1, "UPDATE vehicles SET limit_kmh = 80 WHERE id = (SELECT vehicle_id FROM trips WHERE id = :trip)"),
    (0.1, "UPDATE trips SET permit_limit_kmh = 70 WHERE id = :trip"),
    (0.1, "UPDATE notices SET state = 'superseded' WHERE trip_id = :trip"),
    (0.1, "UPDATE notices SET state = 'failed' WHERE trip_id = :trip"),
    (0.1, "UPDATE notices SET state = 'scheduled' WHERE trip_id = :trip AND version_no > 1"),
    (0.1, "UPDATE trip_stops SET announced_arrival_at = NULL WHERE trip_id = :trip"),
    (0.05, "UPDATE trips SET frozen_at = created_at WHERE id = :trip"),
    (0.1, "UPDATE trip_stops SET estimated_arrival_at = NULL WHERE trip_id = :trip AND arrived_at IS NULL"),
    (0.1, "DELETE FROM predictions WHERE trip_id = :trip"),
    (0.1, "UPDATE trips SET departed_at = NULL, state = 'sealed' WHERE id = :trip"),
)  # fmt: skip


class UndoneError(Exception):
    """Rolls a unit of work back."""


def mixed_fleet(world: World, tmp_path: Any, seed: int) -> Place:
    """Have trips under way in every situation: near and far, silent and heard, told and not, one driver and two."""
    place = Place("test", world.runtime, world, tmp_path)
    fleet.under_way(place, TRIPS)
    drawn = Random(seed)  # noqa: S311 - a draw for a test
    with world.runtime.begin(WORKER) as tx:
        _know_the_way(tx)
        tx.connection.execute(DUE)
    world.runtime.write(WORKER, all_due)
    world.clock.advance(seconds=30)
    with world.runtime.begin(WORKER) as tx:
        tx.connection.execute(DUE)
        for trip_id in tx.session.scalars(select(Trip.id).order_by(Trip.id)).all():
            _vary(tx, drawn, trip_id)
    return place


def _know_the_way(tx: Tx) -> None:
    """Have a planned road, and something learnt of the lane, its ends, its hours and the pace."""
    ends = {"origin_lat_e6": 36_860000, "origin_lon_e6": 118_740000}
    ends |= {"destination_lat_e6": 39_730000, "destination_lon_e6": 116_340000}
    line = polylines.encode([(36.86, 118.74), (37.4, 117.6), (38.6, 117.3), (39.73, 116.34)])
    road = RoadRoute(**ends, provider="osrm", distance_km=480, duration_minutes=400, line=line, asked_at=tx.now)
    tx.session.add(road)
    taught = [("lane", "SG-A", "BJ-B"), ("origin", "SG-A"), ("lane_hour", "BJ-B", "TJ-D", "3"), ("pace", "4")]
    for number, key in enumerate(taught, 1):
        tx.session.add(TravelLevel(key=experience.text(key), weight=3, total=0.03 * number, taught_at=tx.now))
    for band in (3, 4):
        tx.session.add(TravelSpread(band=band, seen=30, p10=-0.1, p50=0, p80=0.1, p90=0.2, taught_at=tx.now))


def _vary(tx: Tx, drawn: Random, trip_id: int, changes: Any = CHANGES) -> None:
    """Give one trip its own position, crew, limits and history."""
    at = tx.now - timedelta(hours=drawn.choice([1, 3, 5, 9]))
    values = {
        "trip": trip_id,
        "north": drawn.choice([0, 1000, 60_000, 150_000, 900_000]),
        "east": drawn.choice([0, 500, 40_000, -90_000]),
        "then": f"{at:%Y-%m-%d %H:%M:%S}.000000",
    }
    for share, sql in changes:
        if drawn.random() < share:
            statement = text(sql)
            named = statement.compile().params
            tx.connection.execute(statement, {name: values[name] for name in named})


def rows_after(world: World, work: Callable[[Tx], object]) -> dict[str, list[tuple[Any, ...]]]:
    """Give what stands in the tables after some work, which is then undone."""
    found: dict[str, list[tuple[Any, ...]]] = {}

    def tried(tx: Tx) -> None:
        work(tx)
        tx.session.flush()
        for name in WRITTEN:
            table = Base.metadata.tables[name]
            columns = [column for column in table.columns if column.name not in OWN]
            rows = tx.session.execute(select(*columns).where(_is_compared(table))).all()
            found[name] = sorted((tuple(map(_named, row)) for row in rows), key=repr)
        raise UndoneError

    with pytest.raises(UndoneError):
        world.runtime.write(WORKER, tried)
    return found


def _is_compared(table: Any) -> Any:
    # a round looks at every trip in its last hour, so a look owed by the full path is a second net
    return table.c.job != "review_notices" if table.name == "outbox" else true()


def _named(value: Any) -> Any:
    """Give a value without the names and numbers that are drawn anew for a notice."""
    if isinstance(value, dict):
        return {name: _named(one) for name, one in value.items() if name != "notice_id"}
    return re.sub("ntc_[0-9a-f]{8,}", "ntc", value) if isinstance(value, str) else value


def all_due(tx: Tx) -> None:
    while estimating.estimate_due(tx):
        pass


def each_due(tx: Tx) -> None:
    """Estimate what is due with nothing taken together."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("unmoved", "quiet"):
            patched.setattr(looking.Look, name, lambda look: look.sure & False)
        all_due(tx)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_fleet_estimated_at_once_is_written_as_trip_by_trip(
    world: World, tmp_path: Any, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seed == 2:  # a router that was to give the roads
        asked = replace(world.runtime.settings, router="osrm", router_url="http://127.0.0.1:5000")
        monkeypatch.setattr(world.runtime, "settings", asked)
    mixed_fleet(world, tmp_path, seed)
    at_once = rows_after(world, all_due)
    counted = _counted(world)
    one_by_one = rows_after(world, each_due)
    for name in WRITTEN:
        assert len(at_once[name]) == len(one_by_one[name]), name
        for made, wanted in zip(at_once[name], one_by_one[name], strict=True):
            assert close(made, wanted), (name, made, wanted)
    # each of the three ways was gone often
    assert min(counted) >= TRIPS // 30, counted


def _counted(world: World) -> tuple[int, int, int]:
    """Count the trips that did not move, those written at once and the others."""
    found: list[int] = []

    def look(tx: Tx) -> None:
        ids = reading.due(tx)
        seen = looking.look(tx, reading.read_anew(tx, ids), SAME)
        still, quiet = seen.unmoved(), seen.quiet()
        found.extend((int(still.sum()), int(quiet.sum()), int((~still & ~quiet).sum())))
        raise UndoneError

    with pytest.raises(UndoneError):
        world.runtime.write(WORKER, look)
    still, quiet, others = found
    return still, quiet, others


def close(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, numbers to nine digits."""
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-9)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(close(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(close(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def test_a_round_writes_what_the_full_path_writes_of_trips_that_asked(world: World, tmp_path: Any) -> None:
    mixed_fleet(world, tmp_path, 3)
    world.runtime.write(WORKER, all_due)
    known = round_of_all(world, None)
    then = world.clock.now() + timedelta(minutes=1)
    world.clock.advance(minutes=20)
    drawn = Random(4)  # noqa: S311 - a draw for a test
    with world.runtime.begin(WORKER) as tx:
        for trip_id in tx.session.scalars(select(Trip.id).order_by(Trip.id)).all():
            _vary(tx, drawn, trip_id, [one for one in CHANGES if not one[1].startswith("INSERT")])
        tx.connection.execute(text("UPDATE trips SET frozen_at = NULL, estimate_due_at = NULL"))
        tx.connection.execute(MUTE)
        tx.connection.execute(HEARD, {"now": f"{tx.now:%Y-%m-%d %H:%M:%S}.000000"})
        tx.connection.execute(STAMPED, {"then": f"{then:%Y-%m-%d %H:%M:%S}.000000"})
    quiet: list[int] = []

    def by_round(tx: Tx) -> None:
        made = look_at_all(tx, known)
        quiet.append(int((made.batch.stops.made_us == rounds.at_us(tx.now)).sum()))
        all_due(tx)

    def all_asked(tx: Tx) -> None:
        tx.connection.execute(DUE)
        each_due(tx)

    at_once, one_by_one = rows_after(world, by_round), rows_after(world, all_asked)
    for name in ("estimates", "trip_stops", "predictions", "notices", "journal", "tasks"):
        assert len(at_once[name]) == len(one_by_one[name]), name
        for made, wanted in zip(at_once[name], one_by_one[name], strict=True):
            assert close(made, wanted), (name, made, wanted)
    assert quiet[0] >= TRIPS // 30


def look_at_all(tx: Tx, known: Memory | None) -> Memory:
    """Make one round."""
    return rounds.look_round(tx, known)


def round_of_all(world: World, known: Memory | None) -> Memory:
    return world.runtime.write(WORKER, lambda tx: look_at_all(tx, known))


@pytest.mark.parametrize(
    "bare",
    [
        "UPDATE trip_stops SET arrived_at = planned_arrival_at",
        "DELETE FROM crew_assignments",
        "DELETE FROM last_positions",
        "DELETE FROM consignment_legs",
        "UPDATE consignments SET trip_id = NULL",
        "UPDATE trips SET state = 'sealed', departed_at = NULL",
    ],
    ids=["no stop ahead", "no crew", "no position", "no goods at the stop", "no goods", "in the yard"],
)
def test_a_batch_that_lacks_one_kind_of_rows_is_written_all_the_same(world: World, tmp_path: Any, bare: str) -> None:
    fleet.under_way(Place("test", world.runtime, world, tmp_path), 3)
    with world.runtime.begin(WORKER) as tx:
        tx.connection.execute(text(bare))
        tx.connection.execute(DUE)
        tx.connection.execute(text("UPDATE last_positions SET lat_e6 = lat_e6 + 120000"))
    at_once = rows_after(world, all_due)
    one_by_one = rows_after(world, each_due)
    for name in WRITTEN:
        assert close(at_once[name], one_by_one[name]), name


@pytest.mark.postgres
def test_two_workers_take_different_trips_and_never_wait(postgres: Runtime, tmp_path: Any) -> None:
    world = World(postgres)
    fleet.under_way(Place("test", postgres, world, tmp_path), 5)
    with postgres.begin(WORKER) as tx:
        tx.connection.execute(DUE)
    with postgres.begin(WORKER) as first, postgres.begin(WORKER) as second:
        taken = reading.due(first)
        assert len(taken) == 6
        assert reading.due(second) == []
        assert estimating.estimate_due(second) == 0


def test_a_unit_of_work_takes_no_more_than_it_can_and_owes_the_rest(
    lite_world: World, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = lite_world
    fleet.under_way(Place("test", world.runtime, world, tmp_path), 7)
    monkeypatch.setattr(estimating, "ONE_BY_ONE", 3)
    with world.runtime.begin(WORKER) as tx:
        tx.connection.execute(DUE)
        # who was told nothing is owed a first word by any move, which only a review can give
        tx.connection.execute(text("UPDATE notices SET state = 'superseded'"))
        tx.connection.execute(text("UPDATE last_positions SET lat_e6 = lat_e6 + 120000"))
    taken, keys = [], set()
    for _ in range(4):
        taken.append(world.runtime.write(WORKER, estimating.estimate_due))
        with world.runtime.read(WORKER) as tx:
            owed = "SELECT key FROM outbox WHERE job = 'estimate_arrivals' AND key LIKE :key AND due_at <= :now"
            now = {"key": f"estimate-{tx.now:%Y%m%dT%H%M%S}%-%", "now": f"{tx.now:%Y-%m-%d %H:%M:%S}.999999"}
            keys |= set(tx.connection.execute(text(owed), now).scalars())
    assert taken == [3, 3, 2, 0]
    # a successor of its own after each that left something
    assert len(keys) == 2, keys
