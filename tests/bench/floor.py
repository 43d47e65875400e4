"""The floor: a blueprint that writes and reads the same rows by the raw driver and does nothing else.

No sign-in, no check, no rule, no hook, no shape: what is left is the web framework and the database.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
from flask import Blueprint, Flask, Response, request
from sqlalchemy.engine import make_url

from models.consignments import CargoLine, Consignment, TransportOrder
from models.records import IdempotencyAnswer, JournalEntry, OutboxRow
from services.orders.cargo_rows import LINE_DEFAULTS
from tests.bench.places import Place

Values = Mapping[str, Any]
NOW = "2026-03-02 06:00:00.000000"
NAMED = re.compile(r":([a-z][a-z0-9_]*)")
COUNT_UP = """INSERT INTO number_series (prefix, last) VALUES (:prefix, 1)
    ON CONFLICT (prefix) DO UPDATE SET last = number_series.last + 1 RETURNING last"""


class Raw:
    """One connection of the driver itself, with the product's own pragmas."""

    def __init__(self, place: Place) -> None:
        self.lite = place.runtime.database.on_sqlite
        self._connection: Any = _sqlite(place) if self.lite else psycopg.connect(_plain(place), autocommit=True)

    def sql(self, statement: str) -> str:
        """Write a statement with ``:name`` the way this driver takes it."""
        return statement if self.lite else NAMED.sub(r"%(\1)s", statement)

    def rows(self, statement: str, values: Values) -> Sequence[tuple[Any, ...]]:
        found: Sequence[tuple[Any, ...]] = self._connection.execute(statement, values).fetchall()
        return found

    def one(self, statement: str, values: Values) -> Any:
        """Give the first column of the first row."""
        return self._connection.execute(statement, values).fetchone()[0]

    def put(self, statement: str, values: Values) -> None:
        self._connection.execute(statement, values)

    def put_many(self, statement: str, rows: Sequence[Values]) -> None:
        self.cursor().executemany(statement, rows)

    def cursor(self) -> Any:
        """Give a cursor of the driver."""
        return self._connection.cursor()

    @contextmanager
    def unit(self) -> Any:
        """Begin and commit one transaction."""
        self._connection.execute("BEGIN IMMEDIATE" if self.lite else "BEGIN")
        yield
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class Floor:
    """The statements and the rows of the floor, prepared once."""

    def __init__(self, place: Place, raw: Raw) -> None:
        self.raw = raw
        self._count_up = raw.sql(COUNT_UP)
        self._put = {table: raw.sql(insert_into(table)) for table in (CargoLine, IdempotencyAnswer, JournalEntry)}
        self._put[OutboxRow] = raw.sql(insert_into(OutboxRow))
        self._put_order = raw.sql(insert_into(TransportOrder) + " RETURNING id")
        self._put_consignment = raw.sql(insert_into(Consignment) + " RETURNING id")
        self._ids = _ends(place)
        self._line = {name: _plain_value(value) for name, value in LINE_DEFAULTS.items()}
        self._consignment = {**_nulls(Consignment), **self._ids, **CONSIGNMENT}
        self._order = {"shipper_id": self._ids["shipper_id"], "state": "open", "created_at": NOW, "created_by": "floor"}
        self._entry = {**_nulls(JournalEntry), **ENTRY}
        self._owed = {**_nulls(OutboxRow), **OWED}

    def book(self, body: Values, key: str) -> bytes:
        """Write one booking: idempotency, number, order, consignment, lines, journal, outbox."""
        raw, put = self.raw, self._put
        with raw.unit():
            number = f"FL-{raw.one(self._count_up, {'prefix': 'FL'}):09d}"
            order_id = raw.one(self._put_order, {**self._order, "number": f"W{number}"})
            told = {name: body[name] for name in ("shipment_mode", "customer_ref", "notes")}
            day, _, at = body["promised_arrival_at"].partition("T")
            told["promised_arrival_at"] = f"{day} {at[:8]}.000000"  # as SQLite keeps it
            track = {"order_id": order_id, "number": number, "track_hash": hashlib.sha256(number.encode()).hexdigest()}
            consignment_id = raw.one(self._put_consignment, {**self._consignment, **told, **track})
            lines = [
                {**self._line, **line, "line_no": line_no, "consignment_id": consignment_id,
                 "volume_dm3": int(line["volume_m3"] * 1000)}
                for line_no, line in enumerate(body["lines"], 1)
            ]  # fmt: skip
            raw.put_many(put[CargoLine], lines)
            raw.put(put[JournalEntry], {**self._entry, "subject_id": consignment_id, "consignment_id": consignment_id})
            raw.put(put[OutboxRow], {**self._owed, "key": f"floor-{number}"})
            answer = orjson.dumps({"number": number, **body})
            asked = {**ANSWERED, "request_key": key, "answer": answer.decode()}
            raw.put(put[IdempotencyAnswer], asked)
        return answer


CONSIGNMENT = {
    "state": "booked", "out_of_town": True, "hard_to_handle": False, "open_box_required": False,
    "total_mass_kg": 6000, "total_volume_dm3": 37500, "track_expires_at": NOW, "created_at": NOW,
    "created_by": "floor", "version": 1,
}  # fmt: skip
ENTRY = {
    "subject_kind": "consignment", "seq": 1, "action": "consignment.booked", "actor_kind": "user", "actor_id": 1,
    "actor_name": "floor", "occurred_at": NOW, "recorded_at": NOW, "facts": '{"lines": 3}', "findings": "[]",
    "ruleset_version": 0, "hash": "0" * 64,
}  # fmt: skip
OWED = {
    "job": "publish_event", "args": '{"event": "consignment.booked"}', "created_at": NOW, "due_at": NOW, "attempts": 0,
}  # fmt: skip
ANSWERED = {
    "caller": "user:1", "route": "POST /floor/consignments", "body_hash": "0" * 64, "status": 201,
    "headers": '{"ETag": "v1"}', "created_at": NOW,
}  # fmt: skip


def blueprint(floor: Floor, reads: Mapping[str, tuple[str, ...]]) -> Flask:
    """Give a bare application: the booking, and one reading route per name, each with its statements."""
    app, pages = Flask("floor"), Blueprint("floor", "floor")

    @pages.post("/floor/consignments")
    def book() -> Response:
        made = floor.book(orjson.loads(request.get_data()), request.headers["Idempotency-Key"])
        return Response(made, 201, content_type="application/json")

    @pages.get("/floor/<name>")
    def read(name: str) -> Response:
        asked = request.args
        found = [floor.raw.rows(statement, asked) for statement in statements[name]]
        return Response(orjson.dumps(found), content_type="application/json")

    statements = {name: [floor.raw.sql(text) for text in texts] for name, texts in reads.items()}
    app.register_blueprint(pages)
    return app


def insert_into(table: Any) -> str:
    """Write the INSERT of every column but the key that the database makes."""
    names = [column.name for column in table.__table__.columns if column.name != "id"]
    return f"INSERT INTO {table.__tablename__} ({', '.join(names)}) VALUES ({', '.join(f':{n}' for n in names)})"


def _nulls(table: Any) -> dict[str, None]:
    return {column.name: None for column in table.__table__.columns if column.name != "id"}


def _plain_value(value: Any) -> Any:
    return "[]" if value == () else getattr(value, "value", value)


def _ends(place: Place) -> dict[str, int]:
    wanted = {"shipper_id": ("parties", "SH-1"), "consignee_id": ("parties", "CN-1"),
              "origin_site_id": ("sites", "SG-A"), "destination_site_id": ("sites", "BJ-B")}  # fmt: skip
    with place.runtime.database.engine.connect() as connection:
        return {
            name: connection.exec_driver_sql(f"SELECT id FROM {table} WHERE code = '{code}'").scalar_one()
            for name, (table, code) in wanted.items()
        }


def _sqlite(place: Place) -> sqlite3.Connection:
    made = sqlite3.connect(make_url(place.url).database or "", isolation_level=None, check_same_thread=False)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "cache_size=-32000",
    ):
        made.execute(f"PRAGMA {pragma}")
    return made


def _plain(place: Place) -> str:
    return place.url
