"""How batches speak to the two databases: instants as whole microseconds, and any number of ids as one parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import BigInteger, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from services.transaction import Tx


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
        return column == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
    return column.in_(select(func.json_each(bindparam("ids", type_=Text)).table_valued("value").c.value))
