"""Jumps of a position: one stray fix moves nothing, a second one that agrees proves the new place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.jumps import Seen, Spot, is_jump, sift
from services.policy.ruleset import DEFAULTS

RULES = DEFAULTS.tracking
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOME, AWAY = (36.8, 118.7), (38.6, 118.7)  # 200 km apart


def spot(minutes: float, where: tuple[float, float] = HOME) -> Spot:
    return Spot(NOON + timedelta(minutes=minutes), *where)


AT_HOME = Seen(last=spot(0))


def test_the_first_fix_of_all_is_believed() -> None:
    found = sift([spot(0, AWAY)], Seen(), RULES)
    assert (found.doubted, found.seen.last, found.jumps) == (frozenset(), spot(0, AWAY), ())


def test_one_stray_fix_is_doubted_and_the_next_at_the_old_place_ends_it() -> None:
    found = sift([spot(1), spot(2, AWAY), spot(3), spot(4)], AT_HOME, RULES)
    assert (found.doubted, found.seen) == (frozenset({1}), Seen(last=spot(4)))
    (jump,) = found.jumps
    assert (jump.began_at, jump.place, jump.ended_at, jump.accepted) == (spot(2).at, spot(2, AWAY), spot(3).at, False)


def test_a_second_fix_that_agrees_proves_the_new_place() -> None:
    found = sift([spot(2, AWAY), spot(3, AWAY), spot(4, AWAY)], AT_HOME, RULES)
    assert (found.doubted, found.seen, found.proven) == (frozenset(), Seen(last=spot(4, AWAY)), None)
    (jump,) = found.jumps
    assert (jump.ended_at, jump.accepted) == (spot(3).at, True)


def test_the_proof_may_come_with_a_later_batch() -> None:
    first = sift([spot(2, AWAY)], AT_HOME, RULES)
    assert (first.doubted, first.seen.last, first.jumps[0].ended_at) == (frozenset({0}), spot(0), None)
    second = sift([spot(3, AWAY)], first.seen, RULES)
    assert (second.doubted, second.seen, second.proven) == (frozenset(), Seen(last=spot(3, AWAY)), spot(2, AWAY))
    (jump,) = second.jumps
    assert (jump.began_at, jump.accepted) == (spot(2).at, True)


def test_the_same_stray_fix_again_is_no_second_one() -> None:
    first = sift([spot(2, AWAY)], AT_HOME, RULES)
    again = sift([spot(2, AWAY)], first.seen, RULES)
    assert (again.doubted, again.seen) == (frozenset({0}), first.seen)


def test_strays_that_do_not_agree_prove_nothing() -> None:
    found = sift([spot(2, AWAY), spot(3, (34.0, 118.7)), spot(4, (38.6, 112.0))], AT_HOME, RULES)
    assert (found.doubted, found.seen.last) == (frozenset({0, 1, 2}), spot(0))
    (jump,) = found.jumps
    assert (jump.began_at, jump.place.lon, jump.ended_at) == (spot(2).at, 112.0, None)


def test_a_fix_that_comes_late_is_measured_backwards_and_ends_no_doubt() -> None:
    seen = Seen(last=spot(10), waiting=spot(11, AWAY), since=spot(11).at)
    found = sift([spot(4), spot(5, AWAY)], seen, RULES)
    assert (found.doubted, found.seen) == (frozenset({1}), seen)
    (jump,) = found.jumps
    assert jump.ended_at is None
    assert sift([spot(-120, AWAY)], seen, RULES).doubted == frozenset()


@pytest.mark.parametrize(("km", "minutes", "jumps"), [(4.9, 0.01, False), (10, 3.001, False), (10, 2.9, True)])
def test_a_jump_is_far_and_faster_than_any_truck(km: float, minutes: float, jumps: bool) -> None:
    there = spot(minutes, (HOME[0] + km / 111.195, HOME[1]))
    assert is_jump(spot(0), there, RULES) is jumps
    assert is_jump(there, spot(0), RULES) is jumps


def test_in_no_time_at_all_a_far_place_is_a_jump() -> None:
    assert is_jump(spot(0), spot(0, AWAY), RULES)
    assert not is_jump(spot(0), spot(0), RULES)


@given(
    st.lists(st.tuples(st.integers(0, 600), st.sampled_from([HOME, AWAY, (36.81, 118.71)])), max_size=12),
    st.integers(0, 12),
)
def test_however_a_track_is_cut_into_batches_the_same_place_is_believed(
    track: list[tuple[int, tuple[float, float]]], cut: int
) -> None:
    spots = sorted({spot(minutes, where) for minutes, where in dict(track).items()})
    whole = sift(spots, AT_HOME, RULES)
    first = sift(spots[:cut], AT_HOME, RULES)
    second = sift(spots[cut:], first.seen, RULES)
    assert second.seen == whole.seen
    late = {cut + index for index in second.doubted}
    proven = {index for index in first.doubted if spots[index] == second.proven}
    assert (first.doubted | late) - proven == whole.doubted
