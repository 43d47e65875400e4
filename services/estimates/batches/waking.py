"""Which trips want a look: those that sent a position, and those for which time alone changes something."""

from __future__ import annotations

import numpy as np

from services.estimates.batches.arrays import US_A_MINUTE, Flags, Floats, places
from services.estimates.batches.batch import Batch, Fixes
from services.policy.ruleset import Ruleset

UNHEARD = -1.0
# a position made before an estimate may have come in after it
ON_ITS_WAY_US = 2 * US_A_MINUTE


def heard_by(ids: Floats, fixes: Fixes) -> Floats:
    """Give the time of the last position of each trip, ``UNHEARD`` without one."""
    if not len(fixes.at_us):
        return np.full(len(ids), UNHEARD)
    at = places(ids, fixes.trip_id)
    return np.where(at >= 0, fixes.at_us[at], UNHEARD)


def has_news(batch: Batch, seen_us: Floats) -> Flags:
    """Tell which trips sent a position since ``seen_us``, where that is NaN since about their last estimate."""
    heard_us = heard_by(batch.trips.id, batch.fixes)
    made_us = _of_stops(batch, batch.stops.made_us, np.fmax, np.nan)
    since_estimated = (heard_us > UNHEARD) & ~(heard_us <= made_us - ON_ITS_WAY_US)  # NaN, never, is not below
    news: Flags = np.where(np.isnan(seen_us), since_estimated, heard_us != seen_us)
    return news


def wakes_us(batch: Batch, now_us: int, ruleset: Ruleset) -> Floats:
    """Say when each trip wants a look although it sends nothing new, in microseconds; infinite for never.

    One under way when it has been silent too long, or was heard although it is told to be silent; one in the yard a
    while after its departure was due or its arrival was estimated; and both in the last hour before an arrival of which
    a notice is still owed.
    """
    trips, stops, rules = batch.trips, batch.stops, ruleset.estimate
    heard_us = np.fmax(heard_by(trips.id, batch.fixes), trips.left_us)
    mute = _of_stops(batch, stops.told_stale, np.fmin, 0.0) > 0
    silent_us = heard_us + rules.stale_minutes * US_A_MINUTE
    back = silent_us > now_us
    silent_us = np.where(mute, np.where(back, heard_us, np.inf), silent_us)
    made_us = _of_stops(batch, stops.made_us, np.fmax, np.nan)
    leaving_us = np.fmax(trips.planned_us, made_us) + rules.refresh_minutes * US_A_MINUTE
    hour_us = np.where(stops.final_owed > 0, stops.told_us - ruleset.notice.final_minutes * US_A_MINUTE, np.inf)
    last_us = _of_stops(batch, hour_us, np.fmin, np.inf)
    last_us[trips.basis_us >= last_us] = np.inf  # it was looked at by all the rules since
    wakes: Floats = np.fmin(np.where(trips.in_yard > 0, leaving_us, silent_us), last_us)
    return wakes


def _of_stops(batch: Batch, values: Floats, least_or_most: np.ufunc, none: float) -> Floats:
    """Give the least or the most of a column over the stops ahead of each trip, ``none`` for a trip without any."""
    stops = batch.stops
    ahead = np.flatnonzero(np.isnan(stops.reached))
    found = np.full(len(batch.trips.id), np.nan)
    least_or_most.at(found, places(stops.trip_id[ahead], batch.trips.id), values[ahead])
    return np.where(np.isnan(found), none, found)
