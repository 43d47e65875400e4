"""The router that the settings name, if any."""

from __future__ import annotations

from services.ports import RoadDistance
from services.settings import Settings


def router_of(settings: Settings) -> RoadDistance | None:
    """Give the adapter of the configured router, None where ways are reckoned without one."""
    if settings.router == "osrm":
        from services.adapters.osrm import Osrm

        return Osrm(settings)
    if settings.router == "valhalla":
        from services.adapters.valhalla import Valhalla

        return Valhalla(settings)
    return None
