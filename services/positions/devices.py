"""Devices that report positions: registered, amended, shut out, and mounted on a vehicle for a time.

The code that a device opens its door with is shown once and kept as its SHA-256; terminals over the air are the
business of services/positions/terminals.py.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from models.fleet import Vehicle
from models.telematics import Device, DeviceMount
from models.vocabulary import CoordSystem, DeviceProtocol
from services.errors import NotFoundError
from services.orders.amending import amend as amend_row
from services.policy.devices import OWN_CODE, Ride, object_to_ride, object_to_terminal, plain_terminal
from services.policy.findings import Finding, require
from services.queries.devices import device_view
from services.scope import require_version
from services.tokens import hashed
from services.transaction import Subject, Tx

CODE_BYTES = 12
RECENT = timedelta(minutes=10)


def find_device(tx: Tx, terminal: str, *, lock: bool = False) -> Device:
    """Give a device by its terminal's name or raise NotFoundError."""
    query = select(Device).where(Device.terminal == terminal)
    device = tx.session.scalar(query.with_for_update() if lock else query)
    if device is None:
        raise NotFoundError
    return device


def register(tx: Tx, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Take a device in and give it with its ``code``, this once; without a name of its own it is given one.

    Raises RuleBrokenError with every objection, ConflictError when the name is taken.
    """
    protocol: DeviceProtocol = wanted["protocol"]
    terminal = plain_terminal(protocol, wanted.get("terminal") or secrets.token_hex(8))
    with_code = bool(wanted.get("with_code", protocol in OWN_CODE))
    require(object_to_terminal(protocol, terminal, with_code=with_code))
    code = new_code() if with_code else None
    device = Device(
        terminal=terminal,
        protocol=protocol,
        datum=wanted.get("datum", CoordSystem.WGS84),
        lenient=wanted.get("lenient", False),
        label=wanted.get("label"),
        code_hash=hashed(code) if code else None,
        created_at=tx.now,
        created_by=tx.actor.name,
    )
    tx.session.add(device)
    tx.session.flush()
    facts = {"device": terminal, "protocol": protocol, "datum": device.datum}
    tx.journal("device.registered", Subject("device", device.id, new=True), facts)
    return {**device_view(tx, terminal), "code": code}


def amend(tx: Tx, terminal: str, changes: Mapping[str, Any], expected: int | None) -> dict[str, Any]:
    """Change datum, leniency or label; StaleVersionError when the device has changed meanwhile."""
    device = find_device(tx, terminal, lock=True)
    require_version(device, expected)
    changed = amend_row(device, changes)
    tx.session.flush()
    if changed:
        tx.journal("device.amended", Subject("device", device.id), changed)
    return device_view(tx, terminal)


def disable(tx: Tx, terminal: str, reason: str) -> dict[str, Any]:
    """Shut a device out; what it sends from now on is refused."""
    return _set_disabled(tx, terminal, tx.now, "device.disabled", reason)


def enable(tx: Tx, terminal: str, reason: str) -> dict[str, Any]:
    """Let a device in again that was shut out."""
    return _set_disabled(tx, terminal, None, "device.enabled", reason)


def renew_code(tx: Tx, terminal: str) -> dict[str, Any]:
    """Give a device a new code, shown this once; the old one ends, and a terminal may register anew over the air."""
    device = find_device(tx, terminal, lock=True)
    require([] if device.protocol in OWN_CODE else [Finding("DEVICE_TAKES_NO_CODE", {"kind": device.protocol})])
    code = new_code()
    device.code_hash, device.identity_hash = hashed(code), None
    tx.session.flush()
    tx.journal("device.code_renewed", Subject("device", device.id), {"device": terminal})
    return {**device_view(tx, terminal), "code": code}


def mount(tx: Tx, terminal: str, plate: str, since: datetime | None, until: datetime | None) -> dict[str, Any]:
    """Let a device ride on a vehicle from ``since`` (now when left out), until it is taken off or until ``until``.

    Raises RuleBrokenError for an unknown vehicle, a time to come, and a time in which it rides on another.
    """
    device = find_device(tx, terminal, lock=True)
    begin = since or tx.now
    vehicle_id = tx.session.scalar(select(Vehicle.id).where(Vehicle.plate == plate))
    unknown = Finding("REFERENCE_UNKNOWN", {"field": "vehicle", "value": plate})
    ride = Ride(plate, begin, until)
    own = object_to_ride(terminal, ride, _rides(tx, device))
    require([*([unknown] if vehicle_id is None else []), *_object_to_time(tx, begin), *own])
    tx.session.add(DeviceMount(device_id=device.id, vehicle_id=vehicle_id, since_at=begin, until_at=until))
    _written(tx, device, "device.mounted", {"device": terminal, "vehicle": plate}, begin)
    return device_view(tx, terminal)


def unmount(tx: Tx, terminal: str, at: datetime | None) -> dict[str, Any]:
    """End the device's ride on its vehicle at ``at`` (now when left out); RuleBrokenError when it rides on none."""
    device = find_device(tx, terminal, lock=True)
    end = at or tx.now
    open_mount = select(DeviceMount).where(DeviceMount.device_id == device.id, DeviceMount.until_at.is_(None))
    found = tx.session.scalar(open_mount)
    require([] if found else [Finding("DEVICE_NOT_MOUNTED", {"device": terminal})])
    assert found is not None  # noqa: S101 - require() has raised when there is none
    plate = tx.session.get_one(Vehicle, found.vehicle_id).plate
    require([*_object_to_time(tx, end), *object_to_ride(terminal, Ride(plate, found.since_at, end), ())])
    found.until_at = end
    _written(tx, device, "device.unmounted", {"device": terminal, "vehicle": plate}, end)
    return device_view(tx, terminal)


def new_code() -> str:
    """Make a code: 96 random bits in 16 characters, which is what the smallest terminals keep."""
    return secrets.token_urlsafe(CODE_BYTES)


def _set_disabled(tx: Tx, terminal: str, at: datetime | None, action: str, reason: str) -> dict[str, Any]:
    device = find_device(tx, terminal, lock=True)
    if (device.disabled_at is None) != (at is None):
        device.disabled_at = at
        tx.session.flush()
        tx.journal(action, Subject("device", device.id), {"device": terminal, "reason": reason})
    return device_view(tx, terminal)


def _rides(tx: Tx, device: Device) -> list[Ride]:
    query = select(Vehicle.plate, DeviceMount.since_at, DeviceMount.until_at)
    query = query.join(Vehicle, Vehicle.id == DeviceMount.vehicle_id).where(DeviceMount.device_id == device.id)
    return [Ride(*row) for row in tx.session.execute(query.order_by(DeviceMount.since_at))]


def _object_to_time(tx: Tx, at: datetime) -> list[Finding]:
    return [Finding("TIME_IN_THE_FUTURE", {"at": at.isoformat()})] if at > tx.now + RECENT else []


def _written(tx: Tx, device: Device, action: str, facts: Mapping[str, Any], at: datetime) -> None:
    flag_modified(device, "label")  # on another vehicle it is another version of the device
    tx.session.flush()
    tx.journal(action, Subject("device", device.id), facts, at)
