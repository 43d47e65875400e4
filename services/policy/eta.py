"""When will the truck be there, and why then: the estimate of arrival with its reasons (domain 5.2, N13, R-F-05)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, TypeAlias

from services.policy.driving import DriverHours, DrivingPlan, SegmentKind, simulate
from services.policy.localtime import local_text
from services.policy.ruleset import Ruleset

Reason: TypeAlias = dict[str, Any]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class EstimateFacts:
    """What an estimate rests on; ``started_at`` is the departure, planned or real.

    ``at_departure`` marks an estimate made before the truck has left: no position is owed yet, so it is never stale.
    ``remaining_km`` is road distance; ``unrouted_legs`` of it were to come from a router and are reckoned here
    instead. ``multiplier_percent`` stretches driving time where experience asks for it;
    it shortens it only up to ``limit_kmh``. Without drivers, the crew the rules ask for is assumed, all rested.
    """

    now: datetime
    remaining_km: float
    speed_kmh: int
    drivers: tuple[DriverHours, ...] = ()
    at_departure: bool = False
    started_at: datetime | None = None
    service_minutes_at_stops: int = 0
    last_position_at: datetime | None = None
    multiplier_percent: int = 100
    limit_kmh: int | None = None
    source: str = "plan"
    unrouted_legs: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """Arrival in UTC, whether it rests on an old position, and the reasons as ``{"code", "facts"}``."""

    arrival: datetime
    stale: bool
    reasons: tuple[Reason, ...]
    driving_minutes: int
    rest_minutes: int


def free_flow_kmh(limit_kmh: int, ruleset: Ruleset) -> int:
    """Speed to reckon with on a road of this effective limit, rounded; never above the limit (R-F-05)."""
    share = (limit_kmh * ruleset.estimate.free_flow_percent + 50) // 100
    return min(ruleset.estimate.free_flow_max_kmh, share, limit_kmh)


def estimate(facts: EstimateFacts, ruleset: Ruleset) -> Estimate:
    """Estimate arrival from the remaining way, the crew's hours and the work at stops; speed never makes up time."""
    begin = max(facts.now, facts.started_at or facts.now)
    crew = facts.drivers or tuple(DriverHours(f"driver {n + 1}") for n in range(ruleset.crew.min_drivers))
    way = Fraction(facts.remaining_km) * _stretch(facts)
    plan = simulate(begin, way, facts.speed_kmh, crew, ruleset)
    stale = is_stale(facts, ruleset)
    return Estimate(
        arrival=plan.arrival + facts.service_minutes_at_stops * MINUTE,
        stale=stale,
        reasons=tuple(_reasons(facts, plan, ruleset, stale=stale)),
        driving_minutes=_minutes(plan, SegmentKind.DRIVE),
        rest_minutes=_minutes(plan, SegmentKind.REST, SegmentKind.SWAP, SegmentKind.OUT_OF_HOURS),
    )


def is_stale(facts: EstimateFacts, ruleset: Ruleset) -> bool:
    """Tell whether a truck under way has sent no position for the limit or longer (N13)."""
    if facts.at_departure:
        return False
    heard = facts.last_position_at or facts.started_at
    return heard is None or facts.now - heard >= ruleset.estimate.stale_minutes * MINUTE


def _stretch(facts: EstimateFacts) -> Fraction:
    # a driven speed above the limit must not come out of a good experience on this road
    fastest = max(facts.limit_kmh or facts.speed_kmh, facts.speed_kmh)
    return max(Fraction(facts.multiplier_percent, 100), Fraction(facts.speed_kmh, fastest))


def _reasons(facts: EstimateFacts, plan: DrivingPlan, ruleset: Ruleset, *, stale: bool) -> Iterator[Reason]:
    yield _reason("ETA_REMAINING_WAY", km=round(facts.remaining_km, 1), source=facts.source)
    if facts.unrouted_legs:
        yield _reason("ETA_ROUTER_AWAY", legs=facts.unrouted_legs)
    yield _reason("ETA_SPEED", kmh=facts.speed_kmh, minutes=_minutes(plan, SegmentKind.DRIVE))
    if _stretch(facts) != 1:
        yield _reason("ETA_EXPERIENCE", percent=round(_stretch(facts) * 100))
    if ruleset.driving.night_factor_percent < 100:
        yield _reason("ETA_NIGHT_FACTOR", percent=ruleset.driving.night_factor_percent)
    if not facts.drivers:
        yield _reason("ETA_CREW_ASSUMED", drivers=ruleset.crew.min_drivers)
    yield from _stops(plan)
    if facts.service_minutes_at_stops:
        yield _reason("ETA_STOP_WORK", minutes=facts.service_minutes_at_stops)
    if stale:
        heard = facts.last_position_at or facts.started_at
        yield _reason("ETA_STALE", last_position_at=local_text(heard) if heard else None)


def _stops(plan: DrivingPlan) -> Iterator[Reason]:
    for code, kind in (("ETA_RESTS", SegmentKind.REST), ("ETA_SWAPS", SegmentKind.SWAP)):
        count = sum(segment.kind is kind for segment in plan.segments)
        if count:
            yield _reason(code, count=count, minutes=_minutes(plan, kind))
    for segment in plan.segments:
        if segment.kind is SegmentKind.OUT_OF_HOURS:
            minutes = -(-segment.seconds // 60)
            yield _reason("ETA_OUT_OF_HOURS", minutes=minutes, until=local_text(segment.end))


def _reason(code: str, **facts: object) -> Reason:
    return {"code": code, "facts": facts}


def _minutes(plan: DrivingPlan, *kinds: SegmentKind) -> int:
    return -(-plan.seconds_of(*kinds) // 60)
