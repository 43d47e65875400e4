"""A penalty walked through the services, a small step at a time: propose, approve, serve, appeal, take effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from models.accidents import Accident
from models.payroll import Deduction, LedgerAccount, LedgerLine, PayrollRun, Wage
from models.penalties import Penalty, PenaltyProposal
from models.people import Employee
from models.vocabulary import (
    AccidentState,
    JournalKind,
    LedgerAccountKind,
    PenaltyKind,
    PenaltyState,
    Role,
    ServiceMode,
)
from services import ledger
from services.accident_cases import move_accident
from services.ledger import Posting
from services.penalties import appeals, approving, proposing, serving, taking_effect
from services.penalties.proposing import Proposal
from services.penalties.serving import Service
from services.policy.findings import RuleBrokenError
from services.transaction import WORKER, Tx
from tests.support.world import SIGNATURE, World

T = TypeVar("T")
WINDOW = timedelta(days=6)


def act(world: World, role: Role, work: Callable[[Tx], T]) -> T:
    """Do something in a role, in a unit of work of its own."""
    with world.runtime.begin(world.actor(role)) as tx:
        return work(tx)


def refused(world: World, role: Role, work: Callable[[Tx], object]) -> list[str]:
    """Require that a rule objects and give the codes."""
    with pytest.raises(RuleBrokenError) as caught:
        act(world, role, work)
    return [finding.code for finding in caught.value.findings]


def propose(world: World, number: str, role: Role = Role.SAFETY, **changes: Any) -> None:
    """Propose what follows from the facts."""
    act(world, role, lambda tx: proposing.propose(tx, number, Proposal(opinion="按制度处理", **changes)).id)


def approve(world: World, number: str, *roles: Role) -> None:
    """Approve in each role, the manager's unless others are named."""
    for role in roles or (Role.MANAGER,):
        act(world, role, lambda tx: approving.approve(tx, number).id)


def signed(world: World, **changes: Any) -> Service:
    """Give a service that was signed for just now."""
    values = {"mode": ServiceMode.SIGNED, "occurred_at": world.clock.now(), "receipt": SIGNATURE}
    return Service(**{**values, **changes})


def serve(world: World, *numbers: str) -> None:
    """Hand penalties over, signed for."""
    for number in numbers:
        act(world, Role.HR, lambda tx, one=number: serving.serve(tx, one, signed(world)).id)  # type: ignore[misc]


def appeal(world: World, number: str, role: Role = Role.HR) -> None:
    """Object to a penalty."""
    act(world, role, lambda tx: appeals.appeal(tx, number, "请求复议").id)


def served(world: World, number: str, *approvers: Role, **changes: Any) -> list[str]:
    """Propose, approve and serve everything; give the numbers of the penalties."""
    propose(world, number, **changes)
    approve(world, number, *approvers)
    numbers = [one.number for one in penalties(world, number, PenaltyState.APPROVED)]
    serve(world, *numbers)
    return numbers


def enforced(world: World, number: str, *approvers: Role, **changes: Any) -> list[str]:
    """Serve everything, let the windows pass and let it take effect; give the numbers of the penalties."""
    numbers = served(world, number, *approvers, **changes)
    enforce(world, number)
    return numbers


def enforce(world: World, number: str) -> None:
    """Let every window pass, then let the decisions take effect as the system does."""
    world.clock.advance(days=WINDOW.days)
    with world.runtime.begin(WORKER) as tx:
        accident = accident_of(tx, number)
        taking_effect.take_effect(tx, accident.id)
        if accident.state is AccidentState.HANDLING_APPROVED:
            move_accident(tx, accident, AccidentState.SERVED)
        move_accident(tx, accident, AccidentState.ENFORCING)


def accident_of(tx: Tx, number: str) -> Accident:
    """Give the row of an accident."""
    return tx.session.scalars(select(Accident).where(Accident.number == number)).one()


def state_of(world: World, number: str) -> AccidentState:
    """Give the state of an accident."""
    with world.runtime.read(WORKER) as tx:
        return accident_of(tx, number).state


def penalties(world: World, number: str, *states: PenaltyState) -> list[Penalty]:
    """Give the penalties of an accident in their order, perhaps only those in some states."""
    with world.runtime.read(WORKER) as tx:
        query = select(Penalty).where(Penalty.accident_id == accident_of(tx, number).id).order_by(Penalty.id)
        found = list(tx.session.scalars(query.where(Penalty.state.in_(states)) if states else query))
        tx.session.expunge_all()
        return found


def proposal_of(world: World, number: str) -> PenaltyProposal:
    """Give the newest proposal of an accident."""
    with world.runtime.read(WORKER) as tx:
        query = select(PenaltyProposal).where(PenaltyProposal.accident_id == accident_of(tx, number).id)
        found = tx.session.scalars(query.order_by(PenaltyProposal.seq.desc())).first()
        assert found is not None
        tx.session.expunge_all()
        return found


def amounts(world: World, number: str, kind: PenaltyKind = PenaltyKind.LOSS_SHARE) -> dict[str, int]:
    """Give the fen of one kind by staff number, of penalties that stand."""
    gone = (PenaltyState.WITHDRAWN, PenaltyState.REVERSED)
    with world.runtime.read(WORKER) as tx:
        query = select(Employee.staff_no, Penalty.amount_fen).join(Employee, Employee.id == Penalty.employee_id)
        query = query.where(Penalty.accident_id == accident_of(tx, number).id, Penalty.state.not_in(gone))
        return dict(tx.session.execute(query.where(Penalty.kind == kind)).all())  # type: ignore[arg-type]


def owed(world: World, staff_no: str, kind: LedgerAccountKind = LedgerAccountKind.DEBT) -> int:
    """Give the sum of a person's accounts of one kind, in fen."""
    with world.runtime.read(WORKER) as tx:
        query = select(LedgerLine.amount_fen).join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        query = query.join(Employee, Employee.id == LedgerAccount.employee_id)
        return sum(tx.session.scalars(query.where(Employee.staff_no == staff_no, LedgerAccount.kind == kind)))


def take(world: World, number: str, fen: int) -> None:
    """Take money from a wage for the first debt of an accident, as a payroll run does; at most once a month."""
    penalty = next(one for one in penalties(world, number, PenaltyState.FINAL) if one.kind is PenaltyKind.LOSS_SHARE)
    month = f"{world.clock.now():%Y-%m}"
    with world.runtime.begin(WORKER) as tx:
        debt = ledger.account(tx, LedgerAccountKind.DEBT, penalty.employee_id, penalty.id)
        wages = ledger.account(tx, LedgerAccountKind.WAGES, penalty.employee_id)
        wage = {"gross_fen": max(5 * fen, fen + 220_000), "minimum_fen": 220_000}
        written = {"recorded_at": tx.now, "recorded_by": "test"}
        run = PayrollRun(month=month, seq=1, people=1, taken_fen=fen, ran_at=tx.now, ran_by="test")
        tx.session.add_all([Wage(employee_id=penalty.employee_id, month=month, **wage, **written), run])
        tx.session.flush()
        key, lines = f"test:{penalty.id}", ((wages, fen), (debt, -fen))
        made = ledger.enter(tx, [Posting(key, JournalKind.DEDUCTION, penalty.employee_id, lines, "扣款")])
        taken = {"wage_fen": wage["gross_fen"], "minimum_fen": 220_000, "owed_fen": fen, "taken_fen": fen}
        told = {"employee_id": penalty.employee_id, "month": month, "run_id": run.id, "journal_id": made[key]}
        tx.session.add(Deduction(**told, **taken, made_at=tx.now))
        tx.session.flush()
        ledger.seal(tx, made.values())
