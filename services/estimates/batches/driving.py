"""Driving hours over arrays: what ``policy.driving.simulate`` says of the crews whose turns are regular.

Regular is a crew that changes, or rests alone, after each full block, and whose drivers have the hours of all its turns
left of the last 24 h. There every turn begins at a known second, and what is left is arithmetic in whole seconds. Of
anybody else nothing is said: ``Driven.regular`` is False, and the policy must be asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from services.estimates.batches.arrays import Flags, Floats, Ints
from services.policy.driving import PARTS_PER_KM
from services.policy.hours import DAY, LOCAL_OFFSET, in_seconds
from services.policy.ruleset import DrivingRules, Ruleset

MOST_TURNS = 12
HORIZON_DAYS = 8


@dataclass(frozen=True, slots=True)
class Crews:
    """The crews of a batch, one entry a trip; the first driver is the one at the wheel.

    ``drivers`` is how many there are, nought for a crew not named yet. ``continuous_s`` are the seconds each of the
    first two has driven without a proper stop, ``driven_s`` at least the seconds of his last 24 h.
    """

    drivers: Ints
    continuous_s: tuple[Ints, Ints]
    driven_s: tuple[Ints, Ints]

    def take(self, which: Ints) -> Crews:
        """Give the crews at these places."""
        first, second = self.continuous_s
        long, longer = self.driven_s
        return Crews(self.drivers[which], (first[which], second[which]), (long[which], longer[which]))


@dataclass(frozen=True, slots=True)
class Driven:
    """When each way is driven, in seconds since 1970, with how many stops; right where ``regular`` is True.

    ``worded`` is where it is known besides who drives the last turn, and so whether his stop is a rest or a swap.
    """

    arrival_s: Ints
    stops: Ints
    stop_s: Ints
    regular: Flags
    worded: Flags


class Road:
    """How far a truck that never stops gets by any second, in seconds at one per cent of its speed."""

    def __init__(self, begin_s: int, rules: DrivingRules) -> None:
        """Lay out day and night from a second on, for as long as any regular trip may last."""
        night_from = rules.night_from_hour * 3600
        night_s = (rules.night_to_hour * 3600 - night_from) % DAY
        # midnight of nights: the first one that began a day or more ago
        first = (begin_s + LOCAL_OFFSET - night_from) // DAY * DAY - LOCAL_OFFSET + night_from - DAY
        nights = first + DAY * np.arange(HORIZON_DAYS + 2, dtype=np.int64)
        self._at = np.stack([nights, nights + night_s], axis=1).ravel()
        rates = np.tile([rules.night_factor_percent, 100], len(nights))
        self._rate = rates.astype(np.int64)
        self._made = np.r_[0, np.cumsum(np.diff(self._at) * self._rate[:-1])]

    def covers(self, begin_s: Ints, for_s: int) -> Flags:
        """Tell which trips that begin then and last no longer than this lie on it."""
        inside: Flags = (begin_s >= self._at[0]) & (begin_s + for_s < self._at[-1])
        return inside

    def made(self, at_s: Ints) -> Ints:
        """Give how far the truck has come by each second."""
        piece = np.searchsorted(self._at, at_s, side="right") - 1
        made: Ints = self._made[piece] + (at_s - self._at[piece]) * self._rate[piece]
        return made

    def reached(self, made: Ints) -> Ints:
        """Give the first second by which it has come so far."""
        piece = np.maximum(np.searchsorted(self._made, made, side="left") - 1, 0)
        at: Ints = self._at[piece] - (self._made[piece] - made) // self._rate[piece]
        return at


def seconds_up(at_us: Ints) -> Ints:
    """Give whole seconds since 1970, rounded up."""
    return -(-at_us // 1_000_000)


def road_of(now: datetime, ruleset: Ruleset) -> Road:
    """Give the road from now on; a trip may begin up to two days later."""
    return Road(in_seconds(now), ruleset.driving)


def parts_of(km: Floats) -> Ints:
    """Give ways in the parts of a kilometre that the simulation counts in."""
    return np.rint(km * PARTS_PER_KM).astype(np.int64)


def drive(begin_s: Ints, parts: Ints, speed_kmh: Ints, crews: Crews, road: Road, ruleset: Ruleset) -> Driven:
    """Drive each way from its second on with its crew.

    Of two drivers the second takes over after the block; where both come rested either may begin, and both must have
    the hours for the longer share.
    """
    rules = ruleset.driving
    block, daily = rules.block_minutes * 60, rules.daily_minutes * 60
    assumed = crews.drivers == 0
    drivers = np.where(assumed, ruleset.crew.min_drivers, crews.drivers)
    one, two = drivers == 1, drivers == 2
    at_wheel, other = (np.where(assumed, 0, hours) for hours in crews.continuous_s)
    stop_s = np.where(one, rules.rest_minutes, rules.swap_minutes) * 60
    regular = one | (two & _swaps_are_regular(other, rules))
    need = -(-parts // np.maximum(speed_kmh, 1))
    first = np.maximum(block - at_wheel, 0)
    turns, arrival, last = _turns(begin_s, need, first, stop_s, block, road)
    regular &= turns < MOST_TURNS
    turned = _Turned(turns, first, last, one, at_wheel > 0)
    hours = [np.where(assumed, 0, driven) for driven in crews.driven_s]
    worded = _within(hours, _shares(turned, block, block), daily)
    # where a swap takes as long as a rest, the last turn begins at the same second whoever drives it
    least = np.where(one | (rules.swap_minutes == rules.rest_minutes), last, block)
    regular &= _within(hours, _shares(turned, block, least), daily)
    regular &= road.covers(begin_s, MOST_TURNS * (block + 60 * max(rules.rest_minutes, rules.swap_minutes)))
    goes = parts > 0
    return Driven(
        arrival_s=np.where(goes, arrival, begin_s),
        stops=np.where(goes, turns, 0),
        stop_s=stop_s,
        regular=regular | ~goes,
        worded=(worded | one) & regular | ~goes,
    )


def _within(hours: Sequence[Ints], shares: Sequence[Ints], daily: int) -> Flags:
    """Tell whose drivers have the hours for their shares."""
    within = np.ones(len(shares[0]), dtype=np.bool_)
    for driven, share in zip(hours, shares, strict=True):
        within &= (share == 0) | (driven + share <= daily)
    return within


def _swaps_are_regular(other_s: Ints, rules: DrivingRules) -> Flags:
    """Tell whether the second driver has a full block when he takes over, no later than the first would have again."""
    if rules.swap_minutes == rules.rest_minutes:
        return np.ones(len(other_s), dtype=np.bool_)
    rested: Flags = other_s == 0
    return rested & (rules.swap_minutes < rules.rest_minutes)


def _turns(begin_s: Ints, need: Ints, first: Ints, stop_s: Ints, block: int, road: Road) -> tuple[Ints, Ints, Ints]:
    """Give how many stops each drive takes, when it ends, and how long its last turn is."""
    arrival, turns, last = begin_s.copy(), np.full(len(begin_s), MOST_TURNS), np.zeros_like(begin_s)
    begins, lengths, left = begin_s, first, need
    going = np.arange(len(begin_s))
    for turn in range(MOST_TURNS):
        made = road.made(begins)
        ends = road.reached(made + left)
        done = ends <= begins + lengths
        arrival[going[done]], turns[going[done]] = ends[done], turn
        last[going[done]] = (ends - begins)[done]
        if done.all():
            break
        on = ~done
        left = (left - (road.made(begins + lengths) - made))[on]
        going, begins = going[on], (begins + lengths)[on] + stop_s[going[on]]
        lengths = np.full(len(going), block)
    return turns, arrival, last


@dataclass(frozen=True, slots=True)
class _Turned:
    """How often each crew stopped, how long its first and last turn are, who drives alone, and who came driving."""

    turns: Ints
    first: Ints
    last: Ints
    one: Flags
    led: Flags


def _shares(turned: _Turned, block: int, least: Ints | int) -> tuple[Ints, Ints]:
    """Give the seconds for which each of the two drivers must have hours left, so that the turns are what they are.

    A driver takes over only if he can go on for the whole block, so a turn between the first and the last counts as
    one; ``least`` is what the last one counts. Where nobody came driving, either may begin.
    """
    turns, last_is_even = turned.turns, turned.turns % 2 == 0
    leads = turned.first + block * (turns // 2 - last_is_even) + least * last_is_even
    follows = block * ((turns + 1) // 2 - ~last_is_even) + least * ~last_is_even
    leads, follows = np.where(turns == 0, turned.last, leads), np.where(turns == 0, 0, follows)
    either = np.maximum(leads, follows)
    alone = np.where(turns == 0, turned.last, turned.first + block * (turns - 1) + least)
    return (
        np.where(turned.one, alone, np.where(turned.led, leads, either)),
        np.where(turned.one, 0, np.where(turned.led, follows, either)),
    )
