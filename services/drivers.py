"""Drivers and escorts: their card, their status (待岗 included) and a withheld licence (domain 4.7, R-P-04)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from models.drivers import Driver
from models.vocabulary import DriverStatus, Role
from services.amending import amend as amend_row
from services.clock import local
from services.contacts import normalise
from services.masking import masked_number, masked_phone
from services.papers import with_papers
from services.policy.driver_card import (
    Withholding,
    object_to_person,
    object_to_status,
    object_to_withholding,
    status_after_withholding,
)
from services.policy.findings import Finding, require
from services.queries.drivers import driver_view
from services.scope import find_driver, require_version
from services.transaction import Subject, Tx

MASKS = {"id_number": masked_number, "phone": masked_phone}
# what the journal says of these is only that they changed
PRIVATE = frozenset({"born_on", "documents"})


def create(tx: Tx, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Register a driver or escort and give him as the API shows him.

    Raises RuleBrokenError with every unusable number, ConflictError when staff or ID number is known.
    """
    columns = dict(wanted)
    findings = list(normalise(columns))
    require(findings or object_to_person(columns["id_number"], columns["born_on"]))
    columns["documents"] = with_papers({}, columns.get("documents", {}))
    columns["licence_classes"] = _plain(columns.get("licence_classes", ()))
    driver = Driver(created_at=tx.now, **columns)
    tx.session.add(driver)
    tx.session.flush()
    facts = {"staff_no": driver.staff_no, "name": driver.name}
    tx.journal("driver.created", Subject("driver", driver.id, new=True), facts)
    return driver_view(tx, driver.staff_no)


def amend(tx: Tx, staff_no: str, changes: Mapping[str, Any], expected: int | None) -> dict[str, Any]:
    """Change the named columns; papers are laid over the stored ones.

    Raises StaleVersionError, or RuleBrokenError with every unusable number.
    """
    driver = find_driver(tx, staff_no, lock=True)
    require_version(driver, expected)
    columns = dict(changes)
    findings = list(normalise(columns))
    if "documents" in columns:
        columns["documents"] = with_papers(driver.documents, columns["documents"])
    if "licence_classes" in columns:
        columns["licence_classes"] = _plain(columns["licence_classes"])
    changed = amend_row(driver, columns)
    named = {"id_number", "born_on"} & columns.keys()
    require(findings or (object_to_person(driver.id_number, driver.born_on) if named else []))
    tx.session.flush()
    if changed:
        tx.journal("driver.amended", Subject("driver", driver.id), _told(changed))
    return driver_view(tx, staff_no)


def set_status(tx: Tx, staff_no: str, status: DriverStatus, reason: str) -> dict[str, Any]:
    """Change a driver's status by hand; only safety ends 待岗, and never while the licence is held."""
    driver = find_driver(tx, staff_no, lock=True)
    held = _withholding(driver)
    withheld = held is not None and held.covers(local(tx.now).date())
    require(object_to_status(driver.status, status, withheld=withheld, by_safety=tx.actor.has(Role.SAFETY)))
    _move(tx, driver, status, reason)
    return driver_view(tx, staff_no)


def withhold_licence(tx: Tx, staff_no: str, since: date, until: date | None) -> dict[str, Any]:
    """Record the local days on which the police hold the licence; from the first one the driver is off post."""
    driver = find_driver(tx, staff_no, lock=True)
    withholding = Withholding(since, until)
    findings = list(object_to_withholding(withholding))
    if driver.status is DriverStatus.LEFT:
        findings.append(Finding("DRIVER_HAS_LEFT", {"driver": staff_no}))
    require(findings)
    driver.licence_withheld_from, driver.licence_withheld_to = since, until
    facts = {"from": since.isoformat(), "to": until.isoformat() if until else None}
    tx.journal("driver.licence_withheld", Subject("driver", driver.id), facts)
    status = status_after_withholding(driver.status, withholding, local(tx.now).date())
    if status is not driver.status:
        _move(tx, driver, status, "licence_withheld")
    tx.session.flush()
    return driver_view(tx, staff_no)


def _move(tx: Tx, driver: Driver, status: DriverStatus, reason: str) -> None:
    facts = {"from": driver.status, "to": status, "reason": reason}
    driver.status, driver.status_reason = status, reason
    tx.session.flush()
    tx.journal(f"driver.{status}", Subject("driver", driver.id), facts)


def _withholding(driver: Driver) -> Withholding | None:
    if driver.licence_withheld_from is None:
        return None
    return Withholding(driver.licence_withheld_from, driver.licence_withheld_to)


def _plain(words: Any) -> list[str]:
    return sorted({str(word) for word in words})


def _told(changed: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Give a change as the journal may keep it for ever: personal numbers masked, private facts left out."""
    return {
        side: {
            name: MASKS[name](value) if name in MASKS else ("***" if name in PRIVATE else value)
            for name, value in values.items()
        }
        for side, values in changed.items()
    }
