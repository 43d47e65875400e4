"""Splitting fen by the largest remainder: the parts add up, lie within a fen of the exact share, in any order."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.fen import percent_of, yuan
from services.policy.penalties.split import split

WHOLE = 100_000_000
fens = st.integers(0, 10**14)
weights = st.dictionaries(st.integers(1, 10**6), st.integers(0, WHOLE // 8), max_size=8)


def test_e05_the_largest_remainder_gets_the_odd_fen() -> None:
    assert split(500_001, {1: 33, 2: 33, 3: 34}, 100) == {1: 165_000, 2: 165_000, 3: 170_001}


def test_e05b_three_thirds_of_a_hundred_yuan_add_up() -> None:
    thirds = {1: 33_333_333, 2: 33_333_333, 3: 33_333_334}
    assert split(10_000, thirds, WHOLE) == {1: 3_333, 2: 3_333, 3: 3_334}


def test_equal_remainders_go_to_the_lowest_id() -> None:
    assert split(2, {9: 1, 4: 1, 7: 1}, 3) == {9: 0, 4: 1, 7: 1}


def test_what_no_share_names_stays_with_the_company_which_bears_a_tied_fen() -> None:
    assert split(1, {1: 50}, 100) == {1: 0}
    assert split(3, {1: 50}, 100) == {1: 1}
    assert split(101, {1: 60}, 100) == {1: 61}
    assert split(100, {}, 100) == {}


@pytest.mark.parametrize(("total", "shares"), [(-1, {1: 1}), (1, {1: -1}), (1, {1: 60, 2: 41})])
def test_what_is_no_split_is_refused(total: int, shares: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="split"):
        split(total, shares, 100)


@given(fens, weights)
def test_every_part_lies_within_a_fen_of_its_exact_share(total: int, shares: dict[int, int]) -> None:
    for one, part in split(total, shares, WHOLE).items():
        assert abs(part - Fraction(total * shares[one], WHOLE)) < 1


@given(fens, weights)
def test_the_parts_and_the_companys_rest_add_up(total: int, shares: dict[int, int]) -> None:
    parts = split(total, shares, WHOLE)
    rest = Fraction(total * (WHOLE - sum(shares.values())), WHOLE)
    assert abs(total - sum(parts.values()) - rest) < 1
    assert sum(parts.values()) <= total


@given(fens, st.lists(st.integers(0, 10**8), min_size=1, max_size=8))
def test_shares_that_are_the_whole_leave_nothing(total: int, given_shares: list[int]) -> None:
    shares = dict(enumerate(given_shares, 1))
    whole = sum(given_shares)
    if whole:
        assert sum(split(total, shares, whole).values()) == total


@given(fens, weights, st.randoms())
def test_the_order_of_the_people_changes_nothing(total: int, shares: dict[int, int], dice: object) -> None:
    mixed = list(shares.items())
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert split(total, dict(mixed), WHOLE) == split(total, shares, WHOLE)


@given(fens, st.integers(0, 100))
def test_a_percentage_is_rounded_half_up(fen: int, percent: int) -> None:
    exact = Fraction(fen * percent, 100)
    assert -Fraction(1, 2) < percent_of(fen, percent) - exact <= Fraction(1, 2)


def test_money_is_written_with_two_places_and_its_sign() -> None:
    assert [yuan(fen) for fen in (0, 5, 800_000, -150)] == ["0.00", "0.05", "8000.00", "-1.50"]
