"""What is added to a case as it becomes known: place, outline, and what only the papers need (domain 4.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.accidents import Accident
from models.vocabulary import ClockKind
from services.accident_cases import ALIVE, find_accident, object_to_state
from services.accidents import clocks
from services.accidents.scene import E6
from services.orders.amending import amend as amend_row
from services.policy.findings import require
from services.scope import require_version
from services.transaction import Subject, Tx


def amend(tx: Tx, number: str, changes: Mapping[str, Any], expected: int | None) -> Accident:
    """Change the named details; fields of the form are laid over the stored ones, None takes one away.

    The outline of an alarm, told for the first time, starts the insurer's clock anew: nobody knew before (R-A-09).
    Raises StaleVersionError, or RuleBrokenError for a case that is over.
    """
    accident = find_accident(tx, number, lock=True)
    require_version(accident, expected)
    require(object_to_state(accident, ALIVE))
    columns = dict(changes)
    if "form" in columns:
        laid = {**accident.form, **columns["form"]}
        columns["form"] = {name: value for name, value in laid.items() if value is not None}
    if "lat" in columns:
        columns["lat_e6"], columns["lon_e6"] = round(columns.pop("lat") * E6), round(columns.pop("lon") * E6)
    changed = amend_row(accident, columns)
    tx.session.flush()
    if changed:
        tx.journal("accident.amended", Subject("accident", accident.id), changed)
    if "outline" in columns and tx.now < accident.outline_known_at:
        accident.outline_known_at = tx.now
        clocks.stop(tx, accident, ClockKind.INSURER_TOLD, "outline known")
        clocks.arm(tx, accident, ClockKind.INSURER_TOLD, tx.now, "outline known")
        clocks.weigh(tx, accident)
    return accident
