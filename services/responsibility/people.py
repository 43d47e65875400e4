"""Our people in a case: who they are, what part of the loss is theirs, whether they broke a rule (domain 4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from models.accidents import Accident
from models.people import Employee
from models.responsibility import InvolvedPerson
from models.vocabulary import AccidentState, Grade, InvolvedRole, OffPostCause
from services.accident_cases import find_accident, named_employee, object_to_state
from services.accidents import off_post
from services.errors import NotFoundError
from services.orders.amending import amend as amend_row
from services.policy.accidents.people import object_to_shares
from services.policy.findings import Finding, require
from services.responsibility.cases import (
    determination_of,
    object_to_self,
    of_case,
    people_of,
    withdraw_none,
)
from services.transaction import Tx

S = AccidentState
# from the proposal on the shares are what was proposed
EDITABLE = frozenset({
    S.REPORTED, S.RESPONDING, S.INVESTIGATING, S.AWAITING_DETERMINATION, S.DETERMINED, S.UNDER_REVIEW,
    S.DETERMINATION_FINAL, S.ANALYSED, S.REOPENED,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A person of ours by staff number, in his role, with what is known: share, violation, fault, cause."""

    employee: str
    role: InvolvedRole
    known: Mapping[str, Any]


def name(tx: Tx, number: str, named: Named) -> None:
    """Name a person of ours in a case; by a violation he is off post at once (R-P-04).

    Raises RuleBrokenError for an unknown or doubly named person, for oneself, shares over the whole, and a case whose
    handling was proposed.
    """
    accident = find_accident(tx, number, lock=True)
    employee = named_employee(tx, named.employee, "employee")
    require([*object_to_state(accident, EDITABLE), *object_to_self(tx, employee)])
    twice = [one for _, one in people_of(tx, accident.id) if one.id == employee.id]
    require([Finding("PERSON_NAMED_ALREADY", {"employee": employee.staff_no})] if twice else [])
    person = InvolvedPerson(
        accident_id=accident.id,
        employee_id=employee.id,
        role=named.role,
        responsible=False,
        share=0,
        grade=_grade(tx, accident),
        recorded_at=tx.now,
        recorded_by=tx.actor.name,
    )
    tx.session.add(person)
    changed = amend_row(person, named.known)
    told = {"employee": employee.staff_no, "role": named.role, **changed.get("after", {})}
    _settle(tx, accident, person, employee, changed)
    tx.journal("accident.person_named", of_case(accident), told)


def amend(tx: Tx, number: str, staff_no: str, changes: Mapping[str, Any]) -> None:
    """Change what is known of a person in a case; NotFoundError when he is not named in it, else as ``name``."""
    accident = find_accident(tx, number, lock=True)
    person, employee = _named(tx, accident, staff_no)
    require([*object_to_state(accident, EDITABLE), *object_to_self(tx, employee)])
    changed = amend_row(person, changes)
    if changed:
        _settle(tx, accident, person, employee, changed)
        tx.journal("accident.person_amended", of_case(accident), {"employee": staff_no, **changed})


def grade_everybody(tx: Tx, accident: Accident, grade: Grade) -> None:
    """Give everybody of ours our side's grade (R-A-23) and let it act on who is off post (R-P-04).

    Without responsibility the ground falls away and a driver is back the same day, unless his licence is withheld (E7);
    a later paper that finds one makes the ground stand again.
    """
    for person, employee in people_of(tx, accident.id):
        before, person.grade = person.grade, grade
        if employee.driver_id is None:
            continue
        if grade is Grade.NONE:
            off_post.lift(tx, employee.driver_id, accident.id, "determined without responsibility")
        elif before is Grade.NONE and person.violation:
            off_post.begin(tx, employee.driver_id, OffPostCause.ACCIDENT_BY_VIOLATION, accident.id)
    tx.session.flush()


def _settle(tx: Tx, accident: Accident, person: InvolvedPerson, employee: Employee, changed: Mapping[str, Any]) -> None:
    """Check the shares of the whole case, and let a new violation or a responsible person have its effect."""
    others = [one.share for one, _ in people_of(tx, accident.id) if one is not person]
    require(object_to_shares([*others, person.share]))
    if person.responsible:
        withdraw_none(accident)
    broke_a_rule = changed.get("after", {}).get("violation") is True
    if broke_a_rule and employee.driver_id is not None and person.grade is not Grade.NONE:
        off_post.begin(tx, employee.driver_id, OffPostCause.ACCIDENT_BY_VIOLATION, accident.id)
    tx.session.flush()


def _grade(tx: Tx, accident: Accident) -> Grade | None:
    paper = determination_of(tx, accident.id)
    return paper.grade if paper else None


def _named(tx: Tx, accident: Accident, staff_no: str) -> tuple[InvolvedPerson, Employee]:
    query = select(InvolvedPerson, Employee).join(Employee, Employee.id == InvolvedPerson.employee_id)
    found = tx.session.execute(
        query.where(InvolvedPerson.accident_id == accident.id, Employee.staff_no == staff_no)
    ).first()
    if found is None:
        raise NotFoundError
    return found.InvolvedPerson, found.Employee
