"""Doors for devices that speak a language of their own: phones (OsmAnd, Traccar Client) and forwarding servers."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.kit.problems import InvalidInputError
from app.limits import limiter
from app.outcomes import answer_of
from app.schemas.telematics import Asked, OsmandIn, OsmandPostQuery, OsmandQuery, ReportOut, TraccarIn
from models.vocabulary import DeviceProtocol, Role
from services.positions import reports_in, tracking
from services.telematics.osmand import Report
from services.transaction import Tx

blp = Resource("telematics", "Telematics: what phones and forwarding servers send (定位设备接入)")
FORWARDERS = (Role.DISPATCHER, Role.ADMIN)
# a phone that was offline hands in hours at once, and several may share one address
RATE = "600/minute"
NO_DEVICE = {"pointer": "/id", "code": "invalid", "message": "Say which device this is."}


@endpoint(blp, "GET", "/telematics/osmand", Shape(roles=(), query=OsmandQuery, answer=ReportOut))
@limiter.limit(RATE)
def report_by_query(tx: Tx, query: Asked) -> dict[str, Any]:
    """Take one report from a query string; the device comes in by its name, and by its key when it has one."""
    return _taken_of(tx, query.report, query.key)


@endpoint(blp, "POST", "/telematics/osmand", Shape(roles=(), query=OsmandPostQuery, body=OsmandIn, answer=ReportOut))
@limiter.limit(RATE)
def report(tx: Tx, query: Asked, body: Report | None) -> dict[str, Any]:
    """Take one report from a body of JSON, or from the query beside an empty body."""
    return _taken_of(tx, body or query.report, query.key)


@endpoint(blp, "POST", "/telematics/traccar", Shape(roles=FORWARDERS, body=TraccarIn, answer=ReportOut))
def forward(tx: Tx, body: Report) -> dict[str, Any]:
    """Take a position or an event that a Traccar server forwards, under the key of a user."""
    return _stored(tx, body, DeviceProtocol.TRACCAR)


def _taken_of(tx: Tx, report: Report | None, key: str | None) -> dict[str, Any]:
    if report is None:
        raise InvalidInputError([NO_DEVICE])
    reports_in.let_in(tx, report.device, key)
    return _stored(tx, report, DeviceProtocol.OSMAND)


def _stored(tx: Tx, report: Report, source: DeviceProtocol) -> dict[str, Any]:
    fixes = reports_in.fixes_of(tx, report, source)
    return {**answer_of(tracking.take(tx, fixes), fixes), "no_position": not fixes}
