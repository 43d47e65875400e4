"""Changing a row's columns so that the journal can say what was there before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any


def amend(row: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Set columns on a row and give ``{"before", "after"}`` of those that really changed; empty when none did."""
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    before = {name: _plain(getattr(row, name)) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    after = {name: _plain(value) for name, value in changed.items()}
    return {"before": before, "after": after} if changed else {}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
