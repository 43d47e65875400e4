"""Corridors: how far points are outside the band that a planned way may be driven in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.geo.polylines import off_km

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Hop:
    """One leg of a plan: its line in degrees, latitude first, and how far off it the unknown road may run, in km."""

    line: ArrayLike
    slack_km: float


def outside_km(hops: Sequence[Hop], lats: ArrayLike, lons: ArrayLike) -> list[float]:
    """Give how far each point is outside the band of the leg it is nearest to, in km; 0 inside it."""
    import numpy as np

    apart = [off_km(hop.line, lats, lons) - hop.slack_km for hop in hops]
    return [float(km) for km in np.maximum(np.min(apart, axis=0), 0.0)]
