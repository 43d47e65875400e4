"""The empty file to fill in: coloured headers, lists to choose from, a sample row, and notes."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from services.imports.columns import COLUMNS, Column, title
from services.imports.reading import MAX_ROWS, SAMPLE

REQUIRED_GROUND, OPTIONAL_GROUND, SAMPLE_INK = "#0B5CAD", "#E8EDF2", "#6B7785"
# a list of choices inside a cell's rule may have 255 characters
LIST_LENGTH = 255
SHEETS = {"zh-CN": ("订单", "说明"), "en": ("Orders", "Notes")}
CHOICES = {"zh-CN": ("是", "否"), "en": ("yes", "no")}
SAMPLE_ROW: dict[str, dict[str, Any]] = {
    "zh-CN": {"name": "控制器", "specification": "K-200", "unit": "件"},
    "en": {"name": "Controllers", "specification": "K-200", "unit": "pcs"},
}
SAMPLE_COMMON: dict[str, Any] = {
    "customer_ref": SAMPLE, "consignee": "CN-1", "origin": "SG-A", "destination": "BJ-B",
    "promised_arrival_at": datetime(2026, 11, 24, 10, 0), "quantity": 200, "cargo_class": "general",  # noqa: DTZ001
    "packaging": "carton", "mass_kg": 2000, "volume_dm3": 12.5, "contact_phone": "0536-5550100",
}  # fmt: skip
NOTES = {
    "zh-CN": (
        "深蓝色表头为必填列,其余可留空或删除整列;多余的列不会导入,但会原样退回。",
        f"灰色示例行(客户单号为 {SAMPLE})不会导入,可删除。",
        f"一个文件最多 {MAX_ROWS} 行、10 MB;也可用 CSV(UTF-8 或 GB18030)。",
        "客户单号相同的行合为一票运单的多行货物,其收货方、发货点、收货点、时间必须一致。",
        "没有客户单号的行各自成为一票;这样的行改动后会作为新的一票,需要修改时请使用客户单号。",
        "再次上传:相同的行不变;改动的行在派车前更新运单;发车后会被拒绝。空白单元格不会清除已有内容。",
        "时间为北京时间,写到分钟,例如 2026-11-24 10:00;需要其他时区时写明,例如 2026-11-24T10:00+09:00。",
        "重量不足 1 公斤的零头向上取整;单位以单元格中写明的为准(如 2吨),否则以表头为准。",
        "未填运输方式时,按零担上限自动判断零担或整车。",
    ),
    "en": (
        "Dark blue headers are required; other columns may stay blank or be removed. Extra columns are not imported "
        "but are given back as they are.",
        f"The grey sample row (customer ref {SAMPLE}) is not imported and may be deleted.",
        f"At most {MAX_ROWS} rows and 10 MB in one file; CSV (UTF-8 or GB18030) is accepted as well.",
        "Rows with the same customer ref become the lines of one consignment; consignee, sites and time must agree.",
        "A row without a customer ref becomes a consignment of its own; changed later, it counts as a new one, "
        "so use a customer ref for what may still change.",
        "The same row again changes nothing; a changed row updates the consignment before dispatch and is refused "
        "after it. A blank cell clears nothing.",
        "Times are Beijing time to the minute, such as 2026-11-24 10:00; write another zone as 2026-11-24T10:00+09:00.",
        "Parts of a kilogram are rounded up; a unit in the cell (2t) counts before that of the header.",
        "Without a shipment mode the part-load limit decides between part load and full load.",
    ),
}


def template(language: str) -> bytes:
    """Give the xlsx template in ``zh-CN`` or ``en``; read back it is a file with no rows."""
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        orders, notes = (book.add_worksheet(name) for name in SHEETS[language])
        _write_orders(book, orders, language)
        _write_notes(book, notes, language)
    return made.getvalue()


def _write_orders(book: Any, sheet: Any, language: str) -> None:
    required = book.add_format({"bold": True, "bg_color": REQUIRED_GROUND, "font_color": "#FFFFFF"})
    optional = book.add_format({"bold": True, "bg_color": OPTIONAL_GROUND})
    grey = {"italic": True, "font_color": SAMPLE_INK}
    text, moment = book.add_format(grey), book.add_format({**grey, "num_format": "yyyy-mm-dd hh:mm"})
    when = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sample = {**SAMPLE_COMMON, **SAMPLE_ROW[language]}
    for at, column in enumerate(COLUMNS):
        sheet.write_string(0, at, title(column, language), required if column.required else optional)
        sheet.set_column(at, at, 18, when if column.kind == "when" else None)
        value = sample.get(column.field, "")
        sheet.write(1, at, _in_language(column, value, language), moment if column.kind == "when" else text)
        rule = _rule(column, language)
        if rule is not None:
            sheet.data_validation(1, at, MAX_ROWS + 1, at, rule)
    sheet.freeze_panes(1, 0)


def _in_language(column: Column, value: Any, language: str) -> Any:
    return column.words(value).zh if column.kind == "word" and column.words and language == "zh-CN" and value else value


def _rule(column: Column, language: str) -> dict[str, Any] | None:
    """Give the rule of a column's cells: a list to choose from, or the bounds of a number."""
    if column.kind == "yes":
        return {"validate": "list", "source": list(CHOICES[language])}
    if column.kind == "word" and column.words is not None:
        choices = [word.zh if language == "zh-CN" else word.value for word in column.words]
        return {"validate": "list", "source": choices} if len(",".join(choices)) <= LIST_LENGTH else None
    if column.kind in {"whole", "degrees"}:
        return {"validate": "integer", "criteria": "between", "minimum": column.low, "maximum": column.high}
    return None


def _write_notes(book: Any, sheet: Any, language: str) -> None:
    wrapped, bold = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"bold": True})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for position, line in enumerate(NOTES[language]):
        sheet.write_number(position, 0, position + 1, wrapped)
        sheet.write_string(position, 1, line, wrapped)
    below = len(NOTES[language]) + 1
    for position, column in enumerate(COLUMNS, below):
        sheet.write_string(position, 0, title(column, language), bold)
        sheet.write_string(position, 1, _explained(column, language), wrapped)


def _explained(column: Column, language: str) -> str:
    """Say whether a column is required, which values it takes, and by which other headers it is known."""
    chinese = language == "zh-CN"
    parts = [("必填" if chinese else "required") if column.required else ("可选" if chinese else "optional")]
    if column.words is not None:
        parts.append("、".join(f"{word.zh}({word.value})" for word in column.words))
    if column.kind == "yes":
        parts.append(" / ".join(CHOICES[language]))
    other = (column.field, column.en if chinese else column.zh, *column.also)
    parts.append(("也可写作:" if chinese else "also known as: ") + "、".join(dict.fromkeys(other)))
    if column.opposite:
        parts.append(("含义相反:" if chinese else "the opposite: ") + "、".join(column.opposite))
    return "; ".join(parts)
