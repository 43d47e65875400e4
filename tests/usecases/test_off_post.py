"""Off post 待岗 with its effects on trips, and the ways back (R-P-04, domain 4.7); the duty roster (R-A-22)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.accidents import Accident
from models.people import OffPost
from models.responsibility import EducationRecord
from models.vocabulary import (
    AccidentState,
    DriverStatus,
    Grade,
    InvolvedRole,
    OffPostCause,
    Role,
    TaskKind,
)
from services import accounts
from services.accidents import duty, off_post
from services.accidents.duty import NewShift
from services.clock import local
from services.errors import NotFoundError
from services.personnel import drivers
from services.planning import crews
from services.policy.findings import RuleBrokenError
from services.transaction import Tx
from tests.support import case, journey
from tests.support.accidents import Named, accident_in, an_employee
from tests.support.loaded import booked, planned_trip
from tests.support.world import World

S = AccidentState


def refused(world: World, work: Callable[[Tx], Any], role: Role = Role.SAFETY) -> list[str]:
    with pytest.raises(RuleBrokenError) as caught:
        case.do(world, work, role)
    return [finding.code for finding in caught.value.findings]


def begin(world: World, number: str | None = None, cause: OffPostCause = OffPostCause.ACCIDENT_BY_VIOLATION) -> None:
    accident_id = case.case(world, number).id if number else None
    driver_id = case.driver(world).id
    case.do(world, lambda tx: off_post.begin(tx, driver_id, cause, accident_id))


def status(world: World) -> DriverStatus:
    return case.driver(world).status


def rows(world: World) -> list[OffPost]:
    return case.look(world, lambda tx: list(tx.session.scalars(select(OffPost).order_by(OffPost.id))))


def reinstate(tx: Tx) -> None:
    off_post.reinstate(tx, "D1", "责任认定已生效,教育合格")


def educate(world: World, number: str, *, passed: bool = True) -> None:
    with world.runtime.begin(world.actor(Role.SAFETY)) as tx:
        accident = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        today = local(tx.now).date()
        tx.session.add(
            EducationRecord(
                accident_id=accident.id, employee_id=an_employee(tx, "D1").id, held_on=today, trainer="安全员",
                minutes=120, topic="防御性驾驶", passed=passed, recorded_at=tx.now, recorded_by="test",
            )
        )  # fmt: skip


def move(world: World, number: str, state: AccidentState) -> None:
    with world.runtime.begin(world.actor(Role.SAFETY)) as tx:
        tx.session.scalars(select(Accident).where(Accident.number == number)).one().state = state


def test_trips_to_come_are_short_of_a_driver_and_he_is_no_candidate_any_more(world: World) -> None:
    trip = planned_trip(world, [booked(world)])
    begin(world, accident_in(world, S.INVESTIGATING))
    assert status(world) is DriverStatus.STANDBY_PENDING
    (short,) = case.tasks(world, TaskKind.CREW_SHORT)
    assert (short["trip"], short["driver"]) == (trip, "D1")
    assert case.tasks(world, TaskKind.RELIEF_DRIVER) == []
    again = refused(world, lambda tx: crews.assign_crew(tx, trip, ["D1", "D2"], None), Role.DISPATCHER)
    assert again == ["DRIVER_NOT_ASSIGNABLE"]
    begin(world, None, OffPostCause.LICENCE_WITHHELD)
    assert len(case.tasks(world, TaskKind.CREW_SHORT)) == len(rows(world)) == 1


def test_a_truck_that_drives_gets_a_relief_driver_and_is_not_stopped(world: World) -> None:
    walk = journey.under_way(world)
    begin(world, accident_in(world, S.INVESTIGATING))
    (relief,) = case.tasks(world, TaskKind.RELIEF_DRIVER)
    assert (relief["trip"], relief["name"]) == (walk.trip, "驾驶员D1")
    assert journey.get(world, f"/trips/{walk.trip}")["state"] == "under_way"


def test_the_way_back_needs_the_final_determination_then_education_and_safety(world: World) -> None:
    number = accident_in(world, S.DETERMINED, grade=Grade.MAIN)
    planned_trip(world, [booked(world)])
    begin(world, number)
    assert refused(world, reinstate) == ["CASE_NOT_DETERMINED", "EDUCATION_NOT_DONE"]
    move(world, number, S.DETERMINATION_FINAL)
    educate(world, number, passed=False)
    assert refused(world, reinstate) == ["EDUCATION_NOT_DONE"]
    educate(world, number)
    assert refused(world, reinstate, Role.MANAGER) == ["REINSTATEMENT_BY_SAFETY"]
    case.do(world, reinstate)
    (row,) = rows(world)
    assert (status(world), row.ended_by) == (DriverStatus.ACTIVE, "safety")
    assert row.end_reason == "责任认定已生效,教育合格"
    assert case.tasks(world, TaskKind.CREW_SHORT) == []
    assert refused(world, reinstate) == ["NOT_OFF_POST"]


def test_a_change_of_status_by_hand_is_the_same_way_back(lite_world: World) -> None:
    begin(lite_world, accident_in(lite_world, S.INVESTIGATING))
    by_hand = lambda tx: drivers.set_status(tx, "D1", DriverStatus.ACTIVE, "复岗")  # noqa: E731 - one line
    assert refused(lite_world, by_hand) == ["CASE_NOT_DETERMINED", "EDUCATION_NOT_DONE"]


def test_who_comes_back_while_his_truck_is_out_is_on_the_trip_again(lite_world: World) -> None:
    journey.under_way(lite_world)
    number = accident_in(lite_world, S.DETERMINATION_FINAL)
    begin(lite_world, number)
    educate(lite_world, number)
    case.do(lite_world, reinstate)
    assert status(lite_world) is DriverStatus.ON_TRIP
    assert case.tasks(lite_world, TaskKind.RELIEF_DRIVER) == []


def test_a_licence_in_the_hands_of_the_police_knows_no_override(world: World) -> None:
    today = local(world.clock.now()).date()
    case.do(world, lambda tx: drivers.withhold_licence(tx, "D1", today, today + timedelta(days=1)))
    (row,) = rows(world)
    assert (row.cause, row.accident_id, status(world)) == (
        OffPostCause.LICENCE_WITHHELD,
        None,
        DriverStatus.STANDBY_PENDING,
    )
    assert refused(world, reinstate) == ["REINSTATED_WHILE_WITHHELD"]
    world.clock.advance(days=2)
    case.do(world, reinstate)
    assert status(world) is DriverStatus.ACTIVE


def test_a_withholding_to_come_takes_him_off_post_on_its_first_day(world: World) -> None:
    since = local(world.clock.now()).date() + timedelta(days=1)
    case.do(world, lambda tx: drivers.withhold_licence(tx, "D1", since, None))
    case.pass_time(world, hours=17, minutes=59)
    assert status(world) is DriverStatus.ACTIVE
    case.pass_time(world, minutes=1)
    assert status(world) is DriverStatus.STANDBY_PENDING
    assert [row.cause for row in rows(world)] == [OffPostCause.LICENCE_WITHHELD]


def test_a_withholding_taken_back_before_its_first_day_takes_nobody_off(lite_world: World) -> None:
    since = local(lite_world.clock.now()).date() + timedelta(days=1)
    case.do(lite_world, lambda tx: drivers.withhold_licence(tx, "D1", since, None))
    yesterday = since - timedelta(days=2)
    case.do(lite_world, lambda tx: drivers.withhold_licence(tx, "D1", yesterday, yesterday))
    case.pass_time(lite_world, days=1)
    assert status(lite_world) is DriverStatus.ACTIVE


def test_an_expired_licence_keeps_him_off(lite_world: World) -> None:
    begin(lite_world, None, OffPostCause.LICENCE_WITHHELD)
    lite_world.clock.advance(days=365 * 3)
    assert refused(lite_world, reinstate) == ["LICENCE_NOT_VALID"]


def test_e7_without_responsibility_he_is_back_the_same_day(world: World) -> None:
    number = accident_in(world, S.DETERMINED, grade=Grade.NONE)
    begin(world, number)
    accident, driver_id = case.case(world, number), case.driver(world).id
    case.do(world, lambda tx: off_post.lift(tx, driver_id, accident.id, "无责任"))
    (row,) = rows(world)
    assert (status(world), row.ended_at) == (DriverStatus.ACTIVE, world.clock.now())


def test_what_falls_away_does_not_lift_what_else_holds_him(world: World) -> None:
    first = accident_in(world, S.DETERMINED, grade=Grade.NONE)
    accident_in(world, S.INVESTIGATING, people=(Named(violation=True),))
    begin(world, first)
    accident, driver_id = case.case(world, first), case.driver(world).id
    lift = lambda tx: off_post.lift(tx, driver_id, accident.id, "无责任")  # noqa: E731 - said twice
    case.do(world, lift)
    assert status(world) is DriverStatus.STANDBY_PENDING
    assert refused(world, reinstate) == ["CASE_NOT_DETERMINED", "EDUCATION_NOT_DONE"]


def test_a_licence_held_outlasts_a_ground_that_fell_away(lite_world: World) -> None:
    number = accident_in(lite_world, S.DETERMINED, grade=Grade.NONE)
    begin(lite_world, number)
    today = local(lite_world.clock.now()).date()
    case.do(lite_world, lambda tx: drivers.withhold_licence(tx, "D1", today, None, number))
    accident_id, driver_id = case.case(lite_world, number).id, case.driver(lite_world).id
    case.do(lite_world, lambda tx: off_post.lift(tx, driver_id, accident_id, "无责任"))
    assert status(lite_world) is DriverStatus.STANDBY_PENDING


def test_safety_takes_a_driver_off_post_before_anybody_wrote_it_into_the_case(lite_world: World) -> None:
    number = accident_in(lite_world, S.REPORTED, people=())
    case.do(lite_world, lambda tx: drivers.put_off_post(tx, "D1", number))
    (row,) = rows(lite_world)
    assert (row.cause, row.accident_id) == (OffPostCause.ACCIDENT_BY_VIOLATION, case.case(lite_world, number).id)
    with pytest.raises(NotFoundError):
        case.do(lite_world, lambda tx: drivers.put_off_post(tx, "D1", "SG-20990101-0001"))


def test_who_left_the_company_has_no_post_to_be_off(lite_world: World) -> None:
    case.do(lite_world, lambda tx: drivers.set_status(tx, "D1", DriverStatus.LEFT, "离职"))
    begin(lite_world, accident_in(lite_world, S.REPORTED, people=()))
    assert (status(lite_world), rows(lite_world)) == (DriverStatus.LEFT, [])


def test_somebody_on_leave_is_off_post_when_he_comes_back(lite_world: World) -> None:
    case.do(lite_world, lambda tx: drivers.set_status(tx, "D1", DriverStatus.LEAVE, "请假"))
    begin(lite_world, accident_in(lite_world, S.REPORTED, people=(Named(role=InvolvedRole.LOADER),)))
    assert status(lite_world) is DriverStatus.STANDBY_PENDING


def shift(world: World, **changes: Any) -> NewShift:
    now = world.clock.now()
    return NewShift(**{"user": "safety", "starts_at": now, "ends_at": now + timedelta(hours=8), **changes})


def test_who_is_on_duty_is_known_at_every_instant(world: World) -> None:
    now = world.clock.now()
    first = case.do(world, lambda tx: duty.plan(tx, shift(world, phone="13905361111")))
    later = now + timedelta(hours=8)
    case.do(world, lambda tx: duty.plan(tx, shift(world, starts_at=later, ends_at=later + timedelta(hours=8))))
    case.do(world, lambda tx: duty.plan(tx, shift(world, user="manager")))
    assert first["phone"] == "+8613905361111"

    def on_duty(at: Any) -> list[str]:
        return case.look(world, lambda tx: [one.login for one in duty.on_duty(tx, at)])

    assert on_duty(now) == ["safety", "manager"]
    assert on_duty(later) == ["safety"]
    assert on_duty(now - timedelta(seconds=1)) == on_duty(later + timedelta(hours=8)) == []
    case.do(world, lambda tx: accounts.disable_user(tx, "manager", "离职"), Role.ADMIN)
    assert on_duty(now) == ["safety"]


def test_shifts_are_of_the_office_and_doubled_by_nobody(lite_world: World) -> None:
    case.do(lite_world, lambda tx: duty.plan(tx, shift(lite_world)))
    now = lite_world.clock.now()

    def codes(**changes: Any) -> list[str]:
        return refused(lite_world, lambda tx: duty.plan(tx, shift(lite_world, **changes)))

    assert codes() == ["SHIFT_PLANNED_ALREADY"]
    assert codes(user="nobody", phone="12") == ["REFERENCE_UNKNOWN", "PHONE_INVALID"]
    assert codes(user="driver") == ["DUTY_NEEDS_STAFF"]
    assert codes(user="manager", ends_at=now) == ["SHIFT_ENDS_FIRST"]


def test_a_shift_is_taken_off_the_plan_until_it_is_over(lite_world: World) -> None:
    one = case.do(lite_world, lambda tx: duty.plan(tx, shift(lite_world)))
    lite_world.clock.advance(hours=1)
    case.do(lite_world, lambda tx: duty.cancel(tx, one["id"], "换班"))
    assert case.look(lite_world, lambda tx: duty.on_duty(tx, tx.now)) == []
    assert refused(lite_world, lambda tx: duty.cancel(tx, one["id"], "再次")) == ["SHIFT_IS_OVER"]
    with pytest.raises(NotFoundError):
        case.do(lite_world, lambda tx: duty.cancel(tx, 999_999, "没有"))
    two = case.do(lite_world, lambda tx: duty.plan(tx, shift(lite_world)))
    lite_world.clock.advance(hours=8)
    assert refused(lite_world, lambda tx: duty.cancel(tx, two["id"], "晚了")) == ["SHIFT_IS_OVER"]
