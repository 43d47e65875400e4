"""The four no-let-gos of a case: how each stands, and its signature (R-A-01 to R-A-04)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.accidents import Accident
from models.accounts import User
from models.people import Employee
from models.responsibility import (
    AnalysisMeeting,
    CorrectiveMeasure,
    Determination,
    EducationRecord,
    GateSignature,
)
from models.vocabulary import AccidentGate, AccidentPaper, DeterminationBasis, PenaltyState
from services.accident_cases import ALIVE, find_accident, object_to_state, owe_step
from services.penalties import status
from services.penalties.status import Decision
from services.policy.accidents.gates import (
    DecisionFacts,
    GateFacts,
    MeasureFacts,
    ResponsibleFacts,
    object_to_gate,
    object_to_none_responsible,
)
from services.policy.findings import Finding, require
from services.policy.localtime import blank
from services.responsibility.cases import (
    determination_of,
    object_to_self,
    of_case,
    people_of,
    responsible_of,
)
from services.responsibility.papers import papers_of, texts_of
from services.transaction import Tx

ISSUED = frozenset({PenaltyState.APPROVED, PenaltyState.SERVED, PenaltyState.APPEALED, PenaltyState.FINAL})


def facts_of(tx: Tx, accident: Accident) -> GateFacts:
    """Read everything the gates of a case rest on."""
    paper = determination_of(tx, accident.id)
    return GateFacts(
        cause=accident.cause,
        cause_category=accident.cause_category,
        evidence=len(accident.cause_evidence),
        basis=paper.basis if paper else None,
        determination_final=paper is not None and paper.final_at is not None,
        own_finding=_own_finding(tx, accident, paper),
        responsible=_responsible(tx, accident),
        none_signed=accident.none_responsible_by is not None,
        measures=_measures(tx, accident.id),
    )


def unmet(tx: Tx, accident: Accident) -> dict[AccidentGate, tuple[Finding, ...]]:
    """Name what keeps each gate of a case from being met."""
    facts = facts_of(tx, accident)
    return {gate: tuple(object_to_gate(gate, facts)) for gate in AccidentGate}


def signed(tx: Tx, accident: Accident) -> dict[AccidentGate, tuple[GateSignature, str]]:
    """Give the signatures of this round of the case with the name of who signed."""
    query = select(GateSignature, User.name).join(User, User.id == GateSignature.signed_by_id)
    query = query.where(GateSignature.accident_id == accident.id, GateSignature.round == accident.round)
    rows = tx.session.execute(query.where(GateSignature.withdrawn_at.is_(None)))
    return {signature.gate: (signature, name) for signature, name in rows}


def overview(tx: Tx, number: str) -> dict[str, Any]:
    """Give the four gates as they stand, and who signed that nobody is responsible."""
    accident = find_accident(tx, number)
    open_points, signatures = unmet(tx, accident), signed(tx, accident)
    return {
        "accident": accident.number,
        "round": accident.round,
        "none_responsible_by": accident.none_responsible_by,
        "none_responsible_reason": accident.none_responsible_reason,
        "gates": [_shown(gate, open_points[gate], signatures.get(gate)) for gate in AccidentGate],
    }


def sign(tx: Tx, number: str, gate: AccidentGate, evidence: str) -> None:
    """Sign a gate as met, once per round of the case; RuleBrokenError with everything that is missing.

    Who is responsible himself signs no gate of his own case.
    """
    accident = find_accident(tx, number, lock=True)
    twice = gate in signed(tx, accident)
    empty = [Finding("TEXT_EMPTY", {"field": "evidence"})] if blank(evidence) else []
    own = object_to_self(tx, *responsible_of(tx, accident.id))
    require([*object_to_state(accident, ALIVE), *own, *empty, *unmet(tx, accident)[gate]])
    require([Finding("GATE_SIGNED_ALREADY", {"gate": gate})] if twice else [])
    made = GateSignature(
        accident_id=accident.id,
        round=accident.round,
        gate=gate,
        evidence=evidence,
        signed_by_id=tx.actor.user_id,
        signed_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    facts = {"gate": gate, "evidence": evidence, "round": accident.round}
    tx.journal("accident.gate_signed", of_case(accident), facts)
    owe_step(tx, accident.id)


def sign_none_responsible(tx: Tx, number: str, reason: str) -> None:
    """Sign that nobody on our side is responsible, for which education and decision fall away (domain 4.1).

    Raises RuleBrokenError against the police's grade, while somebody is named, and for somebody involved himself.
    """
    accident = find_accident(tx, number, lock=True)
    paper, named = determination_of(tx, accident.id), responsible_of(tx, accident.id)
    wrong = object_to_none_responsible(paper.grade if paper else None, [one.staff_no for one in named])
    empty = [Finding("TEXT_EMPTY", {"field": "reason"})] if blank(reason) else []
    require([*object_to_state(accident, ALIVE), *wrong, *empty, *object_to_self(tx, *_everybody(tx, accident))])
    accident.none_responsible_by, accident.none_responsible_reason = tx.actor.name, reason
    tx.session.flush()
    tx.journal("accident.none_responsible", of_case(accident), {"reason": reason})
    owe_step(tx, accident.id)


def _everybody(tx: Tx, accident: Accident) -> list[Employee]:
    return [employee for _, employee in people_of(tx, accident.id)]


def _responsible(tx: Tx, accident: Accident) -> tuple[ResponsibleFacts, ...]:
    people = responsible_of(tx, accident.id)
    texts = texts_of(tx, accident.id, people)
    educated = set(
        tx.session.scalars(
            select(EducationRecord.employee_id).where(
                EducationRecord.accident_id == accident.id, EducationRecord.passed.is_(True)
            )
        )
    )
    decisions = status.decisions(tx, accident.id)
    return tuple(
        ResponsibleFacts(
            one.staff_no,
            texts[one.staff_no],
            one.id in educated,
            tuple(_decision(tx, decision) for decision in decisions if decision.employee_id == one.id),
        )
        for one in people
    )


def _decision(tx: Tx, decision: Decision) -> DecisionFacts:
    """Tell how far a decision has come now."""
    waiting = decision.appeal_until is None or tx.now <= decision.appeal_until
    return DecisionFacts(
        issued=decision.state in ISSUED or decision.final_at is not None,
        served=decision.served_at is not None,
        may_be_appealed=decision.final_at is None and (decision.appealed_open or waiting),
    )


def _own_finding(tx: Tx, accident: Accident, paper: Determination | None) -> bool:
    """Tell whether the company found out for itself what the police could not."""
    if paper is None or paper.basis is not DeterminationBasis.CERTIFICATE:
        return False
    held = select(AnalysisMeeting.id).where(AnalysisMeeting.accident_id == accident.id).limit(1)
    return AccidentPaper.OPINION in papers_of(tx, accident.id) and tx.session.scalar(held) is not None


def _measures(tx: Tx, accident_id: int) -> tuple[MeasureFacts, ...]:
    columns = (CorrectiveMeasure.id, CorrectiveMeasure.owner_id, CorrectiveMeasure.verified_by_id)
    rows = tx.session.execute(select(*columns).where(CorrectiveMeasure.accident_id == accident_id).order_by(columns[0]))
    return tuple(MeasureFacts(*row) for row in rows)


def _shown(gate: AccidentGate, open_points: tuple[Finding, ...], given: tuple[GateSignature, str] | None) -> Any:
    signature, name = given or (None, None)
    return {
        "gate": gate,
        "met": not open_points,
        "unmet": list(open_points),
        "evidence": signature.evidence if signature else None,
        "signed_by": name,
        "signed_at": signature.signed_at if signature else None,
    }
