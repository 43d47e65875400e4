"""The compatibility matrix, cell by cell, and the conditions that record and booking already answer."""

from __future__ import annotations

import pytest

from models.vocabulary import Body, CargoClass, Packaging, ShipmentMode
from services.policy.body_matrix import MATRIX, Fit, cell_of, fit_of
from services.policy.ruleset import DEFAULTS
from services.policy.vehicles import object_to_vehicle
from tests.support.cargo_builders import a_cargo, a_job, a_line, a_truck, controllers, local

COLUMNS = (
    Body.DROPSIDE,
    Body.STAKE,
    Body.BOX,
    Body.VAN,
    Body.REEFER,
    Body.FLAT,
    Body.LOWBED,
    Body.TANK,
    Body.SKELETON,
    Body.TIPPER,
    Body.CAR_CARRIER,
)
LETTERS = {"P": Fit.PREFERRED, "Y": Fit.ALLOWED, "c": Fit.CONDITIONAL}
TABLE = {
    CargoClass.GENERAL: "c c P Y c c - - Y - -",
    CargoClass.OVERSIZE: "c - - - - Y P - - - -",
    CargoClass.CHILLED: "- - - - P - - - c - -",
    CargoClass.FROZEN: "- - - - P - - - c - -",
    CargoClass.FRESH: "c Y Y Y P - - - c - -",
    CargoClass.LIVE: "c P - - - - - - - - -",
    CargoClass.HAZMAT: "c c P - c - - P c - -",
    CargoClass.VALUABLE: "- - P Y - - - - P - -",
    CargoClass.ELECTRONICS: "- - P P - - - - Y - -",
    CargoClass.BULK_SOLID: "c c c - - - - c c P -",
    CargoClass.LIQUID_BULK: "- - c - c - - P c - -",
    CargoClass.STEEL_COIL: "Y c - - - P c - - - -",
    CargoClass.VEHICLES: "- - c - - c - - c - P",
}
LTL_ROW = "- c P Y - - - - Y - -"


def letter(body, cargo_class, mode=ShipmentMode.FTL):
    cell = cell_of(body, cargo_class, a_cargo(a_line(cargo_class=cargo_class), mode=mode))
    return next((each for each, fit in LETTERS.items() if cell and cell.fit is fit), "-")


@pytest.mark.parametrize("cargo_class", TABLE)
def test_a_row_of_the_matrix(cargo_class):
    assert " ".join(letter(body, cargo_class) for body in COLUMNS) == TABLE[cargo_class]


@pytest.mark.parametrize("cargo_class", [CargoClass.GENERAL, CargoClass.FRAGILE, CargoClass.FURNITURE_MOVE])
def test_mixed_part_loads_have_a_row_of_their_own(cargo_class):
    assert " ".join(letter(body, cargo_class, ShipmentMode.LTL) for body in COLUMNS) == LTL_ROW


def test_goods_that_are_not_general_keep_their_row_in_a_part_load():
    assert letter(Body.REEFER, CargoClass.FROZEN, ShipmentMode.LTL) == "P"


def test_every_class_has_a_row_with_at_least_one_body():
    assert set(MATRIX) == set(CargoClass)
    assert all(MATRIX.values())


def test_the_van_is_preferred_for_local_electronics_only():
    assert fit_of(Body.VAN, a_cargo(controllers())) is Fit.PREFERRED
    assert fit_of(Body.VAN, a_cargo(controllers(), out_of_town=True)) is Fit.ALLOWED


def test_a_mixed_load_fits_as_badly_as_its_worst_class():
    cargo = a_cargo(a_line(), a_line(line_no=2, cargo_class=CargoClass.FRESH))
    assert fit_of(Body.BOX, cargo) is Fit.ALLOWED
    assert fit_of(Body.DROPSIDE, cargo) is Fit.CONDITIONAL


def codes(vehicle, job):
    return [finding.code for finding in object_to_vehicle(vehicle, job, DEFAULTS)]


@pytest.mark.parametrize(
    ("cargo_class", "packaging", "body", "having", "lacking"),
    [
        (CargoClass.VALUABLE, Packaging.CRATE, Body.BOX, {"has_lock": True}, {}),
        (CargoClass.VALUABLE, Packaging.CRATE, Body.SKELETON, {"container_closed": True}, {}),
        (CargoClass.CHILLED, Packaging.CARTON, Body.SKELETON, {"container_reefer": True}, {}),
        (CargoClass.BULK_SOLID, Packaging.BULK, Body.TANK, {"powder_tank": True}, {}),
        (CargoClass.LIQUID_BULK, Packaging.BULK, Body.TANK, {}, {"powder_tank": True}),
    ],
)
def test_a_condition_of_the_vehicle(cargo_class, packaging, body, having, lacking):
    job = a_job(a_line(cargo_class=cargo_class, packaging=packaging))
    assert codes(a_truck(body=body, **having), job) == []
    assert codes(a_truck(body=body, **lacking), job) == ["BODY_CONDITION_UNMET"]


@pytest.mark.parametrize(
    ("cargo_class", "body", "right", "wrong"),
    [
        (CargoClass.BULK_SOLID, Body.BOX, Packaging.BAG, Packaging.BULK),
        (CargoClass.LIQUID_BULK, Body.BOX, Packaging.DRUM, Packaging.BULK),
        (CargoClass.LIQUID_BULK, Body.SKELETON, Packaging.FLEXITANK, Packaging.BULK),
        (CargoClass.LIQUID_BULK, Body.TANK, Packaging.BULK, Packaging.DRUM),
    ],
)
def test_a_condition_of_the_packing(cargo_class, body, right, wrong):
    truck = a_truck(body=body)
    assert codes(truck, a_job(a_line(cargo_class=cargo_class, packaging=right))) == []
    assert codes(truck, a_job(a_line(cargo_class=cargo_class, packaging=wrong))) == ["BODY_CONDITION_UNMET"]


def test_fresh_produce_rides_four_hours_on_a_dropside_and_not_a_minute_more():
    produce = a_line(cargo_class=CargoClass.FRESH)
    dropside = a_truck(body=Body.DROPSIDE)
    assert codes(dropside, a_job(produce, planned_arrival=local(2, 10))) == []
    assert codes(dropside, a_job(produce, planned_arrival=local(2, 10, 1))) == ["BODY_CONDITION_UNMET"]


@pytest.mark.parametrize("cargo_class", CargoClass)
@pytest.mark.parametrize("body", Body)
def test_a_body_without_a_cell_is_forbidden_and_one_with_a_cell_is_not(cargo_class, body):
    job = a_job(a_line(cargo_class=cargo_class))
    assert ("BODY_FORBIDDEN" in codes(a_truck(body=body), job)) == (body not in MATRIX[cargo_class])
