"""Arrival notices by HTTP: versions, tries, answers, and the figure on time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from models.vocabulary import Role
from services.masterdata import sites
from services.ports import Receipt
from services.queries.reports import rate
from services.transaction import WORKER
from tests.support import journey
from tests.support.world import World

PERIOD = "from=2026-03-01T00:00:00Z&to=2026-03-04T00:00:00Z"


def notices(world: World, consignment: str, role: Role = Role.DISPATCHER) -> list[Any]:
    return list(journey.get(world, f"/consignments/{consignment}/notices", role)["items"])


def test_a_notice_is_scheduled_with_the_plan_sent_twelve_hours_before_and_in_time_on_arrival(
    lite_world: World,
) -> None:
    walk = journey.planned(lite_world)
    first = notices(lite_world, walk.consignment)[0]
    assert (first["state"], first["kind"], first["lead_minutes"], first["attempts"]) == (
        "scheduled",
        "pre_arrival",
        720,
        [],
    )
    journey.pass_hours(lite_world, 3)
    sent = notices(lite_world, walk.consignment)[0]
    assert (sent["id"], sent["state"], sent["site"]["code"]) == (first["id"], "sent", "BJ-B")
    assert [(one["channel"], one["state"], one["receipt"]) for one in sent["attempts"]] == [
        ("email", "delivered", sent["id"])
    ]


def test_a_shipper_reads_the_notices_of_his_own_goods_without_what_the_channel_said(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    journey.pass_hours(lite_world, 3)
    seen = notices(lite_world, walk.consignment, Role.SHIPPER)[0]
    assert set(seen["attempts"][0]) == {"channel", "attempt_no", "state", "started_at", "ended_at"}
    foreign = {"Authorization": f"Bearer {lite_world.other_key}"}
    path = f"/api/v1/consignments/{walk.consignment}/notices"
    assert journey.client_of(lite_world).get(path, headers=foreign).status_code == 404
    assert journey.send(lite_world, Role.SHIPPER, "GET", "/notices").status_code == 403


def test_the_desk_records_that_the_consignee_knows_once(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    journey.pass_hours(lite_world, 3)
    path = f"/notices/{notices(lite_world, walk.consignment)[0]['id']}/acknowledgement"
    first = journey.post(lite_world, Role.DISPATCHER, path)
    assert (first["state"], first["acknowledged_by"]) == ("acknowledged", "desk: dispatcher")
    lite_world.clock.advance(hours=1)
    again = journey.post(lite_world, Role.DISPATCHER, path, {"by": "王师傅"})
    assert (again["acknowledged_at"], again["acknowledged_by"]) == (first["acknowledged_at"], "desk: dispatcher")
    absent = journey.send(lite_world, Role.DISPATCHER, "POST", "/notices/ntc_0/acknowledgement", {})
    assert absent.status_code == 404
    assert journey.send(lite_world, Role.DRIVER, "POST", path, {}).status_code == 403


def test_a_notice_that_no_channel_carries_is_told_by_phone_and_counts_as_told(world: World) -> None:
    world.mailer.refuse = True
    world.caller.answer = Receipt(delivered=False, detail="HTTP 500")
    walk = journey.planned(world)
    for _ in range(30):
        world.clock.advance(minutes=10)
        journey.run_due(world)
    failed = notices(world, walk.consignment)[0]
    assert failed["state"] == "failed"
    assert {one["channel"] for one in failed["attempts"]} == {"email", "webhook"}
    assert [task["kind"] for task in journey.get(world, "/tasks?open=true")["items"]] == ["call_consignee"]
    call = {"note": "已告知王师傅"}
    early = {**call, "occurred_at": "2026-03-01T21:59:59Z"}
    path = f"/notices/{failed['id']}/phone-call"
    assert journey.codes(journey.send(world, Role.DISPATCHER, "POST", path, early)) == ["TOLD_BEFORE_NOTICE"]
    told = journey.post(world, Role.DISPATCHER, path, call)
    assert (told["state"], told["acknowledged_by"]) == ("acknowledged", "phone: dispatcher")
    assert journey.get(world, "/tasks?open=true")["items"] == []


def test_a_notice_of_a_trip_called_off_is_not_acknowledged(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    notice = notices(lite_world, walk.consignment)[0]["id"]
    journey.post(lite_world, Role.DISPATCHER, f"/trips/{walk.trip}/cancellation", {"reason": "取消"})
    answer = journey.send(lite_world, Role.DISPATCHER, "POST", f"/notices/{notice}/acknowledgement", {})
    assert journey.codes(answer) == ["MOVE_NOT_ALLOWED"]


def test_notices_are_listed_by_state_and_by_when_they_are_due(world: World) -> None:
    walk = journey.planned(world)
    due = (world.clock.now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    listed = journey.get(world, f"/notices?state=scheduled&due_before={due}")["items"]
    assert [one["trip"] for one in listed] == [walk.trip]
    assert journey.get(world, "/notices?state=scheduled&due_before=2026-03-02T00:00:00Z")["items"] == []
    assert journey.get(world, "/notices?state=sent")["items"] == []


def test_the_figure_counts_duties_exactly_and_says_when_there_are_none(world: World) -> None:
    empty = journey.get(world, f"/reports/notices?{PERIOD}", Role.FINANCE)
    assert (empty["due"], empty["on_time"]) == (0, {"numerator": 0, "denominator": 0, "percent": "n/a"})
    journey.delivered(world)
    report = journey.get(world, f"/reports/notices?{PERIOD}")
    assert (report["due"], report["sent"], report["in_time"]) == (1, 1, 1)
    assert report["on_time"] == {"numerator": 1, "denominator": 1, "percent": "100.00"}
    assert set(report["breaches"].values()) == {0}
    assert journey.get(world, "/reports/notices?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z")["due"] == 0


def test_a_duty_that_was_booked_too_late_is_counted_with_its_cause(lite_world: World) -> None:
    number = journey.book(lite_world)
    departure = (lite_world.clock.now() + timedelta(hours=2)).isoformat()
    trip = journey.plan(lite_world, number, planned_departure_at=departure)
    journey.crew(lite_world, trip)
    journey.pass_hours(lite_world, 1)
    journey.check_in(lite_world, trip)
    journey.pre_trip_check(lite_world, trip)
    journey.count(lite_world, trip, number)
    journey.secure(lite_world, trip)
    journey.complete_loading(lite_world, trip)
    journey.seal(lite_world, trip)
    journey.pass_hours(lite_world, 1)
    journey.gate_out(lite_world, trip)
    lite_world.clock.advance(hours=7)
    journey.arrive(lite_world, trip)
    report = journey.get(lite_world, f"/reports/notices?{PERIOD}")
    assert (report["in_time"], report["on_time"]["percent"], report["breaches"]["late_booking"]) == (0, "0.00", 1)


def test_a_period_ends_after_it_begins_and_both_ends_are_given(lite_world: World) -> None:
    backwards = "/reports/notices?from=2026-03-04T00:00:00Z&to=2026-03-04T00:00:00Z"
    for path, pointer in ((backwards, "/to"), ("/reports/notices?from=2026-03-04T00:00:00Z", "/to")):
        answer = journey.send(lite_world, Role.DISPATCHER, "GET", path)
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert journey.send(lite_world, Role.SHIPPER, "GET", f"/reports/notices?{PERIOD}").status_code == 403


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent"),
    [(9, 10, "90.00"), (899, 1000, "89.90"), (96, 99, "96.96"), (99999, 100000, "99.99"), (0, 3, "0.00")],
)
def test_a_percentage_is_cut_off_and_never_rounded_up(numerator: int, denominator: int, percent: str) -> None:
    assert rate(numerator, denominator)["percent"] == percent


# a truck that comes before its notice was due


def a_long_trip(world: World) -> journey.Walk:
    """Walk until a truck is on a road so long that its notice falls due hours after the gate."""
    with world.runtime.begin(WORKER) as tx:
        sites.set_distance(tx, "370783", "110115", 1800.0)
    return journey.under_way(world)


def go_to(world: World, instant: str, seconds: int = 0) -> None:
    """Let the time come that an answer named, without any background work on the way."""
    world.clock.move_to(datetime.fromisoformat(instant) + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "breach"), [(-1, "early_arrival"), (0, "not_sent")], ids=["before it is due", "when it is due"]
)
def test_a_truck_that_comes_before_its_notice_is_told_of_at_once(world: World, seconds: int, breach: str) -> None:
    walk = a_long_trip(world)
    waiting = notices(world, walk.consignment)[0]
    assert waiting["state"] == "scheduled"
    go_to(world, waiting["due_at"], seconds)
    journey.arrive(world, walk.trip)
    journey.run_due(world)
    (told,) = notices(world, walk.consignment)
    arrived = journey.get(world, f"/trips/{walk.trip}")["arrived_at"]
    assert (told["id"], told["state"], told["version_no"]) == (waiting["id"], "sent", 1)
    assert told["sent_at"] == told["delivered_at"] == told["eta_at"] == arrived
    assert (told["in_time"], told["breach"]) == (False, breach)
    report = journey.get(world, f"/reports/notices?{PERIOD}")
    assert (report["due"], report["sent"], report["in_time"], report["breaches"][breach]) == (1, 1, 0, 1)


def test_who_is_told_at_the_door_reads_that_the_truck_is_there(lite_world: World) -> None:
    walk = a_long_trip(lite_world)
    lite_world.clock.advance(hours=2)
    journey.arrive(lite_world, walk.trip)
    journey.run_due(lite_world)
    (mail,) = lite_world.mailer.sent
    assert mail.subject == f"货物已到达:{walk.consignment}"
    assert "已于 2026-03-02 16:00(北京时间)到达 北京库" in mail.body
    assert "预计" not in mail.body
    journey.pass_hours(lite_world, 30)
    assert [one["state"] for one in notices(lite_world, walk.consignment)] == ["sent"]
    assert journey.get(lite_world, "/tasks?open=true")["items"] == []


def test_a_notice_still_being_tried_on_arrival_is_tried_on_until_somebody_knows(world: World) -> None:
    walk = a_long_trip(world)
    waiting = notices(world, walk.consignment)[0]
    world.mailer.refuse = True
    go_to(world, waiting["due_at"])
    journey.run_due(world)
    world.clock.advance(minutes=1)
    journey.arrive(world, walk.trip)
    world.mailer.refuse = False
    journey.run_due(world)
    assert notices(world, walk.consignment)[0]["state"] == "scheduled"
    world.clock.advance(minutes=10)
    journey.run_due(world)
    told = notices(world, walk.consignment)[0]
    assert (told["state"], told["breach"], told["in_time"]) == ("sent", "delivery_failed", False)
    assert [one["state"] for one in told["attempts"]] == ["failed", "delivered"]
    assert "到达 北京库,未能提前通知" in world.mailer.sent[-1].body


def test_a_truck_at_the_door_whose_notice_no_channel_takes_is_a_task_for_a_person(world: World) -> None:
    walk = a_long_trip(world)
    world.mailer.refuse = True
    world.caller.answer = Receipt(delivered=False, detail="HTTP 500")
    world.clock.advance(hours=2)
    journey.arrive(world, walk.trip)
    for _ in range(6):
        journey.run_due(world)
        world.clock.advance(minutes=10)
    failed = notices(world, walk.consignment)[0]
    assert (failed["state"], failed["breach"]) == ("failed", "early_arrival")
    assert [task["kind"] for task in journey.get(world, "/tasks?open=true")["items"]] == ["call_consignee"]


def test_what_changed_and_was_not_told_yet_is_called_off_on_arrival(lite_world: World) -> None:
    walk = a_long_trip(lite_world)
    go_to(lite_world, notices(lite_world, walk.consignment)[0]["due_at"])
    journey.run_due(lite_world)
    journey.report_position(lite_world, *journey.HALFWAY)
    lite_world.clock.advance(minutes=1)
    journey.run_due(lite_world)
    assert [one["state"] for one in notices(lite_world, walk.consignment)] == ["sent", "scheduled"]
    journey.arrive(lite_world, walk.trip)
    journey.pass_hours(lite_world, 3)
    assert [one["state"] for one in notices(lite_world, walk.consignment)] == ["sent", "cancelled"]
    assert len(lite_world.mailer.sent) == 1
