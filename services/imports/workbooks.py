"""Open an xlsx that a stranger made: bounded in every direction before the reader sees it.

The reader allocates the rectangle up to the farthest cell, so a file of 5 KB can ask for 500 GB and end the
process. Only the parts that hold cells are unpacked, up to a limit, and their cells are counted first.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from services.imports.cells import Cell, printable
from services.policy.findings import Finding

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MAX_UNPACKED = 64 * 1024 * 1024
MAX_CELLS = 2_000_000
MAX_COLUMNS = 1_000
MAX_CELL_CHARACTERS = 32_767
MAX_CHARACTERS = 30_000_000
# content types, relations, the list of sheets, shared texts, styles (they tell dates from numbers), the sheets
PARTS = re.compile(
    r"^(\[content_types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels|xl/workbook\.xml|xl/sharedstrings\.xml"
    r"|xl/styles\.xml|xl/worksheets/[^/]+\.xml)$"
)
REFERENCE = re.compile(r"^([A-Za-z]{1,3})([0-9]{1,7})$")
ROW = re.compile(r"^[0-9]{1,7}$")
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class UnreadableError(Exception):
    """The file as a whole cannot be used; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        """Keep the finding."""
        self.finding = finding
        super().__init__(finding.code)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet: its name, all rows from the first of the sheet on, and its merged areas."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]


def sheets(content: bytes) -> list[Sheet]:
    """Give the visible sheets of an xlsx; raise UnreadableError for one that is broken, locked or too large."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(_repacked(content))) as book:
            shown = [
                meta.name
                for meta in book.sheets_metadata
                if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
            ]
            return [_sheet(book.get_sheet_by_name(name)) for name in shown]
    except CalamineError as error:
        raise UnreadableError(Finding("IMPORT_XLSX_BROKEN", {"detail": printable(str(error))})) from error


def _sheet(sheet: CalamineSheet) -> Sheet:
    # the reader gives rows from the first of the sheet on, but cells only from the first column in use
    _, left = sheet.start or (0, 0)
    rows: list[list[Cell]] = []
    characters = 0
    for row in sheet.iter_rows():
        rows.append([""] * left + [_finite(cell) for cell in row])
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if characters > MAX_CHARACTERS:
            raise UnreadableError(Finding("IMPORT_XLSX_TOO_LARGE"))
    return Sheet(sheet.name, rows, sheet.merged_cell_ranges or [])


def _finite(cell: Cell) -> Cell:
    return str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell


def _repacked(content: bytes) -> bytes:
    """Give the same workbook with only the parts that are read, each checked."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(made, "w") as kept:
            left = MAX_UNPACKED
            for name, part in _parts(packed):
                data = packed.open(part).read(left + 1)
                left -= len(data)
                if left < 0:
                    raise UnreadableError(Finding("IMPORT_XLSX_TOO_LARGE"))
                _check(name, data)
                kept.writestr(part.filename, data)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
        raise UnreadableError(Finding("IMPORT_XLSX_BROKEN", {"detail": printable(str(error))})) from error
    return made.getvalue()


def _parts(packed: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    seen: set[str] = set()
    for part in packed.infolist():
        name = part.filename.replace("\\", "/").casefold()
        if PARTS.match(name) and name not in seen and part.compress_type in PACKED:
            seen.add(name)
            yield name, part


def _check(name: str, data: bytes) -> None:
    """Read a part the way the reader will and stop at the first limit it breaks."""
    if name.startswith("xl/worksheets/"):
        _run(_Extent(), data)
    elif name == "xl/sharedstrings.xml":
        _run(_Texts(), data)


def _run(watch: _Extent | _Texts, data: bytes) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = watch.start
    if isinstance(watch, _Texts):
        parser.CharacterDataHandler = watch.characters
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes no names
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two of an encoding that it does not read
        raise UnreadableError(Finding("IMPORT_XLSX_BROKEN", {"detail": str(error)})) from error


class _Extent:
    """How far a sheet's cells reach; a cell without a reference stands right of the one before."""

    def __init__(self) -> None:
        self.row = self.column = self.farthest_row = self.farthest_column = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Follow rows and cells."""
        kind = tag.rpartition(" ")[2]
        if kind == "row":
            self.row = int(_form(ROW, attributes["r"])[0]) if "r" in attributes else self.row + 1
            self.column = 0
        elif kind == "c":
            self._cell(_form(REFERENCE, attributes["r"]) if "r" in attributes else None)

    def _cell(self, reference: re.Match[str] | None) -> None:
        self.column += 1
        if reference is not None:
            self.column, self.row = _column(reference[1]), int(reference[2])
        self.farthest_row = max(self.farthest_row, self.row)
        self.farthest_column = max(self.farthest_column, self.column)
        if self.farthest_column > MAX_COLUMNS:
            raise UnreadableError(Finding("IMPORT_TOO_WIDE", {"limit": MAX_COLUMNS}))
        if self.farthest_row * self.farthest_column > MAX_CELLS:
            raise UnreadableError(Finding("IMPORT_SHEET_TOO_FAR", {"row": self.farthest_row}))


class _Texts:
    """The shared texts: no cell of a spreadsheet holds more than 32,767 characters."""

    def __init__(self) -> None:
        self.length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - expat's signature
        """Begin a new text."""
        if tag.rpartition(" ")[2] == "si":
            self.length = 0

    def characters(self, text: str) -> None:
        """Count its characters."""
        self.length += len(text)
        if self.length > MAX_CELL_CHARACTERS:
            raise UnreadableError(Finding("IMPORT_XLSX_TOO_LARGE"))


def _form(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.match(text)
    if found is None:
        raise UnreadableError(Finding("IMPORT_XLSX_BROKEN", {"detail": printable(f"r={text}")}))
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
