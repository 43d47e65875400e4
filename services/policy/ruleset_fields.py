"""How one number or yes/no of the ruleset is declared: default, inclusive bounds, unit and source."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def number(default: float, low: float, high: float, unit: str, source: str) -> Any:
    """Declare one number of the ruleset: its default, inclusive bounds, unit and the clause it comes from."""
    return field(default=default, metadata={"low": low, "high": high, "unit": unit, "source": source})


def switch(*, default: bool, source: str) -> Any:
    """Declare one yes/no of the ruleset and the clause it comes from."""
    return field(default=default, metadata={"unit": "yes/no", "source": source})
