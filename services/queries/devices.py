"""Devices as answers: with the vehicle they ride on, when they were last heard, and where they rode before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, select

from models.fleet import Vehicle
from models.telematics import Device, DeviceMount
from services.errors import NotFoundError
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.transaction import Tx

DEVICE = (
    Device.terminal, Device.protocol, Device.datum, Device.lenient, Device.label, Device.created_at, Device.created_by,
    Device.disabled_at, Device.heard_at, Device.version,
)  # fmt: skip


def device_view(tx: Tx, terminal: str) -> dict[str, Any]:
    """Give one device with everything it rode on, newest first; NotFoundError without it."""
    row = tx.session.execute(_devices(tx).where(Device.terminal == terminal)).first()
    if row is None:
        raise NotFoundError
    rides = select(Vehicle.plate.label("vehicle"), DeviceMount.since_at, DeviceMount.until_at)
    rides = rides.join(Vehicle, Vehicle.id == DeviceMount.vehicle_id).where(DeviceMount.device_id == row.id)
    found = tx.session.execute(rides.order_by(DeviceMount.since_at.desc(), DeviceMount.id.desc()))
    return {**_device(row), "mounts": [dict(ride) for ride in found.mappings()]}


def device_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of devices, newest first; filters: protocol, vehicle."""
    query = _devices(tx)
    if "protocol" in filters:
        query = query.where(Device.protocol == filters["protocol"])
    if "vehicle" in filters:
        query = query.where(Vehicle.plate == filters["vehicle"])
    return paged(tx.session, newest_first(query, Device.id, page), page, _device)


def _devices(tx: Tx) -> AnySelect:
    now = and_(
        DeviceMount.device_id == Device.id,
        DeviceMount.since_at <= tx.now,
        DeviceMount.until_at.is_(None) | (DeviceMount.until_at > tx.now),
    )
    query = select(Device.id, *DEVICE, Device.code_hash, Device.identity_hash, Vehicle.plate)
    return query.outerjoin(DeviceMount, now).outerjoin(Vehicle, Vehicle.id == DeviceMount.vehicle_id)


def _device(row: Any) -> dict[str, Any]:
    return {
        **{column.key: getattr(row, column.key) for column in DEVICE},
        "has_code": row.code_hash is not None,
        "registered_itself": row.identity_hash is not None,
        "vehicle": row.plate,
    }
