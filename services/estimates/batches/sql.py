"""How batches speak to the two databases: instants as whole microseconds, and any number of ids as one parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from sqlalchemy import BigInteger, Select, Text, bindparam, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from services.estimates.batches.arrays import Floats
from services.prepared import Prepared
from services.transaction import Tx

NOTHING: Any = literal_column("'null'")
COMMA: Any = literal_column("','")


class micros(FunctionElement[int]):  # noqa: N801 - it is written like a function of SQL
    """An instant as whole microseconds since 1970."""

    type = BigInteger()
    inherit_cache = True


@compiles(micros, "sqlite")
def _micros_of_text(element: Any, compiler: Any, **kw: Any) -> str:
    at = compiler.process(element.clauses, **kw)
    # models/base.py writes every instant with six digits of a second
    return f"(strftime('%s', {at}) * 1000000 + substr({at}, 21, 6))"


@compiles(micros, "postgresql")
def _micros_of_instant(element: Any, compiler: Any, **kw: Any) -> str:
    # in doubles, which hold a microsecond of this age; extract() would reckon in decimals, at four times the cost
    return f"CAST(round(date_part('epoch', {compiler.process(element.clauses, **kw)}) * 1000000) AS BIGINT)"


def listed(tx: Tx, ids: Sequence[int]) -> Any:
    """Give ids in the form in which ``among`` takes them on this database."""
    return list(ids) if tx.dialect == "postgresql" else orjson.dumps(list(ids)).decode()


def among(column: Any, dialect: str) -> Any:
    """Say that a column holds one of the bound ``ids``, however many: one parameter, one statement for ever."""
    if dialect == "postgresql":
        # a set and no ANY: the planner joins a set by the key, and would look for each id of an array in a whole table
        return column.in_(select(func.unnest(bindparam("ids", type_=ARRAY(BigInteger)))))
    return column.in_(select(func.json_each(bindparam("ids", type_=Text)).table_valued("value").c.value))


class Gathered:
    """A statement whose rows come as one text per column: an object for every number would cost as much as reading it.

    Every column holds whole numbers or nothing: SQLite writes a fraction with fifteen digits, which is not all of it.
    """

    __slots__ = ("_prepared",)

    def __init__(self, build: Callable[[str], Select[*tuple[Any, ...]]]) -> None:
        """Take a function that builds the statement for a dialect."""
        self._prepared = Prepared(lambda dialect: _gathering(build(dialect), dialect))

    def columns(self, tx: Tx, values: Mapping[str, Any]) -> list[Floats]:
        """Run it and give its columns, the rows in order of the first one; nothing becomes NaN."""
        texts = self._prepared.first(tx.connection, values) or ()
        made = [np.array(orjson.loads(f"[{text or ''}]"), dtype=np.float64) for text in texts]
        order = np.argsort(made[0], kind="stable")
        return [column[order] for column in made]


def _gathering(statement: Select[*tuple[Any, ...]], dialect: str) -> Any:
    found = statement.cte("found")
    aggregate = func.string_agg if dialect == "postgresql" else func.group_concat
    return select(*(aggregate(func.coalesce(cast(column, Text), NOTHING), COMMA) for column in found.c))
