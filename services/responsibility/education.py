"""The education of those who were involved in an accident: day, trainer, duration, result (R-A-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.responsibility import EducationRecord
from services.accident_cases import ALIVE, find_accident, named_employee, object_to_state
from services.policy.accidents.people import object_to_education
from services.policy.findings import Finding, require
from services.responsibility.cases import (
    object_to_self,
    of_case,
    people_of,
)
from services.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One education of one person on a local day; ``passed`` is its result."""

    employee: str
    held_on: date
    trainer: str
    minutes: int
    topic: str
    passed: bool


def record(tx: Tx, number: str, lesson: Lesson) -> EducationRecord:
    """Record an education; RuleBrokenError for somebody not named in the case, oneself, or an impossible day."""
    accident = find_accident(tx, number, lock=True)
    employee = named_employee(tx, lesson.employee, "employee")
    involved = any(one.id == employee.id for _, one in people_of(tx, accident.id))
    stranger = [] if involved else [Finding("PERSON_NOT_NAMED", {"employee": employee.staff_no})]
    days = object_to_education(lesson.held_on, accident.occurred_at, tx.now)
    require([*object_to_state(accident, ALIVE), *stranger, *object_to_self(tx, employee), *days])
    made = EducationRecord(
        accident_id=accident.id,
        employee_id=employee.id,
        held_on=lesson.held_on,
        trainer=lesson.trainer,
        minutes=lesson.minutes,
        topic=lesson.topic,
        passed=lesson.passed,
        recorded_at=tx.now,
        recorded_by=tx.actor.name,
    )
    tx.session.add(made)
    tx.session.flush()
    facts = {"employee": employee.staff_no, "minutes": lesson.minutes, "passed": lesson.passed}
    tx.journal("accident.education_held", of_case(accident), facts)
    return made
