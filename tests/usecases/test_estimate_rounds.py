"""Rounds of all trips: what a worker remembers between them is never trusted longer than it is true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, text

from models.records import OutboxRow
from models.trips import Trip, TripStop
from services import outbox
from services.errors import BusyError
from services.estimates import estimating
from services.estimates.batches import memory, reading, rounds
from services.estimates.batches.memory import Memory
from services.road import underway
from services.runtime import Runtime
from services.transaction import WORKER, Tx
from tests.bench import fleet
from tests.bench.places import Place
from tests.support.world import World
from workers import jobs

NORTH_E6 = 120_000  # some ten minutes of the way, which touches no notice
# more than the minutes between two rounds make of an arrival, and less than the way does
TIME_PASSED = timedelta(minutes=5)


class Fleet:
    """Trucks on one lane, all told of; ``trip`` is one of them."""

    def __init__(self, world: World, folder: Path, trips: int) -> None:
        self.world = world
        fleet.under_way(Place("test", world.runtime, world, folder), trips)
        self.run(estimating.estimate_due)
        with world.runtime.read(WORKER) as tx:
            numbers = tx.session.scalars(select(Trip.number).where(Trip.id > fleet.FAR).order_by(Trip.id))
            self.trip: str = numbers.all()[0]
        self.moves(0, minutes=10)
        self.round(None)

    def run(self, work: Callable[[Tx], Any]) -> Any:
        return self.world.runtime.write(WORKER, work)

    def round(self, known: Memory | None, after: int = 0) -> Memory:
        made = self.run(lambda tx: rounds.look_round(tx, known, after))
        while self.run(estimating.estimate_due):
            pass
        assert isinstance(made, Memory)
        return made

    def moves(self, north_e6: int, minutes: float = 1) -> None:
        """Let some minutes pass, after which every truck sends that it is further on."""
        self.world.clock.advance(minutes=minutes)

        def move(tx: Tx) -> None:
            now = f"{tx.now:%Y-%m-%d %H:%M:%S}.000000" + ("+00:00" if tx.dialect == "postgresql" else "")
            sent = text("UPDATE last_positions SET fix_at = :now, lat_e6 = lat_e6 + :north")
            tx.connection.execute(sent, {"now": now, "north": north_e6})

        self.run(move)

    def arrivals(self) -> list[datetime]:
        """Give the arrivals told of the stops ahead."""
        with self.world.runtime.read(WORKER) as tx:
            query = select(TripStop.estimated_arrival_at).where(TripStop.arrived_at.is_(None)).order_by(TripStop.id)
            return [at for at in tx.session.scalars(query) if at is not None]


@pytest.fixture
def trucks(world: World, tmp_path: Path) -> Fleet:
    return Fleet(world, tmp_path, 3)


@pytest.fixture
def lite_trucks(lite_world: World, tmp_path: Path) -> Fleet:
    return Fleet(lite_world, tmp_path, 3)


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how many trips each reading reads."""
    counts: list[int] = []
    real = reading.read

    def read(tx: Tx, trip_ids: Any) -> Any:
        counts.append(len(trip_ids))
        return real(tx, trip_ids)

    monkeypatch.setattr(reading, "read", read)
    return counts


def test_a_second_round_reads_positions_alone_and_moves_what_moved(
    trucks: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = trucks.round(None)
    counts = count_reads(monkeypatch)
    before = trucks.arrivals()
    trucks.moves(NORTH_E6)
    known = trucks.round(known)
    assert counts == []
    after = trucks.arrivals()
    assert len(after) == 4
    assert all(TIME_PASSED <= abs(a - b) < timedelta(minutes=30) for a, b in zip(after, before, strict=True))
    trucks.moves(-NORTH_E6)
    trucks.round(known)
    for told, once in zip(trucks.arrivals(), before, strict=True):
        assert abs(told - once) < TIME_PASSED


def test_what_was_read_a_quarter_of_an_hour_ago_is_read_again(
    lite_trucks: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = lite_trucks.round(None)
    counts = count_reads(monkeypatch)
    lite_trucks.moves(0, minutes=14)
    known = lite_trucks.round(known)
    assert counts == []
    lite_trucks.moves(0)
    lite_trucks.round(known)
    assert counts == [4]


def arrive(trucks: Fleet) -> None:
    """Let one truck arrive while the others drive on."""
    at = trucks.world.clock.now()
    trucks.run(lambda tx: underway.arrive(tx, trucks.trip, at).id)


def last_stop(trucks: Fleet) -> tuple[datetime | None, datetime | None]:
    """Give when that truck was expected at its last stop, and when it came."""
    with trucks.world.runtime.read(WORKER) as tx:
        query = select(TripStop.estimated_arrival_at, TripStop.arrived_at).join(Trip, Trip.id == TripStop.trip_id)
        row = tx.session.execute(query.where(Trip.number == trucks.trip, TripStop.seq == 2)).one()
    return row.estimated_arrival_at, row.arrived_at


def test_a_truck_that_arrived_since_is_estimated_no_more(trucks: Fleet) -> None:
    known = trucks.round(None)
    trucks.world.clock.advance(minutes=2)
    arrive(trucks)
    trucks.moves(NORTH_E6)
    known = trucks.round(known)
    assert len(known.read_us) == 3
    expected, came = last_stop(trucks)
    assert expected == came is not None


def test_a_worker_that_heard_of_no_change_would_estimate_it(
    lite_trucks: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = lite_trucks.round(None)
    lite_trucks.world.clock.advance(minutes=2)
    arrive(lite_trucks)
    lite_trucks.moves(NORTH_E6)
    monkeypatch.setattr(reading, "changed", lambda tx, since: np.empty((0, 3)))
    lite_trucks.round(known)
    expected, came = last_stop(lite_trucks)
    assert expected != came


def two_workers(trucks: Fleet) -> list[datetime]:
    """Let a second worker make the round in which the trucks come back to where the first worker saw them."""
    one, other = trucks.round(None), trucks.round(None)
    trucks.moves(NORTH_E6, minutes=0.5)
    trucks.round(one)
    trucks.moves(-NORTH_E6, minutes=0.5)
    trucks.round(other)
    return trucks.arrivals()


def test_what_another_worker_told_since_is_not_taken_for_untold(trucks: Fleet) -> None:
    before = trucks.arrivals()
    for told, once in zip(two_workers(trucks), before, strict=True):
        assert abs(told - once) < TIME_PASSED


def test_a_worker_that_trusts_its_memory_after_another_round_leaves_it(
    lite_trucks: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lite_trucks.arrivals()
    real = rounds.recalled

    def trusting(tx: Tx, known: Memory | None, number: int) -> Memory:
        return real(tx, known and replace(known, round_no=number - 1), number)

    monkeypatch.setattr(rounds, "recalled", trusting)
    for told, once in zip(two_workers(lite_trucks), before, strict=True):
        assert abs(told - once) >= TIME_PASSED


@pytest.mark.postgres
def test_a_stop_that_another_holds_is_left_to_him_and_written_in_the_next_round(
    postgres: Runtime, tmp_path: Path
) -> None:
    trucks = Fleet(World(postgres), tmp_path, 3)
    known = trucks.round(None)
    before = trucks.arrivals()
    trucks.moves(NORTH_E6, minutes=2)
    with postgres.begin(WORKER) as holding:
        stop = select(TripStop.id).where(TripStop.arrived_at.is_(None)).order_by(TripStop.id).limit(1)
        holding.session.execute(stop.with_for_update())
        known = trucks.round(known)
    assert [a != b for a, b in zip(trucks.arrivals(), before, strict=True)] == [False, True, True, True]
    trucks.world.clock.advance(minutes=1)
    trucks.round(known)
    assert [a != b for a, b in zip(trucks.arrivals(), before, strict=True)] == [True] * 4


@pytest.mark.postgres
def test_a_stop_that_changed_after_the_round_had_read_it_is_not_written(
    postgres: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trucks = Fleet(World(postgres), tmp_path, 3)
    known = trucks.round(None)
    trucks.moves(NORTH_E6, minutes=2)
    real = rounds.recalled

    def and_then_one_arrives(*given: Any) -> Memory:
        made = real(*given)
        arrive(trucks)
        return made

    monkeypatch.setattr(rounds, "recalled", and_then_one_arrives)
    trucks.round(known)
    expected, came = last_stop(trucks)
    assert expected == came is not None


def test_a_round_goes_on_in_another_job_and_asks_for_the_next_one(
    lite_trucks: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "CHUNK", 3)
    owed = []
    known: Memory | None = None
    after = 0
    for _ in range(2):
        known = lite_trucks.round(known, after)
        assert known is not None
        after = int(known.batch.trips.id[known.after(after)[-1]])
    with lite_trucks.world.runtime.read(WORKER) as tx:
        query = select(OutboxRow.args, OutboxRow.due_at).where(OutboxRow.job == "estimate_round")
        owed = [(row.args.get("after"), row.due_at) for row in tx.session.execute(query)]
        now = tx.now
    assert known is not None
    assert [after for after, due in owed if due <= now and after] == [int(known.batch.trips.id[2])]
    # each truck is silent an hour after it was heard
    assert max(due for _, due in owed) - now <= timedelta(minutes=61)


def test_bounds_drawn_by_other_rules_count_no_more(lite_trucks: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    known = lite_trucks.round(None)
    counts = count_reads(monkeypatch)
    lite_trucks.world.clock.advance(minutes=2)
    lite_trucks.round(replace(known, rules=known.rules + 1))
    assert counts == [0, 4]


def test_a_round_that_is_rolled_back_is_made_again_from_what_was_known(lite_trucks: Fleet) -> None:
    given: list[Any] = []

    def service(tx: Tx, known: int | None) -> int:
        given.append(known)
        if len(given) == 2:
            raise BusyError
        return len(given)

    job = jobs.remembering(service)
    for number in range(2):
        lite_trucks.run(lambda tx, number=number: tx.defer("estimate_round", key=f"try-{number}"))
        job(lite_trucks.world.runtime, claimed(lite_trucks, f"try-{number}"))
    assert given == [None, 1, 1]


def claimed(trucks: Fleet, key: str) -> outbox.Claim:
    def claim(tx: Tx) -> outbox.Claim | None:
        return outbox.claim(tx, tx.session.scalars(select(OutboxRow.id).where(OutboxRow.key == key)).one())

    made = trucks.run(claim)
    assert isinstance(made, outbox.Claim)
    return made
