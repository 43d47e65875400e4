"""Roads from OSRM (its HTTP interface, service ``route``, version 1).

The profile is whatever the server's map was prepared with; a truck profile is the operator's choice there.
"""

from __future__ import annotations

from services.adapters import road_answers
from services.adapters.road_answers import Answer
from services.ports import Place, Road, RoadFailure
from services.settings import Settings

# codes by which OSRM says that it knows both places and no way between, or no road near one of them
NO_ROAD = frozenset({"NoRoute", "NoSegment"})


class Osrm:
    """Asks the OSRM server that the settings name."""

    def __init__(self, settings: Settings) -> None:
        """Keep the address; nothing is connected."""
        self._url = settings.router_url.rstrip("/")
        self._timeout_s = settings.outbound_timeout_s

    def route(self, origin: Place, destination: Place) -> Road | RoadFailure:
        """Ask once for the road a truck takes."""
        from services.adapters.guarded_http import Question

        places = f"{origin.lon:.6f},{origin.lat:.6f};{destination.lon:.6f},{destination.lat:.6f}"
        wanted = "overview=full&geometries=polyline6&steps=false"
        question = Question(
            f"{self._url}/route/v1/driving/{places}?{wanted}", road_answers.LARGEST_BYTES, headers=road_answers.JSON
        )
        found = road_answers.asked(question, self._timeout_s)
        if isinstance(found, RoadFailure):
            return found
        status, answer = found
        code = answer.get("code")
        if status == 200 and code == "Ok":
            return road_answers.road(_read, answer, (origin, destination))
        return RoadFailure(f"HTTP {status}: {code}"[:500], answered=code in NO_ROAD)


def _read(answer: Answer) -> tuple[float, float, str]:
    best = answer["routes"][0]
    return best["distance"] / 1000, best["duration"] / 60, best["geometry"]
