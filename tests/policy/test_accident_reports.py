"""What a report must carry and to whom it goes, and which reports meet which clock (R-A-06, R-A-14 to R-A-18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.vocabulary import ClockKind, ReportedVia, ReportKind, ReportRecipient
from services.policy.accidents.reports import (
    ALLOWED,
    NEEDED_OF_ALL,
    SEVEN,
    ReportFacts,
    Running,
    Told,
    asks_for_written,
    met_at,
    object_to_first_report,
    object_to_record,
    object_to_report,
    object_to_times,
)

C, K, R = ClockKind, ReportKind, ReportRecipient
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FULL = dict.fromkeys(SEVEN, "x")
QUICK = ReportFacts(
    kind=K.QUICK_FORM, recipients=(R.SUPERIOR_AUTHORITY,), blocks=FULL, sent_at=AT + 30 * MINUTE, occurred_at=AT,
    received_at=AT + MINUTE, latest=AT + 60 * MINUTE,
)  # fmt: skip
HOUR_2 = Running(C.ONE_HOUR_REPORT, AT, "tier_2")
HOUR_3 = Running(C.ONE_HOUR_REPORT, AT, "tier_3")


def codes(report: ReportFacts) -> list[str]:
    return [one.code for one in object_to_report(report)]


def told(kind: ReportKind, recipient: ReportRecipient, minutes: int) -> Told:
    return Told(kind, recipient, AT + minutes * MINUTE)


@pytest.mark.parametrize("name", NEEDED_OF_ALL)
def test_a_first_report_names_all_that_the_measures_ask_for(name: str) -> None:
    (found,) = object_to_first_report(ReportedVia.DESK, set(NEEDED_OF_ALL) - {name})
    assert (found.code, found.facts["missing"]) == ("ACCIDENT_REPORT_INCOMPLETE", [name])
    assert list(object_to_first_report(ReportedVia.DRIVER, NEEDED_OF_ALL)) == []


def test_an_alarm_needs_a_truck_and_its_driver_and_no_words() -> None:
    assert list(object_to_first_report(ReportedVia.SOS, {"vehicle", "driver"})) == []
    (found,) = object_to_first_report(ReportedVia.SOS, {"place", "outline"})
    assert found.facts["missing"] == ["vehicle", "driver"]


def test_times_lie_between_the_accident_and_the_skew_of_a_device() -> None:
    latest = AT + 10 * MINUTE
    assert list(object_to_times(AT, {"police_told_at": AT, "safety_told_at": None}, latest)) == []
    assert list(object_to_times(latest, {"received_at": latest}, latest)) == []
    ahead = latest + timedelta(seconds=1)
    assert [one.code for one in object_to_times(ahead, {}, latest)] == ["TIME_IN_THE_FUTURE"]
    early = {"police_told_at": AT - timedelta(seconds=1)}
    (found,) = object_to_times(AT, early, latest)
    assert (found.code, found.facts["field"]) == ("BEFORE_THE_ACCIDENT", "police_told_at")


def test_a_lawful_report_is_taken() -> None:
    assert codes(QUICK) == []
    assert codes(replace(QUICK, kind=K.ORAL, blocks={})) == []


@pytest.mark.parametrize("kind", [K.QUICK_FORM, K.WRITTEN])
@pytest.mark.parametrize("block", SEVEN)
def test_each_of_the_seven_contents_is_asked_for(kind: ReportKind, block: str) -> None:
    (found,) = object_to_report(replace(QUICK, kind=kind, blocks={**FULL, block: " "}))
    assert (found.code, found.facts["blocks"]) == ("REPORT_BLOCKS_MISSING", [block])


def test_a_follow_up_says_what_changed() -> None:
    assert codes(replace(QUICK, kind=K.FOLLOW_UP, blocks={})) == ["REPORT_BLOCKS_MISSING"]
    assert codes(replace(QUICK, kind=K.FOLLOW_UP, blocks={"what_changed": "伤者死亡"})) == []


@pytest.mark.parametrize("kind", list(ReportKind))
def test_every_kind_goes_to_its_own_recipients_only(kind: ReportKind) -> None:
    for recipient in ReportRecipient:
        found = codes(replace(QUICK, kind=kind, recipients=(recipient,), blocks={**FULL, "what_changed": "x"}))
        assert ("REPORT_RECIPIENT_WRONG" in found) == (recipient not in ALLOWED[kind])


def test_the_company_reports_nothing_before_it_knew_and_nobody_anything_in_the_future() -> None:
    assert codes(replace(QUICK, sent_at=QUICK.received_at)) == []
    assert codes(replace(QUICK, sent_at=QUICK.received_at - timedelta(seconds=1))) == ["REPORT_TOO_EARLY"]
    assert codes(replace(QUICK, sent_at=QUICK.latest + timedelta(seconds=1))) == ["TIME_IN_THE_FUTURE"]
    police = replace(QUICK, kind=K.POLICE, recipients=(R.POLICE,), sent_at=AT)
    assert codes(police) == []
    assert codes(replace(police, sent_at=AT - timedelta(seconds=1))) == ["REPORT_TOO_EARLY"]


def test_the_five_day_record_has_an_account_and_an_opinion() -> None:
    assert list(object_to_record("经过", "意见")) == []
    (found,) = object_to_record(" ", "")
    assert found.facts["blocks"] == ["account", "opinion"]


def test_the_second_tier_asks_for_the_superior_authority() -> None:
    superior = told(K.ORAL, R.SUPERIOR_AUTHORITY, 40)
    assert met_at(HOUR_2, [superior], 2) == superior.at
    assert met_at(HOUR_2, [told(K.ORAL, R.GOVERNMENT, 10), told(K.ORAL, R.COMPANY, 10)], 2) is None


def test_the_third_tier_asks_for_both_and_the_later_of_them_counts() -> None:
    superior, government = told(K.ORAL, R.SUPERIOR_AUTHORITY, 10), told(K.QUICK_FORM, R.GOVERNMENT, 61)
    assert met_at(HOUR_3, [superior], 3) is None
    assert met_at(HOUR_3, [government], 3) is None
    again = told(K.WRITTEN, R.GOVERNMENT, 70)
    assert met_at(HOUR_3, [again, superior, government], 3) == government.at


def test_a_tier_that_fell_asks_for_fewer_and_one_that_rose_does_not_change_the_hour_before() -> None:
    superior = told(K.ORAL, R.SUPERIOR_AUTHORITY, 10)
    assert met_at(HOUR_3, [superior], 2) == superior.at
    assert met_at(HOUR_2, [superior], 3) == superior.at


def test_an_hour_that_began_anew_asks_for_new_reports() -> None:
    anew = Running(C.ONE_HOUR_REPORT, AT + 60 * MINUTE, "tier_3")
    before = [told(K.ORAL, one, 30) for one in (R.SUPERIOR_AUTHORITY, R.GOVERNMENT)]
    assert met_at(anew, before, 3) is None
    after = [told(K.ORAL, R.SUPERIOR_AUTHORITY, 60), told(K.FOLLOW_UP, R.GOVERNMENT, 90)]
    assert met_at(anew, before + after, 3) == AT + 90 * MINUTE


def test_only_the_form_meets_the_quick_form() -> None:
    clock = Running(C.QUICK_FORM, AT, "major_by_casualties")
    assert met_at(clock, [told(K.ORAL, R.SUPERIOR_AUTHORITY, 5)], 2) is None
    form = told(K.QUICK_FORM, R.SUPERIOR_AUTHORITY, 5)
    assert met_at(clock, [form], 2) == met_at(clock, [form], 1) == form.at
    assert met_at(clock, [form], 3) is None


def test_what_was_told_orally_is_followed_in_writing_to_the_same_authorities() -> None:
    oral = [told(K.ORAL, R.SUPERIOR_AUTHORITY, 5), told(K.ORAL, R.GOVERNMENT, 5), told(K.ORAL, R.COMPANY, 5)]
    clock = Running(C.WRITTEN_REPORT, oral[0].at, "oral")
    first = told(K.WRITTEN, R.SUPERIOR_AUTHORITY, 100)
    assert met_at(clock, [*oral, first], 3) is None
    second = told(K.WRITTEN, R.GOVERNMENT, 200)
    assert met_at(clock, [*oral, first, second], 3) == second.at
    assert met_at(clock, [*oral, told(K.QUICK_FORM, R.GOVERNMENT, 20), first], 3) is None


def test_only_an_oral_report_to_an_authority_asks_for_writing() -> None:
    assert asks_for_written(K.ORAL, [R.COMPANY, R.GOVERNMENT])
    assert not asks_for_written(K.ORAL, [R.COMPANY])
    assert not asks_for_written(K.QUICK_FORM, [R.GOVERNMENT])


def test_a_follow_up_goes_to_whom_the_tier_asks_for_or_to_anybody() -> None:
    clock = Running(C.FOLLOW_UP, AT, "harm_changed")
    inside = told(K.FOLLOW_UP, R.COMPANY, 5)
    assert met_at(clock, [inside], 1) == inside.at
    assert met_at(clock, [inside], 2) is None
    assert met_at(clock, [told(K.FOLLOW_UP, R.SUPERIOR_AUTHORITY, -5)], 2) is None
    superior = told(K.FOLLOW_UP, R.SUPERIOR_AUTHORITY, 0)
    assert met_at(clock, [superior], 2) == superior.at


@pytest.mark.parametrize(
    ("clock", "kind", "recipient"),
    [(C.INSURER_TOLD, K.INSURER, R.INSURER), (C.FIVE_DAY_RECORD, K.FIVE_DAY_RECORD, R.COMPANY)],
)
def test_the_first_report_of_its_kind_meets_a_simple_clock(
    clock: ClockKind, kind: ReportKind, recipient: ReportRecipient
) -> None:
    reports = [told(kind, recipient, 9), told(kind, recipient, 4)]
    assert met_at(Running(clock, AT + 60 * MINUTE, ""), reports, 1) == AT + 4 * MINUTE
    assert met_at(Running(clock, AT, ""), [told(K.POLICE, R.POLICE, 1)], 1) is None


@pytest.mark.parametrize("clock", [C.RESPONDER_SENT, C.REVIEW_WINDOW, C.DETERMINATION_EXPECTED])
def test_no_report_meets_a_clock_that_asks_for_none(clock: ClockKind) -> None:
    every = [told(kind, recipient, 1) for kind in ReportKind for recipient in ReportRecipient]
    assert met_at(Running(clock, AT, ""), every, 3) is None
