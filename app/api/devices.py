"""Devices that report positions: who they are and what they ride on."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.openapi import API_PREFIX
from app.schemas.common import Reason, page_of
from app.schemas.devices import (
    DeviceChange,
    DeviceIn,
    DeviceOut,
    DeviceQuery,
    DeviceSummary,
    MountIn,
    NewDeviceOut,
    UnmountIn,
)
from models.vocabulary import Role
from services.positions import devices
from services.queries.devices import device_page, device_view
from services.queries.paging import Page
from services.transaction import STAFF, Tx

blp = Resource("devices", "Devices: terminals and phones that report positions (定位终端)")
KEEPERS = (Role.DISPATCHER, Role.ADMIN)
READERS = tuple(sorted(STAFF))


@endpoint(blp, "POST", "/devices", Shape(roles=KEEPERS, body=DeviceIn, answer=NewDeviceOut, status=201))
def register(tx: Tx, body: dict[str, Any]) -> Made:
    """Take a device in; the code that it needs is shown this once, so there is no key of idempotency to keep it."""
    view = devices.register(tx, body)
    return Made(view, view["version"], f"{API_PREFIX}/devices/{quote(view['terminal'])}")


@endpoint(blp, "GET", "/devices", Shape(roles=READERS, query=DeviceQuery, answer=page_of(DeviceSummary), writes=False))
def list_devices(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List devices with the vehicle they ride on and when they were last heard, newest first."""
    return device_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/devices/<terminal>", Shape(roles=READERS, answer=DeviceOut, writes=False))
def read(tx: Tx, terminal: str) -> Made:
    """Read one device with everything it rode on."""
    return _made(device_view(tx, terminal))


@endpoint(blp, "PATCH", "/devices/<terminal>", Shape(roles=KEEPERS, body=DeviceChange, answer=DeviceOut, if_match=True))
def amend(tx: Tx, body: dict[str, Any], terminal: str, expected: int) -> Made:
    """Change what its degrees mean, how strictly it is read, or its label."""
    return _made(devices.amend(tx, terminal, body, expected))


@endpoint(blp, "POST", "/devices/<terminal>/disabling", Shape(roles=KEEPERS, body=Reason, answer=DeviceOut))
def disable(tx: Tx, body: dict[str, Any], terminal: str) -> Made:
    """Shut a device out."""
    return _made(devices.disable(tx, terminal, body["reason"]))


@endpoint(blp, "POST", "/devices/<terminal>/enabling", Shape(roles=KEEPERS, body=Reason, answer=DeviceOut))
def enable(tx: Tx, body: dict[str, Any], terminal: str) -> Made:
    """Let a device in again."""
    return _made(devices.enable(tx, terminal, body["reason"]))


@endpoint(blp, "POST", "/devices/<terminal>/code", Shape(roles=KEEPERS, answer=NewDeviceOut))
def renew_code(tx: Tx, terminal: str) -> Made:
    """Give a device a new code, shown this once; the old one ends, and a terminal may register itself anew."""
    return _made(devices.renew_code(tx, terminal))


@endpoint(blp, "POST", "/devices/<terminal>/mounts", Shape(roles=KEEPERS, body=MountIn, answer=DeviceOut, status=201))
def mount(tx: Tx, body: dict[str, Any], terminal: str) -> Made:
    """Let a device ride on a vehicle; a fix counts for the vehicle that it rode on at the time of the fix."""
    return _made(devices.mount(tx, terminal, body["vehicle"], body.get("since_at"), body.get("until_at")))


@endpoint(blp, "POST", "/devices/<terminal>/unmounting", Shape(roles=KEEPERS, body=UnmountIn, answer=DeviceOut))
def unmount(tx: Tx, body: dict[str, Any], terminal: str) -> Made:
    """Take a device off its vehicle."""
    return _made(devices.unmount(tx, terminal, body.get("until_at")))


def _made(view: dict[str, Any]) -> Made:
    return Made(view, view["version"])
