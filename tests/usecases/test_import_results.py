"""The user's own file given back, and the template."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from models.vocabulary import Role
from services.errors import NotFoundError
from services.imports import template, writing
from services.imports.columns import COLUMNS, REQUIRED
from services.imports.reading import read
from services.imports.workbooks import UnreadableError
from services.policy.findings import RuleBrokenError
from tests.support.sheets import a_csv, a_row, an_xlsx, cells, imported, results, uploaded
from tests.support.world import World


def given_back(world: World, public_id: str, language: str = "zh-CN") -> writing.GivenBack:
    with world.runtime.read(world.actor(Role.SHIPPER)) as tx:
        return writing.result_file(tx, public_id, language)


def sheet_of(content: bytes) -> tuple[str, list[list[Any]]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return sheet.name, sheet.to_python(skip_empty_area=False)


def colours_of(content: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        styles = parts.read("xl/styles.xml").decode()
    return {colour for colour in (writing.REFUSED_ROW, writing.REFUSED_CELL) if f"FF{colour[1:]}" in styles}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_csv_comes_back_as_it_was_with_two_columns_more(lite_world: World, encoding: str, delimiter: str) -> None:
    rows = a_row(货物名称="𠮷野家", 我的列="a"), a_row(客户单号="PO-2", 件数="1.5", 我的列="b")
    content = a_csv(*rows, encoding=encoding, delimiter=delimiter)
    file = given_back(lite_world, imported(lite_world, lite_world.actor(Role.SHIPPER), content)["id"])
    assert (file.file_name, file.media_type) == ("orders-结果.csv", "text/csv")
    assert file.content.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    before = list(csv.reader(io.StringIO(content.decode(encoding)), delimiter=delimiter))
    after = list(csv.reader(io.StringIO(file.content.decode(encoding), newline=""), delimiter=delimiter))
    assert [row[:-2] for row in after] == before
    assert [row[-2:] for row in after] == [
        ["结果", "原因"], ["已下单", ""], ["已拒绝", "件数:“1.5”不是整数(建议:2)"],
    ]  # fmt: skip


def test_a_workbook_comes_back_typed_tinted_and_in_its_order(lite_world: World) -> None:
    at = datetime(2026, 3, 5, 10, 0)  # noqa: DTZ001
    rows = cells(a_row(**{"重量(kg)": 2000.5, "要求到达时间": at, "我的列": True}), a_row(客户单号="PO-2", 件数="很多"))
    content = an_xlsx(["三月发货"], *rows, [], ["", "", "合计"], sheet="三月")
    view = imported(lite_world, lite_world.actor(Role.SHIPPER), content, file_name="三月.xlsx")
    assert results(view) == ["booked", "refused", "refused"]
    file = given_back(lite_world, view["id"], "en")
    name, after = sheet_of(file.content)
    assert (name, file.file_name) == ("三月", "三月-Result.xlsx")
    _, before = sheet_of(content)
    assert [row[:-2] for row in after] == before
    assert after[1][-2:] == ["Result", "Reason"]
    assert after[2][-2:] == ["booked", ""]
    assert after[3][-2:] == ["refused", "件数: “很多” is no number"]
    assert colours_of(file.content) == {writing.REFUSED_ROW, writing.REFUSED_CELL}


def test_a_lawful_file_comes_back_without_red(lite_world: World) -> None:
    view = imported(lite_world, lite_world.actor(Role.SHIPPER), an_xlsx(*cells(a_row())))
    assert colours_of(given_back(lite_world, view["id"]).content) == set()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_given_back_changes_nothing_when_it_comes_again(lite_world: World, form: str) -> None:
    rows = a_row(货物名称="=1+1", 备注="-见附件", 电话="+8613900001111"), a_row(客户单号="PO-2", 件数="0")
    actor = lite_world.actor(Role.SHIPPER)
    content = a_csv(*rows) if form == "csv" else an_xlsx(*cells(*rows))
    file = given_back(lite_world, imported(lite_world, actor, content)["id"])
    again = imported(lite_world, actor, file.content)
    assert results(again) == ["unchanged", "refused"]
    twice = given_back(lite_world, again["id"])
    assert read(twice.content).rows[0] == read(file.content).rows[0]


def test_no_cell_of_a_file_given_back_is_a_formula(lite_world: World) -> None:
    bad = a_row(货物名称="=cmd|' /C calc'!A0", 规格="@SUM(1)", 备注="+见附件", 类别="=HYPERLINK(1)", 单位="-5")
    for content in (a_csv(bad), an_xlsx(*cells(bad))):
        file = given_back(lite_world, imported(lite_world, lite_world.actor(Role.SHIPPER), content, dry_run=True)["id"])
        rows = read(file.content).rows
        assert {"'=cmd|' /C calc'!A0", "'@SUM(1)", "'+见附件", "'=HYPERLINK(1)", "-5"} <= set(rows[1])
        assert not any(str(cell).startswith(("=", "@", "+")) for row in rows for cell in row)


def test_there_is_no_result_before_the_end_and_none_for_a_stranger(lite_world: World) -> None:
    public_id = uploaded(lite_world, lite_world.actor(Role.SHIPPER), a_csv(a_row()))
    with pytest.raises(RuleBrokenError) as early:
        given_back(lite_world, public_id)
    assert early.value.findings[0].code == "IMPORT_NOT_DONE"
    with pytest.raises(NotFoundError), lite_world.runtime.read(lite_world.other_shipper) as tx:
        writing.result_file(tx, public_id, "en")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_template_is_a_file_without_rows_until_it_is_filled_in(lite_world: World, language: str) -> None:
    content = template.template(language)
    with pytest.raises(UnreadableError) as empty:
        read(content)
    assert empty.value.finding.code == "IMPORT_NO_ROWS"
    name, rows = sheet_of(content)
    assert (name, len(rows[0]), len(rows)) == (template.SHEETS[language][0], len(COLUMNS), 2)
    filled = [cell if at else "PO-1" for at, cell in enumerate(rows[1])]
    filled[rows[0].index(next(head for head in rows[0] if "到达" in head or "arrival" in head))] = "2026-03-05 10:00"
    view = imported(lite_world, lite_world.actor(Role.SHIPPER), an_xlsx(rows[0], filled))
    assert results(view) == ["booked"]


def test_the_template_has_lists_a_frozen_header_coloured_columns_and_notes() -> None:
    with zipfile.ZipFile(io.BytesIO(template.template("zh-CN"))) as parts:
        orders, styles = parts.read("xl/worksheets/sheet1.xml").decode(), parts.read("xl/styles.xml").decode()
        texts = parts.read("xl/sharedStrings.xml").decode()
    lists = sum(column.kind in {"word", "yes"} for column in COLUMNS)
    assert orders.count('type="list"') == lists
    assert 'ySplit="1"' in orders
    assert f"FF{template.REQUIRED_GROUND[1:]}" in styles
    assert all(line in texts for line in template.NOTES["zh-CN"])
    assert len(REQUIRED) == 9
