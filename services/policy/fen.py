"""Money as integer fen: how it is written, and how a percentage of it is rounded."""

from __future__ import annotations

HALF, WHOLE = 50, 100


def yuan(fen: int) -> str:
    """Write fen as CNY with two places, such as ``-1200.50``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def percent_of(fen: int, percent: int) -> int:
    """Give a percentage of an amount that is not negative, in fen, half a fen rounded up."""
    return (fen * percent + HALF) // WHOLE
