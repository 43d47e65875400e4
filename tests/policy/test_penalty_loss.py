"""The net loss of our side: gross, burden by grade or as settled, recoveries (domain 4.4 rule 1)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.vocabulary import Grade, LossKind
from services.policy.penalties.loss import Loss, LossFacts, net_loss
from services.policy.ruleset import DEFAULTS

RULES = DEFAULTS.penalty
fens = st.integers(1, 10**13)


def loss(grade: Grade, *amounts: int, recovered: int = 0, settled: int | None = None) -> Loss:
    items = tuple((LossKind.OWN_VEHICLE, amount) for amount in amounts)
    return net_loss(LossFacts(grade, items, recovered, settled), RULES)


def test_e01_full_responsibility_bears_all_and_insurance_comes_off() -> None:
    made = loss(Grade.FULL, 3_000_000, recovered=2_200_000)
    assert made == Loss(3_000_000, 3_000_000, False, 2_200_000, 800_000, 0)


def test_e04_main_responsibility_bears_seventy_percent_of_both_sides() -> None:
    made = loss(Grade.MAIN, 1_200_000, 2_000_000, recovered=1_700_000)
    assert (made.burden_fen, made.net_fen) == (2_240_000, 540_000)


def test_e05_half_a_fen_is_rounded_up() -> None:
    assert loss(Grade.EQUAL, 1_000_001).net_fen == 500_001


def test_e06_secondary_responsibility_bears_thirty_percent() -> None:
    assert loss(Grade.SECONDARY, 900_000).burden_fen == 270_000


def test_e07_without_responsibility_nothing_is_borne() -> None:
    assert loss(Grade.NONE, 900_000).net_fen == 0
    assert loss(Grade.UNDETERMINED, 900_000).net_fen == 0


def test_e11_a_lower_grade_and_other_recoveries_make_another_net_loss() -> None:
    assert loss(Grade.MAIN, 4_000_000, recovered=2_000_000).net_fen == 800_000
    assert loss(Grade.SECONDARY, 4_000_000, recovered=800_000).net_fen == 400_000
    assert loss(Grade.SECONDARY, 4_000_000, recovered=1_000_000).net_fen == 200_000


def test_what_was_really_paid_replaces_the_estimate_and_takes_no_share() -> None:
    made = loss(Grade.MAIN, 3_200_000, recovered=500_000, settled=2_000_000)
    assert (made.burden_fen, made.burden_is_actual, made.net_fen) == (2_000_000, True, 1_500_000)
    assert loss(Grade.MAIN, 3_200_000, settled=0).net_fen == 0


def test_more_recovered_than_borne_is_no_gain() -> None:
    assert loss(Grade.SECONDARY, 100_000, recovered=100_000).net_fen == 0


def test_a_spill_fine_is_no_part_of_the_gross_loss() -> None:
    items = ((LossKind.CARGO, 100_000), (LossKind.SPILL_FINE, 200_000))
    made = net_loss(LossFacts(Grade.FULL, items, 0, None), RULES)
    assert (made.gross_fen, made.net_fen, made.spill_fine_fen) == (100_000, 100_000, 200_000)


@pytest.mark.parametrize("grade", [Grade.FULL, Grade.MAIN, Grade.EQUAL, Grade.SECONDARY])
def test_the_shares_are_numbers_of_the_ruleset(grade: Grade) -> None:
    other = replace(RULES, **{f"share_{grade}_percent": 11})
    assert net_loss(LossFacts(grade, ((LossKind.CARGO, 10_000),), 0, None), other).burden_fen == 1_100


@given(st.sampled_from(Grade), st.lists(fens, max_size=5), st.integers(0, 10**13))
def test_the_net_loss_is_never_negative_and_never_above_the_gross(
    grade: Grade, amounts: list[int], recovered: int
) -> None:
    made = loss(grade, *amounts, recovered=recovered)
    assert 0 <= made.net_fen <= made.burden_fen <= made.gross_fen == sum(amounts)


@given(st.lists(fens, min_size=1, max_size=5), st.integers(0, 10**13))
def test_a_graver_grade_never_costs_less(amounts: list[int], recovered: int) -> None:
    order = (Grade.NONE, Grade.SECONDARY, Grade.EQUAL, Grade.MAIN, Grade.FULL)
    nets = [loss(grade, *amounts, recovered=recovered).net_fen for grade in order]
    assert nets == sorted(nets)
