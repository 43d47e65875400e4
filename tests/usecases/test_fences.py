"""The index of grounds finds what the single look finds, the wider edge, and where a line crosses the edge."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.geo import Geofence, distance_km, inside_geofence
from services.geo.corridors import Hop, outside_km
from services.geo.fences import NOWHERE, Fences

HUB = (36.0, 118.0)
CIRCLE = Geofence(*HUB, radius_m=300)
SQUARE = Geofence(36.5, 118.5, ring=((118.49, 36.49), (118.51, 36.49), (118.51, 36.51), (118.49, 36.51)))
FENCES = Fences([("HUB", CIRCLE), ("PARK", SQUARE), ("NO-GROUND", Geofence(30.0, 110.0))], margin_m=100)
M = 1 / 111_195  # a metre of latitude in degrees


def at(lat: float, lon: float) -> tuple[str | None, set[str]]:
    (spot,) = FENCES.locate([lat], [lon])
    return spot.site, set(spot.near)


@pytest.mark.parametrize(
    ("north_m", "site", "near"),
    [(0, "HUB", {"HUB"}), (299, "HUB", {"HUB"}), (302, None, {"HUB"}), (398, None, {"HUB"}), (402, None, set())],
)
def test_a_ground_has_two_edges(north_m, site, near):
    assert at(HUB[0] + north_m * M, HUB[1]) == (site, near)


def test_the_wider_edge_is_as_wide_to_the_east():
    east = 111_195 * 0.8090  # metres of a degree of longitude at 36 north
    assert at(HUB[0], HUB[1] + 398 / east) == (None, {"HUB"})
    assert at(HUB[0], HUB[1] + 403 / east) == (None, set())


def test_where_grounds_overlap_the_smaller_one_is_meant():
    both = Fences([("PARK", Geofence(*HUB, radius_m=2000)), ("HUB", CIRCLE)], margin_m=0)
    (inner, outer) = both.locate([HUB[0], HUB[0] + 900 * M], [HUB[1], HUB[1]])
    assert (inner.site, inner.near) == ("HUB", {"HUB", "PARK"})
    assert (outer.site, outer.near) == ("PARK", {"PARK"})


def test_nothing_is_nowhere():
    assert Fences([], margin_m=100).locate([36.0], [118.0]) == [NOWHERE]
    assert FENCES.locate([], []) == []


points = st.tuples(st.floats(35.98, 36.54), st.floats(117.98, 118.54))


@settings(max_examples=200)
@given(st.lists(points, min_size=1, max_size=20))
def test_the_index_finds_what_a_single_look_finds(asked):
    for (lat, lon), spot in zip(asked, FENCES.locate(*zip(*asked, strict=True)), strict=True):
        # a circle is a polygon of 64 corners here, so its very edge is a matter of a thousandth
        assume(abs(distance_km(lat, lon, *HUB) * 1000 - 300) > 1)
        assert (spot.site == "HUB") is inside_geofence(lat, lon, CIRCLE)
        assert (spot.site == "PARK") is inside_geofence(lat, lon, SQUARE)
        assert spot.site is None or spot.site in spot.near


def test_the_edge_is_crossed_where_the_line_meets_it():
    share = FENCES.share_crossed("HUB", (HUB[0] + 1000 * M, HUB[1]), HUB)
    assert share == pytest.approx(0.7, abs=0.001)
    assert FENCES.share_crossed("HUB", HUB, (HUB[0] + 1000 * M, HUB[1])) == pytest.approx(0.3, abs=0.001)


def test_a_line_that_meets_only_the_wider_edge_is_crossed_there():
    here, there = (HUB[0] + 350 * M, HUB[1]), (HUB[0] + 450 * M, HUB[1])
    assert FENCES.share_crossed("HUB", here, there) == pytest.approx(0.5, abs=0.01)


def test_a_line_that_meets_no_edge_or_a_site_that_is_gone_is_crossed_at_its_end():
    assert FENCES.share_crossed("HUB", HUB, HUB) == 1.0
    assert FENCES.share_crossed("GONE", HUB, (37.0, 118.0)) == 1.0


def test_a_corridor_has_the_slack_of_the_leg_a_point_is_nearest_to():
    rough, road = Hop([(36.0, 118.0), (37.0, 118.0)], 30.0), Hop([(37.0, 118.0), (38.0, 118.0)], 0.0)
    far = 40 / (111.195 * 0.80)  # about 40 km east
    outside = outside_km([rough, road], [36.5, 37.9, 36.5], [118.0 + far, 118.0 + far, 118.01])
    assert outside == [pytest.approx(10, abs=0.5), pytest.approx(40, abs=0.9), 0.0]
