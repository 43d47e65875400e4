"""What the use cases of responsibility read of a case, and what they ask of it before they begin."""

from __future__ import annotations

from sqlalchemy import select

from models.accidents import Accident
from models.people import Employee
from models.responsibility import Determination, InvolvedPerson
from models.vocabulary import AccidentState
from services.accident_cases import is_self
from services.policy.findings import Finding
from services.transaction import Subject, Tx

S = AccidentState
ENFORCED = frozenset({S.ENFORCING, S.CLOSABLE, S.CLOSED})


def object_to_self(tx: Tx, *employees: Employee) -> list[Finding]:
    """Object to somebody who decides or signs in his own case."""
    own = [employee.staff_no for employee in employees if is_self(tx.actor, employee)]
    return [Finding("OWN_CASE", {"employees": own})] if own else []


def of_case(accident: Accident) -> Subject:
    """Name a case in the journal where people are spoken of: not in the trip's history, which others read."""
    return Subject("accident", accident.id)


def determination_of(tx: Tx, accident_id: int) -> Determination | None:
    """Give the paper that counts now: the newest."""
    query = select(Determination).where(Determination.accident_id == accident_id)
    return tx.session.scalar(query.order_by(Determination.seq.desc()).limit(1))


def people_of(tx: Tx, accident_id: int) -> list[tuple[InvolvedPerson, Employee]]:
    """Give our people in a case, in the order in which they were named."""
    query = select(InvolvedPerson, Employee).join(Employee, Employee.id == InvolvedPerson.employee_id)
    rows = tx.session.execute(query.where(InvolvedPerson.accident_id == accident_id).order_by(InvolvedPerson.id))
    return [(person, employee) for person, employee in rows]


def responsible_of(tx: Tx, accident_id: int) -> list[Employee]:
    """Give those of our people who are named responsible."""
    return [employee for person, employee in people_of(tx, accident_id) if person.responsible]


def withdraw_none(accident: Accident) -> None:
    """Take back that nobody is responsible: it no longer holds, or must be signed anew."""
    accident.none_responsible_by, accident.none_responsible_reason = None, None
