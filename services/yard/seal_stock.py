"""Seals before they are used: received into stock, issued to a person, misprints voided (domain 5.4)."""

from __future__ import annotations

from collections.abc import Sequence

from models.loading import Seal
from models.vocabulary import (
    SealEventKind,
    SealState,
)
from services.policy import seals as policy
from services.policy.findings import require
from services.transaction import Subject, Tx
from services.yard.seal_records import write_event
from services.yard.seals import facts_of, find_own, in_stock

MAX_LOT = 2000


def receive(tx: Tx, prefix: str, first: int, count: int, width: int = 6) -> list[str]:
    """Take a lot of printed seals into stock; ConflictError when one of the numbers exists already."""
    numbers = [f"{prefix}{serial:0{width}d}" for serial in range(first, first + min(count, MAX_LOT))]
    lot = [Seal(number=number, state=SealState.IN_STOCK, created_at=tx.now) for number in numbers]
    tx.session.add_all(lot)
    tx.session.flush()
    for seal in lot:
        write_event(tx, seal, SealEventKind.RECEIVED, tx.now, {})
    told = {"from": numbers[0], "to": numbers[-1], "count": len(numbers)}
    tx.journal("seals.received", Subject("seal", lot[0].id), told)
    return numbers


def issue(tx: Tx, numbers: Sequence[str], to: str) -> list[Seal]:
    """Hand seals from stock to a person, all or none."""
    found = in_stock(tx, list(dict.fromkeys(numbers)))
    require(finding for seal in found for finding in policy.object_to_issue(facts_of(tx, seal), to))
    for seal in found:
        seal.state, seal.issued_to = SealState.ISSUED, to
        write_event(tx, seal, SealEventKind.ISSUED, tx.now, {"to": to})
    tx.journal("seals.issued", Subject("seal", found[0].id), {"numbers": [seal.number for seal in found], "to": to})
    return found


def void(tx: Tx, number: str, reason: str) -> Seal:
    """Take a misprint out of use for ever."""
    seal = find_own(tx, number)
    require(policy.object_to_void(facts_of(tx, seal), reason))
    seal.state = SealState.VOID
    write_event(tx, seal, SealEventKind.VOIDED, tx.now, {"reason": reason})
    tx.journal("seal.voided", Subject("seal", seal.id), {"number": number, "reason": reason})
    return seal
