"""The analysis of an accident: its meetings, and when it counts as analysed (R-A-24 to R-A-27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.accidents import Accident
from models.responsibility import AnalysisMeeting
from models.vocabulary import AccidentState, MeetingKind, MeetingRole, Role
from services.accident_cases import ALIVE, find_accident, move_accident, named_employee, object_to_state
from services.policy.accidents.analysis import (
    Attendee,
    MeetingCard,
    kind_needed,
    object_to_analysis,
    object_to_meeting,
)
from services.policy.findings import Finding, require
from services.responsibility.cases import (
    object_to_self,
    of_case,
    responsible_of,
)
from services.responsibility.papers import papers_of, texts_of
from services.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """The minutes as they are handed in; an attendee has a ``name`` or is one of ours by ``employee``."""

    kind: MeetingKind
    held_at: datetime
    chair_name: str
    chair_role: MeetingRole
    attendees: tuple[Mapping[str, Any], ...]
    conclusion: str


def record_meeting(tx: Tx, number: str, minutes: Minutes) -> AnalysisMeeting:
    """Record an analysis meeting; RuleBrokenError when it lacks a head or its chair, or names nobody."""
    accident = find_accident(tx, number, lock=True)
    attendees = [_attendee(tx, one) for one in minutes.attendees]
    require([*object_to_state(accident, ALIVE), *object_to_meeting(_card(minutes), accident.occurred_at, tx.now)])
    made = AnalysisMeeting(
        accident_id=accident.id,
        round=accident.round,
        kind=minutes.kind,
        held_at=minutes.held_at,
        chair_name=minutes.chair_name,
        chair_role=minutes.chair_role.value,
        attendees=attendees,
        conclusion=minutes.conclusion,
        recorded_at=tx.now,
        recorded_by=tx.actor.name,
    )
    tx.session.add(made)
    tx.session.flush()
    facts = {"kind": minutes.kind, "chair": minutes.chair_name, "attendees": len(attendees)}
    tx.journal("accident.meeting_held", of_case(accident), facts, minutes.held_at)
    return made


def complete(tx: Tx, number: str) -> None:
    """Call the accident analysed (R-A-24 to R-A-27); RuleBrokenError with everyone and everything still missing.

    A meeting counts for the round of the case in which it was held: new facts or another grade are analysed anew.
    """
    accident = find_accident(tx, number, lock=True)
    own = object_to_self(tx, *responsible_of(tx, accident.id))
    require([*object_to_state(accident, {AccidentState.DETERMINATION_FINAL}), *own])
    kind = kind_needed(accident.mps_class)
    outside = kind is MeetingKind.MAJOR and not tx.actor.has(Role.PRODUCTION)
    require([*([Finding("ANALYSIS_BY_PRODUCTION", {})] if outside else []), *_objections(tx, accident, kind)])
    move_accident(tx, accident, AccidentState.ANALYSED, {"kind": kind})


def _objections(tx: Tx, accident: Accident, kind: MeetingKind) -> list[Finding]:
    held = tx.session.scalars(
        select(AnalysisMeeting).where(
            AnalysisMeeting.accident_id == accident.id, AnalysisMeeting.round == accident.round
        )
    )
    texts = texts_of(tx, accident.id, responsible_of(tx, accident.id))
    filed = papers_of(tx, accident.id)
    return list(object_to_analysis(kind, [_kept(one) for one in held], texts, filed))


def _attendee(tx: Tx, given: Mapping[str, Any]) -> dict[str, Any]:
    staff_no = given.get("employee")
    name = named_employee(tx, staff_no, "attendees").name if staff_no else given.get("name")
    require([] if name else [Finding("ATTENDEE_WITHOUT_NAME", {"role": given["role"]})])
    return {"name": name, "role": MeetingRole(given["role"]).value, "employee": staff_no}


def _card(minutes: Minutes) -> MeetingCard:
    attendees = tuple(Attendee(MeetingRole(one["role"]), one.get("employee")) for one in minutes.attendees)
    return MeetingCard(
        kind=minutes.kind,
        held_at=minutes.held_at,
        chair_role=minutes.chair_role,
        attendees=attendees,
        conclusion=minutes.conclusion,
    )


def _kept(meeting: AnalysisMeeting) -> MeetingCard:
    return MeetingCard(
        kind=meeting.kind,
        held_at=meeting.held_at,
        chair_role=MeetingRole(meeting.chair_role),
        attendees=tuple(Attendee(MeetingRole(one["role"]), one.get("employee")) for one in meeting.attendees),
        conclusion=meeting.conclusion,
    )
