"""An accident case led through its own use cases, for tests that begin or look there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import select

from models.accidents import Accident, AccidentClock
from models.drivers import Driver
from models.notices import Task
from models.vocabulary import CargoAction, ClockKind, Role, TaskKind
from services.accidents import reporting, response
from services.accidents.reporting import Report
from services.accidents.response import Response
from services.policy.accidents.classification import Harm
from services.transaction import WORKER, Tx
from tests.support.world import World
from workers import inline

T = TypeVar("T")
PLATE = "鲁G10001"
MINOR = Harm(slightly_hurt=1, property_fen=50_000)
ONE_DEAD = Harm(dead=1)
THREE_DEAD = Harm(dead=3)


def told(world: World, **changes: Any) -> Report:
    """Give a full report by the office of a slight accident of now, outside any trip; ``changes`` go over it."""
    now = world.clock.now()
    values: dict[str, Any] = {
        "plate": PLATE, "driver": "D1", "place": "京沪高速 K120", "outline": "追尾前车", "harm": MINOR,
        "occurred_at": now, "police_told_at": now,
    }  # fmt: skip
    return Report(**{**values, **changes})


def reported(world: World, role: Role = Role.DISPATCHER, **changes: Any) -> str:
    """Report it and give its number."""
    return do(world, lambda tx: reporting.report(tx, told(world, **changes)).number, role)


def investigating(world: World, **changes: Any) -> str:
    """Report it, answer it and open its record."""
    number = reported(world, **changes)
    answer = Response(
        responder="安全员", sent_at=world.clock.now(), cargo_action=CargoAction.NO_CARGO, record="现场勘查记录"
    )
    do(world, lambda tx: response.respond(tx, number, answer), Role.SAFETY)
    return number


def do(world: World, work: Callable[[Tx], T], role: Role = Role.SAFETY) -> T:
    """Do something in a role, as one unit of work."""
    return world.runtime.write(world.actor(role), work)


def case(world: World, number: str) -> Accident:
    """Read a case."""
    return look(world, lambda tx: tx.session.scalars(select(Accident).where(Accident.number == number)).one())


def clocks(world: World, number: str, kind: ClockKind) -> list[AccidentClock]:
    """Read the clocks of a kind, in the order in which they were started."""
    query = select(AccidentClock).join(Accident, Accident.id == AccidentClock.accident_id)
    query = query.where(Accident.number == number, AccidentClock.kind == kind).order_by(AccidentClock.arming)
    return look(world, lambda tx: list(tx.session.scalars(query)))


def clock(world: World, number: str, kind: ClockKind) -> AccidentClock:
    """Read the only clock of a kind."""
    (only,) = clocks(world, number, kind)
    return only


def tasks(world: World, kind: TaskKind, *, still_open: bool = True) -> list[dict[str, Any]]:
    """Give the facts of the tasks of a kind, open or done."""
    query = select(Task).where(Task.kind == kind).order_by(Task.id)
    query = query.where(Task.done_at.is_(None) if still_open else Task.done_at.is_not(None))
    return look(world, lambda tx: [dict(task.facts) for task in tx.session.scalars(query)])


def driver(world: World, staff_no: str = "D1") -> Driver:
    """Read a driver."""
    return look(world, lambda tx: tx.session.scalars(select(Driver).where(Driver.staff_no == staff_no)).one())


def look(world: World, read: Callable[[Tx], T]) -> T:
    """Read something without changing it."""
    with world.runtime.read(WORKER) as tx:
        return read(tx)


def pass_time(world: World, **amount: float) -> None:
    """Let time go by, and the background work that falls due by its end."""
    world.clock.advance(**amount)
    inline.drain(world.runtime)
