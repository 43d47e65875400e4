"""What the rules of the payroll know of a person: his wage of the month, his contract, his debts. Money in fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Wage:
    """The real gross wage of one month and the minimum wage that must remain of it."""

    gross_fen: int
    minimum_fen: int


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed for one penalty; ``enforced`` is false while its accident is being handled anew."""

    penalty_id: int
    penalty: str
    owed_fen: int
    served: bool = True
    enforced: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who owes, his debts in the order in which they are paid."""

    employee_id: int
    staff_no: str
    clause: bool
    wage: Wage | None
    debts: tuple[Debt, ...]
    left_on: date | None = None
