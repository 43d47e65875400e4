"""Batches of positions, checked by hand: a schema for each of 500 fixes would cost more than storing them.

The form is the one documented by ``app/schemas/positions.py``; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import datetime
from itertools import repeat
from typing import Any

import orjson

from app.kit import jsonio
from app.kit.fields import instant
from app.kit.problems import InvalidInputError
from models.vocabulary import CoordSystem, RoadClass
from services.positions.tracking import Fix

MAX_BATCH = 500
PLATE = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,12}")
MAX_KMH = 400
FULL_CIRCLE = 360
MAX_LIMIT_KMH = 150
MAX_VISIBILITY_M = 100_000
ROADS = {road.value: road for road in RoadClass}
DATUMS = {datum.value: datum for datum in CoordSystem}
TERMINAL_FORM = r"^[A-Za-z0-9._-]{1,32}$"
TERMINAL = re.compile(TERMINAL_FORM[1:-1], re.ASCII)
REQUIRED = ("fix_at", "lat", "lon")
# a name is followed by its colon at once: what counts the names of a body below relies on it
APART = re.compile(rb'"\s+:')

ONE_OF = "Name the vehicle by its plate or the device, one of them."

Check = Callable[[Any], Any]
NUMBERS, WHOLE = frozenset({int, float}), frozenset({int})
Column = Callable[[tuple[Any, ...]], Iterable[Any]]


class _FaultyError(ValueError):
    """One value does not have the documented form; the text says what is wanted."""


def parse(data: bytes) -> Any:
    """Parse a body as strictly as any other (``app/kit/jsonio.py``), a plain batch five times as fast.

    The fast parser keeps the last of a name that stands twice. So the names are counted in the text as well, and
    whatever does not add up, or is no batch, goes the slow way, which also says what is wrong.
    """
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError:
        return jsonio.loads(data)
    batch = body.get("positions") if type(body) is dict else None
    if type(batch) is not list or any(type(item) is not dict for item in batch):
        return jsonio.loads(data)
    names = len(body) + sum(map(len, batch))
    plain = data.count(b'":') == names and APART.search(data) is None
    return body if plain else jsonio.loads(data)


def fixes(data: Any) -> list[Fix]:
    """Give the positions of a parsed body as fixes; InvalidInputError with a pointer for every fault."""
    batch = data.get("positions") if isinstance(data, dict) else None
    if not isinstance(batch, list) or not 1 <= len(batch) <= MAX_BATCH or len(data) != 1:
        message = f"Give only “positions”, a list of 1 to {MAX_BATCH}."
        raise InvalidInputError([_fault("/positions", message)])
    try:
        return _alike(batch)
    except (AttributeError, KeyError, TypeError, _FaultyError):
        return _one_by_one(batch)


def _alike(batch: list[Any]) -> list[Fix]:
    """Check positions that all name the same things, as one sender's do, column by column: in half the time.

    Raises AttributeError, KeyError, TypeError or _FaultyError when they do not, or when anything at all is wrong.
    """
    shapes = {tuple(item) for item in batch}
    if len(shapes) != 1:
        raise _FaultyError("Not alike.")
    columns = zip(*(item.values() for item in batch), strict=True)
    checked = {name: COLUMNS[name](column) for name, column in zip(shapes.pop(), columns, strict=True)}
    if ("plate" in checked) == ("device" in checked):
        raise _FaultyError(ONE_OF)
    if "coord_system" in checked:
        checked["datum"] = checked.pop("coord_system")
    whole = (checked[name] if name in checked else repeat(LEFT_OUT[name], len(batch)) for name in Fix._fields)
    return list(map(Fix._make, zip(*whole, strict=True)))


def _one_by_one(batch: list[Any]) -> list[Fix]:
    """Check each position by itself: any mixture, and everything that is wrong is said."""
    faults: list[dict[str, str]] = []
    made = [_fix(index, item, faults) for index, item in enumerate(batch)]
    if faults:
        raise InvalidInputError(faults)
    return [fix for fix in made if fix is not None]


def _fix(index: int, item: Any, faults: list[dict[str, str]]) -> Fix | None:
    """Check one position; what is wrong with it is added to ``faults``."""
    try:
        return _made({name: CHECKS[name](value) for name, value in item.items()})
    except (AttributeError, KeyError, _FaultyError):
        # something is wrong, or missing: look again, at everything
        found = list(_faults(index, item))
        if not found:
            raise
        faults.extend(found)
        return None


def _made(values: dict[str, Any]) -> Fix:
    if ("plate" in values) == ("device" in values):
        raise _FaultyError(ONE_OF)
    values.setdefault("plate", "")
    if "coord_system" in values:
        values["datum"] = values.pop("coord_system")
    try:
        return Fix(**values)
    except TypeError as error:
        raise _FaultyError("Missing data for required field.") from error


def _faults(index: int, item: Any) -> Iterator[dict[str, str]]:
    """Say everything that is wrong with a position."""
    if not isinstance(item, dict):
        yield _fault(f"/positions/{index}", "Not an object.")
        return
    if ("plate" in item) == ("device" in item):
        yield _fault(f"/positions/{index}/plate", ONE_OF)
    for name in REQUIRED:
        if name not in item:
            yield _fault(f"/positions/{index}/{name}", "Missing data for required field.")
    for name, value in item.items():
        step = name.replace("~", "~0").replace("/", "~1")
        check = CHECKS.get(name)
        if check is None:
            yield _fault(f"/positions/{index}/{step}", "Unknown field.")
            continue
        try:
            check(value)
        except _FaultyError as error:
            yield _fault(f"/positions/{index}/{step}", str(error))


def _fault(pointer: str, message: str) -> dict[str, str]:
    return {"pointer": pointer, "code": "invalid", "message": message}


def _plate(value: Any) -> str:
    if not isinstance(value, str) or not PLATE.fullmatch(value):
        raise _FaultyError("Not a number plate of 1 to 12 characters.")
    return value


def _terminal(value: Any) -> str:
    if not isinstance(value, str) or not TERMINAL.fullmatch(value):
        raise _FaultyError("Not the name of a device: 1 to 32 letters, digits, dots and dashes.")
    return value


def _instant(value: Any) -> datetime:
    at = instant(value)
    if at is None:
        raise _FaultyError("Not an RFC 3339 time with an offset, from 2000 to 2099.")
    return at


def _number(low: float, high: float) -> Check:
    def check(value: Any) -> float:
        if type(value) is float and low <= value <= high:
            return value
        if type(value) is not int or not low <= value <= high:
            raise _FaultyError(f"Not a number from {low} to {high}.")
        return float(value)

    return check


def _integer(low: int, high: int) -> Check:
    def check(value: Any) -> int:
        if type(value) is int and low <= value <= high:
            return value
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
    "device": _terminal,
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


def _each(check: Check) -> Column:
    """Check a column in which few values stand many times: each of them once."""

    def column(values: tuple[Any, ...]) -> Iterable[Any]:
        known = {value: check(value) for value in set(values)}
        return map(known.__getitem__, values)

    return column


def _numbers(low: float, high: float, kinds: Set[type] = NUMBERS) -> Column:
    """Check a column of numbers, whole ones among them unless the kind is said."""

    def column(values: tuple[Any, ...]) -> Iterable[Any]:
        found = set(map(type, values))
        if not found <= kinds or not low <= min(values) <= max(values) <= high:
            raise _FaultyError("Not all plain.")
        return map(float, values) if int in found and kinds is NUMBERS else values

    return column


# whatever these refuse is looked at again by the checks above: 90.0 for a heading is right all the same
COLUMNS: Mapping[str, Column] = {
    **{name: _each(CHECKS[name]) for name in ("plate", "device", "fix_at", "road", "coord_system")},
    "lat": _numbers(-90, 90),
    "lon": _numbers(-180, 180),
    "speed_kmh": _numbers(0, MAX_KMH),
    "heading": _numbers(0, FULL_CIRCLE, WHOLE),
    "signed_limit_kmh": _numbers(5, MAX_LIMIT_KMH, WHOLE),
    "visibility_m": _numbers(0, MAX_VISIBILITY_M, WHOLE),
}
LEFT_OUT: Mapping[str, Any] = {**Fix._field_defaults, "plate": ""}
