"""Roads from Valhalla (its HTTP interface, action ``route``, costing ``truck``)."""

from __future__ import annotations

import orjson

from services.adapters import road_answers
from services.adapters.road_answers import JSON, Answer
from services.ports import Place, Road, RoadFailure
from services.settings import Settings

# error codes by which Valhalla says that it knows no way: no road near a place, not connected, too far, no path
NO_ROAD = frozenset({154, 170, 171, 442})


class Valhalla:
    """Asks the Valhalla server that the settings name."""

    def __init__(self, settings: Settings) -> None:
        """Keep the address; nothing is connected."""
        self._url = f"{settings.router_url.rstrip('/')}/route"
        self._timeout_s = settings.outbound_timeout_s

    def route(self, origin: Place, destination: Place) -> Road | RoadFailure:
        """Ask once for the road a truck takes."""
        from services.adapters.guarded_http import Question

        wanted = {
            "locations": [{"lat": place.lat, "lon": place.lon} for place in (origin, destination)],
            "costing": "truck",
            "units": "kilometers",
            "directions_type": "none",
            "shape_format": "polyline6",
        }
        headers = {**JSON, "content-type": "application/json"}
        question = Question(self._url, road_answers.LARGEST_BYTES, orjson.dumps(wanted), headers)
        found = road_answers.asked(question, self._timeout_s)
        if isinstance(found, RoadFailure):
            return found
        status, answer = found
        if status == 200 and "trip" in answer:
            return road_answers.road(_read, answer, (origin, destination))
        code = answer.get("error_code")
        return RoadFailure(f"HTTP {status}: {code} {answer.get('error', '')}"[:500], answered=code in NO_ROAD)


def _read(answer: Answer) -> tuple[float, float, str]:
    trip = answer["trip"]
    return trip["summary"]["length"], trip["summary"]["time"] / 60, trip["legs"][0]["shape"]
