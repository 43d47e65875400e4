"""Splitting an amount among people by the largest remainder, so that the parts add up (reliability rule 5)."""

from __future__ import annotations

from collections.abc import Mapping

COMPANY = 0


def split(total_fen: int, shares: Mapping[int, int], whole: int) -> dict[int, int]:
    """Split ``total_fen`` among ids by ``shares`` out of ``whole``; what no share names stays with the company.

    Every part lies within a fen of its exact size, and the parts with the company's rest add up to the total. Fen
    left over go to the largest remainders, ties to the lowest id; the company is lower than any id, so that a tied
    fen is not a person's. Raises ValueError for a negative amount or share, and for shares over the whole.
    """
    rest = whole - sum(shares.values())
    if total_fen < 0 or rest < 0 or any(share < 0 for share in shares.values()):
        raise ValueError("no split: an amount or a share is negative, or the shares exceed the whole")
    parts = {COMPANY: rest, **shares}
    made = {one: total_fen * share // whole for one, share in parts.items()}
    left = total_fen - sum(made.values())
    by_remainder = sorted(parts, key=lambda one: (-(total_fen * parts[one] % whole), one))
    for one in by_remainder[:left]:
        made[one] += 1
    return {one: made[one] for one in shares}
