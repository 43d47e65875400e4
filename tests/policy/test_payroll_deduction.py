"""The monthly deduction: worked examples E1, E2, E3, E8, E8b of domain 4.5, and what holds of every amount."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.payroll.deduction import allotment, deduction_fen, is_month, month_of

MINIMUM = 220_000
FIFTH = 20
FEN = st.integers(0, 10**12)


def months_until_paid(debt_fen: int, wages: list[int]) -> list[int]:
    """Take from one wage after another what each may give, until nothing is owed."""
    taken: list[int] = []
    for wage_fen in wages:
        if debt_fen == sum(taken):
            break
        taken.append(deduction_fen(debt_fen - sum(taken), wage_fen, MINIMUM, FIFTH))
    return taken


def test_e01_a_debt_of_8000_from_wages_of_6000_takes_seven_months() -> None:
    assert months_until_paid(800_000, [600_000] * 12) == [120_000] * 6 + [80_000]


def test_e02_the_minimum_wage_leaves_less_than_a_fifth() -> None:
    assert months_until_paid(100_000, [250_000] * 12) == [30_000, 30_000, 30_000, 10_000]


@pytest.mark.parametrize(
    ("wage_fen", "taken_fen"),
    [(220_000, 0), (210_000, 0), (275_000, 55_000), (274_999, 54_999), (275_001, 55_000), (333_333, 66_666)],
)
def test_e03_the_cap_on_both_sides_of_where_the_two_limits_meet(wage_fen: int, taken_fen: int) -> None:
    assert deduction_fen(10**9, wage_fen, MINIMUM, FIFTH) == taken_fen


def test_e08_two_debts_are_paid_by_one_cap_the_earlier_first() -> None:
    owed, paid = {1: 150_000, 2: 200_000}, []
    while any(owed.values()):
        taken = deduction_fen(sum(owed.values()), 600_000, MINIMUM, FIFTH)
        paid.append(allotment(taken, owed.items()))
        owed = {debt: left - dict(paid[-1]).get(debt, 0) for debt, left in owed.items()}
    assert paid == [[(1, 120_000)], [(1, 30_000), (2, 90_000)], [(2, 110_000)]]


def test_e08b_wages_that_move_are_looked_at_anew_each_month() -> None:
    assert months_until_paid(300_000, [600_000, 240_000, 220_000, 800_000, 800_000]) == [120_000, 20_000, 0, 160_000]


def test_a_stricter_share_takes_less_and_no_share_takes_nothing() -> None:
    assert deduction_fen(10**9, 600_000, MINIMUM, 15) == 90_000
    assert deduction_fen(10**9, 600_000, MINIMUM, 0) == 0


def test_more_than_is_owed_cannot_be_spread() -> None:
    with pytest.raises(ValueError, match="more was taken"):
        allotment(101, [(1, 60), (2, 40)])


def test_a_debt_of_nothing_gets_nothing() -> None:
    assert allotment(0, [(1, 60)]) == []
    assert allotment(60, [(1, 0), (2, 60)]) == [(2, 60)]


@given(FEN, FEN, FEN, st.integers(0, FIFTH))
def test_a_deduction_stays_within_every_limit_and_takes_all_that_they_allow(
    owed_fen: int, wage_fen: int, minimum_fen: int, percent: int
) -> None:
    taken = deduction_fen(owed_fen, wage_fen, minimum_fen, percent)
    assert 0 <= taken <= owed_fen
    assert taken * 100 <= wage_fen * percent
    assert taken == 0 or wage_fen - taken >= minimum_fen
    one_more = taken + 1
    assert one_more > owed_fen or one_more * 100 > wage_fen * percent or wage_fen - one_more < minimum_fen


@given(st.lists(FEN, max_size=8), st.data())
def test_what_was_taken_is_spread_whole_and_no_debt_is_touched_before_the_one_ahead_is_paid(
    owed: list[int], data: st.DataObject
) -> None:
    debts = list(enumerate(owed))
    taken = data.draw(st.integers(0, sum(owed)))
    parts = allotment(taken, debts)
    assert sum(fen for _, fen in parts) == taken
    assert [debt for debt, _ in parts] == sorted({debt for debt, _ in parts})
    assert all(0 < fen <= owed[debt] for debt, fen in parts)
    last = parts[-1][0] if parts else -1
    assert all(dict(parts).get(debt, 0) == owed[debt] for debt in range(last))


@pytest.mark.parametrize("text", ["2026-03", "2000-01", "2099-12"])
def test_a_month_is_a_year_and_a_month(text: str) -> None:
    assert is_month(text)


@pytest.mark.parametrize(
    "text", ["2026-3", "2026-13", "2026-00", "1999-12", "2100-01", "2026-03-01", "2026-03\n", "２０26-03", "", "202603"]
)
def test_anything_else_is_no_month(text: str) -> None:
    assert not is_month(text)


def test_a_day_lies_in_its_month() -> None:
    assert month_of(date(2026, 3, 31)) == "2026-03"
    assert is_month(month_of(date(2026, 12, 1)))
