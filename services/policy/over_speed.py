"""When a truck went faster than it may: runs of fixes beyond the limit, however they were sent (R-F-03, domain 3.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from services.policy.ruleset import Ruleset


class SpeedFix(NamedTuple):
    """A measured speed and the limit that held there and then."""

    at: datetime
    speed_kmh: float
    limit_kmh: int


class Run(NamedTuple):
    """Fixes beyond limit and tolerance without a break; ``worst`` is the one furthest over its limit in percent."""

    began_at: datetime
    last_at: datetime
    worst: SpeedFix


@dataclass(frozen=True, slots=True)
class OverSpeed:
    """One over-speed event; ``max_kmh`` and ``limit_kmh`` are of the fix furthest over its limit in percent."""

    began_at: datetime
    ended_at: datetime
    max_kmh: float
    limit_kmh: int
    band: str


def runs_of(
    fixes: Iterable[SpeedFix], ruleset: Ruleset, going_on: Run | None = None
) -> tuple[tuple[Run, ...], Run | None]:
    """Give the runs that have ended and the one that goes on; ``fixes`` are in order of time.

    ``going_on`` is the run that the batch before left open: it comes first. A gap longer than the ruleset allows ends
    a run, because nobody saw the truck speed in between. A fix of before the open run's last one is not counted.
    """
    ended: list[Run] = []
    run = going_on
    for fix in fixes:
        if run is not None and fix.at <= run.last_at:
            continue
        over = fix.speed_kmh > fix.limit_kmh + ruleset.speed.tolerance_kmh
        if run is not None and not (over and _seconds(run.last_at, fix.at) <= ruleset.speed.position_gap_seconds):
            ended.append(run)
            run = None
        if over:
            run = (
                Run(fix.at, fix.at, fix)
                if run is None
                else Run(run.began_at, fix.at, max(run.worst, fix, key=_how_bad))
            )
    return tuple(ended), run


def over_speed(run: Run, ruleset: Ruleset) -> OverSpeed | None:
    """Give the event that a run is, None while it is shorter than the ruleset asks for."""
    if _seconds(run.began_at, run.last_at) < ruleset.speed.over_speed_seconds:
        return None
    worst = run.worst
    over_percent_of_limit = (worst.speed_kmh - worst.limit_kmh) * 100
    if over_percent_of_limit < 20 * worst.limit_kmh:
        band = "under_20"
    elif over_percent_of_limit < 50 * worst.limit_kmh:
        band = "20_to_50"
    else:
        band = "over_50"
    return OverSpeed(run.began_at, run.last_at, worst.speed_kmh, worst.limit_kmh, band)


def _how_bad(fix: SpeedFix) -> tuple[float, float]:
    return fix.speed_kmh / max(1, fix.limit_kmh), fix.speed_kmh


def _seconds(earlier: datetime, later: datetime) -> float:
    return (later - earlier).total_seconds()
