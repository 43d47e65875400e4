"""Driver and desk report one accident at one moment, on PostgreSQL: neither stands in the other's way (R-A-06).

The driver's call holds his trip and then writes down the truck; the desk's holds the truck and then looks for its trip.
"""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from models.fleet import Vehicle
from models.trips import Trip
from models.vocabulary import Role
from services.accidents import reporting, scene
from services.accidents.reporting import Report
from services.errors import BusyError
from services.policy.findings import RuleBrokenError
from services.runtime import Runtime
from services.transaction import Tx
from tests.support import case, journey, waiting
from tests.support.world import World

pytestmark = pytest.mark.postgres


def at_one_moment(postgres: Runtime) -> tuple[list[str], list[BusyError]]:
    """Let the desk meet a driver's call that has its trip already; give the case that each names, and who failed."""
    world = World(postgres)
    journey.under_way(world)
    named: list[str] = []
    failed: list[BusyError] = []

    def report(tx: Tx, told: Report) -> None:
        try:
            named.append(reporting.report(tx, told).number)
        except RuleBrokenError as refused:
            named.append(str(refused.findings[0].facts["accident"]))

    def desk() -> None:
        try:
            with postgres.begin(world.actor(Role.DISPATCHER)) as tx:  # and not ``write``, which would try again
                report(tx, case.told(world, driver=None))
        except BusyError as error:
            failed.append(error)

    calling = threading.Thread(target=desk)
    try:
        with postgres.begin(world.actor(Role.DRIVER)) as tx:
            tx.session.execute(select(Trip.id).with_for_update())
            calling.start()
            waiting.until(lambda: waiting.waits_for_a_lock(postgres.database.engine), "meeting")
            report(tx, Report(sos=True))
    except BusyError as error:
        failed.append(error)
    calling.join(waiting.PATIENCE_S)
    return named, failed


def test_the_desk_waits_for_the_drivers_call_and_names_his_case(postgres: Runtime) -> None:
    named, failed = at_one_moment(postgres)
    assert failed == []
    assert len(named) == 2
    assert len(set(named)) == 1


def test_one_that_keeps_the_truck_from_being_written_down_ends_in_a_deadlock(
    postgres: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(tx: Tx, plate: str) -> Vehicle:
        return tx.session.scalars(select(Vehicle).where(Vehicle.plate == plate).with_for_update()).one()

    monkeypatch.setattr(scene, "_vehicle", locked)
    _, failed = at_one_moment(postgres)
    assert len(failed) == 1
