"""G9: the deepest page of consignments against the first, at a million rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from models.consignments import Consignment
from services.queries import shipments
from services.queries.paging import Page, cursor_of
from services.transaction import WORKER
from tests.bench.measure import Goal, Result
from tests.bench.places import Place
from tests.bench.web import analyze, compare

ROWS = 1_000_000
OWN = {"id": None, "number": "'BN-' || n", "track_hash": "'h' || n", "customer_ref": "NULL"}
SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}) ",
    "postgresql": "WITH s(n) AS (SELECT generate_series(1, {rows})) ",
}


def results(place: Place) -> Iterator[Result]:
    """Copy one booking a million times and read the first and the last page by cursor."""
    engine = place.runtime.database.engine
    columns = [column.name for column in Consignment.__table__.columns if column.name != "id"]
    values = ", ".join(OWN.get(name) or f"c.{name}" for name in columns)
    series = SERIES[engine.dialect.name].format(rows=ROWS)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))  # a million rows take longer than a request may
        first = connection.scalar(text("SELECT min(id) FROM consignments"))
        copy = f"INSERT INTO consignments ({', '.join(columns)}) {series}SELECT {values} FROM s, consignments c "
        connection.execute(text(f"{copy} WHERE c.id = :first"), {"first": first})
    analyze(place)

    def page(cursor: str | None) -> int:
        with place.runtime.read(WORKER) as tx:
            return len(shipments.consignment_page(tx, Page(cursor, 50), {})["items"])

    deepest = cursor_of(int(first or 0) + 51)
    assert page(deepest) == page(None) == 50
    yield compare(Goal(f"G9 {place.name}", 2.0, 40), place.meter(), lambda: page(deepest), lambda: page(None))
