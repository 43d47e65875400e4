"""G4: batches of 500 positions by HTTP, checked and deduped, against a bare route that copies the same rows in.

Every position is looked at for its trip and for jumps and moves the last position; of trucks on the road it is also
looked at for over-speed and asks for an estimate. The bare route reads the body, looks vehicle and trip up in a
dictionary, and writes with COPY on PostgreSQL and executemany on SQLite: no caller, no check, and nothing follows.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, request
from sqlalchemy import select

from app import create_app
from models.fleet import Vehicle
from models.trips import Trip
from models.vocabulary import Role
from services.positions import position_months
from services.transaction import WORKER
from tests.bench import fleet, places
from tests.bench.doors import Door
from tests.bench.floor import Raw
from tests.bench.measure import ROUNDS, Goal, Result, as_rate, compare
from tests.bench.places import Place
from tests.support.world import a_vehicle

TRUCKS, FIXES = 20, 25
# the gate is for what is checked and deduped; what follows of trucks on the road may cost a fifth more
SHARE, SHARE_ON_THE_ROAD = 0.5, 0.4
# how the plates of the trucks begin
ON_THE_ROAD, PARKED = "BV", "BP"
EVERY = timedelta(seconds=10)
CALLS = 10
# one each to begin with, then those of the rounds, the first of which warms up
BATCHES = 2 * (1 + CALLS * (ROUNDS + 1))
HOURS = 18
COLUMNS = "vehicle_id, trip_id, fix_at, recorded_at, lat_e6, lon_e6, speed_kmh, heading, source"
COPY = f"COPY positions ({COLUMNS}) FROM STDIN"
INSERT = f"INSERT INTO positions ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def results(there: Place) -> Iterator[Result]:
    """Send batches of trucks that wait for work and of trucks on the road, none twice, to a fresh place."""
    with places.another(there) as place:
        fleet.under_way(place, TRUCKS)
        _park(place)
        began = place.world.clock.now()
        place.world.clock.advance(hours=HOURS)
        prepare(place)
        raw = Raw(place)
        ours = Door(create_app(place.runtime), place.world.keys[Role.DISPATCHER])
        floor = Door(_floor(place, raw))
        gc.freeze()  # as wsgi.py does
        try:
            for goal, trucks, share in (("G4", PARKED, SHARE), ("G4 on the road", ON_THE_ROAD, SHARE_ON_THE_ROAD)):
                bodies = [batch(began, number, trucks) for number in range(BATCHES)]
                yield _compared(Goal(f"{goal} {place.name}", share, CALLS), place, ours, floor, iter(bodies))
        finally:
            raw.close()


def _compared(goal: Goal, place: Place, ours: Door, floor: Door, bodies: Iterator[bytes]) -> Result:
    def send() -> bytes:
        return ours.post("/api/v1/positions", next(bodies), wanted="200")

    def send_raw() -> bytes:
        return floor.post("/floor/positions", next(bodies), wanted="200")

    for answer in (send(), send_raw()):
        if orjson.loads(answer)["stored"] != TRUCKS * FIXES:
            raise AssertionError(f"not every position was taken: {answer[:300]!r}")
    return as_rate(compare(goal, place.meter(), send, send_raw), TRUCKS * FIXES, "positions a second of CPU")


def _park(place: Place) -> None:
    """Have as many trucks that are on no trip."""
    with place.runtime.begin(WORKER) as tx:
        now = tx.now
        tx.session.add_all(a_vehicle(now, f"{PARKED}{truck}") for truck in range(1, TRUCKS + 1))


def prepare(place: Place) -> None:
    """Have the months that the place's clock needs."""
    while place.runtime.write(WORKER, position_months.prepare) is not None:
        pass


def batch(began: datetime, number: int, trucks: str = ON_THE_ROAD) -> bytes:
    """Write the body of the batch of this number: each truck's fixes, after those of the batch before."""
    first = number * FIXES
    moments = [(f"{began + at * EVERY:%Y-%m-%dT%H:%M:%SZ}", at / 2000) for at in range(first, first + FIXES)]
    return orjson.dumps({
        "positions": [
            {"plate": f"{trucks}{truck}", "fix_at": at, "lat": round(37.9 + math.sin(along) / 9, 6),
             "lon": round(117.5 + truck / 1000, 6), "speed_kmh": 62.5, "heading": 10}
            for truck in range(1, TRUCKS + 1) for at, along in moments
        ]
    })  # fmt: skip


def _floor(place: Place, raw: Raw) -> Flask:
    app, pages = Flask("positions"), Blueprint("positions", "positions")
    with place.runtime.read(WORKER) as tx:
        found = tx.session.execute(
            select(Vehicle.plate, Vehicle.id, Trip.id).outerjoin(Trip, Trip.vehicle_id == Vehicle.id)
        )
        ids = {plate: (vehicle_id, trip_id) for plate, vehicle_id, trip_id in found.all()}

    @pages.post("/floor/positions")
    def take() -> Response:
        batch = orjson.loads(request.get_data())["positions"]
        write(row(fix) for fix in batch)
        return Response(orjson.dumps({"stored": len(batch)}), content_type="application/json")

    def row(fix: dict[str, Any]) -> tuple[Any, ...]:
        at = fix["fix_at"]
        if raw.lite:
            at = f"{at[:10]} {at[11:19]}.000000"  # as it is kept there
        places = round(fix["lat"] * 1e6), round(fix["lon"] * 1e6)
        return (*ids[fix["plate"]], at, at, *places, fix["speed_kmh"], fix["heading"], "api")

    def write(rows: Iterator[tuple[Any, ...]]) -> None:
        with raw.unit():
            if raw.lite:
                raw.cursor().executemany(INSERT, rows)
                return
            with raw.cursor().copy(COPY) as copy:
                for one in rows:
                    copy.write_row(one)

    app.register_blueprint(pages)
    return app
