"""The trips of a batch whose arrival moved without touching a notice or being news: written table by table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.experience import Prediction
from models.tracking import Estimate
from models.trips import TripStop
from services.estimates.batches import storing
from services.estimates.batches.arrays import US_A_MINUTE, US_A_SECOND, Flags, Floats, Ints, at_us, whole
from services.estimates.batches.looking import Look
from services.estimates.batches.reasons import after, reasons_of
from services.estimates.batches.storing import texts
from services.estimates.batches.ways import SOURCES
from services.estimates.learnt_arrivals import AT_DEPARTURE
from services.transaction import Tx

AT_DEPARTURE_US = AT_DEPARTURE.total_seconds() * US_A_SECOND
# put so that no planner looks for all stops ahead in an index instead of for each stop by its key
STILL_AHEAD = "(arrived_at IS NULL) IS TRUE"


class Written(NamedTuple):
    """Places among the stops ahead: whose arrival moved, of whom an estimate was kept, and whose is to be scored."""

    moved: Ints
    kept: Ints
    scored: Ints


def write(tx: Tx, look: Look, trips: Flags) -> Written:
    """Write these trips: the arrivals that moved, the estimates worth keeping, and what is to be scored."""
    ride = look.ways.ahead.ride
    ours = trips[ride]
    moved = np.flatnonzero(ours & look.moved)
    written = Written(moved, moved[_worth_keeping(tx, look, moved)], np.flatnonzero(ours & look.unscored()))
    _write_stops(tx, look, written.moved)
    _write_estimates(tx, look, written.kept)
    _write_predictions(tx, look, written.scored)
    return written


def _worth_keeping(tx: Tx, look: Look, which: Ints) -> Flags:
    """Tell which of these stops' arrivals have left the one kept last, or fallen silent, or been heard again."""
    row = look.ways.row[which]
    off_us = np.abs(look.foretold.arrival_us[which] - look.batch.stops.kept_us[row])
    apart_us = tx.ruleset.estimate.keep_minutes * US_A_MINUTE
    turned = look.batch.stops.told_stale[row] != look.stale[look.ways.ahead.ride[which]]
    worth: Flags = ~(off_us < apart_us) | turned  # NaN, never kept, is not below
    return worth


def _write_stops(tx: Tx, look: Look, which: Ints) -> None:
    ride, spreads = look.ways.ahead.ride[which], look.foretold.spreads
    known = spreads.seen[which] >= tx.ruleset.estimate.early_side_after
    early_us = np.where(known, after(look.rides.begin_us[ride], spreads.p10[which]), np.nan)
    storing.update(tx, TripStop, {
        "estimated_arrival_at": texts(look.foretold.arrival_us[which]),
        "early_arrival_at": texts(early_us),
        "estimated_at": _now(tx, len(which)),
        "remaining_km": look.ways.ahead.way_km[which].tolist(),
        "estimate_stale": [False] * len(which),
        "id": whole(look.batch.stops.id[look.ways.row[which]]).tolist(),
    }, STILL_AHEAD)  # fmt: skip


def _write_estimates(tx: Tx, look: Look, which: Ints) -> None:
    ride, row = look.ways.ahead.ride[which], look.ways.row[which]
    count = len(which)
    storing.insert(tx, Estimate, {
        "trip_id": whole(look.batch.trips.id[ride]).tolist(),
        "stop_id": whole(look.batch.stops.id[row]).tolist(),
        "made_at": _now(tx, count),
        "arrival_at": texts(look.foretold.arrival_us[which]),
        "remaining_km": look.ways.ahead.way_km[which].tolist(),
        "speed_kmh": look.rides.speed_kmh[ride].tolist(),
        "stale": [False] * count,
        "cause": [SOURCES[source] for source in look.ways.source[which].tolist()],
        "reasons": reasons_of(look, which, tx.ruleset, _unrouted_legs(tx, look)),
        "ruleset_version": [tx.ruleset.version] * count,
    })  # fmt: skip


def _unrouted_legs(tx: Tx, look: Look) -> Ints:
    """Count, up to each stop ahead, the legs without a road of the router, as ``remaining_way.unrouted_legs`` does."""
    without = np.isnan(look.batch.stops.road_id[look.ways.row]).astype(np.int64)
    if not tx.settings.router:
        return np.zeros_like(without)
    so_far = np.cumsum(without)
    number = look.ways.ahead.number
    up_to: Ints = so_far - (so_far - without)[np.arange(len(number)) - number]
    return up_to


def _write_predictions(tx: Tx, look: Look, which: Ints) -> None:
    made, ahead = look.foretold, look.ways.ahead
    row, now_us = look.ways.row[which], look.now_us
    lanes = [look.ways.lanes[lane] for lane in ahead.lane[which].tolist()]
    left_us = look.batch.stops.left_us[row - 1]
    first = np.isnan(look.batch.stops.predicted[row])
    leaving = (ahead.number[which] == 0) & first & (now_us - left_us <= AT_DEPARTURE_US)
    storing.insert(tx, Prediction, {
        "trip_id": whole(look.batch.trips.id[ahead.ride[which]]).tolist(),
        "stop_id": whole(look.batch.stops.id[row]).tolist(),
        "made_at": _now(tx, len(which)),
        "origin": [lane[0] for lane in lanes],
        "destination": [lane[1] for lane in lanes],
        "vehicle_type": [lane[2] for lane in lanes],
        "at_departure": leaving.tolist(),
        "router_minutes": made.hop_minutes[which].tolist(),
        "expected_minutes": look.minutes()[which].tolist(),
        "pace_minutes": _or_none(made.at_pace[which]),
        "p10_minutes": made.spreads.p10[which].tolist(),
        "p50_minutes": made.spreads.p50[which].tolist(),
        "p80_minutes": made.spreads.p80[which].tolist(),
        "p90_minutes": made.spreads.p90[which].tolist(),
    }, "(stop_id, made_at) DO NOTHING")  # fmt: skip


def _now(tx: Tx, count: int) -> list[str | None]:
    return texts(np.array([at_us(tx.now)])) * count


def _or_none(values: Floats) -> list[float | None]:
    return [None if gone else value for value, gone in zip(values.tolist(), np.isnan(values).tolist(), strict=True)]
