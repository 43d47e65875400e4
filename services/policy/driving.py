"""Driving hours: when a crew of one or more drivers gets there within the law and the house rule (domain 5.2).

Everything inside is counted in whole seconds since 1970 and in parts of a kilometre, so nothing drifts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from services.policy.findings import Finding
from services.policy.hours import (
    DAY,
    FOREVER,
    SECOND,
    Pace,
    driven_within,
    free_at,
    in_seconds,
    in_seconds_up,
    instant,
    may_drive,
    note,
)
from services.policy.localtime import local_text
from services.policy.ruleset import DrivingRules, Ruleset

PARTS_PER_KM = 360_000  # so that v km/h at p percent covers exactly v * p parts a second


class SegmentKind(StrEnum):
    """What the truck does in one piece of its plan."""

    DRIVE = "drive"
    SWAP = "swap"
    REST = "rest"
    OUT_OF_HOURS = "out_of_hours"


@dataclass(frozen=True, slots=True)
class DriverHours:
    """What one driver brings along: minutes at the wheel since the last proper stop, and drives of the last 24 h.

    The first driver of a crew is the one at the wheel; ``standing_since`` says since when the truck stands under him.
    """

    driver_key: str
    continuous_minutes: int = 0
    driven: tuple[tuple[datetime, datetime], ...] = ()
    standing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a plan, [begin, end) in UTC; ``driver_key`` is empty while the truck stands."""

    driver_key: str | None
    begin: datetime
    end: datetime
    kind: SegmentKind

    @property
    def seconds(self) -> int:
        """Length in whole seconds."""
        return (self.end - self.begin) // SECOND


@dataclass(frozen=True, slots=True)
class DrivingPlan:
    """When the truck arrives, its drives and stops in order, and the number of stops."""

    arrival: datetime
    segments: tuple[Segment, ...]
    stops: int

    def seconds_of(self, *kinds: SegmentKind) -> int:
        """Seconds spent in segments of these kinds."""
        return sum(segment.seconds for segment in self.segments if segment.kind in kinds)

    def driven_seconds(self, driver_key: str) -> int:
        """Seconds this driver is at the wheel."""
        return sum(segment.seconds for segment in self.segments if segment.driver_key == driver_key)


@dataclass(frozen=True, slots=True)
class Driven:
    """One drive of the trip log, [begin, end) with one driver at the wheel; an open drive ends now."""

    driver_key: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class _Limits:
    block: int
    rest: int
    swap: int
    daily: int


@dataclass(slots=True)
class _Hand:
    key: str
    continuous: int
    driven: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Turn:
    hand: _Hand
    begin: int
    seconds: int
    kind: SegmentKind


@dataclass(slots=True)
class _Truck:
    hands: list[_Hand]
    limits: _Limits
    at: int
    standing_since: int
    wheel: _Hand | None = None
    pieces: list[tuple[str | None, int, int, SegmentKind]] = field(default_factory=list)

    def next_turn(self) -> _Turn:
        """Who drives next and from when: whoever is ready after the stop and can go longest, else the first free."""
        if self.wheel is not None:
            going_on = self._turn(self.wheel)
            if going_on.begin == self.at:
                return going_on
        return min((self._turn(hand) for hand in self.hands), key=self._rank)

    def _rank(self, turn: _Turn) -> tuple[int, int, int, bool, int]:
        driven = driven_within(turn.hand.driven, turn.begin - DAY, turn.begin)
        same = turn.hand is self.wheel
        if turn.begin <= max(self.at, self.standing_since + max(self.limits.rest, self.limits.swap)):
            return 0, -turn.seconds, turn.begin, same, driven
        return 1, turn.begin, -turn.seconds, same, driven

    def _turn(self, hand: _Hand) -> _Turn:
        limits = self.limits
        takes_over = self.wheel is not None and hand is not self.wheel
        ready = max(self.at, self.standing_since + limits.swap) if takes_over else self.at
        if hand.continuous >= limits.block:
            ready = max(ready, self.standing_since + limits.rest)
        begin = free_at(hand.driven, ready, limits.daily)
        rested = begin - self.standing_since >= limits.rest
        left = limits.block - (0 if rested else hand.continuous)
        kind = SegmentKind.SWAP if takes_over else SegmentKind.REST
        if begin > ready:
            kind = SegmentKind.OUT_OF_HOURS
        return _Turn(hand, begin, may_drive(hand.driven, begin, left, limits.daily), kind)

    def stand(self, turn: _Turn) -> None:
        """Stand until the turn begins; a full stop rests everybody, a hand-over ends the block of who gets up."""
        if turn.begin > self.at:
            self.pieces.append((None, self.at, turn.begin, turn.kind))
        if turn.begin - self.standing_since >= self.limits.rest:
            for hand in self.hands:
                hand.continuous = 0
        elif self.wheel is not None and turn.hand is not self.wheel:
            self.wheel.continuous = 0

    def drive(self, turn: _Turn, seconds: int) -> None:
        """Drive for these seconds and come to a stand."""
        self.at = self.standing_since = turn.begin + seconds
        self.wheel = turn.hand
        turn.hand.continuous += seconds
        note(turn.hand.driven, turn.begin, self.at)
        self.pieces.append((turn.hand.key, turn.begin, self.at, SegmentKind.DRIVE))

    def plan(self) -> DrivingPlan:
        """What was driven, as a plan in UTC."""
        segments = tuple(Segment(key, instant(begin), instant(end), kind) for key, begin, end, kind in self.pieces)
        return DrivingPlan(instant(self.at), segments, sum(kind is not SegmentKind.DRIVE for *_, kind in self.pieces))


def simulate(
    start: datetime, distance_km: float | Fraction, speed_kmh: int, drivers: Sequence[DriverHours], ruleset: Ruleset
) -> DrivingPlan:
    """Drive ``distance_km`` from ``start`` at a free-flow speed; T1 to T8 of domain 5.2, exact to the second.

    The first driver takes the wheel. Never later than the same trip with the later drivers left at home.
    """
    if not drivers or speed_kmh <= 0:
        raise ValueError("a drive needs a driver and a speed above zero")
    parts = round(Fraction(distance_km) * PARTS_PER_KM)
    pace = _pace(speed_kmh, ruleset.driving)
    best = _truck(start, drivers, ruleset)
    _drive_all(best, parts, pace, FOREVER)
    for size in range(len(drivers) - 1, 0, -1):
        fewer = _truck(start, drivers[:size], ruleset)
        best = fewer if _drive_all(fewer, parts, pace, best.at) else best
    return best.plan()


def object_to_driving(log: Iterable[Driven], ruleset: Ruleset) -> Iterator[Finding]:
    """Object to every block over the continuous limit and every rolling 24 h over the daily limit (T8).

    Only time at the wheel counts; a stop shorter than the rule neither resets nor adds, so the violation stays
    at the moment the limit was full. Riding along is neither driving nor a stop. The log is read in whole seconds.
    """
    drives = sorted((in_seconds(d.begin), in_seconds(d.end), d.driver_key) for d in log)
    limits = _limits(ruleset.driving)
    for key, seconds, full_at in _blocks(drives, limits):
        if seconds > limits.block:
            yield _over("DRIVING_CONTINUOUS_OVER", key, full_at, {"minutes": -(-seconds // 60)}, limits.block)
    for key, full_at in _daily_excesses(drives, limits):
        yield _over("DRIVING_DAILY_OVER", key, full_at, {}, limits.daily)


def _over(code: str, key: str, at: int, more: dict[str, int], limit: int) -> Finding:
    return Finding(code, {"driver": key, "at": local_text(instant(at)), "limit_minutes": limit // 60, **more})


def _blocks(drives: Sequence[tuple[int, int, str]], limits: _Limits) -> Iterator[tuple[str, int, int]]:
    """Each unbroken block as (driver, seconds driven, moment the block limit was full)."""
    open_blocks: dict[str, tuple[int, int]] = {}
    stood_at, at_wheel = 0, ""
    for begin, end, key in drives:
        stop = begin - stood_at
        ended = list(open_blocks) if stop >= limits.rest else []
        if not ended and key != at_wheel and at_wheel in open_blocks and limits.rest > limits.swap <= stop:
            ended = [at_wheel]
        for gone in ended:
            yield gone, *open_blocks.pop(gone)
        seconds, full_at = open_blocks.get(key, (0, 0))
        if seconds < limits.block:
            full_at = begin + limits.block - seconds
        open_blocks[key] = seconds + end - begin, full_at
        stood_at, at_wheel = max(stood_at, end), key
    for key, block in open_blocks.items():
        yield key, *block


def _daily_excesses(drives: Sequence[tuple[int, int, str]], limits: _Limits) -> Iterator[tuple[str, int]]:
    history: dict[str, list[tuple[int, int]]] = {}
    said: dict[str, int] = {}
    for begin, end, key in drives:
        driven = history.setdefault(key, [])
        full_at = begin + may_drive(driven, begin, end - begin, limits.daily)
        if full_at < end and full_at >= said.get(key, 0):
            said[key] = full_at + DAY
            yield key, full_at
        note(driven, begin, end)


def _drive_all(truck: _Truck, parts: int, pace: Pace, before: int) -> bool:
    """Drive the whole way; give up, as False, where it cannot be done before that second."""
    while parts > 0 and truck.at < before:
        turn = truck.next_turn()
        seconds, parts = _advance(pace, turn.begin, turn.seconds, parts)
        truck.stand(turn)
        truck.drive(turn, seconds)
    return truck.at < before


def _advance(pace: Pace, at: int, most: int, parts: int) -> tuple[int, int]:
    """Seconds driven from ``at``, at most ``most``, and the parts of the way still left."""
    done = 0
    while done < most:
        rate, until = pace.at(at + done)
        span = min(until - at, most) - done
        needed = -(-parts // rate)
        if needed <= span:
            return done + needed, 0
        parts -= span * rate
        done += span
    return done, parts


def _truck(start: datetime, drivers: Sequence[DriverHours], ruleset: Ruleset) -> _Truck:
    at = in_seconds_up(start)
    hands = [_hand(driver) for driver in drivers]
    stood = drivers[0].standing_since
    truck = _Truck(hands, _limits(ruleset.driving), at, min(at, in_seconds_up(stood)) if stood else at)
    # a driver who comes along fresh may begin at once; one who comes driving must hand over
    truck.wheel = hands[0] if hands[0].continuous else None
    return truck


def _hand(driver: DriverHours) -> _Hand:
    driven: list[tuple[int, int]] = []
    for begin, end in sorted((in_seconds(begin), in_seconds_up(end)) for begin, end in driver.driven):
        note(driven, begin, end)
    return _Hand(driver.driver_key, driver.continuous_minutes * 60, driven)


def _pace(speed_kmh: int, rules: DrivingRules) -> Pace:
    night_from, night_to = rules.night_from_hour * 3600, rules.night_to_hour * 3600
    return Pace(speed_kmh * 100, speed_kmh * rules.night_factor_percent, night_from, (night_to - night_from) % DAY)


def _limits(rules: DrivingRules) -> _Limits:
    return _Limits(rules.block_minutes * 60, rules.rest_minutes * 60, rules.swap_minutes * 60, rules.daily_minutes * 60)
