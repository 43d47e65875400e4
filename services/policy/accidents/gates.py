"""The four no-let-gos 四不放过: what each gate of a case needs before it may be signed (R-A-01 to R-A-04)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from models.vocabulary import AccidentGate, AccidentPaper, CauseCategory, DeterminationBasis, Grade
from services.policy.accidents.analysis import missing_texts
from services.policy.accidents.determination import RESPONSIBLE_GRADES
from services.policy.findings import Finding
from services.policy.localtime import blank


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFacts:
    """How far one decision on a person has come: approved, handed over, and past every appeal."""

    issued: bool
    served: bool
    may_be_appealed: bool


@dataclass(frozen=True, slots=True)
class ResponsibleFacts:
    """A responsible person by staff number: the texts he signed, his education, the decisions on him."""

    employee: str
    texts: frozenset[AccidentPaper]
    educated: bool
    decisions: tuple[DecisionFacts, ...]


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """A corrective measure; the owner and the verifier are users."""

    id: int
    owner_id: int
    verified_by_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """What the gates of one case rest on; ``evidence`` counts files, ``none_signed``: nobody of ours is responsible."""

    cause: str | None
    cause_category: CauseCategory | None
    evidence: int
    basis: DeterminationBasis | None
    determination_final: bool
    own_finding: bool
    responsible: tuple[ResponsibleFacts, ...]
    none_signed: bool
    measures: tuple[MeasureFacts, ...]


def object_to_gate(gate: AccidentGate, facts: GateFacts) -> Iterator[Finding]:
    """Name everything that keeps a gate from being signed."""
    yield from _NEEDS[gate](facts)


def object_to_none_responsible(grade: Grade | None, responsible: Iterable[str]) -> Iterator[Finding]:
    """Object to signing that nobody on our side is responsible, against the police or against the case itself."""
    if grade is None:
        yield Finding("DETERMINATION_MISSING", {})
    elif grade in RESPONSIBLE_GRADES:
        yield Finding("GRADE_SAYS_RESPONSIBLE", {"grade": grade})
    named = sorted(responsible)
    if named:
        yield Finding("SOMEBODY_IS_RESPONSIBLE", {"employees": named})


def _cause(facts: GateFacts) -> Iterator[Finding]:
    certified = facts.basis is DeterminationBasis.CERTIFICATE
    if blank(facts.cause) or facts.cause_category is None:
        yield Finding("CAUSE_MISSING", {})
    elif facts.cause_category is CauseCategory.UNKNOWN and not certified:
        yield Finding("CAUSE_NOT_FOUND", {})
    if not facts.evidence:
        yield Finding("CAUSE_WITHOUT_EVIDENCE", {})
    if facts.basis is None:
        yield Finding("DETERMINATION_MISSING", {})
    elif not facts.determination_final:
        yield Finding("DETERMINATION_NOT_FINAL", {})
    if certified and not facts.own_finding:
        yield Finding("OWN_FINDING_MISSING", {})


def _educated(facts: GateFacts) -> Iterator[Finding]:
    yield from _signed_none(facts)
    yield from missing_texts({one.employee: one.texts for one in facts.responsible})
    for person in facts.responsible:
        if not person.educated:
            yield Finding("EDUCATION_MISSING", {"employee": person.employee})
        if not any(one.issued for one in person.decisions):
            yield Finding("DECISION_MISSING", {"employee": person.employee})


def _measures(facts: GateFacts) -> Iterator[Finding]:
    if not facts.measures:
        yield Finding("MEASURE_MISSING", {})
    for one in facts.measures:
        if one.verified_by_id is None or one.verified_by_id == one.owner_id:
            yield Finding("MEASURE_NOT_VERIFIED", {"measure": one.id})


def _accountable(facts: GateFacts) -> Iterator[Finding]:
    yield from _signed_none(facts)
    for person in facts.responsible:
        if not person.decisions:
            yield Finding("DECISION_MISSING", {"employee": person.employee})
        elif any(one.may_be_appealed or not one.served for one in person.decisions):
            yield Finding("DECISION_NOT_FINAL", {"employee": person.employee})


def _signed_none(facts: GateFacts) -> Iterator[Finding]:
    if not facts.responsible and not facts.none_signed:
        yield Finding("NONE_RESPONSIBLE_NOT_SIGNED", {})


_NEEDS: Mapping[AccidentGate, Callable[[GateFacts], Iterator[Finding]]] = {
    AccidentGate.G1_CAUSE: _cause,
    AccidentGate.G2_EDUCATED: _educated,
    AccidentGate.G3_MEASURES: _measures,
    AccidentGate.G4_ACCOUNTABLE: _accountable,
}
