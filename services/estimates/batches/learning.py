"""What arrivals have taught, over arrays: ``policy.travel``, ``pace`` and ``intervals`` for many ways at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from services.estimates.batches.arrays import US_A_MINUTE, Floats, Ints
from services.estimates.experience import Experience
from services.policy import intervals, pace, travel
from services.policy.hours import LOCAL_OFFSET
from services.policy.travel import Key

DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Spreads:
    """Minutes of each quantile and how many arrivals they rest on, one entry a stop."""

    p10: Floats
    p50: Floats
    p80: Floats
    p90: Floats
    seen: Ints


class Learnt:
    """The experience of a batch as tables: a row per lane, given as origin, destination and vehicle type."""

    def __init__(self, known: Experience, lanes: Sequence[tuple[str, str, str]]) -> None:
        """Look every level of these lanes up once."""
        self._known = known
        first = np.log(travel.FIRST_MULTIPLIER)
        self._bands = self._table(
            [[("band", kind, str(number)) for number in range(len(travel.KNOTS))] for _, _, kind in lanes],
            travel.BAND_PRIOR,
            first,
        )
        ends = [[("origin", origin), ("destination", destination)] for origin, destination, _ in lanes]
        self._places = self._table(ends, travel.PLACE_PRIOR).sum(axis=1)
        levels = [known.level(("lane", origin, destination)) for origin, destination, _ in lanes]
        self._lane_weight = np.array([level.weight for level in levels])
        self._lane_total = np.array([level.total for level in levels])
        parts = [str(part) for part in range(24 // travel.LANE_HOURS)]
        self._lane_hours = self._table([[("lane_hour", a, b, part) for part in parts] for a, b, _ in lanes],
                                       travel.LANE_HOUR_PRIOR)  # fmt: skip
        parts = [str(part) for part in range(24 // travel.TYPE_HOURS)]
        self._type_hours = self._table([[("type_hour", kind, part) for part in parts] for _, _, kind in lanes],
                                       travel.TYPE_HOUR_PRIOR)  # fmt: skip
        bands = range(len(intervals.BAND_ENDS) + 1)
        self._pace = np.array([known.level(pace.key(band)).shrunk(0.0, pace.PRIOR) for band in bands]).clip(0.0, 1.0)
        spreads = [known.spreads.get(band, intervals.PRIOR) for band in bands]
        self._spreads = np.exp([sorted((one.p10, one.p50, one.p80, one.p90)) for one in spreads])
        self._seen = np.array([one.seen for one in spreads], dtype=np.int64)

    def multiplier(self, lane: Ints, minutes: Floats, departs_us: Ints) -> Floats:
        """Give the factor on the minutes of each way, as ``travel.multiplier`` does."""
        parent = self._band_log(lane, minutes) + self._places[lane]
        of_lane = (self._lane_total[lane] + travel.LANE_PRIOR * parent) / (self._lane_weight[lane] + travel.LANE_PRIOR)
        hour = _between(self._lane_hours, lane, departs_us, travel.LANE_HOURS)
        hour = hour + _between(self._type_hours, lane, departs_us, travel.TYPE_HOURS)
        factor: Floats = np.exp(of_lane + hour / (1 + minutes / travel.HOUR_FADES_MINUTES))
        return factor

    def adjusted(self, expected: Floats, at_pace: Floats) -> Floats:
        """Give the expectations drawn towards the live pace; NaN is a pace that says nothing yet."""
        weight = self._pace[bands_of(expected)]
        told = np.log(np.maximum(at_pace, 1.0) / np.maximum(expected, 1.0)).clip(-pace.CLIP, pace.CLIP)
        return np.where(np.isnan(at_pace), expected, expected * np.exp(weight * told))

    def spreads(self, expected: Floats) -> Spreads:
        """Give the quantiles around each expectation."""
        band = bands_of(expected)
        p10, p50, p80, p90 = (expected * self._spreads[band, number] for number in range(4))
        return Spreads(p10, p50, p80, p90, self._seen[band])

    def _table(self, keys: Iterable[Sequence[Key]], prior: float, towards: float = 0.0) -> Floats:
        return np.array([[self._known.level(key).shrunk(towards, prior) for key in row] for row in keys])

    def _band_log(self, lane: Ints, minutes: Floats) -> Floats:
        knots = np.array(travel.KNOTS)
        at = np.log(np.maximum(minutes, travel.SHORTEST_MINUTES)).clip(knots[0], knots[-1])
        upper = np.maximum(np.searchsorted(knots, at, side="left"), 1)
        share = (at - knots[upper - 1]) / (knots[upper] - knots[upper - 1])
        made: Floats = (1 - share) * self._bands[lane, upper - 1] + share * self._bands[lane, upper]
        return made


def minutes_at_pace(elapsed: Floats, share_done: Floats) -> Floats:
    """Give the minutes left at the pace so far; NaN where too little is driven to say."""
    said = (share_done >= pace.SHORTEST_SHARE) & (elapsed > 0)
    share = np.where(said, share_done, 1.0)
    return np.where(said, elapsed * (1 - np.minimum(share, 1.0)) / share, np.nan)


def bands_of(expected: Floats) -> Ints:
    """Number the band of each time still ahead, as ``intervals.band_of`` does."""
    return np.searchsorted(np.array(intervals.BAND_ENDS), expected, side="right")


def _between(table: Floats, lane: Ints, at_us: Ints, hours: int) -> Floats:
    """Give what two parts of the local day say, each with its share of the moment between them."""
    minute = (at_us // US_A_MINUTE + LOCAL_OFFSET // 60) % DAY_MINUTES
    place, share = np.divmod((minute // 60 + minute % 60 / 60) / hours, 1.0)
    part, parts = place.astype(np.int64), 24 // hours
    made: Floats = (1 - share) * table[lane, part % parts] + share * table[lane, (part + 1) % parts]
    return made
