"""The first look at a batch: what each stop's arrival would be now, and which trips have not moved at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from models.vocabulary import CargoClass
from services import routes
from services.estimates import experience
from services.estimates.batches.arrays import US_A_MINUTE, US_A_SECOND, Flags, Floats, Ints, places, whole
from services.estimates.batches.batch import Batch
from services.estimates.batches.driving import road_of
from services.estimates.batches.foretelling import Foretold, Rides, foretell
from services.estimates.batches.hours import AtWheel, crews_of
from services.estimates.batches.learning import Learnt, bands_of
from services.estimates.batches.reading import CLASSES
from services.estimates.batches.ways import Ways, ways_of
from services.policy.eta import free_flow_kmh
from services.policy.hours import in_seconds
from services.transaction import Tx

# where the last digit decides whether an arrival moved, the full path decides
DOUBT_US = 2_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """A batch as it is foretold now.

    ``sure`` says of each trip whether every arrival foretold is what the full path would say, ``worded`` whether the
    reasons are too; ``stale`` whether it has been silent too long; ``moved`` of each stop ahead whether its arrival or
    its staleness is another than told, ``doubtful`` where a second or two decide that.
    """

    now_us: int
    batch: Batch
    ways: Ways
    rides: Rides
    foretold: Foretold
    stale: Flags
    sure: Flags
    worded: Flags
    moved: Flags
    doubtful: Flags

    def minutes(self) -> Floats:
        """Give the minutes from now to each stop ahead."""
        return np.maximum((self.foretold.arrival_us - self.now_us) / US_A_MINUTE, 0.0)

    def unscored(self) -> Flags:
        """Tell for which stops ahead of trucks that have left nothing so near was predicted yet."""
        nearest = self.batch.stops.predicted[self.ways.row]
        nearer: Flags = np.isnan(nearest) | (bands_of(self.minutes()) < bands_of(nearest))
        return nearer & ~np.isnan(self.batch.trips.left_us)[self.ways.ahead.ride]

    def unmoved(self) -> Flags:
        """Tell which trips need nothing but the time of the next look."""
        trips, ride = len(self.sure), self.ways.ahead.ride
        changed = np.bincount(ride, weights=self.moved | self.doubtful, minlength=trips) > 0
        waits = np.bincount(ride, weights=self.unscored(), minlength=trips) > 0
        still: Flags = self.sure & ~self.stale & ~changed & ~waits
        # the trip's own arrival is that of its last stop
        last = self.last()
        still[ride[last]] &= self.batch.trips.told_us[ride[last]] == self.batch.stops.told_us[self.ways.row[last]]
        return still

    def last(self) -> Ints:
        """Give the last stop ahead of each trip that has one."""
        ride = self.ways.ahead.ride
        return np.flatnonzero(np.r_[ride[1:] != ride[:-1], True][: len(ride)])


def look(tx: Tx, batch: Batch, same: timedelta) -> Look:
    """Foretell every trip of a batch; an arrival within ``same`` of the one last told has not moved."""
    now_us = _now_us(tx)
    ids, left_us = batch.trips.id, batch.trips.left_us
    trips = len(ids)
    start = np.where(np.isnan(left_us), np.maximum(batch.trips.planned_us, now_us), left_us)
    begin_us = whole(np.maximum(start, now_us))
    ways = ways_of(tx, batch)
    speed, limit = _speeds(tx, batch)
    wheel = AtWheel(places(batch.wheel.trip_id, ids), whole(batch.wheel.position), *batch.wheel[2:])
    crews = crews_of(wheel, trips, now_us, tx.ruleset.driving.rest_minutes)
    rides = Rides(begin_us, speed, limit, crews)
    learnt = Learnt(experience.recall(tx, ways.lanes), ways.lanes or [("", "", "")])
    foretold = foretell(rides, ways.ahead, learnt, road_of(tx.now, tx.ruleset), tx.ruleset)
    ride = ways.ahead.ride
    heard = np.where(np.isnan(ways.heard_us), start, ways.heard_us)
    stale = ~np.isnan(left_us) & (now_us - heard >= tx.ruleset.estimate.stale_minutes * US_A_MINUTE)
    sure = ways.plain & (batch.trips.frozen == 0) & (np.bincount(ride, weights=~foretold.regular, minlength=trips) == 0)
    sure &= np.bincount(ride, minlength=trips) > 0
    worded = np.bincount(ride, weights=~foretold.driven.worded, minlength=trips) == 0
    told, told_stale = batch.stops.told_us[ways.row], batch.stops.told_stale[ways.row]
    off = np.abs(foretold.arrival_us - told)
    same_us = same / timedelta(microseconds=1)
    moved = ~(off < same_us) | (told_stale != stale[ride])  # NaN, never told, is neither
    doubtful = np.abs(off - same_us) <= DOUBT_US
    return Look(now_us, batch, ways, rides, foretold, stale, sure, worded, moved, doubtful)


def _now_us(tx: Tx) -> int:
    return in_seconds(tx.now) * US_A_SECOND + tx.now.microsecond


def _speeds(tx: Tx, batch: Batch) -> tuple[Ints, Ints]:
    """Give free-flow speed and limit of each trip; the policy is asked once for each sort of load."""
    trips, goods = batch.trips, batch.goods
    mask = np.zeros(len(trips.id), dtype=np.int64)
    at = places(goods.trip_id, trips.id)
    np.bitwise_or.at(mask, at, np.left_shift(1, whole(goods.kind)))
    np.bitwise_or.at(mask, at[goods.hazardous > 0], 1 << CLASSES.index(CargoClass.HAZMAT))
    # one number for each sort of load: no road allows 999 km/h, so no limit above it matters
    own_kmh, permit_kmh = (np.minimum(whole(np.nan_to_num(limit)), 999) for limit in (trips.own_kmh, trips.permit_kmh))
    loads = (mask * 1000 + own_kmh) * 1000 + permit_kmh
    sorts, which = np.unique(loads, return_inverse=True)
    limits = []
    for load in sorts.tolist():
        classes, own, allowed = load // 1_000_000, load // 1000 % 1000, load % 1000
        held = frozenset(one for number, one in enumerate(CLASSES) if classes >> number & 1)
        limits.append(routes.limit_kmh(tx, held, own or None, allowed or None))
    speeds = [free_flow_kmh(limit, tx.ruleset) for limit in limits]
    return np.array(speeds, dtype=np.int64)[which], np.array(limits, dtype=np.int64)[which]
