"""What a paper on responsibility must carry, how long it may be reviewed, and when it is final (R-A-23).

The police's determination is the standard, so a grade comes from a paper that can be shown, never from an opinion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.vocabulary import DeterminationBasis, Grade
from services.policy.findings import Finding
from services.policy.localtime import SHANGHAI, blank, local_date, local_text
from services.policy.ruleset_accidents import ClockRules

B, G = DeterminationBasis, Grade
WITHOUT_GRADE = frozenset({B.CERTIFICATE, B.REVIEW_RESULT})
SHARED = frozenset({G.MAIN, G.EQUAL, G.SECONDARY})
RESPONSIBLE_GRADES = frozenset({G.FULL, *SHARED})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeterminationCard:
    """What the paper says: ``grade`` is our side's, ``parties`` everyone's, by name; ``scan`` is a stored file."""

    grade: Grade
    basis: DeterminationBasis | None = None
    document_no: str | None = None
    authority: str | None = None
    document_date: date | None = None
    served_at: datetime | None = None
    scan: str | None = None
    parties: tuple[tuple[str, Grade], ...] = ()
    mitigation: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """What decides whether a paper may still be reviewed."""

    basis: DeterminationBasis
    served_at: datetime
    review_filed: bool = False


def object_to_determination(
    card: DeterminationCard, occurred_at: datetime, now: datetime, *, fled: bool
) -> Iterator[Finding]:
    """Object to a grade without its paper, to grades that contradict each other, and to impossible times.

    ``fled``: our driver left the scene, for which he is fully responsible (procedure regulation 61) unless the paper
    tells what speaks for him.
    """
    missing = _missing(card)
    if missing:
        yield Finding("GRADE_NEEDS_DOCUMENT", {"missing": missing})
        return
    yield from _object_to_grades(card)
    yield from _object_to_times(card, occurred_at, now)
    if fled and card.grade is not G.FULL and blank(card.mitigation):
        yield Finding("FLED_BUT_NOT_FULL", {"grade": card.grade})


def review_until(served_at: datetime, rules: ClockRules) -> datetime:
    """Give the last instant for a review, inclusive (procedure regulation 71).

    Days of law are whole local days: the day of service is not counted and the last one ends at 24:00 (Civil Code
    201, 203), just as with the five-day record of domain 4.2.
    """
    last = local_date(served_at) + timedelta(days=rules.review_days)
    return datetime.combine(last + timedelta(days=1), time(), tzinfo=SHANGHAI).astimezone(served_at.tzinfo)


def object_to_review(window: Window, filed_at: datetime, rules: ClockRules) -> Iterator[Finding]:
    """Object to a review that is filed outside the window, or a second time."""
    if window.review_filed or window.basis is B.REVIEW_RESULT:
        yield Finding("REVIEW_ONLY_ONCE", {})
        return
    until = review_until(window.served_at, rules)
    if filed_at > until:
        yield Finding("REVIEW_TOO_LATE", {"at": local_text(filed_at), "until": local_text(until)})
    if filed_at < window.served_at:
        yield Finding("REVIEW_BEFORE_SERVICE", {"at": local_text(filed_at), "served": local_text(window.served_at)})


def is_final(window: Window, now: datetime, rules: ClockRules) -> bool:
    """Tell whether nothing can change the paper any more: the review has spoken, or nobody asked for one in time."""
    if window.basis is B.REVIEW_RESULT:
        return True
    return not window.review_filed and now > review_until(window.served_at, rules)


def _missing(card: DeterminationCard) -> list[str]:
    texts = {"document_no": card.document_no, "authority": card.authority, "scan": card.scan}
    others = {"document_date": card.document_date, "served_at": card.served_at, "basis": card.basis}
    absent = {name for name, value in texts.items() if blank(value)}
    absent |= {name for name, value in others.items() if value is None}
    return sorted(absent | (set() if card.parties else {"parties"}))


def _object_to_grades(card: DeterminationCard) -> Iterator[Finding]:
    grades = [grade for _, grade in card.parties]
    if card.grade not in grades:
        yield Finding("GRADE_NOT_IN_DOCUMENT", {"grade": card.grade, "grades": grades})
    if card.basis is B.CERTIFICATE and set(grades) != {G.UNDETERMINED}:
        yield Finding("CERTIFICATE_GIVES_NO_GRADE", {"grades": grades})
    elif card.basis not in WITHOUT_GRADE and set(grades) == {G.UNDETERMINED}:
        yield Finding("UNDETERMINED_NEEDS_CERTIFICATE", {})
    if _contradict(grades):
        yield Finding("PARTY_GRADES_CONTRADICT", {"grades": grades})


def _contradict(grades: list[Grade]) -> bool:
    """Tell whether no accident can have these grades: the whole is one party's, or shared by two at least."""
    sharing = [grade for grade in grades if grade in SHARED]
    if G.UNDETERMINED in grades:
        return set(grades) != {G.UNDETERMINED}
    if G.FULL in grades:
        return grades.count(G.FULL) > 1 or bool(sharing)
    return len(sharing) == 1 or sharing.count(G.MAIN) > 1


def _object_to_times(card: DeterminationCard, occurred_at: datetime, now: datetime) -> Iterator[Finding]:
    assert card.document_date is not None  # noqa: S101 - a card with something missing never comes here
    assert card.served_at is not None  # noqa: S101 - as above
    day = card.document_date
    if day > local_date(now):
        yield Finding("DAY_IN_THE_FUTURE", {"field": "document_date", "day": day.isoformat()})
    if day < local_date(occurred_at):
        facts = {"day": day.isoformat(), "occurred": local_text(occurred_at)}
        yield Finding("DOCUMENT_BEFORE_ACCIDENT", facts)
    if card.served_at > now:
        yield Finding("TIME_IN_THE_FUTURE", {"at": local_text(card.served_at)})
    if card.served_at < occurred_at:
        yield Finding("SERVED_BEFORE_ACCIDENT", {"served": local_text(card.served_at)})
    if occurred_at <= card.served_at and local_date(card.served_at) < day:
        yield Finding("SERVED_BEFORE_DOCUMENT", {"served": local_text(card.served_at), "day": day.isoformat()})
