"""The facts a proposal is computed from: losses, the police's grade, the people as they were assessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from models.accidents import Accident
from models.penalties import Penalty
from models.people import Employee
from models.responsibility import Determination, InvolvedPerson
from models.vocabulary import InvolvedRole, PenaltyKind, PenaltyState, PolicyProfile
from services.policy.accidents.people import percent_text
from services.policy.fen import yuan
from services.policy.penalties.forfeiture import bonus_year
from services.policy.penalties.lines import CaseFacts, Line, PersonFacts
from services.policy.penalties.loss import Loss
from services.policy.ruleset_accidents import PenaltyRules
from services.queries.losses import latest_determination, loss_of
from services.rulebook import ruleset_at
from services.texts.penalty_reasons import penalty_reason
from services.transaction import Tx

# a bonus that another accident took counts as lost from the approval on
TAKEN = (PenaltyState.APPROVED, PenaltyState.SERVED, PenaltyState.APPEALED, PenaltyState.FINAL)
DRIVING = frozenset({InvolvedRole.DRIVER})


@dataclass(frozen=True, slots=True)
class Case:
    """What a proposal rests on, read in one go; ``people`` are our people by employee id."""

    accident: Accident
    paper: Determination
    people: Mapping[int, tuple[InvolvedPerson, Employee]]
    loss: Loss
    facts: CaseFacts
    rules: PenaltyRules


def case_of(tx: Tx, accident: Accident, profile: PolicyProfile, fines: Mapping[int, int]) -> Case | None:
    """Read everything of a case; None without a determination. ``fines``: disciplinary, fen by employee id.

    The numbers are those in force when the accident happened, the year of the bonus that of its local day.
    """
    paper = latest_determination(tx, accident.id)
    if paper is None:
        return None
    people = _people(tx, accident.id)
    loss, year = loss_of(tx, accident, paper.grade), bonus_year(accident.occurred_at)
    lost = _bonus_lost(tx, people, year, accident.id)
    facts = CaseFacts(
        grade=paper.grade,
        profile=profile,
        net_fen=loss.net_fen,
        spill_fine_fen=loss.spill_fine_fen,
        bonus_year=year,
        people=tuple(
            _person(person, employee, fine_fen=fines.get(employee.id, 0), lost=employee.id in lost)
            for person, employee in people.values()
        ),
    )
    return Case(accident, paper, people, loss, facts, rules_of(tx, accident))


def rules_of(tx: Tx, accident: Accident) -> PenaltyRules:
    """Give the numbers of penalties in force when an accident happened (劳动合同法 4: none from before a rule)."""
    return ruleset_at(tx, accident.occurred_at).penalty


def reason_of(case: Case, line: Line) -> str:
    """Say why a line is there, as the decision that is served will say it."""
    person, _ = case.people[line.employee_id]
    grade = person.grade or case.paper.grade
    return penalty_reason(
        line.ground,
        {
            "accident": case.accident.number,
            "paper": f"{case.paper.authority}{case.paper.basis.zh}{case.paper.document_no}",
            "side_grade": case.paper.grade.zh,
            "grade": grade.zh,
            "net": yuan(case.loss.net_fen),
            "share": percent_text(person.share),
            "rate": case.rules.prudent_rate_percent,
            "amount": yuan(line.amount_fen),
            "spill_fines": yuan(case.loss.spill_fine_fen),
            "fault": person.fault_basis.zh if person.fault_basis else "",
            "cause": person.cause_category.zh if person.cause_category else "",
            "year": line.bonus_year,
        },
    )


def money_lines(lines: Iterable[Line | Penalty]) -> set[tuple[int, PenaltyKind, int]]:
    """Give who is charged with what of a loss, to compare what was decided with what would be decided now."""
    kinds = {PenaltyKind.LOSS_SHARE, PenaltyKind.SPILL_FINE}
    return {(line.employee_id, line.kind, line.amount_fen) for line in lines if line.kind in kinds}


def _people(tx: Tx, accident_id: int) -> dict[int, tuple[InvolvedPerson, Employee]]:
    query = select(InvolvedPerson, Employee).join(Employee, Employee.id == InvolvedPerson.employee_id)
    rows = tx.session.execute(query.where(InvolvedPerson.accident_id == accident_id).order_by(InvolvedPerson.id))
    return {employee.id: (person, employee) for person, employee in rows}


def _person(person: InvolvedPerson, employee: Employee, *, fine_fen: int, lost: bool) -> PersonFacts:
    return PersonFacts(
        employee_id=employee.id,
        staff_no=employee.staff_no,
        responsible=person.responsible,
        grade=person.grade,
        is_driver=person.role in DRIVING,
        share=person.share,
        violation=person.violation,
        fault_basis=person.fault_basis,
        cause=person.cause_category,
        bonus_lost_before=lost,
        fine_fen=fine_fen,
    )


def _bonus_lost(tx: Tx, employee_ids: Iterable[int], year: int, accident_id: int) -> set[int]:
    query = select(Penalty.employee_id).where(
        Penalty.employee_id.in_(list(employee_ids)),
        Penalty.kind == PenaltyKind.BONUS_FORFEITURE,
        Penalty.bonus_year == year,
        Penalty.accident_id != accident_id,
        Penalty.state.in_(TAKEN),
    )
    return set(tx.session.scalars(query))
