"""How a driver's time off post 待岗 ends, and how duty is planned (R-P-04, R-A-22, domain 4.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.vocabulary import AccidentState, DriverStatus
from services.policy.findings import Finding
from services.policy.localtime import local_text
from services.policy.ruleset_accidents import ClockRules

S = AccidentState
# in these nobody knows yet for good who is responsible
PENDING = frozenset({
    S.REPORTED, S.RESPONDING, S.INVESTIGATING, S.AWAITING_DETERMINATION, S.DETERMINED, S.UNDER_REVIEW, S.REOPENED,
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCase:
    """A case for which a driver is off post; ``cleared``: it was determined that he is not responsible."""

    number: str
    state: AccidentState
    cleared: bool
    educated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinstatementFacts:
    """A driver who is to come back, and on whose word; a licence is held, or its paper has run out, today."""

    driver: str
    status: DriverStatus
    withheld: bool
    licence_valid: bool
    by_safety: bool
    cases: tuple[PendingCase, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A time on duty."""

    starts_at: datetime
    ends_at: datetime


def object_to_reinstatement(facts: ReinstatementFacts) -> Iterator[Finding]:
    """Name everything that keeps a driver off post: each case final and followed by education, the licence in hand."""
    if facts.status is not DriverStatus.STANDBY_PENDING:
        yield Finding("NOT_OFF_POST", {"driver": facts.driver, "status": facts.status})
    if not facts.by_safety:
        yield Finding("REINSTATEMENT_BY_SAFETY", {"status": facts.status})
    if facts.withheld:
        yield Finding("REINSTATED_WHILE_WITHHELD", {"status": facts.status})
    elif not facts.licence_valid:
        yield Finding("LICENCE_NOT_VALID", {"driver": facts.driver})
    for case in facts.cases:
        yield from object_to_case(case)


def object_to_case(case: PendingCase) -> Iterator[Finding]:
    """Object to coming back while a case is not determined for good, or before the education that follows it."""
    if case.cleared or case.state is S.VOID:
        return
    if case.state in PENDING:
        yield Finding("CASE_NOT_DETERMINED", {"accident": case.number, "state": case.state})
    if not case.educated:
        yield Finding("EDUCATION_NOT_DONE", {"accident": case.number})


def object_to_shift(shift: Shift, others: Iterable[Shift], now: datetime, rules: ClockRules) -> Iterator[Finding]:
    """Object to a shift that ends before it begins, is over, is longer than anybody stays awake for, or doubled."""
    if shift.ends_at <= shift.starts_at:
        yield Finding("SHIFT_ENDS_FIRST", {"from": local_text(shift.starts_at), "to": local_text(shift.ends_at)})
        return
    if shift.ends_at <= now:
        yield Finding("SHIFT_IS_OVER", {"to": local_text(shift.ends_at)})
    if shift.ends_at - shift.starts_at > timedelta(hours=rules.longest_duty_hours):
        yield Finding("SHIFT_TOO_LONG", {"limit_hours": rules.longest_duty_hours})
    for other in others:
        if shift.starts_at < other.ends_at and other.starts_at < shift.ends_at:
            facts = {"from": local_text(other.starts_at), "to": local_text(other.ends_at)}
            yield Finding("SHIFT_PLANNED_ALREADY", facts)
