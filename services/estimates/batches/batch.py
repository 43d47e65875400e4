"""The columns that a batch of estimates rests on: one array per column, NaN for nothing, in doubles throughout.

Instants are microseconds since 1970 (``_us``); flags are 1 or 0. The order of the columns is that of the statements in
``reading.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np

from services.estimates.batches.arrays import Flags, Floats, Ints

Rows = TypeVar("Rows", bound=tuple[Any, ...])


class Trips(NamedTuple):
    """The trips, by id. ``basis_us`` is when what they rest on last changed, ``body`` the place of it in ``BODIES``."""

    id: Floats
    left_us: Floats
    planned_us: Floats
    in_yard: Floats
    frozen: Floats
    own_kmh: Floats
    permit_kmh: Floats
    basis_us: Floats
    body: Floats


class Stops(NamedTuple):
    """Their stops, by trip and place; ``seq`` counts from 1, ``km`` is the road from the stop before.

    ``reached`` is NaN for a stop ahead. Of those, ``told_us`` is the arrival last estimated, at ``made_us``,
    ``told_stale`` whether it was stale, ``predicted`` the bands of time ahead with a prediction, as bits,
    ``announced_us`` what shippers know, at first the plan, ``kept_us`` the arrival of the estimate that was kept last.
    Between ``after_us`` and ``before_us`` no notice changes (``policy.standing_notices``), infinite where nothing
    binds; ``final_owed`` says that the last notice is still to come.
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
    made_us: Floats
    after_us: Floats
    before_us: Floats
    final_owed: Floats


class Retold(NamedTuple):
    """What a round changes of stops, by their ids, as in ``Stops``."""

    id: Floats
    told_us: Floats
    told_stale: Floats
    made_us: Floats
    kept_us: Floats
    predicted: Floats


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

    def only(self, of: Callable[[Floats], Flags | Ints | slice]) -> Batch:
        """Give the part of each table that ``of`` picks by the ids of its trips."""
        return Batch(
            _picked(self.trips, of(self.trips.id)),
            _picked(self.stops, of(self.stops.trip_id)),
            _picked(self.fixes, of(self.fixes.trip_id)),
            _picked(self.wheel, of(self.wheel.trip_id)),
            _picked(self.goods, of(self.goods.trip_id)),
        )

    def joined(self, other: Batch) -> Batch:
        """Give this batch with another one that has none of its trips; every table stays in order of its trips."""
        both = ((self.trips, other.trips), (self.stops, other.stops), (self.fixes, other.fixes),
                (self.wheel, other.wheel), (self.goods, other.goods))  # fmt: skip
        return Batch(*(_joined(one, more) for one, more in both))


def _picked(table: Rows, rows: Flags | Ints | slice) -> Rows:
    return type(table)(*(column[rows] for column in table))


def _joined(one: Any, other: Any) -> Any:
    """Put two tables together by their trips, which stand in the first column but one of the stops."""
    columns = [np.r_[a, b] for a, b in zip(one, other, strict=True)]
    made = type(one)(*columns)
    order = np.argsort(made.id if isinstance(made, Trips) else made.trip_id, kind="stable")
    return _picked(made, order)
