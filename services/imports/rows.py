"""Rows of a table as consignments to book: values or faults per row, rows of one order together."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.vocabulary import CargoClass, Mark, ShipmentMode
from services.clock import local
from services.imports.cells import Cell, CellError, parse, printable, written
from services.imports.columns import BY_FIELD, Matched
from services.imports.reading import Table
from services.policy.findings import Finding

MAX_LINES = 200
NOTES_HIGH = BY_FIELD["notes"].high
HEAD_FIELDS = tuple(name for name, column in BY_FIELD.items() if not column.of_line)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row was refused or what changed: a finding, and the field and cell it is about when it is about one."""

    finding: Finding
    field: str | None = None
    value: str | None = None
    suggestion: str | None = None

    def stored(self, headers: Mapping[str, str]) -> dict[str, Any]:
        """Give the reason as it is kept with the row; ``headers`` are the user's own, by field."""
        column = headers.get(self.field or "", self.field)
        return {
            "code": self.finding.code,
            "facts": {"column": column, **self.finding.facts},
            "field": self.field,
            "column": column,
            "value": self.value,
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, what it says (nothing for blank cells), and its faults."""

    row_no: int
    values: Mapping[str, Any]
    reasons: tuple[Reason, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Group:
    """The positions of the rows that make one consignment, and their customer reference if they have one."""

    ref: str | None
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """The rows that make one consignment; ``occurrence`` counts equal rows without a customer reference."""

    ref: str | None
    rows: tuple[Row, ...]
    occurrence: int = 1
    reasons: Mapping[int, tuple[Reason, ...]] = field(default_factory=dict)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Give the hashes of the rows in their order: what the file says of this consignment."""
        return tuple(row.fingerprint for row in self.rows)


def groups_of(table: Table) -> list[Group]:
    """Give the rows that belong together, in the order of their first rows; nothing but the reference is read.

    Rows with the same customer reference are one consignment; a row without one stands alone.
    """
    at = next((at for at, matched in table.columns.items() if matched.column.field == "customer_ref"), None)
    groups: dict[str | int, list[int]] = {}
    for position in table.positions:
        groups.setdefault(_reference(table, position, at) or position, []).append(position)
    return [Group(key if isinstance(key, str) else None, tuple(rows)) for key, rows in groups.items()]


def orders_of(table: Table, groups: Iterable[Group], seen: Mapping[str, int]) -> list[Order]:
    """Read the rows of some groups; ``seen`` counts the equal rows of this file that came before them."""
    counted = Counter(seen)
    orders = []
    for group in groups:
        rows = [_row(table, position) for position in group.positions]
        counted[rows[0].fingerprint] += 1
        orders.append(Order(group.ref, tuple(rows), counted[rows[0].fingerprint], _faults(rows)))
    return orders


def booking_of(order: Order) -> dict[str, Any]:
    """Give what an order without faults says, in the shape that booking takes; only what its cells say."""
    body: dict[str, Any] = {}
    for name in HEAD_FIELDS:
        said = [row.values[name] for row in order.rows if name in row.values]
        if said:
            body[name] = "；".join(dict.fromkeys(said)) if name == "notes" else said[0]
    body["lines"] = [_line(row.values) for row in order.rows]
    return body


def shown(value: Any) -> str:
    """Give a value as people write it: local time, codes, yes and no."""
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, tuple | list):
        return "、".join(str(item) for item in value)
    return printable(str(value))


def default_mode(chargeable_kg: int, ltl_max_kg: int) -> ShipmentMode:
    """Choose for a file that does not say how the goods travel: part load up to its limit, else a full load."""
    return ShipmentMode.LTL if chargeable_kg <= ltl_max_kg else ShipmentMode.FTL


def _reference(table: Table, position: int, at: int | None) -> str | None:
    """Read the customer reference alone; one that cannot be used makes its row stand alone and be refused."""
    if at is None:
        return None
    try:
        found: str | None = parse(table.columns[at], table.cell(position, at))
    except CellError:
        return None
    return found


def _row(table: Table, position: int) -> Row:
    values: dict[str, Any] = {}
    reasons: list[Reason] = []
    for at, matched in table.columns.items():
        cell = table.cell(position, at)
        try:
            value = parse(matched, cell)
        except CellError as error:
            reasons.append(_about(matched, cell, error))
            continue
        if value is not None:
            values[matched.column.field] = value
        elif matched.column.required:
            reasons.append(_about(matched, cell, CellError("CELL_REQUIRED")))
    said = values if not reasons else {str(at): written(table.cell(position, at)) for at in table.columns}
    return Row(position + 1, values, tuple(reasons), _hash(said))


def _about(matched: Matched, cell: Cell, error: CellError) -> Reason:
    value = printable(written(cell))
    suggestion = printable(error.suggestion, 400) if error.suggestion else None
    return Reason(Finding(error.code, {**error.facts, "value": value}), matched.column.field, value, suggestion)


def _hash(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _line(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the cargo line of a row; "fragile" is a class of its own, and a mark on goods of another class."""
    line = {name: value for name, value in values.items() if BY_FIELD[name].of_line and name != "fragile"}
    if values.get("fragile") and line["cargo_class"] is CargoClass.GENERAL:
        line["cargo_class"] = CargoClass.FRAGILE
    elif values.get("fragile"):
        line["marks"] = tuple(sorted({*line.get("marks", ()), Mark.FRAGILE}))
    return line


def _faults(rows: Sequence[Row]) -> dict[int, tuple[Reason, ...]]:
    """Give the reasons per row when anything is wrong with an order: then no row of it is booked."""
    found: dict[int, list[Reason]] = defaultdict(list)
    for row in rows:
        found[row.row_no] += row.reasons
    if len(rows) > 1:
        for row_no, reason in _disagreements(rows):
            found[row_no].append(reason)
    if len(rows) > MAX_LINES:
        found[rows[0].row_no].append(Reason(Finding("ORDER_TOO_LONG", {"rows": len(rows), "limit": MAX_LINES})))
    return spread(rows, found)


def spread(rows: Iterable[Row], found: Mapping[int, Sequence[Reason]]) -> dict[int, tuple[Reason, ...]]:
    """Give each row its reasons, and the rows beside them that their order is refused because of another row."""
    bad = sorted(row_no for row_no, reasons in found.items() if reasons)
    if not bad:
        return {}
    because = (Reason(Finding("ORDER_REFUSED", {"row": bad[0]})),)
    return {row.row_no: tuple(found.get(row.row_no, ())) or because for row in rows}


def _disagreements(rows: Sequence[Row]) -> Iterable[tuple[int, Reason]]:
    """Object to each cell that says of the whole order something else than the rows above it."""
    for name in HEAD_FIELDS:
        if name == "notes":
            continue
        first: Row | None = None
        for row in rows:
            if name not in row.values:
                continue
            if first is None:
                first = row
            elif row.values[name] != first.values[name]:
                yield row.row_no, _differs(name, row, first)
    notes = "；".join(dict.fromkeys(row.values["notes"] for row in rows if "notes" in row.values))
    if len(notes) > NOTES_HIGH:
        yield rows[0].row_no, Reason(Finding("ORDER_NOTES_TOO_LONG", {"limit": NOTES_HIGH}), "notes")


def _differs(name: str, row: Row, first: Row) -> Reason:
    value, before = shown(row.values[name]), shown(first.values[name])
    return Reason(Finding("ROWS_DISAGREE", {"value": value, "first": before, "row": first.row_no}), name, value, before)
