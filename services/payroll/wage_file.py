"""A month's wages from the payroll office's own xlsx or CSV: staff number, gross wage, perhaps a minimum wage."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from services.imports.cells import NUMBER, Cell, is_blank, printable, unguarded, written
from services.imports.reading import DELIMITERS, HEADER_WITHIN, OLD_EXCEL, ZIP, decoded
from services.imports.workbooks import UnreadableError, sheets
from services.payroll.wages import Given
from services.policy.findings import Finding, RuleBrokenError, require

MAX_ROWS = 20_000
LONGEST = 40
# the bound of money in the API: a longer number is no wage
MAX_FEN = 10**14
HEADERS: Mapping[str, frozenset[str]] = {
    "staff_no": frozenset({"工号", "员工编号", "人员编号", "staffno", "staff_no", "employeeno"}),
    "gross_wage": frozenset({"应发工资", "应发合计", "应发金额", "应发", "grosswage", "gross_wage", "gross"}),
    "minimum_wage": frozenset({"最低工资", "最低工资标准", "minimumwage", "minimum_wage"}),
}
NEEDED = ("staff_no", "gross_wage")


def read(content: bytes) -> list[Given]:
    """Read wages from a file; RuleBrokenError with every row that cannot be read, or with what the file lacks."""
    try:
        rows = _rows(content)
    except UnreadableError as error:
        raise RuleBrokenError([error.finding]) from error
    header, columns = _header(rows)
    wages: list[Given] = []
    objections: list[Finding] = []
    for position, row in enumerate(rows[header + 1 :], header + 2):
        cells = {field: _cell(row, at) for field, at in columns.items()}
        if all(is_blank(cells[field]) for field in NEEDED):
            continue
        found, given = _given(position, cells)
        objections += found
        wages += [given] if given is not None else []
    require(objections)
    require([] if wages else [Finding("WAGE_FILE_EMPTY")])
    require([Finding("WAGE_FILE_TOO_LONG", {"limit": MAX_ROWS})] if len(wages) > MAX_ROWS else [])
    return wages


def _rows(content: bytes) -> Sequence[Sequence[Cell]]:
    if not content.strip():
        raise UnreadableError(Finding("IMPORT_EMPTY_FILE"))
    if content[:4] == OLD_EXCEL:
        raise UnreadableError(Finding("IMPORT_OLD_EXCEL"))
    if content[:4] == ZIP:
        shown = sheets(content)
        return next((sheet.rows for sheet in shown if _columns_in(sheet.rows)), shown[0].rows if shown else [])
    text, _, _ = decoded(content)
    return max((_table(text, sign) for sign in DELIMITERS), key=lambda rows: len(_columns_in(rows)))


def _table(text: str, delimiter: str) -> list[list[str]]:
    """Give the rows of a CSV with this delimiter; what is no CSV with it has none, and so no header."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return []


def _header(rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]]:
    """Find the row near the top that names both needed columns; RuleBrokenError without one."""
    for position, row in enumerate(rows[:HEADER_WITHIN]):
        columns = _columns_of(row)
        if all(field in columns for field in NEEDED):
            return position, columns
    raise RuleBrokenError([Finding("WAGE_FILE_COLUMNS")])


def _columns_in(rows: Sequence[Sequence[Cell]]) -> dict[str, int]:
    return max((_columns_of(row) for row in rows[:HEADER_WITHIN]), key=len, default={})


def _columns_of(row: Sequence[Cell]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        title = unicodedata.normalize("NFKC", written(cell)).casefold().split("(")[0].replace(" ", "").strip()
        for field, titles in HEADERS.items():
            if title in titles:
                found.setdefault(field, at)
    return found


def _given(position: int, cells: Mapping[str, Cell]) -> tuple[list[Finding], Given | None]:
    staff_no = printable(unicodedata.normalize("NFKC", unguarded(written(cells["staff_no"]))).strip(), LONGEST)
    gross_fen = _fen(cells["gross_wage"])
    minimum = cells.get("minimum_wage", "")
    minimum_fen = None if is_blank(minimum) else _fen(minimum)
    wrong = [
        *([] if staff_no else ["staff_no"]),
        *([] if gross_fen is not None else ["gross_wage"]),
        *(["minimum_wage"] if minimum_fen is None and not is_blank(minimum) else []),
    ]
    if wrong or gross_fen is None:
        return [*_unread(position, wrong, cells)], None
    return [], Given(staff_no, gross_fen, minimum_fen)


def _unread(position: int, wrong: Sequence[str], cells: Mapping[str, Cell]) -> Iterator[Finding]:
    for field in wrong:
        yield Finding("WAGE_FILE_ROW", {"row": position, "column": field, "value": printable(written(cells[field]))})


def _fen(cell: Cell) -> int | None:
    """Read yuan as fen; None for what is no amount, is negative, or has parts of a fen.

    A spreadsheet's own noise behind the sixth place does not count.
    """
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return None
    text = repr(cell) if isinstance(cell, (int, float)) else _plain(cell)
    if text is None:
        return None
    fen = (Decimal(text) * 100).quantize(Decimal("0.0001"))
    return int(fen) if fen == fen.to_integral_value() and 0 <= fen < MAX_FEN else None


def _plain(text: str) -> str | None:
    bare = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").strip()
    found = NUMBER.match(bare)
    return found[1].replace(",", "") if found is not None and not found[2] else None


def _cell(row: Sequence[Cell], at: int) -> Cell:
    return row[at] if at < len(row) else ""
