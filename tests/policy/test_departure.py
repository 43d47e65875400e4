import inspect
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import CheckItem, CheckKind, ClosureKind, DefectSeverity, Gear, SealState, TripState
from services.policy.crew import CheckInFacts
from services.policy.departure import GateFacts, PickupFacts, object_to_departure, object_to_pickups
from services.policy.findings import Finding
from services.policy.inspections import CheckFacts, DefectFacts, required_items
from services.policy.ruleset import DEFAULTS
from services.policy.seals import SealFacts

LOADED_AT = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)
DEPARTURE = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
REAR, SIDE = ClosureKind.REAR_DOOR, ClosureKind.SIDE_DOOR


def a_seal(number, closure, **facts):
    base = {"state": SealState.APPLIED, "own_stock": True, "applied_trip": "T-1", "applied_at": LOADED_AT}
    return SealFacts(**{"number": number, "closure": closure, **base, **facts})


def a_check_in(key, **facts):
    at = DEPARTURE - timedelta(hours=1)
    return CheckInFacts(**{"driver_key": key, "at": at, "alcohol_mg_100ml": 0, "fit": True, **facts})


def a_pickup(**facts):
    base = {"consignment": "C-1", "line_no": 1, "listed_quantity": 10, "counted_quantity": 10}
    return PickupFacts(**{**base, "agent_name": "agent", "agent_signed": True, **facts})


def a_check(**failed):
    items = required_items(CheckKind.PRE_TRIP, winter=False, is_train=False)
    answers = {item: failed.get(item.value, True) for item in items}
    return CheckFacts(kind=CheckKind.PRE_TRIP, items=answers, at=DEPARTURE, trip="T-1")


def a_gate(**facts):
    base = {
        "trip_no": "T-1",
        "trip_state": TripState.SEALED,
        "planned_departure": DEPARTURE,
        "driver_keys": ("D1", "D2"),
        "check_ins": (a_check_in("D1"), a_check_in("D2")),
        "check": a_check(),
        "gear_carried": frozenset({Gear.TARP, Gear.ROPE}),
        "pickups": (a_pickup(),),
        "loading_completed_at": LOADED_AT,
        "required_closures": (REAR, SIDE),
        "seals": (a_seal("A1", REAR), a_seal("A2", SIDE)),
    }
    return GateFacts(**{**base, **facts})


def gate_codes(**facts):
    return [finding.code for finding in object_to_departure(a_gate(**facts), DEFAULTS)]


def test_a_truck_with_everything_in_order_leaves():
    assert gate_codes() == []


def test_s1_one_unsealed_door_is_the_only_thing_said():
    assert gate_codes(trip_state=TripState.LOADED, seals=(a_seal("A1", REAR),)) == ["SIDE_DOOR_UNSEALED"]


def test_s2_seals_put_on_before_the_end_of_loading_do_not_pass_the_gate():
    early = a_seal("A1", REAR, applied_at=LOADED_AT - timedelta(seconds=1))
    assert gate_codes(seals=(early, a_seal("A2", SIDE))) == ["SEAL_BEFORE_LOADING_COMPLETED"]


def test_s3_a_customers_seal_alone_does_not_pass_the_gate():
    theirs = a_seal("C1", SIDE, own_stock=False, applied_trip=None)
    assert gate_codes(seals=(a_seal("A1", REAR), theirs)) == ["COMPANY_SEAL_NEEDED"]
    assert gate_codes(seals=(a_seal("A1", REAR), a_seal("A2", SIDE), theirs)) == []


def test_a_seal_of_another_trip_does_not_count():
    assert gate_codes(seals=(a_seal("A1", REAR), a_seal("A2", SIDE, applied_trip="T-2"))) == ["SIDE_DOOR_UNSEALED"]


def test_a_sealed_truck_in_the_wrong_state_is_told_so():
    assert gate_codes(trip_state=TripState.LOADED) == ["MOVE_NOT_ALLOWED"]
    assert gate_codes(trip_state=TripState.UNDER_WAY) == ["MOVE_NOT_ALLOWED"]


def test_everything_missing_is_said_at_once_in_the_order_people_vehicle_goods_seals_notices():
    found = gate_codes(
        trip_state=TripState.LOADING,
        crew=(Finding("TOO_FEW_DRIVERS"),),
        check_ins=(a_check_in("D1", alcohol_mg_100ml=5),),
        vehicle=(Finding("VEHICLE_PAPERS"),),
        check=None,
        open_defects=(DefectFacts(item=CheckItem.BRAKES, severity=DefectSeverity.CRITICAL),),
        gear_carried=frozenset(),
        gear_required=frozenset({Gear.CHAIN, Gear.TARP}),
        packaging=(Finding("PACKING"),),
        securing=(Finding("SECURING"),),
        pickups=(a_pickup(counted_quantity=None),),
        loading_completed_at=None,
        seals=(),
        notices=(Finding("NOTICE"),),
        frozen=True,
    )
    assert found == [
        "TOO_FEW_DRIVERS",
        "CHECK_IN_MISSING",
        "ALCOHOL_FOUND",
        "VEHICLE_PAPERS",
        "CHECK_MISSING",
        "CRITICAL_DEFECT_OPEN",
        "ROPE_MISSING",
        "TARP_MISSING",
        "GEAR_MISSING",
        "PACKING",
        "SECURING",
        "PICKUP_NOT_COUNTED",
        "LOADING_NOT_COMPLETED",
        "REAR_DOOR_UNSEALED",
        "SIDE_DOOR_UNSEALED",
        "NOTICE",
        "TRIP_FROZEN",
        "MOVE_NOT_ALLOWED",
    ]


@pytest.mark.parametrize(("gear", "code"), [(Gear.TARP, "TARP_MISSING"), (Gear.ROPE, "ROPE_MISSING")])
def test_tarp_and_rope_ride_even_on_a_box_truck(gear, code):
    carried = frozenset({Gear.TARP, Gear.ROPE, Gear.STRAPS}) - {gear}
    assert gate_codes(gear_carried=carried) == [code]


def test_a_chain_serves_where_a_steel_cable_is_asked_for():
    carried = frozenset({Gear.TARP, Gear.ROPE, Gear.CHAIN})
    assert gate_codes(gear_carried=carried, gear_required=frozenset({Gear.STEEL_CABLE})) == []
    assert gate_codes(gear_carried=carried, gear_required=frozenset({Gear.MESH})) == ["GEAR_MISSING"]


def test_gear_that_the_securing_findings_name_already_is_said_once():
    named = (Finding("TARP_MISSING"), Finding("GEAR_MISSING", {"gear": Gear.MESH}))
    gear = {"gear_carried": frozenset({Gear.ROPE}), "gear_required": frozenset({Gear.MESH})}
    assert gate_codes(securing=named, **gear) == ["TARP_MISSING", "GEAR_MISSING"]


def test_a_late_driver_is_a_violation_and_no_gate():
    late = a_check_in("D1", at=DEPARTURE - timedelta(minutes=59))
    assert gate_codes(check_ins=(late, a_check_in("D2"))) == []


def test_a_defect_on_the_card_and_on_the_list_is_said_once():
    defect = DefectFacts(item=CheckItem.BRAKES, severity=DefectSeverity.CRITICAL)
    card = CheckFacts(kind=CheckKind.PRE_TRIP, items=a_check().items, defects=(defect,), at=DEPARTURE, trip="T-1")
    assert gate_codes(check=card, open_defects=(defect,)) == ["CRITICAL_DEFECT_OPEN"]


def test_a_dirty_truck_stays_and_an_untidy_driver_goes():
    assert gate_codes(check=a_check(cleanliness=False)) == ["CLEANLINESS_FAILED"]
    assert gate_codes(check=a_check(uniform=False)) == []


def test_goods_are_counted_with_the_customers_agent_and_differences_settled():
    def pickup_codes(**facts):
        return [finding.code for finding in object_to_pickups([a_pickup(**facts)])]

    assert pickup_codes(agent_signed=False) == ["PICKUP_NOT_SIGNED"]
    assert pickup_codes(agent_name=" ") == ["PICKUP_NOT_SIGNED"]
    assert pickup_codes(counted_quantity=9) == ["PICKUP_DIFFERENCE_OPEN"]
    assert pickup_codes(counted_quantity=9, difference_settled="list corrected by the shipper") == []


def test_an_open_bed_leaves_with_its_pouch_sealed_and_a_supervisors_reason():
    pouch = ClosureKind.PAPERS_POUCH
    sealed = {"required_closures": (pouch,), "seals": (a_seal("A1", pouch),)}
    reason = {"seal_exemption_reason": "no cover over the machine", "seal_exemption_by": "M1"}
    assert gate_codes(**sealed) == ["SEAL_EXEMPTION_REASON_MISSING"]
    assert gate_codes(**sealed, **reason) == []
    assert gate_codes(**{**sealed, "seals": ()}, **reason) == ["PAPERS_POUCH_UNSEALED"]


def test_no_opening_declared_is_no_way_round():
    assert gate_codes(required_closures=(), seals=()) == ["CLOSURES_NOT_DECLARED"]


def test_the_gate_takes_facts_and_ruleset_and_the_ruleset_knows_no_switch_for_seals():
    assert list(inspect.signature(object_to_departure).parameters) == ["facts", "ruleset"]
    numbers = [
        part.name
        for group in fields(DEFAULTS)
        if group.name != "version"
        for part in fields(getattr(DEFAULTS, group.name))
    ]
    assert [name for name in numbers if "seal" in name] == ["tarp_seal_points"]


@settings(max_examples=80)
@given(
    kept=st.sets(st.sampled_from([REAR, SIDE])),
    frozen=st.booleans(),
    reason=st.text(max_size=3),
    state=st.sampled_from(list(TripState)),
)
def test_nothing_else_makes_up_for_a_missing_seal(kept, frozen, reason, state):
    found = gate_codes(
        seals=tuple(a_seal(f"A-{closure}", closure) for closure in sorted(kept)),
        frozen=frozen,
        trip_state=state,
        seal_exemption_reason=reason,
        seal_exemption_by="M1",
    )
    missing = {f"{closure.upper()}_UNSEALED" for closure in {REAR, SIDE} - kept}
    assert missing <= set(found)
    assert (found == []) == (kept == {REAR, SIDE} and not frozen and state is TripState.SEALED)
