"""How sure an arrival time is: P10, P50, P80 and P90 that keep themselves honest (conformal, by the time still ahead).

Each band of time ahead tracks each quantile of ``log(actual / expected)`` by itself: after every arrival a quantile
moves up a little when the truth lay above it and down when below, in the proportion that makes its share come true
(online conformal prediction by quantile tracking). Four numbers and a count per band are its whole memory. Before
there is history the prior is stated and wide.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, replace
from math import exp, log, sqrt

# minutes still ahead at which one band ends and the next begins
BAND_ENDS = (45.0, 90.0, 180.0, 360.0, 720.0, 1440.0)
FIRST_STEP, LAST_STEP = 0.5, 0.01


@dataclass(frozen=True, slots=True)
class Spread:
    """The quantiles of ``log(actual / expected)`` of one band and how many arrivals they rest on."""

    seen: int = 0
    p10: float = -0.7
    p50: float = 0.0
    p80: float = 0.5
    p90: float = 0.8


PRIOR = Spread()


@dataclass(frozen=True, slots=True)
class Interval:
    """Minutes that 10, 50, 80 and 90 of a hundred such rides stay under; ``seen`` is what that rests on."""

    p10: float
    p50: float
    p80: float
    p90: float
    seen: int


def band_of(expected_minutes: float) -> int:
    """Number the band of a time still ahead, 0 for the shortest."""
    return bisect(BAND_ENDS, expected_minutes)


def in_new_band(minutes: float, bands: int | None) -> bool:
    """Tell whether a time still ahead lies in a band in which nothing was foretold; ``bands`` has a bit for each.

    The first prediction of each band is what arrivals teach by, so it is all that is kept of a ride. One that falls
    behind comes into farther bands again, and it is from those that much is to be learnt.
    """
    return not (bands or 0) >> band_of(minutes) & 1


def interval(expected_minutes: float, spread: Spread) -> Interval:
    """Give the minutes of each quantile around an expected time, in order whatever a young spread says."""
    low, middle, high, highest = sorted((spread.p10, spread.p50, spread.p80, spread.p90))
    return Interval(
        p10=expected_minutes * exp(low),
        p50=expected_minutes * exp(middle),
        p80=expected_minutes * exp(high),
        p90=expected_minutes * exp(highest),
        seen=spread.seen,
    )


def learned(spread: Spread, expected_minutes: float, actual_minutes: float) -> Spread:
    """Give the spread after one more arrival: every quantile a step nearer to its share."""
    seen = spread.seen + 1
    step = max(LAST_STEP, FIRST_STEP / sqrt(seen + 1))
    error = log(max(actual_minutes, 1.0) / max(expected_minutes, 1.0))
    return replace(
        spread,
        seen=seen,
        p10=spread.p10 + step * (0.10 - (error <= spread.p10)),
        p50=spread.p50 + step * (0.50 - (error <= spread.p50)),
        p80=spread.p80 + step * (0.80 - (error <= spread.p80)),
        p90=spread.p90 + step * (0.90 - (error <= spread.p90)),
    )
