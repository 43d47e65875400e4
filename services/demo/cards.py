"""Dates of a card: everything in the data counts from the day of seeding, so that the demo never grows old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

MONTH = timedelta(days=30)


def papers(holder: str, days: Mapping[str, int | None], today: date) -> dict[str, dict[str, Any]]:
    """Give the papers that are valid for some days from today, or ran out so many days ago; None: no such paper."""
    return {
        kind: {"number": f"DEMO-{number:02d}-{holder}", "valid_until": today + timedelta(days=left)}
        for number, (kind, left) in enumerate(days.items(), 1)
        if left is not None
    }
