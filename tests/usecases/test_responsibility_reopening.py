"""A case taken up again: where it goes on, and what must be signed and analysed anew; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.notices import Task
from models.responsibility import AnalysisMeeting, GateSignature
from models.vocabulary import AccidentState, Grade, ReopeningGround, Role, TaskKind
from services.responsibility import closing
from services.transaction import WORKER
from tests.support import responsibility as walk
from tests.support.accidents import accident_in
from tests.support.responsibility import case, close, pass_days, refused, state, tx_of
from tests.support.world import World

S, R = AccidentState, Role


def reopen(world: World, number: str, ground: ReopeningGround) -> None:
    with tx_of(world, R.MANAGER) as tx:
        closing.reopen(tx, number, ground, "理由")


@pytest.mark.parametrize(
    ("ground", "leads_to"),
    [
        (ReopeningGround.NEW_FACTS, S.INVESTIGATING),
        (ReopeningGround.REVERSED_DETERMINATION, S.REOPENED),
        (ReopeningGround.INSURER_RECOVERY, S.ANALYSED),
    ],
)
def test_a_closed_case_is_taken_up_where_its_ground_asks_for(
    world: World, ground: ReopeningGround, leads_to: AccidentState
) -> None:
    number = walk.closable(world)
    close(world, number)
    reopen(world, number, ground)
    again = case(world, number)
    assert (again.state, again.round, again.closed_at, again.closed_by) == (leads_to, 2, None, None)


def test_a_case_that_is_not_enforced_is_not_reopened_and_a_reason_is_given(world: World) -> None:
    number = accident_in(world, S.ANALYSED)
    ground = ReopeningGround.NEW_FACTS
    codes = refused(world, R.SAFETY, lambda tx: closing.reopen(tx, number, ground, "　"))
    assert codes == ["CASE_STATE_FORBIDS", "TEXT_EMPTY"]


def test_a_reopened_case_signs_its_gates_anew_and_is_closed_again(world: World) -> None:
    number = walk.closable(world)
    close(world, number)
    reopen(world, number, ReopeningGround.INSURER_RECOVERY)
    walk.decide(world, number)
    pass_days(world, walk.APPEAL_DAYS)
    assert refused(world, R.SAFETY, lambda tx: closing.close(tx, number)) == ["GATE_NOT_SIGNED"] * 4
    walk.sign_gates(world, number)
    close(world, number)
    assert state(world, number) is S.CLOSED
    with world.runtime.read(WORKER) as tx:
        assert set(tx.session.scalars(select(GateSignature.round))) == {1, 2}
    with world.runtime.read(WORKER) as tx:
        raised = tx.session.scalars(select(Task.kind).where(Task.kind == TaskKind.INSURANCE_CLAIM)).all()
    assert raised == [TaskKind.INSURANCE_CLAIM]


def test_a_reversed_determination_is_analysed_anew(world: World) -> None:
    number = walk.closable(world)
    close(world, number)
    reopen(world, number, ReopeningGround.REVERSED_DETERMINATION)
    walk.determine(world, number, Grade.SECONDARY, document_no="重新认定1号")
    pass_days(world, 4)
    codes = refused(world, R.MANAGER, lambda tx: walk.analysis.complete(tx, number))
    assert codes == ["MEETING_MISSING"]
    walk.meet(world, number, "D1")
    with tx_of(world, R.MANAGER) as tx:
        walk.analysis.complete(tx, number)
    with world.runtime.read(WORKER) as tx:
        assert list(tx.session.scalars(select(AnalysisMeeting.round).order_by(AnalysisMeeting.id))) == [1, 2]
