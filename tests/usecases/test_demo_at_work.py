"""The demo company at work: seeded once or not at all, and able to carry every class of cargo at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.accounts import User
from models.consignments import Consignment
from models.drivers import Driver
from models.fleet import Vehicle
from models.parties import Site
from models.trips import Trip
from models.vocabulary import (
    ActorKind,
    CargoClass,
    ConsignmentState,
    DriverDocument,
    DriverStatus,
    LicenceClass,
    Packaging,
    Role,
    ShipmentMode,
    TripState,
    UnitKind,
    VehicleState,
)
from services import facts, journal, units
from services.clock import StoppedClock, local
from services.demo import business, company
from services.orders import booking
from services.planning import dispatch
from services.policy.crew import CrewJob, object_to_driver
from services.policy.vehicles import Ranking, required_licence
from services.queries.fleet import expiring_papers
from services.reservations import Window
from services.runtime import Runtime
from services.transaction import WORKER, Actor, Tx
from tests.support.demo import Demo, count

POWER = (UnitKind.RIGID, UnitKind.TRACTOR)
# in repair, and with insurance that ran out
NOT_USABLE = {"鲁GYA011": "VEHICLE_NOT_AVAILABLE", "鲁GYA014": "VEHICLE_DOCUMENT_EXPIRES"}
DESK = Actor(ActorKind.USER, "desk", roles=frozenset({Role.DISPATCHER}))


def test_seeding_again_changes_nothing_and_gives_no_key(runtime: Runtime) -> None:
    with runtime.read(WORKER) as tx:
        assert not company.is_seeded(tx)
    first = company.seed(runtime)
    again = company.seed(runtime)
    with runtime.read(WORKER) as tx:
        assert company.is_seeded(tx)
        assert (count(tx, Consignment.id > 0), count(tx, User.id > 0)) == (12, 18)
        assert journal.verify(tx).breaks == ()
    assert len(first) == 11
    assert again == {}


def test_a_seeding_that_fails_at_its_end_leaves_an_empty_database(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(business, "add_trips", refuse)
        with pytest.raises(RuntimeError, match="power cut"):
            company.seed(runtime)
    with runtime.read(WORKER) as tx:
        assert not company.is_seeded(tx)
        assert journal.is_empty(tx)
    assert len(company.seed(runtime)) == 11


@pytest.mark.parametrize("at", [datetime(2028, 2, 29, 15, 59, tzinfo=UTC), datetime(2030, 12, 31, 16, 1, tzinfo=UTC)])
def test_the_demo_does_not_grow_old(lite: Runtime, clock: StoppedClock, at: datetime) -> None:
    clock.move_to(at)
    company.seed(lite)
    with lite.read(WORKER) as tx:
        assert count(tx, Trip.state == TripState.CREWED) == 4
        assert sum(paper["days_left"] < 0 for paper in expiring_papers(tx, 0)) == 5


TYPICAL: dict[CargoClass, dict[str, Any]] = {
    CargoClass.GENERAL: {},
    CargoClass.OVERSIZE: {"packaging": Packaging.BARE, "quantity": 1, "mass_kg": 21_000},
    CargoClass.CHILLED: {"temp_min_c": 0, "temp_max_c": 4},
    CargoClass.FROZEN: {"temp_max_c": -18},
    CargoClass.FRESH: {"food_grade": True},
    CargoClass.LIVE: {"packaging": Packaging.CRATE},
    CargoClass.HAZMAT: {"packaging": Packaging.DRUM, "hazmat_class": "3"},
    CargoClass.VALUABLE: {"theft_prone": True},
    CargoClass.ELECTRONICS: {"finished_goods": True},
    CargoClass.FRAGILE: {},
    CargoClass.BULK_SOLID: {"packaging": Packaging.BULK, "mass_kg": 15_000},
    CargoClass.LIQUID_BULK: {"packaging": Packaging.BULK, "mass_kg": 15_000},
    CargoClass.STEEL_COIL: {"packaging": Packaging.BARE, "mass_kg": 14_000},
    CargoClass.VEHICLES: {"packaging": Packaging.BARE, "quantity": 8, "mass_kg": 12_000},
    CargoClass.FURNITURE_MOVE: {},
}


def ranked(tx: Tx, cargo_class: CargoClass, **line: Any) -> Ranking:
    """Book a typical load of one class from Shouguang to Beijing and rank the fleet for it in three days."""
    goods = {
        "name": "货物", "quantity": 40, "cargo_class": cargo_class, "packaging": Packaging.CARTON, "mass_kg": 900,
        "volume_dm3": 4000, **TYPICAL[cargo_class], **line,
    }  # fmt: skip
    wanted = {
        "consignee": "CN-BJ-CG", "origin": "SG-HERUN-1", "destination": "BJ-CG", "shipment_mode": ShipmentMode.FTL,
        "promised_arrival_at": tx.now + timedelta(days=6), "lines": [goods],
    }  # fmt: skip
    booked = booking.book(tx, {"shipper": "SH-HERUN", "consignments": [wanted]})
    return dispatch.candidates(tx, booked[0]["number"], tx.now + timedelta(days=3), None)


def test_the_fleet_has_a_truck_for_every_class_of_cargo_and_work_for_every_truck(runtime: Runtime) -> None:
    company.seed(runtime)
    with runtime.begin(DESK) as tx:
        rankings = {cargo_class: ranked(tx, cargo_class) for cargo_class in CargoClass}
        fleet = set(tx.session.scalars(select(Vehicle.plate).where(Vehicle.unit_kind.in_(POWER))))
        refused = {one.plate: {f.code for f in one.findings} for one in rankings[CargoClass.GENERAL].rejected}
    assert [cargo_class for cargo_class, ranking in rankings.items() if not ranking.candidates] == []
    working = {one.plate for ranking in rankings.values() for one in ranking.candidates}
    assert fleet - working == set(NOT_USABLE)
    assert {plate for plate, code in NOT_USABLE.items() if code in refused[plate]} == set(NOT_USABLE)


def test_every_order_that_waits_finds_a_truck(demo: Demo) -> None:
    with demo.reading() as tx:
        waiting = tx.session.scalars(select(Consignment.number).where(Consignment.state == ConsignmentState.BOOKED))
        found = {number: dispatch.candidates(tx, number, tx.now + timedelta(days=2), None) for number in waiting.all()}
    # the forging that cannot be taken apart waits for its oversize permit, and for nothing else
    without = [ranking for ranking in found.values() if not ranking.candidates]
    assert len(without) == 1
    lowbed = next(one for one in without[0].rejected if one.plate == "鲁GYA021")
    assert {finding.code for finding in lowbed.findings} == {"OVERSIZE_PERMIT_MISSING"}


def test_every_truck_that_can_run_has_two_lawful_drivers_for_each_day(demo: Demo) -> None:
    with demo.reading() as tx:
        leaves = tx.now + timedelta(days=2)
        window, home = Window(leaves, leaves + timedelta(hours=12)), tx.session.scalars(select(Site)).first()
        assert home is not None
        trucks = [unit for unit in units.all_units(tx, window, home) if unit.plate not in NOT_USABLE]
        today = local(leaves).date()
        people = [
            facts.driver_facts(person, today=today, busy_with=None, rested_hours=None)
            for person in tx.session.scalars(select(Driver))
        ]
        for truck in trucks:
            job = CrewJob(
                required_licences=required_licence(truck, tx.ruleset),
                is_train=truck.is_train,
                gross_kg=truck.total_mass_kg,
                hazmat=bool(truck.hazmat_classes),
                needs_escort=False,
                planned_departure=leaves,
                planned_arrival=leaves + timedelta(hours=12),
            )
            lawful = [person for person in people if not list(object_to_driver(person, job, tx.ruleset))]
            assert len(lawful) >= 2, truck.plate
    assert len(trucks) == 24


def test_there_are_enough_lawful_people_to_send_the_whole_fleet_out_at_once(demo: Demo) -> None:
    with demo.reading() as tx:
        fit = [
            person
            for person in tx.session.scalars(select(Driver).where(Driver.status == DriverStatus.ACTIVE))
            if min(facts.expiries(person.documents, DriverDocument).values()) > local(tx.now).date()
        ]
        trains = count(tx, Vehicle.unit_kind == UnitKind.TRACTOR, Vehicle.state == VehicleState.AVAILABLE)
    drives_trains = [person for person in fit if LicenceClass.A2 in person.licence_classes]
    assert len(fit) >= 2 * 24
    assert len(drives_trains) >= 2 * trains
