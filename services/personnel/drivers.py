"""Drivers and escorts: their card, their status (待岗 included) and a withheld licence (domain 4.7, R-P-04)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from models.drivers import Driver
from models.vocabulary import DriverStatus, OffPostCause, Role
from services.accident_cases import find_accident
from services.accidents import off_post
from services.clock import LOCAL_ZONE, local
from services.contacts import normalise
from services.masking import masked_number, masked_phone
from services.orders.amending import amend as amend_row
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
    """Change a driver's status by hand; 待岗 ends only by a reinstatement (R-P-04)."""
    driver = find_driver(tx, staff_no, lock=True)
    if (driver.status, status) == (DriverStatus.STANDBY_PENDING, DriverStatus.ACTIVE):
        return reinstate(tx, staff_no, reason)
    withheld = off_post.withheld(driver, local(tx.now).date())
    require(object_to_status(driver.status, status, withheld=withheld, by_safety=tx.actor.has(Role.SAFETY)))
    if status is DriverStatus.STANDBY_PENDING:
        off_post.bench(tx, driver, reason)
    else:
        off_post.move(tx, driver, status, reason)
    return driver_view(tx, staff_no)


def reinstate(tx: Tx, staff_no: str, reason: str) -> dict[str, Any]:
    """End a driver's time off post; RuleBrokenError names everything that is missing (R-P-04)."""
    off_post.reinstate(tx, staff_no, reason)
    return driver_view(tx, staff_no)


def put_off_post(tx: Tx, staff_no: str, accident: str) -> dict[str, Any]:
    """Take a driver off post at once for a violation in an accident (R-P-04)."""
    off_post.begin_named(tx, staff_no, accident)
    return driver_view(tx, staff_no)


def withhold_licence(
    tx: Tx, staff_no: str, since: date, until: date | None, accident: str | None = None
) -> dict[str, Any]:
    """Record the local days on which the police hold the licence; from the first one the driver is off post.

    ``accident`` names the case for which they took it.
    """
    driver = find_driver(tx, staff_no, lock=True)
    withholding = Withholding(since, until)
    findings = list(object_to_withholding(withholding))
    if driver.status is DriverStatus.LEFT:
        findings.append(Finding("DRIVER_HAS_LEFT", {"driver": staff_no}))
    require(findings)
    accident_id = find_accident(tx, accident).id if accident else None
    driver.licence_withheld_from, driver.licence_withheld_to = since, until
    facts = {"from": since.isoformat(), "to": until.isoformat() if until else None, "accident": accident}
    tx.journal("driver.licence_withheld", Subject("driver", driver.id), facts)
    today = local(tx.now).date()
    after = status_after_withholding(driver.status, withholding, today)
    if withholding.covers(today) and after is DriverStatus.STANDBY_PENDING:
        off_post.begin(tx, driver.id, OffPostCause.LICENCE_WITHHELD, accident_id)
    elif since > today:
        key, due_at = f"licence-withheld-{driver.id}", datetime.combine(since, time(), LOCAL_ZONE)
        tx.defer_again("begin_withheld", key, due_at, driver_id=driver.id)
    tx.session.flush()
    return driver_view(tx, staff_no)


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
