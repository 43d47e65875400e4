"""The truth table of the three classifications, row by row and one step to either side of every threshold (4.3)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import MpsClass, Sc493Grade
from services.policy.accidents.classification import (
    Harm,
    classify,
    major_by_casualties,
    mps1991_class,
    report_tier,
    sc493_grade,
)
from services.policy.ruleset import DEFAULTS

RULES = DEFAULTS.accident
MINOR, ORDINARY, MAJOR, EXTRA = MpsClass
S_ORDINARY, LARGER, S_MAJOR, S_EXTRA = Sc493Grade
# dead, seriously hurt, slightly hurt, property in yuan → class, tier, grade: the rows of domain 4.3
TRUTH_TABLE = [
    ((0, 0, 2, 800), (MINOR, 1, S_ORDINARY)),
    ((0, 0, 0, 1_000), (ORDINARY, 1, S_ORDINARY)),
    ((0, 1, 0, 0), (ORDINARY, 1, S_ORDINARY)),
    ((0, 2, 3, 29_999.99), (ORDINARY, 1, S_ORDINARY)),
    ((0, 3, 0, 0), (MAJOR, 2, S_ORDINARY)),
    ((0, 9, 0, 0), (MAJOR, 2, S_ORDINARY)),
    ((0, 10, 0, 0), (MAJOR, 3, LARGER)),
    ((0, 11, 0, 0), (EXTRA, 3, LARGER)),
    ((1, 0, 0, 0), (MAJOR, 2, S_ORDINARY)),
    ((1, 7, 0, 0), (MAJOR, 2, S_ORDINARY)),
    ((2, 4, 0, 0), (MAJOR, 2, S_ORDINARY)),
    ((1, 8, 0, 0), (EXTRA, 2, S_ORDINARY)),
    ((2, 5, 0, 0), (EXTRA, 2, S_ORDINARY)),
    ((2, 7, 0, 0), (EXTRA, 2, S_ORDINARY)),
    ((1, 9, 0, 0), (EXTRA, 3, S_ORDINARY)),
    ((2, 8, 0, 0), (EXTRA, 3, S_ORDINARY)),
    ((3, 0, 0, 0), (EXTRA, 3, LARGER)),
    ((10, 0, 0, 0), (EXTRA, 3, S_MAJOR)),
    ((0, 0, 0, 30_000), (MAJOR, 1, S_ORDINARY)),
    ((0, 0, 0, 60_000), (EXTRA, 1, S_ORDINARY)),
    ((0, 0, 0, 10_000_000), (EXTRA, 1, LARGER)),
]
# the last count below each step of the circular and the first on it, each with nothing else
MPS_STEPS = [
    ("slightly_hurt", 2, MINOR, ORDINARY),
    ("property_fen", 99_999, MINOR, ORDINARY),
    ("seriously_hurt", 0, MINOR, ORDINARY),
    ("seriously_hurt", 2, ORDINARY, MAJOR),
    ("property_fen", 2_999_999, ORDINARY, MAJOR),
    ("dead", 0, MINOR, MAJOR),
    ("seriously_hurt", 10, MAJOR, EXTRA),
    ("dead", 2, MAJOR, EXTRA),
    ("property_fen", 5_999_999, MAJOR, EXTRA),
]
SC493_STEPS = [
    ("dead", 2, S_ORDINARY, LARGER),
    ("seriously_hurt", 9, S_ORDINARY, LARGER),
    ("property_fen", 999_999_999, S_ORDINARY, LARGER),
    ("dead", 9, LARGER, S_MAJOR),
    ("seriously_hurt", 49, LARGER, S_MAJOR),
    ("property_fen", 4_999_999_999, LARGER, S_MAJOR),
    ("dead", 29, S_MAJOR, S_EXTRA),
    ("seriously_hurt", 99, S_MAJOR, S_EXTRA),
    ("property_fen", 9_999_999_999, S_MAJOR, S_EXTRA),
]
COUNTS = st.integers(0, 40)
HARMS = st.builds(
    Harm, dead=COUNTS, seriously_hurt=COUNTS, slightly_hurt=COUNTS, missing=COUNTS,
    property_fen=st.integers(0, 2 * 10**10),
)  # fmt: skip


def harm(dead: int, seriously: int, slightly: int = 0, yuan: float = 0, missing: int = 0) -> Harm:
    return Harm(
        dead=dead, seriously_hurt=seriously, slightly_hurt=slightly, missing=missing, property_fen=round(yuan * 100)
    )


@pytest.mark.parametrize(("known", "told"), TRUTH_TABLE, ids=lambda row: "-".join(str(cell) for cell in row))
def test_truth_table(known: tuple[int, int, int, float], told: tuple[MpsClass, int, Sc493Grade]) -> None:
    found = classify(harm(*known), RULES)
    assert (found.mps_class, found.report_tier, found.sc493_grade) == told


@pytest.mark.parametrize(("name", "last", "below", "on"), MPS_STEPS)
def test_a_step_of_the_circular_is_taken_on_its_number(name: str, last: int, below: MpsClass, on: MpsClass) -> None:
    assert mps1991_class(Harm(**{name: last}), RULES) is below
    assert mps1991_class(Harm(**{name: last + 1}), RULES) is on


@pytest.mark.parametrize(("dead", "last"), [(1, 7), (2, 4)])
def test_dead_and_seriously_hurt_together_make_it_extraordinary(dead: int, last: int) -> None:
    assert mps1991_class(harm(dead, last), RULES) is MAJOR
    assert mps1991_class(harm(dead, last + 1), RULES) is EXTRA


@pytest.mark.parametrize(
    ("below", "on", "tier"),
    [
        (harm(0, 0), harm(1, 0), 2),
        (harm(0, 2), harm(0, 3), 2),
        (harm(2, 0), harm(3, 0), 3),
        (harm(0, 9), harm(0, 10), 3),
        (harm(2, 7), harm(2, 8), 3),
        (harm(1, 8), harm(1, 9), 3),
    ],
)
def test_a_tier_begins_on_its_number(below: Harm, on: Harm, tier: int) -> None:
    assert (report_tier(below, RULES), report_tier(on, RULES)) == (tier - 1, tier)


@pytest.mark.parametrize(("name", "last", "below", "on"), SC493_STEPS)
def test_a_grade_of_493_begins_on_its_number(name: str, last: int, below: Sc493Grade, on: Sc493Grade) -> None:
    assert sc493_grade(Harm(**{name: last}), RULES) is below
    assert sc493_grade(Harm(**{name: last + 1}), RULES) is on


def test_who_is_missing_counts_as_dead_for_the_tier_only() -> None:
    assert report_tier(harm(0, 0, missing=1), RULES) == 2
    assert report_tier(harm(1, 0, missing=2), RULES) == 3
    assert report_tier(harm(0, 8, missing=2), RULES) == 3
    assert mps1991_class(harm(0, 0, missing=3), RULES) is MINOR
    assert sc493_grade(harm(0, 0, missing=30), RULES) is S_ORDINARY
    assert report_tier(harm(0, 0, missing=3), replace(RULES, missing_counts_as_dead=False)) == 1


def test_slightly_hurt_and_property_never_raise_a_tier() -> None:
    assert report_tier(harm(0, 0, slightly=1000, yuan=10**9), RULES) == 1


def test_only_people_hurt_ask_for_the_quick_form() -> None:
    assert not major_by_casualties(harm(0, 2, 50, 10_000_000), RULES)
    assert major_by_casualties(harm(0, 3), RULES)
    assert major_by_casualties(harm(1, 0), RULES)
    assert not major_by_casualties(harm(0, 0, missing=1), RULES)


@settings(max_examples=100)
@given(HARMS, st.sampled_from(["dead", "seriously_hurt", "slightly_hurt", "missing", "property_fen"]))
def test_more_harm_never_lowers_any_of_the_three(known: Harm, name: str) -> None:
    worse = replace(known, **{name: getattr(known, name) + 1})
    before, after = classify(known, RULES), classify(worse, RULES)
    assert list(MpsClass).index(after.mps_class) >= list(MpsClass).index(before.mps_class)
    assert after.report_tier >= before.report_tier
    assert list(Sc493Grade).index(after.sc493_grade) >= list(Sc493Grade).index(before.sc493_grade)
