"""Penalties that took effect and months of wages, put straight into rows or by the use cases of the payroll."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from models.accidents import Accident
from models.accounts import User
from models.payroll import Deduction, LedgerAccount, LedgerLine, PayrollExport
from models.penalties import Penalty, PenaltyProposal
from models.people import Employee
from models.vocabulary import (
    AccidentState,
    ExportColumn,
    ExportFormat,
    Grade,
    PenaltyKind,
    PenaltyState,
    PolicyProfile,
    ProposalState,
    Role,
    ServiceMode,
)
from services import debts
from services.payroll import exports, giving_back, wages
from services.payroll import run as payroll_run
from services.transaction import WORKER, Tx
from tests.support.accidents import accident_in, an_employee
from tests.support.waiting import PATIENCE_S
from tests.support.world import World


def fen(yuan: str) -> int:
    """Give an amount as the API writes it in fen."""
    whole, _, part = yuan.partition(".")
    return int(whole) * 100 + int(part or 0)


def employ(world: World, *numbers: str, **changes: Any) -> None:
    """Have employees with a deduction clause in their contracts; ``changes`` go over their columns."""
    with world.runtime.begin(WORKER) as tx:
        for number in numbers:
            employee = an_employee(tx, number)
            for name, value in changes.items():
                setattr(employee, name, value)


def a_penalty(tx: Tx, accident: Accident, employee: Employee, amount_fen: int, **changes: Any) -> Penalty:
    """Give a penalty that took effect, of a proposal of its own; ``changes`` go over the columns of the penalty."""
    seq = tx.session.scalar(
        select(func.count()).select_from(PenaltyProposal).where(PenaltyProposal.accident_id == accident.id)
    )
    user_id = tx.session.scalars(select(User.id).where(User.login == Role.SAFETY.value)).one()
    proposal = PenaltyProposal(
        accident_id=accident.id, seq=(seq or 0) + 1, state=ProposalState.SUPERSEDED, profile=PolicyProfile.SEED_LITERAL,
        grade=Grade.FULL, gross_fen=amount_fen, burden_fen=amount_fen, burden_is_actual=False, recovered_fen=0,
        net_fen=amount_fen, opinion="按规定处理", warnings=[], proposed_by_id=user_id, proposed_at=tx.now,
    )  # fmt: skip
    tx.session.add(proposal)
    tx.session.flush()
    at: datetime = changes.get("approved_at", tx.now)
    values: dict[str, Any] = {
        "number": tx.next_number("CF"), "accident_id": accident.id, "proposal_id": proposal.id,
        "employee_id": employee.id, "kind": PenaltyKind.LOSS_SHARE, "state": PenaltyState.FINAL,
        "amount_fen": amount_fen, "reason": "违章作业造成损失", "warnings": [], "approved_at": at, "served_at": at,
        "service_mode": ServiceMode.SIGNED, "served_by": "test", "final_at": at,
    }  # fmt: skip
    penalty = Penalty(**{**values, **changes})
    tx.session.add(penalty)
    tx.session.flush()
    return penalty


def owing(
    world: World,
    staff_no: str,
    amount_fen: int,
    *,
    state: AccidentState = AccidentState.ENFORCING,
    accident: str | None = None,
    **changes: Any,
) -> str:
    """Let a person owe for a new accident, or for one named; gives the number of the penalty."""
    number = accident or accident_in(world, state, people=())
    with world.runtime.begin(WORKER) as tx:
        case = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        penalty = a_penalty(tx, case, an_employee(tx, staff_no), amount_fen, **changes)
        debts.open_debt(tx, penalty)
        return penalty.number


def penalty_of(tx: Tx, number: str) -> Penalty:
    """Give a penalty by its number."""
    return tx.session.scalars(select(Penalty).where(Penalty.number == number)).one()


def balances(world: World) -> dict[str, int]:
    """Give what stands on every account that is not empty, by the account's code."""
    total = func.sum(LedgerLine.amount_fen)
    query = select(LedgerAccount.code, total).join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
    with world.runtime.read(WORKER) as tx:
        rows = tx.session.execute(query.group_by(LedgerAccount.code).order_by(LedgerAccount.code))
        return {code: int(amount) for code, amount in rows if amount}


def taken(world: World, staff_no: str) -> dict[str, int]:
    """Give what was taken from a person's wages, by month."""
    query = select(Deduction.month, Deduction.taken_fen).join(Employee, Employee.id == Deduction.employee_id)
    with world.runtime.read(WORKER) as tx:
        rows = tx.session.execute(query.where(Employee.staff_no == staff_no).order_by(Deduction.month))
        return {month: int(amount) for month, amount in rows}


def at_once(world: World, work: Callable[[Tx], Any], tries: int) -> list[Any]:
    """Do the same work in several threads that begin together, and give what each of them got."""
    start, results = threading.Barrier(tries), []

    def run() -> None:
        start.wait(timeout=PATIENCE_S)
        results.append(world.runtime.write(WORKER, work))

    threads = [threading.Thread(target=run) for _ in range(tries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_S)
    assert len(results) == tries
    return results


def record(world: World, month: str, **yuan: str) -> dict[str, Any]:
    """Let finance record gross wages of a month that has ended, by staff number."""
    world.clock.move_to(datetime.fromisoformat(f"{month}-28T20:00:00+08:00"))
    given = [wages.Given(staff_no, fen(amount)) for staff_no, amount in yuan.items()]
    return world.runtime.write(world.actor(Role.FINANCE), lambda tx: wages.record(tx, month, given))


def run(world: World, month: str) -> dict[str, Any]:
    """Let finance run a month."""
    return world.runtime.write(world.actor(Role.FINANCE), lambda tx: payroll_run.run(tx, month))


def pay(world: World, month: str, **yuan: str) -> dict[str, Any]:
    """Record the wages of a month and run it."""
    record(world, month, **yuan)
    return run(world, month)


def export(world: World, month: str, form: ExportFormat = ExportFormat.CSV) -> tuple[PayrollExport, bytes]:
    """Let finance make a batch of a month with every column; gives it and its content."""
    columns = tuple((column, column.value) for column in ExportColumn)
    wanted = exports.Wanted(month, form, columns)
    made = world.runtime.write(world.actor(Role.FINANCE), lambda tx: exports.make(tx, wanted))
    return made, made.content


def give_back(world: World, staff_no: str, month: str, yuan: str, reason: str = "工资录错") -> dict[str, Any]:
    """Let finance give back what a month took too much."""
    actor = world.actor(Role.FINANCE)
    return world.runtime.write(actor, lambda tx: giving_back.give_back(tx, staff_no, month, fen(yuan), reason))


def codes(month: dict[str, Any]) -> list[str]:
    """Give why a run left debts alone."""
    return [finding.code for finding in month["left"]]
