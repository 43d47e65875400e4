"""G11: what it adds to the taking of positions that they are held against the grounds of sites, and all else they mean.

A batch of 500 comes in as in G4. Then its points are found in the index of grounds; and once in four batches, as the
batches of ten seconds share one job, the watch goes through all that came: visits, corridors, long stops, hours at the
wheel. Ratios are of both together by the batch alone. Grounds are many and the trucks pass through some, so that the
index has something to find.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median

import orjson
from sqlalchemy import func, insert, select

from app import create_app
from models.parties import Site
from models.telematics import VehicleWatch
from models.tracking import LastPosition
from models.vocabulary import Role, SiteKind
from services.positions import watch
from services.transaction import WORKER
from tests.bench import fleet, places
from tests.bench.doors import Door
from tests.bench.measure import ROUNDS, Result
from tests.bench.places import Place
from tests.bench.positions import HOURS, TRUCKS, batch, prepare

SITES = 2000
TOGETHER = 4
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def results(there: Place) -> Iterator[Result]:
    """Take batches of trucks on the road and watch each, at a fresh place of this one's kind."""
    with places.another(there) as place:
        fleet.under_way(place, TRUCKS)
        began = place.world.clock.now()
        place.world.clock.advance(hours=HOURS)
        prepare(place)
        _more_sites(place)
        door = Door(create_app(place.runtime), place.world.keys[Role.DISPATCHER])
        gc.freeze()  # as wsgi.py does
        rounds = [_round(place, door, began, number) for number in range(ROUNDS + 1)]
        _require_watched(place)
    for name, goal, part in (("G11", 1.25, 1), ("G11 watch", 2.0, 2)):
        pairs = [(one[0] + one[part], one[0]) for one in rounds[1:]]  # the first warms up
        ours, floor = (median(each) * 1000 / TOGETHER for each in zip(*pairs, strict=True))
        ratio = median(both / alone for both, alone in pairs)
        yield Result(f"{name} {place.name}", ours, floor, ratio, goal, "ms CPU for 500 positions")


def _round(place: Place, door: Door, began: datetime, number: int) -> tuple[float, float, float]:
    """Take four batches; give the seconds of CPU for taking them, finding them in the index, and watching them."""
    meter = place.meter()
    bodies = [batch(began, number * TOGETHER + each) for each in range(TOGETHER)]
    start = meter.read()
    for body in bodies:
        door.post("/api/v1/positions", body, wanted="200")
    taken = meter.read()
    with place.runtime.read(WORKER) as tx:
        fences = watch.BOOK.open(tx)
    opened = meter.read()
    for body in bodies:
        fixes = orjson.loads(body)["positions"]
        fences.locate([fix["lat"] for fix in fixes], [fix["lon"] for fix in fixes])
    found = meter.read()
    place.runtime.write(WORKER, watch.watch_due)
    return taken - start, found - opened, meter.read() - found


def _more_sites(place: Place) -> None:
    """Strew grounds round the lane: about one in fifty lies on it."""
    same = {"kind": SiteKind.CONSIGNEE, "address": "路", "region_code": "370102", "radius_m": 400, "version": 1}
    same["created_at"] = place.world.clock.now()
    rows = [
        {
            "code": f"BS-{each}",
            "name": f"BS-{each}",
            "lat_e6": 36_500_000 + each % 50 * 60_000,
            "lon_e6": 115_500_000 + each // 50 * 90_000,
            **same,
        }
        for each in range(SITES)
    ]
    place.runtime.write(WORKER, lambda tx: tx.connection.execute(insert(Site), rows))


def _require_watched(place: Place) -> None:
    with place.runtime.read(WORKER) as tx:
        behind = (
            select(func.count())
            .select_from(LastPosition)
            .outerjoin(VehicleWatch, VehicleWatch.vehicle_id == LastPosition.vehicle_id)
        )
        left = tx.session.scalar(behind.where(func.coalesce(VehicleWatch.watched_to, NEVER) < LastPosition.fix_at))
    if left:
        raise AssertionError(f"{left} vehicles have fixes that were not watched")
