"""Corrective measures: an owner and a due day, reported done, verified by somebody else (R-A-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from models.accidents import Accident
from models.accounts import User
from models.responsibility import CorrectiveMeasure
from models.vocabulary import Role
from services.accident_cases import ALIVE, find_accident, object_to_state
from services.errors import NotFoundError
from services.policy.accidents.measures import MeasureState, object_to_completion, object_to_verification
from services.policy.findings import Finding, RuleBrokenError, require
from services.policy.localtime import local_date
from services.responsibility.cases import (
    of_case,
)
from services.transaction import Tx

MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Planned:
    """A measure as it is agreed: what, who (a user's login), by which local day."""

    measure: str
    owner: str
    due_on: date


def plan(tx: Tx, number: str, planned: Planned) -> CorrectiveMeasure:
    """Record a measure; RuleBrokenError for an unknown or disabled owner and a day that has passed."""
    accident = find_accident(tx, number, lock=True)
    owner = tx.session.scalar(select(User).where(User.login == planned.owner, User.disabled_at.is_(None)))
    if owner is None:
        raise RuleBrokenError([Finding("REFERENCE_UNKNOWN", {"field": "owner", "value": planned.owner})])
    passed = planned.due_on < local_date(tx.now)
    late = [Finding("DUE_DAY_PASSED", {"day": planned.due_on.isoformat()})] if passed else []
    require([*object_to_state(accident, ALIVE), *late])
    made = CorrectiveMeasure(
        accident_id=accident.id,
        measure=planned.measure,
        owner_id=owner.id,
        due_on=planned.due_on,
        created_at=tx.now,
        created_by=tx.actor.name,
    )
    tx.session.add(made)
    tx.session.flush()
    facts = {"measure": made.id, "owner": owner.login, "due_on": planned.due_on.isoformat()}
    tx.journal("accident.measure_planned", of_case(accident), facts)
    return made


def report_done(tx: Tx, number: str, measure_id: int, note: str) -> CorrectiveMeasure:
    """Record that a measure was carried out; its owner says so, or safety for him."""
    accident, measure = _found(tx, number, measure_id)
    objections = object_to_completion(_state(measure), tx.actor.user_id, by_safety=tx.actor.has(Role.SAFETY))
    require([*object_to_state(accident, ALIVE), *objections])
    measure.done_at, measure.done_by_id, measure.done_note = tx.now, tx.actor.user_id, note
    tx.session.flush()
    tx.journal("accident.measure_done", of_case(accident), {"measure": measure.id, "note": note})
    return measure


def verify(tx: Tx, number: str, measure_id: int, note: str, *, effective: bool) -> CorrectiveMeasure:
    """Verify a measure on the spot, by neither its owner nor its reporter; one that does not work is open again."""
    accident, measure = _found(tx, number, measure_id)
    require([*object_to_state(accident, ALIVE), *object_to_verification(_state(measure), tx.actor.user_id)])
    measure.verification = note
    if effective:
        measure.verified_at, measure.verified_by_id = tx.now, tx.actor.user_id
    else:
        measure.done_at, measure.done_by_id = None, None
    tx.session.flush()
    action = "accident.measure_verified" if effective else "accident.measure_failed"
    tx.journal(action, of_case(accident), {"measure": measure.id, "note": note})
    return measure


def _found(tx: Tx, number: str, measure_id: int) -> tuple[Accident, CorrectiveMeasure]:
    accident = find_accident(tx, number, lock=True)
    query = select(CorrectiveMeasure).where(CorrectiveMeasure.accident_id == accident.id)
    found = tx.session.scalar(query.where(CorrectiveMeasure.id == measure_id)) if measure_id <= MAX_ID else None
    if found is None:
        raise NotFoundError
    return accident, found


def _state(measure: CorrectiveMeasure) -> MeasureState:
    return MeasureState(
        done=measure.done_at is not None,
        verified=measure.verified_at is not None,
        owner_id=measure.owner_id,
        done_by_id=measure.done_by_id,
    )
