"""A spell begins and ends once, at the time of the edge, and never by one stray fix."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.spells import Patience, Sight, Spell, Turn, step

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
MINUTE = Patience(60, 60)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def walk(seen: str, patience: Patience = MINUTE, every_s: int = 30) -> tuple[Spell | None, list[Turn]]:
    """Walk through fixes: a letter is the subject's ground, ``.`` is outside, ``~`` between the two edges."""
    spell: Spell | None = None
    turns = []
    for number, sign in enumerate(seen):
        now = at(number * every_s)
        edge = now - timedelta(seconds=every_s / 2)
        subject = None if sign in ".~" else sign
        spell, turn = step(spell, Sight(now, subject, sign == "~", lambda _, edge=edge: edge), patience)
        turns += [turn] if turn else []
    return spell, turns


def told(turns: list[Turn]) -> list[tuple[str, float, bool]]:
    return [(turn.subject, (turn.at - START).total_seconds(), turn.ended) for turn in turns]


def test_one_arrival_and_one_departure_at_the_times_of_the_edge():
    _, turns = walk("..AAAA....")
    assert told(turns) == [("A", 45.0, False), ("A", 165.0, True)]


def test_one_stray_fix_inside_is_no_arrival():
    assert walk("...A....")[1] == []


def test_two_stray_fixes_with_one_outside_between_are_no_arrival():
    assert walk("..A.A...", every_s=60)[1] == []


def test_one_stray_fix_outside_is_no_departure():
    spell, turns = walk("AAAA.AAAA")
    assert told(turns) == [("A", -15.0, False)]
    assert spell is not None
    assert spell.left_at is None


def test_a_visit_counts_from_exactly_the_seconds_of_the_rule():
    assert walk("A" * 2, Patience(45, 60))[1] != []
    assert walk("A" * 2, Patience(45.001, 60))[1] == []


def test_between_the_edges_nothing_begins_and_nothing_ends():
    assert walk("~~~~~~")[1] == []
    assert told(walk("AAAA~~~~~~AA")[1]) == [("A", -15.0, False)]


def test_on_from_one_site_to_the_next():
    _, turns = walk("AAAABBBBB")
    assert [(subject, ended) for subject, _, ended in told(turns)] == [("A", False), ("A", True), ("B", False)]


def test_one_that_forgives_survives_a_stray_fix_before_it_is_sure():
    forgiving = Patience(120, 0, forgives=True)
    assert told(walk("AA.AAAA", forgiving)[1]) == [("A", -15.0, False)]
    assert walk("AA..AAA", forgiving)[1] == []


@given(st.text("A.~B", max_size=60), st.integers(0, 200), st.integers(0, 200))
def test_beginnings_and_ends_alternate_in_order_of_time(seen, enter_s, leave_s):
    _, turns = walk(seen, Patience(enter_s, leave_s))
    assert [turn.ended for turn in turns] == [bool(number % 2) for number in range(len(turns))]
    assert [turn.at for turn in turns] == sorted(turn.at for turn in turns)
    for begun, ended in zip(turns[::2], turns[1::2], strict=False):
        assert begun.subject == ended.subject


@given(st.text("A.", max_size=60))
def test_lone_fixes_change_nothing(seen):
    calm = seen.replace("AA", "..")
    assert walk(calm)[1] == []


@pytest.mark.parametrize("cut", range(10))
def test_it_does_not_matter_how_the_fixes_were_batched(cut):
    whole = walk("..AAAA....")[1]
    spell, turns = walk("..AAAA...."[:cut])
    for number in range(cut, 10):
        now = at(number * 30)
        edge = now - timedelta(seconds=15)
        subject = "A" if 2 <= number < 6 else None
        spell, turn = step(spell, Sight(now, subject, near=False, crossed=lambda _, edge=edge: edge), MINUTE)
        turns += [turn] if turn else []
    assert turns == whole
