"""Arrivals of many stops at once: ``policy.eta.estimate`` and ``learnt_arrivals.lay_over`` over arrays.

Where the crew's turns are regular (driving.py) the result is theirs. Doubles are reckoned in another order here, so two
things may differ: an arrival by one second, where a way ends within a hair of a full second of driving; and by half a
per cent of the time ahead, where experience lies within its last digit between "as planned" and one per cent of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.estimates.batches.arrays import US_A_MINUTE, US_A_SECOND, Flags, Floats, Ints
from services.estimates.batches.driving import Crews, Driven, Road, drive, parts_of, seconds_up
from services.estimates.batches.learning import Learnt, Spreads, minutes_at_pace
from services.policy.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Rides:
    """The trips of a batch: when each begins (now or later), how fast it may and does go, and its crew."""

    begin_us: Ints
    speed_kmh: Ints
    limit_kmh: Ints
    crews: Crews


@dataclass(frozen=True, slots=True)
class Ahead:
    """The stops ahead of the trips, in order of trip and stop.

    ``ride`` is the place of the trip, ``number`` the place of the stop among those ahead, ``way_km`` the road to it
    from here, ``lane`` its lane in the table of what was learnt. ``elapsed`` are the minutes from leaving the stop
    before to the last position, ``share`` how much of the hop lies behind; both NaN where no position tells it.
    """

    ride: Ints
    number: Ints
    way_km: Floats
    lane: Ints
    elapsed: Floats
    share: Floats


@dataclass(frozen=True, slots=True)
class Foretold:
    """What is foretold of each stop ahead; right where ``regular`` is True.

    ``percent`` is experience against the plan, ``hop_minutes`` the plan's time from the stop before, ``at_pace`` the
    minutes left at the live pace (NaN where it says nothing), ``driven`` the plan's drive.
    """

    arrival_us: Ints
    percent: Ints
    hop_minutes: Floats
    at_pace: Floats
    spreads: Spreads
    driven: Driven
    driving_s: Ints
    regular: Flags


def foretell(rides: Rides, ahead: Ahead, learnt: Learnt, road: Road, ruleset: Ruleset) -> Foretold:
    """Foretell every stop ahead of every trip."""
    begin_us = rides.begin_us[ahead.ride]
    driven = _driven(rides, ahead, parts_of(ahead.way_km), road, ruleset)
    service_us = ahead.number * (ruleset.estimate.stop_service_minutes * US_A_MINUTE)
    planned_us = driven.arrival_s * US_A_SECOND + service_us
    plan = (planned_us - begin_us) / US_A_MINUTE
    at_limit = _at_limit(rides, ahead, road, ruleset)
    fastest = (at_limit.arrival_s * US_A_SECOND + service_us - begin_us) / US_A_MINUTE
    at_pace = np.where(ahead.number == 0, minutes_at_pace(ahead.elapsed, ahead.share), np.nan)
    hop, expected = _expected(ahead, begin_us, plan, fastest, at_pace, learnt)
    percent = np.where(plan > 0, np.rint(100 * expected / np.where(plan > 0, plan, 1.0)), 100).astype(np.int64)
    learnt_us = begin_us + np.rint(expected * US_A_MINUTE).astype(np.int64)
    return Foretold(
        arrival_us=np.where(percent == 100, planned_us, learnt_us),
        percent=percent,
        hop_minutes=hop,
        at_pace=at_pace,
        spreads=learnt.spreads(expected),
        driven=driven,
        driving_s=driven.arrival_s - seconds_up(begin_us) - driven.stops * driven.stop_s,
        regular=driven.regular & at_limit.regular,
    )


def _driven(rides: Rides, ahead: Ahead, parts: Ints, road: Road, ruleset: Ruleset) -> Driven:
    begin_s = seconds_up(rides.begin_us[ahead.ride])
    speed = rides.speed_kmh[ahead.ride]
    return drive(begin_s, parts, speed, rides.crews.take(ahead.ride), road, ruleset)


def _at_limit(rides: Rides, ahead: Ahead, road: Road, ruleset: Ruleset) -> Driven:
    """Drive the same ways at the limit: what experience may shorten them to (R-F-05)."""
    speed = rides.speed_kmh[ahead.ride]
    limit = np.maximum(rides.limit_kmh[ahead.ride], speed)
    return _driven(rides, ahead, parts_of(ahead.way_km * np.maximum(speed / limit, 0.01)), road, ruleset)


def _expected(
    ahead: Ahead, begin_us: Ints, plan: Floats, fastest: Floats, at_pace: Floats, learnt: Learnt
) -> tuple[Floats, Floats]:
    """Give the plan's minutes of each hop and the minutes expected until its end, hop after hop."""
    hop, expected = np.zeros_like(plan), np.zeros_like(plan)
    for number in range(int(ahead.number.max(initial=-1)) + 1):
        which = np.flatnonzero(ahead.number == number)
        before = np.zeros(len(which)) if number == 0 else plan[which - 1]
        so_far = np.zeros(len(which)) if number == 0 else expected[which - 1]
        minutes = np.maximum(plan[which] - before, 1.0)
        departs_us = begin_us[which] + np.rint(so_far * US_A_MINUTE).astype(np.int64)
        stretched = minutes * learnt.multiplier(ahead.lane[which], minutes, departs_us)
        made = so_far + learnt.adjusted(stretched, at_pace[which])
        shorter = made < plan[which]
        hop[which] = minutes
        expected[which] = np.where(shorter, np.maximum(made, fastest[which]), made)
    return hop, expected
