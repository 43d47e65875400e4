"""Proposing penalties: every amount follows from facts, and every objection comes at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from models.penalties import PenaltyProposal
from models.records import JournalEntry, RulesetRow
from models.responsibility import InvolvedPerson
from models.vocabulary import (
    AccidentState,
    FaultBasis,
    Grade,
    InvolvedRole,
    LossKind,
    PenaltyKind,
    PenaltyState,
    PolicyProfile,
    ProposalState,
    Role,
)
from services.penalties import proposing
from services.penalties.proposing import Proposal
from services.transaction import WORKER
from tests.support.accidents import Named, accident_in, an_employee
from tests.support.penalties import (
    accident_of,
    amounts,
    approve,
    enforced,
    penalties,
    proposal_of,
    propose,
    refused,
    state_of,
)
from tests.support.world import START, World

K = PenaltyKind
E1 = {"losses": [(LossKind.OWN_VEHICLE, 3_000_000)], "recovered_fen": 2_200_000}


def wanted(**changes: object) -> Proposal:
    return Proposal(opinion="按制度处理", **changes)  # type: ignore[arg-type]


def rules(world: World, change: dict[str, dict[str, object]], at: datetime = START - timedelta(days=400)) -> None:
    with world.runtime.begin(WORKER) as tx:
        tx.session.add(
            RulesetRow(version=1, effective_from=at, change=change, reason="x", made_by="test", created_at=tx.now)
        )


def test_e01_the_driver_is_charged_with_the_net_loss(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    propose(world, number)
    made = proposal_of(world, number)
    figures = (made.gross_fen, made.burden_fen, made.recovered_fen, made.net_fen, made.burden_is_actual)
    assert figures == (3_000_000, 3_000_000, 2_200_000, 800_000, False)
    assert amounts(world, number) == {"D1": 800_000}
    assert amounts(world, number, K.BONUS_FORFEITURE) == {"D1": 300_000}
    assert state_of(world, number) is AccidentState.HANDLING_PROPOSED
    reason = penalties(world, number)[0].reason
    assert "认定书" in reason
    assert "净损失8000.00元，本人内部责任比例100%，应承担8000.00元" in reason


def test_e04_two_people_share_the_net_loss(world: World) -> None:
    people = (Named(share=80), Named(staff_no="L1", role=InvolvedRole.LOADER, share=20))
    losses = [(LossKind.OWN_VEHICLE, 1_200_000), (LossKind.OTHER_PARTY, 2_000_000)]
    number = accident_in(world, grade=Grade.MAIN, people=people, losses=losses, recovered_fen=1_700_000)
    propose(world, number)
    made = proposal_of(world, number)
    assert (made.burden_fen, made.net_fen) == (2_240_000, 540_000)
    assert amounts(world, number) == {"D1": 432_000, "L1": 108_000}


def test_e05_three_shares_add_up_to_the_net_loss(world: World) -> None:
    people = (Named(share=33), Named(staff_no="L1", share=33), Named(staff_no="L2", share=34))
    losses = [(LossKind.CARGO, 1_000_001)]
    number = accident_in(world, grade=Grade.EQUAL, people=people, losses=losses)
    propose(world, number)
    assert amounts(world, number) == {"D1": 165_000, "L1": 165_000, "L2": 170_001}


def test_e05b_a_third_each_adds_up(world: World) -> None:
    people = (Named(share=33.333333), Named(staff_no="L1", share=33.333333), Named(staff_no="L2", share=33.333334))
    number = accident_in(world, people=people, losses=[(LossKind.CARGO, 10_000)])
    propose(world, number)
    assert amounts(world, number) == {"D1": 3_333, "L1": 3_333, "L2": 3_334}


def test_e06_secondary_without_violation_costs_the_bonus_only(world: World) -> None:
    innocent = Named(violation=False, fault_basis=FaultBasis.ORDINARY)
    losses = [(LossKind.OTHER_PARTY, 900_000)]
    number = accident_in(world, grade=Grade.SECONDARY, people=(innocent,), losses=losses)
    propose(world, number)
    assert proposal_of(world, number).burden_fen == 270_000
    assert [(one.kind, one.bonus_year) for one in penalties(world, number)] == [(K.BONUS_FORFEITURE, 2026)]


def test_e07_without_responsibility_nothing_is_laid_on_anybody(world: World) -> None:
    nobody = Named(responsible=False, violation=None, fault_basis=None)
    number = accident_in(world, grade=Grade.NONE, people=(nobody,), losses=[(LossKind.OWN_VEHICLE, 900_000)])
    propose(world, number)
    approve(world, number)
    assert penalties(world, number) == []
    assert state_of(world, number) is AccidentState.HANDLING_APPROVED


def test_e09_a_spill_fine_is_the_persons_or_the_companys(world: World) -> None:
    fine = [(LossKind.SPILL_FINE, 200_000)]
    main = accident_in(world, grade=Grade.MAIN, people=(Named(violation=False),), losses=fine)
    equal = accident_in(world, grade=Grade.EQUAL, people=(Named(violation=False),), losses=fine)
    propose(world, main)
    propose(world, equal)
    assert amounts(world, main, K.SPILL_FINE) == {"D1": 200_000}
    assert amounts(world, equal, K.SPILL_FINE) == {}


def test_e10_the_bonus_is_that_of_the_local_year(world: World) -> None:
    number = accident_in(world, occurred_at=datetime(2025, 12, 31, 16, 30, tzinfo=UTC))
    propose(world, number)
    assert [one.bonus_year for one in penalties(world, number)] == [2026]


def test_e14_prudent_and_ordinary_costs_the_bonus_and_warns_of_nothing(world: World) -> None:
    number = accident_in(world, people=(Named(fault_basis=FaultBasis.ORDINARY),), **E1)  # type: ignore[arg-type]
    propose(world, number, profile=PolicyProfile.PRUDENT)
    assert [one.kind for one in penalties(world, number)] == [K.BONUS_FORFEITURE]
    assert proposal_of(world, number).warnings == []


def test_e15_to_the_letter_an_ordinary_fault_warns_and_needs_two_approvers(world: World) -> None:
    number = accident_in(world, people=(Named(fault_basis=FaultBasis.ORDINARY),), **E1)  # type: ignore[arg-type]
    propose(world, number)
    assert amounts(world, number) == {"D1": 800_000}
    told = {"code": "RECOURSE_NEEDS_GROSS_NEGLIGENCE", "facts": {"person": "D1"}}
    assert proposal_of(world, number).warnings == [told]
    approve(world, number, Role.MANAGER)
    assert state_of(world, number) is AccidentState.HANDLING_PROPOSED
    approve(world, number, Role.PRODUCTION)
    assert state_of(world, number) is AccidentState.HANDLING_APPROVED


def test_the_prudent_profile_takes_a_fifth_of_the_share_for_gross_negligence(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    propose(world, number, profile=PolicyProfile.PRUDENT)
    assert amounts(world, number) == {"D1": 160_000}
    assert "属重大过失" in penalties(world, number)[0].reason


def test_the_numbers_are_those_in_force_when_it_happened(world: World) -> None:
    rules(world, {"penalty": {"share_full_percent": 50, "safety_bonus_fen": 1}}, START - timedelta(days=1))
    before = accident_in(world, occurred_at=START - timedelta(days=2), **E1)  # type: ignore[arg-type]
    after = accident_in(world, **{**E1, "recovered_fen": 0})  # type: ignore[arg-type]
    propose(world, before)
    propose(world, after)
    assert amounts(world, before) == {"D1": 800_000}
    assert amounts(world, after) == {"D1": 1_500_000}


def test_e08_a_second_accident_of_the_year_adds_no_second_amount(world: World) -> None:
    first, second = accident_in(world), accident_in(world)
    propose(world, first)
    approve(world, first)
    propose(world, second)
    assert amounts(world, first, K.BONUS_FORFEITURE) == {"D1": 300_000}
    assert amounts(world, second, K.BONUS_FORFEITURE) == {"D1": 0}
    assert "另计" in penalties(world, second)[0].reason


@pytest.mark.parametrize("state", [one for one in AccidentState if one is not AccidentState.ANALYSED])
def test_a_proposal_follows_the_analysis_and_nothing_else(lite_world: World, state: AccidentState) -> None:
    number = accident_in(lite_world, state)
    assert refused(lite_world, Role.SAFETY, lambda tx: proposing.propose(tx, number, wanted())) == ["MOVE_NOT_ALLOWED"]


def test_every_objection_comes_at_once(world: World) -> None:
    with world.runtime.begin(WORKER) as tx:
        an_employee(tx, "L9")
    people = (Named(share=60, violation=None), Named(staff_no="L1", share=40, fault_basis=None))
    number = accident_in(world, people=people)
    with world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(InvolvedPerson).values(share=60_000_000))
    fines = [{"employee": "L9", "amount_fen": 100}, {"employee": "D1", "amount_fen": 100}]
    assert refused(world, Role.SAFETY, lambda tx: proposing.propose(tx, number, wanted(fines=fines))) == [
        "NOT_INVOLVED", "SHARES_OVER_WHOLE", "PERSON_NOT_ASSESSED", "DISCIPLINARY_FINE_OFF", "PERSON_NOT_ASSESSED",
    ]  # fmt: skip
    unknown = [{"employee": "X0", "amount_fen": 100}]
    assert refused(world, Role.SAFETY, lambda tx: proposing.propose(tx, number, wanted(fines=unknown))) == [
        "EMPLOYEE_UNKNOWN"
    ]


def test_a_penalty_without_responsibility_is_refused(world: World) -> None:
    rules(world, {"penalty": {"disciplinary_fine_allowed": True}})
    number = accident_in(world, grade=Grade.NONE)
    fines = [{"employee": "D1", "amount_fen": 100}]
    codes = refused(world, Role.SAFETY, lambda tx: proposing.propose(tx, number, wanted(fines=fines)))
    assert codes == ["PENALTY_WITHOUT_RESPONSIBILITY"]


def test_a_disciplinary_fine_where_the_company_allows_it(world: World) -> None:
    rules(world, {"penalty": {"disciplinary_fine_allowed": True}})
    number = accident_in(world)
    propose(world, number, fines=[{"employee": "D1", "amount_fen": 20_000}])
    assert amounts(world, number, K.DISCIPLINARY_FINE) == {"D1": 20_000}
    approve(world, number)


def test_a_prudent_company_stays_prudent(world: World) -> None:
    rules(world, {"penalty": {"prudent_profile": True}})
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    letter = wanted(profile=PolicyProfile.SEED_LITERAL)
    assert refused(world, Role.SAFETY, lambda tx: proposing.propose(tx, number, letter)) == ["PROFILE_NOT_ALLOWED"]
    propose(world, number)
    assert proposal_of(world, number).profile is PolicyProfile.PRUDENT


def test_a_case_without_a_determination_has_no_proposal(world: World) -> None:
    number = accident_in(world, AccidentState.AWAITING_DETERMINATION)
    with world.runtime.begin(WORKER) as tx:
        accident_of(tx, number).state = AccidentState.ANALYSED
    assert refused(world, Role.SAFETY, lambda tx: proposing.propose(tx, number, wanted())) == ["DETERMINATION_MISSING"]


def test_a_later_proposal_supersedes_the_earlier_whose_penalties_stay_final(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    enforced(world, number)
    with world.runtime.begin(WORKER) as tx:
        accident_of(tx, number).state = AccidentState.ANALYSED
    propose(world, number)
    with world.runtime.read(WORKER) as tx:
        states = list(tx.session.scalars(select(PenaltyProposal.state).order_by(PenaltyProposal.seq)))
    assert states == [ProposalState.SUPERSEDED, ProposalState.PROPOSED]
    assert [one.state for one in penalties(world, number)] == [PenaltyState.FINAL] * 2 + [PenaltyState.PROPOSED] * 2


def test_every_step_stands_in_the_journal_and_none_under_the_trip(world: World) -> None:
    number = accident_in(world)
    propose(world, number)
    approve(world, number)
    with world.runtime.read(WORKER) as tx:
        query = select(JournalEntry.action, JournalEntry.trip_id).order_by(JournalEntry.id)
        told = [tuple(row) for row in tx.session.execute(query.where(JournalEntry.subject_kind != "user"))]
    actions = [action for action, _ in told if action.startswith(("proposal", "penalty", "accident"))]
    assert actions == [
        "proposal.proposed", "penalty.proposed", "accident.handling_proposed", "proposal.approval",
        "proposal.approved", "penalty.approved", "accident.handling_approved",
    ]  # fmt: skip
    assert {trip_id for action, trip_id in told if action.startswith(("proposal", "penalty"))} == {None}
