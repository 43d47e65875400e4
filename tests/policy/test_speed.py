"""Speed: each limit on its own, the night and the expressway."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import CargoClass, RoadClass
from services.policy.ruleset import DEFAULTS, changed
from services.policy.speed import (
    CARGO_GROUPS,
    SpeedFacts,
    effective_limit_kmh,
    is_night,
    limit_terms,
    must_avoid_expressway,
)
from tests.support.cargo_builders import local

NOON = local(2, 12)
NIGHT_80 = changed(DEFAULTS, {"driving": {"night_factor_percent": 80}}, 1)
EXPRESSWAY, TRUNK, LOCAL = RoadClass.EXPRESSWAY, RoadClass.TRUNK, RoadClass.LOCAL


def facts(*classes, road=EXPRESSWAY, **changes):
    return SpeedFacts(cargo_classes=frozenset(classes), road=road, **({"at": NOON} | changes))


def limit(*classes, ruleset=DEFAULTS, **changes):
    return effective_limit_kmh(facts(*classes, **changes), ruleset)


@pytest.mark.parametrize(
    ("cargo_class", "limits"),
    [
        (CargoClass.GENERAL, (90, 70, 40)),
        (CargoClass.CHILLED, (90, 70, 40)),
        (CargoClass.FROZEN, (90, 70, 40)),
        (CargoClass.VALUABLE, (80, 60, 40)),
        (CargoClass.ELECTRONICS, (80, 60, 40)),
        (CargoClass.FRAGILE, (80, 60, 40)),
        (CargoClass.FRESH, (80, 60, 40)),
        (CargoClass.LIVE, (80, 60, 40)),
        (CargoClass.HAZMAT, (80, 60, 40)),
        (CargoClass.OVERSIZE, (60, 50, 30)),
        (CargoClass.BULK_SOLID, (80, 60, 40)),
        (CargoClass.LIQUID_BULK, (80, 60, 40)),
        (CargoClass.VEHICLES, (80, 60, 40)),
        (CargoClass.STEEL_COIL, (80, 60, 40)),
    ],
)
def test_each_cargo_has_its_default_speed_on_each_road(cargo_class, limits):
    assert tuple(limit(cargo_class, road=road) for road in (EXPRESSWAY, TRUNK, LOCAL)) == limits


def test_every_class_belongs_to_a_speed_group():
    assert set(CARGO_GROUPS) == set(CargoClass)


def test_a_mixed_load_goes_as_slowly_as_its_slowest_goods():
    assert limit(CargoClass.GENERAL, CargoClass.FRAGILE) == 80


def test_an_empty_truck_goes_as_one_with_general_goods():
    assert limit() == 90


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"signed_limit_kmh": 60}, 60),
        ({"signed_limit_kmh": 120}, 90),
        ({"vehicle_limit_kmh": 70}, 70),
        ({"permit_limit_kmh": 45}, 45),
        ({"in_yard": True}, 15),
        ({"visibility_m": 200}, 90),
        ({"visibility_m": 199}, 60),
        ({"visibility_m": 100}, 60),
        ({"visibility_m": 99}, 40),
        ({"visibility_m": 50}, 40),
        ({"visibility_m": 49}, 20),
    ],
)
def test_each_further_limit_lowers_the_speed_on_its_own(changes, expected):
    assert limit(CargoClass.GENERAL, **changes) == expected


def test_the_law_caps_a_generous_company_default():
    generous = changed(DEFAULTS, {"speed": {"general_local_kmh": 50, "legal_local_kmh": 40}}, 1)
    assert limit(CargoClass.GENERAL, road=LOCAL, ruleset=generous) == 40


def test_a_permit_takes_the_place_of_the_oversize_default_on_the_expressway_only():
    assert limit(CargoClass.OVERSIZE, permit_limit_kmh=70) == 70
    assert limit(CargoClass.OVERSIZE, permit_limit_kmh=40) == 40
    assert limit(CargoClass.OVERSIZE, permit_limit_kmh=70, road=TRUNK) == 50


@pytest.mark.parametrize(
    ("at", "night"),
    [
        (local(2, 21, 59, 59), False),
        (local(2, 22), True),
        (local(3, 0), True),
        (local(3, 5, 59, 59), True),
        (local(3, 6), False),
    ],
)
def test_night_is_ten_to_six_local_time(at, night):
    assert is_night(at, DEFAULTS) is night
    assert limit(CargoClass.GENERAL, at=at, ruleset=NIGHT_80) == (72 if night else 90)
    assert limit(CargoClass.GENERAL, at=at) == 90


def test_night_hours_may_lie_within_one_day_or_not_at_all():
    early = changed(DEFAULTS, {"driving": {"night_from_hour": 1, "night_to_hour": 5}}, 1)
    assert [is_night(local(2, hour), early) for hour in (0, 1, 4, 5)] == [False, True, True, False]
    none = changed(DEFAULTS, {"driving": {"night_from_hour": 6, "night_to_hour": 6}}, 1)
    assert not any(is_night(local(2, hour), none) for hour in range(24))


def test_a_truck_slower_than_sixty_keeps_off_the_expressway():
    assert not must_avoid_expressway(facts(CargoClass.OVERSIZE), DEFAULTS)
    assert must_avoid_expressway(facts(CargoClass.GENERAL, vehicle_limit_kmh=59), DEFAULTS)
    assert not must_avoid_expressway(facts(CargoClass.GENERAL, vehicle_limit_kmh=60), DEFAULTS)
    assert must_avoid_expressway(facts(CargoClass.OVERSIZE, at=local(2, 23)), NIGHT_80)


def test_weather_or_permit_alone_do_not_keep_a_truck_off_the_expressway():
    assert not must_avoid_expressway(facts(CargoClass.GENERAL, visibility_m=40), DEFAULTS)
    assert not must_avoid_expressway(facts(CargoClass.OVERSIZE, permit_limit_kmh=40), DEFAULTS)


def test_the_road_the_truck_is_on_does_not_decide_about_the_expressway():
    assert not must_avoid_expressway(facts(CargoClass.OVERSIZE, road=LOCAL, in_yard=True), DEFAULTS)


optional = st.none() | st.integers(5, 130)
situations = st.builds(
    SpeedFacts,
    cargo_classes=st.frozensets(st.sampled_from(CargoClass), max_size=4),
    road=st.sampled_from(RoadClass),
    at=st.integers(0, 23).map(lambda hour: local(2, hour)),
    signed_limit_kmh=optional,
    vehicle_limit_kmh=optional,
    visibility_m=st.none() | st.integers(0, 400),
    permit_limit_kmh=optional,
    in_yard=st.booleans(),
)


@settings(max_examples=100)
@given(situations, st.sampled_from([DEFAULTS, NIGHT_80]))
def test_the_effective_limit_never_exceeds_any_of_its_terms(situation, ruleset):
    effective = effective_limit_kmh(situation, ruleset)
    assert all(effective <= term for term in limit_terms(situation, ruleset).values())
    assert effective > 0
