"""The checklists of a case: the first response at the scene, and the emergency plan of tier 3 (R-A-05, R-A-19)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from models.accidents import Accident
from models.vocabulary import EmergencyStep, FirstResponse, Role, TaskKind, Word
from services import tasks
from services.accident_cases import ALIVE, find_accident, object_to_state
from services.accidents import clocks, duty
from services.policy.findings import Finding, require
from services.policy.localtime import blank, local_text
from services.queries.accidents import find_seen
from services.transaction import Subject, Tx

EMERGENCY_TIER = 3
# which item of the first response says that somebody was told
CALLS = {FirstResponse.POLICE_CALLED: "police_told_at", FirstResponse.SAFETY_CALLED: "safety_told_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """One item of a checklist: done at an instant, or not done with the reason in ``note``."""

    item: Word
    done: bool
    at: datetime
    note: str | None = None


def record_first_response(tx: Tx, number: str, items: Iterable[Ticked]) -> Accident:
    """Write down what was done at the scene; a call to the police or to safety counts as their being told.

    Raises RuleBrokenError for an item that is neither done nor explained, and for an impossible time.
    """
    accident = find_seen(tx, number, lock=True)
    ticked = list(items)
    require([*object_to_state(accident, ALIVE), *_object_to_items(tx, accident, ticked)])
    for one in ticked:
        accident.first_response[one.item.value] = _entry(tx, one)
        told = CALLS.get(FirstResponse(one.item))
        if told and one.done and getattr(accident, told) is None:
            setattr(accident, told, one.at)
    flag_modified(accident, "first_response")
    tx.session.flush()
    tx.journal("accident.first_response", _of(accident), _told(ticked))
    clocks.weigh(tx, accident)
    return accident


def first_response_at_report(tx: Tx, accident: Accident) -> dict[str, Any]:
    """Give the checklist as it stands with the first report: who was told already is ticked."""
    calls = {item: getattr(accident, name) for item, name in CALLS.items()}
    return {item.value: _entry(tx, Ticked(item=item, done=True, at=at)) for item, at in calls.items() if at is not None}


def open_emergency(tx: Tx, accident: Accident) -> None:
    """Open the emergency plan of a tier 3 accident and inform the general manager; once per case (R-A-19, R-S-13)."""
    if accident.report_tier < EMERGENCY_TIER or accident.emergency is not None:
        return
    accident.emergency = {}
    tx.session.flush()
    managers = duty.holders(tx, Role.GENERAL_MANAGER)
    facts = {
        "accident": accident.number,
        "tier": accident.report_tier,
        "steps": [step.value for step in EmergencyStep],
        "for": Role.GENERAL_MANAGER,
        "people": [{"name": name, "phone": None} for name in managers or duty.holders(tx, Role.MANAGER)],
    }
    tasks.raise_task(
        tx, TaskKind.EMERGENCY_PLAN, _emergency_key(accident), tx.now, trip_id=accident.trip_id, facts=facts
    )
    tx.journal("accident.emergency_opened", _of(accident), {"tier": accident.report_tier})


def record_emergency(tx: Tx, number: str, steps: Iterable[Ticked]) -> Accident:
    """Write down steps of the emergency plan; the last one completes its task. RuleBrokenError while none is open."""
    accident = find_accident(tx, number, lock=True)
    ticked = list(steps)
    absent = [] if accident.emergency is not None else [Finding("NO_EMERGENCY_PLAN", {"tier": accident.report_tier})]
    require([*object_to_state(accident, ALIVE), *absent, *_object_to_items(tx, accident, ticked)])
    held = accident.emergency or {}
    accident.emergency = {**held, **{one.item.value: _entry(tx, one) for one in ticked}}
    tx.session.flush()
    tx.journal("accident.emergency", _of(accident), _told(ticked))
    if set(accident.emergency) >= {step.value for step in EmergencyStep}:
        tasks.complete_by_key(tx, _emergency_key(accident), "done")
    return accident


def end_emergency(tx: Tx, accident: Accident, outcome: str) -> None:
    """Complete the task of the emergency plan; none is fine."""
    tasks.complete_by_key(tx, _emergency_key(accident), outcome)


def _object_to_items(tx: Tx, accident: Accident, ticked: Iterable[Ticked]) -> list[Finding]:
    latest = tx.now + timedelta(minutes=tx.ruleset.tracking.device_skew_minutes)
    found = []
    for one in ticked:
        if not one.done and blank(one.note):
            found.append(Finding("CHECKLIST_REASON_MISSING", {"item": one.item}))
        if one.at > latest:
            found.append(Finding("TIME_IN_THE_FUTURE", {"at": local_text(one.at)}))
        if one.at < accident.occurred_at:
            facts = {"field": one.item, "at": local_text(one.at), "occurred": local_text(accident.occurred_at)}
            found.append(Finding("BEFORE_THE_ACCIDENT", facts))
    return found


def _entry(tx: Tx, one: Ticked) -> dict[str, Any]:
    return {"done": one.done, "at": min(one.at, tx.now).isoformat(), "by": tx.actor.name, "note": one.note}


def _told(ticked: Iterable[Ticked]) -> dict[str, Any]:
    return {"items": {one.item.value: one.done for one in ticked}}


def _emergency_key(accident: Accident) -> str:
    return f"emergency-{accident.id}"


def _of(accident: Accident) -> Subject:
    return Subject("accident", accident.id)
