"""What a device may be called, which secret it needs, and when it may ride on a vehicle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from models.vocabulary import DeviceProtocol
from services.policy.findings import Finding

# these come in by a door that asks for no key of a user
OWN_CODE = frozenset({DeviceProtocol.JT808, DeviceProtocol.OSMAND})
# the number is ten bytes of two digits each, and some makers put more than decimal ones there
DIGITS, TERMINAL_DIGITS = frozenset("0123456789abcdef"), 20
HARD_TO_GUESS = 16


@dataclass(frozen=True, slots=True)
class Ride:
    """A time on a vehicle, [since, until); open while ``until`` is None."""

    plate: str
    since: datetime
    until: datetime | None


def plain_terminal(protocol: DeviceProtocol, terminal: str) -> str:
    """Give a terminal's name as it is stored: JT/T 808 pads its number with zeros on the left, which mean nothing."""
    return (terminal.lower().lstrip("0") or "0") if protocol is DeviceProtocol.JT808 else terminal


def object_to_terminal(protocol: DeviceProtocol, terminal: str, *, with_code: bool) -> Iterator[Finding]:
    """Object to a name that the protocol cannot carry, and to one that alone opens a door and could be guessed."""
    digits = DIGITS.issuperset(terminal) and len(terminal) <= TERMINAL_DIGITS
    if protocol is DeviceProtocol.JT808 and not digits:
        yield Finding("DEVICE_NOT_DIGITS", {"device": terminal, "limit": TERMINAL_DIGITS})
    if with_code and protocol not in OWN_CODE:
        yield Finding("DEVICE_TAKES_NO_CODE", {"kind": protocol})
    if protocol is DeviceProtocol.OSMAND and not with_code and len(terminal) < HARD_TO_GUESS:
        yield Finding("DEVICE_GUESSABLE", {"device": terminal, "least": HARD_TO_GUESS})


def object_to_ride(device: str, wanted: Ride, others: Iterable[Ride]) -> Iterator[Finding]:
    """Object to a time on a vehicle that ends before it begins, or during which the device rides on another."""
    if wanted.until is not None and wanted.until <= wanted.since:
        facts = {"since": wanted.since.isoformat(), "until": wanted.until.isoformat()}
        yield Finding("MOUNT_ENDS_FIRST", {"device": device, **facts})
    for other in others:
        begins_before_end = wanted.until is None or other.since < wanted.until
        if begins_before_end and (other.until is None or wanted.since < other.until):
            facts = {"vehicle": other.plate, "since": other.since.isoformat()}
            yield Finding("DEVICE_MOUNTED", {"device": device, **facts})
