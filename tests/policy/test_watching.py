"""What the positions of one vehicle mean, batch by batch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.vocabulary import VehicleEventKind
from services.policy.ruleset import DEFAULTS
from services.policy.watching import Happening, Look, Surroundings, Watch, watch

K = VehicleEventKind
START = datetime(2026, 3, 2, 6, tzinfo=UTC)
# a thousandth of a degree of latitude in km
STEP_KM = 0.1112
ALONE = Surroundings(crossed=lambda _, before, look: before.at + (look.at - before.at) / 2, drivers=lambda *_: ())


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def look(number: float, km: float = 0.0, **more: Any) -> Look:
    """Give a fix ``number`` minutes after the start and ``km`` up the road, on trip 1."""
    return Look(minute(number), 36.0 + km / STEP_KM / 1000, 118.0, **{"trip": 1, **more})


def happened(looks: list[Look], around: Surroundings = ALONE) -> list[Happening]:
    return watch(Watch(), looks, around, DEFAULTS)[1]


def brief(found: list[Happening]) -> list[tuple[str, str, float, bool]]:
    return [(one.kind.value, one.subject, (one.at - START).total_seconds() / 60, one.ended) for one in found]


def driving(first: int, last: int, **more: Any) -> list[Look]:
    """Drive at 60 km/h with a fix every minute."""
    return [look(number, number, **more) for number in range(first, last)]


def standing(first: int, last: int, km: float, **more: Any) -> list[Look]:
    return [look(number, km, **more) for number in range(first, last)]


def test_a_visit_has_one_arrival_and_one_departure():
    found = happened([*driving(0, 5), *standing(5, 30, 5, site="S1"), *driving(30, 40)])
    assert brief(found) == [("at_site", "S1", 4.5, False), ("at_site", "S1", 29.5, True)]


def test_overlapping_grounds_are_one_visit():
    def at(number: int, site: str) -> Look:
        return look(number, site=site, near=frozenset({"YARD", "HUB"}))

    found = happened([at(0, "YARD"), at(1, "YARD"), at(2, "HUB"), at(3, "HUB"), at(4, "YARD")])
    assert brief(found) == [("at_site", "YARD", 0.0, False)]


def test_a_vehicle_without_a_trip_is_seen_at_sites_and_nowhere_else():
    found = happened([look(number, trip=None, off_km=90, site="S1" if number > 100 else None) for number in range(120)])
    assert {one.kind for one in found} == {K.AT_SITE}


@pytest.mark.parametrize(("minutes", "told"), [(5, False), (6, True)])
def test_off_the_corridor_counts_after_its_minutes(minutes, told):
    """The spell lasts from its first fix to its last: six fixes of a minute are five minutes."""
    away = [look(number, number, off_km=5.1) for number in range(10, 10 + minutes)]
    found = happened([*driving(0, 10, off_km=0.0), *away, *driving(16, 20, off_km=5.0)])
    assert [one.kind for one in found if not one.ended] == [K.OFF_CORRIDOR] * told


def test_back_on_the_way_ends_it_once():
    found = happened([*driving(0, 20, off_km=8.0), *driving(20, 40, off_km=1.0)])
    assert brief(found) == [("off_corridor", "", 0.0, False), ("off_corridor", "", 20.0, True)]
    assert found[0].facts["km"] == 8.0


def test_a_site_off_the_way_is_no_straying():
    assert K.OFF_CORRIDOR not in {one.kind for one in happened(driving(0, 20, off_km=50.0, site="HUB"))}


@pytest.mark.parametrize(("minutes", "told"), [(45, False), (46, True)])
def test_a_long_stop_counts_after_its_minutes(minutes, told):
    found = happened([*driving(0, 10), *standing(10, 10 + minutes, 10)])
    assert [one.kind for one in found] == [K.LONG_STOP] * told


def test_a_long_stop_begins_where_the_truck_came_to_stand_and_ends_where_it_drove_on():
    drift = [look(number, 10 + number % 2 * 0.1) for number in range(10, 70)]
    found = happened([*driving(0, 10), *drift, *[look(70 + number, 11 + number) for number in range(5)]])
    assert brief(found) == [("long_stop", "", 10.0, False), ("long_stop", "", 70.0, True)]


def test_a_stray_fix_does_not_cut_a_stop_in_two():
    found = happened([*standing(0, 30, 10), look(30, 12), *standing(31, 60, 10)])
    assert brief(found) == [("long_stop", "", 0.0, False)]


def test_standing_at_a_site_is_no_long_stop():
    assert K.LONG_STOP not in {one.kind for one in happened(standing(0, 120, 0, site="S1"))}


def wheel(driver: str) -> Surroundings:
    return ALONE._replace(drivers=lambda begin, end: ((begin, end, driver),))


def test_four_hours_of_moving_tire_the_driver_and_twenty_minutes_rest_him():
    looks = [*driving(0, 260), *standing(260, 300, 259)]
    found = happened(looks, wheel("D-1"))
    assert [one for one in brief(found) if one[0] == "fatigue"] == [
        ("fatigue", "D-1", 240.0, False),
        ("fatigue", "D-1", 279.0, True),
    ]


def test_another_trip_ends_what_belonged_to_the_last_one():
    looks = [*driving(0, 20, off_km=9.0), look(21, 21, trip=2, off_km=0.0)]
    assert brief(happened(looks)) == [("off_corridor", "", 0.0, False), ("off_corridor", "", 19.0, True)]


def test_a_fix_older_than_what_was_watched_changes_nothing():
    known, _ = watch(Watch(), driving(0, 10), ALONE, DEFAULTS)
    assert watch(known, driving(0, 10), ALONE, DEFAULTS) == (known, [])


@pytest.mark.parametrize(("km", "tired"), [(0.08, False), (0.09, True)])
def test_what_drifts_slower_than_five_km_an_hour_stands(km, tired):
    looks = [look(number, number * km) for number in range(260)]
    assert (K.FATIGUE in {one.kind for one in happened(looks, wheel("D-1"))}) is tired


roads = st.lists(
    st.tuples(st.integers(1, 40), st.sampled_from([0.0, 0.05, 1.0, 9.0]), st.sampled_from([None, "S1", "S2"])),
    max_size=60,
)


@given(roads, st.integers(0, 60), st.floats(0, 12))
def test_however_it_is_cut_into_batches_the_same_happened(road, cut, off_km):
    looks, at, km = [], 0.0, 0.0
    for minutes, moved, site in road:
        at, km = at + minutes, km + moved
        looks.append(look(at, km, site=site, near=frozenset({site} if site else ()), off_km=off_km))
    whole = watch(Watch(), looks, wheel("D-1"), DEFAULTS)
    known, first = watch(Watch(), looks[:cut], wheel("D-1"), DEFAULTS)
    known, second = watch(known, looks[cut:], wheel("D-1"), DEFAULTS)
    assert known == whole[0]
    assert sorted(first + second, key=str) == sorted(whole[1], key=str)


@given(roads, st.floats(0, 12))
def test_every_event_that_ends_has_begun_and_is_open_once(road, off_km):
    looks, at, km = [], 0.0, 0.0
    for minutes, moved, site in road:
        at, km = at + minutes, km + moved
        looks.append(look(at, km, site=site, off_km=off_km))
    open_now: set[tuple[K, str]] = set()
    for one in happened(looks, wheel("D-1")):
        key = (one.kind, one.subject)
        assert (key in open_now) is one.ended
        open_now ^= {key}
