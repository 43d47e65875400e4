"""The first look at a batch: what each stop's arrival would be now, and which trips have not moved at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from models.vocabulary import CargoClass
from services import routes
from services.estimates import experience
from services.estimates.batches.arrays import US_A_MINUTE, Flags, Floats, Ints, at_us, places, whole
from services.estimates.batches.batch import Batch
from services.estimates.batches.driving import road_of
from services.estimates.batches.foretelling import Foretold, Rides, foretell
from services.estimates.batches.hours import AtWheel, crews_of
from services.estimates.batches.learning import Learnt, bands_of
from services.estimates.batches.reading import CLASSES
from services.estimates.batches.ways import Ways, ways_of
from services.policy.eta import free_flow_kmh
from services.transaction import Tx

# where the last digit decides whether an arrival moved, the full path decides
DOUBT_US = 2_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """A batch as it is foretold now.

    ``sure`` says of each trip whether every arrival foretold is what the full path would say, ``worded`` whether the
    reasons are too; ``heard_us`` when it was last heard, or began, ``stale`` whether that is too long ago. Of each stop
    ahead ``moved`` says whether its arrival or its staleness is another than told, ``doubtful`` where a second or two
    decide that, ``crossed`` whether its arrival is without the bounds in which nobody need be told, ``news`` whether
    it moved there; ``last_hour_us`` when the notice of the last hour is owed, infinite where it is not, ``last_word``
    whether that time has come and was not looked at by all the rules.
    """

    now_us: int
    batch: Batch
    ways: Ways
    rides: Rides
    foretold: Foretold
    heard_us: Floats
    stale: Flags
    sure: Flags
    worded: Flags
    moved: Flags
    doubtful: Flags
    crossed: Flags
    news: Flags
    last_hour_us: Floats
    last_word: Flags

    def minutes(self) -> Floats:
        """Give the minutes from now to each stop ahead."""
        return np.maximum((self.foretold.arrival_us - self.now_us) / US_A_MINUTE, 0.0)

    def unscored(self) -> Flags:
        """Tell for which stops ahead of trucks that have left nothing was predicted in the band of now."""
        new = self.bands() != self.batch.stops.predicted[self.ways.row]
        unscored: Flags = new & ~np.isnan(self.batch.trips.left_us)[self.ways.ahead.ride]
        return unscored

    def bands(self) -> Ints:
        """Give the bands in which each stop ahead was predicted, with that of now, as bits."""
        before = np.nan_to_num(self.batch.stops.predicted[self.ways.row]).astype(np.int64)
        return before | np.left_shift(1, bands_of(self.minutes()))

    def any_stop(self, which: Flags) -> Flags:
        """Tell which trips have one of these stops ahead."""
        found: Flags = np.bincount(self.ways.ahead.ride, weights=which, minlength=len(self.sure)) > 0
        return found

    def unmoved(self) -> Flags:
        """Tell which trips need nothing: none of their stops moved, or silence was told and goes on before arrival."""
        changed = self.any_stop(self.moved | self.doubtful | self.unscored())
        heard: Flags = self.sure & ~self.stale & ~changed & ~self.any_stop(self.last_word)
        told_us, told_stale = (
            column[self.ways.row] for column in (self.batch.stops.told_us, self.batch.stops.told_stale)
        )
        held = (told_us > self.now_us) & (told_stale > 0)
        return heard | (self.stale & ~self.any_stop(~held))

    def quiet(self) -> Flags:
        """Tell which of the other trips moved and need no word: all of them is sure and within its bounds."""
        loud = self.any_stop(self.doubtful | (self.moved & self.crossed) | self.last_word)
        found: Flags = self.sure & self.worded & ~self.stale & ~loud & ~self.unmoved()
        return found


def look(tx: Tx, batch: Batch, same: timedelta) -> Look:
    """Foretell every trip of a batch; an arrival within ``same`` of the one last told has not moved."""
    now_us = at_us(tx.now)
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
    crossed, beyond = _bounds(tx, batch, ways, foretold.arrival_us)
    final_us = np.fmin(foretold.arrival_us, told) - tx.ruleset.notice.final_minutes * US_A_MINUTE
    last_hour_us = np.where(batch.stops.final_owed[ways.row] > 0, final_us, np.inf)
    last_word = (last_hour_us <= now_us) & ~(batch.trips.basis_us[ride] >= last_hour_us)
    return Look(
        now_us, batch, ways, rides, foretold, heard, stale, sure, worded, moved, doubtful, crossed, moved & beyond,
        last_hour_us, last_word,
    )  # fmt: skip


def _bounds(tx: Tx, batch: Batch, ways: Ways, arrival_us: Ints) -> tuple[Flags, Flags]:
    """Tell which arrivals are not within the bounds of a word, and which are beyond a bound that there is."""
    rules, stops, row = tx.ruleset.notice, batch.stops, ways.row
    # shippers hear by the same steps (``webhooks.worth_telling``)
    later_us = arrival_us - stops.announced_us[row]
    news = (later_us >= rules.later_minutes * US_A_MINUTE) | (-later_us >= rules.earlier_minutes * US_A_MINUTE)
    after_us, before_us = stops.after_us[row], stops.before_us[row]
    crossed: Flags = news | ~((after_us < arrival_us) & (arrival_us < before_us))
    beyond: Flags = news | (np.isfinite(after_us) & (arrival_us <= after_us))
    beyond |= np.isfinite(before_us) & (arrival_us >= before_us)
    return crossed, beyond


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
