"""Reports to police, insurer and authorities: oral first, written after, each to its own (R-A-14 to R-A-18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from models.accidents import Accident, AccidentReport
from models.vocabulary import ClockKind, ReportKind, ReportRecipient, Word
from services.accident_cases import ALIVE, find_accident, object_to_state, owe_step
from services.accidents import clocks
from services.errors import NotFoundError
from services.policy.accidents.reports import ReportFacts, asks_for_written, object_to_report
from services.policy.fen import yuan
from services.policy.findings import Finding, require
from services.policy.localtime import local_text
from services.transaction import Subject, Tx

CALLED: Mapping[Word, str] = {
    ReportKind.POLICE: "police_told_at",
    ReportRecipient.SAFETY_DEPARTMENT: "safety_told_at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One report as it went out: told or written, to one or more recipients at once.

    ``blocks`` are the contents by name, of which each kind needs its own; ``base`` is the number of the report that a
    follow-up adds to, the last one to the same recipient when left out.
    """

    kind: ReportKind
    recipients: tuple[ReportRecipient, ...]
    sent_at: datetime
    blocks: Mapping[str, str] = field(default_factory=dict)
    contact: str | None = None
    base: str | None = None


def send(tx: Tx, number: str, sending: Sending) -> list[AccidentReport]:
    """Keep a report that went out, one row per recipient, and mark the clocks that it meets.

    An oral report to an authority starts the clock of the written one. Raises RuleBrokenError for a recipient who does
    not get this kind, contents that are missing, an impossible time or an unknown base.
    """
    accident = find_accident(tx, number, lock=True)
    facts = ReportFacts(
        kind=sending.kind,
        recipients=sending.recipients,
        blocks=sending.blocks,
        sent_at=sending.sent_at,
        occurred_at=accident.occurred_at,
        received_at=accident.company_received_at,
        latest=tx.now + timedelta(minutes=tx.ruleset.tracking.device_skew_minutes),
    )
    base_id = _base(tx, accident, sending.base)
    unknown = Finding("REFERENCE_UNKNOWN", {"field": "base", "value": sending.base})
    lost = [unknown] if sending.base and base_id is None else []
    require([*object_to_state(accident, ALIVE), *lost, *object_to_report(facts)])
    at = min(sending.sent_at, tx.now)
    made = store(
        tx, accident, sending.kind, sending.recipients, sending.blocks, at, contact=sending.contact, base_id=base_id
    )
    _note_calls(accident, sending, at)
    if asks_for_written(sending.kind, sending.recipients):
        clocks.arm(tx, accident, ClockKind.WRITTEN_REPORT, at, "oral")
    settle(tx, accident)
    return made


def acknowledge(tx: Tx, number: str, report_no: str, at: datetime) -> AccidentReport:
    """Write down when a recipient confirmed a report; RuleBrokenError when that was done, or before it was sent."""
    accident = find_accident(tx, number)
    query = select(AccidentReport).where(AccidentReport.accident_id == accident.id, AccidentReport.number == report_no)
    report = tx.session.scalar(query.with_for_update())
    if report is None:
        raise NotFoundError
    if report.acknowledged_at is not None:
        facts = {"report": report_no, "at": local_text(report.acknowledged_at)}
        require([Finding("REPORT_ACKNOWLEDGED_ALREADY", facts)])
    early = Finding("TIME_BEFORE_LAST", {"last": local_text(report.sent_at)})
    require([early] if at < report.sent_at else [])
    report.acknowledged_at = at
    tx.session.flush()
    tx.journal("accident.report_acknowledged", _of(accident), {"report": report_no}, at)
    return report


def store(
    tx: Tx,
    accident: Accident,
    kind: ReportKind,
    recipients: Sequence[ReportRecipient],
    blocks: Mapping[str, str],
    at: datetime,
    *,
    contact: str | None = None,
    base_id: int | None = None,
) -> list[AccidentReport]:
    """Keep one row per recipient; a follow-up carries the totals as they are known now."""
    follows = kind is ReportKind.FOLLOW_UP
    contents = {**blocks, **_totals(accident)} if follows else dict(blocks)
    made = [
        AccidentReport(
            number=tx.next_number("SB"),
            accident_id=accident.id,
            kind=kind,
            recipient=recipient,
            base_id=base_id or (_last_to(tx, accident, recipient) if follows else None),
            blocks=contents,
            sent_at=at,
            sent_by=tx.actor.name,
            contact=contact,
            recorded_at=tx.now,
        )
        for recipient in recipients
    ]
    tx.session.add_all(made)
    tx.session.flush()
    for report in made:
        facts = {"report": report.number, "kind": kind, "recipient": report.recipient}
        tx.journal("accident.report", _of(accident), facts, at)
    return made


def settle(tx: Tx, accident: Accident) -> None:
    """Mark the clocks that are met by now, and let the case go on if that was what it waited for."""
    clocks.weigh(tx, accident)
    owe_step(tx, accident.id)


def _note_calls(accident: Accident, sending: Sending, at: datetime) -> None:
    for told in (sending.kind, *sending.recipients):
        name = CALLED.get(told)
        if name and getattr(accident, name) is None:
            setattr(accident, name, at)


def _totals(accident: Accident) -> dict[str, str]:
    """Give what is known now, as the contents of a follow-up have it."""
    names = ("dead", "seriously_hurt", "slightly_hurt", "missing")
    return {**{name: str(getattr(accident, name)) for name in names}, "property": yuan(accident.property_fen)}


def _base(tx: Tx, accident: Accident, number: str | None) -> int | None:
    if number is None:
        return None
    query = select(AccidentReport.id).where(AccidentReport.accident_id == accident.id)
    return tx.session.scalar(query.where(AccidentReport.number == number))


def _last_to(tx: Tx, accident: Accident, recipient: ReportRecipient) -> int | None:
    query = select(AccidentReport.id).where(AccidentReport.accident_id == accident.id)
    query = query.where(AccidentReport.recipient == recipient).order_by(AccidentReport.id.desc())
    return tx.session.scalar(query.limit(1))


def _of(accident: Accident) -> Subject:
    return Subject("accident", accident.id)
