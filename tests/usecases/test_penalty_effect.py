"""Decisions that take effect: debts, the year's bonus, and opposite entries when a later decision replaces them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.notices import Task
from models.payroll import LedgerAccount, LedgerJournal
from models.penalties import BonusForfeiture, ForfeitureGround, Recovery
from models.people import Employee
from models.vocabulary import (
    AccidentState,
    ForfeitureState,
    Grade,
    InvolvedRole,
    LedgerAccountKind,
    LossKind,
    PenaltyKind,
    PenaltyState,
    RecoveryKind,
    Role,
    TaskKind,
)
from services.errors import ConflictError
from services.penalties import losses, taking_effect
from services.penalties.losses import NewLoss, NewRecovery
from services.transaction import WORKER
from tests.support.accidents import Named, accident_in, determine_anew
from tests.support.journey import run_due
from tests.support.penalties import (
    accident_of,
    act,
    amounts,
    enforce,
    enforced,
    owed,
    penalties,
    refused,
    served,
    state_of,
    take,
)
from tests.support.world import START, World

E1 = {"losses": [(LossKind.OWN_VEHICLE, 3_000_000)], "recovered_fen": 2_200_000}
E11 = {"losses": [(LossKind.OTHER_PARTY, 4_000_000)], "recovered_fen": 2_000_000, "grade": Grade.MAIN}
P, A = PenaltyState, LedgerAccountKind
BONUS_ONLY = Named(violation=False)


def recover(world: World, number: str, fen: int) -> None:
    new = NewRecovery(kind=RecoveryKind.COMMERCIAL, amount_fen=fen, received_on=date(2026, 3, 2))
    act(world, Role.FINANCE, lambda tx: losses.record_recovery(tx, number, new).id)


def forfeitures(world: World) -> list[tuple[str, int, ForfeitureState, int]]:
    """Give person, year, state and the number of standing grounds of every forfeiture."""
    with world.runtime.read(WORKER) as tx:
        query = select(Employee.staff_no, BonusForfeiture).join(Employee, Employee.id == BonusForfeiture.employee_id)
        found = []
        for staff_no, row in tx.session.execute(query.order_by(BonusForfeiture.id)):
            grounds = select(ForfeitureGround.id).where(
                ForfeitureGround.forfeiture_id == row.id, ForfeitureGround.withdrawn_at.is_(None)
            )
            found.append((staff_no, row.year, row.state, len(list(tx.session.scalars(grounds)))))
        return found


def tasks_of(world: World, kind: TaskKind) -> list[tuple[dict[str, object], bool]]:
    with world.runtime.read(WORKER) as tx:
        rows = tx.session.execute(select(Task.facts, Task.done_at).where(Task.kind == kind).order_by(Task.id))
        return [(facts, done_at is not None) for facts, done_at in rows]


def test_e01_a_final_decision_is_a_debt_and_a_lost_bonus(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    enforced(world, number)
    assert {one.state for one in penalties(world, number)} == {P.FINAL}
    assert owed(world, "D1") == 800_000
    assert forfeitures(world) == [("D1", 2026, ForfeitureState.FORFEITED, 1)]


def test_nothing_takes_effect_while_somebody_may_appeal(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    served(world, number)
    codes = refused(world, Role.ADMIN, lambda tx: taking_effect.take_effect(tx, accident_of(tx, number).id))
    assert codes == ["APPEAL_WINDOW_OPEN"]
    assert owed(world, "D1") == 0


def test_taking_effect_twice_posts_once(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    enforced(world, number)
    with world.runtime.begin(WORKER) as tx:
        taking_effect.take_effect(tx, accident_of(tx, number).id)
    assert owed(world, "D1") == 800_000
    with world.runtime.read(WORKER) as tx:
        assert len(list(tx.session.scalars(select(LedgerJournal.id)))) == 1


def test_without_a_proposal_nothing_takes_effect(world: World) -> None:
    number = accident_in(world)
    with world.runtime.begin(WORKER) as tx:
        taking_effect.take_effect(tx, accident_of(tx, number).id)
    assert penalties(world, number) == []


def test_e08_two_accidents_of_a_year_cost_one_bonus_on_two_grounds(world: World) -> None:
    first, second = accident_in(world, people=(BONUS_ONLY,)), accident_in(world, people=(BONUS_ONLY,))
    enforced(world, first)
    enforced(world, second)
    assert forfeitures(world) == [("D1", 2026, ForfeitureState.FORFEITED, 2)]
    told = [amounts(world, number, PenaltyKind.BONUS_FORFEITURE)["D1"] for number in (first, second)]
    assert told == [300_000, 0]


def test_each_year_has_its_own_bonus(world: World) -> None:
    last_year = accident_in(world, people=(BONUS_ONLY,), occurred_at=START - timedelta(days=200))
    enforced(world, last_year)
    enforced(world, accident_in(world, people=(BONUS_ONLY,)))
    assert [(year, grounds) for _, year, _, grounds in forfeitures(world)] == [(2025, 1), (2026, 1)]
    (asked,) = tasks_of(world, TaskKind.CHECK_BONUS)
    assert (asked[0]["employee"], asked[0]["year"], asked[0]["amount"]) == ("D1", 2025, "3000.00")


def test_e11_a_lower_grade_after_deductions_counts_them_towards_the_new_debt(world: World) -> None:
    number = accident_in(world, **E11)  # type: ignore[arg-type]
    enforced(world, number)
    take(world, number, 240_000)
    determine_anew(world, number, Grade.SECONDARY)
    _lower_recovery(world, number, 800_000)
    enforced(world, number)
    assert (owed(world, "D1"), owed(world, "D1", A.REFUND)) == (160_000, 0)
    assert [one.state for one in penalties(world, number)] == [P.REVERSED, P.REVERSED, P.FINAL, P.FINAL]
    assert forfeitures(world) == [("D1", 2026, ForfeitureState.FORFEITED, 1)]


def test_e11b_what_was_taken_beyond_the_new_debt_is_refunded(world: World) -> None:
    number = accident_in(world, **E11)  # type: ignore[arg-type]
    enforced(world, number)
    take(world, number, 240_000)
    determine_anew(world, number, Grade.SECONDARY)
    _lower_recovery(world, number, 1_000_000)
    enforced(world, number)
    assert amounts(world, number) == {"D1": 200_000}
    assert (owed(world, "D1"), owed(world, "D1", A.REFUND)) == (0, -40_000)
    assert forfeitures(world) == [("D1", 2026, ForfeitureState.FORFEITED, 1)]
    assert tasks_of(world, TaskKind.PAY_BONUS) == []


def _lower_recovery(world: World, number: str, fen: int) -> None:
    """Replace what the insurer paid by another sum, while the case is being handled anew."""
    with world.runtime.read(WORKER) as tx:
        rows = list(tx.session.execute(select(Recovery.id).where(Recovery.struck_at.is_(None))))
    for (row_id,) in rows:
        act(world, Role.FINANCE, lambda tx, one=row_id: losses.strike_recovery(tx, number, one, "改赔").id)  # type: ignore[misc]
    recover(world, number, fen)


def test_e13_the_bonus_comes_back_only_when_every_ground_is_gone(world: World) -> None:
    first, second = accident_in(world, people=(BONUS_ONLY,)), accident_in(world, people=(BONUS_ONLY,))
    enforced(world, first)
    enforced(world, second)
    determine_anew(world, first, Grade.NONE)
    enforced(world, first)
    assert forfeitures(world) == [("D1", 2026, ForfeitureState.FORFEITED, 1)]
    assert tasks_of(world, TaskKind.PAY_BONUS) == []
    determine_anew(world, second, Grade.NONE)
    enforced(world, second)
    assert forfeitures(world) == [("D1", 2026, ForfeitureState.REINSTATED, 0)]
    ((facts, done),) = tasks_of(world, TaskKind.PAY_BONUS)
    assert (facts["employee"], facts["year"], facts["amount"], done) == ("D1", 2026, "3000.00", False)


def test_a_bonus_that_came_back_and_is_lost_again_is_the_same_forfeiture(world: World) -> None:
    number = accident_in(world, people=(BONUS_ONLY,))
    enforced(world, number)
    determine_anew(world, number, Grade.NONE)
    enforced(world, number)
    determine_anew(world, number, Grade.FULL)
    enforced(world, number)
    assert forfeitures(world) == [("D1", 2026, ForfeitureState.FORFEITED, 1)]
    assert [done for _, done in tasks_of(world, TaskKind.PAY_BONUS)] == [True]
    assert tasks_of(world, TaskKind.CHECK_BONUS) == []


def test_a_reversal_to_no_responsibility_gives_everything_back(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    enforced(world, number)
    take(world, number, 120_000)
    determine_anew(world, number, Grade.NONE)
    enforced(world, number)
    assert (owed(world, "D1"), owed(world, "D1", A.REFUND)) == (0, -120_000)
    assert [one.kind for one in penalties(world, number, P.FINAL)] == [PenaltyKind.NO_SANCTION]


def test_what_was_taken_for_the_loss_pays_a_new_spill_fine_before_it_is_refunded(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    enforced(world, number)
    take(world, number, 300_000)
    determine_anew(world, number, Grade.FULL)
    _lower_recovery(world, number, 2_900_000)
    fine = NewLoss(kind=LossKind.SPILL_FINE, amount_fen=150_000, description="撒料")
    act(world, Role.SAFETY, lambda tx: losses.record_loss(tx, number, fine).id)
    enforced(world, number)
    assert amounts(world, number) == {"D1": 100_000}
    assert (owed(world, "D1"), owed(world, "D1", A.REFUND)) == (0, -50_000)


def test_each_person_is_settled_apart(world: World) -> None:
    people = (Named(share=50), Named(staff_no="L1", role=InvolvedRole.LOADER, share=50))
    number = accident_in(world, people=people, **E1)  # type: ignore[arg-type]
    enforced(world, number)
    assert (owed(world, "D1"), owed(world, "L1")) == (400_000, 400_000)
    take(world, number, 100_000)
    determine_anew(world, number, Grade.MAIN)
    enforced(world, number)
    # 70 % of 30,000.00 is less than the 22,000.00 that came back
    assert (owed(world, "D1"), owed(world, "L1")) == (0, 0)
    assert (owed(world, "D1", A.REFUND), owed(world, "L1", A.REFUND)) == (-100_000, 0)


def test_a_recovery_after_enforcement_takes_the_case_up_again(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    enforced(world, number)
    recover(world, number, 300_000)
    assert state_of(world, number) is AccidentState.ANALYSED
    assert owed(world, "D1") == 800_000
    enforced(world, number)
    assert owed(world, "D1") == 500_000
    assert [one.amount_fen for one in penalties(world, number, P.FINAL)] == [500_000, 300_000]


def test_a_closed_case_is_taken_up_again_with_a_new_round(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    enforced(world, number)
    with world.runtime.begin(WORKER) as tx:
        accident = accident_of(tx, number)
        accident.state, accident.closed_at, accident.closed_by = AccidentState.CLOSED, tx.now, "test"
    recover(world, number, 800_000)
    with world.runtime.read(WORKER) as tx:
        accident = accident_of(tx, number)
        assert (accident.state, accident.round, accident.closed_at) == (AccidentState.ANALYSED, 2, None)
    enforced(world, number)
    assert owed(world, "D1") == 0


def test_a_recovery_that_charges_nobody_otherwise_leaves_the_case_alone(world: World) -> None:
    number = accident_in(world, people=(BONUS_ONLY,), **E1)  # type: ignore[arg-type]
    enforced(world, number)
    recover(world, number, 100)
    assert state_of(world, number) is AccidentState.ENFORCING


def test_an_account_is_opened_only_for_money(world: World) -> None:
    enforced(world, accident_in(world, people=(BONUS_ONLY,)))
    with world.runtime.read(WORKER) as tx:
        assert list(tx.session.scalars(select(LedgerAccount.id))) == []


def test_enforcing_a_case_without_penalties_posts_nothing(world: World) -> None:
    nobody = Named(responsible=False, violation=None, fault_basis=None)
    number = accident_in(world, grade=Grade.NONE, people=(nobody,))
    served(world, number)
    enforce(world, number)
    assert state_of(world, number) is AccidentState.ENFORCING


def test_the_windows_pass_and_the_case_goes_on_by_itself(world: World) -> None:
    number = accident_in(world, **E1)  # type: ignore[arg-type]
    served(world, number)
    world.clock.advance(days=5)
    run_due(world)
    assert (state_of(world, number), owed(world, "D1")) == (AccidentState.SERVED, 0)
    world.clock.advance(days=1)
    run_due(world)
    assert (state_of(world, number), owed(world, "D1")) == (AccidentState.ENFORCING, 800_000)


def test_the_database_itself_keeps_one_forfeiture_per_person_and_year(world: World) -> None:
    enforced(world, accident_in(world, people=(BONUS_ONLY,)))
    with world.runtime.read(WORKER) as tx:
        employee_id = tx.session.scalars(select(BonusForfeiture.employee_id)).one()
    lost = {"state": ForfeitureState.FORFEITED, "decided_at": START}
    second = BonusForfeiture(employee_id=employee_id, year=2026, **lost)
    with pytest.raises(ConflictError) as caught:
        act(world, Role.FINANCE, lambda tx: tx.session.add(second))
    assert caught.value.code == "BONUS_FORFEITED_BEFORE"
