"""Codes that are made up when nobody gives one: ``SH-0001``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.records import NumberSeries
from services.transaction import Tx


def next_code(tx: Tx, prefix: str, table: Any) -> str:
    """Give the next code of a series that no row of ``table`` uses; people may have taken some by hand."""
    while True:
        put = tx.upsert(NumberSeries).values(prefix=prefix, last=1)
        put = put.on_conflict_do_update(index_elements=["prefix"], set_={"last": NumberSeries.last + 1})
        code = f"{prefix}-{tx.session.execute(put.returning(NumberSeries.last)).scalar_one():04d}"
        if tx.session.scalar(select(table.id).where(table.code == code)) is None:
            return code
