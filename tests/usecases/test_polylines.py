"""Lines on the map: the published encoding, lengths, and where a truck stands on its road."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.estimates.remaining_way import left_of
from services.geo import distance_km, polylines

# the example of the format's own description, five decimals
PUBLISHED = "_p~iF~ps|U_ulLnnqC_mqNvxq`@"
PUBLISHED_LINE = [(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)]
# from Shouguang to Beijing in three pieces, roughly
ROAD = [(36.88, 118.74), (37.9, 117.3), (39.1, 117.1), (39.9, 116.4)]

degrees = st.tuples(st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000))
# roads that go east, so that no place is passed twice: (metres north, metres east) of every piece
eastward = st.lists(st.tuples(st.integers(-3000, 3000), st.integers(50, 5000)), min_size=1, max_size=30)


def line_of(steps: list[tuple[int, int]]) -> np.ndarray:
    """Give the line that these steps make from Shouguang, in degrees."""
    return np.array([(36.88, 118.74)]) + np.cumsum([(0, 0), *steps], axis=0) / 111_195 / np.array([1.0, 0.75])


def along(line: np.ndarray, share: float) -> tuple[float, float]:
    """Give the place at a share of the line's points and pieces, worked out another way than the product does."""
    at = share * (len(line) - 1)
    piece = min(int(at), len(line) - 2)
    lat, lon = line[piece] + (line[piece + 1] - line[piece]) * (at - piece)
    return float(lat), float(lon)


def test_the_published_example_is_read_and_written() -> None:
    assert polylines.decode(PUBLISHED, 5) == pytest.approx(np.array(PUBLISHED_LINE))
    assert polylines.encode(PUBLISHED_LINE, 5) == PUBLISHED


@settings(max_examples=200)
@given(st.lists(degrees, min_size=1, max_size=60))
def test_what_is_written_is_read_to_the_millionth(points: list[tuple[int, int]]) -> None:
    line = np.array(points) / 1e6
    assert np.rint(polylines.decode(polylines.encode(line)) * 1e6).astype(int).tolist() == [list(one) for one in points]


@pytest.mark.parametrize(
    "text", ["", "_p~iF", "_p~iF~ps|", "_p~iF~ps|U_", "_p~iF ~ps|U", "\x7f\x7f", "寿光", "~~~~~~~~?", "~~~~~F~~~~~F"]
)
def test_what_is_no_polyline_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        polylines.decode(text)


@given(st.text(st.characters(min_codepoint=30, max_codepoint=140), max_size=60))
def test_any_text_is_a_line_on_the_globe_or_a_value_error(text: str) -> None:
    try:
        line = polylines.decode(text)
    except ValueError:
        return
    assert line.shape[1] == 2
    assert np.abs(line).max() <= 180


def test_the_length_is_that_of_the_great_circles_between_near_points() -> None:
    line = np.array([along(np.array(ROAD), share) for share in np.linspace(0, 1, 301)])
    circles = sum(distance_km(*line[n], *line[n + 1]) for n in range(300))
    assert polylines.length_km(line) == pytest.approx(circles, rel=0.001)
    assert polylines.length_km(ROAD[:1]) == 0


def test_a_place_beside_the_road_is_off_it_by_its_distance() -> None:
    meridian = [(36.0, 118.0), (37.0, 118.0)]
    east_km = 0.05 * np.cos(np.radians(36.5)) * np.pi / 180 * 6371.009
    along_km, off = polylines.progress_km(meridian, [36.5, 36.5, 35.9], [118.0, 118.05, 118.0])
    assert along_km == pytest.approx([55.6, 55.6, 0.0], abs=0.05)
    assert off == pytest.approx([0.0, east_km, 11.12], abs=0.05)
    assert polylines.off_km(meridian, 36.5, 118.05) == pytest.approx([east_km])


def test_of_a_way_there_and_back_the_first_passing_counts() -> None:
    there_and_back = [(36.0, 118.0), (37.0, 118.0), (36.0, 118.0)]
    (done,), _ = polylines.progress_km(there_and_back, 36.25, 118.0)
    assert done == pytest.approx(polylines.length_km(there_and_back) / 8)


def test_points_that_stand_still_have_no_length_and_break_nothing() -> None:
    line = [(36.0, 118.0), (36.0, 118.0), (36.1, 118.0), (36.1, 118.0)]
    (done,), (off,) = polylines.progress_km(line, 36.05, 118.0)
    assert (done, off) == (pytest.approx(polylines.length_km(line) / 2), pytest.approx(0, abs=1e-6))
    assert polylines.progress_km(line, [], [])[0].shape == (0,)
    assert left_of(np.array(line[:2]), [(36.0, 118.0)], 5) == [None]
    with pytest.raises(ValueError, match="two points"):
        polylines.progress_km(line[:1], 36.0, 118.0)


@settings(max_examples=150, deadline=None)
@given(eastward, st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_progress_never_falls_as_a_truck_moves_on(steps: list[tuple[int, int]], shares: list[float]) -> None:
    line = line_of(steps)
    places = [along(line, share) for share in sorted(shares)]
    lats, lons = zip(*places, strict=True)
    done, off = polylines.progress_km(line, lats, lons)
    assert (np.diff(done) >= -0.002).all()
    assert (off < 0.001).all()


@settings(max_examples=150, deadline=None)
@given(eastward, st.floats(0, 1))
def test_what_is_done_and_what_is_left_are_the_whole(steps: list[tuple[int, int]], share: float) -> None:
    line = line_of(steps)
    place = along(line, share)
    whole = polylines.length_km(line)
    (done,), _ = polylines.progress_km(line, *place)
    (left,) = left_of(line, [place], 5)
    (back,), _ = polylines.progress_km(line[::-1], *place)
    assert left is not None
    assert 0 <= left <= 1
    assert done + left * whole == pytest.approx(whole)
    assert done + back == pytest.approx(whole, abs=0.005)


@settings(max_examples=60, deadline=None)
@given(eastward, st.integers(0, 200))
def test_a_thinned_line_keeps_its_ends_and_lies_within_the_tolerance(
    steps: list[tuple[int, int]], tolerance_m: int
) -> None:
    line = line_of(steps)
    thinned = polylines.thinned(line, tolerance_m)
    assert thinned[[0, -1]] == pytest.approx(line[[0, -1]], abs=1e-12)
    assert len(thinned) <= len(line)
    off = polylines.off_km(thinned, line[:, 0], line[:, 1])
    assert off.max() <= tolerance_m / 1000 * 1.01 + 1e-6


def test_a_line_that_stays_within_the_tolerance_is_thinned_to_its_ends_and_nobody_is_on_it() -> None:
    round_the_yard = [(36.0, 118.0), (36.00005, 118.0), (36.0, 118.00001), (36.0, 118.0)]
    thinned = polylines.thinned(round_the_yard, 20)
    assert len(thinned) == 2
    assert polylines.length_km(thinned) == 0
    assert left_of(thinned, [(36.0, 118.0)], 5) == [None]
    assert polylines.decode(polylines.encode(thinned)) == pytest.approx(thinned)


def test_many_points_of_a_long_line_come_out_as_each_alone() -> None:
    line = np.array([along(np.array(ROAD), share) for share in np.linspace(0, 1, 6001)])
    some = line[::10] + 0.01
    together = polylines.progress_km(line, some[:, 0], some[:, 1])
    for number in (0, 1, 333, 599):
        alone = polylines.progress_km(line, *some[number])
        assert (together[0][number], together[1][number]) == (alone[0][0], alone[1][0])


def test_off_the_road_by_more_than_the_limit_is_nowhere_on_it() -> None:
    meridian = np.array([(36.0, 118.0), (37.0, 118.0)])
    near, far = (36.5, 118.0 + 5 / 89.39), (36.5, 118.0 + 5.01 / 89.39)
    (there, away) = left_of(meridian, [near, far], 5.0)
    assert (there, away) == (pytest.approx(0.5), None)
