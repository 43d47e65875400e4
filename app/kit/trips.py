"""What the resources of a trip share: who reads and steers it, and how it is shown after a step."""

from __future__ import annotations

from typing import Any

from app.kit.endpoint import Made
from models.vocabulary import Role
from services.queries import trips
from services.transaction import STAFF, Tx

JUDGES = (Role.MANAGER, Role.SAFETY)
READERS = (*sorted(STAFF), Role.DRIVER)
REPORTERS = (Role.DRIVER, Role.DISPATCHER, Role.GATE)


def shown(tx: Tx, number: str, **more: Any) -> Made:
    """Give the trip as it stands after a step, with its version."""
    tx.session.flush()
    view = trips.trip_view(tx, number)
    return Made(view, view["version"], **more)
