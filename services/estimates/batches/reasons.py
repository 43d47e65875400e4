"""The reasons of many estimates, as ``policy.eta`` and ``learnt_arrivals`` word them for one whose crew is regular."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson

from services.estimates.batches.arrays import US_A_MINUTE, US_A_SECOND, Floats, Ints
from services.estimates.batches.looking import Look
from services.estimates.batches.ways import SOURCES
from services.policy.hours import LOCAL_OFFSET
from services.policy.ruleset import Ruleset

QUANTILES = ("p10", "p50", "p80", "p90")


def reasons_of(look: Look, which: Ints, ruleset: Ruleset, unrouted_legs: Ints) -> list[str]:
    """Give the reasons of the stops ahead at these places as JSON; ``unrouted_legs`` are given for all stops ahead."""
    made, ahead = look.foretold, look.ways.ahead
    ride = ahead.ride[which]
    stops = np.where(made.driven.stop_s[which] > 0, made.driven.stops[which], 0)
    numbers = {
        "km": ahead.way_km[which],
        "source": look.ways.source[which],
        "legs": unrouted_legs[which],
        "kmh": look.rides.speed_kmh[ride],
        "drive": -(-made.driving_s[which] // 60),
        "crew": look.rides.crews.drivers[ride],
        "stops": stops,
        "stood": -(-stops * made.driven.stop_s[which] // 60),
        "number": ahead.number[which],
        "percent": made.percent[which],
        "seen": made.spreads.seen[which],
    }
    rows = zip(*(column.tolist() for column in numbers.values()), strict=True)
    between = _between(look, which)
    return [orjson.dumps([*_of_one(row, ruleset), told]).decode() for row, told in zip(rows, between, strict=True)]


def _of_one(row: tuple[Any, ...], ruleset: Ruleset) -> Iterator[dict[str, Any]]:
    km, source, legs, kmh, drive, crew, stops, stood, number, percent, _ = row
    yield _reason("ETA_REMAINING_WAY", km=round(km, 1), source=SOURCES[source])
    if legs:
        yield _reason("ETA_ROUTER_AWAY", legs=legs)
    yield _reason("ETA_SPEED", kmh=kmh, minutes=drive)
    if ruleset.driving.night_factor_percent < 100:
        yield _reason("ETA_NIGHT_FACTOR", percent=ruleset.driving.night_factor_percent)
    if not crew:
        yield _reason("ETA_CREW_ASSUMED", drivers=ruleset.crew.min_drivers)
    if stops:
        alone = (crew or ruleset.crew.min_drivers) == 1
        yield _reason("ETA_RESTS" if alone else "ETA_SWAPS", count=stops, minutes=stood)
    if number and ruleset.estimate.stop_service_minutes:
        yield _reason("ETA_STOP_WORK", minutes=number * ruleset.estimate.stop_service_minutes)
    if percent != 100:
        yield _reason("ETA_EXPERIENCE", percent=percent)


def _between(look: Look, which: Ints) -> Iterator[dict[str, Any]]:
    """Give the interval of each stop in local words."""
    begin_us = look.rides.begin_us[look.ways.ahead.ride[which]]
    spreads = look.foretold.spreads
    columns = [local_texts(after(begin_us, getattr(spreads, name)[which])) for name in QUANTILES]
    for p10, p50, p80, p90, seen in zip(*columns, spreads.seen[which].tolist(), strict=True):
        yield _reason("ETA_INTERVAL", p10=p10, p50=p50, p80=p80, p90=p90, seen=seen)


def after(begin_us: Ints, minutes: Floats) -> Ints:
    """Give the instants so many minutes later, to the microsecond."""
    return begin_us + np.rint(minutes * US_A_MINUTE).astype(np.int64)


def local_texts(at_us: Ints) -> list[str]:
    """Write instants as ``localtime.local_text`` does."""
    local = (at_us // US_A_SECOND + LOCAL_OFFSET).astype("datetime64[s]")
    return [f"{text[:10]} {text[11:]}+08:00" for text in np.datetime_as_string(local).tolist()]


def _reason(code: str, **facts: object) -> dict[str, Any]:
    return {"code": code, "facts": facts}
