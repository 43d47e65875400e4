"""Files as strangers make them: encodings, delimiters, odd sheets, rubbish, and files made to break the reader."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import ImportState, Role
from services.imports import reading
from services.imports.reading import read
from services.imports.workbooks import UnreadableError
from tests.support.sheets import a_csv, a_row, an_xlsx, cells, codes, imported, results
from tests.support.world import World

# made once: a workbook carries the second in which it was written
A_WORKBOOK, A_CSV = an_xlsx(*cells(a_row(), a_row())), a_csv(a_row(), encoding="gb18030")
NAMED = {"货物名称": "𠮷野家的货", "备注": "电话：㐂"}


def problem_of(content: bytes) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(content)
    return caught.value.finding.code


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Give a workbook with some of its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
    return made.getvalue()


def in_sheet(content: bytes, old: bytes, new: bytes) -> bytes:
    return repacked(content, lambda name, part: part.replace(old, new) if "worksheets/" in name else part)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_any_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    content = a_csv(a_row(**NAMED), encoding=encoding, delimiter=delimiter)
    table = read(content)
    named = {matched.column.field: at for at, matched in table.columns.items()}
    assert table.cell(1, named["name"]) == "𠮷野家的货"
    assert table.form == reading.CsvForm(encoding.removesuffix("-sig"), encoding == "utf-8-sig", delimiter, "\r\n")


def test_a_name_of_four_bytes_is_booked_as_it_is_written(world: World) -> None:
    view = imported(world, world.actor(Role.SHIPPER), a_csv(a_row(**NAMED), encoding="gb18030"))
    assert (results(view), codes(view)) == (["booked"], [[]])
    assert view["columns"]["encoding"] == "gb18030"


def test_text_in_neither_encoding_is_one_clear_problem() -> None:
    assert problem_of(a_csv(a_row()).replace(b"PO-1", b"\xff\xfe\xff")) == "IMPORT_ENCODING_UNKNOWN"
    assert problem_of(a_csv(a_row(), encoding="utf-16")) == "IMPORT_ENCODING_UNKNOWN"
    broken = b"\xef\xbb\xbf" + a_csv(a_row(), encoding="gb18030")
    assert problem_of(broken) == "IMPORT_ENCODING_UNKNOWN"


def test_a_title_above_the_header_and_empty_rows_are_passed_over() -> None:
    rows = [["发货清单"], [], *cells(a_row(), a_row(客户单号="")), [], ["", "", ""]]
    table = read(an_xlsx(*rows))
    assert (table.header_row, table.positions) == (2, (3, 4))
    lines = a_csv(a_row(), a_row()).split(b"\r\n")
    table = read(b"\r\n".join([b"title", b"", lines[0], lines[1], b"", b",,,", lines[2], b""]))
    assert (table.header_row, table.positions) == (2, (3, 6))


def test_a_sheet_that_begins_in_another_corner_keeps_its_row_numbers() -> None:
    rows = [["", "", *row] for row in cells(a_row())]
    table = read(an_xlsx([], [], [], *rows))
    assert (table.header_row, table.positions) == (3, (4,))
    assert {table.rows[3][at] for at in table.columns} == set(a_row())


def test_typed_cells_of_a_workbook_are_read(world: World) -> None:
    row = a_row(**{"客户单号": 20260301001, "件数": 200, "重量(kg)": 2000.5, "不便人工装卸": True,
                   "要求到达时间": datetime(2026, 3, 5, 10, 0)})  # noqa: DTZ001  # fmt: skip
    view = imported(world, world.actor(Role.SHIPPER), an_xlsx(*cells(row)), file_name="o.xlsx")
    assert (results(view), view["columns"]["sheet"]) == (["booked"], "订单")
    assert imported(world, world.actor(Role.SHIPPER), an_xlsx(*cells(row)))["counts"]["unchanged"] == 1


def test_a_date_cell_without_an_hour_is_refused_with_a_suggestion(lite_world: World) -> None:
    view = imported(lite_world, lite_world.actor(Role.SHIPPER), an_xlsx(*cells(a_row(要求到达时间=date(2026, 3, 5)))))
    assert codes(view) == [["CELL_TIME_WITHOUT_HOUR"]]
    assert view["rows"][0]["reasons"][0]["suggestion"] == "2026-03-05 18:00"


def test_a_merged_cell_counts_for_every_row_of_an_order_but_never_as_a_quantity() -> None:
    first = a_row()
    second = {**a_row(货物名称="线束"), "客户单号": "", "收货方编码": "", "件数": ""}
    table = read(an_xlsx(*cells(first, second), merged=[(1, 0, 2, 0), (1, 1, 2, 1), (1, 6, 2, 6)]))
    named = {matched.column.field: at for at, matched in table.columns.items()}
    assert [table.cell(2, named[name]) for name in ("customer_ref", "consignee", "quantity")] == ["PO-1", "CN-1", ""]


@pytest.mark.parametrize(("rows", "problem"), [(5_000, None), (5_001, "IMPORT_TOO_MANY_ROWS")])
def test_five_thousand_rows_are_taken_and_one_more_is_not(rows: int, problem: str | None) -> None:
    lines = a_csv(a_row()).split(b"\r\n")
    content = b"\r\n".join([lines[0], *[lines[1]] * rows])
    if problem is None:
        assert len(read(content).positions) == rows
    else:
        assert problem_of(content) == problem


def test_missing_required_columns_are_all_named(lite_world: World) -> None:
    row = a_row()
    del row["货物名称"], row["要求到达时间"]
    view = imported(lite_world, lite_world.actor(Role.SHIPPER), a_csv(row))
    assert (view["state"], view["rows_total"], view["rows"]) == (ImportState.REJECTED, 0, [])
    assert view["problem"]["code"] == "IMPORT_COLUMNS_MISSING"
    assert view["problem"]["facts"]["fields"] == ["promised_arrival_at", "name"]


@pytest.mark.parametrize(("content", "problem"), [
    (b"", "IMPORT_EMPTY_FILE"), (b" \r\n", "IMPORT_EMPTY_FILE"), (b"\xd0\xcf\x11\xe0 old", "IMPORT_OLD_EXCEL"),
    (b"PK\x03\x04 no zip", "IMPORT_XLSX_BROKEN"), (b"hello, world", "IMPORT_HEADER_NOT_FOUND"),
    (b"%PDF-1.7 \n1 0 obj", "IMPORT_HEADER_NOT_FOUND"), (bytes(range(256)) * 9, "IMPORT_ENCODING_UNKNOWN"),
    (a_csv(a_row()).split(b"\r\n")[0], "IMPORT_NO_ROWS"), (a_csv(a_row(货物名称='"').copy())[:-8], None),
    (a_csv(a_row()) + b'"open,1\r\n', "IMPORT_CSV_BROKEN"), (a_csv({**a_row(), "数量": 1}), "IMPORT_COLUMN_TWICE"),
    (b"," * 2_000 + b"\n" + a_csv(a_row()), "IMPORT_TOO_WIDE"),
])  # fmt: skip
def test_rubbish_is_one_clear_problem(content: bytes, problem: str | None) -> None:
    if problem is None:
        assert read(content).positions == (1,)
    else:
        assert problem_of(content) == problem


def test_a_workbook_that_reaches_to_the_last_cell_is_refused_before_it_is_read() -> None:
    content = an_xlsx(*cells(a_row()))
    assert problem_of(in_sheet(content, b'r="A1"', b'r="XFD1"')) == "IMPORT_TOO_WIDE"
    assert problem_of(in_sheet(content, b'r="A1"', b'r="AZ1048576"')) == "IMPORT_SHEET_TOO_FAR"
    assert problem_of(in_sheet(content, b'r="A1"', b'r="az1048576"')) == "IMPORT_SHEET_TOO_FAR"
    without_reference = in_sheet(content, b' r="A1"', b"")
    assert read(without_reference).positions == (1,)
    assert problem_of(in_sheet(without_reference, b'<row r="1"', b'<row r="9999999"')) == "IMPORT_SHEET_TOO_FAR"
    assert problem_of(in_sheet(content, b'r="A1"', b'r="$A$1"')) == "IMPORT_XLSX_BROKEN"


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    content = an_xlsx(*cells(a_row()))
    padded = repacked(content, lambda name, part: part + b" " * 70_000_000 if name == "xl/styles.xml" else part)
    assert len(padded) < reading.MAX_BYTES
    assert problem_of(padded) == "IMPORT_XLSX_TOO_LARGE"
    long = repacked(content, lambda name, part: part.replace(b"PO-1", b"x" * 32_768) if "shared" in name else part)
    assert problem_of(long) == "IMPORT_XLSX_TOO_LARGE"


def test_a_workbook_with_no_sheet_or_a_locked_one_is_a_clear_problem() -> None:
    content = an_xlsx(*cells(a_row()))
    assert (
        problem_of(repacked(content, lambda name, part: b"" if "worksheets/" in name else part)) == "IMPORT_XLSX_BROKEN"
    )
    hidden = repacked(content, lambda name, part: part.replace(b"<sheet ", b'<sheet state="hidden" '))
    assert problem_of(hidden) == "IMPORT_HEADER_NOT_FOUND"
    assert problem_of(content[: len(content) // 2]) == "IMPORT_XLSX_BROKEN"


@pytest.mark.parametrize("encoding", [b"U0F-8", b"Big5", b"rot13"])
def test_a_workbook_in_an_encoding_that_is_none_or_that_nobody_reads_is_a_clear_problem(encoding: bytes) -> None:
    other = repacked(A_WORKBOOK, lambda name, part: part.replace(b'encoding="UTF-8"', b'encoding="%s"' % encoding))
    assert other != A_WORKBOOK
    assert problem_of(other) == "IMPORT_XLSX_BROKEN"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_but_never_an_error(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([A_WORKBOOK, A_CSV]))
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 12))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        table = read(bytes(damaged))
    except UnreadableError as error:
        problem = error.finding.code
        assert problem.startswith("IMPORT_")
    else:
        assert table.positions


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damaged_parts_of_a_workbook_are_read_or_refused_but_never_an_error(data: st.DataObject) -> None:
    def damage(name: str, part: bytes) -> bytes:
        made = bytearray(part)
        for _ in range(data.draw(st.integers(0, 3))):
            made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.sampled_from(b'0129<>/"=A r&'))
        return bytes(made)

    try:
        table = read(repacked(A_WORKBOOK, damage))
    except UnreadableError as error:
        problem = error.finding.code
        assert problem.startswith("IMPORT_")
    else:
        assert table.positions
