"""What arrivals have taught: recalled for a batch of estimates, and taught again when a truck arrives.

The rules are in ``services/policy/{travel,pace,intervals}.py``; here they meet the tables. Every statement is
set-based: a batch of any size recalls with one query per thousand keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, case, delete, func, select

from models.experience import Prediction, TravelLevel, TravelSpread
from models.trips import TripStop
from services.policy import intervals, pace, travel
from services.policy.intervals import Interval, Spread
from services.policy.travel import NOTHING, Key, Lesson, Level, Way
from services.prepared import Prepared
from services.transaction import Tx

KEYS_AT_ONCE = 1000
SPREAD = ("seen", "p10", "p50", "p80", "p90")
SPREADS = Prepared(select(TravelSpread.band, *(getattr(TravelSpread, name) for name in SPREAD)))


@dataclass(frozen=True, slots=True)
class Experience:
    """The levels and spreads that a batch of estimates needs."""

    levels: Mapping[Key, Level]
    spreads: Mapping[int, Spread]

    def level(self, key: Key) -> Level:
        """Give one level, empty when nothing was taught."""
        return self.levels.get(key, NOTHING)

    def multiplier(self, way: Way) -> float:
        """Give the factor on the plan's minutes of one way."""
        return travel.multiplier(way, self.level)

    def adjusted(self, expected_minutes: float, pace_minutes: float | None) -> float:
        """Give an expectation drawn towards the live pace as far as it helped before."""
        return pace.adjusted(expected_minutes, pace_minutes, self.level(pace.key(intervals.band_of(expected_minutes))))

    def interval(self, expected_minutes: float) -> Interval:
        """Give P10, P50, P80 and P90 around an expectation."""
        spread = self.spreads.get(intervals.band_of(expected_minutes), intervals.PRIOR)
        return intervals.interval(expected_minutes, spread)


def bands_predicted() -> Any:
    """Give the column of the bands in which there are predictions, bits as ``intervals.in_new_band`` has them."""
    ends = enumerate(intervals.BAND_ENDS)
    bit = case(
        *((Prediction.expected_minutes < end, 1 << band) for band, end in ends), else_=1 << len(intervals.BAND_ENDS)
    )
    return func.sum(bit.distinct())


def recall(tx: Tx, lanes: Iterable[tuple[str, str, str]]) -> Experience:
    """Read all that is known about these lanes, each as origin, destination and vehicle type."""
    wanted = {text(key) for lane in lanes for key in travel.keys(*lane)}
    wanted |= {text(pace.key(band)) for band in range(len(intervals.BAND_ENDS) + 1)}
    spreads = {band: Spread(*quantiles) for band, *quantiles in SPREADS.rows(tx.connection, {})}
    return Experience(_levels(tx, sorted(wanted)), spreads)


def keep(tx: Tx, made: Sequence[Mapping[str, Any]]) -> None:
    """Store predictions, each once, to be scored when the truck arrives."""
    if made:
        put = tx.upsert(Prediction).on_conflict_do_nothing(index_elements=["stop_id", "made_at"])
        tx.session.connection().execute(put, list(made))


def score_arrival(tx: Tx, stop_id: int) -> int:
    """Score every prediction of a stop that was reached, teach what it shows, and give how many were scored.

    Runs once per stop however often it is asked: a prediction that was scored teaches nothing more.
    """
    arrived_at = tx.session.scalar(select(TripStop.arrived_at).where(TripStop.id == stop_id))
    if arrived_at is None:
        return 0
    query = select(Prediction).where(Prediction.stop_id == stop_id, Prediction.scored_at.is_(None))
    rows = tx.session.scalars(query.order_by(Prediction.made_at, Prediction.id).with_for_update()).all()
    good = [row for row in rows if row.made_at < arrived_at]
    for row in rows:
        row.scored_at = tx.now
        row.actual_minutes = (arrived_at - row.made_at).total_seconds() / 60
    tx.session.flush()
    _teach(tx, good)
    return len(rows)


def forget(tx: Tx, stop_ids: Sequence[int]) -> None:
    """Drop what was expected of stops before an accident on the way: its delay teaches nothing about the road."""
    tx.session.execute(delete(Prediction).where(Prediction.stop_id.in_(stop_ids), Prediction.scored_at.is_(None)))


def text(key: Key) -> str:
    """Write a key as it is stored."""
    return "|".join(key)


def _levels(tx: Tx, wanted: Sequence[str]) -> dict[Key, Level]:
    found: dict[Key, Level] = {}
    for first in range(0, len(wanted), KEYS_AT_ONCE):
        part = wanted[first : first + KEYS_AT_ONCE]
        query = select(TravelLevel.key, TravelLevel.weight, TravelLevel.total).where(TravelLevel.key.in_(part))
        found |= {tuple(row.key.split("|")): Level(row.weight, row.total) for row in tx.connection.execute(query)}
    return found


def _teach(tx: Tx, scored: Sequence[Prediction]) -> None:
    """Teach the way by the prediction made at departure, the rest by the first one of each band of time ahead."""
    firsts: dict[int, Prediction] = {}
    for row in scored:
        firsts.setdefault(intervals.band_of(row.expected_minutes), row)
    known = recall(tx, {(row.origin, row.destination, row.vehicle_type) for row in scored})
    _add(tx, _lessons(scored, firsts, known))
    for band, row in firsts.items():
        spread = known.spreads.get(band, intervals.PRIOR)
        _put_spread(tx, band, intervals.learned(spread, row.expected_minutes, _actual(row)))


def _lessons(scored: Sequence[Prediction], firsts: Mapping[int, Prediction], known: Experience) -> Iterator[Lesson]:
    leaving = next((row for row in scored if row.at_departure), None)
    if leaving is not None:
        yield from travel.lessons(_way(leaving), _actual(leaving), known.level)
    for band, row in firsts.items():
        if row.pace_minutes is not None:
            yield pace.lesson(band, row.expected_minutes, row.pace_minutes, _actual(row))


def _add(tx: Tx, taught: Iterable[Lesson]) -> None:
    """Add to the levels in the database itself, so that two arrivals at once are both counted."""
    sums: dict[str, Level] = {}
    for key, weight, value in taught:
        if weight > 0:
            sums[text(key)] = sums.get(text(key), NOTHING).plus(weight, value)
    if not sums:
        return
    table = cast(Table, TravelLevel.__table__)
    put = tx.upsert(TravelLevel)
    put = put.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "weight": table.c.weight + put.excluded.weight,
            "total": table.c.total + put.excluded.total,
            "taught_at": put.excluded.taught_at,
        },
    )
    rows = [{"key": key, **level._asdict(), "taught_at": tx.now} for key, level in sorted(sums.items())]
    tx.session.connection().execute(put, rows)


def _put_spread(tx: Tx, band: int, spread: Spread) -> None:
    values = {name: getattr(spread, name) for name in SPREAD} | {"taught_at": tx.now}
    put = tx.upsert(TravelSpread).values(band=band, **values)
    tx.session.execute(put.on_conflict_do_update(index_elements=["band"], set_=values))


def _way(row: Prediction) -> Way:
    return Way(row.origin, row.destination, row.vehicle_type, row.router_minutes, row.made_at)


def _actual(row: Prediction) -> float:
    assert row.actual_minutes is not None  # noqa: S101 - only scored rows come here
    return row.actual_minutes
