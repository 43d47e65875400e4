"""A user's bytes as a table: xlsx or CSV, its header row found, its columns understood."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeAlias

from services.imports import workbooks
from services.imports.cells import Cell, is_blank, printable, written
from services.imports.columns import REQUIRED, Matched, match
from services.imports.workbooks import Sheet, UnreadableError
from services.policy.findings import Finding

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 1_000
HEADER_WITHIN = 20
HEADER_LENGTH = 60
# one recognised word may be chance, as in a title; two in one row are a header
MIN_HEADER = 2
DELIMITERS = (",", ";", "\t")
# what Excel's own old format, and an encrypted xlsx, begin with
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
# the row of the template that shows how to fill it in is no booking
SAMPLE = "SAMPLE-示例"

Header: TypeAlias = "tuple[int, Mapping[int, Matched], tuple[str, ...]]"


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a CSV was written, so that it is given back the same way."""

    encoding: str
    bom: bool
    delimiter: str
    line_end: str


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows as they stand, and what its columns mean.

    ``columns`` is keyed by place from 0; ``positions`` are the rows below the header that say something.
    """

    rows: Sequence[Sequence[Cell]]
    header_row: int
    columns: Mapping[int, Matched]
    ignored: tuple[str, ...]
    form: CsvForm | str
    merged: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    positions: tuple[int, ...] = ()

    def cell(self, position: int, at: int) -> Cell:
        """Give one cell; inside a merged area what the whole order shares counts for every row of it."""
        row = self.rows[position]
        own = row[at] if at < len(row) else ""
        if is_blank(own) and not self.columns[at].column.of_line:
            return self.merged.get((position, at), "")
        return own


def read(content: bytes) -> Table:
    """Read a file; raise UnreadableError with one finding that says what is wrong with it as a whole."""
    if not content.strip():
        raise UnreadableError(Finding("IMPORT_EMPTY_FILE"))
    if content[:4] == OLD_EXCEL:
        raise UnreadableError(Finding("IMPORT_OLD_EXCEL"))
    table = _from_workbook(content) if content[:4] == ZIP else _from_csv(content)
    _require_columns(table.columns)
    positions = tuple(_positions(table))
    if not positions:
        raise UnreadableError(Finding("IMPORT_NO_ROWS"))
    if len(positions) > MAX_ROWS:
        raise UnreadableError(Finding("IMPORT_TOO_MANY_ROWS", {"rows": len(positions), "limit": MAX_ROWS}))
    return replace(table, positions=positions)


def _positions(table: Table) -> Iterator[int]:
    """Give the rows that say anything in a known column, without the sample row of the template."""
    for position in range(table.header_row + 1, len(table.rows)):
        row = table.rows[position]
        if any(at < len(row) and not is_blank(row[at]) for at in table.columns) and SAMPLE not in row:
            yield position


def _from_workbook(content: bytes) -> Table:
    sheets = workbooks.sheets(content)
    found = [(sheet, header) for sheet in sheets if (header := _header(sheet.rows)) is not None]
    if not found:
        raise UnreadableError(Finding("IMPORT_HEADER_NOT_FOUND", {"within": HEADER_WITHIN}))
    sheet, header = max(found, key=lambda pair: len(pair[1][1]))
    return Table(sheet.rows, *header, sheet.name, _filled(sheet))


def _from_csv(content: bytes) -> Table:
    text, encoding, bom = decoded(content)
    best = max(DELIMITERS, key=lambda delimiter: _width(text, delimiter))
    try:
        rows = [_bounded(row) for row in _records(text, best)]
    except csv.Error as error:
        raise UnreadableError(Finding("IMPORT_CSV_BROKEN", {"detail": printable(str(error))})) from error
    header = _header(rows)
    if header is None:
        raise UnreadableError(Finding("IMPORT_HEADER_NOT_FOUND", {"within": HEADER_WITHIN}))
    line_end = "\r\n" if "\r\n" in text else "\n"
    return Table(rows, *header, CsvForm(encoding, bom, best, line_end))


def decoded(content: bytes) -> tuple[str, str, bool]:
    """Decode strictly: UTF-8, else GB18030, else say so; a wrong guess would book wrong names."""
    bom = content.startswith(codecs.BOM_UTF8)
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.removeprefix(codecs.BOM_UTF8).decode(encoding), encoding, bom
        except UnicodeDecodeError:
            if bom:
                break
    raise UnreadableError(Finding("IMPORT_ENCODING_UNKNOWN"))


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _width(text: str, delimiter: str) -> int:
    """Count the columns that the header would have with this delimiter."""
    try:
        header = _header(list(islice(_records(text, delimiter), HEADER_WITHIN)))
    except csv.Error:
        return 0
    return len(header[1]) if header else 0


def _bounded(row: list[str]) -> list[Cell]:
    if len(row) > MAX_COLUMNS:
        raise UnreadableError(Finding("IMPORT_TOO_WIDE", {"limit": MAX_COLUMNS}))
    return list(row)


def _header(rows: Sequence[Sequence[Cell]]) -> Header | None:
    """Find the row near the top with the most known headers; raise UnreadableError when two mean the same."""
    best: tuple[int, dict[int, Matched]] = (0, {})
    for position, row in enumerate(rows[:HEADER_WITHIN]):
        known = dict(_known(row))
        if len(known) > len(best[1]):
            best = (position, known)
    position, known = best
    if len(known) < MIN_HEADER:
        return None
    columns: dict[str, Matched] = {}
    for matched in known.values():
        first = columns.setdefault(matched.column.field, matched)
        if first is not matched:
            facts = {"column": printable(first.header), "other": printable(matched.header)}
            raise UnreadableError(Finding("IMPORT_COLUMN_TWICE", facts))
    others = [cell for at, cell in enumerate(rows[position]) if at not in known and not is_blank(cell)]
    return position, known, tuple(printable(written(cell)) for cell in others)


def _known(row: Sequence[Cell]) -> Iterator[tuple[int, Matched]]:
    for at, cell in enumerate(row):
        found = match(cell[:HEADER_LENGTH]) if isinstance(cell, str) else None
        if found is not None:
            yield at, found


def _require_columns(columns: Mapping[int, Matched]) -> None:
    fields = {matched.column.field for matched in columns.values()}
    missing = [column for column in REQUIRED if column.field not in fields]
    if missing:
        names = "、".join(f"{column.zh}/{column.en}" for column in missing)
        facts = {"columns": names, "fields": [column.field for column in missing]}
        raise UnreadableError(Finding("IMPORT_COLUMNS_MISSING", facts))


def _filled(sheet: Sheet) -> dict[tuple[int, int], Cell]:
    """Give the value of each merged area to the cells below and beside its corner, within the sheet's data."""
    filled: dict[tuple[int, int], Cell] = {}
    for (top, left), (bottom, right) in sheet.merged:
        if top >= len(sheet.rows) or left >= len(sheet.rows[top]):
            continue
        for position in range(top, min(bottom, len(sheet.rows) - 1) + 1):
            for at in range(left, min(right, len(sheet.rows[position]) - 1) + 1):
                filled[position, at] = sheet.rows[top][left]
    return filled
