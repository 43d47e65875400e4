"""The columns that a batch of estimates rests on: one array per column, NaN for nothing, in doubles throughout.

Instants are microseconds since 1970 (``_us``); flags are 1 or 0. The order of the columns is that of the statements in
``reading.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from services.estimates.batches.arrays import Floats


class Trips(NamedTuple):
    """The trips, by id. ``told_us`` is the arrival last estimated, ``body`` the place of the body in ``BODIES``."""

    id: Floats
    left_us: Floats
    planned_us: Floats
    in_yard: Floats
    frozen: Floats
    own_kmh: Floats
    permit_kmh: Floats
    told_us: Floats
    body: Floats


class Stops(NamedTuple):
    """Their stops, by trip and place; ``seq`` counts from 1, ``km`` is the road from the stop before.

    ``reached`` is NaN for a stop ahead. Of those, ``told_us`` is the arrival last estimated, ``told_stale`` whether
    it was stale, ``predicted`` the fewest minutes of a prediction to be scored, ``announced_us`` what shippers know, at
    first the plan, ``kept_us`` the arrival of the estimate that was kept last.
    """

    id: Floats
    trip_id: Floats
    seq: Floats
    site_id: Floats
    km: Floats
    reached: Floats
    left_us: Floats
    told_us: Floats
    told_stale: Floats
    predicted: Floats
    road_id: Floats
    announced_us: Floats
    kept_us: Floats


class Fixes(NamedTuple):
    """The last position of each vehicle on these trips, by trip."""

    trip_id: Floats
    at_us: Floats
    lat_e6: Floats
    lon_e6: Floats


class Wheel(NamedTuple):
    """The drivers with their periods at the wheel in the last 24 h, by trip, place in the crew and time."""

    trip_id: Floats
    position: Floats
    began_us: Floats
    ended_us: Floats


class Goods(NamedTuple):
    """The lines of cargo: the place of the class in ``CLASSES``, and whether they bear a class of danger."""

    trip_id: Floats
    kind: Floats
    hazardous: Floats


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything of one batch but sites and roads, which few trips share."""

    trips: Trips
    stops: Stops
    fixes: Fixes
    wheel: Wheel
    goods: Goods
