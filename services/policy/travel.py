"""What past arrivals teach about the time on the road: a multiplier on the router's minutes.

A multiplier is learnt as a logarithm on four levels, each pulled towards the one above by how few trips it has seen:
lane → the two places → vehicle type × length of the way → all. On top stands the hour of the day: of the lane, and of
the vehicle type. Every level is one running mean, so an arrival is learnt by a handful of additions and nothing is
ever refitted. Pure: the memory is handed in, the same functions serve live trips and a replay of history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import exp, log
from typing import NamedTuple

from services.policy.localtime import SHANGHAI

Key = tuple[str, ...]
# router minutes between which the effect of the way's length is interpolated
KNOTS = tuple(log(minutes) for minutes in (10, 20, 40, 80, 160, 320, 640, 1280, 2560))
SHORTEST_MINUTES = 3.0
# one trip may not teach more than this factor either way: an outlier is most often a break, not a road
CLIP = 1.4
# how many trips of the level above a level weighs against: few for a lane, which knows its own way soon
BAND_PRIOR, PLACE_PRIOR, LANE_PRIOR, LANE_HOUR_PRIOR, TYPE_HOUR_PRIOR = 2.0, 2.0, 0.4, 1.0, 30.0
# the hour matters less on long ways, which cross many hours
HOUR_FADES_MINUTES = 150.0
LANE_HOURS, TYPE_HOURS = 4, 3
# without any experience the router is believed: our own plan knows the speed limits and the rests
FIRST_MULTIPLIER = 1.0
# places and bands are learnt from lanes as well, so a single arrival counts only in part for them
PARENT_WEIGHT = 0.3


class Level(NamedTuple):
    """A running mean: the weight seen and the weighted sum."""

    weight: float = 0.0
    total: float = 0.0

    def shrunk(self, towards: float, prior: float) -> float:
        """Give the mean pulled towards a value by ``prior`` trips' worth of doubt."""
        return (self.total + prior * towards) / (self.weight + prior)

    def plus(self, weight: float, value: float) -> Level:
        """Give the mean with one more observation."""
        return Level(self.weight + weight, self.total + weight * value)


NOTHING = Level()
Memory = Callable[[Key], Level]


@dataclass(frozen=True, slots=True)
class Way:
    """One ride: from, to, vehicle type, the router's minutes and when it leaves."""

    origin: str
    destination: str
    vehicle_type: str
    router_minutes: float
    departs_at: datetime


class Lesson(NamedTuple):
    """What one level is taught: add ``value`` with ``weight`` under ``key``."""

    key: Key
    weight: float
    value: float


def keys(origin: str, destination: str, vehicle_type: str) -> list[Key]:
    """List every level that an estimate of this lane may look up, whatever its length and hour, to read at once."""
    bands = [("band", vehicle_type, str(number)) for number in range(len(KNOTS))]
    of_lane = [("lane_hour", origin, destination, str(part)) for part in range(24 // LANE_HOURS)]
    of_type = [("type_hour", vehicle_type, str(part)) for part in range(24 // TYPE_HOURS)]
    return [*bands, ("origin", origin), ("destination", destination), ("lane", origin, destination), *of_lane, *of_type]


def multiplier(way: Way, memory: Memory) -> float:
    """Give the factor on the router's minutes that experience suggests; ``FIRST_MULTIPLIER`` without any."""
    return exp(_lane_log(way, memory) + _hour_log(way, memory))


def expected_minutes(way: Way, memory: Memory) -> float:
    """Give the minutes that half of such rides stay under."""
    return max(way.router_minutes, SHORTEST_MINUTES) * multiplier(way, memory)


def observed_log(way: Way, minutes: float) -> float:
    """Give the logarithm of what the ride took over what the router said."""
    return log(max(minutes, 1.0) / max(way.router_minutes, SHORTEST_MINUTES))


def lessons(way: Way, minutes: float, memory: Memory) -> Iterator[Lesson]:
    """Say what one arrival teaches each level, an outlier bent back to ``CLIP``."""
    seen = observed_log(way, minutes)
    band, places = _parent_log(way, memory)
    lane, hour = _lane_log(way, memory), _hour_log(way, memory)
    yield Lesson(_lane(way), 1.0, lane + _clip(seen - lane - hour))
    by_hour = _clip(seen - lane)
    for key, weight in (*_hour_keys(way, LANE_HOURS, _lane_hour), *_hour_keys(way, TYPE_HOURS, _type_hour)):
        yield Lesson(key, weight, by_hour)
    by_place = _clip(seen - band - places)
    yield Lesson(_origin(way), PARENT_WEIGHT, by_place)
    yield Lesson(_destination(way), PARENT_WEIGHT, by_place)
    for key, weight in _bands(way):
        yield Lesson(key, PARENT_WEIGHT * weight, band + _clip(seen - band))


@dataclass(frozen=True, slots=True)
class LaneSummary:
    """What is known of a lane before the first live arrival: how many rides, and the median multiplier of them."""

    way: Way
    rides: int
    multiplier: float


def lessons_of_summaries(summaries: Iterable[LaneSummary]) -> dict[Key, Level]:
    """Give the memory that a table of lanes makes, as when a carrier brings its history along.

    A median of n rides is worth a little more than n clipped rides; places are fitted in turn, which settles fast.
    """
    rows = [(one.way, one.rides, log(one.multiplier)) for one in summaries]
    made: dict[Key, Level] = {}
    for way, rides, seen in rows:
        _teach(made, [Lesson(key, weight * rides**0.5, seen) for key, weight in _bands(way)])
    for _ in range(3):
        for own, other in ((_origin, _destination), (_destination, _origin)):
            fresh: dict[Key, Level] = {}
            for way, rides, seen in rows:
                band = _band_log(way, lambda key: made.get(key, NOTHING))
                rest = made.get(other(way), NOTHING).shrunk(0.0, PLACE_PRIOR)
                _teach(fresh, [Lesson(own(way), rides**0.5, seen - band - rest)])
            made.update(fresh)
    _teach(made, [Lesson(_lane(way), 1.2 * rides, seen) for way, rides, seen in rows])
    return made


def _teach(memory: dict[Key, Level], taught: Iterable[Lesson]) -> None:
    for key, weight, value in taught:
        memory[key] = memory.get(key, NOTHING).plus(weight, value)


def _band_log(way: Way, memory: Memory) -> float:
    first = log(FIRST_MULTIPLIER)
    return sum(weight * memory(key).shrunk(first, BAND_PRIOR) for key, weight in _bands(way))


def _parent_log(way: Way, memory: Memory) -> tuple[float, float]:
    places = memory(_origin(way)).shrunk(0.0, PLACE_PRIOR) + memory(_destination(way)).shrunk(0.0, PLACE_PRIOR)
    return _band_log(way, memory), places


def _lane_log(way: Way, memory: Memory) -> float:
    return memory(_lane(way)).shrunk(sum(_parent_log(way, memory)), LANE_PRIOR)


def _hour_log(way: Way, memory: Memory) -> float:
    lane = sum(w * memory(key).shrunk(0.0, LANE_HOUR_PRIOR) for key, w in _hour_keys(way, LANE_HOURS, _lane_hour))
    kind = sum(w * memory(key).shrunk(0.0, TYPE_HOUR_PRIOR) for key, w in _hour_keys(way, TYPE_HOURS, _type_hour))
    return (lane + kind) / (1 + way.router_minutes / HOUR_FADES_MINUTES)


def _bands(way: Way) -> list[tuple[Key, float]]:
    """Give the two knots between which the way's length lies, each with its share."""
    x = min(max(log(max(way.router_minutes, SHORTEST_MINUTES)), KNOTS[0]), KNOTS[-1])
    upper = next(number for number, knot in enumerate(KNOTS) if x <= knot)
    if upper == 0:
        return [(_band(way, 0), 1.0)]
    share = (x - KNOTS[upper - 1]) / (KNOTS[upper] - KNOTS[upper - 1])
    return [(_band(way, upper - 1), 1 - share), (_band(way, upper), share)]


def _hour_keys(way: Way, hours: int, make: Callable[[Way, int], Key]) -> list[tuple[Key, float]]:
    """Give the two parts of the local day between which the departure lies, each with its share."""
    at = way.departs_at.astimezone(SHANGHAI)
    place, share = divmod((at.hour + at.minute / 60) / hours, 1.0)
    parts = 24 // hours
    return [(make(way, int(place) % parts), 1 - share), (make(way, (int(place) + 1) % parts), share)]


def _clip(value: float) -> float:
    return max(-CLIP, min(CLIP, value))


def _band(way: Way, number: int) -> Key:
    return ("band", way.vehicle_type, str(number))


def _origin(way: Way) -> Key:
    return ("origin", way.origin)


def _destination(way: Way) -> Key:
    return ("destination", way.destination)


def _lane(way: Way) -> Key:
    return ("lane", way.origin, way.destination)


def _lane_hour(way: Way, part: int) -> Key:
    return ("lane_hour", way.origin, way.destination, str(part))


def _type_hour(way: Way, part: int) -> Key:
    return ("type_hour", way.vehicle_type, str(part))
