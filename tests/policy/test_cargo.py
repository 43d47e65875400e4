"""Cargo: mixing, temperature, hazmat, part loads, packing, marks and papers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import CargoClass, CargoDocument, Mark, Packaging, PackagingVerdict, ShipmentMode
from services.policy.cargo import (
    CargoFacts,
    chargeable_mass_kg,
    needs_escort,
    object_to_cargo,
    object_to_packaging,
    object_to_papers,
    required_documents,
    required_marks,
)
from services.policy.ruleset import DEFAULTS
from tests.support.cargo_builders import a_cargo, a_line, controllers


def codes(cargo: CargoFacts) -> list[str]:
    return [finding.code for finding in object_to_cargo(cargo, DEFAULTS)]


def paint(**changes):
    return a_line(**({"line_no": 2, "name": "油漆", "cargo_class": CargoClass.HAZMAT, "hazmat_class": "3"} | changes))


def rice(**changes):
    return a_line(**({"line_no": 1, "name": "大米", "food_grade": True} | changes))


def test_ordinary_goods_are_booked_without_objection():
    assert codes(a_cargo()) == []


def test_a_booking_without_lines_is_refused():
    assert codes(CargoFacts(lines=(), shipment_mode=ShipmentMode.FTL, out_of_town=False)) == ["CARGO_EMPTY"]


def test_V5_hazmat_and_food_on_one_waybill_must_be_split():  # noqa: N802
    found = list(object_to_cargo(a_cargo(rice(), paint()), DEFAULTS))
    assert [finding.code for finding in found] == ["HAZMAT_MIXED", "FOOD_WITH_CONTAMINATING"]
    assert found[0].facts == {"hazmat_lines": [2], "other_lines": [1]}


def test_hazmat_alone_is_not_mixed():
    assert codes(a_cargo(paint(), paint(line_no=3))) == []


def test_two_dangerous_classes_do_not_share_a_waybill():
    assert codes(a_cargo(paint(), paint(line_no=3, hazmat_class="8"))) == ["HAZMAT_CLASSES_MIXED"]


def test_food_beside_smelling_goods_is_refused():
    assert codes(a_cargo(rice(), a_line(line_no=2, odour=True))) == ["FOOD_WITH_CONTAMINATING"]


def test_food_that_smells_may_travel_alone():
    assert codes(a_cargo(rice(odour=True))) == []


def test_food_that_smells_spoils_other_food():
    assert codes(a_cargo(rice(), rice(line_no=2, odour=True))) == ["FOOD_WITH_CONTAMINATING"]


def test_hazmat_without_a_un_class_is_refused():
    assert codes(a_cargo(paint(hazmat_class=None))) == ["HAZMAT_CLASS_MISSING"]


def test_a_un_class_that_does_not_exist_is_refused():
    assert codes(a_cargo(paint(hazmat_class="3.7"))) == ["HAZMAT_CLASS_UNKNOWN"]


def test_a_un_class_on_ordinary_goods_is_an_undeclared_danger():
    cargo = a_cargo(a_line(hazmat_class="3"))
    assert codes(cargo) == ["HAZMAT_NOT_DECLARED"]
    assert CargoClass.HAZMAT in cargo.classes


@pytest.mark.parametrize(
    ("cargo_class", "low", "high", "expected"),
    [
        (CargoClass.FROZEN, None, None, ["TEMPERATURE_RANGE_MISSING"]),
        (CargoClass.FROZEN, None, -18, []),
        (CargoClass.CHILLED, None, 8, ["TEMPERATURE_RANGE_MISSING"]),
        (CargoClass.CHILLED, 2, 8, []),
        (CargoClass.CHILLED, 8, 8, []),
        (CargoClass.GENERAL, None, None, []),
    ],
)
def test_cold_goods_state_their_temperature(cargo_class, low, high, expected):
    assert codes(a_cargo(a_line(cargo_class=cargo_class, temp_min_c=low, temp_max_c=high))) == expected


def test_a_range_upside_down_is_refused():
    assert "TEMPERATURE_RANGE_INVERTED" in codes(a_cargo(a_line(temp_min_c=9, temp_max_c=8)))


def test_frozen_and_chilled_goods_have_no_common_temperature():
    frozen = a_line(cargo_class=CargoClass.FROZEN, temp_max_c=-18)
    chilled = a_line(line_no=2, cargo_class=CargoClass.CHILLED, temp_min_c=2, temp_max_c=8)
    assert codes(a_cargo(frozen, chilled)) == ["TEMPERATURES_DISAGREE"]


@pytest.mark.parametrize(("mass_kg", "expected"), [(3000, []), (3001, ["LTL_OVER_LIMIT"])])
def test_a_part_load_ends_at_three_tonnes(mass_kg, expected):
    assert codes(a_cargo(a_line(mass_kg=mass_kg), mode=ShipmentMode.LTL)) == expected


def test_a_full_load_has_no_part_load_limit():
    assert codes(a_cargo(a_line(mass_kg=3001))) == []


def test_light_goods_are_charged_by_volume():
    cargo = a_cargo(a_line(mass_kg=100, volume_dm3=9010), mode=ShipmentMode.LTL)
    assert chargeable_mass_kg(cargo, DEFAULTS) == 3001
    assert codes(cargo) == ["LTL_OVER_LIMIT"]
    assert chargeable_mass_kg(a_cargo(a_line(volume_dm3=9009)), DEFAULTS) == 3000


@pytest.mark.parametrize(
    ("size", "dimension"),
    [
        ({"height_mm": 4001}, "height"),
        ({"length_mm": 18101, "width_mm": 100}, "length"),
        ({"length_mm": 3000, "width_mm": 2551}, "width"),
        ({"length_mm": 2551, "width_mm": 3000}, "width"),
    ],
)
def test_a_divisible_piece_beyond_the_road_limits_is_refused_whatever_the_vehicle(size, dimension):
    (finding,) = object_to_cargo(a_cargo(a_line(**size)), DEFAULTS)
    assert (finding.code, finding.facts["dimension"]) == ("DIVISIBLE_OVERSIZE", dimension)
    assert codes(a_cargo(a_line(**size, divisible=False))) == []


def test_a_divisible_piece_on_the_limits_is_booked():
    assert codes(a_cargo(a_line(length_mm=18100, width_mm=2550, height_mm=4000))) == []


def test_all_objections_come_at_once():
    cargo = a_cargo(paint(hazmat_class=None), a_line(cargo_class=CargoClass.FROZEN, line_no=3))
    assert codes(cargo) == ["HAZMAT_MIXED", "HAZMAT_CLASS_MISSING", "TEMPERATURE_RANGE_MISSING"]


def test_delicate_boxes_carry_their_marks():
    assert required_marks(controllers()) == {Mark.FRAGILE, Mark.THIS_WAY_UP, Mark.KEEP_DRY}
    assert required_marks(a_line()) == frozenset()


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({"moisture_sensitive": True}, Mark.KEEP_DRY),
        ({"stackable": False}, Mark.STACK_LIMIT),
        ({"temp_max_c": 8}, Mark.TEMPERATURE),
        ({"hazmat_class": "3"}, Mark.HAZARD),
    ],
)
def test_a_nature_of_the_goods_asks_for_its_mark(changes, mark):
    assert required_marks(a_line(**changes)) == {mark}


def test_bare_goods_have_no_packing_to_mark_save_lifting_points_and_hazard():
    bare = a_line(cargo_class=CargoClass.OVERSIZE, packaging=Packaging.BARE, stackable=False)
    assert required_marks(bare) == {Mark.LIFT_HERE, Mark.CENTRE_OF_GRAVITY}


def test_papers_follow_the_goods():
    assert required_documents(controllers()) == {
        CargoDocument.PACKING_LIST,
        CargoDocument.FACTORY_CERTIFICATE,
        CargoDocument.TEST_REPORT,
    }
    assert required_documents(a_line(cargo_class=CargoClass.LIVE)) == {CargoDocument.QUARANTINE_CERTIFICATE}
    assert required_documents(paint()) == {CargoDocument.HAZMAT_WAYBILL, CargoDocument.SAFETY_CARD}
    assert required_documents(a_line()) == frozenset()


def test_each_missing_paper_is_named():
    line = a_line(finished_goods=True, documents=frozenset({CargoDocument.PACKING_LIST}))
    (finding,) = object_to_papers(a_cargo(line))
    assert finding.code == "CARGO_DOCUMENT_MISSING"
    assert finding.facts == {"line_no": 1, "name": "配件", "document": CargoDocument.FACTORY_CERTIFICATE}


@pytest.mark.parametrize("verdict", PackagingVerdict)
def test_only_unfit_packing_blocks_loading(verdict):
    found = [finding.code for finding in object_to_packaging(a_cargo(a_line(packaging_verdict=verdict)))]
    assert found == (["PACKAGING_UNFIT"] if verdict is PackagingVerdict.UNFIT else [])


def test_missing_marks_are_named_one_by_one():
    line = controllers(marks=frozenset({Mark.FRAGILE}))
    assert [finding.facts["mark"] for finding in object_to_packaging(a_cargo(line))] == [
        Mark.KEEP_DRY,
        Mark.THIS_WAY_UP,
    ]


def test_V2_finished_goods_out_of_town_need_an_escort():  # noqa: N802
    assert needs_escort(a_cargo(controllers(), out_of_town=True))
    assert not needs_escort(a_cargo(controllers(), out_of_town=False))
    assert not needs_escort(a_cargo(controllers(finished_goods=False), out_of_town=True))


def test_hazmat_needs_an_escort_even_in_town():
    assert needs_escort(a_cargo(paint()))


def test_the_mass_of_a_piece_is_declared_or_worked_out():
    assert a_line(quantity=3, mass_kg=1000).piece_kg == 334
    assert a_line(quantity=3, mass_kg=1000, piece_mass_kg=500).piece_kg == 500
    assert a_line(quantity=1, mass_kg=30000, packaging=Packaging.BULK).piece_kg == 0


lines = st.builds(
    a_line,
    line_no=st.integers(1, 99),
    cargo_class=st.sampled_from(CargoClass),
    odour=st.booleans(),
    food_grade=st.booleans(),
    finished_goods=st.booleans(),
    mass_kg=st.integers(1, 5000),
)


@settings(max_examples=50)
@given(st.lists(lines, min_size=1, max_size=4), lines)
def test_another_line_never_makes_a_cargo_more_acceptable(some, extra):
    fewer = a_cargo(*(replace(line, line_no=number) for number, line in enumerate(some)))
    more = a_cargo(*fewer.lines, replace(extra, line_no=99))
    assert set(codes(fewer)) <= set(codes(more))


@settings(max_examples=50)
@given(lines)
def test_a_line_with_every_required_mark_and_paper_is_never_objected_to(line):
    complete = replace(line, marks=required_marks(line), documents=required_documents(line))
    assert list(object_to_packaging(a_cargo(complete))) == []
    assert list(object_to_papers(a_cargo(complete))) == []
