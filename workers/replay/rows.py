"""The rows of a carrier's file: read, checked, and refused with a reason when they cannot be true.

Times in the file are local; they are read as the product's local time (Asia/Shanghai).
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.clock import LOCAL_ZONE
from services.geo import distance_km, valid_point

COLUMNS = (
    "booking_no", "booked_on", "origin", "destination", "origin_lat_lon", "destination_lat_lon",
    "departed_at", "arrived_at", "distance_km", "vehicle_type", "shipper", "material",
)  # fmt: skip
LONGEST = timedelta(days=30)
SHORTEST = timedelta(minutes=15)
FASTEST_KMH = 110
BEFORE_DEPARTURE = timedelta(hours=3)
DESK_OPENS = timedelta(hours=8)


class BadFileError(Exception):
    """The file cannot be replayed at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the file: its name, its city, and its point in degrees."""

    name: str
    city: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Booking:
    """One row that can be true: from where to where, when it was booked, left and arrived (aware UTC)."""

    number: str
    shipper: str
    material: str
    origin: Place
    destination: Place
    booked_at: datetime
    departed_at: datetime
    arrived_at: datetime
    distance_km: float | None
    vehicle_type: str

    @property
    def straight_km(self) -> float:
        """Give the great circle in km."""
        return distance_km(self.origin.lat, self.origin.lon, self.destination.lat, self.destination.lon)


@dataclass(slots=True)
class Read:
    """What a file held: bookings in the order of booking, and the count of refused rows by reason."""

    rows: int
    bookings: list[Booking]
    refused: Counter[str]


class RefusedRowError(Exception):
    """One row cannot be true; ``code`` says why."""

    def __init__(self, code: str) -> None:
        """Keep the reason's code."""
        self.code = code
        super().__init__(code)


def read(path: Path) -> Read:
    """Read a file with the documented columns; raise BadFileError when it is not one."""
    refused: Counter[str] = Counter()
    bookings: list[Booking] = []
    seen: set[str] = set()
    rows = 0
    for row in _records(path):
        rows += 1
        try:
            booking = _booking(row)
        except RefusedRowError as error:
            refused[error.code] += 1
            continue
        if booking.number in seen:
            refused["DUPLICATE_BOOKING"] += 1
            continue
        seen.add(booking.number)
        bookings.append(booking)
    bookings.sort(key=lambda one: (one.booked_at, one.number))
    return Read(rows, bookings, refused)


def _records(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = set(COLUMNS) - set(reader.fieldnames or ())
            if missing:
                raise BadFileError(f"{path} lacks the columns {', '.join(sorted(missing))}")
            yield from reader
    except (OSError, UnicodeDecodeError) as error:
        raise BadFileError(f"{path} cannot be read: {error}") from error


def _booking(row: dict[str, str]) -> Booking:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not cells["booking_no"]:
        raise RefusedRowError("BOOKING_NUMBER_MISSING")
    departed, arrived = _instant(cells["departed_at"]), _instant(cells["arrived_at"])
    booking = Booking(
        number=cells["booking_no"][:64],
        shipper=_tidy(cells["shipper"]) or "unknown",
        material=_tidy(cells["material"])[:120] or "goods",
        origin=_place(cells["origin"], cells["origin_lat_lon"]),
        destination=_place(cells["destination"], cells["destination_lat_lon"]),
        booked_at=_booked_at(cells["booked_on"], departed),
        departed_at=departed,
        arrived_at=arrived,
        distance_km=_distance(cells["distance_km"]),
        vehicle_type=_tidy(cells["vehicle_type"]),
    )
    _check_times(booking)
    return booking


def _check_times(booking: Booking) -> None:
    lasted = booking.arrived_at - booking.departed_at
    if lasted <= timedelta(0):
        raise RefusedRowError("ARRIVAL_BEFORE_DEPARTURE")
    if lasted > LONGEST:
        raise RefusedRowError("TRIP_OVER_30_DAYS")
    if lasted < SHORTEST:
        raise RefusedRowError("TRIP_UNDER_15_MINUTES")
    if booking.straight_km > FASTEST_KMH * lasted / timedelta(hours=1):
        raise RefusedRowError("FASTER_THAN_A_TRUCK")


def _instant(text: str) -> datetime:
    for form in ("%m/%d/%y %H:%M", "%m/%d/%Y %H:%M"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=LOCAL_ZONE).astimezone(UTC)
        except ValueError:
            continue
    raise RefusedRowError("TIME_MISSING_OR_UNREADABLE")


def _booked_at(text: str, departed_at: datetime) -> datetime:
    """Give when the desk took the booking: at eight on its day, and three hours before departure at the latest."""
    latest = departed_at - BEFORE_DEPARTURE
    try:
        day = datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=LOCAL_ZONE)
    except ValueError as error:
        raise RefusedRowError("BOOKING_DATE_UNREADABLE") from error
    return min(latest, day.astimezone(UTC) + DESK_OPENS)


def _place(text: str, lat_lon: str) -> Place:
    parts = [_tidy(part) for part in text.split(",") if part.strip()]
    try:
        lat, lon = (float(part) for part in lat_lon.split(","))
    except ValueError as error:
        raise RefusedRowError("COORDINATES_MISSING_OR_UNREADABLE") from error
    if not parts or not valid_point(lat, lon):
        raise RefusedRowError("COORDINATES_MISSING_OR_UNREADABLE")
    return Place(" ".join(parts[:-2]) or parts[0], ", ".join(parts[-2:]), round(lat, 6), round(lon, 6))


def _distance(text: str) -> float | None:
    try:
        return float(text) or None
    except ValueError:
        return None


def _tidy(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f]+", " ", text).strip()
