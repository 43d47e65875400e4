"""How much a month's wage may give towards damages, and which debt it pays first (工资支付暂行规定 16).

All money is integer fen; a month is written ``YYYY-MM``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

WHOLE = 100
# the century in which instants may lie
MONTH = re.compile(r"^20[0-9]{2}-(0[1-9]|1[0-2])$", re.ASCII)


def is_month(text: str) -> bool:
    """Tell whether a text names a month, such as ``2026-03``, in the years 2000 to 2099."""
    return MONTH.fullmatch(text) is not None


def month_of(day: date) -> str:
    """Give the month of a day."""
    return f"{day.year:04d}-{day.month:02d}"


def deduction_fen(outstanding_fen: int, wage_fen: int, minimum_fen: int, share_percent: int) -> int:
    """Give what one month's gross wage pays of all that a person owes, in fen, rounded down.

    Never more than ``share_percent`` of the wage, and what remains is never below the minimum wage
    (domain 4.4 rule 5).
    """
    share_fen = wage_fen * share_percent // WHOLE
    return max(0, min(outstanding_fen, share_fen, wage_fen - minimum_fen))


def allotment(taken_fen: int, debts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spread what was taken over debts ``(id, owed fen)`` in their order: the first is paid before the next.

    Gives ``(id, fen)`` of the debts that get anything; ValueError when more was taken than is owed.
    """
    left_fen, parts = taken_fen, []
    for debt, owed_fen in debts:
        part_fen = min(left_fen, owed_fen)
        if part_fen > 0:
            parts.append((debt, part_fen))
            left_fen -= part_fen
    if left_fen:
        raise ValueError("more was taken than is owed")
    return parts
