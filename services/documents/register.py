"""The register of accidents as a file for a spreadsheet; no cell of it is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from models.vocabulary import Word
from services.clock import local
from services.imports.cells import harmless
from services.policy.findings import Finding, require
from services.queries.accident_register import register_page
from services.queries.paging import Page
from services.transaction import Tx

MOST_ROWS = 5000
BATCH = 200
MARK = "\ufeff"
TITLES = {"zh-CN": "事故登记簿", "en": "Accidents"}
PENDING = {"zh-CN": "待认定", "en": "pending"}
# name of the column in both languages, and what of a row stands in it
COLUMNS: tuple[tuple[str, str, Callable[[Mapping[str, Any]], Any]], ...] = (
    ("事故编号", "Number", lambda row: row["number"]),
    ("状态", "State", lambda row: row["state"]),
    ("发生时间", "Occurred", lambda row: row["occurred_at"]),
    ("公司接报", "Received", lambda row: row["company_received_at"]),
    ("地点", "Place", lambda row: row["place"]),
    ("车号", "Vehicle", lambda row: row["vehicle"]),
    ("驾驶员工号", "Driver", lambda row: row["driver"]),
    ("驾驶员", "Name", lambda row: row["driver_name"]),
    ("经过", "Outline", lambda row: row["outline"]),
    ("事故等级", "Class", lambda row: row["mps_class"]),
    ("报告级别", "Tier", lambda row: row["report_tier"]),
    ("493号等级", "Decree 493", lambda row: row["sc493_grade"]),
    ("责任认定", "Grade", lambda row: row["grade"]),
    ("原因", "Cause", lambda row: row["cause_category"]),
    ("死亡", "Dead", lambda row: row["dead"]),
    ("重伤", "Seriously hurt", lambda row: row["seriously_hurt"]),
    ("轻伤", "Slightly hurt", lambda row: row["slightly_hurt"]),
    ("下落不明", "Missing", lambda row: row["missing"]),
    ("直接损失(元)", "Direct loss (CNY)", lambda row: Decimal(row["direct_loss"])),
    ("已收回(元)", "Recovered (CNY)", lambda row: Decimal(row["recovered"])),
    ("按时", "Clocks met", lambda row: row["clocks"]["met"]),
    ("超时", "Clocks missed", lambda row: row["clocks"]["missed"]),
    ("进行中", "Clocks running", lambda row: row["clocks"]["running"]),
    ("未销项", "Gates open", lambda row: row["gates_open"]),
    ("结案时间", "Closed", lambda row: row["closed_at"]),
)
GRADE = next(at for at, column in enumerate(COLUMNS) if column[1] == "Grade")


def register_csv(tx: Tx, filters: Mapping[str, Any], language: str) -> bytes:
    """Give the register as UTF-8 text with a mark that Excel reads; RuleBrokenError for too many rows."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    for row in _rows(tx, filters, language):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return f"{MARK}{made.getvalue()}".encode()


def register_xlsx(tx: Tx, filters: Mapping[str, Any], language: str) -> bytes:
    """Give the register as a workbook with typed cells; RuleBrokenError for too many rows."""
    import xlsxwriter

    made = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, settings) as book:
        sheet = book.add_worksheet(TITLES[language])
        bold, amount = (
            book.add_format({"bold": True, "bg_color": "#E8EDF2"}),
            book.add_format({"num_format": "#,##0.00"}),
        )
        for number, row in enumerate(_rows(tx, filters, language)):
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, at, harmless(cell), bold if number == 0 else None)
                else:
                    sheet.write_number(number, at, cell, amount if isinstance(cell, Decimal) else None)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(COLUMNS) - 1, 14)
    return made.getvalue()


def _rows(tx: Tx, filters: Mapping[str, Any], language: str) -> Iterator[list[Any]]:
    """Give the header and the rows, each cell as text or number in the reader's language."""
    yield [chinese if language == "zh-CN" else english for chinese, english, _ in COLUMNS]
    cursor: str | None = None
    for _ in range(MOST_ROWS // BATCH):
        page = register_page(tx, Page(cursor, BATCH), filters)
        for row in page["items"]:
            cells = [_cell(value(row), language) for _, _, value in COLUMNS]
            cells[GRADE] = cells[GRADE] or PENDING[language]
            yield cells
        cursor = page["next_cursor"]
        if cursor is None:
            return
    require([Finding("REGISTER_TOO_LONG", {"limit": MOST_ROWS})])


def _cell(value: Any, language: str) -> Any:
    match value:
        case None:
            return ""
        case Word():
            return value.zh if language == "zh-CN" else value.value
        case datetime():
            return f"{local(value):%Y-%m-%d %H:%M}"
        case list():
            return ("、" if language == "zh-CN" else ", ").join(str(_cell(one, language)) for one in value)
        case _:
            return value
