"""The four no-let-gos: what each gate needs, with somebody responsible and with nobody (R-A-01 to R-A-04)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.vocabulary import AccidentGate, CauseCategory, DeterminationBasis, Grade
from services.policy.accidents.analysis import OWN_TEXTS
from services.policy.accidents.gates import (
    DecisionFacts,
    GateFacts,
    MeasureFacts,
    ResponsibleFacts,
    object_to_gate,
    object_to_none_responsible,
)

A = AccidentGate
FINAL = DecisionFacts(issued=True, served=True, may_be_appealed=False)
D1 = ResponsibleFacts("D1", frozenset(OWN_TEXTS), educated=True, decisions=(FINAL,))
FACTS = GateFacts(
    cause="跟车过近",
    cause_category=CauseCategory.RULE_BROKEN_WORK,
    evidence=1,
    basis=DeterminationBasis.DETERMINATION,
    determination_final=True,
    own_finding=False,
    responsible=(D1,),
    none_signed=False,
    measures=(MeasureFacts(1, owner_id=7, verified_by_id=8),),
)
NOBODY = replace(FACTS, responsible=(), none_signed=True)


def codes(gate: AccidentGate, facts: GateFacts) -> list[str]:
    return [one.code for one in object_to_gate(gate, facts)]


def with_person(**changes: object) -> GateFacts:
    return replace(FACTS, responsible=(replace(D1, **changes),))


@pytest.mark.parametrize("gate", list(A))
@pytest.mark.parametrize("facts", [FACTS, NOBODY], ids=["somebody", "nobody"])
def test_a_complete_case_passes_every_gate(gate: AccidentGate, facts: GateFacts) -> None:
    assert codes(gate, facts) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cause": "　"}, "CAUSE_MISSING"),
        ({"cause_category": None}, "CAUSE_MISSING"),
        ({"cause_category": CauseCategory.UNKNOWN}, "CAUSE_NOT_FOUND"),
        ({"evidence": 0}, "CAUSE_WITHOUT_EVIDENCE"),
        ({"basis": None, "determination_final": False}, "DETERMINATION_MISSING"),
        ({"determination_final": False}, "DETERMINATION_NOT_FINAL"),
    ],
)
def test_g1_wants_the_cause_its_evidence_and_a_final_determination(changes: dict[str, object], code: str) -> None:
    assert codes(A.G1_CAUSE, replace(FACTS, **changes)) == [code]
    assert codes(A.G1_CAUSE, replace(NOBODY, **changes)) == [code]


def test_g1_with_a_certificate_wants_the_companys_own_finding_which_may_be_that_nobody_knows() -> None:
    certificate = replace(FACTS, basis=DeterminationBasis.CERTIFICATE)
    assert codes(A.G1_CAUSE, certificate) == ["OWN_FINDING_MISSING"]
    unknown = replace(certificate, own_finding=True, cause_category=CauseCategory.UNKNOWN)
    assert codes(A.G1_CAUSE, unknown) == []


@pytest.mark.parametrize("text", OWN_TEXTS)
def test_g2_wants_the_three_texts_of_each_responsible_person(text: str) -> None:
    assert codes(A.G2_EDUCATED, with_person(texts=frozenset(OWN_TEXTS) - {text})) == ["TEXT_MISSING"]


def test_g2_wants_education_and_a_decision() -> None:
    assert codes(A.G2_EDUCATED, with_person(educated=False)) == ["EDUCATION_MISSING"]
    assert codes(A.G2_EDUCATED, with_person(decisions=())) == ["DECISION_MISSING"]
    proposed = DecisionFacts(issued=False, served=False, may_be_appealed=True)
    assert codes(A.G2_EDUCATED, with_person(decisions=(proposed,))) == ["DECISION_MISSING"]


def test_g2_is_met_by_a_decision_that_is_not_served_yet() -> None:
    issued = DecisionFacts(issued=True, served=False, may_be_appealed=True)
    assert codes(A.G2_EDUCATED, with_person(decisions=(issued,))) == []


def test_every_responsible_person_counts() -> None:
    two = replace(FACTS, responsible=(D1, replace(D1, employee="L7", educated=False)))
    found = list(object_to_gate(A.G2_EDUCATED, two))
    assert [(one.code, one.facts["employee"]) for one in found] == [("EDUCATION_MISSING", "L7")]


def test_g3_wants_measures_each_verified_by_another_than_its_owner() -> None:
    assert codes(A.G3_MEASURES, replace(FACTS, measures=())) == ["MEASURE_MISSING"]
    open_one = (MeasureFacts(1, 7, 8), MeasureFacts(2, 7, None))
    found = list(object_to_gate(A.G3_MEASURES, replace(NOBODY, measures=open_one)))
    assert [(one.code, one.facts["measure"]) for one in found] == [("MEASURE_NOT_VERIFIED", 2)]
    assert codes(A.G3_MEASURES, replace(FACTS, measures=(MeasureFacts(1, 7, 7),))) == ["MEASURE_NOT_VERIFIED"]


def test_g4_wants_a_served_decision_that_nobody_can_appeal_any_more() -> None:
    assert codes(A.G4_ACCOUNTABLE, with_person(decisions=())) == ["DECISION_MISSING"]
    open_one = DecisionFacts(issued=True, served=True, may_be_appealed=True)
    unserved = DecisionFacts(issued=True, served=False, may_be_appealed=True)
    for decision in (open_one, unserved):
        assert codes(A.G4_ACCOUNTABLE, with_person(decisions=(FINAL, decision))) == ["DECISION_NOT_FINAL"]


@pytest.mark.parametrize("gate", [A.G2_EDUCATED, A.G4_ACCOUNTABLE])
def test_that_nobody_is_responsible_must_be_signed(gate: AccidentGate) -> None:
    assert codes(gate, replace(NOBODY, none_signed=False)) == ["NONE_RESPONSIBLE_NOT_SIGNED"]


@pytest.mark.parametrize("gate", [A.G1_CAUSE, A.G3_MEASURES])
def test_cause_and_measures_stay_when_nobody_is_responsible(gate: AccidentGate) -> None:
    bare = replace(NOBODY, cause=None, measures=())
    assert codes(gate, bare) != []


@pytest.mark.parametrize("grade", [Grade.NONE, Grade.UNDETERMINED])
def test_that_nobody_is_responsible_fits_no_grade_or_an_open_one(grade: Grade) -> None:
    assert list(object_to_none_responsible(grade, ())) == []


@pytest.mark.parametrize("grade", [Grade.FULL, Grade.MAIN, Grade.EQUAL, Grade.SECONDARY])
def test_nobody_is_responsible_cannot_be_signed_against_the_police(grade: Grade) -> None:
    assert [one.code for one in object_to_none_responsible(grade, ())] == ["GRADE_SAYS_RESPONSIBLE"]


def test_nobody_is_responsible_cannot_be_signed_while_somebody_is_named_or_nothing_is_determined() -> None:
    assert [one.code for one in object_to_none_responsible(Grade.NONE, ("D1",))] == ["SOMEBODY_IS_RESPONSIBLE"]
    assert [one.code for one in object_to_none_responsible(None, ())] == ["DETERMINATION_MISSING"]
