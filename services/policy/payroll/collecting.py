"""Which debts of a person a month's wage pays, and why the others are left alone (domain 4.4 rule 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.policy.fen import yuan
from services.policy.findings import Finding
from services.policy.payroll.deduction import allotment, deduction_fen, month_of
from services.policy.payroll.people import Debt, Person, Wage

NOTHING: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What is taken from one person: ``parts`` are ``(penalty id, fen)``, ``owed_fen`` is what could be collected.

    ``waiting`` are the debts that may not be collected yet, ``refused`` says why the month gave nothing at all.
    """

    owed_fen: int
    parts: tuple[tuple[int, int], ...]
    waiting: tuple[Finding, ...] = ()
    refused: Finding | None = None

    @property
    def taken_fen(self) -> int:
        """Add the parts up."""
        return sum(fen for _, fen in self.parts)

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """Give everything that kept money from being taken."""
        return self.waiting if self.refused is None else (*self.waiting, self.refused)


def decide(person: Person, month: str, share_percent: int) -> Decision:
    """Decide what one month's wage of a person pays; his debts come in the order in which they are paid.

    Nothing is taken for a decision that was not served or whose case is being handled anew, without a clause in the
    labour contract, without a recorded wage, beyond ``share_percent`` of it or below the minimum wage.
    """
    open_debts = collectable(person)
    owed_fen = sum(debt.owed_fen for debt in open_debts)
    waiting = tuple(_waiting(person))
    wage = person.wage
    if owed_fen == 0:
        return Decision(0, NOTHING, waiting)
    if not person.clause:
        facts = {"staff_no": person.staff_no, "owed": yuan(owed_fen)}
        return Decision(owed_fen, NOTHING, waiting, Finding("PAYROLL_NO_CLAUSE", facts))
    if wage is None:
        facts = {"staff_no": person.staff_no, "owed": yuan(owed_fen), "month": month}
        return Decision(owed_fen, NOTHING, waiting, Finding("PAYROLL_NO_WAGE", facts))
    taken_fen = deduction_fen(owed_fen, wage.gross_fen, wage.minimum_fen, share_percent)
    if taken_fen == 0:
        return Decision(owed_fen, NOTHING, waiting, _too_low(person, month, wage))
    parts = allotment(taken_fen, [(debt.penalty_id, debt.owed_fen) for debt in open_debts])
    return Decision(owed_fen, tuple(parts), waiting)


def collectable(person: Person) -> tuple[Debt, ...]:
    """Give the debts that may be collected now: served, and the case not being handled anew."""
    return tuple(debt for debt in person.debts if debt.served and debt.enforced)


def leaves_with(person: Person, month: str) -> bool:
    """Tell whether no later wage will come: he left in this month and its wage is known, or in an earlier one (E12)."""
    if person.left_on is None:
        return False
    left = month_of(person.left_on)
    return left < month or (left == month and person.wage is not None)


def _waiting(person: Person) -> Iterator[Finding]:
    for debt in person.debts:
        facts = {"staff_no": person.staff_no, "penalty": debt.penalty}
        if not debt.enforced:
            yield Finding("PAYROLL_CASE_SUSPENDED", facts)
        elif not debt.served:
            yield Finding("PAYROLL_NOT_SERVED", facts)


def _too_low(person: Person, month: str, wage: Wage) -> Finding:
    facts = {"staff_no": person.staff_no, "month": month}
    return Finding("PAYROLL_WAGE_TOO_LOW", {**facts, "wage": yuan(wage.gross_fen), "minimum": yuan(wage.minimum_fen)})
