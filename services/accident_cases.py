"""What every use case of an accident begins and ends with: finding the case, and moving it along its table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from models.accidents import Accident
from models.people import Employee
from models.responsibility import InvolvedPerson
from models.vocabulary import AccidentState, ReopeningGround
from services.errors import NotFoundError
from services.policy.accidents.next_steps import next_steps
from services.policy.findings import Finding, RuleBrokenError, require
from services.policy.lifecycle import object_to_move
from services.transaction import STAFF, Actor, Subject, Tx

# nothing more is written on a case that is closed or was none
ALIVE = frozenset(AccidentState) - {AccidentState.CLOSED, AccidentState.VOID}
# a limit holds to its very end, so the look at it comes just afterwards
JUST_AFTER = timedelta(seconds=1)


def accidents_of(actor: Actor) -> ColumnElement[bool]:
    """Limit accidents: staff see all, a driver those he drove in or answers for, a shipper none."""
    if actor.user_id is None or actor.has(*STAFF):
        return true()
    if actor.driver_id is None:
        return Accident.id.is_(None)
    answering = select(InvolvedPerson.accident_id).join(Employee, Employee.id == InvolvedPerson.employee_id)
    mine = or_(Employee.driver_id == actor.driver_id, Employee.user_id == actor.user_id)
    return or_(Accident.driver_id == actor.driver_id, Accident.id.in_(answering.where(mine)))


def find_accident(tx: Tx, number: str, *, lock: bool = False) -> Accident:
    """Give an accident the caller may see; NotFoundError for a foreign or absent one alike."""
    query = select(Accident).where(Accident.number == number, accidents_of(tx.actor))
    found = tx.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFoundError
    return found


def named_employee(tx: Tx, staff_no: str, field: str) -> Employee:
    """Give an employee that a body names; an unknown one is a finding about that field."""
    found = tx.session.scalar(select(Employee).where(Employee.staff_no == staff_no))
    if found is None:
        raise RuleBrokenError([Finding("EMPLOYEE_UNKNOWN", {"field": field, "value": staff_no})])
    return found


def is_self(actor: Actor, employee: Employee) -> bool:
    """Tell whether the actor is that employee, by his user or as that driver: nobody decides on himself."""
    if actor.user_id is not None and actor.user_id == employee.user_id:
        return True
    return actor.driver_id is not None and actor.driver_id == employee.driver_id


def object_to_state(accident: Accident, allowed: Iterable[AccidentState]) -> list[Finding]:
    """Object to a step that the state of the case does not allow."""
    states = frozenset(allowed)
    if accident.state in states:
        return []
    known = [one for one in AccidentState if one in states]
    facts = {"state": accident.state, "allowed": known, "next": next_steps(accident.state)}
    return [Finding("CASE_STATE_FORBIDS", {"accident": accident.number, **facts})]


def of_accident(accident: Accident) -> Subject:
    """Name an accident as the subject of a journal entry; it stands in the trip's history too."""
    return Subject("accident", accident.id, trip_id=accident.trip_id)


def move_accident(
    tx: Tx,
    accident: Accident,
    state: AccidentState,
    facts: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> None:
    """Move a case along its table (domain 4.1); RuleBrokenError for an illegal move.

    The guards of the move are asked by the use case before; every move is one journal entry.
    """
    require(object_to_move("accident", accident.state, state))
    before, accident.state = accident.state, state
    tx.session.flush()
    told = {"from": before.value, "to": state.value, **(facts or {})}
    tx.journal(f"accident.{state}", of_accident(accident), told, occurred_at)


def begin_round(tx: Tx, accident: Accident, ground: ReopeningGround, reason: str) -> None:
    """Take an enforced case up again; RuleBrokenError when it is not enforced.

    The gates are signed anew in each round, and so is that nobody of ours is responsible.
    """
    closed_at = accident.closed_at.isoformat() if accident.closed_at else None
    accident.round += 1
    accident.closed_at, accident.closed_by = None, None
    accident.none_responsible_by, accident.none_responsible_reason = None, None
    told = {"ground": ground, "reason": reason, "round": accident.round, "closed_at": closed_at}
    move_accident(tx, accident, AccidentState.REOPENED, told)


def owe_step(tx: Tx, accident_id: int, after: datetime | None = None) -> None:
    """Owe the background look that moves a case by itself: at once, or just after a limit that holds to its end."""
    due_at = tx.now if after is None else max(tx.now, after + JUST_AFTER)
    tx.defer_again("step_accident", f"step-accident-{accident_id}", due_at, accident_id=accident_id)
