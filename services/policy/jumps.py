"""Jumps of a position: a place that no truck can have reached since it was last seen.

One stray fix is doubted and moves nothing. A second one that agrees with it proves the new place, because the truck
was carried, or the device was moved, or it was the old place that was wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple, Protocol

from services.policy.ruleset import TrackingRules

EARTH_RADIUS_KM = 6371.009
KM_PER_DEGREE = 111.2


class Spotted(Protocol):
    """A fix as far as a jump is concerned: when and where, in degrees."""

    @property
    def at(self) -> datetime:
        """Give the time of the fix."""
        ...

    @property
    def lat(self) -> float:
        """Give the latitude."""
        ...

    @property
    def lon(self) -> float:
        """Give the longitude."""
        ...


class Spot(NamedTuple):
    """A fix of before, as it is remembered."""

    at: datetime
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a vehicle: where it was last believed to be, and the doubted place that waits for a second fix.

    ``since`` is when the doubt began; None while there is none.
    """

    last: Spotted | None = None
    waiting: Spotted | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Jump:
    """A time of doubt, from the first stray fix to what ended it; ``accepted`` tells that the new place was proven."""

    began_at: datetime
    place: Spotted
    ended_at: datetime | None = None
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Sifted:
    """What became of a vehicle's fixes: which are doubted, what is known now, every time of doubt that they touched.

    ``proven`` is the doubted fix of an earlier batch that turned out to be right.
    """

    doubted: frozenset[int]
    seen: Seen
    jumps: tuple[Jump, ...]
    proven: Spotted | None = None


class _Sieve:
    """The state while a vehicle's fixes are gone through."""

    def __init__(self, seen: Seen, rules: TrackingRules) -> None:
        self.last, self.waiting, self.since = seen.last, seen.waiting, seen.since
        self.waiting_index: int | None = None
        self.doubted: set[int] = set()
        self.jumps: list[Jump] = []
        self.proven: Spotted | None = None
        self._rules = rules
        self._near = rules.jump_km / KM_PER_DEGREE

    def take(self, index: int, spot: Spotted) -> None:
        last, calm = self.last, self.waiting is None
        if last is not None and calm and abs(last.lat - spot.lat) + abs(last.lon - spot.lon) < self._near:
            # as nearly every fix: close to the one before, which it follows unless it is older
            self.last = spot if spot.at > last.at else last
        elif self.last is None or not is_jump(self.last, spot, self._rules):
            self._believe(spot)
        elif spot.at <= self.last.at or not self._agrees(spot):
            self._doubt(index, spot)
        else:
            self._prove(spot)

    def _believe(self, spot: Spotted) -> None:
        if self.last is not None and spot.at <= self.last.at:
            return
        self.last = spot
        if self.waiting is not None and spot.at > self.waiting.at:
            self._end(spot.at, accepted=False)

    def _doubt(self, index: int, spot: Spotted) -> None:
        self.doubted.add(index)
        if self.last is not None and spot.at <= self.last.at:
            return
        if self.waiting is None or spot.at > self.waiting.at:
            self.since = self.since or spot.at
            self.waiting, self.waiting_index = spot, index

    def _agrees(self, spot: Spotted) -> bool:
        waiting = self.waiting
        return waiting is not None and spot.at > waiting.at and not is_jump(waiting, spot, self._rules)

    def _prove(self, spot: Spotted) -> None:
        if self.waiting_index is None:
            self.proven = self.waiting
        else:
            self.doubted.discard(self.waiting_index)
        self.last = spot
        self._end(spot.at, accepted=True)

    def _end(self, at: datetime, *, accepted: bool) -> None:
        if self.waiting is not None:
            self.jumps.append(Jump(self.since or self.waiting.at, self.waiting, at, accepted))
        self.waiting = self.waiting_index = self.since = None


def sift(spots: Sequence[Spotted], seen: Seen, rules: TrackingRules) -> Sifted:
    """Doubt every fix that is a jump; ``spots`` are one vehicle's, in the order of their time.

    A fix older than the last believed one is measured against that one too, backwards, and ends no doubt.
    """
    sieve = _Sieve(seen, rules)
    for index, spot in enumerate(spots):
        sieve.take(index, spot)
    open_jump = [Jump(sieve.since or sieve.waiting.at, sieve.waiting)] if sieve.waiting is not None else []
    return Sifted(
        doubted=frozenset(sieve.doubted),
        seen=Seen(sieve.last, sieve.waiting, sieve.since),
        jumps=(*sieve.jumps, *open_jump),
        proven=sieve.proven,
    )


def is_jump(one: Spotted, other: Spotted, rules: TrackingRules) -> bool:
    """Tell whether no truck drives from one spot to the other in the time between them."""
    # most fixes lie close to the one before, and a rectangle is found out without a sine
    if abs(one.lat - other.lat) + abs(one.lon - other.lon) < rules.jump_km / KM_PER_DEGREE:
        return False
    km = _km(one, other)
    return km > rules.jump_km and km * 3600 > rules.jump_kmh * abs((other.at - one.at).total_seconds())


def _km(one: Spotted, other: Spotted) -> float:
    lat, other_lat = radians(one.lat), radians(other.lat)
    half_chord_2 = (
        sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin(radians(other.lon - one.lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(half_chord_2, 1.0)))
