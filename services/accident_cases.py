"""What every use case of an accident begins and ends with: finding the case, and moving it along its table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from models.accidents import Accident
from models.people import Employee
from models.responsibility import InvolvedPerson
from models.vocabulary import AccidentState
from services.errors import NotFoundError
from services.policy.findings import Finding, RuleBrokenError, require
from services.policy.lifecycle import object_to_move
from services.transaction import STAFF, Actor, Subject, Tx


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
        raise RuleBrokenError([Finding("REFERENCE_UNKNOWN", {"field": field, "value": staff_no})])
    return found


def is_self(actor: Actor, employee: Employee) -> bool:
    """Tell whether the actor is that employee, by his user or as that driver: nobody decides on himself."""
    if actor.user_id is not None and actor.user_id == employee.user_id:
        return True
    return actor.driver_id is not None and actor.driver_id == employee.driver_id


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
