"""The first report of an accident: what one call finds out, holds, starts and refuses (R-A-05 to R-A-07, R-A-13)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.accidents import Accident
from models.records import JournalEntry
from models.trips import Trip
from models.vocabulary import (
    AccidentState,
    ClockKind,
    FirstResponse,
    MpsClass,
    ReportedVia,
    Role,
    Sc493Grade,
    TaskKind,
)
from services.accident_cases import find_accident
from services.accidents import reporting
from services.accidents.reporting import Report
from services.accidents.telling import tell_shippers
from services.policy.accidents.classification import Harm
from services.policy.findings import RuleBrokenError
from services.queries.accidents import harm_list
from tests.support import case, journey
from tests.support.world import World

K = ClockKind


def refused(world: World, report: Report, role: Role = Role.DISPATCHER) -> list[str]:
    with pytest.raises(RuleBrokenError) as caught:
        case.do(world, lambda tx: reporting.report(tx, report), role)
    return [finding.code for finding in caught.value.findings]


def test_one_call_opens_the_case_with_number_classes_count_and_clocks(world: World) -> None:
    number = case.reported(world, harm=Harm(dead=1, seriously_hurt=8, missing=1))
    accident = case.case(world, number)
    assert number.startswith("SG-20260302-")
    assert (accident.state, accident.reported_via) == (AccidentState.REPORTED, ReportedVia.DESK)
    classes = (accident.mps_class, accident.report_tier, accident.sc493_grade)
    assert classes == (MpsClass.EXTRAORDINARY, 3, Sc493Grade.ORDINARY)
    (count,) = case.look(world, lambda tx: harm_list(tx, number))["items"]
    assert (count["seq"], count["harm"]["dead"], count["report_tier"]) == (1, 1, 3)
    running = {kind for kind in ClockKind if [one for one in case.clocks(world, number, kind) if not one.met_at]}
    assert running == {K.RESPONDER_SENT, K.INSURER_TOLD, K.FIVE_DAY_RECORD, K.ONE_HOUR_REPORT, K.QUICK_FORM}
    told = case.clock(world, number, K.POLICE_AND_SAFETY_TOLD)
    assert told.met_at == accident.police_told_at == accident.safety_told_at


def test_an_alarm_by_one_touch_finds_trip_truck_driver_and_place(world: World) -> None:
    walk = journey.under_way(world)
    world.clock.advance(minutes=30)
    fix = {"plate": journey.PLATE, "fix_at": world.clock.now().isoformat(), "lat": 37.5, "lon": 118.1}
    journey.post(world, Role.DRIVER, "/positions", {"positions": [fix]})
    world.clock.advance(minutes=10)
    number = case.do(world, lambda tx: reporting.report(tx, Report(sos=True)).number, Role.DRIVER)
    accident = case.case(world, number)
    assert (accident.reported_via, accident.place) == (ReportedVia.SOS, "37.50000, 118.10000")
    assert (accident.lat_e6, accident.lon_e6) == (37_500_000, 118_100_000)
    assert case.driver(world).id == accident.driver_id
    assert accident.outline.startswith("一键报警")
    trip = case.look(world, lambda tx: tx.session.scalars(select(Trip).where(Trip.number == walk.trip)).one())
    assert (accident.trip_id, trip.frozen_at) == (trip.id, world.clock.now())
    # nobody knows the outline yet, so the insurer's time begins a day later at the latest
    insurer = case.clock(world, number, K.INSURER_TOLD)
    assert insurer.started_at == accident.company_received_at + timedelta(hours=24)
    assert case.clock(world, number, K.POLICE_AND_SAFETY_TOLD).met_at is None


def test_the_goods_are_held_and_their_shippers_hear_of_it(world: World) -> None:
    walk = journey.under_way(world)
    number = case.do(world, lambda tx: reporting.report(tx, Report(sos=True)).number, Role.DRIVER)
    assert journey.get(world, f"/consignments/{walk.consignment}")["held"] is True
    seen = journey.send(world, Role.DISPATCHER, "GET", "/parties/SH-1")
    channels = {"channels": [{"kind": "webhook", "address": "https://example.com/hook", "events": ["accident.closed"]}]}
    tag = {"If-Match": seen.headers["ETag"]}
    assert journey.send(world, Role.DISPATCHER, "PUT", "/parties/SH-1/channels", channels, tag).status_code == 200
    case.do(world, lambda tx: tell_shippers(tx, find_accident(tx, number), "accident.closed"))
    journey.run_due(world)
    (delivery,) = journey.get(world, "/webhook-deliveries")["items"]
    assert (delivery["event"], delivery["payload"]["data"]["facts"]) == (
        "accident.closed",
        {"accident": number, "trip": walk.trip},
    )


def test_a_driver_reports_his_own_trip_only(world: World) -> None:
    told = case.told(world, plate="鲁G10001", driver=None)
    assert refused(world, told, Role.DRIVER) == ["REFERENCE_UNKNOWN"]
    assert refused(world, case.told(world, plate="鲁G99999"), Role.DRIVER) == ["REFERENCE_UNKNOWN"]
    assert refused(world, Report(sos=True), Role.DRIVER) == ["NOT_ON_A_TRIP"]
    journey.under_way(world)
    assert refused(world, case.told(world, plate="鲁G10002", driver=None), Role.DRIVER) == ["REFERENCE_UNKNOWN"]
    number = case.reported(world, Role.DRIVER, driver=None)
    assert case.case(world, number).reported_via is ReportedVia.DRIVER


def test_who_drove_is_who_was_at_the_wheel_at_that_instant(world: World) -> None:
    walk = journey.under_way(world)
    world.clock.advance(hours=1)
    happened = world.clock.now()
    world.clock.advance(minutes=10)
    journey.post(world, Role.DRIVER, f"/trips/{walk.trip}/hand-overs", {"giver": "D1", "receiver": "D2"})
    world.clock.advance(minutes=10)
    number = case.reported(world, driver=None, occurred_at=happened)
    assert case.case(world, number).driver_id == case.driver(world, "D1").id
    assert refused(world, case.told(world, driver="D3")) == ["NOT_IN_CREW"]


def test_an_accident_of_an_hour_ago_belongs_to_the_trip_of_then_and_holds_nothing_that_arrived(world: World) -> None:
    walk = journey.under_way(world)
    world.clock.advance(hours=1)
    happened = world.clock.now()
    world.clock.advance(hours=3)
    journey.arrive(world, walk.trip)
    number = case.reported(world, driver=None, occurred_at=happened, police_told_at=None)
    trip = case.look(world, lambda tx: tx.session.scalars(select(Trip).where(Trip.number == walk.trip)).one())
    assert (case.case(world, number).trip_id, trip.frozen_at) == (trip.id, None)


def test_outside_any_trip_vehicle_and_driver_are_named(lite_world: World) -> None:
    assert case.case(lite_world, case.reported(lite_world)).trip_id is None
    assert refused(lite_world, case.told(lite_world, plate="鲁G10002", driver=None)) == ["ACCIDENT_REPORT_INCOMPLETE"]


@pytest.mark.parametrize("left_out", ["place", "outline", "harm"])
def test_a_report_in_words_names_everything_that_the_measures_ask_for(lite_world: World, left_out: str) -> None:
    report = case.told(lite_world, **{left_out: None})
    with pytest.raises(RuleBrokenError) as caught:
        case.do(lite_world, lambda tx: reporting.report(tx, report))
    (finding,) = caught.value.findings
    assert (finding.code, finding.facts["missing"]) == ("ACCIDENT_REPORT_INCOMPLETE", [left_out])


def test_times_kept_offline_are_taken_and_times_to_come_are_not(lite_world: World) -> None:
    now = lite_world.clock.now()
    ahead = now + timedelta(minutes=10)
    late = {"occurred_at": now - timedelta(hours=3), "police_told_at": now - timedelta(hours=2)}
    accident = case.case(lite_world, case.reported(lite_world, **late))
    assert (accident.occurred_at, accident.company_received_at) == (late["occurred_at"], now)
    assert case.clock(lite_world, accident.number, K.POLICE_AND_SAFETY_TOLD).missed_at is not None
    fast = case.told(lite_world, plate="鲁G10002", driver="D2", occurred_at=ahead, police_told_at=ahead)
    number = case.do(lite_world, lambda tx: reporting.report(tx, fast).number)
    assert case.case(lite_world, number).occurred_at == case.case(lite_world, number).police_told_at == now
    over = case.told(lite_world, plate="鲁G10003", occurred_at=ahead + timedelta(seconds=1), police_told_at=None)
    assert refused(lite_world, over) == ["TIME_IN_THE_FUTURE"]
    before = case.told(lite_world, plate="鲁G10003", police_told_at=now - timedelta(seconds=1))
    assert refused(lite_world, before) == ["BEFORE_THE_ACCIDENT"]


def test_the_hour_runs_from_when_the_company_was_told_not_from_when_it_was_typed_in(lite_world: World) -> None:
    now = lite_world.clock.now()
    happened, rung = now - timedelta(hours=2), now - timedelta(minutes=50)
    number = case.reported(
        lite_world, harm=case.ONE_DEAD, occurred_at=happened, police_told_at=happened, safety_told_at=rung
    )
    assert case.clock(lite_world, number, K.ONE_HOUR_REPORT).due_at == now + timedelta(minutes=10)
    office = case.told(lite_world, plate="鲁G10002", driver="D2", harm=case.ONE_DEAD, occurred_at=happened,
                       police_told_at=happened, received_at=rung + timedelta(minutes=20))  # fmt: skip
    second = case.do(lite_world, lambda tx: reporting.report(tx, office).number)
    assert case.clock(lite_world, second, K.ONE_HOUR_REPORT).started_at == now - timedelta(minutes=30)


def test_the_same_accident_told_twice_is_one_case(world: World) -> None:
    first = case.reported(world)
    world.clock.advance(minutes=120)
    with pytest.raises(RuleBrokenError) as caught:
        case.reported(world)
    (finding,) = caught.value.findings
    assert (finding.code, finding.facts) == ("ACCIDENT_KNOWN", {"accident": first})
    world.clock.advance(seconds=1)
    assert case.reported(world) != first


def test_the_checklist_of_the_scene_begins_with_the_calls_that_were_made(lite_world: World) -> None:
    accident = case.case(lite_world, case.reported(lite_world))
    assert set(accident.first_response) == {FirstResponse.POLICE_CALLED.value, FirstResponse.SAFETY_CALLED.value}


def test_people_are_sent_for_and_the_general_manager_hears_of_the_worst(world: World) -> None:
    number = case.reported(world, harm=case.ONE_DEAD)
    (sent,) = case.tasks(world, TaskKind.SEND_RESPONDER)
    assert (sent["accident"], sent["plate"], sent["tier"], sent["for"]) == (number, case.PLATE, 2, "manager")
    assert case.tasks(world, TaskKind.EMERGENCY_PLAN) == []
    worst = case.reported(world, plate="鲁G10002", driver="D2", harm=case.THREE_DEAD)
    (plan,) = case.tasks(world, TaskKind.EMERGENCY_PLAN)
    assert (plan["accident"], plan["for"], plan["people"]) == (
        worst,
        "general_manager",
        [{"name": "总经理", "phone": None}],
    )
    assert case.case(world, worst).emergency == {}


def test_the_journal_tells_how_it_was_reported(lite_world: World) -> None:
    number = case.reported(lite_world)
    query = select(JournalEntry).where(JournalEntry.action == "accident.reported")
    entry = case.look(lite_world, lambda tx: tx.session.scalars(query).one())
    assert (entry.facts["number"], entry.facts["via"], entry.seq) == (number, "desk", 1)


def test_an_accident_that_driver_and_desk_report_at_the_same_moment_is_one_case(world: World) -> None:
    journey.under_way(world)
    told = {Role.DRIVER: Report(sos=True), Role.DISPATCHER: case.told(world, driver=None)}

    def race(role: Role) -> str:
        try:
            return case.do(world, lambda tx: reporting.report(tx, told[role]).number, role)
        except RuleBrokenError as refused:
            return str(refused.findings[0].facts["accident"])

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(race, [Role.DRIVER, Role.DISPATCHER] * 4))
    assert len(set(numbers)) == 1
    assert case.look(world, lambda tx: len(list(tx.session.scalars(select(Accident))))) == 1
