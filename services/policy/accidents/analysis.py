"""Who must sit together over an accident, and what each responsible person must write (R-A-24 to R-A-27)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.vocabulary import AccidentPaper, MeetingKind, MeetingRole, MpsClass
from services.policy.findings import Finding
from services.policy.localtime import blank, local_text

P, R = AccidentPaper, MeetingRole
# what the responsible person writes himself (R-A-25), and what a major accident needs besides (R-A-27)
OWN_TEXTS = (P.ACCOUNT, P.SELF_CRITICISM, P.PREVENTION)
MAJOR_PAPERS = (P.WRITTEN_REPORT, P.REPORT_FORM)
CONCERNED = frozenset({R.RESPONSIBLE_PERSON, R.RELATED})
HEADS: Mapping[MeetingKind, tuple[MeetingRole, ...]] = {
    MeetingKind.ORDINARY: (R.DEPARTMENT_HEAD, R.LINE_MANAGER),
    MeetingKind.MAJOR: (R.DEPARTMENT_HEAD,),
}


@dataclass(frozen=True, slots=True)
class Attendee:
    """In which role somebody attended; ``employee`` is the staff number of one of ours."""

    role: MeetingRole
    employee: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCard:
    """The minutes of a meeting; the chair attends in his role."""

    kind: MeetingKind
    held_at: datetime
    chair_role: MeetingRole
    attendees: tuple[Attendee, ...]
    conclusion: str

    @property
    def roles(self) -> frozenset[MeetingRole]:
        """The roles that were in the room."""
        return frozenset({self.chair_role, *(one.role for one in self.attendees)})


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCard:
    """A text that is filed: whose it is (a staff number), and by whom.

    ``by_person``: its author files it himself, signed in. ``signed``: a file shows his signature.
    """

    kind: AccidentPaper
    person: str | None
    body: str
    by_person: bool
    may_file_for_others: bool
    signed: bool


def kind_needed(mps: MpsClass) -> MeetingKind:
    """Tell which meeting a class of accident needs: from 重大 on production is in the chair (R-A-26)."""
    return MeetingKind.MAJOR if mps in {MpsClass.MAJOR, MpsClass.EXTRAORDINARY} else MeetingKind.ORDINARY


def object_to_meeting(card: MeetingCard, occurred_at: datetime, now: datetime) -> Iterator[Finding]:
    """Object to minutes that could never count: without the heads or the chair, empty, or of an impossible time."""
    if card.held_at > now:
        yield Finding("TIME_IN_THE_FUTURE", {"at": local_text(card.held_at)})
    if card.held_at < occurred_at:
        yield Finding("BEFORE_THE_ACCIDENT", {"at": local_text(card.held_at), "occurred": local_text(occurred_at)})
    if blank(card.conclusion):
        yield Finding("TEXT_EMPTY", {"field": "conclusion"})
    yield from _object_to_attendance(card)


def object_to_paper(card: PaperCard) -> Iterator[Finding]:
    """Object to a text that is empty, has no author, or is filed by another without the author's signature."""
    if blank(card.body):
        yield Finding("TEXT_EMPTY", {"field": "body"})
    if card.by_person:
        return
    if not card.may_file_for_others:
        yield Finding("PAPER_OF_ANOTHER", {"employee": card.person})
    elif card.kind in OWN_TEXTS and card.person is None:
        yield Finding("PAPER_NEEDS_PERSON", {"kind": card.kind})
    elif card.person is not None and not card.signed:
        yield Finding("PAPER_NOT_SIGNED", {"kind": card.kind, "employee": card.person})


def object_to_analysis(
    kind: MeetingKind,
    meetings: Iterable[MeetingCard],
    texts: Mapping[str, frozenset[AccidentPaper]],
    filed: frozenset[AccidentPaper],
) -> Iterator[Finding]:
    """Object to calling an accident analysed: which meeting, which person or which paper is missing.

    ``texts`` holds the signed texts of every responsible person by staff number, ``filed`` the papers of the case.
    """
    yield from _object_to_meetings(kind, [one for one in meetings if one.kind is kind], texts)
    yield from missing_texts(texts)
    if kind is MeetingKind.MAJOR:
        for paper in MAJOR_PAPERS:
            if paper not in filed:
                yield Finding("PAPER_MISSING", {"kind": paper})


def missing_texts(texts: Mapping[str, frozenset[AccidentPaper]]) -> Iterator[Finding]:
    """Name every text that a responsible person still owes (R-A-25)."""
    for employee, written in texts.items():
        for kind in OWN_TEXTS:
            if kind not in written:
                yield Finding("TEXT_MISSING", {"employee": employee, "kind": kind})


def _object_to_attendance(card: MeetingCard) -> Iterator[Finding]:
    for role in HEADS[card.kind]:
        if role not in card.roles:
            yield Finding("MEETING_LACKS_ROLE", {"role": role})
    if card.kind is MeetingKind.MAJOR and card.chair_role is not R.PRODUCTION:
        yield Finding("PRODUCTION_MUST_CHAIR", {"role": card.chair_role})
    if card.kind is MeetingKind.MAJOR and not card.roles & CONCERNED:
        yield Finding("MEETING_LACKS_ROLE", {"role": R.RELATED})


def _object_to_meetings(
    kind: MeetingKind, meetings: list[MeetingCard], responsible: Iterable[str]
) -> Iterator[Finding]:
    if not meetings:
        yield Finding("MEETING_MISSING", {"kind": kind})
    elif kind is MeetingKind.ORDINARY:
        absent = min((_absent(one, responsible) for one in meetings), key=len)
        for employee in absent:
            yield Finding("RESPONSIBLE_PERSON_ABSENT", {"employee": employee})


def _absent(card: MeetingCard, responsible: Iterable[str]) -> list[str]:
    there = {one.employee for one in card.attendees if one.role is R.RESPONSIBLE_PERSON}
    return [employee for employee in responsible if employee not in there]
