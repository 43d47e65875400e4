"""Batches of positions, checked by hand: a schema for each of 500 fixes would cost more than storing them.

The form is the one documented by ``app/schemas/positions.py``; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from app.kit.fields import instant
from app.kit.problems import InvalidInputError
from models.vocabulary import CoordSystem, RoadClass
from services.geo import gcj02_to_wgs84
from services.tracking import Fix

MAX_BATCH = 500
PLATE = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,12}")
MAX_KMH = 400
FULL_CIRCLE = 360
MAX_LIMIT_KMH = 150
MAX_VISIBILITY_M = 100_000
ROADS = {road.value: road for road in RoadClass}
DATUMS = {datum.value: datum for datum in CoordSystem}
REQUIRED = ("plate", "fix_at", "lat", "lon")

Check = Callable[[Any], Any]


class _FaultyError(ValueError):
    """One value does not have the documented form; the text says what is wanted."""


def fixes(data: Any) -> list[Fix]:
    """Give the positions of a parsed body as WGS-84 fixes; InvalidInputError with a pointer for every fault."""
    batch = data.get("positions") if isinstance(data, dict) else None
    if not isinstance(batch, list) or not 1 <= len(batch) <= MAX_BATCH or len(data) != 1:
        message = f"Give only “positions”, a list of 1 to {MAX_BATCH}."
        raise InvalidInputError([_fault("/positions", message)])
    faults: list[dict[str, str]] = []
    made = [_fix(index, item, faults) for index, item in enumerate(batch)]
    if faults:
        raise InvalidInputError(faults)
    return [fix for fix in made if fix is not None]


def _fix(index: int, item: Any, faults: list[dict[str, str]]) -> Fix | None:
    """Check one position; what is wrong with it is added to ``faults``."""
    if not isinstance(item, dict):
        faults.append(_fault(f"/positions/{index}", "Not an object."))
        return None
    known = len(faults)
    faults.extend(_misnamed(index, item))
    values: dict[str, Any] = {}
    for name, value in item.items():
        check = CHECKS.get(name)
        if check is not None:
            try:
                values[name] = check(value)
            except _FaultyError as error:
                faults.append(_fault(f"/positions/{index}/{name}", str(error)))
    if len(faults) > known:
        return None
    if values.pop("coord_system", CoordSystem.WGS84) is CoordSystem.GCJ02:
        values["lat"], values["lon"] = gcj02_to_wgs84(values["lat"], values["lon"])
    return Fix(**values)


def _misnamed(index: int, item: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for name in REQUIRED:
        if name not in item:
            yield _fault(f"/positions/{index}/{name}", "Missing data for required field.")
    for name in item.keys() - CHECKS.keys():
        step = name.replace("~", "~0").replace("/", "~1")
        yield _fault(f"/positions/{index}/{step}", "Unknown field.")


def _fault(pointer: str, message: str) -> dict[str, str]:
    return {"pointer": pointer, "code": "invalid", "message": message}


def _plate(value: Any) -> str:
    if not isinstance(value, str) or not PLATE.fullmatch(value):
        raise _FaultyError("Not a number plate of 1 to 12 characters.")
    return value


def _instant(value: Any) -> datetime:
    at = instant(value)
    if at is None:
        raise _FaultyError("Not an RFC 3339 time with an offset, from 2000 to 2099.")
    return at


def _number(low: float, high: float) -> Check:
    def check(value: Any) -> float:
        if type(value) not in {int, float} or not low <= value <= high:
            raise _FaultyError(f"Not a number from {low} to {high}.")
        return float(value)

    return check


def _integer(low: int, high: int) -> Check:
    def check(value: Any) -> int:
        whole = int(value) if type(value) is float and value.is_integer() else value
        if type(whole) is not int or not low <= whole <= high:
            raise _FaultyError(f"Not an integer from {low} to {high}.")
        return whole

    return check


def _word(words: Mapping[str, Any]) -> Check:
    def check(value: Any) -> Any:
        if not isinstance(value, str) or value not in words:
            raise _FaultyError(f"Must be one of: {', '.join(words)}.")
        return words[value]

    return check


CHECKS: Mapping[str, Check] = {
    "plate": _plate,
    "fix_at": _instant,
    "lat": _number(-90, 90),
    "lon": _number(-180, 180),
    "speed_kmh": _number(0, MAX_KMH),
    "heading": _integer(0, FULL_CIRCLE),
    "road": _word(ROADS),
    "signed_limit_kmh": _integer(5, MAX_LIMIT_KMH),
    "visibility_m": _integer(0, MAX_VISIBILITY_M),
    "coord_system": _word(DATUMS),
}
