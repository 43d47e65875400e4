"""Documents of vehicles and drivers, stored as ``{kind: {"number", "valid_until"}}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def with_papers(stored: Mapping[str, Any], given: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Any]:
    """Lay the given papers over the stored ones; None takes a paper away. Days become ISO texts."""
    laid = {**stored, **{kind: paper and _stored(paper) for kind, paper in given.items()}}
    return {kind: paper for kind, paper in sorted(laid.items()) if paper}


def _stored(paper: Mapping[str, Any]) -> dict[str, str]:
    return {"number": paper["number"], "valid_until": paper["valid_until"].isoformat()}
