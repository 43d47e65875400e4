"""The user's own file given back, in the same form, with what became of every row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from models.imports import ImportFile, ImportRow
from models.vocabulary import ImportRowState, ImportState
from services import texts
from services.errors import NotFoundError
from services.imports.answers import imports_of
from services.imports.cells import Cell, harmless
from services.imports.reading import CsvForm, Table, read
from services.policy.findings import Finding, require
from services.transaction import Tx

OWN_HEADERS = {"zh-CN": ("结果", "原因"), "en": ("Result", "Reason")}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
SHEET_NAME_LENGTH = 31
# spreadsheets count days from 1900
FIRST_YEAR = 1900
REFUSED_ROW, REFUSED_CELL, HEADER = "#FBE3E1", "#F28B82", "#E8EDF2"


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A file to download: its bytes, media type and name."""

    content: bytes
    media_type: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row, in words, and the fields whose cells were refused."""

    state: ImportRowState
    reason: str
    fields: frozenset[str]


def result_file(tx: Tx, public_id: str, language: str) -> GivenBack:
    """Give the file of a finished import back with a result and a reason in every row.

    Raises NotFoundError for a foreign or absent one, RuleBrokenError while it is not finished.
    """
    file = tx.session.scalar(select(ImportFile).where(ImportFile.public_id == public_id, imports_of(tx.actor)))
    if file is None:
        raise NotFoundError
    require([Finding("IMPORT_NOT_DONE", {"state": file.state})] if file.state is not ImportState.DONE else [])
    columns = (ImportRow.row_no, ImportRow.state, ImportRow.reasons)
    rows = tx.session.execute(select(*columns).where(ImportRow.file_id == file.id))
    results = {row.row_no: _result(row, language) for row in rows}
    table = read(file.content)
    stem = file.file_name.rsplit(".", 1)[0]
    name = f"{stem}-{OWN_HEADERS[language][0]}"
    if isinstance(table.form, CsvForm):
        return GivenBack(_csv(table, table.form, results, language), "text/csv", f"{name}.csv")
    return GivenBack(_xlsx(table, table.form, results, language), XLSX, f"{name}.xlsx")


def _result(row: Any, language: str) -> Result:
    said = [_said(reason, language) for reason in row.reasons]
    fields = frozenset(reason["field"] for reason in row.reasons if reason["field"])
    return Result(row.state, "；".join(said) if language == "zh-CN" else "; ".join(said), fields)


def _said(reason: Mapping[str, Any], language: str) -> str:
    message = texts.finding_message(Finding(reason["code"], reason["facts"]), language)
    if not reason["suggestion"]:
        return message
    return (
        f"{message}(建议:{reason['suggestion']})" if language == "zh-CN" else f"{message} (try: {reason['suggestion']})"
    )


def _state_word(state: ImportRowState, language: str) -> str:
    return state.zh if language == "zh-CN" else state.value


def _own_place(table: Table) -> int:
    """Give the column of our result: that of an earlier result in the header, else behind the widest row."""
    header = list(table.rows[table.header_row])
    for own in OWN_HEADERS.values():
        if tuple(header[-2:]) == own:
            return len(header) - 2
    return max(len(row) for row in table.rows)


def _added(table: Table, position: int, results: Mapping[int, Result], language: str) -> tuple[str, str] | None:
    if position == table.header_row:
        return OWN_HEADERS[language]
    result = results.get(position + 1)
    return (_state_word(result.state, language), harmless(result.reason)) if result else None


def _csv(table: Table, form: CsvForm, results: Mapping[int, Result], language: str) -> bytes:
    place = _own_place(table)
    made = io.StringIO()
    writer = csv.writer(made, delimiter=form.delimiter, lineterminator=form.line_end)
    for position, row in enumerate(table.rows):
        cells = [harmless(str(cell)) for cell in row]
        added = _added(table, position, results, language)
        if added is not None:
            cells = [*cells[:place], *[""] * (place - len(cells)), *added]
        writer.writerow(cells)
    content = made.getvalue().encode(form.encoding)
    return (b"\xef\xbb\xbf" + content) if form.bom else content


def _xlsx(table: Table, sheet_name: str, results: Mapping[int, Result], language: str) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, settings) as book:
        name = NOT_IN_SHEET_NAMES.sub("_", sheet_name).strip("'")[:SHEET_NAME_LENGTH]
        sheet = book.add_worksheet(name or None)
        place = _own_place(table)
        paint = _Paint(book, sheet)
        for position, row in enumerate(table.rows):
            _write_row(paint, table, position, row[:place], results.get(position + 1))
            for at, text in enumerate(_added(table, position, results, language) or ()):
                refused = position + 1 in results and results[position + 1].state is ImportRowState.REFUSED
                paint.cell(position, place + at, text, REFUSED_ROW if refused else _ground(table, position))
        sheet.freeze_panes(table.header_row + 1, 0)
        sheet.set_column(place + 1, place + 1, 60)
    return made.getvalue()


def _write_row(paint: _Paint, table: Table, position: int, row: Sequence[Cell], result: Result | None) -> None:
    """Write a row's own cells; a refused row is light red, the cells it was refused for are red."""
    refused = result is not None and result.state is ImportRowState.REFUSED
    for at, cell in enumerate(row):
        ground = REFUSED_ROW if refused else _ground(table, position)
        if refused and result is not None and at in table.columns and table.columns[at].column.field in result.fields:
            ground = REFUSED_CELL
        paint.cell(position, at, harmless(cell) if isinstance(cell, str) else cell, ground)


def _ground(table: Table, position: int) -> str | None:
    return HEADER if position == table.header_row else None


class _Paint:
    """Writes typed cells on a ground colour; formats are made once."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self.book = book
        self.sheet = sheet
        self.formats: dict[tuple[str | None, str | None], Any] = {}

    def cell(self, row: int, column: int, cell: Cell, ground: str | None) -> None:
        """Write one cell as what it is: number, text, truth or time."""
        shape = self._format(ground, _number_format(cell))
        if isinstance(cell, bool):
            self.sheet.write_boolean(row, column, cell, shape)
        elif isinstance(cell, (int, float)):
            self.sheet.write_number(row, column, cell, shape)
        elif isinstance(cell, (datetime, date)) and cell.year < FIRST_YEAR:
            self.sheet.write_string(row, column, str(cell), shape)
        elif isinstance(cell, (datetime, date, time, timedelta)):
            self.sheet.write_datetime(row, column, cell, shape)
        elif cell:
            self.sheet.write_string(row, column, cell, shape)
        elif ground:
            self.sheet.write_blank(row, column, None, shape)

    def _format(self, ground: str | None, number: str | None) -> Any:
        key = (ground, number)
        if key not in self.formats:
            wanted = {"bg_color": ground, "num_format": number, "bold": ground == HEADER or None}
            self.formats[key] = self.book.add_format({name: value for name, value in wanted.items() if value})
        return self.formats[key]


def _number_format(cell: Cell) -> str | None:
    if isinstance(cell, datetime):
        return "yyyy-mm-dd hh:mm"
    if isinstance(cell, date):
        return "yyyy-mm-dd"
    return "[hh]:mm" if isinstance(cell, (time, timedelta)) else None
