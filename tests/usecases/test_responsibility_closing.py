"""The four gates, closing and reopening, and the moves a case makes by itself; on both databases (domain 4.1)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models.accidents import AccidentClock
from models.notices import Task
from models.penalties import InsuranceClaim, Penalty
from models.records import JournalEntry, OutboxRow
from models.vocabulary import (
    AccidentGate,
    AccidentPaper,
    AccidentState,
    AppealOutcome,
    CauseCategory,
    ClaimState,
    ClockKind,
    Grade,
    PenaltyState,
    Role,
    TaskKind,
)
from services.accidents import clocks
from services.journal import verify
from services.penalties import appeals
from services.responsibility import closable, closing, gates, measures, stepping
from services.transaction import WORKER
from tests.support import responsibility as walk
from tests.support.accidents import Named, accident_in
from tests.support.responsibility import case, close, pass_days, refused, state, tx_of
from tests.support.world import PHOTO, World
from workers import inline

S, G, R, T = AccidentState, AccidentGate, Role, TaskKind


def tasks_of(world: World, kind: TaskKind) -> list[Task]:
    with world.runtime.read(WORKER) as tx:
        return list(tx.session.scalars(select(Task).where(Task.kind == kind)))


def objections(world: World, number: str) -> list[str]:
    return refused(world, R.SAFETY, lambda tx: closing.close(tx, number))


def moves(world: World, number: str) -> list[tuple[str, str]]:
    with world.runtime.read(WORKER) as tx:
        query = select(JournalEntry.facts).where(JournalEntry.subject_kind == "accident")
        query = query.where(JournalEntry.subject_id == case(world, number).id).order_by(JournalEntry.seq)
        told = [facts for facts in tx.session.scalars(query) if facts.keys() >= {"from", "to"}]
        return [(facts["from"], facts["to"]) for facts in told]


def test_from_the_polices_paper_to_the_closed_case_no_state_is_skipped(world: World) -> None:
    number = walk.closable(world)
    inline.drain(world.runtime)
    assert state(world, number) is S.CLOSABLE
    close(world, number)
    closed = case(world, number)
    assert (closed.state, closed.closed_by, closed.closed_at) == (S.CLOSED, "safety", world.clock.now())
    path = [
        "awaiting_determination", "determined", "determination_final", "analysed", "handling_proposed",
        "handling_approved", "served", "enforcing", "closable", "closed",
    ]  # fmt: skip
    assert moves(world, number) == list(pairwise(path))
    with world.runtime.read(WORKER) as tx:
        assert verify(tx).breaks == ()


def test_an_insurer_who_still_has_to_pay_becomes_safetys_task(world: World) -> None:
    number = walk.closable(world)
    close(world, number)
    assert [one.facts for one in tasks_of(world, T.INSURANCE_CLAIM)] == [{"accident": number}]


@pytest.mark.parametrize("ended", [ClaimState.SETTLED, ClaimState.WAIVED])
def test_a_claim_that_is_over_makes_no_task(world: World, ended: ClaimState) -> None:
    number = walk.closable(world)
    with world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(InsuranceClaim).values(state=ended))
    close(world, number)
    assert tasks_of(world, T.INSURANCE_CLAIM) == []


def test_closing_names_everything_that_keeps_a_case_open(world: World) -> None:
    number = walk.enforced(world)
    assert objections(world, number) == [
        "FIVE_DAY_RECORD_MISSING", "CLAIM_MISSING", "GATE_NOT_SIGNED", "EDUCATION_MISSING", "GATE_NOT_SIGNED",
        "MEASURE_MISSING", "GATE_NOT_SIGNED", "GATE_NOT_SIGNED",
    ]  # fmt: skip
    assert state(world, number) is S.ENFORCING


def test_a_case_that_is_not_enforced_is_not_closed(world: World) -> None:
    assert objections(world, accident_in(world, S.SERVED)) == ["CASE_STATE_FORBIDS"]


def test_a_claim_that_is_not_filed_keeps_the_case_open(world: World) -> None:
    number = walk.closable(world)
    walk.claim(world, number, ClaimState.ASSESSED)
    assert objections(world, number) == ["CLAIM_NOT_FILED"]


def test_what_comes_up_later_takes_back_that_a_case_may_be_closed(world: World) -> None:
    number = walk.closable(world)
    inline.drain(world.runtime)
    with world.runtime.begin(WORKER) as tx:
        clocks.arm(tx, case(world, number), ClockKind.FOLLOW_UP, tx.now, "harm_changed")
    assert objections(world, number) == ["REPORT_OWED"]
    with world.runtime.begin(WORKER) as tx:
        stepping.step(tx, case(world, number).id)
    assert state(world, number) is S.ENFORCING
    with world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(AccidentClock).values(met_at=tx.now))
    close(world, number)


def test_a_gate_is_signed_when_it_is_met_and_once(world: World) -> None:
    number = walk.enforced(world)
    missing = refused(world, R.SAFETY, lambda tx: gates.sign(tx, number, G.G3_MEASURES, "见记录"))
    assert missing == ["MEASURE_MISSING"]
    walk.take_measure(world, number)
    empty = refused(world, R.SAFETY, lambda tx: gates.sign(tx, number, G.G3_MEASURES, "　"))
    assert empty == ["TEXT_EMPTY"]
    walk.sign_gates(world, number, G.G3_MEASURES)
    again = refused(world, R.MANAGER, lambda tx: gates.sign(tx, number, G.G3_MEASURES, "见记录"))
    assert again == ["GATE_SIGNED_ALREADY"]


def test_a_new_measure_reopens_a_signed_gate_without_a_second_signature(world: World) -> None:
    number = walk.closable(world)
    with tx_of(world, R.SAFETY) as tx:
        measures.plan(tx, number, measures.Planned("加装反光条", R.DISPATCHER.value, tx.now.date() + timedelta(days=9)))
    assert objections(world, number) == ["MEASURE_NOT_VERIFIED"]


def test_who_is_responsible_signs_and_closes_nothing_in_his_own_case(world: World) -> None:
    walk.employee_of_user(world, R.SAFETY, "S1")
    number = accident_in(world, S.ENFORCING, people=[Named(staff_no="S1")], **walk.CAUSE)
    codes = refused(world, R.SAFETY, lambda tx: gates.sign(tx, number, G.G1_CAUSE, "x"))
    assert codes == ["OWN_CASE"]
    assert "OWN_CASE" in objections(world, number)
    with tx_of(world, R.MANAGER) as tx:
        gates.sign(tx, number, G.G1_CAUSE, "x")


def test_the_gates_show_what_they_still_need_and_who_signed(world: World) -> None:
    number = walk.enforced(world)
    walk.sign_gates(world, number, G.G1_CAUSE)
    with world.runtime.read(world.actor(R.MANAGER)) as tx:
        shown = gates.overview(tx, number)
    by_gate = {one["gate"]: one for one in shown["gates"]}
    assert [one["met"] for one in shown["gates"]] == [True, False, False, True]
    assert by_gate[G.G1_CAUSE]["signed_by"] == R.SAFETY.zh
    assert [one.code for one in by_gate[G.G2_EDUCATED]["unmet"]] == ["EDUCATION_MISSING"]


def test_nobody_is_enforced_before_the_last_appeal_window_is_over(world: World) -> None:
    number = walk.waiting(world)
    walk.determine(world, number)
    pass_days(world, 4)
    walk.analyse(world, number, "D1")
    walk.decide(world, number)
    with world.runtime.read(WORKER) as tx:
        ends = tx.session.scalars(select(func.max(Penalty.appeal_until))).one()
    world.clock.move_to(ends)
    inline.tick(world.runtime)
    assert state(world, number) is S.SERVED
    world.clock.advance(seconds=1)
    inline.drain(world.runtime)
    assert state(world, number) is S.ENFORCING
    with world.runtime.read(WORKER) as tx:
        assert set(tx.session.scalars(select(Penalty.state))) == {PenaltyState.FINAL}


def test_the_sweep_enforces_a_case_whose_own_row_was_lost(world: World) -> None:
    number = walk.waiting(world)
    walk.determine(world, number)
    pass_days(world, 4)
    walk.analyse(world, number, "D1")
    walk.decide(world, number)
    with world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(OutboxRow).where(OutboxRow.job == "step_accident").values(done_at=tx.now))
    pass_days(world, walk.APPEAL_DAYS)
    assert state(world, number) is S.ENFORCING


def test_an_appeal_holds_the_case_until_it_is_decided(world: World) -> None:
    number = walk.waiting(world)
    walk.determine(world, number)
    pass_days(world, 4)
    walk.analyse(world, number, "D1")
    walk.decide(world, number)
    with world.runtime.read(WORKER) as tx:
        penalty = tx.session.scalars(select(Penalty.number).order_by(Penalty.id)).first()
    with tx_of(world, R.DRIVER) as tx:
        appeals.appeal(tx, penalty, "当时前车急刹")
    pass_days(world, 20)
    assert state(world, number) is S.APPEALED
    with tx_of(world, R.PRODUCTION) as tx:
        appeals.decide_appeal(tx, penalty, AppealOutcome.UPHELD, "证据充分")
    inline.drain(world.runtime)
    assert state(world, number) is S.ENFORCING


def unblamed(world: World, grade: Grade, **changes: Any) -> str:
    """Give a case in which nobody of ours is responsible, enforced by itself because nobody is served anything."""
    number = walk.waiting(world, [Named(responsible=False, violation=False, share=0)], **changes)
    walk.determine(world, number, grade)
    pass_days(world, 4)
    walk.analyse(world, number)
    walk.decide(world, number)
    inline.drain(world.runtime)
    assert state(world, number) is S.ENFORCING
    walk.take_measure(world, number)
    walk.report_five_days(world, number)
    walk.claim(world, number, ClaimState.WAIVED)
    return number


def test_a_case_without_responsibility_is_closed_after_that_is_signed(world: World) -> None:
    number = unblamed(world, Grade.NONE)
    for gate in (G.G2_EDUCATED, G.G4_ACCOUNTABLE):
        codes = refused(world, R.SAFETY, lambda tx, gate=gate: gates.sign(tx, number, gate, "x"))
        assert codes == ["NONE_RESPONSIBLE_NOT_SIGNED"]
    with tx_of(world, R.MANAGER) as tx:
        gates.sign_none_responsible(tx, number, "对方全责")
    walk.sign_gates(world, number)
    close(world, number)
    assert state(world, number) is S.CLOSED


def test_a_case_that_the_police_could_not_determine_is_closed_with_our_own_finding(world: World) -> None:
    number = unblamed(world, Grade.UNDETERMINED, cause_category=CauseCategory.UNKNOWN)
    with tx_of(world, R.MANAGER) as tx:
        gates.sign_none_responsible(tx, number, "证据不足")
    codes = refused(world, R.SAFETY, lambda tx: gates.sign(tx, number, G.G1_CAUSE, "x"))
    assert codes == ["OWN_FINDING_MISSING"]
    walk.papers_filed(world, number, AccidentPaper.OPINION)
    walk.sign_gates(world, number)
    close(world, number)
    assert state(world, number) is S.CLOSED


def test_that_nobody_is_responsible_is_not_signed_against_the_police_or_by_who_was_there(world: World) -> None:
    walk.employee_of_user(world, R.SAFETY, "S1")
    number = accident_in(world, S.DETERMINATION_FINAL, people=[Named(staff_no="S1", responsible=False)])
    codes = refused(world, R.SAFETY, lambda tx: gates.sign_none_responsible(tx, number, " "))
    assert codes == ["GRADE_SAYS_RESPONSIBLE", "TEXT_EMPTY", "OWN_CASE"]


def test_the_five_day_record_alone_is_read_by_its_case(world: World) -> None:
    one, other = accident_in(world, S.ENFORCING, **walk.CAUSE), accident_in(world, S.ENFORCING, cause_evidence=[PHOTO])
    walk.report_five_days(world, other)
    with world.runtime.read(WORKER) as tx:
        codes = {one.code for one in closable.objections(tx, case(world, one))}
    assert "FIVE_DAY_RECORD_MISSING" in codes
