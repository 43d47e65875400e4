"""What a paper on responsibility must carry, how long it may be reviewed, and when it is final (R-A-23, domain 4.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from models.vocabulary import DeterminationBasis, Grade
from services.policy.accidents.determination import (
    DeterminationCard,
    Window,
    is_final,
    object_to_determination,
    object_to_review,
    review_until,
)
from services.policy.ruleset import DEFAULTS

OCCURRED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
SERVED = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
B, G = DeterminationBasis, Grade
CARD = DeterminationCard(
    basis=B.DETERMINATION,
    document_no="第370783120260001号",
    authority="寿光市公安局交通警察大队",
    document_date=date(2026, 3, 11),
    served_at=SERVED,
    scan="a" * 64,
    grade=G.MAIN,
    parties=(("鲁G10001", G.MAIN), ("鲁B20002", G.SECONDARY)),
)
RULES = DEFAULTS.clock


def codes(card: DeterminationCard, *, fled: bool = False) -> list[str]:
    return [one.code for one in object_to_determination(card, OCCURRED, NOW, fled=fled)]


def single(grade: Grade, **changes: object) -> DeterminationCard:
    return replace(CARD, grade=grade, parties=(("鲁G10001", grade),), **changes)


def test_a_complete_police_paper_is_taken() -> None:
    assert codes(CARD) == []


@pytest.mark.parametrize("field", ["basis", "document_no", "authority", "document_date", "served_at", "scan"])
def test_a_grade_without_a_part_of_its_paper_is_refused(field: str) -> None:
    (found,) = object_to_determination(replace(CARD, **{field: None}), OCCURRED, NOW, fled=False)
    assert (found.code, found.facts["missing"]) == ("GRADE_NEEDS_DOCUMENT", [field])


def test_a_grade_typed_in_alone_names_everything_that_is_missing() -> None:
    (found,) = object_to_determination(DeterminationCard(grade=G.FULL), OCCURRED, NOW, fled=False)
    assert found.code == "GRADE_NEEDS_DOCUMENT"
    assert len(found.facts["missing"]) == 7


def test_blanks_are_no_document() -> None:
    assert codes(replace(CARD, document_no=" ", authority="　")) == ["GRADE_NEEDS_DOCUMENT"]


def test_our_grade_is_one_of_those_in_the_paper() -> None:
    assert codes(replace(CARD, grade=G.EQUAL)) == ["GRADE_NOT_IN_DOCUMENT"]


@pytest.mark.parametrize(
    ("ours", "theirs", "fits"),
    [
        (G.FULL, G.NONE, True), (G.NONE, G.FULL, True), (G.MAIN, G.SECONDARY, True), (G.EQUAL, G.EQUAL, True),
        (G.NONE, G.NONE, True), (G.FULL, G.SECONDARY, False), (G.FULL, G.FULL, False), (G.MAIN, G.NONE, False),
        (G.SECONDARY, G.NONE, False), (G.MAIN, G.MAIN, False), (G.MAIN, G.UNDETERMINED, False),
    ],
)  # fmt: skip
def test_the_grades_of_all_parties_fit_each_other(ours: Grade, theirs: Grade, *, fits: bool) -> None:
    card = replace(CARD, grade=ours, parties=(("鲁G10001", ours), ("鲁B20002", theirs)))
    assert ("PARTY_GRADES_CONTRADICT" in codes(card)) is not fits


def test_one_alone_is_fully_responsible_or_not_at_all() -> None:
    assert codes(single(G.FULL)) == codes(single(G.NONE)) == []
    assert codes(single(G.EQUAL)) == ["PARTY_GRADES_CONTRADICT"]


def test_three_parties_may_share_it() -> None:
    parties = (("甲", G.MAIN), ("乙", G.SECONDARY), ("丙", G.SECONDARY), ("丁", G.NONE))
    assert codes(replace(CARD, parties=parties)) == []


def test_a_certificate_gives_no_grade() -> None:
    assert codes(single(G.UNDETERMINED, basis=B.CERTIFICATE)) == []
    assert "CERTIFICATE_GIVES_NO_GRADE" in codes(replace(CARD, basis=B.CERTIFICATE))


@pytest.mark.parametrize("basis", [B.DETERMINATION, B.SUMMARY_PROCEDURE, B.AGREEMENT])
def test_only_a_certificate_leaves_the_grade_open(basis: DeterminationBasis) -> None:
    assert codes(single(G.UNDETERMINED, basis=basis)) == ["UNDETERMINED_NEEDS_CERTIFICATE"]


def test_a_review_may_end_without_a_grade() -> None:
    assert codes(single(G.UNDETERMINED, basis=B.REVIEW_RESULT)) == []


@pytest.mark.parametrize("basis", [B.AGREEMENT, B.SUMMARY_PROCEDURE])
def test_an_agreement_of_the_same_day_is_a_paper_too(basis: DeterminationBasis) -> None:
    card = replace(CARD, basis=basis, document_date=date(2026, 3, 2), served_at=OCCURRED)
    assert codes(card) == []


def test_a_paper_of_the_future_or_from_before_the_accident_is_refused() -> None:
    assert codes(replace(CARD, document_date=date(2026, 3, 12), served_at=NOW)) == []
    late = replace(CARD, document_date=date(2026, 3, 13), served_at=NOW + timedelta(seconds=1))
    assert codes(late) == ["DAY_IN_THE_FUTURE", "TIME_IN_THE_FUTURE", "SERVED_BEFORE_DOCUMENT"]
    early = replace(CARD, document_date=date(2026, 3, 1), served_at=OCCURRED - timedelta(seconds=1))
    assert codes(early) == ["DOCUMENT_BEFORE_ACCIDENT", "SERVED_BEFORE_ACCIDENT"]


def test_the_day_of_the_paper_is_a_day_in_china() -> None:
    occurred = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)  # the 2nd of March in Shanghai
    card = replace(CARD, document_date=date(2026, 3, 1))
    found = [one.code for one in object_to_determination(card, occurred, NOW, fled=False)]
    assert found == ["DOCUMENT_BEFORE_ACCIDENT"]


def test_who_fled_is_fully_responsible_unless_the_paper_says_why_not() -> None:
    assert codes(single(G.FULL), fled=True) == []
    assert codes(CARD, fled=True) == ["FLED_BUT_NOT_FULL"]
    assert codes(replace(CARD, mitigation="对方超速50%以上，有视频为证"), fled=True) == []


def test_the_review_window_is_three_days_after_the_day_of_service_to_their_very_end() -> None:
    until = review_until(SERVED, RULES)
    assert until == datetime(2026, 3, 15, 16, 0, tzinfo=UTC)  # 24:00 of the 15th in Shanghai
    assert review_until(datetime(2026, 3, 12, 15, 59, 59, tzinfo=UTC), RULES) == until
    assert review_until(datetime(2026, 3, 12, 16, 0, tzinfo=UTC), RULES) == until + timedelta(days=1)


def test_a_review_is_filed_within_the_window_once() -> None:
    window, until = Window(B.DETERMINATION, SERVED), review_until(SERVED, RULES)
    assert list(object_to_review(window, until, RULES)) == []
    late = [one.code for one in object_to_review(window, until + timedelta(seconds=1), RULES)]
    early = [one.code for one in object_to_review(window, SERVED - timedelta(seconds=1), RULES)]
    assert (late, early) == (["REVIEW_TOO_LATE"], ["REVIEW_BEFORE_SERVICE"])
    again = [one.code for one in object_to_review(replace(window, review_filed=True), until, RULES)]
    second = [one.code for one in object_to_review(Window(B.REVIEW_RESULT, SERVED), until, RULES)]
    assert again == second == ["REVIEW_ONLY_ONCE"]


def test_a_determination_is_final_when_its_window_is_over_or_the_review_has_spoken() -> None:
    window, until = Window(B.DETERMINATION, SERVED), review_until(SERVED, RULES)
    assert not is_final(window, until, RULES)
    assert is_final(window, until + timedelta(microseconds=1), RULES)
    assert not is_final(replace(window, review_filed=True), until + timedelta(days=30), RULES)
    assert is_final(Window(B.REVIEW_RESULT, SERVED), SERVED, RULES)
