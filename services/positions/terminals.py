"""Terminals over the air (JT/T 808): who one is, its registration, its code, and when it was heard.

The protocol sends everything in the clear and knows a terminal by a number that is no secret. So the code is given
out over the air only to the first registration of a known terminal, and again only to the same one; a person can
renew it (services/positions/devices.py), after which the next registration is the first again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from models.telematics import Device
from models.vocabulary import ActorKind, DeviceProtocol
from services.positions import riding, tracking
from services.positions.devices import new_code
from services.telematics.jt808 import Registration
from services.tokens import hashed
from services.transaction import Actor, Subject, Tx

# what a code is compared with when there is none, so that the answer takes as long
NO_CODE = hashed("")
TERMINAL = Actor(ActorKind.DEVICE, "jt808")


@dataclass(frozen=True, slots=True)
class Admitted:
    """What came of a registration; the code is there only when it was accepted."""

    result: Registration
    code: str = ""


def actor(terminal: str) -> Actor:
    """Give the actor of one terminal, for the journal."""
    return Actor(ActorKind.DEVICE, f"jt808:{terminal}")


def is_known(tx: Tx, terminal: str) -> bool:
    """Tell whether somebody has taken this terminal in and nobody has shut it out."""
    return _known(tx, terminal) is not None


def is_lenient(tx: Tx, terminal: str) -> bool:
    """Tell whether a terminal's checksum and length are not looked at; an unknown one is read strictly."""
    device = _known(tx, terminal)
    return device is not None and device.lenient


def register(tx: Tx, terminal: str, identity: bytes) -> Admitted:
    """Answer a registration: ``identity`` is its body, which names maker, model, number and plate.

    NO_TERMINAL for one that nobody has taken in or that is shut out; TERMINAL_TAKEN when another one came first.
    """
    device = _known(tx, terminal, lock=True)
    if device is None:
        return Admitted(Registration.NO_TERMINAL)
    told = hashlib.sha256(identity).hexdigest()
    if device.identity_hash is not None and not hmac.compare_digest(device.identity_hash, told):
        return Admitted(Registration.TERMINAL_TAKEN)
    code = new_code()
    first = device.identity_hash is None
    device.identity_hash, device.code_hash = told, hashed(code)
    tx.session.flush()
    if first:
        tx.journal("device.registered_itself", Subject("device", device.id), {"device": terminal})
    return Admitted(Registration.OK, code)


def authenticate(tx: Tx, terminal: str, code: str) -> bool:
    """Tell whether the code is this terminal's; in the time that it takes for any other."""
    device = _known(tx, terminal)
    stored = device.code_hash if device is not None else None
    same = hmac.compare_digest(stored or NO_CODE, hashed(code))
    return same and stored is not None


def hear(tx: Tx, terminals: Collection[str]) -> None:
    """Note that terminals were heard, though they sent no position."""
    tracking.hear(tx, riding.reach(tx, (), terminals).terminals.values())


def _known(tx: Tx, terminal: str, *, lock: bool = False) -> Device | None:
    query = select(Device).where(Device.terminal == terminal, Device.protocol == DeviceProtocol.JT808)
    query = query.where(Device.disabled_at.is_(None))
    return tx.session.scalar(query.with_for_update() if lock else query)
