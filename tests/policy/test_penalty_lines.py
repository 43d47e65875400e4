"""Which lines a penalty proposal makes for whom, and what it objects to (domain 4.4 rules 1 to 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.vocabulary import CauseCategory, FaultBasis, Grade, PenaltyKind, PolicyProfile
from services.policy.accidents.people import WHOLE
from services.policy.penalties.lines import (
    CaseFacts,
    Ground,
    Line,
    PersonFacts,
    needs_second_approver,
    object_to_proposal,
    profile_allowed,
    proposed_lines,
)
from services.policy.ruleset import DEFAULTS

RULES = DEFAULTS.penalty
K = PenaltyKind
LITERAL, PRUDENT = PolicyProfile.SEED_LITERAL, PolicyProfile.PRUDENT
LIABLE = (Grade.FULL, Grade.MAIN, Grade.EQUAL, Grade.SECONDARY)


def person(number: int = 1, percent: float = 100, **changes: Any) -> PersonFacts:
    values: dict[str, Any] = {
        "employee_id": number, "staff_no": f"D{number}", "responsible": True, "grade": Grade.FULL, "is_driver": True,
        "share": round(percent * WHOLE / 100), "violation": True, "fault_basis": FaultBasis.GROSS,
        "cause": CauseCategory.RULE_BROKEN_WORK,
    }  # fmt: skip
    return PersonFacts(**{**values, **changes})


def case(*people: PersonFacts, **changes: Any) -> CaseFacts:
    values: dict[str, Any] = {
        "grade": Grade.FULL, "profile": LITERAL, "net_fen": 800_000, "spill_fine_fen": 0, "bonus_year": 2026,
        "people": people,
    }  # fmt: skip
    return CaseFacts(**{**values, **changes})


def lines(*people: PersonFacts, **changes: Any) -> tuple[Line, ...]:
    return proposed_lines(case(*people, **changes), RULES)


def money(made: tuple[Line, ...], kind: PenaltyKind = K.LOSS_SHARE) -> dict[int, int]:
    return {line.employee_id: line.amount_fen for line in made if line.kind is kind}


def objections(*people: PersonFacts, rules: Any = RULES, **changes: Any) -> list[str]:
    return [finding.code for finding in object_to_proposal(case(*people, **changes), rules)]


def test_e01_the_driver_bears_the_whole_net_loss() -> None:
    made = lines(person())
    assert [(line.kind, line.amount_fen) for line in made] == [(K.LOSS_SHARE, 800_000), (K.BONUS_FORFEITURE, 300_000)]
    assert not needs_second_approver(made)


def test_e04_driver_and_loader_share_as_the_department_says() -> None:
    made = lines(person(1, 80), person(2, 20, is_driver=False), grade=Grade.MAIN, net_fen=540_000)
    assert money(made) == {1: 432_000, 2: 108_000}


def test_e05_the_shares_of_the_net_loss_add_up() -> None:
    made = lines(person(1, 33), person(2, 33), person(3, 34), grade=Grade.EQUAL, net_fen=500_001)
    assert money(made) == {1: 165_000, 2: 165_000, 3: 170_001}


def test_e06_no_violation_no_loss_line_but_the_bonus_is_lost() -> None:
    made = lines(person(violation=False, fault_basis=FaultBasis.ORDINARY, grade=None), grade=Grade.SECONDARY)
    assert [(line.kind, line.bonus_year) for line in made] == [(K.BONUS_FORFEITURE, 2026)]


def test_e07_without_responsibility_there_is_no_line_at_all() -> None:
    assert lines(person(responsible=False, grade=None), grade=Grade.NONE) == ()


@pytest.mark.parametrize("grade", [Grade.NONE, Grade.UNDETERMINED])
def test_a_person_named_all_the_same_gets_a_decision_without_a_sanction(grade: Grade) -> None:
    made = lines(person(grade=Grade.FULL), grade=grade, spill_fine_fen=100)
    assert [(line.kind, line.amount_fen, line.ground) for line in made] == [
        (K.NO_SANCTION, 0, Ground.WITHOUT_RESPONSIBILITY)
    ]


@pytest.mark.parametrize("cause", [CauseCategory.RULE_BROKEN_WORK, CauseCategory.RULE_BROKEN, CauseCategory.CARELESS])
@pytest.mark.parametrize("grade", [Grade.FULL, Grade.MAIN])
def test_e09_a_spill_fine_passes_to_whoever_bears_the_main_responsibility(grade: Grade, cause: CauseCategory) -> None:
    assert money(lines(person(grade=grade, cause=cause), spill_fine_fen=200_000), K.SPILL_FINE) == {1: 200_000}


@pytest.mark.parametrize("grade", [Grade.EQUAL, Grade.SECONDARY, Grade.NONE])
def test_e09_with_less_than_the_main_responsibility_the_company_pays_the_spill_fine(grade: Grade) -> None:
    assert money(lines(person(grade=grade), grade=Grade.EQUAL, spill_fine_fen=200_000), K.SPILL_FINE) == {}


@pytest.mark.parametrize(
    "cause", [CauseCategory.VEHICLE_FAULT, CauseCategory.ROAD_OR_WEATHER, CauseCategory.OTHER_PARTY, None]
)
def test_a_spill_fine_from_another_cause_stays_with_the_company(cause: CauseCategory | None) -> None:
    assert money(lines(person(cause=cause), spill_fine_fen=200_000), K.SPILL_FINE) == {}


def test_a_spill_fine_needs_a_grade_of_the_person_himself() -> None:
    loader = person(2, 0, grade=None, is_driver=False)
    assert money(lines(person(grade=Grade.EQUAL), loader, spill_fine_fen=100), K.SPILL_FINE) == {}
    driver = person(1, grade=None)
    assert money(lines(driver, loader, spill_fine_fen=100), K.SPILL_FINE) == {1: 100}


def test_two_who_bear_the_main_responsibility_share_the_fine() -> None:
    assert money(lines(person(1, 75), person(2, 25), spill_fine_fen=1_000), K.SPILL_FINE) == {1: 750, 2: 250}
    assert money(lines(person(1, 0), person(2, 0), spill_fine_fen=1_001), K.SPILL_FINE) == {1: 501, 2: 500}


def test_a_fine_that_leaves_nothing_for_a_person_is_no_line() -> None:
    assert money(lines(person(1, 100), person(2, 0), spill_fine_fen=100), K.SPILL_FINE) == {1: 100}


def test_e14_prudent_and_ordinary_fault_costs_no_money_and_warns_of_nothing() -> None:
    made = lines(person(fault_basis=FaultBasis.ORDINARY), profile=PRUDENT)
    assert [line.kind for line in made] == [K.BONUS_FORFEITURE]
    assert not needs_second_approver(made)


@pytest.mark.parametrize("basis", [FaultBasis.GROSS, FaultBasis.INTENTIONAL])
def test_the_prudent_profile_takes_a_part_of_the_share(basis: FaultBasis) -> None:
    assert money(lines(person(1, 50, fault_basis=basis), profile=PRUDENT)) == {1: 80_000}
    dearer = replace(RULES, prudent_rate_percent=30)
    assert money(proposed_lines(case(person(1), profile=PRUDENT), dearer)) == {1: 240_000}


def test_e15_to_the_letter_an_ordinary_fault_is_charged_with_a_warning() -> None:
    made = lines(person(fault_basis=FaultBasis.ORDINARY))
    assert money(made) == {1: 800_000}
    assert [finding.code for line in made for finding in line.warnings] == ["RECOURSE_NEEDS_GROSS_NEGLIGENCE"]
    assert needs_second_approver(made)


def test_passing_on_a_fine_for_an_ordinary_fault_warns_too() -> None:
    made = lines(person(fault_basis=FaultBasis.ORDINARY, violation=False), spill_fine_fen=100)
    assert [(line.kind, len(line.warnings)) for line in made] == [(K.SPILL_FINE, 1), (K.BONUS_FORFEITURE, 0)]


def test_a_person_without_violation_leaves_his_share_to_the_company() -> None:
    assert money(lines(person(1, 60), person(2, 40, violation=False))) == {1: 480_000}


def test_a_person_who_is_not_responsible_gets_no_line() -> None:
    made = lines(person(1, 60), person(2, 40, responsible=False, fault_basis=None, violation=None))
    assert {line.employee_id for line in made} == {1}


@pytest.mark.parametrize("grade", LIABLE)
def test_every_responsible_person_loses_the_years_bonus(grade: Grade) -> None:
    made = lines(person(grade=None, violation=False), grade=grade)
    assert [(line.kind, line.amount_fen, line.ground) for line in made] == [(K.BONUS_FORFEITURE, 300_000, Ground.BONUS)]


def test_whether_secondary_responsibility_costs_the_bonus_is_a_number_of_the_ruleset() -> None:
    kept = replace(RULES, secondary_loses_bonus=False)
    (line,) = proposed_lines(case(person(grade=None, violation=False), grade=Grade.SECONDARY), kept)
    assert (line.kind, line.ground) == (K.NO_SANCTION, Ground.NO_VIOLATION)


def test_e08_a_second_accident_of_the_year_adds_a_ground_and_no_second_amount() -> None:
    (line,) = lines(person(violation=False, bonus_lost_before=True))
    assert (line.kind, line.amount_fen, line.ground) == (K.BONUS_FORFEITURE, 0, Ground.BONUS_AGAIN)


@pytest.mark.parametrize(
    ("changes", "profile", "net_fen", "ground"),
    [
        ({"violation": False}, LITERAL, 1, Ground.NO_VIOLATION),
        ({}, LITERAL, 0, Ground.NO_LOSS),
        ({"share": 0}, LITERAL, 100, Ground.NO_LOSS),
        ({"fault_basis": FaultBasis.ORDINARY}, PRUDENT, 100, Ground.ORDINARY_FAULT),
    ],
)
def test_a_decision_without_a_sanction_says_why(
    changes: dict[str, Any], profile: PolicyProfile, net_fen: int, ground: Ground
) -> None:
    kept = replace(RULES, secondary_loses_bonus=False)
    facts = case(person(grade=Grade.SECONDARY, **changes), profile=profile, net_fen=net_fen)
    assert [(line.kind, line.ground) for line in proposed_lines(facts, kept)] == [(K.NO_SANCTION, ground)]


def test_a_disciplinary_fine_is_refused_where_the_company_has_not_allowed_it() -> None:
    assert objections(person(fine_fen=1)) == ["DISCIPLINARY_FINE_OFF"]


def test_a_disciplinary_fine_stays_within_its_limit() -> None:
    allowed = replace(RULES, disciplinary_fine_allowed=True)
    assert objections(person(fine_fen=20_000), rules=allowed) == []
    assert objections(person(fine_fen=20_001), rules=allowed) == ["DISCIPLINARY_FINE_OVER_LIMIT"]
    made = proposed_lines(case(person(fine_fen=20_000)), allowed)
    assert money(made, K.DISCIPLINARY_FINE) == {1: 20_000}


@pytest.mark.parametrize("grade", [Grade.NONE, Grade.UNDETERMINED])
def test_a_penalty_without_responsibility_is_refused(grade: Grade) -> None:
    allowed = replace(RULES, disciplinary_fine_allowed=True)
    assert objections(person(fine_fen=1), grade=grade, rules=allowed) == ["PENALTY_WITHOUT_RESPONSIBILITY"]
    assert objections(person(grade=grade, fine_fen=1), rules=allowed) == ["PENALTY_WITHOUT_RESPONSIBILITY"]
    assert objections(person(responsible=False, fine_fen=1), rules=allowed) == ["PENALTY_WITHOUT_RESPONSIBILITY"]


def test_a_responsible_person_must_have_been_assessed() -> None:
    findings = list(object_to_proposal(case(person(violation=None, fault_basis=None)), RULES))
    assert [(finding.code, finding.facts["items"]) for finding in findings] == [
        ("PERSON_NOT_ASSESSED", ["violation", "fault_basis"])
    ]
    assert objections(person(responsible=False, violation=None, fault_basis=None)) == []


def test_shares_over_the_whole_are_refused_before_anything_is_split() -> None:
    assert objections(person(1, 60), person(2, 40)) == []
    over = (person(1, 60), replace(person(2, 40), share=WHOLE * 40 // 100 + 1))
    assert objections(*over) == ["SHARES_OVER_WHOLE"]


def test_a_company_on_the_prudent_profile_cannot_go_back_to_the_letter_for_one_case() -> None:
    prudent = replace(RULES, prudent_profile=True)
    assert profile_allowed(None, RULES) is LITERAL
    assert profile_allowed(PRUDENT, RULES) is PRUDENT
    assert profile_allowed(None, prudent) is PRUDENT
    assert profile_allowed(LITERAL, prudent) is None


@given(st.lists(st.integers(0, WHOLE // 5), min_size=1, max_size=5), st.integers(0, 10**12), st.booleans())
def test_the_loss_lines_never_exceed_the_net_loss(shares: list[int], net_fen: int, prudent: bool) -> None:
    people = [replace(person(number), share=share) for number, share in enumerate(shares, 1)]
    made = lines(*people, net_fen=net_fen, profile=PRUDENT if prudent else LITERAL)
    limit = net_fen if not prudent else net_fen * RULES.prudent_rate_percent // 100 + 1
    assert sum(money(made).values()) <= limit
    assert all(line.amount_fen > 0 for line in made if line.kind is K.LOSS_SHARE)


@given(st.sampled_from(Grade), st.booleans(), st.booleans(), st.sampled_from(FaultBasis), st.integers(0, 10**9))
def test_every_responsible_person_has_a_decision_and_nobody_else(
    grade: Grade, responsible: bool, violation: bool, basis: FaultBasis, net_fen: int
) -> None:
    one = person(responsible=responsible, violation=violation, fault_basis=basis, grade=None)
    made = lines(one, grade=grade, net_fen=net_fen, spill_fine_fen=100)
    assert bool(made) is responsible
    assert sum(line.kind is K.NO_SANCTION for line in made) in {0, int(len(made) == 1)}
