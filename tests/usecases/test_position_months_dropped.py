"""The end of positions by month on PostgreSQL: whole months are dropped, by one at a time, and hold nobody up."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from services.positions import position_months, position_retention, tracking
from services.positions.position_months import Partition, month_of
from services.positions.tracking import Fix
from services.transaction import Tx
from tests.support import journey
from tests.support.months import DEFAULT, aside, counted, held_up_long, in_the_way, prepared, run, stands, take, there
from tests.support.terminals import stored
from tests.support.waiting import PATIENCE_S
from tests.support.world import World
from workers import inline

on_postgresql = pytest.mark.postgres


@on_postgresql
def test_whole_months_are_dropped_and_the_rest_is_erased_by_rows(cut_world: World) -> None:
    take(cut_world, 0, 1.5, 20)  # 1 March, 28 February, 9 February
    prepared(cut_world)
    cut_world.clock.advance(days=179)
    take(cut_world, 0)
    march, february = (month_of(cut_world.clock.now() - timedelta(days=days)).begin for days in (179, 199))
    inline.tick(cut_world.runtime)
    assert {march, february} <= set(there(cut_world))
    assert len(stored(cut_world.runtime)) == 2
    cut_world.clock.advance(days=1.5)
    inline.tick(cut_world.runtime)
    assert february not in there(cut_world)
    assert march in there(cut_world)
    assert len(stored(cut_world.runtime)) == 1


@on_postgresql
def test_old_rows_of_the_default_partition_are_erased_too(cut_world: World) -> None:
    take(cut_world, 0, 0.2)
    cut_world.clock.advance(days=181)
    take(cut_world, 0)
    assert run(cut_world, position_retention.erase_old) is None
    assert counted(cut_world, DEFAULT) == 1


@on_postgresql
def test_the_erasing_of_a_month_waits_for_nobody_and_comes_back(cut_world: World) -> None:
    take(cut_world, 20)
    prepared(cut_world)
    cut_world.clock.advance(days=190)
    now = Fix(journey.PLATE, cut_world.clock.now(), 36.8, 118.7)
    with in_the_way(cut_world), aside(lambda: run(cut_world, position_retention.erase_old)) as came:
        stands(cut_world, came)
        assert not held_up_long(cut_world, lambda tx: tracking.take(tx, [now]))
    assert came == [cut_world.clock.now() + position_months.LATER]
    assert counted(cut_world) == 2
    assert run(cut_world, position_retention.erase_old) == cut_world.clock.now()
    assert counted(cut_world) == 1
    assert run(cut_world, position_retention.erase_old) is None


@on_postgresql
@pytest.mark.parametrize("guarded", [True, False], ids=["one at a time", "the broken twin"])
def test_of_two_who_drop_the_same_month_one_goes_later(
    cut_world: World, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    take(cut_world, 20)
    prepared(cut_world)
    cut_world.clock.advance(days=190)
    if not guarded:
        monkeypatch.setattr(position_months, "_alone", lambda _: True)
        monkeypatch.setattr(position_months, "PATIENCE", f"SET LOCAL lock_timeout = '{PATIENCE_S}s'")
    seen, both = position_months.partitions, threading.Barrier(2)

    def seen_by_both(tx: Tx) -> list[Partition]:
        found = seen(tx)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=PATIENCE_S)
        return found

    monkeypatch.setattr(position_months, "partitions", seen_by_both)

    def erase() -> datetime | None:
        try:
            return run(cut_world, position_retention.erase_old)
        finally:
            both.abort()  # whoever has ended is not waited for

    with aside(erase) as one, aside(erase) as other:
        pass
    now = cut_world.clock.now()
    came = [*one, *other]
    assert now in came
    assert counted(cut_world) == 0
    if guarded:
        assert now + position_months.LATER in came
        assert run(cut_world, position_retention.erase_old) is None
    else:
        assert any(isinstance(outcome, Exception) for outcome in came)
