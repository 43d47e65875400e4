"""The register and a month's figures among a hundred thousand accidents, against the same among a hundred."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Table, select, text

from models.accidents import Accident, AccidentClock
from models.penalties import LossItem
from models.responsibility import Determination, GateSignature
from models.vocabulary import AccidentGate, AccidentState, ClockKind, LossKind
from services.policy.accidents.monthly import span_of
from services.queries.accident_figures import accident_figures
from services.queries.accident_register import register_page
from services.queries.paging import Page
from services.transaction import WORKER, Tx
from tests.bench import places
from tests.bench.depth import SERIES
from tests.bench.measure import Goal, Meter, Result
from tests.bench.places import Place
from tests.bench.web import analyze, compare
from tests.support.accidents import accident_in

FEW, MANY = 100, 100_000
CALLS = 20
MONTH = "2026-03"
# what is read, and how many accidents it shows
READS = {"register": 50, "register of a state": 50, "figures of a month": 100}
CHILDREN = (AccidentClock, Determination, LossItem, GateSignature)
CLOCKS = (ClockKind.POLICE_AND_SAFETY_TOLD, ClockKind.RESPONDER_SENT, ClockKind.INSURER_TOLD, ClockKind.FIVE_DAY_RECORD)
# no two papers of an authority have one number
OWN = {"document_no": "'BN-' || a.id"}


def results(place: Place) -> Iterator[Result]:
    """Fill two places of this one's kind and read the same in both."""
    opened = next(each for each in places.there() if each.__name__ == place.name)
    with opened() as many, opened() as few:
        for filled, accidents in ((many, MANY), (few, FEW)):
            _fill(filled, accidents, span_of(MONTH)[0] + timedelta(days=1))
        for name in READS:
            assert _read(many, name) == _read(few, name) == READS[name], name
            meter = Meter({*many.meter()._pids, *few.meter()._pids})
            goal = Goal(f"accidents {name} {place.name}", 2.0, CALLS)
            yield compare(goal, meter, partial(_read, many, name), partial(_read, few, name))


def _read(place: Place, name: str) -> int:
    """Read once and give how many accidents were seen."""
    with place.runtime.read(WORKER) as tx:
        if name.startswith("figures"):
            return int(accident_figures(tx, *span_of(MONTH))["accidents"])
        filters = {"state": AccidentState.CLOSED} if name.endswith("state") else {}
        return len(register_page(tx, Page(None, 50), filters)["items"])


def _fill(place: Place, accidents: int, at: datetime) -> None:
    """Have so many closed cases with four clocks, a paper, two losses and a signature each; a hundred in one month."""
    number = accident_in(
        place.world, AccidentState.CLOSED, occurred_at=at, losses=((LossKind.CARGO, 100), (LossKind.RESCUE, 200))
    )
    with place.runtime.begin(WORKER) as tx:
        first = tx.session.scalars(select(Accident.id).where(Accident.number == number)).one()
        _around(tx, first, at)
    engine = place.runtime.database.engine
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))  # as in depth
        _copy(connection, engine.dialect.name, first, accidents - 1)
        later = "'2020-01-01 00:00:00.000000'" if engine.dialect.name == "sqlite" else "TIMESTAMPTZ '2020-01-01'"
        connection.execute(text(f"UPDATE accidents SET occurred_at = {later} WHERE id > {first + FEW - 1}"))
    analyze(place)


def _around(tx: Tx, accident_id: int, at: datetime) -> None:
    clock = {"accident_id": accident_id, "arming": 1, "reason": "bench", "started_at": at, "warn_at": at, "due_at": at}
    tx.session.add_all(AccidentClock(kind=kind, met_at=at, **clock) for kind in CLOCKS)
    tx.session.add(
        GateSignature(
            accident_id=accident_id, round=1, gate=AccidentGate.G1_CAUSE, evidence="x", signed_by_id=1, signed_at=at
        )
    )


def _copy(connection: Connection, dialect: str, first: int, more: int) -> None:
    series = SERIES[dialect].format(rows=more)
    names = [name for name in _columns(Accident.__table__) if name != "number"]
    taken = ", ".join(f"a.{name}" for name in names)
    source = f"{series}SELECT 'BN-' || n, {taken} FROM s, accidents a WHERE a.id = {first}"
    connection.execute(text(f"INSERT INTO accidents (number, {', '.join(names)}) {source}"))
    for table in CHILDREN:
        columns = [name for name in _columns(table.__table__) if name != "accident_id"]
        values = ", ".join(OWN.get(name) or f"c.{name}" for name in columns)
        source = f"SELECT a.id, {values} FROM accidents a, {table.__tablename__} c "
        limits = f"WHERE c.accident_id = {first} AND a.id > {first}"
        connection.execute(
            text(f"INSERT INTO {table.__tablename__} (accident_id, {', '.join(columns)}) {source}{limits}")
        )


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name != "id"]
