"""G3 by token: the page behind a link of goods on the road, as JSON, against the raw driver reading the same rows."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator

import orjson
from flask import Blueprint, Flask, Response

from tests.bench.doors import Door
from tests.bench.floor import Raw
from tests.bench.measure import Goal, Result, compare
from tests.bench.places import Place
from tests.bench.web import Web, analyze
from tests.support.shipment import Shipment

FOUND = """SELECT c.id, c.consignee_id, t.id, q.id, c.number, c.state, c.promised_arrival_at, c.planned_arrival_at,
    c.track_expires_at, c.total_mass_kg, c.hard_to_handle, c.open_box_required, d.region_code, t.frozen_at, v.plate,
    w.plate, p.kind, p.work_completed_at, q.site_id, e.region_code, q.arrived_at, q.estimated_arrival_at,
    q.estimated_at, q.remaining_km, q.estimate_stale
    FROM consignments c JOIN sites d ON d.id = c.destination_site_id
    LEFT JOIN consignment_legs l ON l.consignment_id = c.id AND l.trip_id = c.trip_id
    LEFT JOIN trips t ON t.id = l.trip_id
    LEFT JOIN vehicles v ON v.id = t.vehicle_id LEFT JOIN vehicles w ON w.id = t.trailer_id
    LEFT JOIN trip_stops p ON p.id = l.pickup_stop_id LEFT JOIN trip_stops q ON q.id = l.drop_stop_id
    LEFT JOIN sites e ON e.id = q.site_id WHERE c.track_hash = :hash"""
# the rest of the page, each from what FOUND gave
REST = (
    """SELECT name, specification, quantity, unit, packaging, mass_kg, piece_mass_kg FROM cargo_lines
    WHERE consignment_id = :consignment ORDER BY line_no""",
    """SELECT action, occurred_at, facts FROM journal WHERE subject_kind = 'consignment' AND subject_id = :consignment
    ORDER BY seq""",
    """SELECT public_id, version_no, kind, state, eta_at, due_at, sent_at, acknowledged_at FROM notices
    WHERE stop_id IN (SELECT l.drop_stop_id FROM consignment_legs l JOIN trips t ON t.id = l.trip_id
    WHERE l.consignment_id = :consignment AND t.state <> 'cancelled') AND consignee_id = :consignee
    AND state IN ('sent', 'acknowledged', 'scheduled', 'failed') ORDER BY id""",
    """SELECT s.id, s.number, s.state, s.closure, s.applied_at, s.replaced_by_id, e.kind, e.finding, e.occurred_at
    FROM seals s LEFT JOIN seal_events e ON e.seal_id = s.id AND e.trip_id = s.trip_id
    AND e.kind IN ('broken', 'removed') WHERE s.trip_id = :trip AND s.applied_at IS NOT NULL ORDER BY s.id, e.id""",
    """SELECT d.name, d.phone, EXISTS (SELECT 1 FROM wheel_periods w WHERE w.trip_id = a.trip_id AND w.driver_id = d.id
    AND w.ended_at IS NULL) FROM drivers d JOIN crew_assignments a ON a.driver_id = d.id
    WHERE a.trip_id = :trip AND a.role = 'driver' ORDER BY a.position""",
    "SELECT fix_at, lat_e6, lon_e6 FROM last_positions WHERE trip_id = :trip",
    """SELECT region_code, lat_e6, lon_e6 FROM sites WHERE lat_e6 BETWEEN 36000000 AND 38000000
    AND lon_e6 BETWEEN 118000000 AND 120000000 AND kind <> 'temporary'""",
)
ON_THE_ROAD = (36.9, 118.8)


def results(place: Place) -> Iterator[Result]:
    """Bring one consignment on the road, told of and seen, and read its page from ever new addresses."""
    web = Web(place)
    shipment = Shipment(place.world).planned().loaded().departed().told(hours=1).seen_at(*ON_THE_ROAD)
    analyze(place)
    path = f"{shipment.path}.json"
    shown = orjson.loads(web.ours.get(path))
    if not all(shown[name] for name in ("goods", "place", "seals", "notices", "drivers", "history", "vehicle")):
        raise AssertionError("the page lacks a part that the floor reads")
    floor = Door(_floor(web.raw))
    token = hashlib.sha256(shipment.path.rpartition("/")[2].encode()).hexdigest()
    addresses = _addresses()
    yield compare(
        Goal(f"G3 tracking {place.name}", 2.0, 100),
        place.meter(),
        lambda: web.ours.get(path, next(addresses)),
        lambda: floor.get(f"/floor/tracked/{token}"),
    )
    web.raw.close()


def _floor(raw: Raw) -> Flask:
    app, pages = Flask("tracked"), Blueprint("tracked", "tracked")
    found, rest = raw.sql(FOUND), [raw.sql(statement) for statement in REST]

    @pages.get("/floor/tracked/<token>")
    def read(token: str) -> Response:
        first = raw.rows(found, {"hash": token})
        asked = dict(zip(("consignment", "consignee", "trip", "stop"), first[0], strict=False))
        rows = [first, *(raw.rows(statement, asked) for statement in rest)]
        return Response(orjson.dumps(rows), content_type="application/json")

    app.register_blueprint(pages)
    return app


def _addresses() -> Iterator[str]:
    """Give addresses, none twice within the minute that the page's limit counts."""
    return (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" for number in itertools.count(1))
