"""Headers and cells of imported files, read as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schemas import consignments as schemas
from models.vocabulary import CargoClass, Mark, Packaging
from services.imports.cells import CellError, harmless, parse, unguarded, written
from services.imports.columns import COLUMNS, NAMES, Matched, match, title

# what a spreadsheet holds: a time on the wall, of no zone
wall = partial(datetime, tzinfo=None)


def said(header, cell):
    matched = match(header)
    assert matched is not None
    return parse(matched, cell)


def refused(header, cell):
    with pytest.raises(CellError) as caught:
        said(header, cell)
    return caught.value


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("客户单号", "customer_ref"), ("customer_ref", "customer_ref"), ("Order No.", "customer_ref"),
        ("* 收货方编码(必填)", "consignee"), ("目的站点", "destination"), ("数量", "quantity"), (" Qty ", "quantity"),
        ("manual_handling_ok", "manual_handling_ok"), ("promised_arrival_at", "promised_arrival_at"),
        ("客户单号/Customer ref", "customer_ref"), ("mass_kg", "mass_kg"), ("重量吨", "mass_kg"),
    ],
)  # fmt: skip
def test_a_header_is_recognised_in_both_languages(header, field):
    assert match(header).column.field == field


def test_no_two_columns_share_a_name():
    names = [
        name for column in COLUMNS for name in (column.field, column.zh, column.en, *column.also, *column.opposite)
    ]
    assert all(match(name) is not None for name in names)
    for column in COLUMNS:
        for name in (column.field, column.zh, column.en, *column.also):
            assert match(name).column is column, name
    assert len(NAMES) > len(COLUMNS)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_header_of_the_template_is_recognised(language):
    for column in COLUMNS:
        matched = match(title(column, language))
        assert matched.column is column
        assert not matched.inverted


@pytest.mark.parametrize("header", ["", "合计", "序号", "我的列", "结果", "原因", "Result", "x" * 60])
def test_other_headers_mean_nothing(header):
    assert match(header) is None


@pytest.mark.parametrize(
    ("header", "cell", "kg"),
    [
        ("重量(kg)", "2000", 2000), ("重量(吨)", "1.2", 1200), ("重量（吨）", 1.2, 1200), ("重量", "2吨", 2000),
        ("重量(吨)", "500kg", 500), ("重量(kg)", "1,200", 1200), ("重量", "１２", 12), ("weight (t)", 0.1 + 0.2, 300),
        ("重量(kg)", 12.01, 13), ("重量(kg)", "300000", 300_000),
    ],
)  # fmt: skip
def test_mass_is_read_in_the_unit_of_the_cell_else_of_the_header_and_rounded_up(header, cell, kg):
    assert said(header, cell) == kg


@pytest.mark.parametrize(("cell", "code"), [
    ("0", "CELL_OUT_OF_RANGE"), ("300000.1", "CELL_OUT_OF_RANGE"), ("-5", "CELL_OUT_OF_RANGE"),
    ("1,5", "CELL_NOT_A_NUMBER"), ("两吨", "CELL_NOT_A_NUMBER"), ("5方", "CELL_NOT_A_NUMBER"),
    ("1e3", "CELL_NOT_A_NUMBER"), (1e300, "CELL_OUT_OF_RANGE"), (True, "CELL_NOT_A_NUMBER"),
])  # fmt: skip
def test_a_mass_that_cannot_be_used_is_refused(cell, code):
    assert refused("重量(kg)", cell).code == code


def test_a_decimal_comma_is_not_guessed_but_suggested():
    assert refused("重量(吨)", "1,5").suggestion == "1.5"


def test_quantity_is_whole():
    assert said("件数", 200.0) == 200
    assert refused("件数", 1.9).code == "CELL_NOT_WHOLE"
    assert refused("件数", "200件").suggestion == "200"


@pytest.mark.parametrize("cell", [
    "2026-11-24 10:00", "2026/11/24 10:00", "2026.11.24 10:00:00", "2026年11月24日 10:00", "2026年11月24日10点",
    "2026-11-24T10:00+08:00", "2026-11-24T02:00:00Z", "2026-11-24 11:00+09:00",
    wall(2026, 11, 24, 10), wall(2026, 11, 24, 9, 59, 59, 999_000),
])  # fmt: skip
def test_an_arrival_is_local_time_unless_an_offset_stands_behind_it(cell):
    assert said("要求到达时间", cell) == datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.mark.parametrize(("cell", "code", "suggestion"), [
    ("2026-11-24", "CELL_TIME_WITHOUT_HOUR", "2026-11-24 18:00"),
    (date(2026, 11, 24), "CELL_TIME_WITHOUT_HOUR", "2026-11-24 18:00"),
    ("24/11/2026 10:00", "CELL_NOT_A_TIME", "2026-11-24 10:00"), ("2026-02-30 10:00", "CELL_NOT_A_TIME", None),
    ("1999-12-31 10:00", "CELL_NOT_A_TIME", None), ("2100-01-01 08:00", "CELL_NOT_A_TIME", None),
    ("2026-11-24 10:00+99:00", "CELL_NOT_A_TIME", None), (46350.4, "CELL_NOT_A_TIME", None),
    ("尽快", "CELL_NOT_A_TIME", None),
])  # fmt: skip
def test_a_time_that_is_unclear_is_refused_with_the_form_to_write(cell, code, suggestion):
    error = refused("要求到达时间", cell)
    assert error.code == code
    assert suggestion in {None, error.suggestion}


def test_the_last_minute_of_the_century_is_the_last_one():
    assert said("要求到达时间", "2100-01-01 07:59") == datetime(2099, 12, 31, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(("header", "cell", "value"), [
    ("不便人工装卸", "是", False), ("不便人工装卸", "否", True), ("manual_handling_ok", "yes", True),
    ("成品", True, True), ("成品", 0.0, False), ("易碎", "√", True), ("可堆码", "N", False), ("怕压", "Y", False),
])  # fmt: skip
def test_yes_and_no_in_many_spellings_and_the_opposite_header(header, cell, value):
    assert said(header, cell) is value


def test_a_term_is_found_by_code_or_chinese_name_and_a_near_miss_is_suggested():
    assert said("类别", "易碎") is CargoClass.FRAGILE
    assert said("类别", "Steel_Coil") is CargoClass.STEEL_COIL
    assert said("包装", "栈板") is Packaging.PALLET
    assert said("标志", "易碎、怕雨/this_way_up") == (Mark.FRAGILE, Mark.KEEP_DRY, Mark.THIS_WAY_UP)
    assert refused("类别", "electronic").suggestion == "电子精密(electronics)"
    assert "纸箱(carton)" in refused("包装", "???").suggestion


def test_numbers_that_are_names_keep_their_digits():
    assert said("客户单号", 20260301001.0) == "20260301001"
    assert said("电话", 13900001111.0) == "13900001111"
    assert refused("客户单号", 1234567890123456789.0).code == "CELL_DIGITS_LOST"


@pytest.mark.parametrize(("header", "cell", "code"), [
    ("收货方编码", "收货一", "CELL_NOT_A_CODE"), ("收货方编码", "A" * 33, "CELL_LENGTH"),
    ("电话", "12-ab", "CELL_LENGTH"),
    ("电话", "没有电话呀呀", "CELL_NOT_A_PHONE"), ("UN编号", "12", "CELL_FORM"), ("危险品类别", "0.1", "CELL_FORM"),
    ("货物名称", "a\x00b", "CELL_CONTROL_CHARACTER"), ("货物名称", "名" * 121, "CELL_LENGTH"),
    ("声明价值(元)", "1.005", "CELL_NOT_MONEY"), ("体积(方)", "1000.1", "CELL_OUT_OF_RANGE"),
    ("成品", "也许", "CELL_NOT_YES_OR_NO"),
])  # fmt: skip
def test_a_cell_that_the_booking_would_refuse_is_refused_here(header, cell, code):
    assert refused(header, cell).code == code


def test_codes_and_breaks_are_tidied():
    assert said("收货方编码", " ｃｎ-1 ") == "CN-1"
    assert said("备注", "第一行\r\n第二行\t。 ") == "第一行 第二行 。"
    assert said("货物名称", "𠮷野家") == "𠮷野家"
    assert said("备注", "　 ") is None


def test_the_bounds_are_those_of_the_booking_schema():
    fields = {**schemas.ConsignmentFields().fields, **schemas.CargoLineIn().fields}
    per = {"volume_dm3": ("volume_m3", 1000), "declared_value_fen": ("declared_value", 100)}
    compared = 0
    for column in COLUMNS:
        name, factor = per.get(column.field, (column.field, 1))
        for check in getattr(fields.get(name), "validators", ()):
            low, high = getattr(check, "min", None), getattr(check, "max", None)
            if low is not None and high is not None and column.kind not in {"word", "words"}:
                assert (column.low, column.high) == (low * factor, high * factor), column.field
                compared += 1
    assert compared > 15


CELLS = st.one_of(
    st.text(max_size=40), st.floats(allow_nan=False, allow_infinity=False), st.booleans(),
    st.datetimes(min_value=wall(1900, 1, 1), max_value=wall(9990, 1, 1)), st.dates(), st.timedeltas(),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(COLUMNS), CELLS, st.booleans())
def test_any_cell_is_either_a_value_or_a_refusal(column, cell, inverted):
    with suppress(CellError):
        parse(Matched(column, "列", 1, inverted), cell)
    assert isinstance(written(cell), str)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_header_may_be_asked(header):
    matched = match(header)
    assert matched is None or matched.column in COLUMNS


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 299_999_999))
def test_tonnes_and_kilograms_agree(grams):
    assert said("重量(吨)", f"{grams / 1_000_000:.6f}") == said("重量(kg)", f"{grams / 1000:.3f}") == -(-grams // 1000)


@settings(max_examples=100, deadline=None)
@given(st.datetimes(min_value=wall(2000, 1, 2), max_value=wall(2099, 12, 30)))
def test_a_time_written_to_the_minute_is_read_back(at):
    assert said("要求到达时间", f"{at:%Y/%m/%d %H:%M}") + timedelta(hours=8) == at.replace(
        second=0, microsecond=0, tzinfo=UTC
    )


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_text_given_back_is_never_a_formula_and_reads_the_same_again(text):
    given_back = harmless(text)
    assert given_back[:1] not in {"=", "@", "\t", "\r"}
    assert unguarded(given_back) == unguarded(text)
