"""Drivers' hours over arrays: what ``estimate_inputs`` reckons driver by driver from the wheel periods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.estimates.batches.arrays import US_A_SECOND, Flags, Floats, Ints, ranks
from services.estimates.batches.driving import Crews
from services.policy.hours import DAY

DAY_US = DAY * US_A_SECOND


@dataclass(frozen=True, slots=True)
class AtWheel:
    """Who drives which trip of the batch, and when he drove: rows in order of trip, place in the crew and time.

    ``trip`` is the place of the trip in the batch. A driver who has not driven has one row with NaN; an open period
    ends with NaN.
    """

    trip: Ints
    position: Ints
    began_us: Floats
    ended_us: Floats


def crews_of(rows: AtWheel, trips: int, now_us: int, rest_minutes: int) -> Crews:
    """Give the crews of so many trips with the hours of their first two drivers, who is at the wheel first.

    Where drives of one driver overlap, his hours are counted too high and never too low.
    """
    # the periods of one driver of one trip stand together
    own = rows.trip * (int(rows.position.max(initial=0)) + 1) + rows.position
    begins = np.flatnonzero(np.r_[True, own[1:] != own[:-1]]) if len(own) else np.empty(0, dtype=np.int64)
    ended = np.minimum(np.where(np.isnan(rows.ended_us), now_us, rows.ended_us), now_us)
    counted = rows.began_us < ended  # never so for NaN
    driver = np.repeat(np.arange(len(begins)), np.diff(np.r_[begins, len(own)]))[counted]
    began, ended = rows.began_us[counted].astype(np.int64), ended[counted].astype(np.int64)
    day = np.zeros(len(begins), dtype=np.int64)
    of_today = _seconds_up(ended) - np.maximum(began, now_us - DAY_US) // US_A_SECOND
    np.add.at(day, driver, np.maximum(of_today, 0))
    minutes = _continuous_minutes(driver, began, ended, len(begins), now_us, rest_minutes * 60 * US_A_SECOND)
    return _by_trip(rows.trip[begins], minutes * 60, day, trips)


def _continuous_minutes(driver: Ints, began: Ints, ended: Ints, drivers: int, now_us: int, rest_us: int) -> Ints:
    """Give the minutes of each driver since his last proper stop, counted back from now, as the policy counts them."""
    total = np.zeros(drivers, dtype=np.int64)
    free_since = np.full(drivers, now_us, dtype=np.int64)
    unbroken = np.ones(drivers, dtype=np.bool_)
    # the last period of each driver first, then the one before
    from_last = ranks(driver[::-1])[::-1]
    for back in range(int(from_last.max(initial=-1)) + 1):
        which = np.flatnonzero(from_last == back)
        whose = driver[which]
        unbroken[whose] &= free_since[whose] - ended[which] < rest_us
        going: Flags = unbroken[whose]
        whose, which = whose[going], which[going]
        total[whose] += ended[which] - began[which]
        free_since[whose] = began[which]
    return total // (60 * US_A_SECOND)


def _by_trip(trip: Ints, continuous_s: Ints, day_s: Ints, trips: int) -> Crews:
    """Put the drivers of each trip in order: who has driven since his last stop comes first."""
    order = np.argsort(trip * 2 + (continuous_s == 0), kind="stable")
    trip, continuous_s, day_s = trip[order], continuous_s[order], day_s[order]
    rank = ranks(trip)
    hours = []
    for values in (continuous_s, day_s):
        pair = (np.zeros(trips, dtype=np.int64), np.zeros(trips, dtype=np.int64))
        for number, one in enumerate(pair):
            one[trip[rank == number]] = values[rank == number]
        hours.append(pair)
    return Crews(np.bincount(trip, minlength=trips), hours[0], hours[1])


def _seconds_up(at_us: Ints) -> Ints:
    return -(-at_us // US_A_SECOND)
