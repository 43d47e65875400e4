"""Fatigue as positions show it: who has driven for four hours without a stop of twenty minutes (5.2, T8).

Only time at the wheel of a moving truck counts. A stop as long as the rule asks for rests everybody; a hand-over with
the stop that a change of drivers takes ends the time of who gets up. Riding along is neither driving nor rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from services.policy.ruleset import DrivingRules


@dataclass(frozen=True, slots=True)
class AtWheel:
    """What is known of a crew: seconds driven without a proper stop by driver, seconds the truck has stood, who drives.

    ``over`` are those who drove on when their time was full; ``brim`` those whose time was full to the second when
    they stopped, and when that was: should they drive on without a rest, it is from then that they did so.
    """

    driven_s: Mapping[str, float] = field(default_factory=dict)
    stood_s: float = 0.0
    wheel: str | None = None
    over: frozenset[str] = frozenset()
    brim: Mapping[str, datetime] = field(default_factory=dict)


class Tired(NamedTuple):
    """A driver's time was full at ``at``; or, ``ended``, he had rested by then."""

    driver: str
    at: datetime
    ended: bool


class Stretch(NamedTuple):
    """A time between two fixes: whether the truck moved, and who was at the wheel (None: nobody knows)."""

    begin: datetime
    end: datetime
    moving: bool
    driver: str | None


def drive_on(known: AtWheel, stretch: Stretch, rules: DrivingRules) -> tuple[AtWheel, tuple[Tired, ...]]:
    """Take one stretch, in order of time, into the account of a crew; gives who became tired or has rested by it."""
    seconds = (stretch.end - stretch.begin).total_seconds()
    if not stretch.moving:
        return _stood(known, stretch, seconds, rules)
    if stretch.driver is None:
        return AtWheel(known.driven_s, 0.0, known.wheel, known.over, known.brim), ()
    return _drove(known, stretch, stretch.driver, seconds, rules)


def _stood(known: AtWheel, stretch: Stretch, seconds: float, rules: DrivingRules) -> tuple[AtWheel, tuple[Tired, ...]]:
    stood, rest = known.stood_s + seconds, rules.rest_minutes * 60
    if stood < rest:
        return AtWheel(known.driven_s, stood, known.wheel, known.over, known.brim), ()
    rested_at = stretch.end - timedelta(seconds=stood - rest)
    rested = tuple(Tired(driver, rested_at, ended=True) for driver in sorted(known.over))
    return AtWheel({}, stood, known.wheel), rested


def _drove(
    known: AtWheel, stretch: Stretch, driver: str, seconds: float, rules: DrivingRules
) -> tuple[AtWheel, tuple[Tired, ...]]:
    driven, over, brim = dict(known.driven_s), set(known.over), dict(known.brim)
    told: list[Tired] = []
    changed = known.wheel is not None and known.wheel != driver
    if changed and known.wheel in driven and known.stood_s >= rules.swap_minutes * 60:
        gone = str(known.wheel)
        driven.pop(gone)
        brim.pop(gone, None)
        if gone in over:
            over.discard(gone)
            told.append(Tired(gone, stretch.begin, ended=True))
    before, full = driven.get(driver, 0.0), rules.block_minutes * 60
    driven[driver] = before + seconds
    if driven[driver] >= full and driver not in over:
        full_at = brim.pop(driver, stretch.begin + timedelta(seconds=max(0.0, full - before)))
        if driven[driver] > full:
            over.add(driver)
            told.append(Tired(driver, full_at, ended=False))
        else:
            brim[driver] = full_at
    return AtWheel(driven, 0.0, driver, frozenset(over), brim), tuple(told)
