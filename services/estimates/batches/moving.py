"""The trips of a batch whose arrival moved without touching a notice or being news: written table by table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import numpy as np
import orjson
from sqlalchemy import Table, bindparam, update

from models.consignments import Consignment
from models.experience import Prediction
from models.records import OutboxRow
from models.tracking import Estimate
from models.trips import Trip, TripStop
from services.estimates.arrivals import BUCKET_S
from services.estimates.batches import storing
from services.estimates.batches.arrays import US_A_MINUTE, US_A_SECOND, Flags, Floats, Ints, whole
from services.estimates.batches.looking import Look
from services.estimates.batches.reading import among, listed
from services.estimates.batches.reasons import after, reasons_of
from services.estimates.batches.storing import texts
from services.estimates.batches.telling import Concerned, concerned, instant
from services.estimates.batches.ways import SOURCES
from services.estimates.learnt_arrivals import AT_DEPARTURE
from services.policy.hours import in_seconds
from services.policy.standing_notices import undisturbed
from services.prepared import Prepared
from services.transaction import Tx

TRIPS = cast(Table, Trip.__table__)
AT_DEPARTURE_US = AT_DEPARTURE.total_seconds() * US_A_SECOND
# a look that was owed before is owed anew, as ``Tx.defer_again`` does for one
AGAIN = """(key) DO UPDATE SET due_at = excluded.due_at, args = excluded.args, hinted_until = NULL, done_at = NULL,
    parked_at = NULL, attempts = 0"""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The trips that can be written at once, whose goods stand where, and when their notices want another look."""

    trips: Flags
    concerned: Concerned
    looks: dict[int, datetime]


def quiet_of(tx: Tx, look: Look) -> Quiet:
    """Find the trips of which all is sure, that are not silent, and whose moves leave every notice as it is."""
    ride = look.ways.ahead.ride
    trips = look.sure & look.worded & ~look.stale & ~look.unmoved()
    doubted = np.bincount(ride, weights=look.doubtful | _news(tx, look), minlength=len(trips)) > 0
    trips &= ~doubted
    which = np.flatnonzero(look.moved & trips[ride])
    stop_ids = look.batch.stops.id[look.ways.row[which]].astype(np.int64).tolist()
    found = concerned(tx, stop_ids)
    looks: dict[int, datetime] = {}
    arrivals = look.foretold.arrival_us[which].tolist()
    for trip, stop_id, at_us in zip(ride[which].tolist(), stop_ids, arrivals, strict=True):
        told = undisturbed(found.standings(stop_id), instant(at_us), tx.now, tx.ruleset)
        if told is None:
            trips[trip] = False
        elif told.ask_again is not None:
            looks[trip] = told.ask_again
    return Quiet(trips, found, {trip: at for trip, at in looks.items() if trips[trip]})


def write(tx: Tx, look: Look, quiet: Quiet, due_us: Ints) -> None:
    """Write these trips with their stops, estimates, predictions and goods; ``due_us`` is each trip's next look."""
    ride = look.ways.ahead.ride
    ours = quiet.trips[ride]
    moved = np.flatnonzero(ours & look.moved)
    _write_estimates(tx, look, moved[_worth_keeping(tx, look, moved)])
    _write_stops(tx, look, moved, quiet.concerned)
    has_left = ~np.isnan(look.batch.trips.left_us)[ride]
    _write_predictions(tx, look, np.flatnonzero(ours & has_left & look.unscored()))
    _write_trips(tx, look, quiet.trips, due_us)
    ids = whole(look.batch.trips.id)
    trips = {int(ids[trip]): at for trip, at in quiet.looks.items()}
    storing.insert(tx, OutboxRow, {
        "key": [f"review-{trip_id}" for trip_id in trips],
        "job": ["review_notices"] * len(trips),
        "args": [orjson.dumps({"trip_id": trip_id}).decode() for trip_id in trips],
        "created_at": _now(tx, len(trips)),
        "due_at": texts(np.array([_micros(at) for at in trips.values()])),
        "attempts": [0] * len(trips),
    }, AGAIN)  # fmt: skip


def next_looks(tx: Tx, look: Look) -> Ints:
    """Say when each trip that is not silent is looked at again although nobody asks (``estimating``), in microseconds.

    One under way when it has been silent too long, one in the yard a while after its departure or after now.
    """
    rules, in_yard = tx.ruleset.estimate, look.batch.trips.in_yard > 0
    begin_us = whole(np.where(in_yard, np.maximum(look.batch.trips.planned_us, look.now_us), look.now_us))
    after_us = np.where(in_yard, rules.refresh_minutes, rules.stale_minutes) * US_A_MINUTE
    step_us = BUCKET_S * US_A_SECOND
    due_us: Ints = -(-(begin_us + after_us) // step_us) * step_us
    return due_us


def postpone(tx: Tx, look: Look, which: Flags, due_us: Ints) -> None:
    """Set nothing but the next look of these trips: one statement for all that share it."""
    ids = whole(look.batch.trips.id)
    for due in np.unique(due_us[which]).tolist():
        shared = ids[which & (due_us == due)].tolist()
        POSTPONE.put(tx.connection, {"ids": listed(tx, shared), "due": instant(due)})


def _news(tx: Tx, look: Look) -> Flags:
    """Tell which arrivals left the one last announced by as much as ``webhooks.worth_telling`` asks for."""
    rules, announced = tx.ruleset.notice, look.batch.stops.announced_us[look.ways.row]
    later_us = look.foretold.arrival_us - announced
    news: Flags = (later_us >= rules.later_minutes * US_A_MINUTE) | (-later_us >= rules.earlier_minutes * US_A_MINUTE)
    return news & look.moved


def _worth_keeping(tx: Tx, look: Look, which: Ints) -> Flags:
    """Tell which of these stops' arrivals have left the one kept last, or fallen silent, or been heard again."""
    row = look.ways.row[which]
    off_us = np.abs(look.foretold.arrival_us[which] - look.batch.stops.kept_us[row])
    apart_us = tx.ruleset.estimate.keep_minutes * US_A_MINUTE
    turned = look.batch.stops.told_stale[row] != look.stale[look.ways.ahead.ride[which]]
    worth: Flags = ~(off_us < apart_us) | turned  # NaN, never kept, is not below
    return worth


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


def _write_stops(tx: Tx, look: Look, which: Ints, found: Concerned) -> None:
    ride = look.ways.ahead.ride[which]
    spreads = look.foretold.spreads
    known = spreads.seen[which] >= tx.ruleset.estimate.early_side_after
    early_us = np.where(known, after(look.rides.begin_us[ride], spreads.p10[which]), np.nan)
    arrivals = texts(look.foretold.arrival_us[which])
    stop_ids = whole(look.batch.stops.id[look.ways.row[which]]).tolist()
    storing.update(tx, TripStop, {
        "estimated_arrival_at": arrivals,
        "early_arrival_at": texts(early_us),
        "estimated_at": _now(tx, len(which)),
        "remaining_km": look.ways.ahead.way_km[which].tolist(),
        "estimate_stale": [False] * len(which),
        "id": stop_ids,
    })  # fmt: skip
    goods = [(at, one) for at, stop_id in zip(arrivals, stop_ids, strict=True) for one in found.goods.get(stop_id, ())]
    storing.update(tx, Consignment, {"estimated_arrival_at": [at for at, _ in goods], "id": [one for _, one in goods]})


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


def _write_trips(tx: Tx, look: Look, which: Flags, due_us: Ints) -> None:
    """Write the arrival of each trip's last stop, moved or not, and when it is looked at again."""
    ride = look.ways.ahead.ride
    last = look.last()
    last = last[which[ride[last]]]
    told = np.where(look.moved, look.foretold.arrival_us, look.batch.stops.told_us[look.ways.row])
    trips = ride[last]
    storing.update(tx, Trip, {
        "estimated_arrival_at": texts(told[last]),
        "estimate_due_at": texts(due_us[trips]),
        "id": whole(look.batch.trips.id[trips]).tolist(),
    })  # fmt: skip


def _now(tx: Tx, count: int) -> list[str | None]:
    return texts(np.array([_micros(tx.now)])) * count


def _micros(at: datetime) -> int:
    return in_seconds(at) * US_A_SECOND + at.microsecond


def _or_none(values: Floats) -> list[float | None]:
    return [None if gone else value for value, gone in zip(values.tolist(), np.isnan(values).tolist(), strict=True)]


POSTPONE = Prepared(
    lambda dialect: update(TRIPS).where(among(TRIPS.c.id, dialect)).values(estimate_due_at=bindparam("due"))
)
