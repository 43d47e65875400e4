"""The company's numbers: read by all staff, changed by an administrator for the future."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.schemas.rules import RulesIn, RulesOut
from models.vocabulary import Role
from services import rulebook
from services.queries.rules import rules_view
from services.transaction import STAFF, Tx

blp = Resource("rules", "Rules: every number the checks use, by version (规则参数)")


@endpoint(blp, "GET", "/rules", Shape(roles=tuple(sorted(STAFF)), answer=RulesOut, etag=False, writes=False))
def read(tx: Tx) -> dict[str, Any]:
    """Read every number in force with its unit, bounds and source, and the changes to come."""
    return rules_view(tx)


@endpoint(blp, "PUT", "/rules", Shape(roles=(Role.ADMIN,), body=RulesIn, answer=RulesOut, etag=False))
def change(tx: Tx, body: dict[str, Any]) -> dict[str, Any]:
    """Change some numbers from a future instant on; the past keeps the version it was decided under."""
    rulebook.change(tx, body["change"], body["effective_from"], body["reason"])
    return rules_view(tx)
