from datetime import UTC, datetime, timedelta

import pytest

from models.vocabulary import CheckItem, CheckKind, DefectSeverity, RestPlace, VehicleState
from services.policy.inspections import (
    CRITICAL_ITEMS,
    CheckFacts,
    DefectFacts,
    PostTripCard,
    is_winter,
    needs_work_order,
    object_to_check,
    object_to_departure_check,
    object_to_open_defects,
    object_to_post_trip,
    required_items,
    vehicle_after,
    walk_round_due_at,
    walk_round_needed,
)
from services.policy.ruleset import DEFAULTS, changed

JUNE = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
JANUARY = datetime(2026, 1, 10, 4, 0, tzinfo=UTC)


def a_check(kind=CheckKind.PRE_TRIP, *, at=JUNE, is_train=False, without=(), failed=(), **facts):
    items = required_items(kind, winter=at is JANUARY, is_train=is_train)
    answers = {item: item not in failed for item in items if item not in without}
    return CheckFacts(**{"kind": kind, "items": answers, "at": at, "trip": "T-1", "is_train": is_train, **facts})


def a_card(**facts):
    base = {"driver_key": "D1", "driver_findings": "nothing to report", "technician_key": "T1", "fit": True}
    return PostTripCard(**{**base, **facts})


def a_defect(severity, **facts):
    return DefectFacts(**{"item": CheckItem.BRAKES, "severity": severity, **facts})


def codes(findings):
    return [finding.code for finding in findings]


def gate_codes(check):
    return codes(object_to_departure_check(check, "T-1", DEFAULTS))


def test_a_complete_card_of_this_trip_lets_the_truck_go():
    assert codes(object_to_check(a_check(), DEFAULTS)) == []
    assert gate_codes(a_check()) == []


@pytest.mark.parametrize(("month", "winter"), [(10, False), (11, True), (12, True), (1, True), (3, True), (4, False)])
def test_winter_runs_from_november_to_march(month, winter):
    assert is_winter(month, DEFAULTS) is winter


def test_a_winter_within_one_year_is_understood_too():
    short = changed(DEFAULTS, {"loading": {"winter_from_month": 1, "winter_to_month": 2}}, version=1)
    assert [month for month in range(1, 13) if is_winter(month, short)] == [1, 2]


def test_winter_asks_for_warming_up_and_a_train_for_its_coupling():
    assert gate_codes(a_check(at=JANUARY, is_train=True)) == []
    bare = a_check(at=JANUARY, is_train=True, without=(CheckItem.WARM_UP, CheckItem.COUPLING))
    findings = list(object_to_check(bare, DEFAULTS))
    assert {finding.facts["item"] for finding in findings} == {CheckItem.WARM_UP, CheckItem.COUPLING}


def test_winter_begins_at_midnight_in_china():
    warm_up = [CheckItem.WARM_UP]
    last_of_october = a_check(at=datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC))
    first_of_november = a_check(at=datetime(2026, 10, 31, 16, 0, tzinfo=UTC))
    assert codes(object_to_check(last_of_october, DEFAULTS)) == []
    assert [finding.facts["item"] for finding in object_to_check(first_of_november, DEFAULTS)] == warm_up


def test_a_rest_stop_looks_at_tyres_and_brakes_in_any_season():
    assert required_items(CheckKind.REST_STOP, winter=True, is_train=True) == (CheckItem.TYRES, CheckItem.BRAKES)
    assert codes(object_to_check(a_check(CheckKind.REST_STOP, without=(CheckItem.TYRES,)), DEFAULTS)) == [
        "CHECK_ITEM_MISSING"
    ]


def test_no_card_a_card_of_another_trip_or_another_kind_is_no_card():
    assert gate_codes(None) == ["CHECK_MISSING"]
    assert gate_codes(a_check(trip="T-2")) == ["CHECK_MISSING"]
    assert gate_codes(a_check(trip=None)) == ["CHECK_MISSING"]
    assert gate_codes(a_check(CheckKind.POST_TRIP)) == ["CHECK_MISSING"]


@pytest.mark.parametrize("item", sorted(set(required_items(CheckKind.PRE_TRIP, winter=False, is_train=False))))
def test_every_failed_item_but_dress_keeps_the_truck_in(item):
    expected = {CheckItem.UNIFORM: [], CheckItem.CLEANLINESS: ["CLEANLINESS_FAILED"]}.get(item, ["CHECK_FAILED"])
    assert gate_codes(a_check(failed=(item,))) == expected
    assert (item in CRITICAL_ITEMS) is bool(expected)


def test_dress_must_still_be_answered():
    assert gate_codes(a_check(without=(CheckItem.UNIFORM,))) == ["CHECK_ITEM_MISSING"]


def test_only_critical_defects_that_nobody_repaired_hold_the_truck():
    minor, major = a_defect(DefectSeverity.MINOR), a_defect(DefectSeverity.MAJOR)
    critical, mended = a_defect(DefectSeverity.CRITICAL), a_defect(DefectSeverity.CRITICAL, repaired=True)
    assert codes(object_to_open_defects([minor, major, mended])) == []
    assert codes(object_to_open_defects([minor, critical])) == ["CRITICAL_DEFECT_OPEN"]
    assert gate_codes(a_check(defects=(critical,))) == ["CRITICAL_DEFECT_OPEN"]


def test_ten_minutes_at_a_service_area_ask_for_a_walk_round():
    def needed(seconds, place=RestPlace.SERVICE_AREA):
        return walk_round_needed(JUNE, JUNE + timedelta(seconds=seconds), place, DEFAULTS)

    assert needed(600)
    assert not needed(599)
    assert not needed(3600, RestPlace.ROADSIDE)


def test_the_walk_round_is_overdue_thirty_minutes_after_the_stop_began():
    assert walk_round_due_at(JUNE, RestPlace.SERVICE_AREA, DEFAULTS) == JUNE + timedelta(minutes=30)
    assert walk_round_due_at(JUNE, RestPlace.SITE, DEFAULTS) is None


def test_the_vehicle_is_free_when_driver_and_technician_have_signed():
    assert codes(object_to_post_trip(a_card())) == []
    assert vehicle_after(a_card()) is VehicleState.AVAILABLE
    assert not needs_work_order(a_card())


def test_the_driver_is_not_his_own_technician():
    assert codes(object_to_post_trip(a_card(technician_key="D1"))) == ["TECHNICIAN_IS_DRIVER"]


def test_an_unsigned_card_keeps_the_vehicle_waiting():
    card = a_card(driver_findings=" ", fit=None)
    assert codes(object_to_post_trip(card)) == ["DRIVER_FINDINGS_MISSING", "TECHNICIAN_VERDICT_MISSING"]
    assert vehicle_after(card) is VehicleState.AWAITING_INSPECTION


def test_an_unfit_vehicle_goes_to_the_workshop():
    assert vehicle_after(a_card(fit=False)) is VehicleState.OUT_OF_SERVICE
    assert needs_work_order(a_card(fit=False))


def test_a_suspected_part_asks_for_a_work_order_and_a_critical_one_stops_the_vehicle():
    suspected = a_card(defects=(a_defect(DefectSeverity.MINOR),))
    assert needs_work_order(suspected)
    assert vehicle_after(suspected) is VehicleState.AVAILABLE
    assert vehicle_after(a_card(defects=(a_defect(DefectSeverity.CRITICAL),))) is VehicleState.OUT_OF_SERVICE
