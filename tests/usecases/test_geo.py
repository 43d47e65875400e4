"""Distances, geofences and the shift of Chinese maps, without any network."""

from __future__ import annotations

import subprocess
import sys
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.geo import (
    Geofence,
    as_ring,
    distance_km,
    distances_km,
    flat_km,
    gcj02_to_wgs84,
    inside_geofence,
    valid_point,
    valid_ring,
    wgs84_to_gcj02,
)

BEIJING, SHANGHAI = (39.9042, 116.4074), (31.2304, 121.4737)
YARD = [[121.0, 31.0], [121.01, 31.0], [121.01, 31.01], [121.0, 31.01]]
lats = st.floats(18.2, 53.5)
lons = st.floats(73.6, 134.7)


def test_beijing_to_shanghai_is_1067_km():
    assert distance_km(*BEIJING, *SHANGHAI) == pytest.approx(1067.3, abs=0.5)


@settings(max_examples=200, deadline=None)
@given(lats, lons, st.floats(-0.6, 0.6), st.floats(-0.7, 0.7))
def test_the_flat_distance_is_right_to_a_hundredth_within_100_km(lat, lon, north, east):
    there = (lat + north, lon + east)
    exact = distance_km(lat, lon, *there)
    if exact <= 100:
        assert flat_km(lat, lon, *there) == pytest.approx(exact, rel=0.01, abs=0.001)


def test_no_way_is_no_distance():
    assert distance_km(*BEIJING, *BEIJING) == 0


@settings(max_examples=60, deadline=None)
@given(lats, lons, st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=5))
def test_a_batch_gives_the_same_distances_one_by_one(lat: float, lon: float, points: list[tuple[float, float]]):
    batch = distances_km(lat, lon, [p[0] for p in points], [p[1] for p in points])
    assert list(batch) == pytest.approx([distance_km(lat, lon, *point) for point in points], abs=0.001)


def test_a_point_in_the_ring_or_on_its_edge_is_inside():
    fence = Geofence(31.005, 121.005, ring=as_ring(YARD))
    assert inside_geofence(31.005, 121.005, fence)
    assert inside_geofence(31.0, 121.005, fence)
    assert not inside_geofence(30.9999, 121.005, fence)


def test_the_ring_decides_over_the_circle():
    fence = Geofence(31.005, 121.005, radius_m=50_000, ring=as_ring(YARD))
    assert not inside_geofence(31.02, 121.005, fence)


def test_a_circle_holds_what_is_within_its_radius():
    away_m = distance_km(31.0, 121.0, 31.001, 121.0) * 1000
    assert inside_geofence(31.001, 121.0, Geofence(31.0, 121.0, radius_m=away_m))
    assert not inside_geofence(31.001, 121.0, Geofence(31.0, 121.0, radius_m=away_m - 0.01))


def test_a_site_without_fence_has_no_inside():
    assert not inside_geofence(31.0, 121.0, Geofence(31.0, 121.0))


@pytest.mark.parametrize(
    ("points", "valid"),
    [
        (YARD, True),
        ([*YARD, YARD[0]], True),
        (YARD[:2], False),
        ([YARD[0], YARD[0], YARD[1]], False),
        ([YARD[0], YARD[2], YARD[1], YARD[3]], False),
        ([[121.0, 31.0, 5.0], *YARD[1:]], False),
        ([[121.0, 95.0], *YARD[1:]], False),
        ([[121.0, nan], *YARD[1:]], False),
    ],
)
def test_a_ring_encloses_ground_without_crossing_itself(points: list[list[float]], valid: bool):
    assert valid_ring(points) is valid


@pytest.mark.parametrize(
    ("lat", "lon", "valid"),
    [
        (*SHANGHAI, True),
        (90, 180, True),
        (90.0001, 0, False),
        (0, -180.0001, False),
        (nan, 121, False),
        (31, inf, False),
        (0, 0, False),
        (0, 121, True),
    ],
)
def test_a_position_is_finite_on_the_globe_and_not_the_empty_fix(lat: float, lon: float, valid: bool):
    assert valid_point(lat, lon) is valid


def test_the_shift_in_beijing_is_the_known_one():
    # a pair published with several open conversion libraries
    assert wgs84_to_gcj02(39.915, 116.404) == pytest.approx((39.91640428150164, 116.41024449916938), abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(lats, lons)
def test_there_and_back_is_the_same_place(lat: float, lon: float):
    back = gcj02_to_wgs84(*wgs84_to_gcj02(lat, lon))
    assert distance_km(lat, lon, *back) * 1000 < 0.01


@settings(max_examples=60, deadline=None)
@given(lats, lons)
def test_the_shift_is_hundreds_of_metres(lat: float, lon: float):
    assert 0.01 < distance_km(lat, lon, *wgs84_to_gcj02(lat, lon)) < 1.5


@pytest.mark.parametrize("point", [(48.8566, 2.3522), (-33.8688, 151.2093), (40.7128, -74.006)])
def test_outside_china_nothing_is_shifted(point: tuple[float, float]):
    assert wgs84_to_gcj02(*point) == point == gcj02_to_wgs84(*point)


def test_importing_the_module_loads_no_map_library():
    code = "import services.geo, sys; sys.exit(any(m in sys.modules for m in ('shapely', 'numpy', 'geopy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
