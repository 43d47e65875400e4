"""The company's numbers in force and the versions to come, for those who work by them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.records import RulesetRow
from services.policy.ruleset import DEFAULTS, as_mapping, describe
from services.transaction import Tx

VERSION = (
    RulesetRow.version, RulesetRow.effective_from, RulesetRow.reason, RulesetRow.made_by, RulesetRow.created_at,
    RulesetRow.change,
)  # fmt: skip


def rules_view(tx: Tx) -> dict[str, Any]:
    """Give every number in force with its default, unit, bounds and source, the version, and versions to come."""
    values, defaults = as_mapping(tx.ruleset), as_mapping(DEFAULTS)
    numbers = [
        {**told, "value": values[told["group"]][told["name"]], "default": defaults[told["group"]][told["name"]]}
        for told in describe()
    ]
    rows = tx.session.execute(select(*VERSION).order_by(RulesetRow.effective_from)).mappings().all()
    in_force = next((row["effective_from"] for row in rows if row["version"] == tx.ruleset.version), None)
    coming = [dict(row) for row in rows if row["effective_from"] > tx.now]
    return {"version": tx.ruleset.version, "effective_from": in_force, "numbers": numbers, "coming": coming}
