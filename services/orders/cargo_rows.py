"""Cargo lines as they are stored, and what is known of a consignment by adding them up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.consignments import CargoLine
from models.vocabulary import PackagingVerdict
from services.prepared import inserting

LINE_DEFAULTS: Mapping[str, Any] = {
    "specification": None, "mot_code": None, "piece_mass_kg": None, "length_mm": None, "width_mm": None,
    "height_mm": None, "manual_handling_ok": True, "finished_goods": False, "moisture_sensitive": False,
    "theft_prone": False, "stackable": True, "odour": False, "food_grade": False, "divisible": True,
    "temp_min_c": None, "temp_max_c": None, "hazmat_class": None, "un_number": None, "declared_value_fen": None,
    "marks": (), "documents": (), "packaging_verdict": PackagingVerdict.ORIGINAL_FIT, "unit": "件", "volume_dm3": 0,
}  # fmt: skip
PUT_LINE = inserting(CargoLine)


def line_values(line_no: int, line: Mapping[str, Any]) -> dict[str, Any]:
    """Give one line as it is stored, with what the shipper left open filled in."""
    values = {**LINE_DEFAULTS, **line, "line_no": line_no}
    values["marks"] = sorted(str(mark) for mark in values["marks"])
    values["documents"] = sorted(str(document) for document in values["documents"])
    return values


def totals(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up the lines; hard to handle when hands cannot unload any one of them (R-F-11)."""
    return {
        "total_mass_kg": sum(line["mass_kg"] for line in lines),
        "total_volume_dm3": sum(line["volume_dm3"] for line in lines),
        "hard_to_handle": not all(line["manual_handling_ok"] for line in lines),
    }
