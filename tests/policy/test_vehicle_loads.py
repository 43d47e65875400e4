"""Mass, volume and size of a load on its truck, and what a permit covers: the cases V3 and V6."""

from __future__ import annotations

import pytest

from models.vocabulary import Body, CargoClass, Packaging
from services.policy.ruleset import DEFAULTS
from services.policy.vehicles import gross_limit_kg, object_to_vehicle
from tests.support.cargo_builders import a_job, a_line, a_train, a_truck, coil


def codes(vehicle, job):
    return [finding.code for finding in object_to_vehicle(vehicle, job, DEFAULTS)]


def the_finding(vehicle, job):
    (finding,) = object_to_vehicle(vehicle, job, DEFAULTS)
    return finding


def a_transformer(**changes):
    facts = {"cargo_class": CargoClass.OVERSIZE, "quantity": 1, "mass_kg": 20000, "packaging": Packaging.BARE}
    return a_line(**(facts | {"divisible": False} | changes))


def a_lowbed(**changes):
    return a_train(**({"body": Body.LOWBED, "bed_height_mm": 900} | changes))


@pytest.mark.parametrize(
    ("mass_kg", "single_drive", "allowed"),
    [
        (28000, False, True),
        (33000, False, True),
        (33001, False, False),
        (34000, False, False),
        (28000, True, True),
        (30000, True, True),
        (30001, True, False),
        (31000, True, False),
    ],
)
def test_V3_a_six_axle_train_weighs_at_most_49_tonnes_or_46_with_one_driven_axle(  # noqa: N802
    mass_kg, single_drive, allowed
):
    found = codes(a_train(single_drive_axle=single_drive), a_job(coil(mass_kg)))
    assert found == ([] if allowed else ["GROSS_OVER_LIMIT"])


def test_V6_an_indivisible_load_of_four_metres_sixty_needs_permit_outline_and_escort_plan():  # noqa: N802
    job = a_job(a_transformer(height_mm=3700))
    found = codes(a_lowbed(), job)
    assert found == ["OVERSIZE_PERMIT_MISSING", "OUTLINE_DRAWING_MISSING", "ESCORT_PLAN_MISSING"]
    prepared = {"oversize_permit_no": "沪超2026-1", "outline_drawing": True, "escort_plan": True}
    assert codes(a_lowbed(), a_job(a_transformer(height_mm=3700), **prepared)) == []


def test_V6_the_same_load_is_refused_where_it_can_be_taken_apart():  # noqa: N802
    finding = the_finding(
        a_lowbed(), a_job(a_transformer(height_mm=3700, divisible=True), oversize_permit_no="沪超2026-1")
    )
    assert finding.code == "DIVISIBLE_OVERSIZE"
    assert finding.facts == {"line_no": 1, "dimension": "height", "actual_mm": 4600, "limit_mm": 4000}


@pytest.mark.parametrize(
    ("height_mm", "expected"),
    [
        (3100, []),
        (3101, ["OVERSIZE_PERMIT_MISSING"]),
        (3600, ["OVERSIZE_PERMIT_MISSING"]),
        (3601, ["OVERSIZE_PERMIT_MISSING", "OUTLINE_DRAWING_MISSING", "ESCORT_PLAN_MISSING"]),
    ],
)
def test_a_permit_begins_above_four_metres_and_an_escort_plan_above_four_and_a_half(height_mm, expected):
    assert codes(a_lowbed(), a_job(a_transformer(height_mm=height_mm))) == expected


def test_a_truck_without_a_bed_height_on_file_is_judged_by_the_assumed_one():
    assert codes(a_lowbed(bed_height_mm=None), a_job(a_transformer(height_mm=2800))) == []
    assert codes(a_lowbed(bed_height_mm=None), a_job(a_transformer(height_mm=2801))) == ["OVERSIZE_PERMIT_MISSING"]


def test_one_indivisible_piece_may_exceed_the_gross_limit_under_a_permit_only():
    heavy = a_transformer(mass_kg=34000)
    assert codes(a_lowbed(), a_job(heavy)) == ["OVERSIZE_PERMIT_MISSING"]
    assert codes(a_lowbed(), a_job(heavy, oversize_permit_no="沪超2026-1")) == []
    two = a_transformer(mass_kg=34000, quantity=2)
    assert codes(a_lowbed(), a_job(two, oversize_permit_no="沪超2026-1")) == ["GROSS_OVER_LIMIT"]


@pytest.mark.parametrize(("mass_kg", "expected"), [(9000, []), (9001, ["OVER_RATED_LOAD"])])
def test_the_rated_load_is_a_limit(mass_kg, expected):
    assert codes(a_truck(), a_job(a_line(mass_kg=mass_kg))) == expected


@pytest.mark.parametrize(("volume_dm3", "expected"), [(40000, []), (40001, ["VOLUME_TOO_SMALL"])])
def test_the_volume_is_a_limit(volume_dm3, expected):
    assert codes(a_truck(), a_job(a_line(volume_dm3=volume_dm3))) == expected


@pytest.mark.parametrize(
    ("axles", "is_train", "limit_kg"),
    [
        (2, False, 18000),
        (3, False, 25000),
        (3, True, 27000),
        (4, False, 31000),
        (4, True, 36000),
        (5, False, 31000),
        (5, True, 43000),
        (6, True, 49000),
        (7, True, 49000),
    ],
)
def test_the_gross_limit_follows_the_axles(axles, is_train, limit_kg):
    assert gross_limit_kg(a_truck(axles=axles, is_train=is_train), DEFAULTS.vehicle) == limit_kg


def test_a_piece_fits_when_turned_flat_but_is_never_stood_on_end():
    box = a_truck(inner_length_mm=4000, inner_width_mm=2000, inner_height_mm=2000)
    assert codes(box, a_job(a_line(length_mm=2000, width_mm=4000, height_mm=2000))) == []
    for size in ({"length_mm": 4001, "width_mm": 1}, {"length_mm": 2001, "width_mm": 2001}, {"height_mm": 2001}):
        assert codes(box, a_job(a_line(**size))) == ["PIECE_TOO_LARGE"]


def test_an_oversize_piece_stays_within_a_dropside_but_may_overhang_a_low_bed_with_a_permit():
    piece = a_transformer(length_mm=9000, width_mm=2300, mass_kg=5000)
    dropside = a_truck(body=Body.DROPSIDE, inner_length_mm=8000, inner_width_mm=2300)
    assert codes(dropside, a_job(piece)) == ["PIECE_TOO_LARGE"]
    lowbed = a_lowbed(inner_length_mm=8000, inner_width_mm=2300)
    assert codes(lowbed, a_job(piece)) == ["OVERSIZE_PERMIT_MISSING"]
    assert codes(lowbed, a_job(piece, oversize_permit_no="沪超2026-1")) == []


def test_a_divisible_piece_may_not_overhang_even_within_the_road_limits():
    timber = coil(5000, length_mm=9000, width_mm=1000)
    assert codes(a_train(inner_length_mm=8000), a_job(timber)) == ["PIECE_TOO_LARGE"]
