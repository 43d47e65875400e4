"""Positions by month on PostgreSQL: months are made ahead, strayed rows moved, and nobody is held up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from itertools import pairwise

import pytest

from services.errors import ConflictError
from services.positions import position_months, position_store
from services.positions.position_months import MONTHS_AHEAD, Month, month_of, months
from services.transaction import WORKER, Tx
from tests.support.months import DEFAULT, aside, counted, held_up_long, in_the_way, prepared, run, stands, take, there
from tests.support.terminals import stored
from tests.support.world import World
from workers import inline

on_postgresql = pytest.mark.postgres
CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("at", "begin", "end"),
    [
        (datetime(2026, 3, 1, tzinfo=UTC), (2026, 3), (2026, 4)),
        (datetime(2026, 3, 1, 7, 59, 59, tzinfo=CHINA), (2026, 2), (2026, 3)),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), (2026, 12), (2027, 1)),
    ],
)
def test_a_month_is_one_of_utc_with_its_end_left_out(
    at: datetime, begin: tuple[int, int], end: tuple[int, int]
) -> None:
    assert month_of(at) == Month(datetime(*begin, 1, tzinfo=UTC), datetime(*end, 1, tzinfo=UTC))


def test_months_follow_each_other_without_a_gap_over_the_turn_of_a_year() -> None:
    found = list(months(datetime(2025, 11, 30, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)))
    assert [month.table[-8:] for month in found] == ["y2025m11", "y2025m12", "y2026m01", "y2026m02"]
    assert all(one.end == other.begin for one, other in pairwise(found))


@on_postgresql
def test_what_strayed_lies_in_its_month_after_the_sweep_as_it_was_and_is_known_when_it_comes_again(
    cut_world: World,
) -> None:
    days = (0, 0.5, 1.5, 20, 29)
    assert take(cut_world, *days).stored == counted(cut_world, DEFAULT) == len(days)
    before = [(row.id, row.fix_at, row.lat_e6, row.trip_id) for row in stored(cut_world.runtime)]
    assert not inline.tick(cut_world.runtime)["failed"]
    assert [(row.id, row.fix_at, row.lat_e6, row.trip_id) for row in stored(cut_world.runtime)] == before
    assert (counted(cut_world, DEFAULT), counted(cut_world, month_of(cut_world.clock.now()).table)) == (0, 2)
    again = take(cut_world, *days, 0.25)
    assert (again.stored, again.duplicates, counted(cut_world, DEFAULT)) == (1, len(days), 0)


@on_postgresql
def test_months_are_made_for_every_fix_that_may_come_and_two_ahead_and_once(cut_world: World) -> None:
    prepared(cut_world)
    now = cut_world.clock.now()
    wanted = [month.begin for month in months(now - timedelta(days=30), now + timedelta(days=31 * MONTHS_AHEAD))]
    assert there(cut_world) == wanted
    prepared(cut_world)
    assert there(cut_world) == wanted
    cut_world.clock.advance(days=31)
    prepared(cut_world)
    assert there(cut_world) == [*wanted, month_of(wanted[-1] + timedelta(days=31)).begin]


@on_postgresql
def test_a_month_that_many_strayed_from_is_left_where_it_is_and_works(
    cut_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(position_months, "MOST_MOVED", 2)
    take(cut_world, 0, 0.1, 0.2, 20)
    prepared(cut_world)
    assert counted(cut_world, DEFAULT) == 3
    assert month_of(cut_world.clock.now()).begin not in there(cut_world)
    assert take(cut_world, 0, 0.3).duplicates == 1


@on_postgresql
@pytest.mark.parametrize("guarded", [True, False], ids=["one at a time", "the broken twin"])
def test_of_two_who_make_the_same_month_one_goes_later(
    cut_world: World, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(position_months, "_alone", lambda _: True)
    with cut_world.runtime.begin(WORKER) as tx:
        assert position_months.prepare(tx) == tx.now
        with aside(lambda: run(cut_world, position_months.prepare)) as came:
            stands(cut_world, came)
            # without the guard the other one waits for this commit, to find then that the table is there
            tx.connection.commit()
        tx.connection.begin()
    if guarded:
        assert came == [cut_world.clock.now() + position_months.LATER]
    else:
        assert isinstance(came[0], Exception)
        assert "positions_y2026m03" in str(came[0])


@on_postgresql
@pytest.mark.parametrize("patient", [False, True], ids=["in time", "the broken twin"])
def test_whoever_is_in_the_way_puts_it_off_and_holds_up_no_fix(
    cut_world: World, monkeypatch: pytest.MonkeyPatch, *, patient: bool
) -> None:
    prepared(cut_world)
    cut_world.clock.advance(days=31)
    if patient:
        monkeypatch.setattr(position_months, "PATIENCE", "SET LOCAL lock_timeout = 0")
    take_two = partial(put_at, days_ago=(0, 170))
    with in_the_way(cut_world) as go, aside(lambda: run(cut_world, position_months.prepare)) as came:
        stands(cut_world, came)
        assert held_up_long(cut_world, take_two) is patient
        if patient:
            go()
            return
    assert came == [cut_world.clock.now() + position_months.LATER]
    prepared(cut_world)
    assert counted(cut_world) == 2
    assert counted(cut_world, DEFAULT) == 0


def put_at(tx: Tx, days_ago: Sequence[float]) -> None:
    """Store fixes of a vehicle, however old."""
    for days in days_ago:
        row = (1, None, tx.now - timedelta(days=days), tx.now, 1, 1, None, None, "api", None)
        assert position_store.put(tx, [row]) == 1


@on_postgresql
@pytest.mark.parametrize("heeded", [True, False], ids=["tried again", "the broken twin"])
def test_a_fix_that_waits_for_its_month_to_be_made_is_stored_in_it(
    cut_world: World, monkeypatch: pytest.MonkeyPatch, *, heeded: bool
) -> None:
    if not heeded:
        monkeypatch.setattr(position_store, "PARTITION_MOVED", "none")
    take(cut_world, 0.1)
    with cut_world.runtime.begin(WORKER) as tx:
        assert position_months.prepare(tx) == tx.now
        with aside(lambda: take(cut_world, 0, 0.1)) as came:
            stands(cut_world, came)
            tx.connection.commit()
        tx.connection.begin()
    if heeded:
        assert [(taken.stored, taken.duplicates) for taken in came] == [(1, 1)]
        assert counted(cut_world, month_of(cut_world.clock.now()).table) == 2
    else:
        assert isinstance(came[0], ConflictError)
        assert counted(cut_world) == 1


def test_on_sqlite_there_is_one_table_and_nothing_to_do(lite_world: World) -> None:
    take(lite_world, 0, 20)
    assert run(lite_world, position_months.prepare) is None
    assert len(stored(lite_world.runtime)) == 2
