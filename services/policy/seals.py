"""The company's numbered seals (封条): one number, one use; no opening leaves the gate without one (R-F-09).

Nothing in this file takes an argument that lets a seal be skipped: the measures know no way round it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from models.vocabulary import ClosureKind, SealFinding, SealState
from services.policy.findings import Finding
from services.policy.localtime import blank, local_text

MOVES: Mapping[SealState, frozenset[SealState]] = {
    SealState.IN_STOCK: frozenset({SealState.ISSUED, SealState.VOID}),
    SealState.ISSUED: frozenset({SealState.APPLIED, SealState.VOID}),
    SealState.APPLIED: frozenset({SealState.REMOVED}),
    SealState.REMOVED: frozenset({SealState.DESTROYED}),
    SealState.DESTROYED: frozenset(),
    SealState.VOID: frozenset(),
}
SPENT = frozenset({SealState.APPLIED, SealState.REMOVED, SealState.DESTROYED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SealFacts:
    """A seal as the rules see it; ``own_stock`` is false for a customer's own seal or a number we never received."""

    number: str
    state: SealState
    own_stock: bool
    issued_to: str | None = None
    applied_trip: str | None = None
    closure: ClosureKind | None = None
    applied_at: datetime | None = None
    used_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakFacts:
    """Why and by whom a live seal was opened on the way, with the authority's paper and a photo (S4)."""

    reason: str | None
    who: str | None
    by_police: bool
    authority_document: str | None
    photo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineSeal:
    """A seal put on without a connection and reported later (S9)."""

    number: str
    trip: str
    closure: ClosureKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalVerdict:
    """What the seals say on arrival: ``clean`` means a normal count, else joint inspection and no clean POD (S6)."""

    clean: bool
    exceptions: tuple[Finding, ...]


def object_to_issue(seal: SealFacts, issued_to: str) -> Iterator[Finding]:
    """Object to handing out a seal that is not new and in our own stock, or to nobody in particular."""
    if seal.used_before or seal.state in SPENT:
        yield Finding("SEAL_REUSED", {"number": seal.number, "trip": seal.applied_trip or "-"})
    elif not seal.own_stock or seal.state is not SealState.IN_STOCK:
        yield Finding("SEAL_NOT_IN_STOCK", {"number": seal.number, "state": seal.state})
    if blank(issued_to):
        yield Finding("SEAL_RECEIVER_MISSING", {"number": seal.number})


def object_to_apply(
    seal: SealFacts,
    *,
    closure: ClosureKind,
    required_closures: Collection[ClosureKind],
    work_completed_at: datetime | None,
    applied_at: datetime,
    live_on_closure: str | None,
) -> Iterator[Finding]:
    """Object to a seal that is not new and issued from our stock, on a wrong opening, or put on too early (R-F-09).

    ``work_completed_at`` ends the loading or unloading of the present stop (S2, S7); the same instant is in time.
    """
    yield from _object_to_use(seal)
    if closure not in required_closures:
        yield Finding("CLOSURE_UNKNOWN", {"closure": closure, "known": list(required_closures)})
    if live_on_closure is not None:
        yield Finding("CLOSURE_ALREADY_SEALED", {"closure": closure, "number": live_on_closure})
    yield from _object_to_time(seal.number, applied_at, work_completed_at)


def object_to_break(seal: SealFacts, record: BreakFacts) -> Iterator[Finding]:
    """Object to opening a seal without who, why and a photo, and for the police their paper (S4)."""
    yield from _object_unless_live(seal)
    if blank(record.reason):
        yield Finding("BREAK_REASON_MISSING", {"number": seal.number})
    if blank(record.who):
        yield Finding("BREAK_PERSON_MISSING", {"number": seal.number})
    if record.by_police and blank(record.authority_document):
        yield Finding("AUTHORITY_DOCUMENT_MISSING", {"number": seal.number})
    if not record.photo:
        yield Finding("BREAK_PHOTO_MISSING", {"number": seal.number})


def object_to_replace(
    old: SealFacts, new: SealFacts, *, opened_at: datetime | None, applied_at: datetime
) -> Iterator[Finding]:
    """Object to a new number for an opened seal unless the old one is recorded off and the new one is fit (S4, S8)."""
    if old.state not in {SealState.REMOVED, SealState.DESTROYED} or opened_at is None:
        yield Finding("SEAL_BREAK_NOT_RECORDED", {"number": old.number})
    if old.number == new.number:
        yield Finding("SEAL_REUSED", {"number": new.number, "trip": old.applied_trip or "-"})
        return
    yield from _object_to_use(new)
    if opened_at is not None and applied_at < opened_at:
        facts = {"number": new.number, "applied_at": local_text(applied_at), "opened_at": local_text(opened_at)}
        yield Finding("SEAL_REPLACED_TOO_EARLY", facts)


def object_to_void(seal: SealFacts, reason: str) -> Iterator[Finding]:
    """Object to voiding a seal that was ever on a truck, or without a reason; void is for misprints."""
    if seal.used_before or SealState.VOID not in MOVES[seal.state]:
        yield Finding("SEAL_NOT_VOIDABLE", {"number": seal.number, "state": seal.state})
    if blank(reason):
        yield Finding("VOID_REASON_MISSING", {"number": seal.number})


def object_to_exemption(
    required_closures: Collection[ClosureKind], reason: str | None, supervisor: str | None
) -> Iterator[Finding]:
    """Object to sealing the papers pouch of an open flat bed without a supervisor's reason (domain 3.4).

    The pouch itself is still sealed: the exemption covers the missing door, never the seal.
    """
    if ClosureKind.PAPERS_POUCH in required_closures and (blank(reason) or blank(supervisor)):
        yield Finding("SEAL_EXEMPTION_REASON_MISSING", {"closure": ClosureKind.PAPERS_POUCH})


def unsealed(required_closures: Collection[ClosureKind], live_seals: Iterable[SealFacts]) -> Iterator[Finding]:
    """Name every declared opening without a live company seal (S1); a customer's seal alone does not do (S3)."""
    if not required_closures:
        yield Finding("CLOSURES_NOT_DECLARED")
    ours: set[ClosureKind | None] = set()
    theirs: dict[ClosureKind | None, str] = {}
    for seal in live_seals:
        if seal.state is SealState.APPLIED and seal.own_stock:
            ours.add(seal.closure)
        elif seal.state is SealState.APPLIED:
            theirs[seal.closure] = seal.number
    for closure in dict.fromkeys(required_closures):
        if closure not in ours and closure in theirs:
            yield Finding("COMPANY_SEAL_NEEDED", {"closure": closure, "customer_seal": theirs[closure]})
        elif closure not in ours:
            yield Finding(f"{closure.upper()}_UNSEALED", {"closure": closure})


def sealed_too_early(live_seals: Iterable[SealFacts], work_completed_at: datetime) -> Iterator[Finding]:
    """Name every company seal that was on before the work at the present place ended (S2)."""
    for seal in live_seals:
        if seal.own_stock and seal.state is SealState.APPLIED:
            yield from _object_to_time(seal.number, seal.applied_at, work_completed_at)


def verify_on_arrival(
    expected: Mapping[ClosureKind, str],
    seen: Mapping[ClosureKind, tuple[str | None, SealFinding]],
    broken_with_record: AbstractSet[str],
) -> ArrivalVerdict:
    """Compare the seals on the truck with those on the waybill (S5, S6).

    A broken or missing seal whose number is in ``broken_with_record`` is explained; a foreign number never is.
    """
    exceptions: list[Finding] = []
    for closure, number in expected.items():
        if closure not in seen:
            exceptions.append(Finding("SEAL_NOT_CHECKED", {"closure": closure, "expected": number}))
            continue
        seen_number, state = seen[closure]
        code = _arrival_code(number, seen_number, state, explained=number in broken_with_record)
        if code is not None:
            exceptions.append(Finding(code, {"closure": closure, "expected": number, "seen": seen_number or "-"}))
    return ArrivalVerdict(clean=not exceptions, exceptions=tuple(exceptions))


def object_to_offline_apply(
    captured: OfflineSeal, known: SealFacts | None, live_on_closure: str | None
) -> Iterator[Finding]:
    """Object to a late report that contradicts what is on record: an exception, never an overwrite (S9).

    The same report sent twice is no conflict.
    """
    number, facts = captured.number, {"number": captured.number, "trip": captured.trip, "closure": captured.closure}
    if known is not None and known.state is SealState.APPLIED:
        if (known.applied_trip, known.closure) != (captured.trip, captured.closure):
            held_by = f"{known.applied_trip or '-'} {known.closure or '-'}"
            yield Finding("SEAL_CONFLICT", {**facts, "on_record": held_by})
    elif known is None or not known.own_stock:
        yield Finding("SEAL_CONFLICT", {**facts, "on_record": "-"})
    elif known.used_before or known.state is not SealState.ISSUED:
        yield Finding("SEAL_CONFLICT", {**facts, "on_record": known.state})
    if live_on_closure not in {None, number}:
        yield Finding("SEAL_CONFLICT", {**facts, "on_record": live_on_closure})


def chain(first: str, replaced_by: Mapping[str, str]) -> tuple[str, ...]:
    """Follow a seal number through its replacements, oldest first (S4, S8); stops where a number would repeat."""
    numbers = [first]
    while (following := replaced_by.get(numbers[-1])) is not None and following not in numbers:
        numbers.append(following)
    return tuple(numbers)


def _object_to_use(seal: SealFacts) -> Iterator[Finding]:
    if seal.used_before or seal.state in SPENT:
        yield Finding("SEAL_REUSED", {"number": seal.number, "trip": seal.applied_trip or "-"})
    elif not seal.own_stock or seal.state is SealState.VOID:
        yield Finding("SEAL_NOT_IN_STOCK", {"number": seal.number, "state": seal.state})
    elif seal.state is not SealState.ISSUED or blank(seal.issued_to):
        yield Finding("SEAL_NOT_ISSUED", {"number": seal.number})


def _object_unless_live(seal: SealFacts) -> Iterator[Finding]:
    if seal.state is not SealState.APPLIED:
        yield Finding("SEAL_NOT_LIVE", {"number": seal.number, "state": seal.state})


def _object_to_time(number: str, applied_at: datetime | None, completed_at: datetime | None) -> Iterator[Finding]:
    # A time that nobody recorded proves nothing, so it objects like one that is too early.
    if applied_at is None or completed_at is None or applied_at < completed_at:
        applied = "-" if applied_at is None else local_text(applied_at)
        completed = "-" if completed_at is None else local_text(completed_at)
        yield Finding(
            "SEAL_BEFORE_LOADING_COMPLETED", {"number": number, "applied_at": applied, "completed_at": completed}
        )


def _arrival_code(expected: str, seen: str | None, state: SealFinding, *, explained: bool) -> str | None:
    if state is SealFinding.MISSING:
        return None if explained else "SEAL_MISSING"
    if state is SealFinding.NUMBER_MISMATCH or seen != expected:
        return "SEAL_MISMATCH"
    return "SEAL_BROKEN" if state is SealFinding.BROKEN and not explained else None
