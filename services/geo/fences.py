"""The grounds of all sites at once: which of them a batch of points is on, by one index and not one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import cos, radians
from typing import TYPE_CHECKING, Any, NamedTuple

from services.geo import KM_PER_DEGREE, Geofence

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# a circle as a polygon: 64 corners are right to a thousandth of its radius
CORNERS = 64
M_PER_DEGREE = KM_PER_DEGREE * 1000


class Spotted(NamedTuple):
    """Where a point is: the site whose ground it is on (None: none), and all sites within whose wider edge it lies."""

    site: str | None
    near: frozenset[str]


NOWHERE = Spotted(None, frozenset())


class Fences:
    """An index of grounds by site code; ``margin_m`` is how far outside its edge a ground's wider edge lies."""

    def __init__(self, grounds: Iterable[tuple[str, Geofence]], margin_m: int) -> None:
        """Build the index; a site without a ground is nowhere."""
        from shapely import STRtree

        shapes = [(code, _ground(fence)) for code, fence in grounds if fence.ring or fence.radius_m]
        # where grounds overlap the smaller one is meant: the hub in the park
        shapes.sort(key=lambda one: one[1].area)
        self._codes = [code for code, _ in shapes]
        self._inner = dict(shapes)
        self._outer = {code: _wider(shape, margin_m) for code, shape in shapes}
        self._inner_tree = STRtree(list(self._inner.values()))
        self._outer_tree = STRtree(list(self._outer.values()))

    def locate(self, lats: ArrayLike, lons: ArrayLike) -> list[Spotted]:
        """Give where each point is, in their order."""
        import shapely

        points = shapely.points(lons, lats)
        near = _by_point(self._outer_tree.query(points, predicate="intersects"))
        if not near:
            return [NOWHERE] * len(points)
        on = _by_point(self._inner_tree.query(points, predicate="intersects"))
        return [self._spotted(on.get(each, ()), near[each]) if each in near else NOWHERE for each in range(len(points))]

    def share_crossed(self, code: str, here: tuple[float, float], there: tuple[float, float]) -> float:
        """Give after which share of the way, 0 to 1, from one (lat, lon) to another the edge of a site is crossed.

        1 where neither of its two edges is: the site is left or reached no later than at the end.
        """
        from shapely import LineString

        way = LineString([here[::-1], there[::-1]])
        for shape in (self._inner.get(code), self._outer.get(code)):
            if shape is not None and way.length and (met := way.intersection(shape.boundary)):
                return float(min(way.project(point) for point in _points(met)) / way.length)
        return 1.0

    def _spotted(self, on: Sequence[int], near: Sequence[int]) -> Spotted:
        site = self._codes[min(on)] if on else None
        return Spotted(site, frozenset(self._codes[each] for each in near))


def _by_point(pairs: NDArray[Any]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for point, ground in pairs.T.tolist():
        found.setdefault(point, []).append(ground)
    return found


def _points(met: Any) -> Iterable[Any]:
    """Give the points of an intersection; of a piece along the edge, its ends."""
    from shapely import Point, get_coordinates

    return [Point(each) for each in get_coordinates(met)]


def _ground(fence: Geofence) -> Any:
    from shapely import Polygon

    if fence.ring is not None:
        return Polygon(fence.ring)
    return _wider(Polygon(_circle(fence.lat, fence.lon, fence.radius_m or 0)), 0)


def _circle(lat: float, lon: float, radius_m: float) -> list[tuple[float, float]]:
    up = radius_m / M_PER_DEGREE
    across = up / cos(radians(lat))
    return [(lon + across * x, lat + up * y) for x, y in _round()]


@cache
def _round() -> tuple[tuple[float, float], ...]:
    from math import pi, sin

    steps = [2 * pi * each / CORNERS for each in range(CORNERS)]
    return tuple((cos(step), sin(step)) for step in steps)


def _wider(shape: Any, margin_m: int) -> Any:
    """Give a shape with a margin, measured in metres where it lies."""
    if not margin_m:
        return shape
    from shapely.affinity import scale

    narrow = cos(radians(shape.centroid.y))
    origin = (0, 0)
    flat = scale(shape, narrow, 1, origin=origin).buffer(margin_m / M_PER_DEGREE)
    return scale(flat, 1 / narrow, 1, origin=origin)
