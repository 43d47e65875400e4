"""Which columns a file of bookings may have, and by which words their headers are recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from models.vocabulary import CargoClass, CargoDocument, Mark, Packaging, ShipmentMode, Word

# fmt: off
Kind = Literal[
    "text", "code", "phone", "digits", "whole", "kg", "dm3", "fen", "mm", "degrees", "yes", "when", "word", "words",
]
# fmt: on

# how many of the stored unit (kg, dm3, fen, mm) one of the written unit is
UNITS: Mapping[str, Mapping[str, int]] = {
    "kg": {"kg": 1, "千克": 1, "公斤": 1, "t": 1000, "吨": 1000, "ton": 1000, "tons": 1000, "tonnes": 1000},
    "dm3": {"m3": 1000, "方": 1000, "立方": 1000, "立方米": 1000, "cbm": 1000, "l": 1, "升": 1, "dm3": 1},
    "fen": {"元": 100, "cny": 100, "rmb": 100, "yuan": 100, "万元": 1_000_000},
    "mm": {"mm": 1, "毫米": 1, "cm": 10, "厘米": 10, "m": 1000, "米": 1000},
    "degrees": {"°c": 1, "c": 1, "度": 1, "摄氏度": 1},
}
DEFAULT_UNITS: Mapping[str, int] = {"kg": 1, "dm3": 1000, "fen": 100, "mm": 1}
IN_BRACKETS = re.compile(r"[(\[【<]([^)\]】>]*)[)\]】>]")
NOT_LETTERS = re.compile(r"[\s*_.:;#·\-'\"!?]+")
PARTS = re.compile(r"[/|\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One thing a file may say: ``low`` and ``high`` bound the length of text, else the value in the stored unit."""

    field: str
    zh: str
    en: str
    kind: Kind
    low: int = 1
    high: int = 0
    required: bool = False
    of_line: bool = True
    words: type[Word] | None = None
    also: tuple[str, ...] = ()
    opposite: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """A column of a file: what it means, its header as the user wrote it, its unit, and whether yes means no."""

    column: Column
    header: str
    factor: int = 1
    inverted: bool = False


COLUMNS: tuple[Column, ...] = (
    Column(field="customer_ref", zh="客户单号", en="Customer ref", kind="text", high=64, of_line=False,
           also=("客户订单号", "订单号", "单号", "委托单号", "order no", "order number", "customer order", "po")),
    Column(field="consignee", zh="收货方编码", en="Consignee code", kind="code", low=2, high=32, required=True,
           of_line=False, also=("收货方", "收货方代码", "收货人编码", "收货单位编码", "consignee")),
    Column(field="origin", zh="发货点", en="Origin", kind="code", low=2, high=32, required=True, of_line=False,
           also=("发货点编码", "发货站点", "始发站点", "发站", "提货点", "origin code", "from", "pickup site")),
    Column(field="destination", zh="收货点", en="Destination", kind="code", low=2, high=32, required=True,
           of_line=False, also=("收货点编码", "目的站点", "目的站", "到站", "到货点", "卸货点",
                                "destination code", "to")),
    Column(field="promised_arrival_at", zh="要求到达时间", en="Promised arrival", kind="when", required=True,
           of_line=False, also=("要求到货时间", "到货时间", "送达时间", "要求送达时间", "promised arrival at",
                                "required arrival", "delivery time")),
    Column(field="name", zh="货物名称", en="Goods", kind="text", high=120, required=True,
           also=("品名", "货名", "物料名称", "goods name", "name", "cargo", "description", "item")),
    Column(field="specification", zh="规格", en="Specification", kind="text", high=120,
           also=("规格型号", "型号", "spec", "model")),
    Column(field="quantity", zh="件数", en="Quantity", kind="whole", high=1_000_000, required=True,
           also=("数量", "总件数", "qty", "pieces")),
    Column(field="unit", zh="单位", en="Unit", kind="text", high=16, also=("计量单位", "uom")),
    Column(field="cargo_class", zh="类别", en="Cargo class", kind="word", words=CargoClass, required=True,
           also=("货物类别", "货类", "货物分类", "class", "category")),
    Column(field="packaging", zh="包装", en="Packaging", kind="word", words=Packaging, required=True,
           also=("包装方式", "包装形式", "packing", "package")),
    Column(field="mass_kg", zh="重量", en="Weight", kind="kg", high=300_000, required=True,
           also=("毛重", "总重", "总重量", "gross weight", "mass")),
    Column(field="volume_dm3", zh="体积", en="Volume", kind="dm3", low=0, high=1_000_000,
           also=("总体积", "方量", "cbm")),
    Column(field="shipment_mode", zh="运输方式", en="Shipment mode", kind="word", words=ShipmentMode, of_line=False,
           also=("整车零担", "mode")),
    Column(field="contact_name", zh="联系人", en="Contact", kind="text", high=80, of_line=False,
           also=("收货联系人", "contact name")),
    Column(field="contact_phone", zh="电话", en="Phone", kind="phone", low=6, high=26, of_line=False,
           also=("联系电话", "收货电话", "手机", "手机号", "contact phone", "tel", "mobile")),
    Column(field="notes", zh="备注", en="Notes", kind="text", high=1000, of_line=False,
           also=("说明", "note", "remark", "remarks", "comment")),
    Column(field="declared_value_fen", zh="声明价值", en="Declared value", kind="fen", low=0, high=99_999_999_999_999,
           also=("货值", "保价金额", "声明价格", "value")),
    Column(field="manual_handling_ok", zh="可人工装卸", en="Manual handling ok", kind="yes",
           opposite=("不便人工装卸", "不可人工装卸", "难以人工装卸", "hard to handle", "machine only")),
    Column(field="finished_goods", zh="成品", en="Finished goods", kind="yes", also=("是否成品",)),
    Column(field="fragile", zh="易碎", en="Fragile", kind="yes", also=("是否易碎", "易碎品")),
    Column(field="moisture_sensitive", zh="怕潮", en="Moisture sensitive", kind="yes", also=("防潮", "怕雨", "怕湿")),
    Column(field="theft_prone", zh="易盗", en="Theft prone", kind="yes", also=("贵重易盗", "防盗")),
    Column(field="stackable", zh="可堆码", en="Stackable", kind="yes", also=("可堆叠",),
           opposite=("不可堆码", "不可堆叠", "怕压", "not stackable")),
    Column(field="odour", zh="有异味", en="Odour", kind="yes", also=("异味", "odor")),
    Column(field="food_grade", zh="食品", en="Food grade", kind="yes", also=("食品级", "是否食品", "food")),
    Column(field="divisible", zh="可解体", en="Divisible", kind="yes", opposite=("不可解体", "indivisible")),
    Column(field="open_box_required", zh="开箱验收", en="Open box required", kind="yes", of_line=False,
           also=("开箱验货", "open box")),
    Column(field="piece_mass_kg", zh="单件重量", en="Piece weight", kind="kg", high=300_000,
           also=("单重", "piece mass", "unit weight")),
    Column(field="length_mm", zh="长", en="Length", kind="mm", high=60_000, also=("长度", "单件长")),
    Column(field="width_mm", zh="宽", en="Width", kind="mm", high=10_000, also=("宽度", "单件宽")),
    Column(field="height_mm", zh="高", en="Height", kind="mm", high=10_000, also=("高度", "单件高")),
    Column(field="temp_min_c", zh="最低温度", en="Lowest temperature", kind="degrees", low=-80, high=80,
           also=("温度下限", "temp min", "temp min c", "min temperature")),
    Column(field="temp_max_c", zh="最高温度", en="Highest temperature", kind="degrees", low=-80, high=80,
           also=("温度上限", "temp max", "temp max c", "max temperature")),
    Column(field="hazmat_class", zh="危险品类别", en="Hazmat class", kind="digits", high=4,
           also=("危险类别", "危险货物类别", "un class")),
    Column(field="un_number", zh="UN编号", en="UN number", kind="digits", low=4, high=4, also=("联合国编号", "un no")),
    Column(field="mot_code", zh="货类代码", en="Goods code", kind="digits", low=4, high=4,
           also=("交通货类代码", "mot code")),
    Column(field="marks", zh="标志", en="Marks", kind="words", words=Mark, high=20, also=("包装标志", "储运标志")),
    Column(field="documents", zh="随货单证", en="Documents", kind="words", words=CargoDocument, high=20,
           also=("随货单据", "单证")),
)  # fmt: skip
BY_FIELD: Mapping[str, Column] = {column.field: column for column in COLUMNS}
REQUIRED: tuple[Column, ...] = tuple(column for column in COLUMNS if column.required)


@lru_cache(maxsize=4096)
def match(header: str) -> Matched | None:
    """Say what a header means, with its unit from brackets or its end (``重量(吨)``, ``mass_kg``); None: unknown."""
    whole = unicodedata.normalize("NFKC", header).casefold()
    for part in (whole, *PARTS.split(whole)):
        found = _match_part(part, header)
        if found is not None:
            return found
    return None


def title(column: Column, language: str) -> str:
    """Give the header of a column in the template, with its unit."""
    units = {"kg": "kg", "dm3": "m3", "fen": "元" if language == "zh-CN" else "CNY", "mm": "mm"}
    text = column.zh if language == "zh-CN" else column.en
    unit = units.get(column.kind)
    if unit is None:
        return text
    return f"{text}({unit})" if language == "zh-CN" else f"{text} ({unit})"


def key_of(text: str) -> str:
    """Give a header without brackets, spaces and signs, folded, so that near spellings are the same."""
    return NOT_LETTERS.sub("", IN_BRACKETS.sub("", unicodedata.normalize("NFKC", text).casefold()))


def _match_part(part: str, header: str) -> Matched | None:
    key = key_of(part)
    noted = [NOT_LETTERS.sub("", note) for note in IN_BRACKETS.findall(part)]
    if key in NAMES:
        column, inverted = NAMES[key]
        units = UNITS.get(column.kind, {})
        factor = next((units[note] for note in noted if note in units), DEFAULT_UNITS.get(column.kind, 1))
        return Matched(column, header, factor, inverted)
    for unit, factor, kind in UNIT_ENDINGS:
        found = NAMES.get(key.removesuffix(unit)) if key.endswith(unit) else None
        if found is not None and found[0].kind == kind:
            return Matched(found[0], header, factor, found[1])
    return None


def _names() -> Iterator[tuple[str, tuple[Column, bool]]]:
    for column in COLUMNS:
        for name in (column.field, column.zh, column.en, *column.also):
            yield key_of(name), (column, False)
        for name in column.opposite:
            yield key_of(name), (column, True)


NAMES: Mapping[str, tuple[Column, bool]] = dict(_names())
UNIT_ENDINGS: tuple[tuple[str, int, str], ...] = tuple(
    (unit, factor, kind) for kind, units in UNITS.items() for unit, factor in units.items()
)
