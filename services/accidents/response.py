"""What safety does with a case until the police speak: people, goods, record, scene, five-day record.

Each state of the case is left by the use case that meets its guard (domain 4.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.accidents import Accident, AccidentReport
from models.vocabulary import (
    AccidentState,
    CargoAction,
    ClockKind,
    DeterminationBasis,
    ReportKind,
    ReportRecipient,
)
from services import cargo_care, tasks
from services.accident_cases import ALIVE, find_accident, move_accident, object_to_state
from services.accidents import clocks, reports
from services.accidents.reporting import responder_key
from services.policy.accidents.reports import object_to_record
from services.policy.findings import Finding, require
from services.policy.localtime import blank, local_text
from services.queries.accidents import grade_of
from services.transaction import Subject, Tx

S = AccidentState
ANSWERED_IN = frozenset({S.REPORTED, S.RESPONDING, S.INVESTIGATING})
# a paper of the same day or of the parties themselves needs no waiting for the police
SWIFT = frozenset({DeterminationBasis.SUMMARY_PROCEDURE, DeterminationBasis.AGREEMENT})
GRADE_PENDING = "待认定"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Who was sent to the scene and when, what is done with the goods, and the record if it is opened with it.

    ``cargo_action`` may be left out when it was chosen before.
    """

    responder: str
    sent_at: datetime
    cargo_action: CargoAction | None = None
    record: str | None = None


def respond(tx: Tx, number: str, told: Response) -> Accident:
    """Answer a report: people to the scene, a choice for the goods, a trip that stands still; then the record.

    The case moves to ``responding``, and on to ``investigating`` by itself as soon as its record is open: classes and
    clocks have been there since the report. Raises RuleBrokenError for goods that the choice does not fit.
    """
    accident = find_accident(tx, number, lock=True)
    require([*object_to_state(accident, ANSWERED_IN), *_object_to_time(tx, accident, told.sent_at, "sent_at")])
    _choose(tx, accident, told.cargo_action)
    if accident.state is S.REPORTED:
        move_accident(tx, accident, S.RESPONDING, {"cargo_action": accident.cargo_action}, told.sent_at)
    accident.responder = told.responder
    accident.responder_sent_at = accident.responder_sent_at or min(told.sent_at, tx.now)
    tx.session.flush()
    facts = {"responder": told.responder, "sent_at": told.sent_at.isoformat()}
    tx.journal("accident.responder_sent", Subject("accident", accident.id), facts, told.sent_at)
    clocks.meet(tx, accident, ClockKind.RESPONDER_SENT, accident.responder_sent_at)
    tasks.complete_by_key(tx, responder_key(accident), told.responder)
    if told.record is not None:
        _open_record(tx, accident, told.record)
    return accident


def open_record(tx: Tx, number: str, record: str) -> Accident:
    """Open the record of a case, or write it anew while it is investigated (R-A-07)."""
    accident = find_accident(tx, number, lock=True)
    require(object_to_state(accident, ANSWERED_IN - {S.REPORTED}))
    _open_record(tx, accident, record)
    return accident


def investigate(tx: Tx, number: str, at: datetime, basis: DeterminationBasis) -> Accident:
    """Record that the police looked at the scene, or that none had to: the case waits for the paper on responsibility.

    With the summary procedure or an agreement of the parties the paper may come the same day, so no clock waits for it.
    """
    accident = find_accident(tx, number, lock=True)
    require([*object_to_state(accident, {S.INVESTIGATING}), *_object_to_time(tx, accident, at, "investigated_at")])
    accident.investigated_at = at
    move_accident(tx, accident, S.AWAITING_DETERMINATION, {"basis": basis}, at)
    clocks.stop(tx, accident, ClockKind.DETERMINATION_EXPECTED, "investigated anew")
    if basis not in SWIFT:
        clocks.arm(tx, accident, ClockKind.DETERMINATION_EXPECTED, at, "investigated")
    return accident


def file_record(tx: Tx, number: str, account: str, opinion: str) -> list[AccidentReport]:
    """File the detailed record of any accident, small or large, with account and opinion (R-A-28).

    It meets the five-day clock whether or not the police have spoken; a later one may add the grade.
    """
    accident = find_accident(tx, number, lock=True)
    require([*object_to_state(accident, ALIVE), *object_to_record(account, opinion)])
    grade = grade_of(tx, accident)
    blocks = {"account": account, "opinion": opinion, "grade": grade.zh if grade else GRADE_PENDING}
    made = reports.store(tx, accident, ReportKind.FIVE_DAY_RECORD, (ReportRecipient.COMPANY,), blocks, tx.now)
    reports.settle(tx, accident)
    return made


def _open_record(tx: Tx, accident: Accident, record: str) -> None:
    require([Finding("TEXT_EMPTY", {"field": "record"})] if blank(record) else [])
    first, accident.record = accident.record is None, record
    tx.session.flush()
    tx.journal("accident.record_opened" if first else "accident.record_rewritten", Subject("accident", accident.id))
    if accident.state is S.RESPONDING:
        facts = {"class": accident.mps_class, "tier": accident.report_tier}
        move_accident(tx, accident, S.INVESTIGATING, facts)


def _choose(tx: Tx, accident: Accident, action: CargoAction | None) -> None:
    """Decide on the goods unless that was done; moving them to another truck is a call of its own."""
    if action is not None and accident.cargo_action is not action:
        cargo_care.choose_action(tx, accident.number, action)
    require([] if accident.cargo_action else [Finding("CARGO_ACTION_MISSING", {"accident": accident.number})])


def _object_to_time(tx: Tx, accident: Accident, at: datetime, field: str) -> list[Finding]:
    latest = tx.now + timedelta(minutes=tx.ruleset.tracking.device_skew_minutes)
    if at > latest:
        return [Finding("TIME_IN_THE_FUTURE", {"at": local_text(at)})]
    if at < accident.occurred_at:
        facts = {"field": field, "at": local_text(at), "occurred": local_text(accident.occurred_at)}
        return [Finding("BEFORE_THE_ACCIDENT", facts)]
    return []
