"""People, meetings, texts, measures and education of a case; on both databases (R-A-02, R-A-03, R-A-24 to R-A-27)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.responsibility import CasePaper, CorrectiveMeasure, InvolvedPerson
from models.vocabulary import (
    AccidentPaper,
    AccidentState,
    Grade,
    InvolvedRole,
    MeetingKind,
    MeetingRole,
    MpsClass,
    Role,
)
from services.errors import NotFoundError
from services.policy.accidents.people import WHOLE
from services.responsibility import analysis, education, gates, measures, papers, people
from services.responsibility.education import Lesson
from services.responsibility.papers import Filed
from services.responsibility.people import Named as NamedPerson
from services.transaction import WORKER
from tests.support import responsibility as walk
from tests.support.accidents import Named, accident_in, an_employee
from tests.support.responsibility import case, driver_status, refused, state, tx_of
from tests.support.world import SIGNATURE, World

S, P, R = AccidentState, AccidentPaper, Role
TWO = (Named(share=60), Named(staff_no="L1", role=InvolvedRole.LOADER, share=40))


def shares(world: World) -> list[int]:
    with world.runtime.read(WORKER) as tx:
        return list(tx.session.scalars(select(InvolvedPerson.share).order_by(InvolvedPerson.id)))


def test_shares_over_the_whole_are_refused_and_leave_what_was_there(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING, people=TWO)
    over = refused(world, R.SAFETY, lambda tx: people.amend(tx, number, "L1", {"share": 40_000_001}))
    assert (over, shares(world)) == (["SHARES_OVER_WHOLE"], [60_000_000, 40_000_000])
    with world.runtime.begin(WORKER) as tx:
        an_employee(tx, "L2")
    one_more = NamedPerson("L2", InvolvedRole.LOADER, {"share": 1})
    assert refused(world, R.SAFETY, lambda tx: people.name(tx, number, one_more)) == ["SHARES_OVER_WHOLE"]


def test_shares_move_from_one_to_another_within_the_whole(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING, people=TWO)
    with tx_of(world, R.MANAGER) as tx:
        people.amend(tx, number, "D1", {"share": 0})
        people.amend(tx, number, "L1", {"share": WHOLE})
    assert shares(world) == [0, WHOLE]


def test_a_violation_puts_a_driver_off_post_at_once_and_only_when_it_is_found(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING, people=[Named(violation=None)])
    assert driver_status(world) == "active"
    with tx_of(world, R.SAFETY) as tx:
        people.amend(tx, number, "D1", {"violation": True})
        people.amend(tx, number, "D1", {"violation": True, "share": 10})
    assert driver_status(world) == "standby_pending"
    (time_off,) = walk.off_posts(world)
    assert (time_off.accident_id, time_off.cause.value) == (case(world, number).id, "accident_by_violation")


def test_a_person_is_named_once_and_known_by_his_number(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    again = NamedPerson("D1", InvolvedRole.DRIVER, {})
    assert refused(world, R.SAFETY, lambda tx: people.name(tx, number, again)) == ["PERSON_NAMED_ALREADY"]
    nobody = NamedPerson("X9", InvolvedRole.OTHER, {})
    assert refused(world, R.SAFETY, lambda tx: people.name(tx, number, nobody)) == ["EMPLOYEE_UNKNOWN"]
    with pytest.raises(NotFoundError), tx_of(world, R.SAFETY) as tx:
        people.amend(tx, number, "D2", {"share": 1})


def test_nobody_assesses_himself(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    walk.employee_of_user(world, R.SAFETY, "S1")
    own = NamedPerson("S1", InvolvedRole.OTHER, {})
    assert refused(world, R.SAFETY, lambda tx: people.name(tx, number, own)) == ["OWN_CASE"]
    with tx_of(world, R.MANAGER) as tx:
        people.name(tx, number, own)
    changed = refused(world, R.SAFETY, lambda tx: people.amend(tx, number, "S1", {"responsible": False}))
    assert changed == ["OWN_CASE"]


@pytest.mark.parametrize("closed", [S.HANDLING_PROPOSED, S.SERVED, S.ENFORCING, S.CLOSED, S.VOID])
def test_what_was_proposed_is_no_longer_changed(world: World, closed: AccidentState) -> None:
    number = accident_in(world, closed)
    codes = refused(world, R.SAFETY, lambda tx: people.amend(tx, number, "D1", {"share": 1}))
    assert codes == ["CASE_STATE_FORBIDS"]


def test_an_ordinary_case_is_analysed_when_people_and_texts_are_complete(world: World) -> None:
    number = accident_in(world, S.DETERMINATION_FINAL)
    nothing = refused(world, R.MANAGER, lambda tx: analysis.complete(tx, number))
    assert nothing == ["MEETING_MISSING", "TEXT_MISSING", "TEXT_MISSING", "TEXT_MISSING"]
    walk.meet(world, number)
    walk.write_texts(world, number)
    assert refused(world, R.MANAGER, lambda tx: analysis.complete(tx, number)) == ["RESPONSIBLE_PERSON_ABSENT"]
    walk.meet(world, number, "D1")
    with tx_of(world, R.MANAGER) as tx:
        analysis.complete(tx, number)
    assert state(world, number) is S.ANALYSED


def test_it_is_not_analysed_before_the_grade_is_final(world: World) -> None:
    number = accident_in(world, S.DETERMINED)
    assert refused(world, R.MANAGER, lambda tx: analysis.complete(tx, number)) == ["CASE_STATE_FORBIDS"]


def test_a_meeting_of_the_round_before_does_not_count(world: World) -> None:
    number = accident_in(world, S.DETERMINATION_FINAL)
    walk.meet(world, number, "D1")
    walk.write_texts(world, number)
    with world.runtime.begin(WORKER) as tx:
        tx.session.merge(case(world, number)).round = 2
    assert refused(world, R.MANAGER, lambda tx: analysis.complete(tx, number)) == ["MEETING_MISSING"]


def test_a_major_case_is_analysed_by_production_with_both_forms(world: World) -> None:
    number = accident_in(world, S.DETERMINATION_FINAL, mps_class=MpsClass.MAJOR, dead=1)
    walk.write_texts(world, number)
    walk.meet(world, number, "D1")
    missing = refused(world, R.PRODUCTION, lambda tx: analysis.complete(tx, number))
    assert missing == ["MEETING_MISSING", "PAPER_MISSING", "PAPER_MISSING"]
    head = {"role": MeetingRole.DEPARTMENT_HEAD, "name": "车队长"}
    there = (head, {"role": MeetingRole.RESPONSIBLE_PERSON, "employee": "D1"})
    major = {"kind": MeetingKind.MAJOR, "chair_role": MeetingRole.PRODUCTION, "attendees": there}
    walk.meet(world, number, **major)
    walk.papers_filed(world, number, P.WRITTEN_REPORT, P.REPORT_FORM)
    assert refused(world, R.MANAGER, lambda tx: analysis.complete(tx, number)) == ["ANALYSIS_BY_PRODUCTION"]
    with tx_of(world, R.PRODUCTION) as tx:
        analysis.complete(tx, number)
    assert state(world, number) is S.ANALYSED


def test_minutes_name_everybody_and_are_not_of_tomorrow(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    nameless = walk.minutes(world, attendees=({"role": MeetingRole.LINE_MANAGER},))
    early = walk.minutes(world, "D1", held_at=world.clock.now() + timedelta(hours=1))
    unknown = walk.minutes(world, "X9")
    for one, code in (
        (nameless, "ATTENDEE_WITHOUT_NAME"), (early, "TIME_IN_THE_FUTURE"), (unknown, "EMPLOYEE_UNKNOWN"),
    ):  # fmt: skip
        assert refused(world, R.MANAGER, lambda tx, one=one: analysis.record_meeting(tx, number, one)) == [code]


def test_the_responsible_driver_files_and_thereby_signs_his_own_texts(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    with tx_of(world, R.DRIVER) as tx:
        papers.file(tx, number, Filed(kind=P.ACCOUNT, body="我驾驶……\n发现前车急刹"))
    with world.runtime.read(WORKER) as tx:
        (filed,) = tx.session.scalars(select(CasePaper)).all()
        assert (filed.filed_by, filed.signature, filed.signed_at) == ("driver", None, world.clock.now())


def test_a_driver_files_for_nobody_else_and_no_report_of_the_department(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING, people=TWO)
    for filed in (
        Filed(kind=P.ACCOUNT, body="他……", employee="L1", signature=SIGNATURE),
        Filed(kind=P.OPINION, body="我没有责任"),
    ):
        codes = refused(world, R.DRIVER, lambda tx, filed=filed: papers.file(tx, number, filed))
        assert codes == ["PAPER_OF_ANOTHER"]


def test_a_driver_who_is_no_employee_yet_is_told_so(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING, people=())
    own = Filed(kind=P.ACCOUNT, body="我……")
    assert refused(world, R.DRIVER, lambda tx: papers.file(tx, number, own)) == ["NOT_AN_EMPLOYEE"]


def test_the_desk_needs_the_authors_signature(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    bare = Filed(kind=P.ACCOUNT, body="口述", employee="D1")
    assert refused(world, R.SAFETY, lambda tx: papers.file(tx, number, bare)) == ["PAPER_NOT_SIGNED"]
    lost = Filed(kind=P.ACCOUNT, body="口述", employee="D1", signature="d" * 64)
    assert refused(world, R.SAFETY, lambda tx: papers.file(tx, number, lost)) == ["FILE_UNKNOWN"]
    unsaid = Filed(kind=P.ACCOUNT, body="口述")
    assert refused(world, R.SAFETY, lambda tx: papers.file(tx, number, unsaid)) == ["PAPER_NEEDS_PERSON"]
    empty = Filed(kind=P.OPINION, body="\n　")
    assert refused(world, R.SAFETY, lambda tx: papers.file(tx, number, empty)) == ["TEXT_EMPTY"]


def test_a_measure_goes_from_owner_to_verifier(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    measure_id = walk.take_measure(world, number)
    with world.runtime.read(WORKER) as tx:
        kept = tx.session.get_one(CorrectiveMeasure, measure_id)
        assert kept.done_by_id == kept.owner_id == world.actor(R.DISPATCHER).user_id
        assert kept.verified_by_id == world.actor(R.MANAGER).user_id


def test_owner_and_reporter_verify_nothing_themselves(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    with tx_of(world, R.SAFETY) as tx:
        planned = measures.Planned("换装预警设备", R.MANAGER.value, date(2026, 3, 2))
        measure_id = measures.plan(tx, number, planned).id
        measures.report_done(tx, number, measure_id, "已安装")
    for role in (R.SAFETY, R.MANAGER):
        codes = refused(world, role, lambda tx: measures.verify(tx, number, measure_id, "好", effective=True))
        assert codes == ["VERIFIER_IS_OWNER"], role
    others = refused(world, R.DISPATCHER, lambda tx: measures.report_done(tx, number, measure_id, "x"))
    assert others == ["MEASURE_DONE_ALREADY", "MEASURE_OF_ANOTHER"]


def test_a_measure_that_does_not_work_is_open_again(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    with tx_of(world, R.SAFETY) as tx:
        measure_id = measures.plan(tx, number, measures.Planned("培训", R.SAFETY.value, date(2026, 3, 9))).id
        measures.report_done(tx, number, measure_id, "已培训")
    with tx_of(world, R.MANAGER) as tx:
        measures.verify(tx, number, measure_id, "抽查不合格", effective=False)
    assert refused(world, R.MANAGER, lambda tx: measures.verify(tx, number, measure_id, "x", effective=True)) == [
        "MEASURE_NOT_DONE"
    ]
    with tx_of(world, R.SAFETY) as tx:
        measures.report_done(tx, number, measure_id, "再次培训")


def test_a_measure_has_a_known_owner_and_time_left(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    for planned, code in (
        (measures.Planned("x", "nobody", date(2026, 3, 9)), "REFERENCE_UNKNOWN"),
        (measures.Planned("x", R.SAFETY.value, date(2026, 3, 1)), "DUE_DAY_PASSED"),
    ):
        assert refused(world, R.SAFETY, lambda tx, planned=planned: measures.plan(tx, number, planned)) == [code]


def test_a_measure_of_another_case_is_not_found(world: World) -> None:
    one, other = accident_in(world, S.INVESTIGATING), accident_in(world, S.INVESTIGATING)
    measure_id = walk.take_measure(world, one)
    for wrong in (measure_id, 2**70):
        with pytest.raises(NotFoundError), tx_of(world, R.SAFETY) as tx:
            measures.verify(tx, other, wrong, "x", effective=True)


def lesson(**changes: object) -> Lesson:
    values = {"employee": "D1", "held_on": date(2026, 3, 2), "trainer": "教员", "minutes": 60, "topic": "x"}
    return Lesson(**{**values, "passed": True, **changes})


def test_education_is_of_somebody_in_the_case_and_not_held_by_himself(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    walk.employee_of_user(world, R.HR, "H1")
    for wrong, codes in (
        (lesson(employee="H1"), ["PERSON_NOT_NAMED", "OWN_CASE"]),
        (lesson(held_on=date(2026, 3, 3)), ["DAY_IN_THE_FUTURE"]),
        (lesson(held_on=date(2026, 3, 1)), ["BEFORE_THE_ACCIDENT"]),
    ):
        assert refused(world, R.HR, lambda tx, wrong=wrong: education.record(tx, number, wrong)) == codes


def test_nobody_is_responsible_is_taken_back_when_somebody_is_named(world: World) -> None:
    number = accident_in(world, S.DETERMINATION_FINAL, grade=Grade.NONE, people=[Named(responsible=False)])
    with tx_of(world, R.SAFETY) as tx:
        gates.sign_none_responsible(tx, number, "对方追尾")
    assert case(world, number).none_responsible_by == "safety"
    with tx_of(world, R.SAFETY) as tx:
        people.amend(tx, number, "D1", {"responsible": True})
    assert case(world, number).none_responsible_by is None
    again = refused(world, R.SAFETY, lambda tx: gates.sign_none_responsible(tx, number, "x"))
    assert again == ["SOMEBODY_IS_RESPONSIBLE"]
