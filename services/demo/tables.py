"""The data files of the demo company: UTF-8 CSV, an empty cell means that nothing is said."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"
Forms = Mapping[str, Callable[[str], Any]]


def rows(name: str, forms: Forms) -> list[dict[str, Any]]:
    """Give the rows of a file without their empty cells, each cell in its column's form, else as text."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            {column: forms.get(column, str)(cell) for column, cell in row.items() if cell}
            for row in csv.DictReader(file)
        ]


def truth(cell: str) -> bool:
    """Read 1 as yes and anything else as no."""
    return cell == "1"


def words(cell: str) -> list[str]:
    """Read ``a|b`` as a list."""
    return cell.split("|")


def ring(cell: str) -> list[list[float]]:
    """Read ``lon lat; lon lat; …`` as the points of a fence."""
    return [[float(number) for number in point.split()] for point in cell.split(";")]
