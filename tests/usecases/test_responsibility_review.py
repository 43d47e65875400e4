"""The review of a determination, and what a grade does to who is off post; on both databases (E7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from models.people import OffPost
from models.vocabulary import AccidentState, ClockKind, DeterminationBasis, Grade, ReopeningGround, Role
from services.personnel.drivers import withhold_licence
from services.responsibility import closing, determining, reviewing
from services.transaction import WORKER
from tests.support import responsibility as walk
from tests.support.responsibility import (
    card,
    case,
    clock,
    determine,
    driver_status,
    papers_in,
    pass_days,
    refused,
    state,
    told,
    tx_of,
)
from tests.support.world import World
from workers import inline

S, B, G, R = AccidentState, DeterminationBasis, Grade, Role
# the world's clock starts on 2 March at 06:00 in Shanghai
SERVED_ON_THE_SECOND_ENDS = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)


def file_review(world: World, number: str) -> None:
    with tx_of(world, R.SAFETY) as tx:
        reviewing.file(tx, number, world.clock.now(), "对方申请复核")


def test_a_review_on_the_last_instant_counts_and_keeps_the_grade_open(world: World) -> None:
    number = walk.waiting(world)
    determine(world, number)
    world.clock.move_to(SERVED_ON_THE_SECOND_ENDS)
    file_review(world, number)
    assert state(world, number) is S.UNDER_REVIEW
    pass_days(world, 29)
    assert state(world, number) is S.UNDER_REVIEW
    assert clock(world, number, ClockKind.REVIEW_WINDOW).met_at == SERVED_ON_THE_SECOND_ENDS


def test_a_review_a_second_later_is_refused(world: World) -> None:
    number = walk.waiting(world)
    determine(world, number)
    world.clock.move_to(SERVED_ON_THE_SECOND_ENDS + timedelta(seconds=1))
    late = refused(world, R.SAFETY, lambda tx: reviewing.file(tx, number, tx.now, "迟了"))
    assert late == ["REVIEW_TOO_LATE"]


def a_result(world: World, grade: Grade) -> determining.DeterminationCard:
    return card(world, grade, basis=B.REVIEW_RESULT, document_no="复字第7号")


def test_the_result_of_the_review_replaces_the_paper_and_is_final_at_once(world: World) -> None:
    number = walk.waiting(world)
    determine(world, number, G.MAIN)
    file_review(world, number)
    pass_days(world, 20)
    with tx_of(world, R.SAFETY) as tx:
        reviewing.record_result(tx, number, a_result(world, G.SECONDARY))
    first, second = papers_in(world, number)
    assert (first.grade, first.final_at) == (G.MAIN, None)
    assert (second.grade, second.final_at, second.seq) == (G.SECONDARY, world.clock.now(), 2)
    assert state(world, number) is S.DETERMINATION_FINAL


def test_a_result_is_a_result_and_comes_of_a_review(world: World) -> None:
    number = walk.waiting(world)
    unasked = a_result(world, G.MAIN)
    codes = refused(world, R.SAFETY, lambda tx: determining.record(tx, number, unasked))
    assert codes == ["REVIEW_RESULT_UNASKED"]
    determine(world, number)
    assert refused(world, R.SAFETY, lambda tx: reviewing.record_result(tx, number, unasked)) == ["CASE_STATE_FORBIDS"]
    file_review(world, number)
    plain = card(world, document_no="第2号")
    assert refused(world, R.SAFETY, lambda tx: reviewing.record_result(tx, number, plain)) == ["NOT_A_REVIEW_RESULT"]


def test_a_result_after_enforcement_takes_the_case_up_again(world: World) -> None:
    number = walk.closable(world)
    with tx_of(world, R.SAFETY) as tx:
        closing.close(tx, number)
    pass_days(world, 10)
    with tx_of(world, R.SAFETY) as tx:
        reviewing.record_result(tx, number, a_result(world, G.SECONDARY))
    now = case(world, number)
    assert (now.state, now.round, now.closed_at) == (S.DETERMINATION_FINAL, 2, None)
    moves = [one for one in told(world, number) if one in {f"accident.{each}" for each in S}]
    assert moves[-4:] == [
        "accident.closed", "accident.reopened", "accident.determined", "accident.determination_final",
    ]  # fmt: skip


def test_the_paper_that_still_holds_is_taken_again_after_new_facts(world: World) -> None:
    number = walk.closable(world)
    served = papers_in(world, number)[0].served_at
    with tx_of(world, R.MANAGER) as tx:
        closing.reopen(tx, number, ReopeningGround.NEW_FACTS, "发现行车记录仪视频")
    with world.runtime.begin(WORKER) as tx:
        accident = walk.case(world, number)
        tx.session.merge(accident).state = S.AWAITING_DETERMINATION
    determine(world, number, served_at=served, document_date=date(2026, 3, 2))
    inline.drain(world.runtime)
    assert (state(world, number), len(papers_in(world, number))) == (S.DETERMINATION_FINAL, 1)


def test_a_replaced_paper_does_not_come_back(world: World) -> None:
    number = walk.waiting(world)
    determine(world, number)
    file_review(world, number)
    with tx_of(world, R.SAFETY) as tx:
        reviewing.record_result(tx, number, a_result(world, G.SECONDARY))
    with world.runtime.begin(WORKER) as tx:
        tx.session.merge(case(world, number)).state = S.AWAITING_DETERMINATION
    old = card(world)
    codes = refused(world, R.SAFETY, lambda tx: determining.record(tx, number, old))
    assert codes == ["DETERMINATION_REPLACED"]


def benched(world: World) -> str:
    """D1 had an accident by violation and is off post."""
    number = walk.waiting(world, ())
    walk.name_d1(world, number, violation=True)
    assert driver_status(world) == "standby_pending"
    return number


def test_e07_without_responsibility_the_driver_is_back_the_same_day(world: World) -> None:
    number = benched(world)
    pass_days(world, 3)
    determine(world, number, G.NONE)
    (time_off,) = walk.off_posts(world)
    assert time_off.ended_at == world.clock.now()
    assert time_off.ended_by == R.SAFETY.value
    assert driver_status(world) == "active"


def test_e07_a_withheld_licence_keeps_him_off_post(world: World) -> None:
    number = benched(world)
    with tx_of(world, R.SAFETY) as tx:
        withhold_licence(tx, "D1", date(2026, 3, 1), None)
    determine(world, number, G.NONE)
    assert driver_status(world) == "standby_pending"
    assert [one.ended_at for one in walk.off_posts(world)] == [None]


@pytest.mark.parametrize("grade", [G.FULL, G.SECONDARY, G.UNDETERMINED])
def test_any_other_paper_keeps_him_off_post(world: World, grade: Grade) -> None:
    number = benched(world)
    determine(world, number, grade)
    assert driver_status(world) == "standby_pending"


def test_a_review_that_finds_responsibility_after_all_puts_him_off_post_again(world: World) -> None:
    number = benched(world)
    determine(world, number, G.NONE)
    file_review(world, number)
    with tx_of(world, R.SAFETY) as tx:
        reviewing.record_result(tx, number, a_result(world, G.MAIN))
    assert driver_status(world) == "standby_pending"
    with world.runtime.read(WORKER) as tx:
        assert len(tx.session.scalars(select(OffPost)).all()) == 2
