"""An estimated arrival is that of a stop: what lists, single answers and webhooks say of trips and consignments."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.support import journey
from tests.support.crashes import crash, several_on_the_road, tranship
from tests.support.journey import Walk
from tests.support.shipment import a_hook
from tests.support.world import World


def expected(world: World, kind: str, number: str) -> Any:
    """Give the estimated arrival of one trip or consignment, which its list must tell as well."""
    alone = journey.get(world, f"/{kind}/{number}")["estimated_arrival_at"]
    (listed,) = [one for one in journey.get(world, f"/{kind}")["items"] if one["number"] == number]
    assert listed["estimated_arrival_at"] == alone
    return alone


def at_stops(world: World, trip: str) -> dict[str, Any]:
    """Give the estimated arrival at each stop of a trip by its site."""
    stops = journey.get(world, f"/trips/{trip}")["stops"]
    return {stop["site"]["code"]: stop["estimated_arrival_at"] for stop in stops}


def test_goods_are_expected_at_their_own_stop_and_the_trip_at_its_last(world: World) -> None:
    near, far = journey.book(world, destination="TJ-D", consignee="CN-2"), journey.book(world)
    trip = journey.plan(world, far, near, stops=["SG-A", "TJ-D", "BJ-B"])
    assert [expected(world, "trips", trip), expected(world, "consignments", near)] == [None, None]
    journey.run_due(world)
    at = at_stops(world, trip)
    assert at["SG-A"] is None
    assert at["TJ-D"] < at["BJ-B"]
    assert expected(world, "trips", trip) == at["BJ-B"]
    assert (expected(world, "consignments", near), expected(world, "consignments", far)) == (at["TJ-D"], at["BJ-B"])


def test_goods_that_ride_to_a_hub_are_not_expected_at_their_destination_yet(world: World) -> None:
    goods = journey.book(world)
    trip = journey.plan(world, goods, drops={goods: "JN-H"})
    journey.run_due(world)
    assert at_stops(world, trip)["JN-H"] is not None
    assert expected(world, "trips", trip) == at_stops(world, trip)["JN-H"]
    assert expected(world, "consignments", goods) is None


def test_goods_taken_off_a_trip_are_expected_nowhere_until_they_ride_again(world: World) -> None:
    walk = journey.planned(world)
    journey.run_due(world)
    assert expected(world, "consignments", walk.consignment) is not None
    journey.post(world, journey.Role.DISPATCHER, f"/trips/{walk.trip}/cancellation", {"reason": "车辆故障"})
    assert expected(world, "consignments", walk.consignment) is None
    again = journey.plan(world, walk.consignment, vehicle="鲁G10002")
    assert expected(world, "consignments", walk.consignment) is None
    journey.run_due(world)
    assert expected(world, "consignments", walk.consignment) == at_stops(world, again)["BJ-B"]


def test_a_trip_held_after_its_last_arrival_keeps_it(world: World) -> None:
    walk = journey.at_door(world)
    arrived = journey.get(world, f"/trips/{walk.trip}")["arrived_at"]
    crash(world, walk)
    trip = journey.get(world, f"/trips/{walk.trip}")
    assert trip["frozen_at"] is not None
    assert trip["arrived_at"] == expected(world, "trips", walk.trip) == arrived
    assert expected(world, "consignments", walk.consignment) == arrived


def test_a_transhipped_trip_ended_where_the_goods_came_off(world: World) -> None:
    near, far = journey.book(world, destination="TJ-D", consignee="CN-2"), journey.book(world)
    trip = several_on_the_road(world, near, far)
    answer = tranship(world, crash(world, Walk(trip, far)))
    relief = answer.json["transhipment"]["to_trip"]
    assert expected(world, "trips", trip) == journey.get(world, f"/trips/{trip}")["arrived_at"]
    assert [expected(world, "consignments", goods) for goods in (near, far)] == [None, None]
    journey.run_due(world)
    at = at_stops(world, relief)
    assert (expected(world, "consignments", near), expected(world, "consignments", far)) == (at["TJ-D"], at["BJ-B"])


@pytest.mark.parametrize("hub", [None, "JN-H"])
def test_a_webhook_tells_the_arrival_at_the_destination(world: World, hub: str | None) -> None:
    a_hook(world, events=("consignment.departed",))
    goods = journey.book(world)
    trip = several_on_the_road(world, goods, **({"drops": {goods: hub}} if hub else {}))
    told = [orjson.loads(call.body)["data"] for call in world.caller.posted]
    assert [one["consignment"] for one in told] == [goods]
    assert (told[0]["estimated_arrival_at"] is None) == (hub is not None)
    assert trip == told[0]["trip"]
