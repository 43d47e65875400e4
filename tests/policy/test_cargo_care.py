from datetime import UTC, datetime, timedelta

import pytest

from models.vocabulary import AccidentState, CargoAction, ClosureKind, ConsignmentState, TripState
from services.policy.cargo_care import (
    AboardFacts,
    ConsentFacts,
    DamageFacts,
    TranshipmentFacts,
    object_to_action,
    object_to_case,
    object_to_damage,
    object_to_transhipment,
)

CRASH = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
OPENED = CRASH + timedelta(hours=2)
REAR, SIDE = ClosureKind.REAR_DOOR, ClosureKind.SIDE_DOOR


def codes(findings):
    return [finding.code for finding in findings]


def a_consignment(number="YD-1", **facts):
    base = {"shipper": "SH-1", "state": ConsignmentState.IN_TRANSIT, "pieces_left": 190}
    return AboardFacts(consignment=number, **{**base, **facts})


def a_consent(shipper="SH-1", **facts):
    return ConsentFacts(**{"shipper": shipper, "who": "王经理", "at": CRASH + timedelta(minutes=30), **facts})


def transhipment_codes(**facts):
    base = {
        "trip_no": "CC-1", "trip_state": TripState.UNDER_WAY, "frozen": True, "made_to": None,
        "aboard": (a_consignment(),), "live_seals": {REAR: "YA1"}, "seals_seen": frozenset({REAR}),
        "consents": (a_consent(),), "accident_at": CRASH, "last_at": CRASH - timedelta(hours=3), "at": OPENED,
        "now": OPENED,
    }  # fmt: skip
    return codes(object_to_transhipment(TranshipmentFacts(**{**base, **facts})))


def test_a_held_truck_with_consent_and_recorded_seals_may_be_unloaded():
    assert transhipment_codes() == []


def test_goods_are_moved_off_a_truck_that_is_held_only():
    assert transhipment_codes(frozen=False) == ["TRIP_NOT_HELD"]


@pytest.mark.parametrize("state", sorted(set(TripState) - {TripState.UNDER_WAY}))
def test_goods_change_trucks_on_the_road_only(state):
    assert transhipment_codes(trip_state=state) == ["TRIP_NOT_UNDER_WAY"]


def test_one_accident_has_one_transhipment():
    assert transhipment_codes(made_to="CC-2") == ["TRANSHIPPED_ALREADY"]


def test_every_live_seal_needs_a_record_of_its_removal():
    both = {REAR: "YA1", SIDE: "YA2"}
    assert transhipment_codes(live_seals=both, seals_seen=frozenset()) == ["SEAL_REMOVAL_MISSING"] * 2
    assert transhipment_codes(live_seals=both, seals_seen=frozenset({SIDE})) == ["SEAL_REMOVAL_MISSING"]


def test_an_opening_without_a_live_seal_needs_no_record():
    assert transhipment_codes(live_seals={}, seals_seen=frozenset()) == []


def test_every_shipper_whose_goods_go_on_must_have_consented():
    two = (a_consignment(), a_consignment("YD-2", shipper="SH-2"))
    assert transhipment_codes(aboard=two) == ["CONSENT_MISSING"]
    assert transhipment_codes(aboard=two, consents=(a_consent(), a_consent("SH-2"))) == []


def test_a_consent_of_nobody_is_none():
    assert transhipment_codes(consents=(a_consent(who=" "),)) == ["CONSENT_MISSING"]


def test_the_owner_of_goods_that_are_lost_is_not_asked():
    two = (a_consignment(), a_consignment("YD-2", shipper="SH-2", pieces_left=0))
    assert transhipment_codes(aboard=two) == []


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (CRASH, []),
        (CRASH - timedelta(seconds=1), ["CONSENT_TIME_WRONG"]),
        (OPENED, []),
        (OPENED + timedelta(seconds=1), ["CONSENT_TIME_WRONG"]),
    ],
)
def test_consent_is_given_after_the_accident_and_before_now(at, found):
    assert transhipment_codes(consents=(a_consent(at=at),)) == found


def test_a_truck_with_nothing_sound_aboard_has_nothing_to_tranship():
    assert transhipment_codes(aboard=(a_consignment(pieces_left=0),)) == ["NOTHING_TO_TRANSHIP"]
    assert transhipment_codes(aboard=(), live_seals={}) == ["NOTHING_TO_TRANSHIP"]


@pytest.mark.parametrize("state", [ConsignmentState.LOADED, ConsignmentState.SEALED, ConsignmentState.ARRIVED])
def test_goods_being_loaded_or_unloaded_at_a_stop_are_settled_there(state):
    assert transhipment_codes(aboard=(a_consignment(state=state),)) == ["GOODS_AT_A_STOP"]


def test_seals_are_not_opened_before_the_accident_nor_before_the_last_stop():
    assert transhipment_codes(at=CRASH) == []
    assert transhipment_codes(at=CRASH - timedelta(seconds=1)) == ["TIME_BEFORE_LAST"]
    assert transhipment_codes(last_at=OPENED + timedelta(seconds=1)) == ["TIME_BEFORE_LAST"]


def damage_codes(*lines):
    return codes(object_to_damage("YD-1", lines))


def a_damage(**facts):
    return DamageFacts(**{"line_no": 1, "quantity": 200, "damaged": 10, "photos": 1, **facts})


def test_all_of_a_line_may_be_damaged_but_not_more():
    assert damage_codes(a_damage(damaged=200)) == []
    assert damage_codes(a_damage(damaged=201)) == ["DAMAGE_OVER_QUANTITY"]


def test_damage_needs_a_photo_and_soundness_none():
    assert damage_codes(a_damage(photos=0)) == ["DAMAGE_PHOTO_MISSING"]
    assert damage_codes(a_damage(damaged=0, photos=0)) == []


def test_every_wrong_line_is_named():
    wrong = (a_damage(line_no=7, quantity=None), a_damage(damaged=999, photos=0))
    assert damage_codes(*wrong) == ["LINE_UNKNOWN", "DAMAGE_OVER_QUANTITY", "DAMAGE_PHOTO_MISSING"]


def test_what_was_transhipped_is_not_decided_again():
    assert codes(object_to_action(CargoAction.STAYS, "CC-2", [])) == ["TRANSHIPPED_ALREADY"]
    assert codes(object_to_action(CargoAction.STAYS, None, ["YD-1"])) == []


def test_goods_are_not_transhipped_by_saying_so():
    assert codes(object_to_action(CargoAction.TRANSHIPPED, None, ["YD-1"])) == ["TRANSHIPMENT_NOT_MADE"]
    assert codes(object_to_action(CargoAction.TRANSHIPPED, "CC-2", [])) == ["TRANSHIPPED_ALREADY"]


def test_a_loaded_truck_is_not_without_cargo():
    assert codes(object_to_action(CargoAction.NO_CARGO, None, ["YD-1"])) == ["GOODS_ABOARD"]
    assert codes(object_to_action(CargoAction.NO_CARGO, None, [])) == []


@pytest.mark.parametrize("state", list(AccidentState))
def test_goods_are_cared_for_until_the_case_can_be_closed(state):
    over = state in {AccidentState.VOID, AccidentState.CLOSABLE, AccidentState.CLOSED}
    assert codes(object_to_case("SG-1", state)) == (["CARGO_CARE_OVER"] if over else [])
