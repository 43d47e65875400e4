"""One cell to one value, or the reason why not: small pure parsers with the bounds of the booking schema."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Any, TypeAlias

from models.vocabulary import CargoClass, Packaging, Word
from services.clock import LOCAL_ZONE
from services.imports.columns import UNITS, Column, Matched

Cell: TypeAlias = "str | float | bool | datetime | date | time | timedelta"

CODE = re.compile(r"^[A-Z0-9][A-Z0-9_-]{1,31}$")
PHONE = re.compile(r"^\+?[0-9][0-9 -]{4,24}[0-9]$")
DIGITS = {"hazmat_class": re.compile(r"^[1-9](\.[1-6])?$"), "un_number": re.compile(r"^[0-9]{4}$")}
FOUR_DIGITS = re.compile(r"^[0-9]{4}$", re.ASCII)
NUMBER = re.compile(
    r"^([+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?|[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,18})?)(\D*)$", re.ASCII
)
WHEN = re.compile(
    r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ t]*(\d{1,2})[:时点](?:(\d{1,2})分?)?(?::(\d{1,2})(?:\.\d+)?)?\s*(z|[+-]\d{2}:?\d{2})?)?$",
    re.ASCII,
)
BREAKS = re.compile(r"[\r\n\t]+")
# what a spreadsheet would take for a formula
ACTIVE = ("=", "+", "-", "@", "\t", "\r")
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
SEPARATORS = re.compile(r"[、,;/|\s]+")
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
# a spreadsheet keeps 15 digits: a longer number has lost its end already
EXACT = 1e15
BEYOND_ALL = 10**16
SHOWN_UNITS = {"kg": (1, " kg"), "dm3": (1000, " m3"), "fen": (100, " CNY"), "mm": (1, " mm")}
YES = frozenset({"是", "y", "yes", "true", "1", "√", "✓", "✔", "有", "对", "t"})
NO = frozenset({"否", "n", "no", "false", "0", "×", "✗", "✘", "无", "不", "f"})
OTHER_WORDS: Mapping[str, Word] = {
    "普货": CargoClass.GENERAL, "普通货物": CargoClass.GENERAL, "电子": CargoClass.ELECTRONICS,
    "电子产品": CargoClass.ELECTRONICS, "危险品": CargoClass.HAZMAT, "危险货物": CargoClass.HAZMAT,
    "易碎品": CargoClass.FRAGILE, "卷钢": CargoClass.STEEL_COIL, "钢卷": CargoClass.STEEL_COIL,
    "贵重物品": CargoClass.VALUABLE, "栈板": Packaging.PALLET, "编织袋": Packaging.BAG, "无包装": Packaging.BARE,
}  # fmt: skip


class CellError(ValueError):
    """A cell that cannot be used: a stable code, the facts of its sentence, and what to write instead."""

    def __init__(self, code: str, suggestion: str | None = None, **facts: Any) -> None:
        """Keep the parts."""
        self.code = code
        self.suggestion = suggestion
        self.facts = facts
        super().__init__(code)


def parse(matched: Matched, cell: Cell) -> Any:
    """Give the value a cell says (units as stored, times in UTC), None for a blank one; raise CellError otherwise."""
    if is_blank(cell):
        return None
    return PARSERS[matched.column.kind](matched, cell)


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds nothing but spaces."""
    return isinstance(cell, str) and not cell.strip()


def written(cell: Cell) -> str:
    """Give a cell as the text a person would read in it."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return str(int(cell)) if cell == int(cell) and abs(cell) < EXACT else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    return cell if isinstance(cell, str) else str(cell)


def printable(text: str, high: int = 120) -> str:
    """Give text that any database and log can hold: no control characters, at most ``high`` characters."""
    return "".join("�" if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text[:high])


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking text for a formula; a plain number stays as it is."""
    return f"'{text}" if text.startswith(ACTIVE) and not PLAIN_NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Take back what ``harmless`` put before a text, so that a file given back reads the same again."""
    return text[1:] if text.startswith("'") and text[1:].startswith(ACTIVE) else text


def _text(matched: Matched, cell: Cell) -> str:
    if isinstance(cell, float) and abs(cell) >= EXACT:
        raise CellError("CELL_DIGITS_LOST")
    value = unicodedata.normalize("NFC", BREAKS.sub(" ", unguarded(written(cell))).strip())
    if not value.isprintable() and printable(value, len(value)) != value:
        raise CellError("CELL_CONTROL_CHARACTER")
    low, high = matched.column.low, matched.column.high
    if not low <= len(value) <= high:
        raise CellError("CELL_LENGTH", value[:high] or None, low=low, high=high)
    return value


def _folded(matched: Matched, cell: Cell) -> str:
    return unicodedata.normalize("NFKC", _text(matched, cell)).strip()


def _code(matched: Matched, cell: Cell) -> str:
    value = _folded(matched, cell).upper()
    if not CODE.match(value):
        raise CellError("CELL_NOT_A_CODE")
    return value


def _phone(matched: Matched, cell: Cell) -> str:
    value = _folded(matched, cell)
    if not PHONE.match(value):
        digits = re.sub(r"[^0-9]", "", value)
        raise CellError("CELL_NOT_A_PHONE", digits if PHONE.match(digits) else None)
    return value


def _digits(matched: Matched, cell: Cell) -> str:
    value = unicodedata.normalize("NFKC", written(cell)).strip()
    if not DIGITS.get(matched.column.field, FOUR_DIGITS).match(value):
        padded = value.zfill(4)
        raise CellError("CELL_FORM", padded if FOUR_DIGITS.match(padded) and matched.column.low == 4 else None)
    return value


def _number(matched: Matched, cell: Cell) -> Decimal:
    value = _amount(matched, cell)
    if abs(value) > BEYOND_ALL:
        raise CellError("CELL_OUT_OF_RANGE", **_limits(matched.column))
    return value


def _amount(matched: Matched, cell: Cell) -> Decimal:
    """Give a number in the stored unit: the cell's own unit counts before the header's."""
    if isinstance(cell, (datetime, date, time, timedelta, bool)):
        raise CellError("CELL_NOT_A_NUMBER")
    if isinstance(cell, (int, float)):
        return Decimal(repr(cell)) * matched.factor
    text = unicodedata.normalize("NFKC", cell).strip().removeprefix("¥").strip()
    found = NUMBER.match(text)
    if found is None:
        raise CellError("CELL_NOT_A_NUMBER", text.replace(",", ".") if re.fullmatch(r"[0-9]+,[0-9]+", text) else None)
    amount, unit = Decimal(found[1].replace(",", "")), found[2].strip().casefold()
    if not unit:
        return amount * matched.factor
    units = UNITS.get(matched.column.kind, {})
    if unit not in units:
        raise CellError("CELL_NOT_A_NUMBER", found[1])
    return amount * units[unit]


def _bounded(matched: Matched, value: int) -> int:
    column = matched.column
    if not column.low <= value <= column.high:
        raise CellError("CELL_OUT_OF_RANGE", **_limits(column))
    return value


def _limits(column: Column) -> dict[str, Any]:
    """Give the bounds in the unit people write, for the sentence."""
    per, unit = SHOWN_UNITS.get(column.kind, (1, ""))
    return {"low": f"{column.low / per:g}", "high": f"{column.high // per}{unit}"}


def _whole(matched: Matched, cell: Cell) -> int:
    value = _number(matched, cell)
    if value != value.to_integral_value():
        raise CellError("CELL_NOT_WHOLE", str(round(value)))
    return _bounded(matched, int(value))


def _rounded_up(matched: Matched, cell: Cell) -> int:
    """Round up to whole kilograms or millimetres: a load is never understated; noise of floats is cut off first."""
    exact = _number(matched, cell).quantize(Decimal("0.000001"))
    return _bounded(matched, int(exact.to_integral_value(ROUND_CEILING)))


def _litres(matched: Matched, cell: Cell) -> int:
    return _bounded(matched, int(_number(matched, cell).to_integral_value(ROUND_HALF_EVEN)))


def _fen(matched: Matched, cell: Cell) -> int:
    value = _number(matched, cell)
    if value != value.to_integral_value():
        raise CellError("CELL_NOT_MONEY", f"{value / 100:.2f}")
    return _bounded(matched, int(value))


def _yes(matched: Matched, cell: Cell) -> bool:
    value = unicodedata.normalize("NFKC", written(cell)).strip().casefold()
    if value not in YES | NO:
        raise CellError("CELL_NOT_YES_OR_NO", "是 / 否")
    return (value in YES) is not matched.inverted


def _when(matched: Matched, cell: Cell) -> datetime:  # noqa: ARG001 - one signature for every parser
    """Read an instant: local time in Shanghai unless an offset stands behind it."""
    if isinstance(cell, datetime):
        # a spreadsheet's time is a fraction of a day, so 10:00 may come as 09:59:59.999
        at = (cell + timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=LOCAL_ZONE)
    elif isinstance(cell, date):
        raise CellError("CELL_TIME_WITHOUT_HOUR", f"{cell.isoformat()} 18:00")
    else:
        at = _when_written(unicodedata.normalize("NFKC", written(cell)).strip().casefold())
    if not EARLIEST <= at < LATEST:
        raise CellError("CELL_NOT_A_TIME", "2026-11-24 10:00")
    return at.astimezone(UTC)


def _when_written(text: str) -> datetime:
    found = WHEN.match(text)
    try:
        if found is None:
            raise ValueError(text)  # noqa: TRY301 - the same answer as for a day that does not exist
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        at = datetime(year, month, day, hour, minute, second, tzinfo=_zone(found[7]))
    except ValueError as error:
        raise CellError("CELL_NOT_A_TIME", "2026-11-24 10:00") from error
    if found[4] is None:
        raise CellError("CELL_TIME_WITHOUT_HOUR", f"{at:%Y-%m-%d} 18:00")
    return at


def _zone(offset: str | None) -> Any:
    if offset is None:
        return LOCAL_ZONE
    if offset == "z":
        return UTC
    away = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return timezone(-away if offset[0] == "-" else away)


def _word(matched: Matched, cell: Cell) -> Word:
    return _one_of(matched.column, unicodedata.normalize("NFKC", written(cell)).strip())


def _words(matched: Matched, cell: Cell) -> tuple[Word, ...]:
    texts = [text for text in SEPARATORS.split(unicodedata.normalize("NFKC", written(cell))) if text]
    found = {_one_of(matched.column, text) for text in texts}
    if len(found) > matched.column.high:
        raise CellError("CELL_OUT_OF_RANGE", low=0, high=matched.column.high)
    return tuple(sorted(found))


def _one_of(column: Column, text: str) -> Word:
    """Find a term by its code or its Chinese name; a near miss is suggested, never guessed."""
    kind = column.words
    if kind is None:
        raise TypeError(f"{column.field} has no vocabulary")
    known = _known_words(kind)
    found = known.get(text.casefold())
    if found is None:
        near = difflib.get_close_matches(text.casefold()[:40], known, n=1, cutoff=0.4)
        terms = [known[near[0]]] if near else list(kind)
        raise CellError("CELL_UNKNOWN_WORD", "、".join(f"{term.zh}({term.value})" for term in terms))
    return found


@cache
def _known_words(kind: type[Word]) -> Mapping[str, Word]:
    also = {name: word for name, word in OTHER_WORDS.items() if isinstance(word, kind)}
    return also | {name: word for word in kind for name in (word.value.casefold(), word.zh)}


PARSERS: Mapping[str, Callable[[Matched, Cell], Any]] = {
    "text": _text, "code": _code, "phone": _phone, "digits": _digits, "whole": _whole, "kg": _rounded_up,
    "dm3": _litres, "fen": _fen, "mm": _rounded_up, "degrees": _whole, "yes": _yes, "when": _when,
    "word": _word, "words": _words,
}  # fmt: skip
