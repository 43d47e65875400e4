"""What keeps one case open, asked among a hundred thousand complete cases against the same among a hundred."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from sqlalchemy import Connection, Table, func, select, text

from models import accidents, penalties, responsibility
from models.accidents import Accident
from models.base import Base
from services.responsibility import closable
from services.responsibility.cases import object_to_self, responsible_of
from services.transaction import WORKER, Tx
from tests.bench import places
from tests.bench.measure import Goal, Meter, Result, compare
from tests.bench.places import Place
from tests.bench.registers import FEW, MANY, copy_accident
from tests.bench.web import analyze
from tests.support import responsibility as walk

CALLS = 40
# 14 rows of the case in 8 tables are the least that a complete case consists of
LEAST_TABLES, LEAST_ROWS = 8, 14


def results(place: Place) -> Iterator[Result]:
    """Bring one case by the product to where nothing is missing, copy it with all its rows, and ask in both places."""
    with places.another(place) as many, places.another(place) as few:
        numbers = {filled.folder: _fill(filled, accidents) for filled, accidents in ((many, MANY), (few, FEW))}
        ask_many, ask_few = (partial(_ask, filled, numbers[filled.folder]) for filled in (many, few))
        assert ask_many() == ask_few() == 0
        meter = Meter({*many.meter()._pids, *few.meter()._pids})
        yield compare(Goal(f"closing checks flat {place.name}", 2.0, CALLS), meter, ask_many, ask_few)


def _ask(place: Place, number: str) -> int:
    """Ask everything that closing asks and give how much objects."""
    with place.runtime.read(WORKER) as tx:
        accident = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        responsible = responsible_of(tx, accident.id)
        assert responsible
        return len([*closable.objections(tx, accident), *object_to_self(tx, *responsible)])


def _fill(place: Place, count: int) -> str:
    number = walk.closable(place.world)
    with place.runtime.read(WORKER) as tx:
        first = tx.session.scalars(select(Accident.id).where(Accident.number == number)).one()
        children = _children(tx, first)
    with place.runtime.database.engine.begin() as connection:
        _hurry(connection)
        copy_accident(connection, first, count - 1, children)
    analyze(place)
    return number


def _children(tx: Tx, accident_id: int) -> Sequence[Table]:
    """Give every table of the workflow in which the case has rows, parents first."""
    rooms = {accidents.__name__, penalties.__name__, responsibility.__name__}
    known = {mapper.local_table for mapper in Base.registry.mappers if mapper.class_.__module__ in rooms}
    rows: dict[Table, int] = {}
    for table in Base.metadata.sorted_tables:
        if table in known and "accident_id" in table.columns:
            own = select(func.count()).select_from(table).where(table.c.accident_id == accident_id)
            rows[table] = int(tx.session.scalar(own) or 0)
    found = [table for table, count in rows.items() if count]
    assert len(found) >= LEAST_TABLES, found
    assert sum(rows.values()) >= LEAST_ROWS, rows
    return found


def _hurry(connection: Connection) -> None:
    """Let PostgreSQL copy millions of rows without looking each parent up: they are copies of rows it looked up."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
