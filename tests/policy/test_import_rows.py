"""Rows of a table as consignments: which belong together, and what is said of each."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schemas.consignments import ConsignmentFields
from models.vocabulary import ShipmentMode
from services.imports.reading import read
from services.imports.rows import booking_of, default_mode, groups_of, orders_of
from services.queries.shipments import yuan
from services.texts.findings_imports import FINDINGS_IMPORTS
from tests.support.sheets import a_csv, a_row

IMPORTS = Path(__file__).parents[2] / "services" / "imports"


def orders(*rows):
    table = read(a_csv(*rows))
    return orders_of(table, groups_of(table), {})


def test_rows_of_one_reference_come_together_in_the_order_of_their_first():
    found = orders(a_row(), a_row(客户单号="PO-2"), a_row(), a_row(客户单号=""), a_row(客户单号=""))
    assert [[row.row_no for row in order.rows] for order in found] == [[2, 4], [3], [5], [6]]
    assert [order.occurrence for order in found[2:]] == [1, 2]


def test_equal_rows_have_one_fingerprint_however_they_are_spelled():
    spelled = a_row(**{"类别": "general", "件数": "200.0", "要求到达时间": "2026/3/5 10:00", "重量(kg)": "2吨"})
    first, second = orders(a_row(客户单号="A"), spelled | {"客户单号": "A "})[0].rows
    assert first.fingerprint == second.fingerprint


def test_a_row_that_says_something_else_of_the_order_is_named():
    order = orders(a_row(), a_row(收货点="TJ-D", 联系人=""), a_row())[0]
    assert {row_no: [reason.finding.code for reason in reasons] for row_no, reasons in order.reasons.items()} == {
        2: ["ORDER_REFUSED"], 3: ["ROWS_DISAGREE"], 4: ["ORDER_REFUSED"],
    }  # fmt: skip


@pytest.mark.parametrize(("rows", "codes"), [(200, set()), (201, {"ORDER_TOO_LONG"})])
def test_one_consignment_holds_two_hundred_lines(rows, codes):
    order = orders(*[a_row()] * rows)[0]
    assert {reason.finding.code for reason in order.reasons.get(2, ())} == codes


@pytest.mark.parametrize(("kg", "mode"), [(3000, ShipmentMode.LTL), (3001, ShipmentMode.FTL)])
def test_the_limit_itself_is_still_a_part_load(kg, mode):
    assert default_mode(kg, 3000) is mode


def as_json(body):
    """Write a booking the way the API takes it."""
    lines = []
    for line in body["lines"]:
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in line.items()}
        if "volume_dm3" in plain:
            plain["volume_m3"] = plain.pop("volume_dm3") / 1000
        if "declared_value_fen" in plain:
            plain["declared_value"] = yuan(plain.pop("declared_value_fen"))
        lines.append(plain)
    head = {"shipment_mode": "ftl", **body, "promised_arrival_at": body["promised_arrival_at"].isoformat()}
    return {**head, "lines": lines}


NUMBERS = st.one_of(
    st.integers(-5, 400_000).map(str), st.floats(0, 2000, allow_nan=False).map(lambda number: f"{number:.3f}")
)
WORDS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=90)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "客户单号": WORDS, "货物名称": WORDS, "规格": WORDS, "单位": WORDS, "件数": NUMBERS, "重量(kg)": NUMBERS,
            "体积(方)": NUMBERS, "声明价值": NUMBERS, "长(cm)": NUMBERS, "最低温度": NUMBERS,
            "UN编号": NUMBERS, "危险品类别": NUMBERS, "联系人": WORDS, "电话": NUMBERS, "备注": WORDS,
            "收货方编码": WORDS,
            "成品": st.sampled_from(["是", "no", "?"]), "易碎": st.sampled_from(["是", ""]),
            "标志": st.sampled_from(["怕雨", ""]),
        },
    )
)  # fmt: skip
def test_whatever_a_row_says_is_refused_or_passes_the_booking_schema(changes):
    for order in orders(a_row(**changes)):
        assert order.reasons or ConsignmentFields().load(as_json(booking_of(order)))


def codes_in_the_source():
    for module in IMPORTS.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Finding" | "CellError"), args=[ast.Constant(value=str(code)), *_]):
                    yield code


def test_every_code_has_a_sentence_in_both_languages_with_the_same_facts():
    assert set(codes_in_the_source()) - {"REFERENCE_UNKNOWN", "CHANGED_MEANWHILE"} == set(FINDINGS_IMPORTS)
    for chinese, english in FINDINGS_IMPORTS.values():
        assert re.search(r"[\u4e00-\u9fff]", chinese)
        assert not re.search(r"[\u4e00-\u9fff]", english)
        names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (chinese, english)]
        assert names[0] == names[1]
