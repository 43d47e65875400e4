"""The police's paper in the books: recorded, corrected, reviewed, final; on both databases (R-A-23, E7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from models.records import OutboxRow
from models.responsibility import InvolvedPerson
from models.vocabulary import AccidentState, ClockKind, DeterminationBasis, Grade, Role
from services.responsibility import determining, people, stepping
from services.transaction import WORKER
from tests.support import responsibility as walk
from tests.support.accidents import Named, accident_in
from tests.support.responsibility import card, case, clock, determine, papers_in, pass_days, refused, state, told, tx_of
from tests.support.world import World
from workers import inline

S, B, G, R = AccidentState, DeterminationBasis, Grade, Role
# the world's clock starts on 2 March at 06:00 in Shanghai
SERVED_ON_THE_SECOND_ENDS = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)


def test_a_paper_determines_the_case_and_gives_our_people_its_grade(world: World) -> None:
    number = walk.waiting(world)
    determine(world, number, G.MAIN)
    (paper,) = papers_in(world, number)
    assert (state(world, number), paper.grade, paper.seq) == (S.DETERMINED, G.MAIN, 1)
    with world.runtime.read(WORKER) as tx:
        assert tx.session.scalars(select(InvolvedPerson.grade)).all() == [G.MAIN]
    window = clock(world, number, ClockKind.REVIEW_WINDOW)
    assert (window.due_at, window.met_at, window.stopped_at) == (SERVED_ON_THE_SECOND_ENDS, None, None)


def test_a_grade_typed_in_without_its_paper_changes_nothing(world: World) -> None:
    number = walk.waiting(world)
    bare = determining.DeterminationCard(grade=G.NONE)
    assert refused(world, R.SAFETY, lambda tx: determining.record(tx, number, bare)) == ["GRADE_NEEDS_DOCUMENT"]
    assert (state(world, number), papers_in(world, number)) == (S.AWAITING_DETERMINATION, [])


def test_the_scan_must_be_stored(world: World) -> None:
    number = walk.waiting(world)
    wrong = card(world, scan="c" * 64)
    assert refused(world, R.SAFETY, lambda tx: determining.record(tx, number, wrong)) == ["FILE_UNKNOWN"]


def test_every_objection_comes_at_once(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING, hit_and_run=True)
    wrong = card(world, scan="c" * 64, document_date=date(2026, 3, 3))
    codes = refused(world, R.SAFETY, lambda tx: determining.record(tx, number, wrong))
    assert codes == [
        "CASE_STATE_FORBIDS", "DAY_IN_THE_FUTURE", "SERVED_BEFORE_DOCUMENT", "FLED_BUT_NOT_FULL", "FILE_UNKNOWN",
    ]  # fmt: skip


@pytest.mark.parametrize("basis", [B.SUMMARY_PROCEDURE, B.AGREEMENT])
def test_a_summary_procedure_or_an_agreement_needs_no_scene_work_and_skips_no_state(
    world: World, basis: DeterminationBasis
) -> None:
    number = accident_in(world, S.INVESTIGATING)
    determine(world, number, basis=basis)
    assert state(world, number) is S.DETERMINED
    assert [one for one in told(world, number) if one.endswith(("awaiting_determination", "accident.determined"))] == [
        "accident.awaiting_determination",
        "accident.determined",
    ]


def test_what_was_copied_wrongly_is_put_right_while_it_is_not_final(world: World) -> None:
    number = walk.waiting(world)
    determine(world, number, G.SECONDARY)
    determine(world, number, G.MAIN)
    (paper,) = papers_in(world, number)
    assert (paper.grade, state(world, number)) == (G.MAIN, S.DETERMINED)
    assert told(world, number).count("accident.determination_corrected") == 1
    determine(world, number, G.MAIN)
    assert told(world, number).count("accident.determination_corrected") == 1


def test_one_paper_belongs_to_one_case(world: World) -> None:
    first, second = walk.waiting(world), walk.waiting(world)
    determine(world, first)
    again = card(world)
    codes = refused(world, R.SAFETY, lambda tx: determining.record(tx, second, again))
    assert codes == ["DOCUMENT_OF_ANOTHER_CASE"]


def test_without_a_review_it_is_final_after_the_last_day_and_not_on_its_last_instant(world: World) -> None:
    number = walk.waiting(world)
    determine(world, number)
    world.clock.move_to(SERVED_ON_THE_SECOND_ENDS)
    inline.tick(world.runtime)
    assert state(world, number) is S.DETERMINED
    world.clock.advance(seconds=1)
    inline.drain(world.runtime)
    assert state(world, number) is S.DETERMINATION_FINAL
    assert papers_in(world, number)[0].final_at == world.clock.now()
    window = clock(world, number, ClockKind.REVIEW_WINDOW)
    assert (window.met_at, window.missed_at) == (None, None)
    assert window.stopped_at is not None


def test_a_paper_recorded_after_its_window_is_final_at_the_next_look(world: World) -> None:
    number = walk.waiting(world)
    world.clock.advance(hours=24 * 8)
    determine(world, number, served_at=world.clock.now() - timedelta(days=6), document_date=date(2026, 3, 3))
    assert clock(world, number, ClockKind.REVIEW_WINDOW) is None
    inline.drain(world.runtime)
    assert state(world, number) is S.DETERMINATION_FINAL


def test_a_lost_row_of_the_outbox_is_made_up_for_by_the_sweep(world: World) -> None:
    number = walk.waiting(world)
    determine(world, number)
    with world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(OutboxRow).where(OutboxRow.job == "step_accident").values(done_at=tx.now))
    pass_days(world, 5)
    assert state(world, number) is S.DETERMINATION_FINAL


def test_a_step_that_is_not_due_changes_nothing_and_one_of_no_case_is_harmless(world: World) -> None:
    number = walk.waiting(world)
    determine(world, number)
    before = told(world, number)
    with world.runtime.begin(WORKER) as tx:
        stepping.step(tx, case(world, number).id)
        stepping.step(tx, 999_999)
        stepping.look(tx)
    assert (state(world, number), told(world, number)) == (S.DETERMINED, before)


def test_who_is_named_later_has_the_grade_of_the_paper(world: World) -> None:
    number = walk.waiting(world, ())
    determine(world, number, G.EQUAL)
    walk.name_d1(world, number, violation=True, responsible=True, share=100_000_000)
    with world.runtime.read(WORKER) as tx:
        (person,) = tx.session.scalars(select(InvolvedPerson)).all()
        assert (person.grade, person.share, person.violation) == (G.EQUAL, 100_000_000, True)


def test_a_loader_who_broke_a_rule_has_no_wheel_to_be_taken_from(world: World) -> None:
    number = accident_in(world, S.AWAITING_DETERMINATION, people=[Named(), Named(staff_no="L1", share=0)])
    with tx_of(world, R.SAFETY) as tx:
        people.amend(tx, number, "L1", {"violation": True})
    assert walk.off_posts(world) == []
