"""What the cards of vehicles and drivers object to, the states set by hand, and the expiry watch."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import Body, CheckItem, DriverStatus, UnitKind, VehicleState
from services.policy.driver_card import (
    Withholding,
    object_to_person,
    object_to_status,
    object_to_withholding,
    status_after_withholding,
)
from services.policy.expiry import Urgency, urgency
from services.policy.ruleset import DEFAULTS
from services.policy.vehicle_card import (
    VehicleCard,
    object_to_card,
    object_to_coupling,
    object_to_out_of_service,
    object_to_return,
)

TODAY = date(2026, 3, 2)
CARD = VehicleCard(
    plate="鲁G10001",
    unit_kind=UnitKind.RIGID,
    body=Body.BOX,
    temp_min_c=None,
    temp_max_c=None,
    first_registered_on=TODAY,
    last_inspection_on=TODAY,
)


def codes(findings):
    return [finding.code for finding in findings]


def card_codes(**changes):
    return codes(object_to_card(replace(CARD, **changes), TODAY))


def status_codes(current, wanted, *, withheld=False, by_safety=False):
    return codes(object_to_status(current, wanted, withheld=withheld, by_safety=by_safety))


def test_a_sound_card_has_nothing_against_it():
    assert card_codes() == []
    assert card_codes(unit_kind=UnitKind.TRACTOR, body=None) == []


def test_a_tractor_has_no_body_and_anything_else_has_one():
    assert card_codes(unit_kind=UnitKind.TRACTOR) == ["BODY_DOES_NOT_FIT"]
    assert card_codes(body=None) == ["BODY_DOES_NOT_FIT"]


def test_a_day_of_tomorrow_is_objected_to_and_today_is_not():
    tomorrow = TODAY + timedelta(days=1)
    assert card_codes(first_registered_on=tomorrow, last_inspection_on=tomorrow) == ["DAY_IN_THE_FUTURE"] * 2


@pytest.mark.parametrize(("low", "high"), [(5, None), (None, 5), (6, 5)])
def test_half_or_inverted_temperatures_are_no_range(low, high):
    assert card_codes(temp_min_c=low, temp_max_c=high) == ["TEMPERATURE_RANGE_INVALID"]


def test_equal_temperatures_are_a_range():
    assert card_codes(temp_min_c=5, temp_max_c=5) == []


def test_a_coupling_needs_a_tractor_and_a_free_trailer():
    tractor, trailer = ("鲁G10001", UnitKind.TRACTOR), ("鲁G1234挂", UnitKind.TRAILER)
    assert codes(object_to_coupling(tractor, trailer, None)) == []
    wrong = codes(object_to_coupling(("a", UnitKind.RIGID), ("b", UnitKind.TRACTOR), "c"))
    assert wrong == ["NOT_A_TRACTOR", "NOT_A_TRAILER", "TRAILER_COUPLED_ELSEWHERE"]


def test_a_vehicle_under_way_or_out_already_is_not_taken_out():
    assert codes(object_to_out_of_service(VehicleState.AVAILABLE)) == []
    assert codes(object_to_out_of_service(VehicleState.AWAITING_INSPECTION)) == []
    for state in (VehicleState.ON_TRIP, VehicleState.OUT_OF_SERVICE):
        assert codes(object_to_out_of_service(state)) == ["MOVE_NOT_ALLOWED"]


def test_a_vehicle_returns_when_nothing_critical_is_open_and_its_card_is_signed():
    out = VehicleState.OUT_OF_SERVICE
    assert codes(object_to_return(out, [], awaits_card=False)) == []
    assert codes(object_to_return(out, [CheckItem.BRAKES, CheckItem.TYRES], awaits_card=True)) == [
        "POST_TRIP_CARD_MISSING",
        "CRITICAL_DEFECT_OPEN",
        "CRITICAL_DEFECT_OPEN",
    ]


def test_only_a_vehicle_out_of_service_returns():
    awaiting = object_to_return(VehicleState.AWAITING_INSPECTION, [], awaits_card=False)
    assert codes(awaiting) == ["POST_TRIP_CARD_MISSING"]
    for state in (VehicleState.AVAILABLE, VehicleState.ON_TRIP):
        assert codes(object_to_return(state, [], awaits_card=True)) == ["MOVE_NOT_ALLOWED"]


def test_the_birthday_stands_in_the_id_number():
    assert codes(object_to_person("370783198501010012", date(1985, 1, 1))) == []
    assert codes(object_to_person("370783198501010012", date(1985, 1, 2))) == ["ID_BIRTH_DIFFERS"]


def test_nobody_is_put_on_a_trip_by_hand():
    for current in DriverStatus:
        assert "MOVE_NOT_ALLOWED" in status_codes(current, DriverStatus.ON_TRIP, by_safety=True)


def test_staying_is_no_change_of_status():
    for current in DriverStatus:
        assert "MOVE_NOT_ALLOWED" in status_codes(current, current, by_safety=True)


def test_only_safety_ends_the_off_post_status():
    bench, active = DriverStatus.STANDBY_PENDING, DriverStatus.ACTIVE
    assert status_codes(bench, active) == ["REINSTATEMENT_BY_SAFETY"]
    assert status_codes(bench, active, by_safety=True) == []


def test_a_withheld_licence_is_not_overridden_even_by_safety():
    codes_now = status_codes(DriverStatus.STANDBY_PENDING, DriverStatus.ACTIVE, withheld=True, by_safety=True)
    assert codes_now == ["REINSTATED_WHILE_WITHHELD"]


def test_no_way_of_steps_leads_from_the_bench_to_duty_without_safety():
    reached, frontier = set(), {DriverStatus.STANDBY_PENDING}
    while frontier:
        reached |= frontier
        frontier = {
            wanted for current in frontier for wanted in DriverStatus if not status_codes(current, wanted)
        } - reached
    assert reached == {DriverStatus.STANDBY_PENDING}


def test_who_comes_back_to_the_company_begins_off_post():
    assert status_codes(DriverStatus.LEFT, DriverStatus.ACTIVE) == ["MOVE_NOT_ALLOWED"]
    assert status_codes(DriverStatus.LEFT, DriverStatus.STANDBY_PENDING) == []


def test_a_withholding_may_last_one_day_and_not_less():
    assert codes(object_to_withholding(Withholding(TODAY, TODAY))) == []
    assert codes(object_to_withholding(Withholding(TODAY, None))) == []
    short = Withholding(TODAY, TODAY - timedelta(days=1))
    assert codes(object_to_withholding(short)) == ["WITHHOLDING_ENDS_FIRST"]


@pytest.mark.parametrize(
    ("since", "until", "after"),
    [
        (0, None, DriverStatus.STANDBY_PENDING),
        (-5, 0, DriverStatus.STANDBY_PENDING),
        (-5, -1, DriverStatus.ACTIVE),
        (1, None, DriverStatus.ACTIVE),
    ],
)
def test_the_driver_is_off_post_on_the_days_the_licence_is_held(since, until, after):
    days = Withholding(TODAY + timedelta(since), None if until is None else TODAY + timedelta(until))
    assert status_after_withholding(DriverStatus.ACTIVE, days, TODAY) is after


def test_a_driver_on_leave_stays_on_leave_when_his_licence_is_held():
    assert status_after_withholding(DriverStatus.LEAVE, Withholding(TODAY, None), TODAY) is DriverStatus.LEAVE


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (61, Urgency.LATER),
        (60, Urgency.WATCH),
        (31, Urgency.WATCH),
        (30, Urgency.WARNING),
        (8, Urgency.WARNING),
        (7, Urgency.URGENT),
        (1, Urgency.URGENT),
        (0, Urgency.LAST_DAY),
        (-1, Urgency.EXPIRED),
    ],
)
def test_the_watch_steps_at_60_30_7_and_0_days(days, step):
    assert urgency(TODAY + timedelta(days), TODAY, DEFAULTS.crew) is step


@settings(max_examples=50)
@given(st.integers(-400, 400))
def test_the_watch_never_grows_calmer_as_the_day_comes_nearer(days):
    order = list(Urgency)
    now = urgency(TODAY + timedelta(days), TODAY, DEFAULTS.crew)
    later = urgency(TODAY + timedelta(days), TODAY + timedelta(1), DEFAULTS.crew)
    assert order.index(later) >= order.index(now)
