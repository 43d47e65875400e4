"""Which truck may take a job: the cases V1 to V10 (V3 and V6 with the loads) and the hard filters."""

from __future__ import annotations

from datetime import date

import pytest

from models.vocabulary import (
    Body,
    CargoClass,
    DefectSeverity,
    LicenceClass,
    Packaging,
    ShipmentMode,
    VehicleDocument,
    VehicleState,
)
from services.policy.ruleset import DEFAULTS
from services.policy.vehicles import (
    conditions,
    object_to_vehicle,
    out_of_town,
    rank,
    required_licence,
)
from tests.support.cargo_builders import (
    FAR,
    a_cargo,
    a_job,
    a_light_van,
    a_line,
    a_reefer,
    a_train,
    a_truck,
    coil,
    controllers,
    local,
)

A2 = frozenset({LicenceClass.A2})
B2 = frozenset({LicenceClass.B2})


def codes(vehicle, job):
    return [finding.code for finding in object_to_vehicle(vehicle, job, DEFAULTS)]


def the_finding(vehicle, job):
    (finding,) = object_to_vehicle(vehicle, job, DEFAULTS)
    return finding


def frozen(**changes):
    return a_line(**({"cargo_class": CargoClass.FROZEN, "temp_max_c": -18} | changes))


def paint(**changes):
    facts = {"cargo_class": CargoClass.HAZMAT, "hazmat_class": "3", "packaging": Packaging.DRUM}
    return a_line(**(facts | changes))


def test_a_sound_box_truck_takes_general_goods():
    assert codes(a_truck(), a_job()) == []


def test_V1_local_controllers_rank_the_light_van_first_and_allow_the_box_truck():  # noqa: N802
    box = a_truck(rated_load_kg=1200, empty_distance_km=0)
    ranking = rank([box, a_light_van(empty_distance_km=90)], a_job(controllers()), DEFAULTS)
    assert [candidate.plate for candidate in ranking.candidates] == ["沪B22222", "沪A12345"]
    assert ranking.candidates[0].reasons[0].code == "SMALL_VAN_FOR_ELECTRONICS"


@pytest.mark.parametrize("body", [Body.DROPSIDE, Body.STAKE, Body.CURTAIN])
def test_V2_out_of_town_finished_goods_need_an_enclosed_body(body):  # noqa: N802
    job = a_job(cargo=a_cargo(controllers(), out_of_town=True))
    assert "OUT_OF_TOWN_NEEDS_ENCLOSED" in codes(a_truck(body=body), job)


@pytest.mark.parametrize("body", [Body.DROPSIDE, Body.STAKE, Body.CURTAIN, Body.FLAT])
def test_out_of_town_finished_general_goods_are_refused_for_that_reason_alone(body):
    job = a_job(cargo=a_cargo(a_line(finished_goods=True), out_of_town=True))
    assert codes(a_truck(body=body), job) == ["OUT_OF_TOWN_NEEDS_ENCLOSED"]


def test_out_of_town_finished_goods_ride_enclosed():
    job = a_job(cargo=a_cargo(a_line(finished_goods=True), out_of_town=True))
    assert codes(a_truck(), job) == []
    assert codes(a_reefer(), job) == []
    assert codes(a_light_van(), job) == []
    assert codes(a_truck(body=Body.SKELETON, container_closed=True), job) == []
    assert codes(a_truck(body=Body.SKELETON), job) == ["OUT_OF_TOWN_NEEDS_ENCLOSED"]


def test_in_town_or_unfinished_goods_may_ride_on_a_dropside():
    dropside = a_truck(body=Body.DROPSIDE)
    assert codes(dropside, a_job(a_line(finished_goods=True))) == []
    assert codes(dropside, a_job(cargo=a_cargo(a_line(), out_of_town=True))) == []


def test_V4_frozen_goods_need_a_reefer_that_is_shown_to_be_cold_enough():  # noqa: N802
    assert codes(a_truck(), a_job(frozen())) == ["BODY_FORBIDDEN", "TEMPERATURE_NOT_HELD"]
    assert codes(a_reefer(temp_min_c=-15), a_job(frozen())) == ["TEMPERATURE_NOT_HELD"]
    assert codes(a_reefer(temp_min_c=-17), a_job(frozen())) == ["TEMPERATURE_NOT_HELD"]
    assert codes(a_reefer(temp_min_c=-18), a_job(frozen())) == []
    assert codes(a_reefer(temp_min_c=None), a_job(frozen())) == ["TEMPERATURE_NOT_HELD"]


def test_goods_that_must_stay_warm_need_a_unit_that_heats():
    bananas = a_line(cargo_class=CargoClass.CHILLED, temp_min_c=13, temp_max_c=15)
    assert codes(a_reefer(temp_max_c=12), a_job(bananas)) == ["TEMPERATURE_NOT_HELD"]
    assert codes(a_reefer(temp_max_c=13), a_job(bananas)) == []


def test_V5_hazmat_with_food_is_refused_by_every_truck():  # noqa: N802
    licensed = a_truck(hazmat_classes=frozenset({"3"}))
    job = a_job(paint(), a_line(line_no=2, food_grade=True))
    assert codes(licensed, job) == ["HAZMAT_MIXED", "FOOD_WITH_CONTAMINATING"]


def test_V7_livestock_does_not_ride_in_a_closed_box():  # noqa: N802
    pigs = a_line(cargo_class=CargoClass.LIVE, packaging=Packaging.BARE)
    assert codes(a_truck(), a_job(pigs)) == ["BODY_FORBIDDEN"]
    assert codes(a_truck(body=Body.STAKE), a_job(pigs)) == []


def test_V8_every_driver_of_a_six_axle_train_holds_A2():  # noqa: N802
    assert codes(a_train(), a_job(coil(20000), crew_licences=(B2, B2))) == ["CREW_LICENCE_CLASS_MISSING"]
    assert the_finding(a_train(), a_job(coil(20000), crew_licences=(A2, B2))).facts["drivers"] == 1
    assert codes(a_train(), a_job(coil(20000), crew_licences=(A2, A2))) == []
    assert codes(a_train(), a_job(coil(20000), crew_licences=None)) == []


def test_V9_a_driver_on_probation_pulls_no_trailer():  # noqa: N802
    assert codes(a_train(), a_job(coil(20000), drivers_on_probation=1)) == ["CREW_PROBATION_NO_TRAILER"]
    assert codes(a_truck(), a_job(drivers_on_probation=1)) == []


def test_a_driver_on_probation_carries_no_dangerous_goods():
    licensed = a_truck(hazmat_classes=frozenset({"3"}))
    assert codes(licensed, a_job(paint(), drivers_on_probation=1)) == ["CREW_PROBATION_NO_HAZMAT"]


@pytest.mark.parametrize(("day", "allowed"), [(2, False), (3, True)])
def test_V10_a_paper_is_needed_one_day_beyond_the_planned_arrival(day, allowed):  # noqa: N802
    papers = dict.fromkeys(VehicleDocument, FAR) | {VehicleDocument.INSPECTION: date(2026, 3, day)}
    found = list(object_to_vehicle(a_truck(documents=papers), a_job(planned_arrival=local(2, 23, 59)), DEFAULTS))
    assert [finding.code for finding in found] == ([] if allowed else ["VEHICLE_DOCUMENT_EXPIRES"])
    if found:
        assert found[0].facts["needed_until"] == "2026-03-03"
        assert found[0].facts["document"] is VehicleDocument.INSPECTION


@pytest.mark.parametrize(
    ("registered", "inspected", "cycle"),
    [
        (date(2016, 3, 2), date(2025, 9, 2), 6),
        (date(2016, 3, 2), date(2025, 9, 3), None),
        (date(2016, 3, 3), date(2025, 9, 2), None),
        (date(2016, 3, 3), date(2025, 3, 2), 12),
        (date(2016, 3, 3), date(2025, 3, 3), None),
    ],
)
def test_V10_a_truck_over_ten_years_is_inspected_every_six_months(registered, inspected, cycle):  # noqa: N802
    truck = a_truck(first_registered_on=registered, last_inspection_on=inspected)
    found = list(object_to_vehicle(truck, a_job(), DEFAULTS))
    assert [finding.facts["cycle_months"] for finding in found] == ([] if cycle is None else [cycle])


def test_an_inspection_on_the_last_of_august_is_due_on_the_last_of_february():
    truck = a_truck(first_registered_on=date(2010, 1, 1), last_inspection_on=date(2025, 8, 31))
    assert the_finding(truck, a_job()).facts["due"] == "2026-02-28"


def test_a_paper_that_is_not_on_file_keeps_the_truck_in():
    assert codes(a_truck(documents={}), a_job()) == ["VEHICLE_DOCUMENT_MISSING"] * 4


def test_a_light_truck_with_ordinary_goods_needs_no_operation_permit():
    papers = dict.fromkeys(VehicleDocument, FAR)
    del papers[VehicleDocument.OPERATION_PERMIT]
    assert codes(a_light_van(documents=papers, rated_load_kg=2000), a_job()) == []
    assert codes(a_light_van(documents=papers, rated_load_kg=2001), a_job()) == ["VEHICLE_DOCUMENT_MISSING"]


def test_a_lapsed_permit_for_hazmat_does_not_matter_to_ordinary_goods():
    papers = dict.fromkeys(VehicleDocument, FAR) | {VehicleDocument.HAZMAT_PERMIT: date(2020, 1, 1)}
    truck = a_truck(documents=papers, hazmat_classes=frozenset({"3"}))
    assert codes(truck, a_job()) == []
    assert codes(truck, a_job(paint())) == ["VEHICLE_DOCUMENT_EXPIRES"]


def test_a_lapsed_commercial_policy_keeps_the_truck_in_but_none_at_all_does_not():
    papers = dict.fromkeys(VehicleDocument, FAR)
    lapsed = papers | {VehicleDocument.COMMERCIAL_INSURANCE: date(2026, 3, 2)}
    assert codes(a_truck(documents=lapsed), a_job()) == ["VEHICLE_DOCUMENT_EXPIRES"]
    del papers[VehicleDocument.COMMERCIAL_INSURANCE]
    assert codes(a_truck(documents=papers), a_job()) == []


@pytest.mark.parametrize(
    ("licensed", "expected"),
    [({"3"}, []), ({"8"}, ["HAZMAT_NOT_LICENSED"]), (set(), ["HAZMAT_NOT_LICENSED"])],
)
def test_hazmat_rides_only_on_a_truck_licensed_for_its_class(licensed, expected):
    assert codes(a_truck(hazmat_classes=frozenset(licensed)), a_job(paint())) == expected


def test_a_permit_for_a_whole_class_covers_its_divisions_and_not_the_reverse():
    assert codes(a_truck(hazmat_classes=frozenset({"6"})), a_job(paint(hazmat_class="6.1"))) == []
    assert codes(a_truck(hazmat_classes=frozenset({"6.2"})), a_job(paint(hazmat_class="6.1"))) == [
        "HAZMAT_NOT_LICENSED"
    ]


def test_hazmat_of_no_class_is_licensed_on_no_truck():
    truck = a_truck(hazmat_classes=frozenset({"3"}))
    assert codes(truck, a_job(paint(hazmat_class=None))) == ["HAZMAT_NOT_LICENSED"]


def test_food_after_a_dirty_load_needs_a_wash_record():
    dirty = {"last_cargo_dirty_or_toxic": True}
    food = a_job(a_line(food_grade=True))
    assert codes(a_truck(**dirty), food) == ["WASH_RECORD_MISSING"]
    assert codes(a_truck(**dirty, washed_since_last_cargo=True), food) == []
    assert codes(a_truck(**dirty), a_job()) == []


@pytest.mark.parametrize("state", [state for state in VehicleState if state is not VehicleState.AVAILABLE])
def test_only_an_available_truck_is_sent(state):
    assert codes(a_truck(state=state), a_job()) == ["VEHICLE_NOT_AVAILABLE"]


def test_a_critical_defect_a_planned_trip_or_dirt_keeps_a_truck_in():
    assert codes(a_truck(open_defects=(DefectSeverity.CRITICAL,)), a_job()) == ["CRITICAL_DEFECT"]
    assert codes(a_truck(open_defects=(DefectSeverity.MAJOR, DefectSeverity.MINOR)), a_job()) == []
    assert the_finding(a_truck(busy_with="T-1"), a_job()).facts == {"plate": "沪A12345", "trip": "T-1"}
    assert codes(a_truck(clean=False), a_job()) == ["NOT_CLEAN"]


def test_containers_ride_on_skeletons():
    boxed = a_cargo(a_line(packaging=Packaging.CONTAINER), mode=ShipmentMode.CONTAINER)
    assert codes(a_truck(), a_job(cargo=boxed)) == ["CONTAINER_NEEDS_SKELETON"]
    assert codes(a_truck(body=Body.SKELETON), a_job(cargo=boxed)) == []


@pytest.mark.parametrize(
    ("vehicle", "expected"),
    [
        (a_train(), {LicenceClass.A2}),
        (a_train(tare_kg=1500, rated_load_kg=3000), {LicenceClass.A2, LicenceClass.C6}),
        (a_train(tare_kg=1501, rated_load_kg=3000), {LicenceClass.A2}),
        (a_truck(), {LicenceClass.A1, LicenceClass.A2, LicenceClass.B2}),
        (a_truck(tare_kg=2500, rated_load_kg=2001), {LicenceClass.A1, LicenceClass.A2, LicenceClass.B2}),
        (a_truck(tare_kg=2500, rated_load_kg=2000), set(LicenceClass) - {LicenceClass.C6}),
    ],
)
def test_the_licence_follows_total_mass_and_trailer(vehicle, expected):
    assert required_licence(vehicle) == expected


def test_out_of_town_is_another_prefecture():
    assert not out_of_town("310115", "310104")
    assert out_of_town("310115", "320500")
    assert out_of_town("320100", "320500")


def test_conditions_that_stay_open_are_named():
    assert conditions(a_truck(body=Body.FLAT), a_cargo()) == ("straps", "tarp")
    assert conditions(a_truck(), a_cargo()) == ()
    assert conditions(a_train(), a_cargo(coil(1000))) == ("chain",)
    assert conditions(a_reefer(), a_cargo()) == ("unit_off",)
