"""A large fleet under way for the bench: one trip walked by the services, its rows copied by SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, text

from models.consignments import CargoLine, Consignment
from models.drivers import Driver
from models.fleet import Vehicle
from models.notices import Notice
from models.tracking import Estimate, LastPosition
from models.trips import ConsignmentLeg, CrewAssignment, Trip, TripStop, WheelPeriod
from tests.bench.depth import SERIES
from tests.bench.places import Place
from tests.bench.web import analyze
from tests.support.shipment import Shipment

# ids of the copies start here, far from what the services number
FAR = 1_000_000
STEP = 4  # no row that is copied has more siblings on its trip
OWN = {
    "trips": {"number": "'BT-' || n"},
    "vehicles": {"plate": "'BV' || n"},
    "drivers": {"staff_no": "'BD' || x.id || '-' || n", "id_number": "'I' || x.id || '-' || n"},
    "consignments": {"number": "'BC-' || n", "track_hash": "'h' || n", "customer_ref": "NULL"},
    "notices": {"public_id": "'ntc_b' || x.id || '_' || n"},
}
REFERENCES = {
    "trip_id": "trips", "stop_id": "trip_stops", "pickup_stop_id": "trip_stops", "drop_stop_id": "trip_stops",
    "driver_id": "drivers", "vehicle_id": "vehicles", "consignment_id": "consignments",
}  # fmt: skip


def under_way(place: Place, trips: int) -> None:
    """Have so many trips more on the road, each with its own truck, crew, goods, notices, estimates and position.

    All are on the same lane of 500 km, two hours after the gate, and spread over eleven kilometres of it.
    """
    shipment = Shipment(place.world, shipper="SH-1").planned().told(hours=28.5).loaded().departed()
    place.world.clock.advance(hours=2)
    # what the early start made of the notice is told before the fleet is made
    shipment.seen_at(37.9, 117.5).told(minutes=1)
    engine = place.runtime.database.engine
    with engine.begin() as connection:
        dialect = engine.dialect.name
        if dialect == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))  # as in depth
        else:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        found = text("SELECT id, vehicle_id FROM trips WHERE number = :number")
        trip = connection.execute(found, {"number": shipment.trip}).one()
        series = SERIES[dialect].format(rows=trips)
        own = {"trip": trip.id, "vehicle": trip.vehicle_id}
        for table, where in _rows():
            _copy(connection, series, table, where, own)
        spread = (
            f"UPDATE last_positions SET lat_e6 = lat_e6 + (trip_id / {STEP} % 200 - 100) * 500 WHERE trip_id > {FAR}"
        )
        connection.execute(text(spread))
    analyze(place)


def _rows() -> list[tuple[Any, str]]:
    """Name what is copied, parents first, with what picks the rows."""
    of_trip = "x.trip_id = :trip"
    return [
        (Vehicle, "x.id = :vehicle"),
        (Driver, "x.id IN (SELECT driver_id FROM crew_assignments WHERE trip_id = :trip)"),
        (Trip, "x.id = :trip"),
        (TripStop, of_trip),
        (Consignment, of_trip),
        (CargoLine, "x.consignment_id IN (SELECT id FROM consignments WHERE trip_id = :trip)"),
        (ConsignmentLeg, of_trip),
        (CrewAssignment, of_trip),
        (WheelPeriod, of_trip),
        (LastPosition, of_trip),
        (Estimate, of_trip),
        (Notice, of_trip),
    ]


def _copy(connection: Connection, series: str, table: Any, where: str, own: dict[str, int]) -> None:
    core: Table = table.__table__
    name = core.name
    made = {column.name: _value(name, column.name) for column in core.columns}
    source = f"{series}SELECT {', '.join(made.values())} FROM s, {name} x WHERE {where}"
    connection.execute(text(f"INSERT INTO {name} ({', '.join(made)}) {source}"), own)


def _value(table: str, column: str) -> str:
    if column in OWN.get(table, {}):
        return OWN[table][column]
    of = table if column == "id" else REFERENCES.get(column)
    if of is None:
        return f"x.{column}"
    # the place among the siblings: their ids follow each other
    return f"{FAR} + n * {STEP} + x.{column} % {STEP}"
