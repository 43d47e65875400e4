"""G1, G2 and G3: booking, the list, one consignment and the consignee's link against the raw driver."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterator
from urllib.parse import urlencode

import orjson

from app import create_app
from models.vocabulary import Role
from tests.bench.doors import Door
from tests.bench.floor import Floor, Raw, blueprint
from tests.bench.measure import Goal, Result, compare
from tests.bench.places import Place

BOOKED_BEFORE = 2000
ENDS = """JOIN parties s ON s.id = c.shipper_id JOIN parties e ON e.id = c.consignee_id
    JOIN sites o ON o.id = c.origin_site_id JOIN sites d ON d.id = c.destination_site_id"""
# as the product reads it: within the row, for two tables more to join make PostgreSQL plan longer than it reads
ESTIMATED = """(SELECT q.estimated_arrival_at FROM trip_stops q JOIN consignment_legs g ON g.drop_stop_id = q.id
    WHERE g.consignment_id = c.id AND g.trip_id = c.trip_id AND q.site_id = c.destination_site_id)"""
SUMMARY = f"""c.number, c.customer_ref, c.shipment_mode, c.state, c.out_of_town, c.hard_to_handle,
    c.open_box_required, c.total_mass_kg, c.promised_arrival_at, c.planned_arrival_at, {ESTIMATED},
    c.created_at, c.version, s.code, s.name, e.code, e.name, o.code, o.name, o.region_code,
    d.code, d.name, d.region_code"""
LINE = """l.line_no, l.name, l.specification, l.quantity, l.unit, l.cargo_class, l.mot_code, l.packaging,
    l.packaging_verdict, l.mass_kg, l.volume_dm3, l.piece_mass_kg, l.length_mm, l.width_mm, l.height_mm,
    l.manual_handling_ok, l.finished_goods, l.moisture_sensitive, l.theft_prone, l.stackable, l.odour, l.food_grade,
    l.divisible, l.temp_min_c, l.temp_max_c, l.hazmat_class, l.un_number, l.declared_value_fen, l.marks, l.documents"""
LINES = f"SELECT {LINE} FROM cargo_lines l JOIN consignments c ON c.id = l.consignment_id"
READS = {
    "list": (
        f"""SELECT c.id, {SUMMARY} FROM consignments c {ENDS}
        WHERE c.state = :state AND e.code = :consignee ORDER BY c.id DESC LIMIT 51""",
    ),
    "one": (
        f"""SELECT c.id, {SUMMARY}, c.total_volume_dm3, c.declared_value_fen, c.contact_name, c.contact_phone, c.notes,
        t.number, p.number, r.number FROM consignments c JOIN transport_orders t ON t.id = c.order_id {ENDS}
        LEFT JOIN trips p ON p.id = c.trip_id LEFT JOIN consignments r ON r.id = c.replaces_id
        WHERE c.number = :number""",
        f"{LINES} WHERE c.number = :number ORDER BY l.line_no",
    ),
}


class Web:
    """The product and the floor on one place, each behind a door."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.raw = Raw(place)
        self.app = create_app(place.runtime)
        gc.freeze()  # as wsgi.py does
        self.ours = Door(self.app, place.world.keys[Role.DISPATCHER])
        self.floor = Door(blueprint(Floor(place, self.raw), READS))
        self._numbers = itertools.count(1)
        line = place.world.booking()["lines"][0]
        self._body = place.world.booking(shipper="SH-1", notes="请走东门", lines=[line, line, line])

    def _booking(self) -> tuple[bytes, str]:
        number = next(self._numbers)
        return orjson.dumps({**self._body, "customer_ref": f"PO-{number:08d}"}), f"bench-{number}"

    def book(self) -> bytes:
        return self.ours.post("/api/v1/consignments", *self._booking())

    def book_raw(self) -> bytes:
        return self.floor.post("/floor/consignments", *self._booking())


def results(place: Place, only: frozenset[str]) -> Iterator[Result]:
    """Measure the goals named on one place."""
    web = Web(place)
    try:
        number = str(orjson.loads(web.book())["number"])
        web.book_raw()
        if "G1" in only:
            require_same_rows(web)
            yield compare(Goal(f"G1 {place.name}", 2.5, 150), place.meter(), web.book, web.book_raw)
        for _ in range(60):
            web.book()
        analyze(place)
        if "G2" in only:
            yield listed(web)
        if "G3" in only:
            yield one(web, number)
    finally:
        web.raw.close()


def analyze(place: Place) -> None:
    """Let the database count its rows, as it does by itself in a day's work."""
    with place.runtime.database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def require_same_rows(web: Web) -> None:
    """Refuse to compare unless both write the same number of rows into the same tables."""
    before = web.place.rows()
    web.book()
    between = web.place.rows()
    web.book_raw()
    after = web.place.rows()
    ours = {name: between[name] - before[name] for name in before}
    floor = {name: after[name] - between[name] for name in before}
    if ours != floor or ours["cargo_lines"] != 3 or ours["outbox"] != 1:
        raise AssertionError(f"the floor writes {floor}, the product {ours}")


def listed(web: Web) -> Result:
    """G2: a page of 50 with two filters."""
    query = urlencode({"state": "booked", "consignee": "CN-1"})
    goal = Goal(f"G2 {web.place.name}", 2.0, 100)
    if len(orjson.loads(web.ours.get(f"/api/v1/consignments?{query}"))["items"]) != 50:
        raise AssertionError("the page is not full")
    return compare(
        goal,
        web.place.meter(),
        lambda: web.ours.get(f"/api/v1/consignments?{query}"),
        lambda: web.floor.get(f"/floor/list?{query}"),
    )


def one(web: Web, number: str) -> Result:
    """G3: one consignment with its lines."""
    return compare(
        Goal(f"G3 one {web.place.name}", 2.0, 200),
        web.place.meter(),
        lambda: web.ours.get(f"/api/v1/consignments/{number}"),
        lambda: web.floor.get(f"/floor/one?number={number}"),
    )
