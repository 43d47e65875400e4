"""What is foretold of many trips at once is what the policy says of each: over any crew, hours, numbers and roads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.estimates.batches import driving
from services.estimates.batches.arrays import US_A_SECOND
from services.estimates.batches.driving import road_of
from services.estimates.batches.foretelling import Ahead, Foretold, Rides, foretell
from services.estimates.batches.hours import AtWheel, crews_of
from services.estimates.batches.learning import Learnt
from services.estimates.estimate_inputs import continuous_minutes
from services.estimates.experience import Experience
from services.estimates.learnt_arrivals import Planned, Ride, lay_over
from services.policy import eta
from services.policy.driving import DriverHours
from services.policy.eta import EstimateFacts, free_flow_kmh
from services.policy.hours import in_seconds
from services.policy.intervals import Spread
from services.policy.ruleset import DEFAULTS, DrivingRules, EstimateRules, Ruleset
from services.policy.travel import Level, keys

NOW = datetime(2026, 3, 2, 13, 7, 11, 250_000, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SITES = ("A", "B", "C")
Drives = tuple[tuple[datetime, datetime | None], ...]


@dataclass(frozen=True)
class Case:
    """One trip: when it left or will, its crew's drives, its hops in km, and what the last position tells."""

    left: datetime | None
    planned: datetime
    crew: tuple[Drives, ...]
    hops: tuple[float, ...]
    limit_kmh: int
    share_left: float | None
    heard: datetime


def minutes(low: int, high: int) -> st.SearchStrategy[timedelta]:
    return st.integers(low * 60, high * 60).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def drives(draw: st.DrawFn) -> Drives:
    """Draw what a driver drove of late: pieces and pauses back from now, the last of them perhaps still open."""
    at, made = NOW - draw(st.sampled_from([timedelta(0), 10 * MINUTE, 25 * MINUTE, 300 * MINUTE])), []
    for _ in range(draw(st.integers(0, 3))):
        began = at - draw(minutes(1, 260))
        made.append((began, None if at == NOW else at))
        at = began - draw(st.sampled_from([5 * MINUTE, 19 * MINUTE, 20 * MINUTE, 21 * MINUTE, 700 * MINUTE]))
    return tuple(reversed(made))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a trip on the road or in the yard."""
    left = draw(st.none() | minutes(1, 600).map(lambda ago: NOW - ago))
    return Case(
        left=left,
        planned=NOW + draw(minutes(-600, 3000)),
        crew=tuple(draw(st.lists(drives(), max_size=3))),
        hops=tuple(draw(st.lists(st.floats(0, 900), min_size=1, max_size=3))),
        limit_kmh=draw(st.sampled_from([60, 80, 90, 100])),
        share_left=draw(st.none() | st.floats(0, 1.2)) if left else None,
        heard=(left or NOW) + (NOW - (left or NOW)) * draw(st.floats(0, 1)),
    )


rulesets = st.builds(
    lambda driving_rules, estimate: replace(DEFAULTS, driving=driving_rules, estimate=estimate),
    st.builds(
        DrivingRules,
        block_minutes=st.sampled_from([60, 180, 240]),
        rest_minutes=st.sampled_from([20, 30]),
        swap_minutes=st.sampled_from([0, 10, 20, 30]),
        daily_minutes=st.sampled_from([120, 480, 720]),
        night_factor_percent=st.sampled_from([50, 80, 100]),
        night_from_hour=st.sampled_from([0, 6, 22]),
        night_to_hour=st.sampled_from([0, 5, 6]),
    ),
    st.builds(EstimateRules, stop_service_minutes=st.sampled_from([0, 60]), early_side_after=st.sampled_from([0, 20])),
)
levels = st.builds(lambda weight, mean: Level(weight, weight * mean), st.floats(0, 30), st.floats(-0.4, 0.4))
spreads = st.dictionaries(
    st.integers(0, 6),
    st.builds(Spread, st.integers(1, 50), *(st.floats(-0.8, 0.8) for _ in range(4))),
)


@st.composite
def experiences(draw: st.DrawFn) -> Experience:
    """Draw what was learnt: nothing, or something on each level of the lanes."""
    if draw(st.booleans()):
        return Experience({}, {})
    names = {key for a in SITES for b in SITES for key in keys(a, b, "box")}
    names |= {("pace", str(band)) for band in range(7)}
    values = draw(st.lists(levels, min_size=6, max_size=6))
    return Experience({key: values[hash(key) % 6] for key in sorted(names)}, draw(spreads))


def site(number: int) -> str:
    return SITES[number % len(SITES)]


def by_policy(case: Case, known: Experience, ruleset: Ruleset) -> list[Any]:
    """Estimate one trip as the full path does."""
    before = SimpleNamespace(id=1, seq=1, site_id=0, distance_km=0.0, departed_at=case.left)
    ahead = [
        SimpleNamespace(id=2 + n, seq=2 + n, site_id=1 + n, distance_km=km, departed_at=None)
        for n, km in enumerate(case.hops)
    ]
    trip = SimpleNamespace(id=1, stops=[before, *ahead], departed_at=case.left)
    way, planned = 0.0, []
    rest = timedelta(minutes=ruleset.driving.rest_minutes)
    closed = [tuple((began, ended or NOW) for began, ended in one) for one in case.crew]
    crew = [DriverHours(f"d{n}", continuous_minutes(one, NOW, rest), one) for n, one in enumerate(closed)]
    for number, stop in enumerate(ahead):
        way += stop.distance_km if number or case.share_left is None else stop.distance_km * case.share_left
        facts = EstimateFacts(
            now=NOW,
            remaining_km=way,
            speed_kmh=free_flow_kmh(case.limit_kmh, ruleset),
            drivers=tuple(sorted(crew, key=lambda one: one.continuous_minutes == 0)),
            at_departure=case.left is None,
            started_at=case.left or max(case.planned, NOW),
            service_minutes_at_stops=number * ruleset.estimate.stop_service_minutes,
            last_position_at=case.heard,
            limit_kmh=case.limit_kmh,
            source="plan" if case.share_left is None else "position",
        )
        planned.append(Planned(stop, facts, eta.estimate(facts, ruleset)))  # type: ignore[arg-type]
    ride = Ride({n: site(n) for n in range(4)}, "box", frozenset())
    return list(lay_over(trip, planned, ride, known, ruleset))  # type: ignore[arg-type]


def micros(at: datetime) -> int:
    return in_seconds(at) * US_A_SECOND + at.microsecond


def at_once(made: list[Case], known: Experience, ruleset: Ruleset) -> Foretold:
    """Estimate all trips over arrays."""
    rows = [
        (trip, position, micros(began), np.nan if ended is None else micros(ended))
        for trip, case in enumerate(made)
        for position, one in enumerate(case.crew)
        for began, ended in (one or ((None, None),))
        if began is not None
    ] + [
        (trip, position, np.nan, np.nan)
        for trip, case in enumerate(made)
        for position, one in enumerate(case.crew)
        if not one
    ]
    rows.sort(key=lambda row: row[:2])
    columns = np.array(rows, dtype=float).reshape(-1, 4).T
    wheel = AtWheel(columns[0].astype(int), columns[1].astype(int), columns[2], columns[3])
    crews = crews_of(wheel, len(made), micros(NOW), ruleset.driving.rest_minutes)
    begins = [micros(max(case.left or max(case.planned, NOW), NOW)) for case in made]
    speeds = [free_flow_kmh(case.limit_kmh, ruleset) for case in made]
    rides = Rides(np.array(begins), np.array(speeds), np.array([case.limit_kmh for case in made]), crews)
    lanes = [(site(n), site(n + 1), "box") for n in range(len(SITES))]
    road = road_of(NOW, ruleset)
    return foretell(rides, _ahead(made), Learnt(known, lanes), road, ruleset)


def _ahead(made: list[Case]) -> Ahead:
    rows = []
    for trip, case in enumerate(made):
        way = 0.0
        for number, km in enumerate(case.hops):
            told = number == 0 and case.share_left is not None
            way += km * case.share_left if told else km  # type: ignore[operator]
            paced = told and km > 0 and case.left is not None
            elapsed = (case.heard - case.left) / MINUTE if paced else np.nan  # type: ignore[operator]
            rows.append((trip, number, way, number % len(SITES), elapsed, 1 - way / km if paced else np.nan))
    columns = np.array(rows, dtype=float).T
    return Ahead(columns[0].astype(int), columns[1].astype(int), columns[2], columns[3].astype(int), *columns[4:])


def compare(made: list[Case], known: Experience, ruleset: Ruleset) -> int:
    """Require that both say the same of every stop of a regular crew, and give how many that are."""
    found = at_once(made, known, ruleset)
    place = regular = 0
    for case in made:
        for wanted in by_policy(case, known, ruleset):
            if found.regular[place]:
                _agree(found, place, wanted, ruleset)
                regular += 1
            place += 1
    return regular


def _agree(found: Foretold, place: int, wanted: Any, ruleset: Ruleset) -> None:
    assert abs(int(found.arrival_us[place]) - micros(wanted.made.arrival)) <= US_A_SECOND, "arrival"
    assert -(-int(found.driving_s[place]) // 60) == pytest.approx(wanted.made.driving_minutes, abs=1)
    stood = int(found.driven.stops[place] * found.driven.stop_s[place])
    assert -(-stood // 60) == wanted.made.rest_minutes
    for name in ("p10", "p50", "p80", "p90", "seen"):
        made, right = getattr(found.spreads, name)[place], getattr(wanted.interval, name)
        # a second's doubt may lie in an arrival, and more of it in a quantile far above
        assert made == pytest.approx(right, rel=1e-6, abs=0.05), name


many = given(st.lists(cases(), min_size=1, max_size=4), experiences(), rulesets)


@settings(max_examples=400, deadline=None)
@many
def test_many_at_once_agree_with_the_policy_on_each(made: list[Case], known: Experience, ruleset: Ruleset) -> None:
    compare(made, known, ruleset)


def without_the_night(self: Any, begin_s: int, rules: DrivingRules) -> None:
    _road(self, begin_s, replace(rules, night_factor_percent=100))


def without_hours(*args: Any, **kw: Any) -> Any:
    return tuple(np.zeros_like(share) for share in _shares(*args, **kw))


def with_a_first_turn_too_long(begin_s: Any, need: Any, first: Any, stop_s: Any, block: int, road: Any) -> Any:
    return _turns(begin_s, need, first + 60, stop_s, block, road)


def of_anybody(other_s: Any, rules: DrivingRules) -> Any:
    return np.ones(len(other_s), dtype=bool)


_road, _shares, _turns = driving.Road.__init__, driving._shares, driving._turns
TWINS: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
    (driving.Road, "__init__", without_the_night),
    (driving, "_shares", without_hours),
    (driving, "_turns", with_a_first_turn_too_long),
    (driving, "_swaps_are_regular", of_anybody),
    (driving, "parts_of", lambda km: np.floor(km).astype(np.int64) * driving.PARTS_PER_KM),
)


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin[1])
def test_a_broken_twin_is_found(twin: tuple[Any, str, Callable[..., Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, broken = twin
    monkeypatch.setattr(where, name, broken)
    if name == "parts_of":
        monkeypatch.setattr("services.estimates.batches.foretelling.parts_of", broken)

    @settings(
        max_examples=2000, deadline=None, database=None, derandomize=True, report_multiple_bugs=False,
        phases=[Phase.generate],
    )  # fmt: skip
    @many
    def tried(made: list[Case], known: Experience, ruleset: Ruleset) -> None:
        compare(made, known, ruleset)

    with pytest.raises(AssertionError):
        tried()


def test_everyday_crews_are_regular() -> None:
    driven = ((NOW - 120 * MINUTE, None),)
    on_the_road = Case(NOW - 130 * MINUTE, NOW, (driven, ()), (600.0, 150.0), 90, 0.7, NOW)
    fresh = replace(on_the_road, crew=((), ()), left=None, share_left=None)
    alone = replace(on_the_road, crew=(driven,), hops=(400.0,))
    unnamed = replace(fresh, crew=())
    assert compare([on_the_road, fresh, alone, unnamed], Experience({}, {}), DEFAULTS) == 7
