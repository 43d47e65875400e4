"""Rounds of estimates beside those who work on a trip, on PostgreSQL: neither loses anything to the other, or waits."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from models.tracking import Estimate
from models.trips import Trip, TripStop
from services.errors import BusyError
from services.estimates.batches import rounds, yielding
from services.estimates.batches.memory import Memory
from services.runtime import Runtime
from services.transaction import WORKER
from tests.support import waiting
from tests.support.trucks import NORTH_E6, Trucks
from tests.support.world import World

pytestmark = pytest.mark.postgres
# far enough to be kept in history, which takes the trip as well, and not so far that anybody must hear of it
WORTH_KEEPING_E6 = 240_000


def test_a_stop_that_another_holds_is_left_to_him_and_written_in_the_next_round(
    postgres: Runtime, tmp_path: Path
) -> None:
    trucks = Trucks(World(postgres), tmp_path, 3)
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


def test_a_stop_that_changed_after_the_round_had_read_it_is_not_written(
    postgres: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trucks = Trucks(World(postgres), tmp_path, 3)
    known = trucks.round(None)
    trucks.moves(NORTH_E6, minutes=2)
    real = rounds.recalled

    def and_then_one_arrives(*given: Any) -> Memory:
        made = real(*given)
        trucks.arrive()
        return made

    monkeypatch.setattr(rounds, "recalled", and_then_one_arrives)
    trucks.round(known)
    expected, came = trucks.last_stop()
    assert expected == came is not None


def beside_one_who_works_on_a_trip(postgres: Runtime, folder: Path) -> tuple[Trucks, list[bool], list[Exception]]:
    """Begin a round while somebody holds a trip, who then takes its stop; give whose arrival moved, and who failed."""
    trucks = Trucks(World(postgres), folder, 3)
    known = trucks.round(None)
    before = trucks.arrivals()
    trucks.moves(WORTH_KEEPING_E6, minutes=2)
    failed: list[Exception] = []

    def make_a_round() -> None:
        try:
            with postgres.begin(WORKER) as tx:  # and not ``write``, which would try again
                rounds.look_round(tx, known)
        except BusyError as error:
            failed.append(error)

    worker = threading.Thread(target=make_a_round)
    stop = select(TripStop).join(Trip, Trip.id == TripStop.trip_id)
    try:
        with postgres.begin(WORKER) as working:
            working.session.execute(select(Trip.id).where(Trip.number == trucks.trip).with_for_update())
            worker.start()
            meets = lambda: waiting.waits_for_a_lock(postgres.database.engine) or not worker.is_alive()  # noqa: E731
            waiting.until(meets, "meeting")
            working.session.execute(stop.where(Trip.number == trucks.trip).with_for_update(of=TripStop))
            worker.join(waiting.PATIENCE_S)
    except BusyError as error:
        failed.append(error)
    worker.join(waiting.PATIENCE_S)
    return trucks, [a != b for a, b in zip(trucks.arrivals(), before, strict=True)], failed


def test_a_round_gives_way_to_one_who_works_on_a_trip(postgres: Runtime, tmp_path: Path) -> None:
    trucks, moved, failed = beside_one_who_works_on_a_trip(postgres, tmp_path)
    assert failed == []
    assert sorted(moved) == [False, True, True, True]
    with postgres.read(WORKER) as tx:
        kept = select(func.count()).select_from(Estimate).group_by(Estimate.stop_id)
        assert sorted(tx.session.scalars(kept)) == [3, 4, 5, 5]
    assert trucks.last_stop()[1] is None


def test_one_that_waits_for_him_would_stand_in_his_way(
    postgres: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yielding, "PATIENCE_MS", 0)  # for ever
    _, _, failed = beside_one_who_works_on_a_trip(postgres, tmp_path)
    assert len(failed) == 1
