"""Shippers and consignees: a dispatcher keeps all, a shipper himself and the consignees he made (R-F-21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from sqlalchemy import select

from models.parties import Party
from models.vocabulary import PartyKind
from services.codes import next_code
from services.contacts import normalise
from services.errors import NotAllowedError
from services.orders.amending import amend as amend_row
from services.policy.findings import Finding, require
from services.queries.parties import party_view
from services.scope import find_party, parties_of, require_version
from services.transaction import Subject, Tx

PREFIXES = {PartyKind.SHIPPER: "SH", PartyKind.CONSIGNEE: "CN"}
DEFAULT_LANGUAGE = "zh-CN"


def create(tx: Tx, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Make a party and give it as the API shows it; the code is made up when none is given.

    A shipper makes only consignees, and they are his. Raises NotAllowedError, or RuleBrokenError with
    every unusable number and an unknown owner.
    """
    if tx.actor.shipper_id is not None and wanted["kind"] is not PartyKind.CONSIGNEE:
        raise NotAllowedError
    columns = dict(wanted)
    require([*_resolve_owner(tx, columns), *normalise(columns), *_object_to_quiet(columns)])
    columns.setdefault("language", DEFAULT_LANGUAGE)
    code = columns.pop("code", None) or next_code(tx, PREFIXES[columns["kind"]], Party)
    party = Party(code=code, created_at=tx.now, **columns)
    tx.session.add(party)
    tx.session.flush()
    tx.journal("party.created", Subject("party", party.id, new=True), {"code": code, "kind": party.kind})
    return party_view(tx, code)


def amend(tx: Tx, code: str, changes: Mapping[str, Any], expected: int | None) -> dict[str, Any]:
    """Change the named columns of a party; raises StaleVersionError or RuleBrokenError with every objection."""
    party = find_party(tx, code, lock=True)
    require_version(party, expected)
    columns = dict(changes)
    findings = list(normalise(columns))
    changed = amend_row(party, columns)
    quiet = {name: getattr(party, name) for name in ("quiet_from_minute", "quiet_to_minute")}
    require([*findings, *_object_to_quiet(quiet)])
    tx.session.flush()
    if changed:
        tx.journal("party.amended", Subject("party", party.id), changed)
    return party_view(tx, code)


def _resolve_owner(tx: Tx, columns: MutableMapping[str, Any]) -> Iterator[Finding]:
    """Turn the owner's code into an id, in place; a shipper's consignees are always his own."""
    code = columns.pop("owner", None)
    if code is None:
        columns["owner_id"] = tx.actor.shipper_id
        return
    query = select(Party.id).where(Party.code == code, Party.kind == PartyKind.SHIPPER, parties_of(tx.actor))
    columns["owner_id"] = tx.session.scalar(query)
    if columns["owner_id"] is None:
        yield Finding("REFERENCE_UNKNOWN", {"field": "owner", "value": code})
    if columns["kind"] is PartyKind.SHIPPER:
        yield Finding("SHIPPER_HAS_NO_OWNER", {"owner": code})


def _object_to_quiet(columns: Mapping[str, Any]) -> Iterator[Finding]:
    ends = [columns.get("quiet_from_minute"), columns.get("quiet_to_minute")]
    if ends.count(None) == 1:
        yield Finding("QUIET_HOURS_HALF", {"quiet_from_minute": ends[0], "quiet_to_minute": ends[1]})
