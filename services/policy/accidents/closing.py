"""When a case may be closed (domain 4.1): money need not be collected, but nothing that was due may be missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from models.vocabulary import AccidentGate, ClaimState, ClockKind
from services.policy.findings import Finding

UNFILED = frozenset({ClaimState.NOTIFIED, ClaimState.ASSESSED})
ENDED = frozenset({ClaimState.SETTLED, ClaimState.WAIVED})
# the clocks that end with a report; the others watch windows and people on their way
REPORT_CLOCKS = frozenset({
    ClockKind.POLICE_AND_SAFETY_TOLD, ClockKind.INSURER_TOLD, ClockKind.ONE_HOUR_REPORT, ClockKind.QUICK_FORM,
    ClockKind.WRITTEN_REPORT, ClockKind.FOLLOW_UP,
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingFacts:
    """What closing rests on; ``reports_owed`` are clocks whose report was never made, in time or late.

    ``unmet`` holds what keeps each gate from being met now, signed or not.
    """

    five_day_record: bool
    reports_owed: tuple[ClockKind, ...]
    claims: tuple[ClaimState, ...]
    signed: frozenset[AccidentGate]
    unmet: Mapping[AccidentGate, tuple[Finding, ...]]


def object_to_closable(facts: ClosingFacts) -> Iterator[Finding]:
    """Name everything that keeps a case open (R-A-01 to R-A-04, R-A-12, R-A-28)."""
    if not facts.five_day_record:
        yield Finding("FIVE_DAY_RECORD_MISSING", {})
    for clock in facts.reports_owed:
        yield Finding("REPORT_OWED", {"clock": clock})
    yield from _object_to_claims(facts.claims)
    for gate in AccidentGate:
        yield from facts.unmet[gate]
        if gate not in facts.signed:
            yield Finding("GATE_NOT_SIGNED", {"gate": gate})


def claim_open(claims: Iterable[ClaimState]) -> bool:
    """Tell whether an insurer still has to pay: safety follows that up after the case is closed (R-A-12)."""
    return any(state not in ENDED for state in claims)


def _object_to_claims(claims: tuple[ClaimState, ...]) -> Iterator[Finding]:
    if not claims:
        yield Finding("CLAIM_MISSING", {})
    for state in claims:
        if state in UNFILED:
            yield Finding("CLAIM_NOT_FILED", {"state": state})
