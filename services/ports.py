"""What services need from outside, as protocols of the needed size; adapters implement them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail: plain text and its stable id (Message-ID), so that a duplicate can be recognised."""

    message_id: str
    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Call:
    """One signed webhook: url, Standard Webhooks id, and the secrets to sign with (newest first)."""

    url: str
    webhook_id: str
    body: bytes
    secrets: tuple[str, ...]
    timestamp_s: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a try ended: delivered or not, what the other side said, and whether it is gone for good (410)."""

    delivered: bool
    detail: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """How a try to make a PDF ended: its bytes, or the code and the facts of the finding that says why not."""

    content: bytes | None
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class Mailer(Protocol):
    """Sends one e-mail; never raises for a refusal, which is a Receipt."""

    def send(self, mail: Mail) -> Receipt:
        """Try once and say how it ended."""
        ...


class Caller(Protocol):
    """Makes one outbound HTTP call under the guard against internal addresses."""

    def post(self, call: Call) -> Receipt:
        """Try once and say how it ended."""
        ...


class Printer(Protocol):
    """Makes a PDF of a page; never raises for a page or a machine that it cannot work with, which is a Printed."""

    def make(self, html: str) -> Printed:
        """Try once and say how it ended."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees, WGS-84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Road:
    """The road between two places as a router tells it; ``line`` is an encoded polyline with six decimals."""

    distance_km: float
    duration_minutes: float
    line: str


@dataclass(frozen=True, slots=True)
class RoadFailure:
    """Why there is no road: the router ``answered`` that it knows none, or it is away or talks nonsense."""

    detail: str
    answered: bool = False


class RoadDistance(Protocol):
    """Knows the roads; never raises for a refusal or a router that is away, which is a RoadFailure."""

    def route(self, origin: Place, destination: Place) -> Road | RoadFailure:
        """Ask once for the road a truck takes."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside world of one runtime; without a router every way is reckoned here."""

    mailer: Mailer
    caller: Caller
    printer: Printer
    router: RoadDistance | None = None
