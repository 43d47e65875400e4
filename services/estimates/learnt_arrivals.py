"""Lays what arrivals have taught over the plan's estimate: lane experience, live pace, and how sure it all is.

The plan gives the minutes from now to each stop, rests included. Experience stretches the minutes of each hop; it may
shorten them only down to driving at the limit, for speed never makes up time (R-F-05).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from models.trips import Trip, TripStop
from services.estimates.experience import Experience
from services.policy import eta, pace
from services.policy.eta import EstimateFacts
from services.policy.intervals import Interval
from services.policy.localtime import local_text
from services.policy.ruleset import Ruleset
from services.policy.travel import Way

MINUTE = timedelta(minutes=1)
# a prediction later than this after leaving the stop before is no prediction at departure
AT_DEPARTURE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Planned:
    """One stop ahead with the plan's estimate of it."""

    stop: TripStop
    facts: EstimateFacts
    made: eta.Estimate


@dataclass(frozen=True, slots=True)
class Learnt:
    """The estimate with experience in it; ``prediction`` is the row to be scored, None while the truck has not left.

    ``early`` is the time that nine of ten trucks do not come before, None while too few arrivals tell it.
    """

    stop: TripStop
    facts: EstimateFacts
    made: eta.Estimate
    interval: Interval
    early: datetime | None
    prediction: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Ride:
    """What is known of the ride besides the plan: site codes by id, the body, and bands predicted of stops."""

    codes: Mapping[int, str]
    vehicle_type: str
    predicted: Mapping[int, int]


def lay_over(trip: Trip, planned: Sequence[Planned], ride: Ride, known: Experience, ruleset: Ruleset) -> list[Learnt]:
    """Give every stop's estimate with experience, pace and interval; the same estimate where nothing was learnt."""
    made: list[Learnt] = []
    plan_before = learnt_before = 0.0
    for number, one in enumerate(planned):
        begin = max(one.facts.now, one.facts.started_at or one.facts.now)
        plan = (one.made.arrival - begin) / MINUTE
        hop = _way(trip, one, ride, max(plan - plan_before, 1.0), begin + learnt_before * MINUTE)
        stretched = hop.router_minutes * known.multiplier(hop)
        at_pace = _pace(trip, one) if number == 0 else None
        expected = learnt_before + known.adjusted(stretched, at_pace)
        expected = max(expected, _fastest(one, begin, ruleset)) if expected < plan else expected
        made.append(_learnt(one, begin, expected, known.interval(expected), ruleset))
        if trip.departed_at is not None:
            row = _prediction(trip, one, hop, made[-1], at_pace)
            row["at_departure"] = number == 0 and _just_left(trip, one, ride)
            made[-1] = replace(made[-1], prediction=row)
        plan_before, learnt_before = plan, expected
    return made


def _way(trip: Trip, one: Planned, ride: Ride, minutes: float, departs_at: datetime) -> Way:
    before = trip.stops[one.stop.seq - 2]
    return Way(ride.codes[before.site_id], ride.codes[one.stop.site_id], ride.vehicle_type, minutes, departs_at)


def _pace(trip: Trip, one: Planned) -> float | None:
    """Give the minutes left at the pace since the stop before, None without a position on this hop."""
    before = trip.stops[one.stop.seq - 2]
    if one.facts.source == "plan" or before.departed_at is None or one.stop.distance_km <= 0:
        return None
    share = 1 - one.facts.remaining_km / one.stop.distance_km
    heard = one.facts.last_position_at or one.facts.now
    return pace.minutes_at_pace((heard - before.departed_at) / MINUTE, share)


def _fastest(one: Planned, begin: datetime, ruleset: Ruleset) -> float:
    """Give the minutes of this way driven at the limit, rests included."""
    limit = eta.estimate(replace(one.facts, multiplier_percent=1), ruleset)
    return (limit.arrival - begin) / MINUTE


def _learnt(one: Planned, begin: datetime, expected: float, interval: Interval, ruleset: Ruleset) -> Learnt:
    plan = (one.made.arrival - begin) / MINUTE
    percent = round(100 * expected / plan) if plan > 0 else 100
    reasons = list(one.made.reasons)
    arrival = one.made.arrival
    if percent != 100:
        reasons.append({"code": "ETA_EXPERIENCE", "facts": {"percent": percent}})
        arrival = begin + expected * MINUTE
    reasons.append(_told(begin, interval))
    known = interval.seen >= ruleset.estimate.early_side_after
    early = begin + interval.p10 * MINUTE if known else None
    made = replace(one.made, arrival=arrival, reasons=tuple(reasons))
    return Learnt(one.stop, one.facts, made, interval, early, None)


def _told(begin: datetime, interval: Interval) -> dict[str, Any]:
    between = {name: local_text(begin + getattr(interval, name) * MINUTE) for name in ("p10", "p50", "p80", "p90")}
    return {"code": "ETA_INTERVAL", "facts": {**between, "seen": interval.seen}}


def _just_left(trip: Trip, one: Planned, ride: Ride) -> bool:
    left = trip.stops[one.stop.seq - 2].departed_at
    return left is not None and one.stop.id not in ride.predicted and one.facts.now - left <= AT_DEPARTURE


def _prediction(trip: Trip, one: Planned, hop: Way, made: Learnt, at_pace: float | None) -> dict[str, Any]:
    interval = made.interval
    return {
        "trip_id": trip.id,
        "stop_id": one.stop.id,
        "made_at": one.facts.now,
        "origin": hop.origin,
        "destination": hop.destination,
        "vehicle_type": hop.vehicle_type,
        "router_minutes": hop.router_minutes,
        "expected_minutes": max((made.made.arrival - one.facts.now) / MINUTE, 0.0),
        "pace_minutes": at_pace,
        "p10_minutes": interval.p10,
        "p50_minutes": interval.p50,
        "p80_minutes": interval.p80,
        "p90_minutes": interval.p90,
    }
