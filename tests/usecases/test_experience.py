"""Arrivals teach: what was foretold on the road is scored at the door, and the next trip of the lane is told better."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.experience import Prediction, TravelLevel, TravelSpread
from models.tracking import Estimate
from models.vocabulary import Role
from services.estimates import experience
from services.transaction import WORKER
from tests.support import journey
from tests.support.world import World

LANE = "lane|SG-A|BJ-B"
PERIOD = "from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z"


def driven(world: World, hours: float) -> journey.Walk:
    """Walk a trip whose truck needs ``hours`` from gate to door, heard halfway."""
    walk = journey.under_way(world)
    world.clock.advance(minutes=1)
    journey.run_due(world)
    world.clock.advance(hours=hours / 2)
    journey.report_position(world, *journey.HALFWAY)
    journey.run_due(world)
    journey.rest(world, walk.trip)
    world.clock.advance(hours=hours / 2)
    journey.run_due(world)
    journey.arrive(world, walk.trip)
    journey.run_due(world)
    return walk


def rows(world: World, query: Any) -> list[Any]:
    with world.runtime.read(WORKER) as tx:
        return list(tx.session.scalars(query))


def first_estimate(world: World) -> float:
    """Give the hours that the newest trip was told at its departure."""
    made = rows(world, select(Prediction).where(Prediction.at_departure).order_by(Prediction.id.desc()))[0]
    return float(made.expected_minutes) / 60


def test_what_was_foretold_is_scored_once_and_teaches_lane_and_spread(world: World) -> None:
    walk = driven(world, 14)
    made = rows(world, select(Prediction).order_by(Prediction.made_at))
    assert [one.at_departure for one in made].count(True) == 1
    assert made[0].at_departure
    arrived = datetime.fromisoformat(journey.get(world, f"/trips/{walk.trip}")["arrived_at"])
    for one in made:
        assert one.actual_minutes == pytest.approx((arrived - one.made_at) / timedelta(minutes=1))
        assert one.scored_at is not None
        assert one.p10_minutes <= one.p50_minutes <= one.p80_minutes <= one.p90_minutes
    taught = {level.key: level.weight for level in rows(world, select(TravelLevel))}
    assert taught[LANE] == 1
    spreads = rows(world, select(TravelSpread))
    assert sum(spread.seen for spread in spreads) == len({spread.band for spread in spreads})
    with world.runtime.begin(WORKER) as tx:
        assert experience.score_arrival(tx, made[0].stop_id) == 0
    assert {level.key: level.weight for level in rows(world, select(TravelLevel))} == taught


def test_a_prediction_in_the_yard_is_never_scored(world: World) -> None:
    journey.to_gate(world)
    assert rows(world, select(Estimate))
    assert rows(world, select(Prediction)) == []


def test_the_next_trip_of_the_lane_is_told_nearer_to_what_the_last_one_took(world: World) -> None:
    first = driven(world, 14)
    told_first = first_estimate(world)
    journey.verify_seals(world, first.trip)
    journey.accept(world, first.consignment)
    journey.post_trip_card(world, first.trip)
    journey.verdict(world, first.trip)
    journey.close(world, first.trip)
    journey.pass_hours(world, 12)
    consignment = journey.book(world)
    trip = journey.plan(world, consignment)
    journey.crew(world, trip)
    journey.pass_hours(world, journey.LEAD_TO_DEPARTURE_H - 1)
    journey.check_in(world, trip)
    journey.pre_trip_check(world, trip)
    journey.count(world, trip, consignment)
    journey.secure(world, trip)
    journey.complete_loading(world, trip)
    journey.seal(world, trip, "YA000002")
    journey.pass_hours(world, 1)
    journey.gate_out(world, trip)
    world.clock.advance(minutes=1)
    journey.run_due(world)
    told_second = first_estimate(world)
    assert told_first < 9
    assert told_first + 2 < told_second < 14.5
    reasons = journey.get(world, f"/trips/{trip}/eta")["stops"][-1]["reasons"]
    assert {"ETA_EXPERIENCE", "ETA_INTERVAL"} <= {reason["code"] for reason in reasons}


@pytest.mark.parametrize("by", ["horizon", "lane", "vehicle_type"])
def test_the_report_compares_what_was_foretold_with_what_came(world: World, by: str) -> None:
    driven(world, 14)
    found = journey.get(world, f"/reports/eta-accuracy?{PERIOD}&by={by}", Role.MANAGER)
    made = rows(world, select(Prediction).where(Prediction.actual_minutes > 0))
    error = sum(abs(one.expected_minutes - one.actual_minutes) for one in made) / len(made)
    assert found["all"]["predictions"] == len(made)
    assert found["all"]["arrivals"] == 1
    assert found["all"]["mae_minutes"] == pytest.approx(error, abs=0.06)
    assert found["all"]["bias_minutes"] < 0
    assert sum(group["predictions"] for group in found["groups"]) == len(made)
    named = {"horizon": "from_minutes", "lane": "origin", "vehicle_type": "vehicle_type"}[by]
    assert all(named in group for group in found["groups"])


def test_a_report_of_a_quiet_time_says_nothing_and_not_nought(world: World) -> None:
    found = journey.get(world, f"/reports/eta-accuracy?{PERIOD}", Role.MANAGER)
    assert found["all"]["predictions"] == 0
    assert found["all"]["mae_minutes"] is None
    assert found["groups"] == []
