"""Statements that are compiled once and then run on the driver itself: the few that nearly every request runs.

SQLAlchemy writes the SQL and converts the values, here as everywhere. What is left out is what it does again at
each execution: find the statement by its structure, make a context, a result and rows with names. That is three
quarters of what a small query costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Boolean, Connection, Enum, Float, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any]
Row = Sequence[Any]
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one driver takes it."""

    sql: str
    # the values that stand in the statement itself
    fixed: Values
    # gives the parameters in their order; None where the driver takes them by name
    in_order: Callable[[Values], Iterable[Any]] | None
    # per parameter that needs it: its place or name, and what turns a value into the driver's
    writes: tuple[tuple[Any, Convert], ...]
    # per column that needs it: its place and what turns the driver's value into ours
    reads: tuple[tuple[int, Convert], ...]

    def bound(self, values: Values) -> Any:
        given = {**self.fixed, **values} if self.fixed else values
        made: Any = dict(given) if self.in_order is None else list(self.in_order(given))
        for place, convert in self.writes:
            made[place] = convert(made[place])
        return made

    def read(self, row: Row) -> Row:
        made = list(row)
        for place, convert in self.reads:
            value = made[place]
            if value is not None:  # no type of ours makes anything of nothing
                made[place] = convert(value)
        return made


class Prepared:
    """One statement; every parameter is given by name, a row comes back as a plain sequence in the order selected."""

    __slots__ = ("_build", "_forms", "_names")

    def __init__(self, build: Callable[[str], Any] | Any, names: Sequence[str] | None = None) -> None:
        """Take a statement, or a function that builds it for a dialect; ``names`` are the columns of a plain INSERT."""
        self._build = build
        self._names = names
        self._forms: dict[str, _Form] = {}

    def rows(self, connection: Connection, values: Values) -> list[Row]:
        """Run it and give every row."""
        form, cursor = self._run(connection, values)
        found: list[Any] = cursor.fetchall()
        if form.reads:
            for place, row in enumerate(found):
                found[place] = form.read(row)
        return found

    def first(self, connection: Connection, values: Values) -> Row | None:
        """Run it and give the first row, None without one."""
        form, cursor = self._run(connection, values)
        row: Row | None = cursor.fetchone()
        cursor.close()
        return form.read(row) if row is not None and form.reads else row

    def put(self, connection: Connection, values: Values) -> None:
        """Run it for its effect."""
        self._run(connection, values)

    def put_many(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Run it once per row."""
        form = self._form(connection.dialect)
        bound = [form.bound(values) for values in rows]
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(form.sql, bound)
        except Exception as error:
            raise _known(connection, form, error) from error

    def _run(self, connection: Connection, values: Values) -> tuple[_Form, Any]:
        form = self._forms.get(connection.dialect.name) or self._form(connection.dialect)
        bound = form.bound(values)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(form.sql, bound)
        except Exception as error:
            raise _known(connection, form, error) from error
        return form, cursor

    def _form(self, dialect: Dialect) -> _Form:
        form = self._forms.get(dialect.name)
        if form is None:
            statement = self._build(dialect.name) if callable(self._build) else self._build
            form = self._forms[dialect.name] = _compiled(statement, dialect, self._names)
        return form


def inserting(table: type[Any], *returned: Any) -> Prepared:
    """Prepare the INSERT of one row with every column but the key, giving back the columns named."""
    core = cast(Table, table.__table__)
    names = [column.name for column in core.columns if not column.primary_key]
    return Prepared(core.insert().returning(*returned) if returned else core.insert(), names)


def _compiled(statement: Any, dialect: Dialect, names: Sequence[str] | None) -> _Form:
    made = statement.compile(dialect=dialect, column_keys=names)
    order = list(made.positiontup if made.positional else made.binds)
    writes = [_writer(made.binds[name].type, dialect) for name in order]
    reads = [_reader(column.type, dialect) for column in statement.exported_columns]
    places = range(len(order)) if made.positional else order
    return _Form(
        sql=made.string,
        fixed={name: bind.value for name, bind in made.binds.items() if not bind.required},
        in_order=_in_order(order) if made.positional else None,
        writes=tuple((place, convert) for place, convert in zip(places, writes, strict=True) if convert is not None),
        reads=tuple((place, convert) for place, convert in enumerate(reads) if convert is not None),
    )


def _in_order(names: Sequence[str]) -> Callable[[Values], Iterable[Any]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def _reader(kind: Any, dialect: Dialect) -> Convert | None:
    """Give what turns the driver's value into ours; None where it is ours already."""
    if isinstance(kind, Float):
        return None  # both drivers give floats, and SQLAlchemy would ask PostgreSQL's for the column's number
    convert: Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return _Remembered(convert).__getitem__ if convert is not None and isinstance(kind, Enum) else convert


def _writer(kind: Any, dialect: Dialect) -> Convert | None:
    """Give what turns a value of a type into the driver's; the few values of a word or a flag are turned once."""
    convert: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    if convert is None or not isinstance(kind, Boolean | Enum):
        return convert
    return _Remembered(convert).__getitem__


class _Remembered(dict[Any, Any]):
    """What each value was turned into; one that cannot be turned raises as the first time."""

    def __init__(self, convert: Convert) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, value: Any) -> Any:
        made = self[value] = self._convert(value)
        return made


def _known(connection: Connection, form: _Form, error: Exception) -> BaseException:
    """Give the driver's refusal as SQLAlchemy's own, and drop the connection when it is the connection that is gone."""
    dialect = connection.dialect
    base: Any = dialect.loaded_dbapi.Error
    if not isinstance(error, base):
        return error
    gone = dialect.is_disconnect(error, connection.connection, None)
    known: BaseException = DBAPIError.instance(
        form.sql, None, error, base, hide_parameters=True, connection_invalidated=gone, dialect=dialect
    )
    if gone:
        connection.invalidate(error)
    return known
