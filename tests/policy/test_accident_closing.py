"""When a case may be closed: reports filed, claim filed or waived, every gate met and signed (domain 4.1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.vocabulary import AccidentGate, ClaimState, ClockKind
from services.policy.accidents.closing import ClosingFacts, object_to_closable
from services.policy.findings import Finding

FACTS = ClosingFacts(
    five_day_record=True,
    reports_owed=(),
    claims=(ClaimState.FILED,),
    signed=frozenset(AccidentGate),
    unmet=dict.fromkeys(AccidentGate, ()),
)


def codes(**changes: object) -> list[str]:
    return [one.code for one in object_to_closable(replace(FACTS, **changes))]


def test_a_complete_case_may_be_closed() -> None:
    assert codes() == []


@pytest.mark.parametrize("state", [ClaimState.FILED, ClaimState.SETTLED, ClaimState.WAIVED])
def test_a_claim_is_filed_paid_or_waived(state: ClaimState) -> None:
    assert codes(claims=(state,)) == []


@pytest.mark.parametrize("state", [ClaimState.NOTIFIED, ClaimState.ASSESSED])
def test_one_claim_that_is_not_filed_keeps_the_case_open(state: ClaimState) -> None:
    assert codes(claims=(ClaimState.SETTLED, state)) == ["CLAIM_NOT_FILED"]


def test_to_make_no_claim_is_a_decision_too() -> None:
    assert codes(claims=()) == ["CLAIM_MISSING"]


def test_the_five_day_record_is_filed() -> None:
    assert codes(five_day_record=False) == ["FIVE_DAY_RECORD_MISSING"]


def test_every_report_that_fell_due_is_filed() -> None:
    owed = (ClockKind.ONE_HOUR_REPORT, ClockKind.FOLLOW_UP)
    found = list(object_to_closable(replace(FACTS, reports_owed=owed)))
    assert [(one.code, one.facts["clock"]) for one in found] == [("REPORT_OWED", clock) for clock in owed]


@pytest.mark.parametrize("gate", list(AccidentGate))
def test_every_gate_is_signed(gate: AccidentGate) -> None:
    found = list(object_to_closable(replace(FACTS, signed=frozenset(AccidentGate) - {gate})))
    assert [(one.code, one.facts["gate"]) for one in found] == [("GATE_NOT_SIGNED", gate)]


def test_a_signed_gate_that_no_longer_holds_says_why() -> None:
    why = Finding("MEASURE_NOT_VERIFIED", {"measure": 3})
    assert codes(unmet={**FACTS.unmet, AccidentGate.G3_MEASURES: (why,)}) == ["MEASURE_NOT_VERIFIED"]
