"""Who is charged by a run of the payroll, who is not, and why; in which months."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.policy.payroll.collecting import decide, leaves_with
from services.policy.payroll.months import minimum_objections, month_objections, run_objections
from services.policy.payroll.people import Debt, Person, Wage

MONTH = "2026-03"
DEBTS = (Debt(1, "CF-1", 150_000), Debt(2, "CF-2", 200_000))
LAWFUL = Person(7, "D1", clause=True, wage=Wage(600_000, 220_000), debts=DEBTS)


def codes(person: Person) -> list[str]:
    return [finding.code for finding in decide(person, MONTH, 20).reasons]


def test_a_lawful_deduction_takes_from_the_earliest_debt_first() -> None:
    decision = decide(LAWFUL, MONTH, 20)
    assert (decision.owed_fen, decision.taken_fen, decision.parts) == (350_000, 120_000, ((1, 120_000),))
    assert decision.reasons == ()


def test_a_share_of_nothing_takes_nothing() -> None:
    assert decide(LAWFUL, MONTH, 0).taken_fen == 0


def test_without_a_clause_in_the_contract_nothing_is_taken() -> None:
    decision = decide(replace(LAWFUL, clause=False), MONTH, 20)
    assert (decision.taken_fen, decision.owed_fen) == (0, 350_000)
    assert [(one.code, one.facts) for one in decision.reasons] == [
        ("PAYROLL_NO_CLAUSE", {"staff_no": "D1", "owed": "3500.00"})
    ]


def test_without_a_wage_nothing_is_taken() -> None:
    decision = decide(replace(LAWFUL, wage=None), MONTH, 20)
    assert decision.taken_fen == 0
    assert decision.reasons[0].facts == {"staff_no": "D1", "owed": "3500.00", "month": MONTH}
    assert codes(replace(LAWFUL, wage=None)) == ["PAYROLL_NO_WAGE"]


def test_a_wage_at_the_minimum_gives_nothing_and_one_fen_more_gives_one_fen() -> None:
    at, above = (replace(LAWFUL, wage=Wage(fen, 220_000)) for fen in (220_000, 220_001))
    assert decide(at, MONTH, 20).taken_fen == 0
    assert decide(at, MONTH, 20).reasons[0].facts == {
        "staff_no": "D1", "month": MONTH, "wage": "2200.00", "minimum": "2200.00",
    }  # fmt: skip
    assert codes(at) == ["PAYROLL_WAGE_TOO_LOW"]
    assert decide(above, MONTH, 20).parts == ((1, 1),)


def test_a_case_that_is_handled_anew_waits_and_the_next_debt_is_paid() -> None:
    person = replace(LAWFUL, debts=(replace(DEBTS[0], enforced=False), DEBTS[1]))
    decision = decide(person, MONTH, 20)
    assert (decision.owed_fen, decision.parts) == (200_000, ((2, 120_000),))
    assert [(one.code, one.facts) for one in decision.reasons] == [
        ("PAYROLL_CASE_SUSPENDED", {"staff_no": "D1", "penalty": "CF-1"})
    ]


def test_a_decision_that_was_not_served_waits() -> None:
    person = replace(LAWFUL, debts=(DEBTS[0], replace(DEBTS[1], served=False)))
    assert decide(person, MONTH, 20).owed_fen == 150_000
    assert codes(person) == ["PAYROLL_NOT_SERVED"]


def test_who_owes_nothing_that_may_be_collected_is_only_told_about_what_waits() -> None:
    person = replace(LAWFUL, clause=False, wage=None, debts=(replace(DEBTS[0], enforced=False),))
    assert decide(person, MONTH, 20).owed_fen == 0
    assert codes(person) == ["PAYROLL_CASE_SUSPENDED"]


@pytest.mark.parametrize(
    ("left_on", "wage", "leaves"),
    [
        (None, True, False),
        (date(2026, 4, 1), True, False),
        (date(2026, 3, 31), True, True),
        (date(2026, 3, 1), False, False),
        (date(2026, 2, 28), False, True),
        (date(2026, 2, 28), True, True),
    ],
)
def test_somebody_has_left_for_good_with_the_wage_of_his_last_month(
    left_on: date | None, wage: bool, leaves: bool
) -> None:
    person = replace(LAWFUL, left_on=left_on, wage=LAWFUL.wage if wage else None)
    assert leaves_with(person, MONTH) is leaves


def test_a_month_that_has_not_come_is_refused() -> None:
    assert month_objections("2026-03", "2026-03") == []
    assert [one.code for one in month_objections("2026-04", "2026-03")] == ["MONTH_IN_FUTURE"]


def test_months_are_run_in_their_order_and_only_with_wages() -> None:
    assert run_objections("2026-03", "2026-03", None, wages=True) == []
    assert run_objections("2026-03", "2026-05", "2026-03", wages=True) == []
    assert [one.code for one in run_objections("2026-02", "2026-03", "2026-03", wages=True)] == ["PAYROLL_MONTH_PASSED"]
    assert [one.code for one in run_objections("2026-04", "2026-03", None, wages=False)] == [
        "MONTH_IN_FUTURE", "PAYROLL_NO_WAGES",
    ]  # fmt: skip


def test_a_minimum_wage_may_be_higher_than_the_standard_and_never_lower() -> None:
    assert minimum_objections("D1", 220_000, 220_000) == []
    assert minimum_objections("D1", 300_000, 220_000) == []
    (finding,) = minimum_objections("D1", 219_999, 220_000)
    assert (finding.code, finding.facts) == (
        "WAGE_MINIMUM_TOO_LOW", {"staff_no": "D1", "minimum": "2199.99", "limit": "2200.00"},
    )  # fmt: skip
