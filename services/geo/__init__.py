"""Where things are: distances, geofences and the two datums used in China. Knows no network and no map provider.

Coordinates are degrees, latitude first; WGS-84 is the stored datum. The map libraries load on first use, so a
process that never asks for a fence starts light.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, isfinite, pi, radians, sin, sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_KM = 6371.009
KM_PER_DEGREE = EARTH_RADIUS_KM * pi / 180
Ring = tuple[tuple[float, float], ...]

# GCJ-02 is defined on the Krasovsky 1940 ellipsoid and only inside this rectangle
_AXIS_M = 6378245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_CHINA_LAT = (0.8293, 55.8271)
_CHINA_LON = (72.004, 137.8347)
_INVERSE_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Geofence:
    """The ground of a site: a ring of (longitude, latitude) as in GeoJSON, or a circle round its point."""

    lat: float
    lon: float
    radius_m: float | None = None
    ring: Ring | None = None


def valid_point(lat: float, lon: float) -> bool:
    """Tell whether this can be a position; 0, 0 is what a device without a fix sends."""
    return isfinite(lat) and isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0, 0)


def distance_km(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """Great-circle distance of two points in km."""
    from geopy.distance import great_circle

    return float(great_circle((a_lat, a_lon), (b_lat, b_lon)).km)


def flat_km(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """Distance in km of two points near each other, as on a map: right to a hundredth within 100 km, and cheap."""
    return hypot(b_lat - a_lat, (b_lon - a_lon) * cos(radians((a_lat + b_lat) / 2))) * KM_PER_DEGREE


def distances_km(lat: ArrayLike, lon: ArrayLike, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distances in km from one point, or from as many, to many, for batches."""
    import numpy as np

    here_lat, here_lon = np.radians(np.asarray(lat, float)), np.radians(np.asarray(lon, float))
    there_lat, there_lon = np.radians(np.asarray(lats, float)), np.radians(np.asarray(lons, float))
    half_chord_2 = (
        np.sin((there_lat - here_lat) / 2) ** 2
        + np.cos(here_lat) * np.cos(there_lat) * np.sin((there_lon - here_lon) / 2) ** 2
    )
    km: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half_chord_2, 1.0)))
    return km


def valid_ring(points: Sequence[Sequence[float]]) -> bool:
    """Tell whether these (longitude, latitude) points enclose a ground: three at least, edges that do not cross."""
    from shapely.geometry import Polygon

    if len({tuple(point) for point in points}) < 3 or not all(len(point) == 2 for point in points):
        return False
    return all(valid_point(lat, lon) for lon, lat in points) and bool(Polygon(points).is_valid)


def as_ring(points: Sequence[Sequence[float]]) -> Ring:
    """Give a stored list of [longitude, latitude] the form a Geofence holds."""
    return tuple((float(lon), float(lat)) for lon, lat in points)


def inside_geofence(lat: float, lon: float, fence: Geofence) -> bool:
    """Tell whether a point lies in the fence or on its edge; the ring decides where there is one, else the circle.

    A site without either has no ground, so nothing is inside.
    """
    if fence.ring is not None:
        from shapely import intersects_xy

        return bool(intersects_xy(_polygon(fence.ring), lon, lat))
    if fence.radius_m is None:
        return False
    return distance_km(lat, lon, fence.lat, fence.lon) * 1000 <= fence.radius_m


@lru_cache(maxsize=4096)
def _polygon(ring: Ring) -> Any:
    from shapely import prepare
    from shapely.geometry import Polygon

    polygon = Polygon(ring)
    prepare(polygon)
    return polygon


def wgs84_to_gcj02(lat: float, lon: float) -> tuple[float, float]:
    """Shift a WGS-84 point to the datum of Chinese maps; outside China nothing is shifted."""
    if not _in_china(lat, lon):
        return lat, lon
    shift_lat, shift_lon = _shift(lat, lon)
    return lat + shift_lat, lon + shift_lon


def gcj02_to_wgs84(lat: float, lon: float) -> tuple[float, float]:
    """Give the WGS-84 point that GCJ-02 shifts here, to better than a metre; outside China nothing is shifted."""
    if not _in_china(lat, lon):
        return lat, lon
    back_lat, back_lon = lat, lon
    for _ in range(_INVERSE_ROUNDS):
        shift_lat, shift_lon = _shift(back_lat, back_lon)
        back_lat, back_lon = lat - shift_lat, lon - shift_lon
    return back_lat, back_lon


def _in_china(lat: float, lon: float) -> bool:
    return _CHINA_LAT[0] <= lat <= _CHINA_LAT[1] and _CHINA_LON[0] <= lon <= _CHINA_LON[1]


def _shift(lat: float, lon: float) -> tuple[float, float]:
    """Offset of GCJ-02 in degrees, by the published polynomial and sine series around 35 N 105 E."""
    x, y = lon - 105.0, lat - 35.0
    wave = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    flat = 1 - _ECCENTRICITY_2 * sin(lat / 180.0 * pi) ** 2
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY_2) / (flat * sqrt(flat))
    parallel_m = _AXIS_M / sqrt(flat) * cos(lat / 180.0 * pi)
    return north * 180.0 / (meridian_m * pi), east * 180.0 / (parallel_m * pi)
