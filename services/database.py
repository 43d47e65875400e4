"""The engine: SQLite embedded or PostgreSQL beyond, with one way to begin a unit of work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from services.errors import BusyError, ConflictError
from services.settings import Settings

T = TypeVar("T")
FREE = nullcontext()
BEGIN = "begin"
# a connection that was used a moment ago is not asked first whether it lives: that would be one call in four
RESTED_S = 1.0
RESTED_AT = "rested_at"
RETRYABLE = {"40001", "40P01"}
NAMED_GUARDS = {
    "reservation_no_overlap": "RESOURCE_TAKEN",
    "uq_seals_live_closure": "CLOSURE_ALREADY_SEALED",
    "uq_seals_number": "SEAL_NUMBER_EXISTS",
    "uq_consignments_customer_ref": "CUSTOMER_REF_EXISTS",
    "uq_vehicles_plate": "PLATE_EXISTS",
    "uq_drivers_staff_no": "STAFF_NO_EXISTS",
    "uq_drivers_id_number": "ID_NUMBER_EXISTS",
    "uq_users_login": "LOGIN_EXISTS",
    "uq_employees_staff_no": "STAFF_NO_EXISTS",
    "uq_employees_driver_id": "DRIVER_IS_EMPLOYEE",
    "uq_employees_user_id": "USER_IS_EMPLOYEE",
    "uq_determinations_authority_document_no": "DOCUMENT_OF_ANOTHER_CASE",
    "uq_parties_code": "CODE_EXISTS",
    "uq_sites_code": "CODE_EXISTS",
    "uq_devices_terminal": "DEVICE_EXISTS",
    # money: the guards of migrations/ledger_guards.py and the checks of models/payroll.py
    "ledger_immutable": "LEDGER_IMMUTABLE",
    "append_only": "HISTORY_IMMUTABLE",
    "ledger_unbalanced": "LEDGER_UNBALANCED",
    "ledger_posted_before": "LEDGER_POSTED_BEFORE",
    "uq_ledger_journals_source_key": "LEDGER_POSTED_BEFORE",
    "ledger_reversed_before": "LEDGER_REVERSED_BEFORE",
    "uq_ledger_journals_reverses_id": "LEDGER_REVERSED_BEFORE",
    "ledger_reversal_differs": "LEDGER_REVERSAL_DIFFERS",
    "deduction_differs": "DEDUCTION_DIFFERS",
    "debt_overdrawn": "DEBT_OVERDRAWN",
    "refund_overpaid": "REFUND_OVERPAID",
    "deduction_repeated": "DEDUCTION_REPEATED",
    "uq_deductions_person_month": "DEDUCTION_REPEATED",
    "deduction_without_wage": "DEDUCTION_WITHOUT_WAGE",
    "ck_deductions_fifth": "DEDUCTION_OVER_SHARE",
    "ck_deductions_minimum": "DEDUCTION_UNDER_MINIMUM",
    "uq_bonus_forfeitures_person_year": "BONUS_FORFEITED_BEFORE",
}
SQLITE_COLUMNS = {
    "seals.trip_id, seals.closure": "uq_seals_live_closure",
    "seals.number": "uq_seals_number",
    "consignments.shipper_id, consignments.customer_ref": "uq_consignments_customer_ref",
    "vehicles.plate": "uq_vehicles_plate",
    "drivers.staff_no": "uq_drivers_staff_no",
    "drivers.id_number": "uq_drivers_id_number",
    "users.login": "uq_users_login",
    "employees.staff_no": "uq_employees_staff_no",
    "employees.driver_id": "uq_employees_driver_id",
    "employees.user_id": "uq_employees_user_id",
    "determinations.authority, determinations.document_no": "uq_determinations_authority_document_no",
    "parties.code": "uq_parties_code",
    "sites.code": "uq_sites_code",
    "devices.terminal": "uq_devices_terminal",
    "bonus_forfeitures.employee_id, bonus_forfeitures.year": "uq_bonus_forfeitures_person_year",
}


def _json(value: Any) -> str:
    # what the standard library refuses is refused here too: a time in a document would come back as a text
    return orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS).decode()


JSON_CODEC: dict[str, Any] = {"json_serializer": _json, "json_deserializer": orjson.loads}


class Unit:
    """One unit of work: its connection, and the ORM's session on it, which is made at its first use.

    Many units run prepared statements on the connection and never pay for a session.
    """

    __slots__ = ("_session", "connection")

    def __init__(self, connection: Connection) -> None:
        """Keep the connection, which is in a transaction."""
        self.connection = connection
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The session of this unit."""
        if self._session is None:
            self._session = Session(self.connection, expire_on_commit=False, autoflush=False)
        return self._session

    def settle(self) -> None:
        """Write what the session holds; the connection's transaction is committed by whoever began it."""
        if self._session is not None:
            self._session.commit()

    def close(self) -> None:
        """Let go of the session."""
        if self._session is not None:
            self._session.close()


class Database:
    """One engine and the lock that lets only one thread of this process write to SQLite at a time."""

    def __init__(self, settings: Settings) -> None:
        """Open no connection yet; the first unit of work does."""
        self.engine = make_engine(settings)
        self.on_sqlite = settings.on_sqlite
        self._write_lock = threading.Lock()
        self._broken_at = 0.0
        if not self.on_sqlite:
            event.listen(self.engine, "checkin", _rested)
            event.listen(self.engine, "checkout", self._tried)

    @contextmanager
    def unit(self, begun: Callable[[Unit], T], *, writes: bool) -> Iterator[T]:
        """Begin a unit of work and give what ``begun`` makes of it: commit at the end of the block, roll back on any
        exception.

        Raises ConflictError when a constraint or a version objects, BusyError when the database is away. A unit that
        only reads is one transaction on SQLite; on PostgreSQL each of its statements sees what is committed when it
        runs, which is so within a transaction there as well (READ COMMITTED), and nothing is begun or committed.
        """
        alone = writes and self.on_sqlite
        loose = not writes and not self.on_sqlite
        try:
            with self._write_lock if alone else FREE, self.engine.connect() as connection:
                if alone:
                    connection.info[BEGIN] = "BEGIN IMMEDIATE"
                unit = Unit(connection)
                try:
                    if not self.on_sqlite:
                        _loosen(connection, loose=loose)
                    connection.begin()
                    yield begun(unit)
                    unit.settle()
                    _commit(connection)
                finally:
                    unit.close()
                    if loose:
                        _loosen(connection, loose=False)  # whoever takes it next may rely on a transaction
        except (StaleDataError, DBAPIError) as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                self._broken_at = time.monotonic()
            known = _translated(error)
            if known is error:
                raise
            raise known from error

    def dispose_after_fork(self) -> None:
        """Forget connections inherited from the parent without closing the parent's sockets."""
        self.engine.dispose(close=False)

    def _tried(self, connection: Any, record: Any, proxy: object) -> None:  # noqa: ARG002 - SQLAlchemy's event signature
        """Ask a connection whether it still lives, when it has rested or another one broke meanwhile."""
        rested_at = record.info.get(RESTED_AT)
        if rested_at is None or (rested_at > self._broken_at and time.monotonic() - rested_at < RESTED_S):
            return
        try:
            self.engine.dialect.do_ping(connection)
        except self.engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error  # the pool makes new ones


def make_engine(settings: Settings) -> Engine:
    """Make the engine for the settings' database URL."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(settings, url.database or "")
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        **JSON_CODEC,
        pool_size=settings.web_threads,
        max_overflow=4,
        connect_args={"options": "-c timezone=utc -c statement_timeout=30000 -c lock_timeout=10000"},
    )


def _sqlite_engine(settings: Settings, path: str) -> Engine:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}",
        **JSON_CODEC,
        connect_args={"timeout": 20, "check_same_thread": False},
        pool_size=settings.web_threads + 4,
        max_overflow=8,
    )
    event.listen(engine, "connect", _sqlite_connected(settings.sqlite_synchronous))
    # not as an event: one listener on the engine makes every statement of it a tenth dearer
    engine.dialect.do_begin = _sqlite_begin  # type: ignore[method-assign,assignment]
    return engine


def _sqlite_connected(synchronous: str) -> Any:
    def prepare(connection: Any, record: object) -> None:  # noqa: ARG001 - SQLAlchemy's event signature
        connection.isolation_level = None  # we send BEGIN ourselves: pysqlite's own comes too late
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "busy_timeout=20000",
            "recursive_triggers=ON",
            "cache_size=-32000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return prepare


def _rested(connection: object, record: Any) -> None:  # noqa: ARG001 - SQLAlchemy's event signature
    record.info[RESTED_AT] = time.monotonic()


def _loosen(connection: Connection, *, loose: bool) -> None:
    """Have each statement stand alone, or have the first begin a transaction; nothing on a connection that is gone."""
    driver: Any = None if connection.invalidated else connection.connection.dbapi_connection
    if driver is not None and not driver.closed and driver.autocommit is not loose:
        driver.autocommit = loose


def _commit(connection: Connection) -> None:
    try:
        connection.commit()
    except DBAPIError:
        # SQLite leaves a transaction open whose COMMIT a deferred constraint refused, and nobody would end it
        connection.invalidate()
        raise


def _sqlite_begin(connection: Any) -> None:
    # a writing unit takes the write lock at once: read-then-write under a plain BEGIN fails when another writes
    connection.dbapi_connection.execute(connection.info.pop(BEGIN, "BEGIN"))


def _translated(error: Exception) -> Exception:
    """Give what the services know of a driver's refusal; the error itself when it is a fault of ours."""
    if isinstance(error, StaleDataError):
        return ConflictError("CHANGED_MEANWHILE")
    if isinstance(error, IntegrityError):
        return ConflictError(_guard_code(error))
    if isinstance(error, OperationalError):
        return BusyError(str(error.orig))
    if not isinstance(error, DBAPIError):
        return error
    passing = getattr(error.orig, "sqlstate", None) in RETRYABLE or error.connection_invalidated
    return BusyError(str(error.orig)) if passing else error


def _guard_code(error: IntegrityError) -> str:
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    text = str(error.orig)
    if not name:
        name = next((guard for columns, guard in SQLITE_COLUMNS.items() if text.endswith(columns)), "")
    if not name:
        name = next((guard for guard in NAMED_GUARDS if guard in text), "")
    return NAMED_GUARDS.get(name, "CONSTRAINT_BROKEN")
