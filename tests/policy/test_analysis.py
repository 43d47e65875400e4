"""Who must sit together over an accident, and what each responsible person must write (R-A-24 to R-A-27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.vocabulary import AccidentPaper, MeetingKind, MeetingRole, MpsClass
from services.policy.accidents.analysis import (
    OWN_TEXTS,
    Attendee,
    MeetingCard,
    PaperCard,
    kind_needed,
    object_to_analysis,
    object_to_meeting,
    object_to_paper,
)

K, R, P = MeetingKind, MeetingRole, AccidentPaper
OCCURRED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NOW = OCCURRED + timedelta(days=4)
ORDINARY = MeetingCard(
    kind=K.ORDINARY,
    held_at=NOW - timedelta(days=1),
    chair_role=R.DEPARTMENT_HEAD,
    attendees=(Attendee(R.LINE_MANAGER), Attendee(R.RESPONSIBLE_PERSON, "D1")),
    conclusion="跟车过近,未按规定保持安全距离",
)
MAJOR = replace(
    ORDINARY, kind=K.MAJOR, chair_role=R.PRODUCTION, attendees=(Attendee(R.DEPARTMENT_HEAD), Attendee(R.RELATED))
)
ALL_TEXTS = {"D1": frozenset(OWN_TEXTS)}
FORMS = frozenset({P.WRITTEN_REPORT, P.REPORT_FORM})


def meeting_codes(card: MeetingCard) -> list[str]:
    return [one.code for one in object_to_meeting(card, OCCURRED, NOW)]


def analysis_codes(
    kind: MeetingKind,
    *meetings: MeetingCard,
    texts: Mapping[str, frozenset[AccidentPaper]] = ALL_TEXTS,
    filed: frozenset[AccidentPaper] = frozenset(),
) -> list[str]:
    return [one.code for one in object_to_analysis(kind, meetings, texts, filed)]


@pytest.mark.parametrize(
    ("mps", "kind"),
    [(MpsClass.MINOR, K.ORDINARY), (MpsClass.ORDINARY, K.ORDINARY), (MpsClass.MAJOR, K.MAJOR),
     (MpsClass.EXTRAORDINARY, K.MAJOR)],
)  # fmt: skip
def test_major_accidents_are_analysed_with_production_in_the_chair(mps: MpsClass, kind: MeetingKind) -> None:
    assert kind_needed(mps) is kind


def test_department_head_line_manager_and_the_responsible_person_analyse_an_ordinary_accident() -> None:
    assert meeting_codes(ORDINARY) == []
    assert analysis_codes(K.ORDINARY, ORDINARY) == []


@pytest.mark.parametrize("absent", [R.DEPARTMENT_HEAD, R.LINE_MANAGER])
def test_without_one_of_the_two_heads_it_is_no_such_meeting(absent: MeetingRole) -> None:
    there = [one for one in (Attendee(R.DEPARTMENT_HEAD), *ORDINARY.attendees) if one.role is not absent]
    found = list(object_to_meeting(replace(ORDINARY, chair_role=R.SAFETY, attendees=tuple(there)), OCCURRED, NOW))
    assert [(one.code, one.facts["role"]) for one in found] == [("MEETING_LACKS_ROLE", absent)]


def test_every_responsible_person_sits_in_an_ordinary_meeting() -> None:
    two = {"D1": frozenset(OWN_TEXTS), "L7": frozenset(OWN_TEXTS)}
    found = list(object_to_analysis(K.ORDINARY, [ORDINARY], two, frozenset()))
    assert [(one.code, one.facts["employee"]) for one in found] == [("RESPONSIBLE_PERSON_ABSENT", "L7")]
    both = replace(ORDINARY, attendees=(*ORDINARY.attendees, Attendee(R.RESPONSIBLE_PERSON, "L7")))
    assert analysis_codes(K.ORDINARY, ORDINARY, both, texts=two) == []


def test_two_meetings_that_each_lack_somebody_do_not_make_one() -> None:
    two = {"D1": frozenset(OWN_TEXTS), "L7": frozenset(OWN_TEXTS)}
    other = replace(ORDINARY, attendees=(Attendee(R.LINE_MANAGER), Attendee(R.RESPONSIBLE_PERSON, "L7")))
    assert analysis_codes(K.ORDINARY, ORDINARY, other, texts=two) == ["RESPONSIBLE_PERSON_ABSENT"]


def test_to_attend_in_another_role_is_not_to_answer_for_it() -> None:
    related = replace(ORDINARY, attendees=(Attendee(R.LINE_MANAGER), Attendee(R.RELATED, "D1")))
    assert analysis_codes(K.ORDINARY, related) == ["RESPONSIBLE_PERSON_ABSENT"]


def test_without_a_responsible_person_the_two_heads_suffice() -> None:
    card = replace(ORDINARY, attendees=(Attendee(R.LINE_MANAGER),))
    assert analysis_codes(K.ORDINARY, card, texts={}) == []


def test_no_meeting_no_analysis() -> None:
    assert analysis_codes(K.ORDINARY) == analysis_codes(K.MAJOR, ORDINARY, filed=FORMS) == ["MEETING_MISSING"]


def test_a_meeting_with_production_in_the_chair_does_for_an_ordinary_accident_only_with_its_people() -> None:
    assert analysis_codes(K.ORDINARY, MAJOR) == ["MEETING_MISSING"]


def test_production_chairs_the_meeting_on_a_major_accident() -> None:
    assert meeting_codes(MAJOR) == []
    assert meeting_codes(replace(MAJOR, chair_role=R.SAFETY)) == ["PRODUCTION_MUST_CHAIR"]
    assert analysis_codes(K.MAJOR, MAJOR, filed=FORMS) == []


def test_head_and_people_concerned_attend_a_major_meeting() -> None:
    assert meeting_codes(replace(MAJOR, attendees=(Attendee(R.RELATED),))) == ["MEETING_LACKS_ROLE"]
    assert meeting_codes(replace(MAJOR, attendees=(Attendee(R.DEPARTMENT_HEAD),))) == ["MEETING_LACKS_ROLE"]
    responsible = (Attendee(R.DEPARTMENT_HEAD), Attendee(R.RESPONSIBLE_PERSON, "D1"))
    assert meeting_codes(replace(MAJOR, attendees=responsible)) == []


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_major_accident_needs_the_written_report_and_the_report_form(form: AccidentPaper) -> None:
    found = list(object_to_analysis(K.MAJOR, [MAJOR], ALL_TEXTS, FORMS - {form}))
    assert [(one.code, one.facts["kind"]) for one in found] == [("PAPER_MISSING", form)]


@pytest.mark.parametrize("text", sorted(OWN_TEXTS))
@pytest.mark.parametrize("kind", [K.ORDINARY, K.MAJOR])
def test_each_responsible_person_writes_account_self_criticism_and_prevention(
    kind: MeetingKind, text: AccidentPaper
) -> None:
    less = {"D1": frozenset(OWN_TEXTS) - {text}}
    found = list(object_to_analysis(kind, [ORDINARY, MAJOR], less, FORMS))
    assert [(one.code, one.facts["kind"], one.facts["employee"]) for one in found] == [("TEXT_MISSING", text, "D1")]


def test_a_meeting_is_held_after_the_accident_and_before_it_is_recorded() -> None:
    assert meeting_codes(replace(ORDINARY, held_at=NOW)) == meeting_codes(replace(ORDINARY, held_at=OCCURRED)) == []
    assert meeting_codes(replace(ORDINARY, held_at=NOW + timedelta(seconds=1))) == ["TIME_IN_THE_FUTURE"]
    assert meeting_codes(replace(ORDINARY, held_at=OCCURRED - timedelta(seconds=1))) == ["BEFORE_THE_ACCIDENT"]


def test_a_meeting_that_found_nothing_was_none() -> None:
    assert meeting_codes(replace(ORDINARY, conclusion=" 　")) == ["TEXT_EMPTY"]


OWN = PaperCard(kind=P.ACCOUNT, person="D1", body="我当时…", by_person=True, may_file_for_others=False, signed=False)


def paper_codes(**changes: object) -> list[str]:
    return [one.code for one in object_to_paper(replace(OWN, **changes))]


def test_who_signs_in_signs_his_own_text() -> None:
    assert paper_codes() == []


def test_the_desk_files_a_text_with_the_signature_of_its_author() -> None:
    assert paper_codes(by_person=False, may_file_for_others=True, signed=True) == []
    assert paper_codes(by_person=False, may_file_for_others=True) == ["PAPER_NOT_SIGNED"]


def test_nobody_else_files_for_another() -> None:
    assert paper_codes(by_person=False, signed=True) == ["PAPER_OF_ANOTHER"]
    assert paper_codes(kind=P.OPINION, person=None, by_person=False) == ["PAPER_OF_ANOTHER"]


def test_an_own_text_has_an_author_and_words() -> None:
    assert paper_codes(person=None, by_person=False, may_file_for_others=True) == ["PAPER_NEEDS_PERSON"]
    assert paper_codes(body="\n 　") == ["TEXT_EMPTY"]


def test_a_report_of_the_department_needs_no_person() -> None:
    assert paper_codes(kind=P.WRITTEN_REPORT, person=None, by_person=False, may_file_for_others=True) == []
