"""What a case holds on responsibility, as answers: papers of the police, people, meetings, texts, measures, lessons.

A case has few rows of each kind, so they are given whole. A driver reads of the texts only his own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.accounts import User
from models.people import Employee
from models.responsibility import (
    AnalysisMeeting,
    CasePaper,
    CorrectiveMeasure,
    Determination,
    EducationRecord,
    InvolvedPerson,
)
from services.accident_cases import find_accident
from services.policy.accidents.determination import review_until
from services.policy.accidents.people import percent_text
from services.queries.paging import AnySelect
from services.transaction import STAFF, Tx

VERIFIER, REPORTER = aliased(User), aliased(User)


def case_view(tx: Tx, number: str) -> dict[str, Any]:
    """Give where a case stands."""
    accident = find_accident(tx, number)
    names = ("number", "state", "round", "closed_at", "closed_by", "none_responsible_by", "none_responsible_reason")
    return {name: getattr(accident, name) for name in (*names, "version")}


def determinations(tx: Tx, number: str) -> dict[str, Any]:
    """Give the papers of a case, the one that counts first, each with the end of its review window."""
    accident = find_accident(tx, number)
    query = select(Determination).where(Determination.accident_id == accident.id)
    rows = tx.session.scalars(query.order_by(Determination.seq.desc()))
    return {"items": [_determination(tx, row) for row in rows]}


def people(tx: Tx, number: str) -> dict[str, Any]:
    """Give our people in a case, in the order in which they were named."""
    accident = find_accident(tx, number)
    query = select(InvolvedPerson, Employee).join(Employee, Employee.id == InvolvedPerson.employee_id)
    rows = tx.session.execute(query.where(InvolvedPerson.accident_id == accident.id).order_by(InvolvedPerson.id))
    return {"items": [_person(person, employee) for person, employee in rows]}


def meetings(tx: Tx, number: str) -> dict[str, Any]:
    """Give the analysis meetings of a case, newest first."""
    accident = find_accident(tx, number)
    query = select(AnalysisMeeting).where(AnalysisMeeting.accident_id == accident.id)
    return {"items": [_columns(row) for row in tx.session.scalars(query.order_by(AnalysisMeeting.id.desc()))]}


def papers(tx: Tx, number: str) -> dict[str, Any]:
    """Give the filed texts of a case, newest first; to a driver his own."""
    accident = find_accident(tx, number)
    query: AnySelect = select(CasePaper, Employee).outerjoin(Employee, Employee.id == CasePaper.employee_id)
    query = query.where(CasePaper.accident_id == accident.id)
    if not tx.actor.has(*STAFF):
        mine = (Employee.driver_id == tx.actor.driver_id) | (Employee.user_id == tx.actor.user_id)
        query = query.where(mine)
    rows = tx.session.execute(query.order_by(CasePaper.id.desc()))
    return {"items": [_paper(paper, employee) for paper, employee in rows]}


def measures(tx: Tx, number: str) -> dict[str, Any]:
    """Give the corrective measures of a case, newest first."""
    accident = find_accident(tx, number)
    query = _measures().where(CorrectiveMeasure.accident_id == accident.id)
    rows = tx.session.execute(query.order_by(CorrectiveMeasure.id.desc()))
    return {"items": [_measure(row) for row in rows]}


def measure_view(tx: Tx, measure_id: int) -> dict[str, Any]:
    """Give one corrective measure."""
    return _measure(tx.session.execute(_measures().where(CorrectiveMeasure.id == measure_id)).one())


def lessons(tx: Tx, number: str) -> dict[str, Any]:
    """Give the education held after an accident, newest first."""
    accident = find_accident(tx, number)
    query = select(EducationRecord, Employee).join(Employee, Employee.id == EducationRecord.employee_id)
    query = query.where(EducationRecord.accident_id == accident.id)
    rows = tx.session.execute(query.order_by(EducationRecord.id.desc()))
    return {"items": [_with_employee(lesson, employee) for lesson, employee in rows]}


def _determination(tx: Tx, row: Determination) -> dict[str, Any]:
    return {**_columns(row), "review_until": review_until(row.served_at, tx.ruleset.clock)}


def _person(person: InvolvedPerson, employee: Employee) -> dict[str, Any]:
    return {**_with_employee(person, employee), "share_percent": percent_text(person.share)}


def _paper(paper: CasePaper, employee: Employee | None) -> dict[str, Any]:
    return _with_employee(paper, employee)


def _with_employee(row: Any, employee: Employee | None) -> dict[str, Any]:
    named = {"employee": employee.staff_no, "name": employee.name} if employee else {"employee": None, "name": None}
    return {**_columns(row), **named}


def _measures() -> AnySelect:
    query = select(
        CorrectiveMeasure, User.login.label("owner"), REPORTER.login.label("done_by"),
        VERIFIER.login.label("verified_by"),
    ).join(User, User.id == CorrectiveMeasure.owner_id)  # fmt: skip
    query = query.outerjoin(REPORTER, REPORTER.id == CorrectiveMeasure.done_by_id)
    return query.outerjoin(VERIFIER, VERIFIER.id == CorrectiveMeasure.verified_by_id)


def _measure(row: Any) -> dict[str, Any]:
    measure = _columns(row.CorrectiveMeasure)
    return {**measure, "owner": row.owner, "done_by": row.done_by, "verified_by": row.verified_by}


def _columns(row: Any) -> dict[str, Any]:
    """Give a row's columns without the ids that mean nothing outside."""
    inside = ("accident_id", "employee_id", "owner_id", "done_by_id", "verified_by_id", "share")
    names = (column.key for column in row.__table__.columns)
    return {name: getattr(row, name) for name in names if name not in inside}
