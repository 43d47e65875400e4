"""Approving a proposal or sending it back: maker, checker and subject are different people."""

from __future__ import annotations

import pytest

from models.penalties import Recovery
from models.vocabulary import (
    AccidentState,
    LossKind,
    MpsClass,
    PenaltyState,
    ProposalState,
    RecoveryKind,
    Role,
)
from services.errors import NotFoundError
from services.penalties import approving, proposing
from services.penalties.proposing import Proposal
from services.transaction import WORKER
from tests.support.accidents import Named, accident_in, an_employee
from tests.support.penalties import (
    accident_of,
    act,
    amounts,
    approve,
    penalties,
    proposal_of,
    propose,
    refused,
    state_of,
)
from tests.support.world import World

DRIVER = Named()
E1 = {"losses": [(LossKind.OWN_VEHICLE, 3_000_000)], "recovered_fen": 2_200_000}


def wanted() -> Proposal:
    return Proposal(opinion="按制度处理")


def test_a_subject_makes_no_proposal(world: World) -> None:
    with world.runtime.begin(WORKER) as tx:
        manager = an_employee(tx, "M1", user_id=world.actor(Role.MANAGER).user_id)
        assert manager.driver_id is None
    number = accident_in(world, people=(DRIVER, Named(staff_no="M1", share=0, responsible=False)))
    assert refused(world, Role.MANAGER, lambda tx: proposing.propose(tx, number, wanted())) == ["MAKER_IS_SUBJECT"]
    propose(world, number)
    assert refused(world, Role.MANAGER, lambda tx: approving.approve(tx, number)) == ["CHECKER_IS_SUBJECT"]
    assert refused(world, Role.MANAGER, lambda tx: approving.reject(tx, number, "x")) == ["CHECKER_IS_SUBJECT"]


def test_the_maker_does_not_check_his_own_work(world: World) -> None:
    number = accident_in(world)
    propose(world, number, Role.MANAGER)
    assert refused(world, Role.MANAGER, lambda tx: approving.approve(tx, number)) == ["CHECKER_IS_MAKER"]
    assert refused(world, Role.MANAGER, lambda tx: approving.reject(tx, number, "x")) == ["CHECKER_IS_MAKER"]
    approve(world, number, Role.GENERAL_MANAGER)


def test_a_role_without_a_wanting_capacity_does_not_approve(world: World) -> None:
    number = accident_in(world)
    propose(world, number)
    assert refused(world, Role.PRODUCTION, lambda tx: approving.approve(tx, number)) == ["APPROVER_LACKS_CAPACITY"]


@pytest.mark.parametrize("mps_class", [MpsClass.MAJOR, MpsClass.EXTRAORDINARY])
def test_a_major_accident_is_approved_by_production_and_the_general_manager(world: World, mps_class: MpsClass) -> None:
    number = accident_in(world, mps_class=mps_class)
    propose(world, number)
    assert refused(world, Role.MANAGER, lambda tx: approving.approve(tx, number)) == ["APPROVER_LACKS_CAPACITY"]
    approve(world, number, Role.PRODUCTION)
    assert refused(world, Role.PRODUCTION, lambda tx: approving.approve(tx, number)) == ["APPROVED_BY_YOU_ALREADY"]
    assert state_of(world, number) is AccidentState.HANDLING_PROPOSED
    approve(world, number, Role.GENERAL_MANAGER)
    assert proposal_of(world, number).state is ProposalState.APPROVED


def test_what_is_approved_is_what_the_facts_say(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    propose(world, number)
    with world.runtime.begin(WORKER) as tx:
        back = {"received_on": tx.now.date(), "recorded_at": tx.now, "recorded_by": "test"}
        kind, accident_id = RecoveryKind.COUNTERPARTY, accident_of(tx, number).id
        tx.session.add(Recovery(accident_id=accident_id, kind=kind, amount_fen=100, **back))
    assert refused(world, Role.MANAGER, lambda tx: approving.approve(tx, number)) == ["PROPOSAL_OUTDATED"]
    act(world, Role.MANAGER, lambda tx: approving.reject(tx, number, "数额已变").id)
    propose(world, number)
    approve(world, number)
    assert amounts(world, number) == {"D1": 799_900}


def test_a_proposal_that_is_sent_back_is_made_anew_from_the_same_analysis(world: World) -> None:
    number = accident_in(world)
    propose(world, number)
    act(world, Role.MANAGER, lambda tx: approving.reject(tx, number, "缺少证据").id)
    rejected = proposal_of(world, number)
    assert (rejected.state, rejected.end_reason) == (ProposalState.REJECTED, "缺少证据")
    assert {one.state for one in penalties(world, number)} == {PenaltyState.WITHDRAWN}
    assert state_of(world, number) is AccidentState.ANALYSED
    propose(world, number)
    assert proposal_of(world, number).seq == 2


def test_nothing_is_approved_twice_and_nothing_without_a_proposal(world: World) -> None:
    number = accident_in(world)
    with pytest.raises(NotFoundError):
        act(world, Role.MANAGER, lambda tx: approving.approve(tx, number))
    propose(world, number)
    approve(world, number)
    assert refused(world, Role.GENERAL_MANAGER, lambda tx: approving.approve(tx, number)) == ["PROPOSAL_DECIDED"]
    assert refused(world, Role.SAFETY, lambda tx: proposing.propose(tx, number, wanted())) == ["MOVE_NOT_ALLOWED"]
