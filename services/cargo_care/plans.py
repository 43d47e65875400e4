"""What people say about the goods of a truck in an accident: what is damaged, and how the rest goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.vocabulary import ClosureKind, ConsentMeans, SealFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDamage:
    """How one cargo line came through: damaged pieces (none is said as 0), a note, photos by file id."""

    line_no: int
    damaged_quantity: int
    note: str | None = None
    photos: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A shipper's consent to the transhipment: who gave it for him, when and how (R-S-11)."""

    shipper: str
    who: str
    means: ConsentMeans
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the goods change trucks: a known site, or a point in WGS-84 degrees with its address.

    What is left out is taken from the accident; the region of a new place is that of the nearest known one.
    """

    site: str | None = None
    lat: float | None = None
    lon: float | None = None
    address: str | None = None
    region_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranshipmentPlan:
    """The other truck and crew, the seals as they were taken off, the consents, and when the goods came off."""

    occurred_at: datetime
    plate: str
    trailer_plate: str | None = None
    planned_departure_at: datetime
    planned_arrival_at: datetime | None = None
    permit_number: str | None = None
    permit_limit_kmh: int | None = None
    escort_plan: str | None = None
    drivers: Sequence[str]
    escort: str | None = None
    seals: Mapping[ClosureKind, tuple[str | None, SealFinding]]
    photo: str | None = None
    consents: Sequence[Consent]
    place: Place = Place()
