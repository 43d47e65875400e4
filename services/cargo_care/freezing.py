"""A trip stands still while an accident is handled, and its goods with it; then it goes on (R-A-08, issue 3, 1.1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from models.accidents import Accident
from models.trips import Trip, TripStop
from models.vocabulary import CargoAction, RestPlace, TripEventKind, TripState
from services import lifecycle, stops
from services.accident_cases import of_accident
from services.announcing import announce
from services.cargo_care import cases
from services.estimates import arrivals, experience
from services.messages import notice_holding
from services.planning import crews
from services.policy.cargo_care import ABOARD, OVER, object_to_action
from services.policy.findings import Finding, require
from services.queries.cargo_care import goods_concerned
from services.road import underway
from services.transaction import Tx

ENDED = frozenset({TripState.CLOSED, TripState.CANCELLED})


def freeze(tx: Tx, trip: Trip, accident: Accident, at: datetime | None = None) -> None:
    """Hold a trip and its goods from the accident on (``at`` when it was let go in between).

    Estimates are withdrawn; consignees who were told an arrival are told that it does not hold. The truck counts as
    standing: whoever was at the wheel has left it. A trip that is held already, or has ended, stays as it is.
    """
    if trip.frozen_at is not None or trip.state in ENDED:
        return
    when = at or accident.occurred_at
    trip.frozen_at = trip.basis_at = tx.now
    _stand_still(tx, trip, accident, when)
    tx.journal("trip.frozen", lifecycle.of_trip(trip), {"accident": accident.number}, when)
    for consignment in cases.riding(tx, trip):
        told = {"trip": trip.number, "accident": accident.number}
        tx.journal("consignment.held", lifecycle.of_consignment(consignment), told, when)
        announce(tx, "consignment.held", (consignment.id, consignment.shipper_id), {"trip": trip.number}, when)
    _withdraw_estimates(tx, trip)
    tx.session.flush()
    notice_holding.withdraw(tx, trip)


def unfreeze(tx: Tx, trip: Trip) -> None:
    """Let a trip go on with its goods: the arrival is estimated anew and the consignees are told it."""
    if trip.frozen_at is None:
        return
    trip.frozen_at = None
    tx.journal("trip.unfrozen", lifecycle.of_trip(trip))
    for consignment in cases.riding(tx, trip):
        tx.journal("consignment.released", lifecycle.of_consignment(consignment), {"trip": trip.number})
        announce(tx, "consignment.released", (consignment.id, consignment.shipper_id), {"trip": trip.number})
    tx.session.flush()
    arrivals.request(tx, trip)


def choose_action(tx: Tx, number: str, action: CargoAction) -> Accident:
    """Decide that the goods stay on the truck and go on with it, are held where they are, or that there are none.

    Moving them to another truck is ``tranship``. A trip goes on only when no other open accident holds it.
    """
    accident = cases.open_case(tx, number)
    goods = [one.number for one in goods_concerned(tx, accident) if one.state in ABOARD]
    require(object_to_action(action, cases.made_to(tx, accident), goods))
    if action is CargoAction.HELD:
        trip = cases.trip_of(tx, accident)
        require([Finding("TRIP_ENDED", {"trip": trip.number})] if trip.state in ENDED else [])
        freeze(tx, trip, accident, tx.now)
    elif accident.trip_id is not None:
        require(_object_to_going_on(tx, accident))
        unfreeze(tx, cases.trip_of(tx, accident))
    before, accident.cargo_action = accident.cargo_action, action
    tx.session.flush()
    tx.journal("accident.cargo_action", of_accident(accident), {"from": before, "to": action})
    return accident


def _object_to_going_on(tx: Tx, accident: Accident) -> list[Finding]:
    other = tx.session.scalar(
        select(Accident.number).where(
            Accident.trip_id == accident.trip_id,
            Accident.id != accident.id,
            Accident.state.not_in(OVER),
            Accident.cargo_action.is_(None) | (Accident.cargo_action == CargoAction.HELD),
        )
    )
    return [Finding("TRIP_HELD_BY_OTHER", {"accident": other})] if other is not None else []


def _stand_still(tx: Tx, trip: Trip, accident: Accident, at: datetime) -> None:
    """End the drive, and begin a stop at the roadside that ends when somebody reports that the truck drives on."""
    if trip.state is not TripState.UNDER_WAY or stops.current_stop(trip) is not None:
        return
    wheel = crews.wheel_of(tx, trip)
    since = max(at, wheel.began_at) if wheel else at
    driver_id = crews.leave_wheel(tx, trip, since)
    if underway.open_rest(tx, trip) is None:
        facts = {"accident": accident.number}
        crews.log(tx, trip, TripEventKind.STOP_BEGUN, since, driver_id, facts).place = RestPlace.ROADSIDE


def _withdraw_estimates(tx: Tx, trip: Trip) -> None:
    """Forget the arrivals that no longer hold; what was estimated stays in the history of estimates."""
    ahead = [stop.id for stop in trip.stops if stop.arrived_at is None]
    experience.forget(tx, ahead)
    tx.session.execute(update(TripStop).where(TripStop.id.in_(ahead)).values(estimated_arrival_at=None))
