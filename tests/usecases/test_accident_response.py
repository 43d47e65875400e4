"""What safety does with a case: answer, record, scene, five-day record, checklists, details, voiding (domain 4.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.accidents import Accident, AccidentReport
from models.trips import Trip
from models.vocabulary import (
    AccidentState,
    CargoAction,
    ClockKind,
    DeterminationBasis,
    EmergencyStep,
    FirstResponse,
    Grade,
    OffPostCause,
    ReportKind,
    ReportRecipient,
    Role,
    TaskKind,
)
from services.accidents import checklists, details, off_post, reporting, reports, response, voiding
from services.accidents.checklists import Ticked
from services.accidents.reporting import Report
from services.accidents.reports import Sending
from services.accidents.response import Response
from services.errors import NotFoundError, StaleVersionError
from services.policy.findings import RuleBrokenError
from services.transaction import Tx
from tests.support import case, journey
from tests.support.accidents import a_determination
from tests.support.world import World

K, S = ClockKind, AccidentState


def refused(world: World, work: Callable[[Tx], Any], role: Role = Role.SAFETY) -> list[str]:
    with pytest.raises(RuleBrokenError) as caught:
        case.do(world, work, role)
    return [finding.code for finding in caught.value.findings]


def answer(world: World, **changes: Any) -> Response:
    values = {"responder": "张安全", "sent_at": world.clock.now(), "cargo_action": CargoAction.NO_CARGO}
    return Response(**{**values, **changes})


def trip_of(world: World, number: str) -> Trip:
    return case.look(world, lambda tx: tx.session.scalars(select(Trip).where(Trip.number == number)).one())


def test_an_answer_with_the_record_brings_the_case_to_investigation_without_skipping_a_state(world: World) -> None:
    number = case.reported(world)
    world.clock.advance(minutes=10)
    told = answer(world)
    case.do(world, lambda tx: response.respond(tx, number, told))
    accident = case.case(world, number)
    assert (accident.state, accident.responder) == (S.RESPONDING, "张安全")
    assert case.clock(world, number, K.RESPONDER_SENT).met_at == told.sent_at
    assert case.tasks(world, TaskKind.SEND_RESPONDER) == []
    case.do(world, lambda tx: response.open_record(tx, number, "现场勘查记录"))
    assert case.case(world, number).state is S.INVESTIGATING
    other = case.reported(world, plate="鲁G10002", driver="D2")
    case.do(world, lambda tx: response.respond(tx, other, answer(world, record="记录")))
    assert case.case(world, other).state is S.INVESTIGATING


def test_the_choice_for_the_goods_is_part_of_the_answer(world: World) -> None:
    walk = journey.under_way(world)
    number = case.do(world, lambda tx: reporting.report(tx, Report(sos=True)).number, Role.DRIVER)
    assert refused(world, lambda tx: response.respond(tx, number, answer(world, cargo_action=None))) == [
        "CARGO_ACTION_MISSING"
    ]
    assert refused(world, lambda tx: response.respond(tx, number, answer(world))) == ["GOODS_ABOARD"]
    case.do(world, lambda tx: response.respond(tx, number, answer(world, cargo_action=CargoAction.HELD)))
    assert trip_of(world, walk.trip).frozen_at is not None
    case.do(world, lambda tx: response.respond(tx, number, answer(world, cargo_action=CargoAction.STAYS)))
    assert trip_of(world, walk.trip).frozen_at is None
    again = case.do(world, lambda tx: response.respond(tx, number, answer(world, cargo_action=None)).cargo_action)
    assert again is CargoAction.STAYS


def test_nothing_is_answered_before_it_happened_or_after_the_police_were_waited_for(lite_world: World) -> None:
    number = case.reported(lite_world)
    early = answer(lite_world, sent_at=lite_world.clock.now() - timedelta(seconds=1))
    assert refused(lite_world, lambda tx: response.respond(tx, number, early)) == ["BEFORE_THE_ACCIDENT"]
    later = answer(lite_world, sent_at=lite_world.clock.now() + timedelta(minutes=11))
    assert refused(lite_world, lambda tx: response.respond(tx, number, later)) == ["TIME_IN_THE_FUTURE"]
    assert refused(lite_world, lambda tx: response.open_record(tx, number, "记录")) == ["CASE_STATE_FORBIDS"]
    done = case.investigating(lite_world, plate="鲁G10002", driver="D2")
    assert refused(lite_world, lambda tx: response.open_record(tx, done, " ")) == ["TEXT_EMPTY"]
    case.do(lite_world, lambda tx: response.open_record(tx, done, "补充记录"))
    now = lite_world.clock.now()
    basis = DeterminationBasis.DETERMINATION
    case.do(lite_world, lambda tx: response.investigate(tx, done, now, basis))
    assert refused(lite_world, lambda tx: response.respond(tx, done, answer(lite_world))) == ["CASE_STATE_FORBIDS"]


@pytest.mark.parametrize(
    ("basis", "clocks"),
    [
        (DeterminationBasis.DETERMINATION, 1),
        (DeterminationBasis.SUMMARY_PROCEDURE, 0),
        (DeterminationBasis.AGREEMENT, 0),
    ],
)
def test_after_the_scene_the_case_waits_for_the_police_and_a_clock_waits_with_it(
    lite_world: World, basis: DeterminationBasis, clocks: int
) -> None:
    number = case.investigating(lite_world)
    now = lite_world.clock.now()
    case.do(lite_world, lambda tx: response.investigate(tx, number, now, basis))
    accident = case.case(lite_world, number)
    assert (accident.state, accident.investigated_at) == (S.AWAITING_DETERMINATION, now)
    assert len(case.clocks(lite_world, number, K.DETERMINATION_EXPECTED)) == clocks


def test_no_state_is_skipped(lite_world: World) -> None:
    number = case.reported(lite_world)
    now = lite_world.clock.now()
    scene = lambda tx: response.investigate(tx, number, now, DeterminationBasis.DETERMINATION)  # noqa: E731 - said twice
    assert refused(lite_world, scene) == ["CASE_STATE_FORBIDS"]
    case.do(lite_world, lambda tx: response.respond(tx, number, answer(lite_world)))
    assert refused(lite_world, scene) == ["CASE_STATE_FORBIDS"]


def test_the_five_day_record_is_filed_with_the_grade_pending_and_meets_its_clock(world: World) -> None:
    number = case.reported(world)
    world.clock.advance(days=4)
    case.do(world, lambda tx: [one.id for one in response.file_record(tx, number, "经过", "处理意见")])
    query = select(AccidentReport).where(AccidentReport.kind == ReportKind.FIVE_DAY_RECORD)
    (record,) = case.look(world, lambda tx: list(tx.session.scalars(query)))
    assert (record.recipient, record.blocks["grade"]) == (ReportRecipient.COMPANY, "待认定")
    assert case.clock(world, number, K.FIVE_DAY_RECORD).met_at == world.clock.now()
    assert refused(world, lambda tx: response.file_record(tx, number, " ", "意见")) == ["REPORT_BLOCKS_MISSING"]
    with world.runtime.begin(world.actor(Role.SAFETY)) as tx:
        accident = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        tx.session.add(a_determination(tx, accident, Grade.MAIN))
    case.do(world, lambda tx: [one.id for one in response.file_record(tx, number, "经过", "处理意见")])
    grades = case.look(world, lambda tx: [one.blocks["grade"] for one in tx.session.scalars(query)])
    assert grades == ["待认定", "主要责任"]


def tick(world: World, item: FirstResponse | EmergencyStep, **changes: Any) -> Ticked:
    return Ticked(**{"item": item, "done": True, "at": world.clock.now(), **changes})


def test_the_scene_is_ticked_off_by_the_driver_and_a_call_to_the_police_counts(world: World) -> None:
    journey.under_way(world)
    number = case.do(world, lambda tx: reporting.report(tx, Report(sos=True)).number, Role.DRIVER)
    world.clock.advance(minutes=5)
    items = [
        tick(world, FirstResponse.VEHICLE_STOPPED),
        tick(world, FirstResponse.POLICE_CALLED),
        tick(world, FirstResponse.INJURED_RESCUED, done=False, note="无人受伤"),
    ]
    case.do(world, lambda tx: checklists.record_first_response(tx, number, items), Role.DRIVER)
    accident = case.case(world, number)
    assert accident.police_told_at == world.clock.now()
    assert case.clock(world, number, K.POLICE_AND_SAFETY_TOLD).met_at == world.clock.now()
    assert accident.first_response["injured_rescued"] == {
        "done": False, "at": world.clock.now().isoformat(), "by": "driver", "note": "无人受伤",
    }  # fmt: skip
    wrong = [
        tick(world, FirstResponse.SCENE_PROTECTED, done=False),
        tick(world, FirstResponse.WARNING_SIGN_SET, at=accident.occurred_at - timedelta(seconds=1)),
        tick(world, FirstResponse.PROPERTY_RESCUED, at=world.clock.now() + timedelta(minutes=11)),
    ]
    assert refused(world, lambda tx: checklists.record_first_response(tx, number, wrong), Role.DRIVER) == [
        "CHECKLIST_REASON_MISSING",
        "BEFORE_THE_ACCIDENT",
        "TIME_IN_THE_FUTURE",
    ]


def test_a_driver_who_was_not_there_sees_no_case(lite_world: World) -> None:
    number = case.reported(lite_world, driver="D2")
    items = [tick(lite_world, FirstResponse.VEHICLE_STOPPED)]
    with pytest.raises(NotFoundError):
        case.do(lite_world, lambda tx: checklists.record_first_response(tx, number, items), Role.DRIVER)


def test_the_emergency_plan_is_ticked_step_by_step_until_its_task_is_done(world: World) -> None:
    slight = case.reported(world, plate="鲁G10002", driver="D2")
    steps = [tick(world, step) for step in EmergencyStep]
    assert refused(world, lambda tx: checklists.record_emergency(tx, slight, steps)) == ["NO_EMERGENCY_PLAN"]
    number = case.reported(world, harm=case.THREE_DEAD)
    case.do(world, lambda tx: checklists.record_emergency(tx, number, steps[:-1]))
    assert len(case.tasks(world, TaskKind.EMERGENCY_PLAN)) == 1
    case.do(world, lambda tx: checklists.record_emergency(tx, number, steps[-1:]))
    assert case.tasks(world, TaskKind.EMERGENCY_PLAN) == []
    assert set(case.case(world, number).emergency or {}) == {step.value for step in EmergencyStep}


def test_details_are_laid_over_what_is_known_and_the_outline_starts_the_insurers_time(world: World) -> None:
    journey.under_way(world)
    number = case.do(world, lambda tx: reporting.report(tx, Report(sos=True)).number, Role.DRIVER)
    world.clock.advance(minutes=20)
    changes = {"outline": "追尾前车", "lat": 38.5, "lon": 117.2, "form": {"weather": "雨", "speed_kmh": 70}}
    version = case.case(world, number).version
    case.do(world, lambda tx: details.amend(tx, number, changes, version))
    with pytest.raises(StaleVersionError):
        case.do(world, lambda tx: details.amend(tx, number, changes, version))
    first, second = case.clocks(world, number, K.INSURER_TOLD)
    assert (first.stopped_at, second.started_at) == (world.clock.now(), world.clock.now())
    case.do(world, lambda tx: details.amend(tx, number, {"form": {"weather": None, "km_post": "K120"}}, None))
    accident = case.case(world, number)
    assert (accident.lat_e6, accident.form) == (38_500_000, {"speed_kmh": 70, "km_post": "K120"})
    assert len(case.clocks(world, number, K.INSURER_TOLD)) == 2


def test_a_false_alarm_is_voided_by_somebody_else_and_everything_goes_on(world: World) -> None:
    walk = journey.under_way(world)
    number = case.do(world, lambda tx: reporting.report(tx, Report(sos=True)).number, Role.DRIVER)
    driver_id = case.driver(world).id
    accident_id = case.case(world, number).id
    case.do(world, lambda tx: off_post.begin(tx, driver_id, OffPostCause.ACCIDENT_BY_VIOLATION, accident_id))
    decide = lambda tx: voiding.decide(tx, number, approve=True, reason="误触")  # noqa: E731 - said by several
    assert refused(world, decide, Role.MANAGER) == ["VOID_NOT_ASKED"]
    case.do(world, lambda tx: voiding.ask(tx, number, "驾驶员误触"))
    assert refused(world, decide, Role.SAFETY) == ["VOID_SAME_PERSON"]
    assert refused(world, decide, Role.DRIVER) == ["VOID_SAME_PERSON"]
    case.do(world, decide, Role.MANAGER)
    assert case.case(world, number).state is S.VOID
    assert trip_of(world, walk.trip).frozen_at is None
    assert case.driver(world).status == "on_trip"
    assert [one for kind in K for one in case.clocks(world, number, kind) if not (one.met_at or one.stopped_at)] == []
    assert case.tasks(world, TaskKind.SEND_RESPONDER) == []
    case.pass_time(world, days=1)
    assert case.tasks(world, TaskKind.ACCIDENT_CLOCK) == []
    assert refused(world, lambda tx: voiding.ask(tx, number, "再次")) == ["MOVE_NOT_ALLOWED"]


def test_a_voiding_may_be_refused_and_asked_for_again(lite_world: World) -> None:
    number = case.reported(lite_world)
    case.do(lite_world, lambda tx: voiding.ask(tx, number, "误报"))
    case.do(lite_world, lambda tx: voiding.decide(tx, number, approve=False, reason="属实"), Role.MANAGER)
    accident = case.case(lite_world, number)
    assert (accident.state, accident.void_reason, accident.void_asked_by_id) == (S.REPORTED, None, None)
    case.do(lite_world, lambda tx: voiding.ask(tx, number, "误报"))


def test_nothing_is_voided_once_there_is_a_paper_also_when_it_was_taken_up_again(world: World) -> None:
    number = case.investigating(world)
    with world.runtime.begin(world.actor(Role.SAFETY)) as tx:
        accident = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        tx.session.add(a_determination(tx, accident, Grade.MAIN))
    assert refused(world, lambda tx: voiding.ask(tx, number, "误报")) == ["VOID_AFTER_DETERMINATION"]


def test_reports_are_kept_with_what_they_add_to_and_confirmed_once(world: World) -> None:
    number = case.reported(world, harm=case.ONE_DEAD)
    superior = (ReportRecipient.SUPERIOR_AUTHORITY,)
    now = world.clock.now()
    oral = Sending(kind=ReportKind.ORAL, recipients=superior, sent_at=now, contact="值班电话")
    first = case.do(world, lambda tx: reports.send(tx, number, oral)[0].number)
    assert first.startswith("SB-20260302-")
    world.clock.advance(minutes=5)
    follow = Sending(
        kind=ReportKind.FOLLOW_UP, recipients=superior, sent_at=world.clock.now(), blocks={"what_changed": "无新增"}
    )
    made = case.do(world, lambda tx: reports.send(tx, number, follow)[0].number)
    rows = case.look(world, lambda tx: {one.number: one for one in tx.session.scalars(select(AccidentReport))})
    assert rows[made].base_id == rows[first].id
    assert (rows[made].blocks["dead"], rows[made].blocks["property"]) == ("1", "0.00")
    at = world.clock.now()
    case.do(world, lambda tx: reports.acknowledge(tx, number, first, at).number)
    again = lambda tx: reports.acknowledge(tx, number, first, at)  # noqa: E731 - the same once more
    assert refused(world, again) == ["REPORT_ACKNOWLEDGED_ALREADY"]
    assert refused(world, lambda tx: reports.acknowledge(tx, number, made, now)) == ["TIME_BEFORE_LAST"]
    with pytest.raises(NotFoundError):
        case.do(world, lambda tx: reports.acknowledge(tx, number, "SB-20990101-0001", at))
    wrong = Sending(kind=ReportKind.WRITTEN, recipients=(ReportRecipient.POLICE,), sent_at=at, base="SB-20990101-0001")
    assert refused(world, lambda tx: reports.send(tx, number, wrong)) == [
        "REFERENCE_UNKNOWN",
        "REPORT_RECIPIENT_WRONG",
        "REPORT_BLOCKS_MISSING",
    ]
