"""How much road is ahead of each truck of a batch: ``remaining_way`` over arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services import routes
from services.estimates import remaining_way
from services.estimates.batches import reading
from services.estimates.batches.arrays import US_A_MINUTE, Flags, Floats, Ints, places, ranks, whole
from services.estimates.batches.batch import Batch
from services.estimates.batches.foretelling import Ahead
from services.estimates.batches.reading import BODIES
from services.geo import distances_km, polylines
from services.transaction import Tx

E6 = routes.E6
PLAN, POSITION, ROAD = range(3)
SOURCES = ("plan", "position", "road")


@dataclass(frozen=True, slots=True)
class Ways:
    """The stops ahead, and what the last position tells of the way to them.

    ``row`` is the place of each stop ahead among all stops, ``source`` what its way rests on (in ``SOURCES``);
    ``heard_us`` when each trip was last heard, NaN for never; ``plain`` whether its stops are in order and it has one
    position at most.
    """

    row: Ints
    ahead: Ahead
    source: Ints
    codes: Mapping[int, str]
    lanes: list[tuple[str, str, str]]
    heard_us: Floats
    plain: Flags


@dataclass(frozen=True, slots=True)
class _Hops:
    """The hops ahead by their stops: the trip's place, the number among those ahead, the road, and when it began."""

    row: Ints
    ride: Ints
    number: Ints
    km: Floats
    left_us: Floats


def ways_of(tx: Tx, batch: Batch) -> Ways:
    """Give the ways to all stops ahead."""
    ids, stops = batch.trips.id, batch.stops
    trip, site = places(stops.trip_id, ids), stops.site_id
    rank = ranks(trip)
    row = np.flatnonzero(np.isnan(stops.reached))
    hops = _Hops(row, trip[row], ranks(trip[row]), stops.km[row], stops.left_us[row - 1])
    at = places(ids, batch.fixes.trip_id)
    heard_us, lat, lon = (np.where(at >= 0, _padded(column)[at], np.nan) for column in batch.fixes[1:])
    here = np.stack([lat, lon], axis=1)[hops.ride] / E6
    heard = heard_us[hops.ride]
    told = (hops.number == 0) & ~np.isnan(batch.trips.left_us[hops.ride]) & ~np.isnan(heard) & ~(heard < hops.left_us)
    found = _sites(tx, site[np.r_[row, np.maximum(row - 1, 0)]])
    source = np.where(told, POSITION, PLAN)
    way = _to_next(hops, site, found, here, told)
    share = _on_roads(tx, stops.road_id[row], here, told)
    way, source = np.where(np.isnan(share), way, hops.km * share), np.where(np.isnan(share), source, ROAD)
    for hop in range(1, int(hops.number.max(initial=0)) + 1):
        which = np.flatnonzero(hops.number == hop)
        way[which] += way[which - 1]
        source[which] = source[which - 1]
    lanes, lane = _lanes(whole(site[row - 1]), whole(site[row]), whole(batch.trips.body)[hops.ride], found)
    odd = np.bincount(trip, weights=stops.seq != rank + 1, minlength=len(ids))
    odd += np.bincount(hops.ride, weights=rank[row] == 0, minlength=len(ids))
    odd += np.bincount(places(batch.fixes.trip_id, ids), minlength=len(ids)) > 1
    codes = {site_id: code for site_id, (_, _, code) in found.items()}
    return Ways(row, _ahead(hops, way, lane, heard, told), source, codes, lanes, heard_us, odd == 0)


def _ahead(hops: _Hops, way: Floats, lane: Ints, heard: Floats, told: Flags) -> Ahead:
    paced = told & ~np.isnan(hops.left_us) & (hops.km > 0)
    share = np.where(paced, 1 - way / np.where(paced, hops.km, 1.0), np.nan)
    elapsed = np.where(paced, (heard - hops.left_us) / US_A_MINUTE, np.nan)
    return Ahead(hops.ride, hops.number, way, lane, elapsed, share)


def _sites(tx: Tx, site_ids: Floats) -> dict[int, tuple[int, int, str]]:
    return reading.sites(tx, whole(np.unique(site_ids)).tolist())


def _to_next(hops: _Hops, site: Floats, found: Mapping[int, tuple[int, int, str]], here: Floats, told: Flags) -> Floats:
    """Give each hop's road, shrunk by how much of the straight line is left where a position tells it."""
    way = hops.km.copy()
    which = np.flatnonzero(told)
    known = np.array(sorted(found), dtype=np.int64)
    points = np.array([found[one][:2] for one in known.tolist()]).reshape(-1, 2) / E6
    before = points[places(whole(site[hops.row[which] - 1]), known)]
    there = points[places(whole(site[hops.row[which]]), known)]
    straight = distances_km(*before.T, *there.T)
    left = distances_km(*here[which].T, *there.T)
    short = straight < routes.SHORTEST_KM
    way[which] = np.where(short, left, way[which] * left / np.where(short, 1.0, straight))
    return way


def _on_roads(tx: Tx, road: Floats, here: Floats, told: Flags) -> Floats:
    """Give the share of its planned road that is ahead of each truck on one; NaN for the others."""
    share = np.full(len(road), np.nan)
    riding = told & ~np.isnan(road)
    if riding.any():
        for road_id, line in reading.roads(tx, whole(np.unique(road[riding])).tolist()):
            on = np.flatnonzero(riding & (road == road_id))
            spots = [(lat, lon) for lat, lon in here[on].tolist()]
            left = remaining_way.left_of(polylines.decode(line), spots, tx.ruleset.estimate.road_off_km)
            share[on] = [np.nan if one is None else one for one in left]
    return share


def _lanes(
    origin: Ints, destination: Ints, body: Ints, found: Mapping[int, tuple[int, int, str]]
) -> tuple[list[tuple[str, str, str]], Ints]:
    known = np.array(sorted(found), dtype=np.int64)
    words = [*map(str, BODIES), str(None)]
    ends = places(origin, known) * len(known) + places(destination, known)
    kinds, lane = np.unique(ends * len(words) + body, return_inverse=True)
    made = []
    for kind in kinds.tolist():
        a, b = divmod(kind // len(words), len(known))
        made.append((found[int(known[a])][2], found[int(known[b])][2], words[kind % len(words)]))
    return made, lane


def _padded(column: Floats) -> Floats:
    """Give a column that may be asked for its last place even when it is empty."""
    return column if len(column) else np.full(1, np.nan)
