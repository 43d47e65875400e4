"""A handful of orders and trips, booked and planned by the people of the demo through the ordinary use cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from models.vocabulary import CargoClass, Packaging, ShipmentMode
from services.demo import tables
from services.demo.tables import Forms, truth, words
from services.orders import booking, rebooking
from services.planning import crews, dispatch
from services.planning.trip_plans import TripPlan
from services.transaction import Actor, Tx

QUARTER = timedelta(minutes=15)
BOOKING: Forms = {"shipment_mode": ShipmentMode, "promised_hours": int, "open_box_required": truth}
LINE: Forms = {
    "cargo_class": CargoClass, "packaging": Packaging, "attributes": words, "marks": words, "documents": words,
    **dict.fromkeys(("quantity", "mass_kg", "volume_dm3", "piece_mass_kg", "declared_value_fen"), int),
    **dict.fromkeys(("length_mm", "width_mm", "height_mm", "temp_min_c", "temp_max_c"), int),
}  # fmt: skip
TRIP: Forms = {"consignments": words, "departure_hours": int, "drivers": words}
# the attributes of a line that are true unless said otherwise
DENIED = {"machine_only": "manual_handling_ok", "indivisible": "divisible"}
CALLED_OFF = ("JL-0002", "工期推迟，另行下单")


def add_bookings(tx: Tx, actors: Mapping[str, Actor]) -> dict[str, str]:
    """Book every order in the name of its shipper or the desk, cancel one; give waybill numbers by customer reference.

    ``actors`` has the actor of each login.
    """
    lines = _lines()
    numbers = {}
    for row in tables.rows("bookings", BOOKING):
        by, shipper, hours = actors[row.pop("login")], row.pop("shipper"), row.pop("promised_hours")
        ref = row["customer_ref"]
        wanted = {**row, "promised_arrival_at": _in_hours(tx, hours), "lines": lines[ref]}
        booked = booking.book(tx.as_actor(by), {"shipper": shipper, "consignments": [wanted]})
        numbers[ref] = booked[0]["number"]
    ref, reason = CALLED_OFF
    rebooking.cancel(tx.as_actor(actors["dispatcher"]), numbers[ref], reason)
    return numbers


def add_trips(tx: Tx, dispatcher: Actor, numbers: Mapping[str, str]) -> None:
    """Plan the trips and put crews on those that have one; waybill ``numbers`` come by customer reference."""
    desk = tx.as_actor(dispatcher)
    for row in tables.rows("trips", TRIP):
        trip = dispatch.plan_trip(
            desk,
            TripPlan(
                consignments=[numbers[ref] for ref in row["consignments"]],
                plate=row["plate"],
                planned_departure_at=_in_hours(tx, row["departure_hours"]),
            ),
        )
        if "drivers" in row:
            crews.assign_crew(desk, trip.number, row["drivers"], row.get("escort"))


def _lines() -> Mapping[str, list[dict[str, Any]]]:
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in tables.rows("cargo", LINE):
        lines[row.pop("customer_ref")].append(_line(row))
    return lines


def _line(row: MutableMapping[str, Any]) -> dict[str, Any]:
    attributes = row.pop("attributes", [])
    return {**row, **{DENIED.get(name, name): name not in DENIED for name in attributes}}


def _in_hours(tx: Tx, hours: int) -> datetime:
    """Give the first full quarter of an hour at least so many hours from now."""
    at = tx.now + timedelta(hours=hours)
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at - past + QUARTER if past else at
