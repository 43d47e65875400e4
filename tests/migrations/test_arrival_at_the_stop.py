"""Version 0008 with trips in the tables: down it, trips and consignments hold what they say up here (P17)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, inspect, text

from migrations import schema
from tests.support import journey
from tests.support.world import World

KINDS = ("trips", "consignments")


def test_down_and_up_nothing_that_was_expected_is_lost(world: World) -> None:
    engine = world.runtime.database.engine
    arrived = journey.at_door(world)
    goods = [journey.book(world) for _ in range(3)]
    direct = journey.plan(world, goods[0], vehicle="鲁G10002")
    by_hub = journey.plan(world, goods[1], vehicle="鲁G10003", drops={goods[1]: "JN-H"})
    journey.run_due(world)
    shown = {kind: told(world, kind) for kind in KINDS}
    assert [number for number, at in shown["trips"].items() if at] == [by_hub, direct, arrived.trip]
    assert {number for number, at in shown["consignments"].items() if at} == {arrived.consignment, goods[0]}
    for _ in range(2):
        schema.downgrade(engine, "0007")
        assert {kind: stored(engine, kind) for kind in KINDS} == shown
        schema.upgrade(engine)
        schema.check(engine)
        assert not any("estimated_arrival_at" in names(engine, kind) for kind in KINDS)
    assert {kind: told(world, kind) for kind in KINDS} == shown


def told(world: World, kind: str) -> dict[str, Any]:
    """Give what the list says of each by its number."""
    return {one["number"]: instant(one["estimated_arrival_at"]) for one in journey.get(world, f"/{kind}")["items"]}


def stored(engine: Engine, kind: str) -> dict[str, Any]:
    """Give what the column of that version holds."""
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT number, estimated_arrival_at FROM {kind}")).all()  # noqa: S608 - names of ours
    return {number: instant(at) for number, at in rows}


def instant(at: Any) -> datetime | None:
    """Give a stored or answered time in UTC; SQLite stores it without a zone."""
    return datetime.fromisoformat(str(at)).replace(tzinfo=UTC) if at else None


def names(engine: Engine, kind: str) -> set[str]:
    return {column["name"] for column in inspect(engine).get_columns(kind)}
