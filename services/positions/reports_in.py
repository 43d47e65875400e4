"""Reports of phones and forwarding servers on their way in: who may come in, and what is a position in them."""

from __future__ import annotations

import hmac

from sqlalchemy import select

from models.telematics import Device
from models.vocabulary import DeviceProtocol
from services.errors import NotFoundError
from services.policy.findings import Finding, require
from services.positions import riding, tracking
from services.positions.tracking import Fix
from services.telematics.osmand import Report
from services.tokens import hashed
from services.transaction import Tx

NO_KEY = hashed("")


def let_in(tx: Tx, terminal: str, key: str | None) -> None:
    """Let a phone in by its name, and by its key when it has one.

    Raises NotFoundError for one that is unknown, shut out or without its key: a stranger learns nothing.
    """
    device = _device(tx, terminal, DeviceProtocol.OSMAND)
    wanted = device.code_hash if device is not None else None
    same = hmac.compare_digest(wanted or NO_KEY, hashed(key or ""))
    if device is None or (wanted is not None and not same):
        raise NotFoundError


def fixes_of(tx: Tx, report: Report, source: DeviceProtocol) -> list[Fix]:
    """Give the report's fix, none when it has no place; the device then counts as heard all the same.

    Raises RuleBrokenError for a device that is unknown, shut out, or registered to speak otherwise.
    """
    unknown = Finding("REFERENCE_UNKNOWN", {"field": "device", "value": report.device})
    require([] if _device(tx, report.device, source) is not None else [unknown])
    if report.lat is None or report.lon is None:
        tracking.hear(tx, riding.reach(tx, (), (report.device,)).terminals.values())
        return []
    fix = Fix("", report.fix_at or tx.now, report.lat, report.lon, report.speed_kmh, report.heading)
    return [fix._replace(device=report.device, source=source.value, mock=report.mock)]


def _device(tx: Tx, terminal: str, protocol: DeviceProtocol) -> Device | None:
    query = select(Device).where(Device.terminal == terminal, Device.protocol == protocol)
    return tx.session.scalar(query.where(Device.disabled_at.is_(None)))
