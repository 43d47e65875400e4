"""The stored versions of the ruleset: read the one in force, add one for the future."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.records import RulesetRow
from services.database import Unit
from services.policy.findings import Finding, require
from services.policy.ruleset import DEFAULTS, Ruleset, changed, object_to_change
from services.transaction import Subject, Tx

VERSIONS = select(RulesetRow.version, RulesetRow.effective_from, RulesetRow.change).order_by(RulesetRow.effective_from)
NOTICE_PERIOD = timedelta(minutes=5)
CACHE_FOR = timedelta(minutes=1)


class Rulebook:
    """Gives the ruleset in force at an instant, reading the database at most once a minute.

    That is safe because a change never takes effect sooner than five minutes after it was made.
    """

    def __init__(self) -> None:
        """Start with nothing read."""
        self._read_at: datetime | None = None
        self._versions: list[tuple[datetime, Ruleset]] = []

    def at(self, unit: Unit, now: datetime) -> Ruleset:
        """Give the ruleset in force at ``now``."""
        if self._read_at is None or not self._read_at <= now < self._read_at + CACHE_FOR:
            self._versions = stored_versions(unit.session)
            self._read_at = now
        return _in_force(self._versions, now)


def ruleset_at(tx: Tx, at: datetime) -> Ruleset:
    """Give the ruleset that was in force at ``at``: nobody is penalised by a rule made after the fact."""
    return _in_force(stored_versions(tx.session), at)


def stored_versions(session: Session) -> list[tuple[datetime, Ruleset]]:
    """Give every stored version with its instant of effect, each laid over the one before."""
    versions: list[tuple[datetime, Ruleset]] = []
    current = DEFAULTS
    for row in session.execute(VERSIONS):
        current = changed(current, row.change, row.version)
        versions.append((row.effective_from, current))
    return versions


def change(tx: Tx, numbers: Mapping[str, Any], effective_from: datetime, reason: str) -> RulesetRow:
    """Store a change of the numbers for the future; the past keeps the version it was decided under.

    Raises RuleBrokenError for unknown names, wrong values, or an instant sooner than five minutes.
    """
    require([*object_to_change(numbers), *_object_to_instant(tx, effective_from)])
    last = tx.session.scalar(select(RulesetRow.version).order_by(RulesetRow.version.desc()).limit(1)) or 0
    row = RulesetRow(
        version=last + 1,
        effective_from=effective_from,
        change=dict(numbers),
        reason=reason,
        made_by=tx.actor.name,
        created_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    facts = {"effective_from": effective_from.isoformat(), "change": dict(numbers), "reason": reason}
    tx.journal("ruleset.changed", Subject("ruleset", row.version, new=True), facts)
    return row


def _in_force(versions: list[tuple[datetime, Ruleset]], at: datetime) -> Ruleset:
    passed = [ruleset for effective_from, ruleset in versions if effective_from <= at]
    return passed[-1] if passed else DEFAULTS


def _object_to_instant(tx: Tx, effective_from: datetime) -> Iterator[Finding]:
    if effective_from < tx.now + NOTICE_PERIOD:
        yield Finding("RULESET_TOO_SOON", {"earliest": (tx.now + NOTICE_PERIOD).isoformat()})
    latest = tx.session.scalar(select(RulesetRow.effective_from).order_by(RulesetRow.effective_from.desc()).limit(1))
    if latest is not None and effective_from <= latest:
        yield Finding("RULESET_BEFORE_LATEST", {"latest": latest.isoformat()})
