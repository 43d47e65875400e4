"""Rounds of all trips: what a worker remembers between them is never trusted longer than it is true."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from models.experience import Prediction
from models.records import OutboxRow
from models.trips import Trip
from services import outbox
from services.errors import BusyError
from services.estimates.batches import memory, reading, rounds
from services.estimates.batches.memory import Memory
from services.policy import intervals
from services.transaction import WORKER, Tx
from tests.support.trucks import NORTH_E6, Trucks
from tests.support.world import World
from workers import jobs

# more than the minutes between two rounds make of an arrival, and less than the way does
TIME_PASSED = timedelta(minutes=5)


@pytest.fixture
def trucks(world: World, tmp_path: Path) -> Trucks:
    return Trucks(world, tmp_path, 3)


@pytest.fixture
def lite_trucks(lite_world: World, tmp_path: Path) -> Trucks:
    return Trucks(lite_world, tmp_path, 3)


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
    trucks: Trucks, monkeypatch: pytest.MonkeyPatch
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
    lite_trucks: Trucks, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = lite_trucks.round(None)
    counts = count_reads(monkeypatch)
    lite_trucks.moves(0, minutes=14)
    known = lite_trucks.round(known)
    assert counts == []
    lite_trucks.moves(0)
    lite_trucks.round(known)
    assert counts == [4]


def test_a_truck_that_arrived_since_is_estimated_no_more(trucks: Trucks) -> None:
    known = trucks.round(None)
    trucks.world.clock.advance(minutes=2)
    trucks.arrive()
    trucks.moves(NORTH_E6)
    known = trucks.round(known)
    assert len(known.read_us) == 3
    expected, came = trucks.last_stop()
    assert expected == came is not None


def test_a_worker_that_heard_of_no_change_looks_at_it_and_still_writes_no_arrival_that_came(
    trucks: Trucks, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = trucks.round(None)
    trucks.world.clock.advance(minutes=2)
    trucks.arrive()
    trucks.moves(NORTH_E6)
    monkeypatch.setattr(reading, "changed", lambda *given: np.empty(0))
    known = trucks.round(known)
    assert len(known.read_us) == 4
    expected, came = trucks.last_stop()
    assert expected == came is not None


def two_workers(trucks: Trucks) -> list[datetime]:
    """Let a second worker make the round in which the trucks come back to where the first worker saw them."""
    one, other = trucks.round(None), trucks.round(None)
    trucks.moves(NORTH_E6, minutes=0.5)
    trucks.round(one)
    trucks.moves(-NORTH_E6, minutes=0.5)
    trucks.round(other)
    return trucks.arrivals()


def differing(trucks: Trucks, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Let a second worker make a round, and name the columns of stops that the first one then knows otherwise."""
    one, other = trucks.round(None), trucks.round(None)
    # on time, and so much nearer that a prediction is due
    trucks.moves(10 * NORTH_E6, minutes=75)
    trucks.round(other)
    counts = count_reads(monkeypatch)

    def compare(tx: Tx) -> set[str]:
        known = memory.recalled(tx, one, tx.count_up(rounds.SERIES)).batch
        assert counts == []
        read = reading.read(tx, known.trips.id.astype(int).tolist())
        pairs = zip(known.stops._asdict().items(), read.stops, strict=True)
        return {name for (name, ours), theirs in pairs if not np.allclose(ours, theirs, 0, 1e-6, equal_nan=True)}

    found = trucks.run(compare)
    assert isinstance(found, set)
    return found


def test_what_another_worker_told_is_known_as_if_it_were_read(trucks: Trucks, monkeypatch: pytest.MonkeyPatch) -> None:
    assert differing(trucks, monkeypatch) == set()


def test_what_he_told_is_not_known_without_asking(lite_trucks: Trucks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Memory, "with_told", lambda known, retold: known)
    assert differing(lite_trucks, monkeypatch) == {"told_us", "made_us", "kept_us", "predicted"}


def test_what_another_worker_told_since_is_not_taken_for_untold(trucks: Trucks) -> None:
    before = trucks.arrivals()
    for told, once in zip(two_workers(trucks), before, strict=True):
        assert abs(told - once) < TIME_PASSED


def test_a_worker_that_trusts_its_memory_after_another_round_leaves_it(
    lite_trucks: Trucks, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lite_trucks.arrivals()
    real = rounds.recalled

    def trusting(tx: Tx, known: Memory | None, number: int) -> Memory:
        return real(tx, known and replace(known, round_no=number - 1), number)

    monkeypatch.setattr(rounds, "recalled", trusting)
    for told, once in zip(two_workers(lite_trucks), before, strict=True):
        assert abs(told - once) >= TIME_PASSED


def test_a_round_goes_on_in_another_job_and_asks_for_the_next_one(
    lite_trucks: Trucks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "AT_ONCE", 3)
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


def test_bounds_drawn_by_other_rules_count_no_more(lite_trucks: Trucks, monkeypatch: pytest.MonkeyPatch) -> None:
    known = lite_trucks.round(None)
    counts = count_reads(monkeypatch)
    lite_trucks.world.clock.advance(minutes=2)
    lite_trucks.round(replace(known, rules=known.rules + 1))
    assert counts == [0, 4]


def test_a_round_that_is_rolled_back_is_made_again_from_what_was_known(lite_trucks: Trucks) -> None:
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


def claimed(trucks: Trucks, key: str) -> outbox.Claim:
    def claim(tx: Tx) -> outbox.Claim | None:
        return outbox.claim(tx, tx.session.scalars(select(OutboxRow.id).where(OutboxRow.key == key)).one())

    made = trucks.run(claim)
    assert isinstance(made, outbox.Claim)
    return made


def test_a_truck_that_falls_behind_is_foretold_in_the_farther_band_too(trucks: Trucks) -> None:
    known = trucks.round(None)
    trucks.moves(-16 * NORTH_E6, minutes=10)
    known = trucks.round(known)
    trucks.moves(-NORTH_E6, minutes=1)
    trucks.round(known)
    with trucks.world.runtime.read(WORKER) as tx:
        query = select(Prediction.expected_minutes).join(Trip, Trip.id == Prediction.trip_id)
        made = tx.session.scalars(query.where(Trip.number == trucks.trip).order_by(Prediction.made_at))
        assert [intervals.band_of(minutes) for minutes in made] == [3, 4]
