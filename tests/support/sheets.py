"""Files of bookings for tests: start from one lawful row and break one thing."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from sqlalchemy import select

from models.imports import ImportFile
from models.vocabulary import ImportState
from services.imports import answers, run
from services.queries.paging import Page
from services.transaction import WORKER, Actor
from tests.support.world import World

ROW: dict[str, Any] = {
    "客户单号": "PO-1", "收货方编码": "CN-1", "发货点": "SG-A", "收货点": "BJ-B", "要求到达时间": "2026-03-05 10:00",
    "货物名称": "控制器", "件数": "200", "类别": "普通", "包装": "纸箱", "重量(kg)": "2000", "体积(方)": "12.5",
}  # fmt: skip


PLAIN = {"in_memory": True, "strings_to_formulas": False}


def a_row(**changes: Any) -> dict[str, Any]:
    """Give a lawful row of 200 cartons from Shouguang to Beijing; ``changes`` are by header."""
    return {**ROW, **changes}


def a_csv(*rows: dict[str, Any], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Write rows as CSV under all their headers."""
    made = io.StringIO()
    headers = list(dict.fromkeys(header for row in rows for header in row))
    writer = csv.DictWriter(made, headers, delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue().encode(encoding)


def an_xlsx(*rows: Sequence[Any], sheet: str = "订单", merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """Write cells as they are given on one sheet; ``merged`` areas keep the value of their first cell."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {**PLAIN, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        page = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
        for top, left, bottom, right in merged:
            page.merge_range(top, left, bottom, right, rows[top][left])
    return made.getvalue()


def cells(*rows: dict[str, Any]) -> list[list[Any]]:
    """Give rows as lists of cells under their headers."""
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def uploaded(world: World, actor: Actor, content: bytes, **how: Any) -> str:
    """Hand a file in and give the import's id."""
    with world.runtime.begin(actor) as tx:
        return str(run.accept(tx, run.Upload(content, how.pop("file_name", "orders.csv"), **how))["id"])


def step(world: World, public_id: str) -> ImportState:
    """Run the next chunk of an import, as the worker does."""
    with world.runtime.read(WORKER) as tx:
        file_id = tx.session.scalar(select(ImportFile.id).where(ImportFile.public_id == public_id))
    with world.runtime.begin(WORKER) as tx:
        return run.run_chunk(tx, file_id or 0)


def finished(world: World, public_id: str) -> dict[str, Any]:
    """Run an import to its end and give its view."""
    while step(world, public_id) not in {ImportState.DONE, ImportState.REJECTED}:
        pass
    with world.runtime.read(WORKER) as tx:
        return answers.import_view(tx, public_id)


def imported(world: World, actor: Actor, content: bytes, **how: Any) -> dict[str, Any]:
    """Hand a file in, run it to its end, and give its view with the rows added."""
    view = finished(world, uploaded(world, actor, content, **how))
    with world.runtime.read(WORKER) as tx:
        return {**view, "rows": answers.rows_page(tx, view["id"], Page(None, 5000))["items"]}


def results(view: dict[str, Any]) -> list[str]:
    """Give what became of each row."""
    return [row["result"].value for row in view["rows"]]


def codes(view: dict[str, Any]) -> list[list[str]]:
    """Give the codes of the reasons of each row."""
    return [[reason["code"] for reason in row["reasons"]] for row in view["rows"]]
