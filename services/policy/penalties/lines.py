"""Which penalties an accident leads to, for whom and why (R-P-01 to R-P-03, domain 4.4); amounts in fen.

Everything follows from facts: losses, the police's grade, shares and the assessment of each person. Nobody types an
amount in, except of a disciplinary fine where a company has allowed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from models.vocabulary import CauseCategory, FaultBasis, Grade, PenaltyKind, PolicyProfile
from services.policy.accidents.people import WHOLE, object_to_shares
from services.policy.fen import yuan
from services.policy.findings import Finding
from services.policy.penalties.forfeiture import loses_bonus
from services.policy.penalties.loss import WITHOUT_PENALTY
from services.policy.penalties.split import split
from services.policy.ruleset_accidents import PenaltyRules

HUNDRED = 100
GRAVE = frozenset({FaultBasis.GROSS, FaultBasis.INTENTIONAL})
BEARS_FINES = frozenset({Grade.FULL, Grade.MAIN})
FINE_CAUSES = frozenset({CauseCategory.RULE_BROKEN_WORK, CauseCategory.RULE_BROKEN, CauseCategory.CARELESS})


class Ground(StrEnum):
    """Why a line is there; its sentence stands in services/texts/penalty_reasons.py."""

    LOSS = "loss"
    LOSS_PRUDENT = "loss_prudent"
    SPILL = "spill"
    BONUS = "bonus"
    BONUS_AGAIN = "bonus_again"
    DISCIPLINE = "discipline"
    WITHOUT_RESPONSIBILITY = "without_responsibility"
    NO_VIOLATION = "no_violation"
    ORDINARY_FAULT = "ordinary_fault"
    NO_LOSS = "no_loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A person of ours in the case; ``share`` in millionths of a percent, ``grade`` where the paper names him.

    ``bonus_lost_before`` tells that another accident took the same year's bonus already; ``fine_fen`` is the
    disciplinary fine asked for.
    """

    employee_id: int
    staff_no: str
    responsible: bool
    grade: Grade | None
    is_driver: bool
    share: int
    violation: bool | None
    fault_basis: FaultBasis | None
    cause: CauseCategory | None
    bonus_lost_before: bool = False
    fine_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """The case: our side's grade, whose arithmetic, the net loss, fines on the company for spilling, the people."""

    grade: Grade
    profile: PolicyProfile
    net_fen: int
    spill_fine_fen: int
    bonus_year: int
    people: tuple[PersonFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One penalty of one person; ``warnings`` are what the law may hold against it."""

    employee_id: int
    kind: PenaltyKind
    amount_fen: int
    ground: Ground
    bonus_year: int | None = None
    warnings: tuple[Finding, ...] = ()


def profile_allowed(wanted: PolicyProfile | None, rules: PenaltyRules) -> PolicyProfile | None:
    """Give the profile a proposal uses: the company's, or the prudent one; None where the company went beyond."""
    own = PolicyProfile.PRUDENT if rules.prudent_profile else PolicyProfile.SEED_LITERAL
    return (wanted or own) if wanted in {None, own, PolicyProfile.PRUDENT} else None


def object_to_proposal(case: CaseFacts, rules: PenaltyRules) -> Iterator[Finding]:
    """Object to people who were not assessed, to shares over the whole and to fines that may not be."""
    yield from object_to_shares(person.share for person in case.people)
    for person in case.people:
        missing = [name for name in ("violation", "fault_basis") if getattr(person, name) is None]
        if person.responsible and missing:
            yield Finding("PERSON_NOT_ASSESSED", {"person": person.staff_no, "items": missing})
        if person.fine_fen:
            yield from _object_to_fine(case, person, rules)


def proposed_lines(case: CaseFacts, rules: PenaltyRules) -> tuple[Line, ...]:
    """Give the lines of everybody responsible, by person; whoever gets none gets one that says why."""
    losses = _loss_shares(case, rules)
    fines = _spill_fines(case)
    made: list[Line] = []
    for person in case.people:
        if person.responsible:
            own = [*_money(case, person, losses, fines), *_bonus(case, person, rules), *_discipline(person)]
            made += own if own and _may_be_penalised(case, person) else [_no_sanction(case, person)]
    return tuple(made)


def needs_second_approver(lines: Iterable[Line]) -> bool:
    """Tell whether a line warns of the law, so that two people must approve (domain finding 2)."""
    return any(line.warnings for line in lines)


def _grade_of(case: CaseFacts, person: PersonFacts) -> Grade:
    return case.grade if case.grade in WITHOUT_PENALTY or person.grade is None else person.grade


def _may_be_penalised(case: CaseFacts, person: PersonFacts) -> bool:
    return person.responsible and _grade_of(case, person) not in WITHOUT_PENALTY


def _loss_shares(case: CaseFacts, rules: PenaltyRules) -> dict[int, int]:
    prudent = case.profile is PolicyProfile.PRUDENT
    rate = rules.prudent_rate_percent if prudent else HUNDRED
    shares = {
        person.employee_id: person.share * rate
        for person in case.people
        if _may_be_penalised(case, person) and person.violation and (not prudent or person.fault_basis in GRAVE)
    }
    return split(case.net_fen, shares, WHOLE * HUNDRED)


def _spill_fines(case: CaseFacts) -> dict[int, int]:
    """Split the fines on the company among those who bear the main responsibility for spilling (R-P-02)."""
    bearers = {person.employee_id: person.share for person in case.people if _bears_fines(case, person)}
    if not any(bearers.values()):
        bearers = dict.fromkeys(bearers, 1)
    return split(case.spill_fine_fen, bearers, sum(bearers.values())) if bearers else {}


def _bears_fines(case: CaseFacts, person: PersonFacts) -> bool:
    # what the police say of our side they say of the driver; anybody else needs a grade of his own
    known = person.grade is not None or person.is_driver
    return (
        known
        and _may_be_penalised(case, person)
        and _grade_of(case, person) in BEARS_FINES
        and person.cause in FINE_CAUSES
    )


def _money(case: CaseFacts, person: PersonFacts, losses: dict[int, int], fines: dict[int, int]) -> Iterator[Line]:
    prudent = case.profile is PolicyProfile.PRUDENT
    ground = Ground.LOSS_PRUDENT if prudent else Ground.LOSS
    for kind, why, amounts in ((PenaltyKind.LOSS_SHARE, ground, losses), (PenaltyKind.SPILL_FINE, Ground.SPILL, fines)):
        fen = amounts.get(person.employee_id, 0)
        if fen:
            warnings = _warnings(person)
            yield Line(employee_id=person.employee_id, kind=kind, amount_fen=fen, ground=why, warnings=warnings)


def _warnings(person: PersonFacts) -> tuple[Finding, ...]:
    """Warn of recourse that a court would refuse: it needs intent or gross negligence (Civil Code 1191)."""
    grave = person.fault_basis in GRAVE
    return () if grave else (Finding("RECOURSE_NEEDS_GROSS_NEGLIGENCE", {"person": person.staff_no}),)


def _bonus(case: CaseFacts, person: PersonFacts, rules: PenaltyRules) -> Iterator[Line]:
    if loses_bonus(_grade_of(case, person), rules):
        again = person.bonus_lost_before
        yield Line(
            employee_id=person.employee_id,
            kind=PenaltyKind.BONUS_FORFEITURE,
            amount_fen=0 if again else rules.safety_bonus_fen,
            ground=Ground.BONUS_AGAIN if again else Ground.BONUS,
            bonus_year=case.bonus_year,
        )


def _discipline(person: PersonFacts) -> Iterator[Line]:
    if person.fine_fen:
        kind, ground = PenaltyKind.DISCIPLINARY_FINE, Ground.DISCIPLINE
        yield Line(employee_id=person.employee_id, kind=kind, amount_fen=person.fine_fen, ground=ground)


def _no_sanction(case: CaseFacts, person: PersonFacts) -> Line:
    ground = Ground.NO_LOSS
    if not _may_be_penalised(case, person):
        ground = Ground.WITHOUT_RESPONSIBILITY
    elif not person.violation:
        ground = Ground.NO_VIOLATION
    elif case.profile is PolicyProfile.PRUDENT and person.fault_basis not in GRAVE:
        ground = Ground.ORDINARY_FAULT
    return Line(employee_id=person.employee_id, kind=PenaltyKind.NO_SANCTION, amount_fen=0, ground=ground)


def _object_to_fine(case: CaseFacts, person: PersonFacts, rules: PenaltyRules) -> Iterator[Finding]:
    if not _may_be_penalised(case, person):
        grade = _grade_of(case, person)
        yield Finding("PENALTY_WITHOUT_RESPONSIBILITY", {"person": person.staff_no, "grade": grade})
    if not rules.disciplinary_fine_allowed:
        yield Finding("DISCIPLINARY_FINE_OFF", {"person": person.staff_no})
    elif person.fine_fen > rules.disciplinary_fine_max_fen:
        limit = yuan(rules.disciplinary_fine_max_fen)
        yield Finding("DISCIPLINARY_FINE_OVER_LIMIT", {"person": person.staff_no, "limit": limit})
