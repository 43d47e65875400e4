"""Roads for tests: a router that answers from a list, a line between two places, and what came of them in a world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import select

from models.records import OutboxRow
from models.trips import TripStop
from models.vocabulary import Role
from services.geo import polylines
from services.ports import Place, Road, RoadFailure
from services.transaction import WORKER
from tests.support import journey
from tests.support.world import World

AWAY = RoadFailure("ConnectTimeoutError: nobody there")
NO_ROAD = RoadFailure("HTTP 400: NoRoute", answered=True)


def line_between(origin: Place, destination: Place, bulge: float = 0.0, pieces: int = 40) -> str:
    """Give an encoded line from one place to the other that swings ``bulge`` degrees to the side of the straight."""
    share = np.linspace(0, 1, pieces + 1)
    side = bulge * np.sin(share * np.pi)
    lats = origin.lat + (destination.lat - origin.lat) * share + side
    lons = origin.lon + (destination.lon - origin.lon) * share + side
    return polylines.encode(np.stack((lats, lons), axis=1))


def road(origin: Place, destination: Place, distance_km: float = 540.0, bulge: float = 0.3) -> Road:
    """Give a router's road between two places."""
    return Road(distance_km, 400.0, line_between(origin, destination, bulge))


class FakeRouter:
    """Counts what it is asked; gives what is listed in ``answers``, then roads."""

    def __init__(self, answers: Sequence[RoadFailure] = ()) -> None:
        self.asked: list[tuple[Place, Place]] = []
        self.answers = list(answers)
        self.meanwhile: Callable[[], object] = lambda: None

    def route(self, origin: Place, destination: Place) -> Road | RoadFailure:
        self.asked.append((origin, destination))
        self.meanwhile()
        return self.answers.pop(0) if self.answers else road(origin, destination)


def with_router(world: World, *answers: RoadFailure) -> FakeRouter:
    """Let this world have a router that gives these answers first and then roads of 540 km."""
    made = FakeRouter(answers)
    world.runtime.settings = replace(world.runtime.settings, router="osrm", router_url="http://router")
    world.runtime.ports = replace(world.runtime.ports, router=made)
    return made


def one(world: World, query: Any) -> Any:
    with world.runtime.read(WORKER) as tx:
        return tx.session.scalars(query).one()


def last_stop(world: World) -> TripStop:
    return one(world, select(TripStop).order_by(TripStop.id.desc()).limit(1))


def job(world: World) -> OutboxRow:
    return one(world, select(OutboxRow).where(OutboxRow.job == "route_leg").order_by(OutboxRow.id.desc()).limit(1))


def reasons(world: World, trip: str) -> dict[str, Any]:
    """Give the reasons of the newest estimate of the last stop, in English, by code."""
    answer = journey.send(world, Role.DISPATCHER, "GET", f"/trips/{trip}/eta", headers={"Accept-Language": "en"})
    return {reason["code"]: reason["message"] for reason in answer.json["stops"][-1]["reasons"]}
