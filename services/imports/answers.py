"""Imports as answers: one with its progress, a page of them, the rows of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func, select, true

from models.consignments import Consignment
from models.imports import ImportFile, ImportRow
from models.parties import Party
from models.vocabulary import ImportRowState
from services.errors import NotFoundError
from services.queries.paging import Page, newest_first, paged
from services.transaction import STAFF, Actor, Tx

_F = ImportFile
PLAIN = (
    _F.file_name, _F.sha256, _F.dry_run, _F.state, _F.problem, _F.columns, _F.rows_total, _F.rows_done,
    _F.created_at, _F.created_by, _F.finished_at,
)  # fmt: skip
ROW_COLUMNS = (ImportRow.row_no, ImportRow.state, ImportRow.reasons, Consignment.number)


def imports_of(actor: Actor) -> ColumnElement[bool]:
    """Limit imports: staff see all, a shipper those for himself, whoever uploaded them."""
    if actor.user_id is None or actor.has(*STAFF):
        return true()
    return ImportFile.shipper_id == (actor.shipper_id or 0)


def import_view(tx: Tx, public_id: str) -> dict[str, Any]:
    """Give one import with its progress; NotFoundError for a foreign or absent one alike."""
    query = select(_F.id, _F.public_id, Party.code.label("shipper"), *PLAIN).join(Party, Party.id == _F.shipper_id)
    row = tx.session.execute(query.where(_F.public_id == public_id, imports_of(tx.actor))).first()
    if row is None:
        raise NotFoundError
    return _shaped(row, counts(tx, [row.id]))


def import_page(tx: Tx, page: Page) -> dict[str, Any]:
    """Give a page of the imports that the caller may see, newest first."""
    query = select(_F.id, _F.public_id, Party.code.label("shipper"), *PLAIN).join(Party, Party.id == _F.shipper_id)
    query = newest_first(query.where(imports_of(tx.actor)), _F.id, page)
    found = paged(tx.session, query, page, lambda row: {"key": row.id, "row": row})
    counted = counts(tx, [item["key"] for item in found["items"]])
    return {**found, "items": [_shaped(item["row"], counted) for item in found["items"]]}


def rows_page(tx: Tx, public_id: str, page: Page, state: ImportRowState | None = None) -> dict[str, Any]:
    """Give a page of the rows that are done, in the order of the file; ``state`` picks one result."""
    query = select(*ROW_COLUMNS).outerjoin(Consignment, Consignment.id == ImportRow.consignment_id)
    query = query.where(ImportRow.file_id == _id(tx, public_id))
    after = page.after()
    if after is not None:
        query = query.where(ImportRow.row_no > after)
    if state is not None:
        query = query.where(ImportRow.state == state)
    return paged(tx.session, query.order_by(ImportRow.row_no).limit(page.limit + 1), page, _row, key="row_no")


def counts(tx: Tx, file_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Count the rows of each file by what became of them."""
    found = {file_id: {state.value: 0 for state in ImportRowState} for file_id in file_ids}
    rows = tx.session.execute(
        select(ImportRow.file_id, ImportRow.state, func.count())
        .where(ImportRow.file_id.in_(found))
        .group_by(ImportRow.file_id, ImportRow.state)
    )
    for file_id, state, count in rows:
        found[file_id][state.value] = count
    return found


def _id(tx: Tx, public_id: str) -> int:
    found = tx.session.scalar(select(_F.id).where(_F.public_id == public_id, imports_of(tx.actor)))
    if found is None:
        raise NotFoundError
    return found


def _shaped(row: Any, counted: dict[int, dict[str, int]]) -> dict[str, Any]:
    plain = {column.key: getattr(row, column.key) for column in PLAIN}
    return {"id": row.public_id, "shipper": row.shipper, **plain, "counts": counted[row.id]}


def _row(row: Any) -> dict[str, Any]:
    return {"row_no": row.row_no, "result": row.state, "reasons": row.reasons, "consignment": row.number}
