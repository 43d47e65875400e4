"""Serving a decision, appealing within the window, and deciding an appeal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.penalties import Penalty
from models.records import OutboxRow
from models.vocabulary import (
    AccidentState,
    AppealOutcome,
    InvolvedRole,
    LossKind,
    PenaltyState,
    ProposalState,
    Role,
    ServiceMode,
)
from services.errors import NotFoundError
from services.penalties import appeals, serving, status
from services.transaction import WORKER
from tests.support.accidents import Named, accident_in, an_employee
from tests.support.penalties import (
    accident_of,
    act,
    appeal,
    approve,
    enforce,
    penalties,
    proposal_of,
    propose,
    refused,
    serve,
    served,
    signed,
    state_of,
)
from tests.support.world import SIGNATURE, World

LOSS = [(LossKind.OWN_VEHICLE, 100_000)]
PEOPLE = (Named(share=50), Named(staff_no="L1", role=InvolvedRole.LOADER, share=50))
P, O = PenaltyState, AppealOutcome  # noqa: E741 - O is short for outcome


def approved(world: World, **changes: Any) -> tuple[str, list[str]]:
    number = accident_in(world, losses=LOSS, **changes)
    propose(world, number)
    approve(world, number)
    return number, [one.number for one in penalties(world, number)]


def decide(world: World, number: str, outcome: AppealOutcome, role: Role = Role.GENERAL_MANAGER) -> None:
    act(world, role, lambda tx: appeals.decide_appeal(tx, number, outcome, "经复核").id)


def due_step(world: World) -> Any:
    with world.runtime.read(WORKER) as tx:
        return tx.session.scalars(select(OutboxRow.due_at).where(OutboxRow.job == "step_accident")).one()


def test_a_decision_is_signed_for_and_the_window_runs_to_the_end_of_the_fifth_day(world: World) -> None:
    number, (loss, bonus) = approved(world)
    serve(world, loss)
    assert state_of(world, number) is AccidentState.HANDLING_APPROVED
    serve(world, bonus)
    assert state_of(world, number) is AccidentState.SERVED
    one = penalties(world, number)[0]
    assert (one.state, one.service_mode, one.receipt, one.served_by) == (
        P.SERVED,
        ServiceMode.SIGNED,
        SIGNATURE,
        "hr",
    )
    assert one.appeal_until is not None
    assert one.appeal_until.isoformat() == "2026-03-07T16:00:00+00:00"
    assert due_step(world) == one.appeal_until + timedelta(seconds=1)


def test_a_refusal_needs_a_witness_who_is_neither_party(world: World) -> None:
    _, (loss, bonus) = approved(world)
    refusal: dict[str, Any] = {"mode": ServiceMode.WITNESSED_REFUSAL, "receipt": None}

    def objections(**changes: Any) -> list[str]:
        service = signed(world, **{**refusal, **changes})
        return refused(world, Role.HR, lambda tx: serving.serve(tx, loss, service))

    assert objections() == ["WITNESS_MISSING"]
    assert objections(witness="人事") == objections(witness="hr") == ["WITNESS_IS_PARTY"]
    assert objections(witness=" 员工D1") == ["WITNESS_IS_PARTY"]
    act(world, Role.HR, lambda tx: serving.serve(tx, loss, signed(world, **refusal, witness="李班长")).id)
    assert penalties(world, _)[0].witness == "李班长"
    assert refused(world, Role.HR, lambda tx: serving.serve(tx, loss, signed(world))) == ["MOVE_NOT_ALLOWED"]
    serve(world, bonus)


def test_a_signature_is_a_stored_file(world: World) -> None:
    _, (loss, _bonus) = approved(world)
    for receipt, code in ((None, "RECEIPT_MISSING"), ("c" * 64, "FILE_UNKNOWN")):
        service = signed(world, receipt=receipt)
        assert refused(world, Role.HR, lambda tx, told=service: serving.serve(tx, loss, told)) == [code]  # type: ignore[misc]


def test_nothing_is_served_before_it_was_approved(world: World) -> None:
    number = accident_in(world)
    propose(world, number)
    (bonus,) = [one.number for one in penalties(world, number)]
    assert refused(world, Role.HR, lambda tx: serving.serve(tx, bonus, signed(world))) == ["MOVE_NOT_ALLOWED"]
    approve(world, number)
    early = signed(world, occurred_at=world.clock.now() - timedelta(seconds=1))
    assert refused(world, Role.HR, lambda tx: serving.serve(tx, bonus, early)) == ["SERVED_BEFORE_APPROVAL"]


def test_personnel_do_not_serve_themselves(world: World) -> None:
    with world.runtime.begin(WORKER) as tx:
        an_employee(tx, "H1", user_id=world.actor(Role.HR).user_id)
    _, (bonus,) = approved(world, people=(Named(staff_no="H1", share=0),))
    assert refused(world, Role.HR, lambda tx: serving.serve(tx, bonus, signed(world))) == ["SERVER_IS_SUBJECT"]


def test_the_person_himself_or_personnel_for_him_may_appeal(world: World) -> None:
    number = accident_in(world, losses=LOSS, people=PEOPLE)
    mine, _bonus, his, _other = served(world, number)
    assert refused(world, Role.MANAGER, lambda tx: appeals.appeal(tx, mine, "x")) == ["APPEAL_NOT_YOURS"]
    with pytest.raises(NotFoundError):
        act(world, Role.DRIVER, lambda tx: appeals.appeal(tx, his, "x"))
    appeal(world, mine, Role.DRIVER)
    appeal(world, his, Role.HR)
    assert state_of(world, number) is AccidentState.APPEALED
    assert [one.state for one in penalties(world, number)] == [P.APPEALED, P.SERVED, P.APPEALED, P.SERVED]
    assert refused(world, Role.DRIVER, lambda tx: appeals.appeal(tx, mine, "x")) == ["MOVE_NOT_ALLOWED"]


def test_the_driver_does_not_see_a_decision_before_it_is_served(world: World) -> None:
    _, (loss, _bonus) = approved(world)
    with pytest.raises(NotFoundError):
        act(world, Role.DRIVER, lambda tx: appeals.appeal(tx, loss, "x"))


def test_the_window_holds_to_its_last_instant(world: World) -> None:
    number = accident_in(world, losses=LOSS)
    first, second = served(world, number)
    until = penalties(world, number)[0].appeal_until
    assert until is not None
    world.clock.move_to(until)
    appeal(world, first)
    world.clock.advance(microseconds=1)
    assert refused(world, Role.HR, lambda tx: appeals.appeal(tx, second, "x")) == ["APPEAL_TOO_LATE"]


@pytest.mark.parametrize(
    ("role", "code"),
    [(Role.SAFETY, "JUDGE_IS_MAKER"), (Role.MANAGER, "JUDGE_IS_CHECKER"), (Role.HR, "JUDGE_IS_SUBJECT")],
)
def test_an_appeal_is_decided_by_somebody_else(world: World, role: Role, code: str) -> None:
    with world.runtime.begin(WORKER) as tx:
        an_employee(tx, "H1", user_id=world.actor(Role.HR).user_id)
    people = (Named(), Named(staff_no="H1", share=0, responsible=False))
    number = accident_in(world, losses=LOSS, people=people)
    loss, _bonus = served(world, number)
    appeal(world, loss, Role.DRIVER)
    assert refused(world, role, lambda tx: appeals.decide_appeal(tx, loss, O.UPHELD, "x")) == [code]


def test_an_appeal_that_fails_leaves_the_decision_as_it_is(world: World) -> None:
    number = accident_in(world, losses=LOSS)
    loss, _bonus = served(world, number)
    appeal(world, loss)
    decide(world, loss, O.UPHELD)
    one = penalties(world, number)[0]
    assert (one.state, one.appeal_outcome, one.appeal_answer) == (P.APPEALED, O.UPHELD, "经复核")
    again = refused(world, Role.GENERAL_MANAGER, lambda tx: appeals.decide_appeal(tx, loss, O.UPHELD, "x"))
    assert again == ["NO_APPEAL_OPEN"]
    enforce(world, number)
    assert [each.state for each in penalties(world, number)] == [P.FINAL, P.FINAL]


def test_an_appeal_that_wins_withdraws_the_penalty(world: World) -> None:
    number = accident_in(world, losses=LOSS)
    loss, _bonus = served(world, number)
    appeal(world, loss)
    decide(world, loss, O.WITHDRAWN)
    with world.runtime.read(WORKER) as tx:
        first, second = status.decisions(tx, accident_of(tx, number).id)
        assert (first.state, first.final_at, first.appealed_open) == (P.WITHDRAWN, tx.now, False)
        assert (second.state, second.final_at) == (P.SERVED, None)
    enforce(world, number)
    assert [each.state for each in penalties(world, number)] == [P.WITHDRAWN, P.FINAL]


def test_a_changed_decision_is_made_anew_for_everybody(world: World) -> None:
    number = accident_in(world, losses=LOSS, people=PEOPLE)
    mine, *_ = served(world, number)
    appeal(world, mine)
    decide(world, mine, O.CHANGED)
    assert state_of(world, number) is AccidentState.ANALYSED
    assert {one.state for one in penalties(world, number)} == {P.WITHDRAWN}
    assert proposal_of(world, number).state is ProposalState.SUPERSEDED
    served(world, number)
    assert state_of(world, number) is AccidentState.SERVED


def test_a_change_waits_until_everybody_was_served(world: World) -> None:
    number, (mine, bonus, his, other) = approved(world, people=PEOPLE)
    serve(world, mine)
    appeal(world, mine)
    assert state_of(world, number) is AccidentState.HANDLING_APPROVED
    codes = refused(world, Role.GENERAL_MANAGER, lambda tx: appeals.decide_appeal(tx, mine, O.CHANGED, "x"))
    assert codes == ["OTHERS_NOT_SERVED"]
    serve(world, bonus, his, other)
    assert state_of(world, number) is AccidentState.APPEALED
    decide(world, mine, O.CHANGED)


def test_what_keeps_decisions_from_taking_effect_is_named(world: World) -> None:
    def objections(number: str) -> list[str]:
        with world.runtime.read(WORKER) as tx:
            return [one.code for one in status.objections_to_effect(tx, accident_of(tx, number).id)]

    number = accident_in(world, losses=LOSS)
    propose(world, number)
    assert objections(number) == ["PROPOSAL_NOT_APPROVED"]
    approve(world, number)
    first, second = [one.number for one in penalties(world, number)]
    serve(world, first)
    assert objections(number) == ["PENALTY_NOT_SERVED", "APPEAL_WINDOW_OPEN"]
    serve(world, second)
    appeal(world, first)
    assert objections(number) == ["APPEAL_UNDECIDED", "APPEAL_WINDOW_OPEN"]
    world.clock.advance(days=6)
    decide(world, first, O.UPHELD)
    assert objections(number) == []


def test_a_service_in_writing_says_why_and_how_much(world: World) -> None:
    number, _ = approved(world)
    with world.runtime.read(WORKER) as tx:
        rows = tx.session.execute(select(Penalty.reason, Penalty.amount_fen).order_by(Penalty.id)).all()
    assert [(number in reason, amount) for reason, amount in rows] == [(True, 100_000), (True, 300_000)]
