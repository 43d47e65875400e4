"""Reads the two files of the report: legs in time order, and what was known of the corridors before."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.clock import LOCAL_ZONE
from services.policy.travel import LaneSummary, Way

# a truck's pace in minutes a km and the minutes that every way takes besides, where a file gives only km
MINUTES_PER_KM, MINUTES_BESIDES = 0.9, 5.0
LEG_COLUMNS = ("source_center", "destination_center", "route_type", "departed_at", "osrm_minutes", "actual_minutes")
CORRIDOR_COLUMNS = ("source_center", "destination_center", "legs", "median_actual_over_osrm", "median_osrm_km",
                    "route_type")  # fmt: skip
PUBLISHED = {"published_corridor": "published_corridor_minutes", "published_gbm": "published_gbm_minutes"}


class BadFileError(Exception):
    """A file that cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One real leg: the way, how long it really took, and what others said it would (minutes, None without)."""

    way: Way
    actual_minutes: float
    published: Mapping[str, float | None]


def legs(path: Path) -> list[Leg]:
    """Give the legs by departure; BadFileError for a missing column or a row that is not numbers."""
    found = [_leg(path, number, row) for number, row in _rows(path, LEG_COLUMNS)]
    if not found:
        raise BadFileError(f"{path}: no legs in it")
    return sorted(found, key=lambda leg: leg.way.departs_at)


def corridors(path: Path, before: datetime) -> list[LaneSummary]:
    """Give what was learnt of each corridor before the first leg."""
    return [_corridor(path, number, row, before) for number, row in _rows(path, CORRIDOR_COLUMNS)]


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise BadFileError(f"{path}: the columns {', '.join(missing)} are missing")
            yield from enumerate(reader, 2)
    except (OSError, UnicodeDecodeError) as error:
        raise BadFileError(f"{path}: {error}") from error


def _leg(path: Path, number: int, row: Mapping[str, str]) -> Leg:
    try:
        at = datetime.fromisoformat(row["departed_at"])
        way = Way(
            origin=row["source_center"],
            destination=row["destination_center"],
            vehicle_type=row["route_type"],
            router_minutes=float(row["osrm_minutes"]),
            departs_at=at if at.tzinfo else at.replace(tzinfo=LOCAL_ZONE),
        )
        published = {name: float(row[column]) if row.get(column) else None for name, column in PUBLISHED.items()}
        return Leg(way, _positive(row["actual_minutes"]), published)
    except ValueError as error:
        raise BadFileError(f"{path}, line {number}: {error}") from error


def _corridor(path: Path, number: int, row: Mapping[str, str], before: datetime) -> LaneSummary:
    try:
        minutes = float(row["median_osrm_km"]) * MINUTES_PER_KM + MINUTES_BESIDES
        way = Way(row["source_center"], row["destination_center"], row["route_type"], minutes, before)
        return LaneSummary(way, int(row["legs"]), _positive(row["median_actual_over_osrm"]))
    except ValueError as error:
        raise BadFileError(f"{path}, line {number}: {error}") from error


def _positive(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise ValueError(f"{text} is not above 0")
    return number
