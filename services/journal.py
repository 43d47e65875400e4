"""The journal read back: is every subject's chain of entries whole (P9)?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import literal, select, tuple_

from models.records import JournalEntry
from services.transaction import Tx, chain_hash

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain no longer holds: the first entry of a subject that was changed, or that follows a gap."""

    subject_kind: str
    subject_id: int
    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries were checked, and each subject's first break."""

    entries: int
    breaks: tuple[Break, ...]


def is_empty(tx: Tx) -> bool:
    """Tell whether nothing has ever happened in this database."""
    return tx.session.scalar(select(JournalEntry.id).limit(1)) is None


def verify(tx: Tx) -> Verdict:
    """Work out every hash again and give the first break of each subject.

    An edited entry, a deleted one and one out of order show; a tail cut off at the end does not, which takes an
    anchor kept elsewhere.
    """
    counted, breaks, broken = 0, [], None
    subject, seq, before = ("", 0), 0, ""
    for entry in _entries(tx):
        counted += 1
        if (entry.subject_kind, entry.subject_id) != subject:
            subject, seq, before = (entry.subject_kind, entry.subject_id), 0, ""
        why = _objection(entry, seq, before)
        if why and broken != subject:
            broken = subject
            breaks.append(Break(*subject, entry.seq, why))
        seq, before = entry.seq, entry.hash
    return Verdict(counted, tuple(breaks))


def _entries(tx: Tx) -> Iterator[JournalEntry]:
    order = (JournalEntry.subject_kind, JournalEntry.subject_id, JournalEntry.seq)
    after: tuple[str, int, int] = ("", 0, 0)
    while True:
        batch = select(JournalEntry).where(tuple_(*order) > tuple_(*map(literal, after))).order_by(*order)
        rows = tx.session.scalars(batch.limit(BATCH)).all()
        yield from rows
        if len(rows) < BATCH:
            return
        after = (rows[-1].subject_kind, rows[-1].subject_id, rows[-1].seq)
        tx.session.expunge_all()  # a long history need not fit into memory


def _objection(entry: JournalEntry, seq: int, before: str) -> str:
    if entry.seq != seq + 1:
        return f"entry {seq + 1} is missing"
    content = {column.name: getattr(entry, column.name) for column in JournalEntry.__table__.columns}
    return "" if chain_hash(before, content) == entry.hash else "the entry was changed"
