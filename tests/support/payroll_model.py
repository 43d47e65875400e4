"""The payroll as plain sums, without a ledger: what the product is held against, whatever the order of events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

PEOPLE = ("D1", "D2")
MINIMUM = 220_000


@dataclass
class Debt:
    """What the model knows of one penalty."""

    number: str
    who: str
    amount: int
    owed: int
    accident: str
    moved: int = 0
    replaced: bool = False
    left_with: bool = False


@dataclass
class Books:
    """The model: plain sums, no journal."""

    debts: list[Debt] = field(default_factory=list)
    wages: dict[tuple[str, str], int] = field(default_factory=dict)
    taken: dict[tuple[str, str], int] = field(default_factory=dict)
    refund: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    paid_back: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    clause: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(PEOPLE, True))
    left: dict[str, str] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    parts: dict[tuple[str, str], list[tuple[Debt, int]]] = field(default_factory=lambda: defaultdict(list))
    given_back: set[tuple[str, str]] = field(default_factory=set)

    def open_debts(self, who: str) -> list[Debt]:
        theirs = [debt for debt in self.debts if debt.who == who and debt.owed > 0]
        return [debt for debt in theirs if debt.accident not in self.suspended]

    def live(self) -> list[Debt]:
        """Give the debts that can be decided anew, those first of which most was taken."""
        found = [debt for debt in self.debts if not debt.replaced]
        return sorted(found, key=lambda debt: debt.owed + debt.moved - debt.amount)

    def run(self, month: str) -> None:
        for who in PEOPLE:
            wage = self.wages.get((who, month))
            if wage is not None and self.clause[who] and (who, month) not in self.taken:
                self._take(who, month, wage)
            left = self.left.get(who)
            if left is not None and (left < month or (left == month and wage is not None)):
                for debt in self.open_debts(who):
                    debt.moved, debt.owed, debt.left_with = debt.owed, 0, True

    def _take(self, who: str, month: str, wage: int) -> None:
        may = sum(debt.owed for debt in self.open_debts(who))
        while may > 0 and (may * 5 > wage or wage - may < MINIMUM):
            may = min(may - 1, wage // 5, wage - MINIMUM)
        left = max(0, may)
        if left:
            self.taken[who, month] = left
        for debt in self.open_debts(who):
            part = min(left, debt.owed)
            debt.owed, left = debt.owed - part, left - part
            if part:
                self.parts[who, month].append((debt, part))

    def replace(self, old: Debt, new: Debt) -> int:
        """Put a new debt in the place of an old one; gives what is to be refunded."""
        paid = old.amount - old.owed - old.moved
        old.owed = old.moved = 0
        old.replaced = True
        new.owed = max(0, new.amount - paid)
        self.debts.append(new)
        back = max(0, paid - new.amount)
        self.refund[old.who] += back
        return back

    def give_back(self, who: str, month: str, amount: int) -> bool:
        """Give back what a month took too much, the debt that was paid last first; tells whether that may be."""
        parts = self.parts.get((who, month), [])
        settled = any(debt.replaced or debt.left_with for debt, _ in parts)
        if not parts or settled or (who, month) in self.given_back or amount > self.taken[who, month]:
            return False
        self.given_back.add((who, month))
        self.refund[who] += amount
        for debt, paid in reversed(parts):
            part = min(amount, paid)
            debt.owed, amount = debt.owed + part, amount - part
        return True

    def balances(self) -> dict[str, int]:
        """Give what must stand on each account that is not empty."""
        found: dict[str, int] = defaultdict(int)
        for debt in self.debts:
            found[f"debt:{debt.number}"] += debt.owed
            found[f"receivable:{debt.who}"] += debt.moved
            found["recovered_loss"] -= 0 if debt.replaced else debt.amount
        for (who, _), fen in self.taken.items():
            found[f"wages:{who}"] += fen
        for (who, _), fen in self.paid_back.items():
            found[f"wages:{who}"] -= fen
        for who, fen in self.refund.items():
            found[f"refund:{who}"] -= fen
        return {code: fen for code, fen in found.items() if fen}
