"""The register and a month's figures among a hundred thousand accidents, against the same among a hundred."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
CHILDREN = tuple(table.__table__ for table in (AccidentClock, Determination, LossItem, GateSignature))
CLOCKS = (ClockKind.POLICE_AND_SAFETY_TOLD, ClockKind.RESPONDER_SENT, ClockKind.INSURER_TOLD, ClockKind.FIVE_DAY_RECORD)
# no two papers of an authority, reports or penalties have one number, and each penalty is of its own case's proposal
OWN = {
    "document_no": "'BN-' || a.id", "number": "'BN-' || a.id || '-' || c.id",
    "proposal_id": "(SELECT p.id FROM penalty_proposals p WHERE p.accident_id = a.id)",
}  # fmt: skip


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
        # written where they belong at once: rows moved out of the month afterwards would leave dead ones in its index
        elsewhere = "'2020-01-01 00:00:00.000000'" if engine.dialect.name == "sqlite" else "TIMESTAMPTZ '2020-01-01'"
        at_once = f"CASE WHEN n < {FEW} THEN a.occurred_at ELSE {elsewhere} END"
        copy_accident(connection, first, accidents - 1, CHILDREN, occurred_at=at_once)
    analyze(place)


def _around(tx: Tx, accident_id: int, at: datetime) -> None:
    clock = {"accident_id": accident_id, "arming": 1, "reason": "bench", "started_at": at, "warn_at": at, "due_at": at}
    tx.session.add_all(AccidentClock(kind=kind, met_at=at, **clock) for kind in CLOCKS)
    tx.session.add(
        GateSignature(
            accident_id=accident_id, round=1, gate=AccidentGate.G1_CAUSE, evidence="x", signed_by_id=1, signed_at=at
        )
    )


def copy_accident(
    connection: Connection, first: int, more: int, children: Sequence[Table], occurred_at: str = "a.occurred_at"
) -> None:
    """Copy one accident so many times under new numbers, with its rows of the tables named; ``n`` counts the copies."""
    series = SERIES[connection.dialect.name].format(rows=more)
    names = [name for name in _columns(Accident.__table__) if name != "number"]
    taken = ", ".join(occurred_at if name == "occurred_at" else f"a.{name}" for name in names)
    source = f"{series}SELECT 'BN-' || n, {taken} FROM s, accidents a WHERE a.id = {first}"
    connection.execute(text(f"INSERT INTO accidents (number, {', '.join(names)}) {source}"))
    for table in children:
        columns = [name for name in _columns(table) if name != "accident_id"]
        values = ", ".join(OWN.get(name) or f"c.{name}" for name in columns)
        source = f"SELECT a.id, {values} FROM accidents a, {table.name} c "
        limits = f"WHERE c.accident_id = {first} AND a.id > {first}"
        connection.execute(text(f"INSERT INTO {table.name} (accident_id, {', '.join(columns)}) {source}{limits}"))


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name != "id"]
