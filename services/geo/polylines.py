"""Lines on the map: encoded polylines read, written and thinned out, and where points stand along a line.

A line is an array of shape (points, 2) in degrees, latitude first, WGS-84, straight in latitude and longitude between
its points. Lengths are taken as on a map with the parallel's own scale, piece by piece: right to a thousandth where the
pieces are those of a road. Everything is a function of arrays; nothing here knows trips, tables or the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.geo import KM_PER_DEGREE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

# routers answer with six decimals (polyline6), a tenth of a metre
DECIMALS = 6
# characters are printable: 63 to 126; a letter carries five bits and, in the sixth, whether another follows
_LOWEST, _HIGHEST, _FOLLOWED, _BITS = 63, 126, 0x20, 5
_LONGEST = 7  # letters of one number: 35 bits hold a full turn of the earth in millionths of a degree
# pieces this near are the same road: of a way there and back the first passing counts
_SAME_KM = 0.001
# how many point-to-piece pairs are held in memory at a time
_PAIRS = 2_000_000


def decode(text: str, decimals: int = DECIMALS) -> Floats:
    """Read an encoded polyline; ValueError for what is none or leaves the globe."""
    import numpy as np

    letters = np.frombuffer(text.encode("ascii"), dtype=np.uint8).astype(np.int64)
    if letters.size and (letters.min() < _LOWEST or letters.max() > _HIGHEST):
        raise ValueError("a polyline holds characters from ? to ~ only")
    letters -= _LOWEST
    ends = np.flatnonzero(letters < _FOLLOWED)
    if ends.size == 0 or ends.size % 2 or ends[-1] != letters.size - 1:
        raise ValueError("a polyline is made of whole pairs of numbers")
    begins = np.concatenate(([0], ends[:-1] + 1))
    if (ends - begins).max() >= _LONGEST:
        raise ValueError("a number of the polyline is too long")
    place = np.arange(letters.size) - np.repeat(begins, ends - begins + 1)
    folded = np.add.reduceat((letters & (_FOLLOWED - 1)) << (_BITS * place), begins)
    steps = np.where(folded & 1, ~(folded >> 1), folded >> 1).reshape(-1, 2)
    line: Floats = np.cumsum(steps, axis=0) / 10.0**decimals
    if np.abs(line[:, 0]).max() > 90 or np.abs(line[:, 1]).max() > 180:
        raise ValueError("the polyline leaves the globe")
    return line


def encode(line: ArrayLike, decimals: int = DECIMALS) -> str:
    """Write a line as an encoded polyline, rounded to this many decimals."""
    import numpy as np

    whole = np.rint(np.asarray(line, dtype=np.float64) * 10.0**decimals).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel()
    folded = np.where(steps < 0, ~(steps << 1), steps << 1)
    parts = folded[:, None] >> (_BITS * np.arange(_LONGEST))
    written = (parts > 0) | (np.arange(_LONGEST) == 0)
    followed = parts >> _BITS > 0
    letters = (parts & (_FOLLOWED - 1)) + followed * _FOLLOWED + _LOWEST
    packed: bytes = letters[written].astype(np.uint8).tobytes()
    return packed.decode("ascii")


def length_km(line: ArrayLike) -> float:
    """Give the length of a line in km; 0 for a single point."""
    return float(_pieces_km(_array(line)).sum())


def thinned(line: ArrayLike, tolerance_m: float) -> Floats:
    """Leave out the points without which the line stays within ``tolerance_m`` of itself; both ends are kept."""
    import numpy as np
    from shapely import LineString

    whole = _array(line)
    if len(whole) < 3:
        return whole
    # a map on which a degree is the same length both ways, true to scale in the middle of the line
    scale = np.array([1.0, np.cos(np.radians(whole[:, 0].mean()))])
    tolerance = tolerance_m / 1000 / KM_PER_DEGREE
    kept = np.asarray(LineString(whole * scale).simplify(tolerance, preserve_topology=False).coords)
    made: Floats = kept / scale
    return made


def progress_km(line: ArrayLike, lats: ArrayLike, lons: ArrayLike) -> tuple[Floats, Floats]:
    """Give, for each of many points, the km along the line to the place nearest to it, and the km off the line.

    Where the line passes a place twice, the first passing counts: a truck is never taken to be further than it is.
    """
    import numpy as np

    whole, points = _array(line), np.stack((_column(lats), _column(lons)), axis=1)
    if len(whole) < 2:
        raise ValueError("a line has two points at least")
    size = max(1, _PAIRS // len(whole))
    parts = [_nearest(whole, points[begin : begin + size]) for begin in range(0, len(points), size)]
    if not parts:
        return np.zeros(0), np.zeros(0)
    along, off = (np.concatenate(column) for column in zip(*parts, strict=True))
    return along, off


def off_km(line: ArrayLike, lats: ArrayLike, lons: ArrayLike) -> Floats:
    """Give, for each of many points, its distance from the line in km: the half width of a corridor it lies in."""
    return progress_km(line, lats, lons)[1]


def _nearest(line: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Work out along and off for some points against every piece of the line at once, in km north and east."""
    import numpy as np

    wide = _parallel(line) * KM_PER_DEGREE
    north, east = np.diff(line[:, 0]) * KM_PER_DEGREE, np.diff(line[:, 1]) * wide
    away_n = (points[:, :1] - line[:-1, 0]) * KM_PER_DEGREE
    away_e = (points[:, 1:] - line[:-1, 1]) * wide
    square = north**2 + east**2
    share = (away_n * north + away_e * east) / np.where(square > 0, square, 1.0)
    np.clip(share, 0.0, 1.0, out=share)
    away_n -= share * north
    away_e -= share * east
    off_2 = away_n**2 + away_e**2
    off = np.sqrt(off_2.min(axis=1))
    first = np.argmax(off_2 <= (off[:, None] + _SAME_KM) ** 2, axis=1)
    lengths = np.sqrt(square)
    before = np.concatenate(([0.0], np.cumsum(lengths)))
    along: Floats = before[first] + share[np.arange(len(points)), first] * lengths[first]
    return along, off


def _pieces_km(line: Floats) -> Floats:
    import numpy as np

    steps = np.diff(line, axis=0)
    made: Floats = np.hypot(steps[:, 0], steps[:, 1] * _parallel(line)) * KM_PER_DEGREE
    return made


def _parallel(line: Floats) -> Floats:
    """Give how long a degree of longitude is on each piece, in degrees of latitude."""
    import numpy as np

    made: Floats = np.cos(np.radians((line[1:, 0] + line[:-1, 0]) / 2))
    return made


def _array(line: ArrayLike) -> Floats:
    import numpy as np

    return np.asarray(line, dtype=np.float64).reshape(-1, 2)


def _column(values: ArrayLike) -> Floats:
    import numpy as np

    return np.atleast_1d(np.asarray(values, dtype=np.float64))
