"""A payroll batch as bytes: CSV for a program, xlsx for a person; no cell of either is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from models.vocabulary import ExportFormat
from services.clock import local
from services.policy.fen import yuan

# text as it is, money in fen, None for an empty cell
Value: TypeAlias = "str | int | None"
MEDIA_TYPES = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
}
# what a spreadsheet would take for a formula, or would strip to find one
ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
WIDTH = 16


def written(form: ExportFormat, headers: Sequence[str], rows: Sequence[Sequence[Value]], at: datetime) -> bytes:
    """Give the file of a batch made at an instant; the same rows at the same instant give the same bytes."""
    titles = [harmless(header) for header in headers]
    return _csv(titles, rows) if form is ExportFormat.CSV else _xlsx(titles, rows, at)


def harmless(text: str) -> str:
    """Give text that no spreadsheet takes for a formula: an apostrophe goes before what looks like one."""
    return f"'{text}" if text.startswith(ACTIVE) else text


def _csv(titles: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(titles)
    writer.writerows([_text(value) for value in row] for row in rows)
    # spreadsheets read UTF-8 only when it says so
    return made.getvalue().encode("utf-8-sig")


def _text(value: Value) -> str:
    if value is None:
        return ""
    return yuan(value) if isinstance(value, int) else harmless(value)


def _xlsx(titles: Sequence[str], rows: Sequence[Sequence[Value]], at: datetime) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, settings) as book:
        book.set_properties({"created": local(at).replace(tzinfo=None)})
        sheet = book.add_worksheet()
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, bold)
        for position, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(position, column, value / 100, money)
                elif value is not None:
                    sheet.write_string(position, column, harmless(value))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(titles) - 1), WIDTH)
    return made.getvalue()
