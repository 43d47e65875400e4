"""The department's proposal: every amount computed from facts, one live proposal per accident (R-A-24, domain 4.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from models.accidents import Accident
from models.penalties import Penalty, PenaltyProposal
from models.people import Employee
from models.vocabulary import AccidentState, PenaltyState, PolicyProfile, ProposalState
from services.accident_cases import find_accident, move_accident, named_employee
from services.penalties.figures import Case, case_of, reason_of, rules_of
from services.penalties.steps import live_proposal, move_proposal, object_to_subject
from services.policy.fen import yuan
from services.policy.findings import Finding, require
from services.policy.lifecycle import object_to_move
from services.policy.penalties.lines import Line, object_to_proposal, profile_allowed, proposed_lines
from services.transaction import Subject, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the maker gives: his opinion, perhaps the prudent profile, and disciplinary fines where they are allowed.

    ``fines`` is ``[{"employee": staff_no, "amount_fen": fen}]``.
    """

    opinion: str
    profile: PolicyProfile | None = None
    fines: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def propose(tx: Tx, number: str, wanted: Proposal) -> PenaltyProposal:
    """Propose what follows from the facts of an analysed accident, and give the proposal.

    An earlier proposal that was enforced is superseded; its penalties stay final until this one takes effect. Raises
    RuleBrokenError with every objection: the maker is a subject, somebody was not assessed, a fine may not be …
    """
    accident = find_accident(tx, number, lock=True)
    require(object_to_move("accident", accident.state, AccidentState.HANDLING_PROPOSED))
    profile = profile_allowed(wanted.profile, rules_of(tx, accident))
    fines = {named_employee(tx, one["employee"], "fines").id: one["amount_fen"] for one in wanted.fines}
    case = case_of(tx, accident, profile or PolicyProfile.PRUDENT, fines)
    require(_objections(tx, accident, case, fines, profile))
    assert case is not None  # noqa: S101 - objected to above
    lines = proposed_lines(case.facts, case.rules)
    _supersede(tx, accident)
    proposal = _store(tx, case, wanted.opinion, lines)
    move_accident(tx, accident, AccidentState.HANDLING_PROPOSED, {"proposal": proposal.seq, "lines": len(lines)})
    return proposal


def _objections(
    tx: Tx, accident: Accident, case: Case | None, fines: Mapping[int, int], profile: PolicyProfile | None
) -> list[Finding]:
    found = object_to_subject(tx, accident, "MAKER_IS_SUBJECT")
    if profile is None:
        found.append(Finding("PROFILE_NOT_ALLOWED", {"accident": accident.number}))
    if case is None:
        return [*found, Finding("DETERMINATION_MISSING", {})]
    strangers = [employee_id for employee_id in fines if employee_id not in case.people]
    for staff_no in tx.session.scalars(select(Employee.staff_no).where(Employee.id.in_(strangers))):
        found.append(Finding("NOT_INVOLVED", {"person": staff_no, "accident": accident.number}))
    return [*found, *object_to_proposal(case.facts, case.rules)]


def _supersede(tx: Tx, accident: Accident) -> None:
    before = live_proposal(tx, accident.id)
    if before is not None:
        before.end_reason = f"round {accident.round}"
        move_proposal(tx, before, ProposalState.SUPERSEDED, {"round": accident.round})


def _store(tx: Tx, case: Case, opinion: str, lines: tuple[Line, ...]) -> PenaltyProposal:
    seqs = select(func.coalesce(func.max(PenaltyProposal.seq), 0))
    last = tx.session.scalars(seqs.where(PenaltyProposal.accident_id == case.accident.id)).one()
    proposal = PenaltyProposal(
        accident_id=case.accident.id,
        seq=last + 1,
        state=ProposalState.PROPOSED,
        profile=case.facts.profile,
        grade=case.paper.grade,
        gross_fen=case.loss.gross_fen,
        burden_fen=case.loss.burden_fen,
        burden_is_actual=case.loss.burden_is_actual,
        recovered_fen=case.loss.recovered_fen,
        net_fen=case.loss.net_fen,
        opinion=opinion,
        warnings=[_told(finding) for line in lines for finding in line.warnings],
        proposed_by_id=tx.actor.user_id,
        proposed_at=tx.now,
    )
    tx.session.add(proposal)
    tx.session.flush()
    net = {"net": yuan(proposal.net_fen), "profile": proposal.profile.value}
    facts = {"accident": case.accident.number, "seq": proposal.seq, **net}
    tx.journal("proposal.proposed", Subject("proposal", proposal.id, new=True), facts)
    for line in lines:
        _store_line(tx, case, proposal, line)
    return proposal


def _store_line(tx: Tx, case: Case, proposal: PenaltyProposal, line: Line) -> None:
    penalty = Penalty(
        number=tx.next_number("CF"),
        accident_id=case.accident.id,
        proposal_id=proposal.id,
        employee_id=line.employee_id,
        kind=line.kind,
        state=PenaltyState.PROPOSED,
        amount_fen=line.amount_fen,
        bonus_year=line.bonus_year,
        reason=reason_of(case, line),
        warnings=[_told(finding) for finding in line.warnings],
    )
    tx.session.add(penalty)
    tx.session.flush()
    facts = {"number": penalty.number, "kind": line.kind.value, "amount": yuan(line.amount_fen), "ground": line.ground}
    tx.journal("penalty.proposed", Subject("penalty", penalty.id, new=True), facts)


def _told(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "facts": dict(finding.facts)}
