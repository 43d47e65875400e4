from datetime import UTC, datetime, timedelta

from services.policy.crew import (
    CheckInFacts,
    late_check_in,
    object_to_check_in,
    object_to_hand_over,
    object_to_missing_check_ins,
)
from services.policy.ruleset import DEFAULTS, changed

DEPARTURE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def codes(findings):
    return [finding.code for finding in findings]


def a_check_in(minutes_before=60, seconds_late=0, **facts):
    at = DEPARTURE - timedelta(minutes=minutes_before) + timedelta(seconds=seconds_late)
    return CheckInFacts(**{"driver_key": "D1", "at": at, "alcohol_mg_100ml": 0, "fit": True, **facts})


def test_sixty_minutes_before_departure_is_in_time_and_a_second_later_is_not():
    assert late_check_in(a_check_in(60), DEPARTURE, DEFAULTS) is None
    assert late_check_in(a_check_in(60, seconds_late=1), DEPARTURE, DEFAULTS).code == "CHECK_IN_LATE"
    assert late_check_in(a_check_in(59), DEPARTURE, DEFAULTS).facts["due"] == "2026-03-02 13:00:00+08:00"


def test_a_late_check_in_is_a_record_and_no_gate():
    assert codes(object_to_check_in(a_check_in(5), DEPARTURE, DEFAULTS)) == []


def test_any_alcohol_and_any_unfitness_keep_the_driver_off_the_road():
    assert codes(object_to_check_in(a_check_in(alcohol_mg_100ml=1, fit=False), DEPARTURE, DEFAULTS)) == [
        "ALCOHOL_FOUND",
        "NOT_FIT",
    ]


def test_the_alcohol_limit_comes_from_the_ruleset():
    laxer = changed(DEFAULTS, {"crew": {"alcohol_max_mg_100ml": 10}}, version=1)
    assert codes(object_to_check_in(a_check_in(alcohol_mg_100ml=10), DEPARTURE, laxer)) == []
    assert codes(object_to_check_in(a_check_in(alcohol_mg_100ml=11), DEPARTURE, laxer)) == ["ALCOHOL_FOUND"]


def test_every_driver_who_has_not_reported_is_named_once():
    findings = list(object_to_missing_check_ins(["D1", "D2", "D2", "D3"], [a_check_in()]))
    assert [finding.facts["driver"] for finding in findings] == ["D2", "D3"]


def test_the_wheel_is_handed_over_by_who_holds_it_to_another_of_the_crew():
    assert codes(object_to_hand_over("D1", "D2", {"D1", "D2"}, "D1")) == []
    assert codes(object_to_hand_over("D1", "D1", {"D1", "D2"}, "D1")) == ["HAND_OVER_SAME_PERSON"]
    assert codes(object_to_hand_over("D1", "D9", {"D1", "D2"}, "D2")) == ["NOT_IN_CREW", "NOT_AT_WHEEL"]
    assert codes(object_to_hand_over("D1", "D2", {"D1", "D2"}, None)) == ["NOT_AT_WHEEL"]


def test_a_hand_over_carries_both_names():
    findings = list(object_to_hand_over(" ", "", {"D1"}, "D1"))
    assert [finding.facts["side"] for finding in findings] == ["giver", "receiver"]
