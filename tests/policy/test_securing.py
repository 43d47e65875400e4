"""Cover, protect, fix: the gear asked for, the openings to seal, and the record of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import Body, CargoClass, ClosureKind, Gear, Packaging, SecuringMeasure
from services.policy.ruleset import DEFAULTS, changed
from services.policy.securing import (
    OPEN_BODIES,
    SecuringFacts,
    always_carried,
    closures_to_seal,
    missing_gear,
    needs_tarp,
    object_to_securing,
    required_gear,
)
from tests.support.cargo_builders import a_cargo, a_line, coil, controllers


def gear(body, *lines, container_closed=False):
    return required_gear(body, container_closed, a_cargo(*lines))


def done(measure, *used, photo=True, reason=None):
    return SecuringFacts(measure=measure, gear=frozenset(used), photo=photo, not_applicable_reason=reason)


def a_full_record():
    return [
        done(SecuringMeasure.COVER, Gear.TARP),
        done(SecuringMeasure.PROTECT, Gear.FOAM, Gear.SPONGE),
        done(SecuringMeasure.FIX, Gear.ROPE),
    ]


def codes(records, required=frozenset(), carried=None):
    present = always_carried() | required if carried is None else carried
    return [finding.code for finding in object_to_securing(records, required, present)]


def test_tarp_and_rope_ride_on_every_truck():
    assert always_carried() == {Gear.TARP, Gear.ROPE}


def test_a_box_with_light_general_goods_needs_no_further_gear():
    assert gear(Body.BOX, a_line()) == frozenset()


@pytest.mark.parametrize("body", sorted(OPEN_BODIES))
def test_an_open_body_with_stacked_pieces_needs_tarp_and_rope(body):
    assert gear(body, a_line()) == {Gear.TARP, Gear.ROPE}


def test_bulk_and_single_pieces_are_covered_but_not_roped():
    assert gear(Body.TIPPER, a_line(packaging=Packaging.BULK, quantity=2)) == {Gear.TARP}
    assert gear(Body.DROPSIDE, a_line(quantity=1)) == {Gear.TARP}
    assert gear(Body.DROPSIDE, a_line(stackable=False)) == {Gear.TARP}


@pytest.mark.parametrize("cargo_class", [CargoClass.OVERSIZE, CargoClass.LIVE, CargoClass.VEHICLES])
def test_some_goods_are_never_tarped(cargo_class):
    assert not needs_tarp(Body.FLAT, a_cargo(a_line(cargo_class=cargo_class)))
    assert needs_tarp(Body.FLAT, a_cargo(a_line(cargo_class=cargo_class), a_line(line_no=2)))


@pytest.mark.parametrize(
    ("piece_kg", "expected"), [(499, frozenset()), (500, frozenset({Gear.STEEL_CABLE, Gear.CHOCKS}))]
)
def test_a_piece_of_five_hundred_kilograms_is_cabled_and_chocked(piece_kg, expected):
    assert gear(Body.BOX, a_line(quantity=2, mass_kg=piece_kg * 2, packaging=Packaging.CRATE)) == expected


def test_steel_and_machinery_are_cabled_whatever_they_weigh():
    assert gear(Body.FLAT, coil(100)) >= {Gear.STEEL_CABLE, Gear.CHOCKS}
    assert gear(Body.LOWBED, a_line(cargo_class=CargoClass.OVERSIZE)) >= {Gear.STEEL_CABLE, Gear.CHOCKS}


@pytest.mark.parametrize("changes", [{"theft_prone": True}, {"cargo_class": CargoClass.VALUABLE}])
def test_goods_that_tempt_thieves_need_a_mesh_unless_enclosed(changes):
    assert Gear.MESH in gear(Body.STAKE, a_line(**changes))
    assert Gear.MESH in gear(Body.CURTAIN, a_line(**changes))
    assert Gear.MESH not in gear(Body.BOX, a_line(**changes))
    assert Gear.MESH in gear(Body.SKELETON, a_line(**changes), container_closed=False)
    assert Gear.MESH not in gear(Body.SKELETON, a_line(**changes), container_closed=True)


@pytest.mark.parametrize(
    "line",
    [controllers(finished_goods=False), a_line(cargo_class=CargoClass.FRAGILE), a_line(finished_goods=True)],
)
def test_delicate_and_finished_goods_are_padded(line):
    assert gear(Body.BOX, line) == {Gear.FOAM, Gear.SPONGE}


def test_goods_that_fear_moisture_get_a_rain_cloth_even_inside():
    assert gear(Body.BOX, a_line(moisture_sensitive=True)) == {Gear.RAIN_CLOTH}


def test_drums_stand_on_dunnage_under_straps_and_containers_are_locked_down():
    assert gear(Body.BOX, a_line(packaging=Packaging.DRUM)) == {Gear.DUNNAGE, Gear.STRAPS}
    assert gear(Body.SKELETON, a_line(mass_kg=20000, quantity=1, packaging=Packaging.CONTAINER)) == {Gear.TWIST_LOCKS}


@pytest.mark.parametrize(
    ("asked", "instead"), [(Gear.ROPE, Gear.STRAPS), (Gear.STEEL_CABLE, Gear.CHAIN), (Gear.CHOCKS, Gear.DUNNAGE)]
)
def test_the_measures_allow_one_gear_for_another(asked, instead):
    assert missing_gear({asked}, {instead}) == ()
    assert missing_gear({instead}, {asked}) == (instead,)


@pytest.mark.parametrize(
    ("body", "options", "expected"),
    [
        (Body.BOX, {}, [ClosureKind.REAR_DOOR]),
        (Body.BOX, {"side_door": True}, [ClosureKind.REAR_DOOR, ClosureKind.SIDE_DOOR]),
        (Body.REEFER, {"side_door": True}, [ClosureKind.REAR_DOOR, ClosureKind.SIDE_DOOR]),
        (Body.VAN, {}, [ClosureKind.REAR_DOOR, ClosureKind.SIDE_DOOR]),
        (Body.TANK, {}, [ClosureKind.OUTLET, ClosureKind.MANHOLE]),
        (Body.SKELETON, {}, [ClosureKind.CONTAINER_DOOR]),
        (Body.SKELETON, {"container_closed": False}, [ClosureKind.TARP_ROPE_1, ClosureKind.TARP_ROPE_2]),
        (Body.DROPSIDE, {}, [ClosureKind.TARP_ROPE_1, ClosureKind.TARP_ROPE_2]),
        (Body.CURTAIN, {}, [ClosureKind.REAR_DOOR, ClosureKind.TARP_ROPE_1, ClosureKind.TARP_ROPE_2]),
        (Body.FLAT, {"tarped": False}, [ClosureKind.PAPERS_POUCH]),
        (Body.CAR_CARRIER, {}, [ClosureKind.PAPERS_POUCH]),
    ],
)
def test_the_openings_to_seal_follow_the_body(body, options, expected):
    assert list(closures_to_seal(body, **options)) == expected


def test_a_company_may_seal_the_tarp_rope_at_one_point():
    one_point = changed(DEFAULTS, {"loading": {"tarp_seal_points": 1}}, 1)
    assert closures_to_seal(Body.STAKE, ruleset=one_point) == (ClosureKind.TARP_ROPE_1,)


@given(st.sampled_from(Body), st.booleans(), st.booleans(), st.booleans())
def test_no_body_leaves_without_a_seal(body, side_door, container_closed, tarped):
    closures = closures_to_seal(body, side_door=side_door, container_closed=container_closed, tarped=tarped)
    assert closures
    assert len(set(closures)) == len(closures)


def test_a_full_record_with_all_gear_is_accepted():
    required = frozenset({Gear.TARP, Gear.FOAM, Gear.SPONGE, Gear.ROPE})
    assert codes(a_full_record(), required) == []


def test_a_truck_without_tarp_or_rope_is_refused_even_a_box():
    assert codes(a_full_record(), carried=frozenset({Gear.ROPE})) == ["TARP_MISSING"]
    assert codes(a_full_record(), carried=frozenset({Gear.TARP, Gear.STRAPS})) == ["ROPE_MISSING"]


def test_gear_that_is_not_on_the_truck_and_gear_not_put_on_are_named():
    records = a_full_record()
    found = list(object_to_securing(records, frozenset({Gear.MESH, Gear.RAIN_CLOTH}), always_carried() | {Gear.MESH}))
    assert [(finding.code, finding.facts["gear"]) for finding in found] == [
        ("GEAR_MISSING", Gear.RAIN_CLOTH),
        ("GEAR_NOT_APPLIED", Gear.MESH),
        ("GEAR_NOT_APPLIED", Gear.RAIN_CLOTH),
    ]


def test_each_measure_is_recorded():
    found = list(object_to_securing([], frozenset(), always_carried()))
    assert [(finding.code, finding.facts["measure"]) for finding in found] == [
        ("MEASURE_NOT_RECORDED", measure) for measure in SecuringMeasure
    ]


def test_a_measure_names_gear_and_has_a_photo():
    rest = a_full_record()[1:]
    assert codes([done(SecuringMeasure.COVER), *rest]) == ["MEASURE_WITHOUT_GEAR"]
    assert codes([done(SecuringMeasure.COVER, Gear.TARP, photo=False), *rest]) == ["MEASURE_WITHOUT_PHOTO"]


def test_a_measure_that_does_not_apply_needs_a_reason_that_says_something():
    rest = a_full_record()[1:]
    assert codes([done(SecuringMeasure.COVER, photo=False, reason="厢式车"), *rest]) == []
    blank = done(SecuringMeasure.COVER, photo=False, reason="  ")
    assert codes([blank, *rest]) == ["MEASURE_WITHOUT_GEAR", "MEASURE_WITHOUT_PHOTO"]


def test_required_gear_is_not_waived_by_calling_the_measure_not_applicable():
    records = [done(SecuringMeasure.COVER, Gear.TARP, reason="不需要"), *a_full_record()[1:]]
    assert codes(records, frozenset({Gear.TARP})) == ["GEAR_NOT_APPLIED"]


lines = st.builds(
    a_line,
    cargo_class=st.sampled_from(CargoClass),
    packaging=st.sampled_from(Packaging),
    mass_kg=st.integers(1, 20000),
    quantity=st.integers(1, 50),
    theft_prone=st.booleans(),
    moisture_sensitive=st.booleans(),
)


@settings(max_examples=50)
@given(st.sampled_from(Body), st.booleans(), lines)
def test_gear_that_is_carried_and_applied_is_never_objected_to(body, container_closed, line):
    required = required_gear(body, container_closed, a_cargo(line))
    records = [done(measure, Gear.ROPE, *required) for measure in SecuringMeasure]
    assert codes(records, required) == []
