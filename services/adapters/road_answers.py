"""What the adapters of road routers share: one call, its JSON, and a look at whether the answer can be a road."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from services.geo import distance_km, polylines
from services.ports import Place, Road, RoadFailure

if TYPE_CHECKING:
    from services.adapters.guarded_http import Question

Answer: TypeAlias = Mapping[str, Any]
# the line of 5,000 km with every bend is under two megabytes
LARGEST_BYTES = 8_000_000
LONGEST_KM = 20_000
LONGEST_MINUTES = 100_000
# a router puts a place on the nearest road of its map, however far: beyond this its map does not reach the place
NEAR_KM = 5
# a road cannot be shorter than the straight line between its ends, but for rounding
STRAIGHT = 0.99
JSON = {"accept": "application/json"}


def asked(question: Question, timeout_s: int) -> tuple[int, Answer] | RoadFailure:
    """Ask a router once and give status and JSON object; everything else is a RoadFailure of one that is away.

    The address is the operator's own setting, as the database's is, so it may be an internal one. Redirects are not
    followed, so the router cannot send the call elsewhere.
    """
    from services.adapters import guarded_http

    try:
        status, body = guarded_http.ask(question, guarded_http.EVERYWHERE, timeout_s)
    except guarded_http.UnsentError as error:
        return RoadFailure(str(error)[:500])
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        return RoadFailure(f"HTTP {status} without a JSON object")
    return status, found


def road(
    read: Callable[[Answer], tuple[float, float, str]], answer: Answer, ends: tuple[Place, Place]
) -> Road | RoadFailure:
    """Give the road that ``read`` finds in an answer as km, minutes and line, once it is plausible between the ends."""
    try:
        km, minutes, text = read(answer)
        line = polylines.decode(text)
        possible = isfinite(km) and isfinite(minutes) and 0 <= km <= LONGEST_KM and 0 <= minutes <= LONGEST_MINUTES
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        return RoadFailure(f"the answer is no route: {type(error).__name__}: {error}"[:500])
    if not possible or len(line) < 2:
        return RoadFailure(f"the answer is no route: {km} km, {minutes} minutes, {len(line)} points"[:500])
    first, last = ((float(lat), float(lon)) for lat, lon in (line[0], line[-1]))
    if max(distance_km(*first, ends[0].lat, ends[0].lon), distance_km(*last, ends[1].lat, ends[1].lon)) > NEAR_KM:
        return RoadFailure(f"the road lies more than {NEAR_KM} km from a place: the router's map ends", answered=True)
    if km < STRAIGHT * distance_km(*first, *last):
        return RoadFailure(f"the answer is no route: {km} km are less than the straight line")
    return Road(float(km), float(minutes), text)
