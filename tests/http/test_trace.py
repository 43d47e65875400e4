"""A consignment's whole history in one call, and nothing of anybody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.records import JournalEntry
from models.vocabulary import ProblemSeverity, Role, TaskKind
from services import tasks
from services.planning import crews, dispatch
from services.road import underway
from services.transaction import WORKER
from services.yard import seals
from tests.support.journey import client_of
from tests.support.shipment import Shipment
from tests.support.world import PHOTO, World


def trace(world: World, number: str, role: Role = Role.DISPATCHER, **query: Any) -> Any:
    path = f"/api/v1/consignments/{number}/trace"
    return client_of(world).get(path, query_string=query, headers=world.signed(role))


def items(world: World, number: str, role: Role = Role.DISPATCHER) -> list[dict[str, Any]]:
    answer = trace(world, number, role, limit=200)
    assert answer.status_code == 200, answer.json
    return list(answer.json["items"])


def actions(world: World, number: str, role: Role = Role.DISPATCHER) -> list[str]:
    return [item["action"] for item in items(world, number, role)]


def delivered(world: World) -> Shipment:
    shipment = Shipment(world).planned().told()
    world.clock.advance(hours=14)
    return shipment.loaded().departed().arrived().seals_checked().accepted()


def test_the_whole_way_is_one_list_in_order_of_time(world: World) -> None:
    shipment = delivered(world)
    found = items(world, shipment.number)
    told = [item["action"] for item in found]
    way = ["consignment.booked", "trip.planned", "consignment.assigned", "trip.crewed", "notice.sent", "trip.loading",
           "consignment.counted", "consignment.loaded", "seal.applied", "trip.under_way", "consignment.arrived",
           "trip.seals_verified", "consignment.accepted"]  # fmt: skip
    assert [action for action in told if action in way] == way
    assert [item["occurred_at"] for item in found] == sorted(item["occurred_at"] for item in found)
    sealed = next(item for item in found if item["action"] == "seal.applied")
    assert (sealed["facts"]["number"], sealed["actor"]) == ("YA000001", {"kind": "user", "name": "dispatcher"})
    assert all(item["ruleset_version"] == 0 for item in found)


def test_pages_follow_one_another_without_gap_or_repeat(world: World) -> None:
    shipment = delivered(world)
    whole = items(world, shipment.number)
    seen: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 4}
    while True:
        answer = trace(world, shipment.number, **query).json
        assert len(answer["items"]) <= 4
        seen += answer["items"]
        if answer["next_cursor"] is None:
            break
        query["cursor"] = answer["next_cursor"]
    assert seen == whole


def test_a_foreign_cursor_and_too_long_a_page_are_invalid(lite_world: World) -> None:
    number = Shipment(lite_world).number
    for query in ({"cursor": "bm90IG91cnM"}, {"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5LjE"}, {"limit": 201}):
        assert trace(lite_world, number, **query).status_code == 422


def test_foreign_and_absent_consignments_are_the_same(lite_world: World) -> None:
    number = Shipment(lite_world).number
    client, other = client_of(lite_world), {"Authorization": f"Bearer {lite_world.other_key}"}
    answers = [client.get(f"/api/v1/consignments/{no}/trace", headers=other) for no in (number, "YD-20260101-9999")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_nothing_of_another_consignment_on_the_same_trip_shows(lite_world: World) -> None:
    mine = Shipment(lite_world)
    other = Shipment(lite_world, consignee="CN-2", destination="TJ-D")
    mine.planned(others=[other.number], stops=["SG-A", "TJ-D", "BJ-B"]).told(hours=28)
    mine.loaded(others=(other.number,)).departed()
    for role in (Role.DISPATCHER, Role.SHIPPER):
        text = trace(lite_world, mine.number, role, limit=200).text
        assert other.number not in text
        assert mine.number in text
    with lite_world.runtime.read(WORKER) as tx:
        counted = tx.session.scalars(select(JournalEntry).where(JournalEntry.action == "notice.sent")).all()
    assert len(counted) == 2
    assert actions(lite_world, mine.number).count("notice.sent") == 1


def test_the_trip_belongs_to_the_history_only_until_the_goods_are_signed_for(lite_world: World) -> None:
    first = Shipment(lite_world, consignee="CN-2", destination="TJ-D")
    second = Shipment(lite_world)
    first.planned(others=[second.number], stops=["SG-A", "TJ-D", "BJ-B"]).told(hours=28)
    first.loaded(others=(second.number,)).departed().arrived(hours=5).seals_checked().accepted()
    lite_world.clock.advance(minutes=10)
    problem = {"text": "轮胎异响", "severity": ProblemSeverity.ORDINARY, "occurred_at": lite_world.clock.now()}
    first.do(lambda tx: underway.report_problem(tx, first.trip, problem).id)
    assert "trip.problem" not in actions(lite_world, first.number)
    assert "trip.problem" in actions(lite_world, second.number)


def test_a_trip_that_was_called_off_ends_there(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned()
    shipment.do(lambda tx: dispatch.cancel_trip(tx, shipment.trip, "车辆故障").id)
    lite_world.clock.advance(hours=1)
    shipment.planned(plate="鲁G10002")
    told = actions(lite_world, shipment.number)
    assert told.count("trip.planned") == 2
    assert told.index("trip.cancelled") < told.index("trip.planned", told.index("trip.cancelled"))


def test_a_shipper_reads_roles_instead_of_names_and_his_own_people_by_name(lite_world: World) -> None:
    shipment = delivered(lite_world)
    found = items(lite_world, shipment.number, Role.SHIPPER)
    names = {item["action"]: item["actor"]["name"] for item in found}
    assert (names["trip.planned"], names["notice.sent"]) == ("dispatcher", "worker")
    with lite_world.runtime.begin(WORKER) as tx:
        entry = tx.session.scalars(select(JournalEntry).where(JournalEntry.action == "consignment.booked")).one()
    assert names["consignment.booked"] == entry.actor_name
    assert "drivers" not in next(item for item in found if item["action"] == "trip.crewed")["facts"]


def test_health_persons_and_inner_matters_stay_inside(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned()
    shipment.do(lambda tx: crews.request_waiver(tx, shipment.trip, "夜间缺人").id)
    shipment.told()
    lite_world.clock.advance(hours=14)
    shipment.loaded()
    shipment.do(lambda tx: tasks.raise_task(tx, TaskKind.CLAIM_DRAFT, "t-1", tx.now, consignment_id=1))
    inside, outside = actions(lite_world, shipment.number), actions(lite_world, shipment.number, Role.SHIPPER)
    inner = {"trip.check_in", "waiver.requested", "task.raised"}
    assert inner <= set(inside)
    assert inner.isdisjoint(outside)
    text = trace(lite_world, shipment.number, Role.SHIPPER, limit=200).text
    assert "alcohol" not in text
    assert "D1" not in text


def test_findings_come_with_their_message_in_the_callers_language(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned().told()
    lite_world.clock.advance(hours=14, minutes=30)
    shipment.loaded()
    checks = [item for item in items(lite_world, shipment.number) if item["action"] == "trip.check_in"]
    finding = checks[0]["findings"][0]
    assert finding["code"] == "CHECK_IN_LATE"
    assert finding["message"] != finding["code"]


def test_an_opened_seal_is_in_the_history_with_its_successor(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned().told()
    lite_world.clock.advance(hours=14)
    shipment.loaded().departed()
    record = {"reason": "路检", "who": "交警", "by_police": True, "authority_document": "1", "photo": PHOTO}
    shipment.do(lambda tx: seals.break_seal(tx, "YA000001", {**record, "occurred_at": tx.now}).id)
    at = lite_world.clock.now() + timedelta(minutes=1)
    lite_world.clock.advance(minutes=2)
    shipment.do(lambda tx: seals.replace(tx, "YA000001", "YA000002", at, PHOTO).id)
    found = {item["action"]: item for item in items(lite_world, shipment.number, Role.SHIPPER)}
    assert found["seal.replaced"]["facts"] == {"old": "YA000001", "new": "YA000002", "closure": "rear_door"}
    assert (found["seal.replaced"]["occurred_at"], found["seal.broken"]["facts"]["number"]) == (
        at.isoformat().replace("+00:00", "Z"), "YA000001",
    )  # fmt: skip
