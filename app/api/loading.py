"""Inspect, count, secure, seal, and out of the gate."""

from __future__ import annotations

from typing import Any

from app.errors import told
from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.kit.times import occurred
from app.kit.trips import JUDGES, READERS, REPORTERS, shown
from app.schemas.common import PageQuery, Reason, page_of
from app.schemas.loading import (
    CheckIn,
    CheckOut,
    CountIn,
    CustomerSealIn,
    GateOut,
    JointInspectionIn,
    Moment,
    SealOnIn,
    SecuringIn,
    SettlementIn,
    VerificationIn,
)
from app.schemas.trips import TripOut
from models.vocabulary import Role
from services.queries import trips
from services.queries.paging import Page
from services.scope import find_trip
from services.transaction import Tx
from services.yard import gate, loading, pickups, seals
from services.yard.loading import CheckCard
from services.yard.pickups import Count

blp = Resource("loading", "Loading: inspections, counts, securing, seals on the truck, the gate (装车、加封、出厂)")
LOADERS = (Role.DRIVER, Role.DISPATCHER)


@endpoint(
    blp,
    "POST",
    "/trips/<number>/checks",
    Shape(roles=(*REPORTERS, Role.SAFETY), body=CheckIn, answer=CheckOut, status=201, creates=True),
)
def record_check(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record an inspection before the trip or at a stop (R-F-02, R-C-02, R-C-07)."""
    at = occurred(tx, body)
    return trips.check_view(loading.record_check(tx, number, CheckCard(occurred_at=at, **body)))


@endpoint(
    blp, "GET", "/trips/<number>/checks", Shape(roles=READERS, query=PageQuery, answer=page_of(CheckOut), writes=False)
)
def list_checks(tx: Tx, query: dict[str, Any], number: str) -> dict[str, Any]:
    """List a trip's inspection cards, newest first."""
    return trips.check_page(tx, number, Page(query.get("cursor"), query["limit"]))


@endpoint(
    blp, "POST", "/trips/<number>/pickup-counts", Shape(roles=LOADERS, body=CountIn, answer=TripOut, creates=True)
)
def count_pickup(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record what was counted onto the truck, signed by the shipper's agent (R-F-12)."""
    at = occurred(tx, body)
    lines = {line["line_no"]: line["quantity"] for line in body.pop("lines")}
    pickups.count_pickup(tx, number, Count(occurred_at=at, lines=lines, **body))
    return shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/trips/<number>/pickup-counts/settlement",
    Shape(roles=(Role.DISPATCHER, Role.MANAGER), body=SettlementIn, answer=TripOut, creates=True),
)
def settle_difference(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record how shipper and desk settled a difference in the count."""
    pickups.settle_difference(tx, number, body["consignment"], body["line_no"], body["settlement"])
    return shown(tx, number)


@endpoint(blp, "PUT", "/trips/<number>/securing", Shape(roles=LOADERS, body=SecuringIn, answer=TripOut))
def record_securing(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record how the goods were covered, protected and fixed (R-F-07, R-F-08)."""
    at = occurred(tx, body)
    loading.record_securing(tx, number, body["measures"], at)
    return shown(tx, number)


@endpoint(
    blp, "POST", "/trips/<number>/loading-completion", Shape(roles=LOADERS, body=Moment, answer=TripOut, creates=True)
)
def complete_loading(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Say that the present stop's goods are loaded; from now on seals may be put on."""
    loading.complete_loading(tx, number, occurred(tx, body))
    return shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/trips/<number>/seals",
    Shape(roles=LOADERS, body=SealOnIn, answer=TripOut, status=201, creates=True),
)
def apply_seal(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Put a company seal on an opening; with the last one the trip is sealed (R-F-09)."""
    at = occurred(tx, body)
    seals.apply(tx, number, body["number"], body["closure"], at, body.get("photo"))
    return shown(tx, number)


@endpoint(blp, "POST", "/trips/<number>/seal-exemption", Shape(roles=JUDGES, body=Reason, answer=TripOut, creates=True))
def exempt_from_door_seal(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Give the reason for sealing the papers pouch of an open load that has no door (domain 3.4)."""
    seals.exempt(tx, number, body["reason"])
    return shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/trips/<number>/customer-seals",
    Shape(roles=LOADERS, body=CustomerSealIn, answer=TripOut, status=201, creates=True),
)
def record_customer_seal(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record a customer's own seal beside ours."""
    seals.record_customer_seal(tx, number, body["number"], body["closure"])
    return shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/trips/<number>/seal-verification",
    Shape(roles=LOADERS, body=VerificationIn, answer=TripOut, creates=True),
)
def verify_seals(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Check the seals at a drop before anything is unloaded; an exception asks for a joint inspection."""
    at = occurred(tx, body)
    seen = {one["closure"]: (one.get("number"), one["finding"]) for one in body["seen"]}
    seals.verify_on_arrival(tx, number, seen, at)
    return shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/trips/<number>/joint-inspection",
    Shape(roles=LOADERS, body=JointInspectionIn, answer=TripOut, creates=True),
)
def inspect_jointly(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record the joint inspection that a seal exception asks for (S6)."""
    at = occurred(tx, body)
    seals.record_joint_inspection(tx, number, body["driver_statement"], at)
    return shown(tx, number)


@endpoint(blp, "GET", "/trips/<number>/gate", Shape(roles=READERS, answer=GateOut, writes=False))
def look_at_gate(tx: Tx, number: str) -> dict[str, Any]:
    """Say what still keeps the truck in, without letting it out."""
    trip = find_trip(tx, number)
    found = gate.object_to_gate_out(tx, trip, tx.now)
    return {"trip": trip.number, "released": not found, "findings": told(found)}


@endpoint(
    blp,
    "POST",
    "/trips/<number>/gate-out",
    Shape(roles=(Role.GATE, Role.MANAGER), body=Moment, answer=TripOut, creates=True),
)
def gate_out(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Let the truck out, or refuse with everything that is missing."""
    gate.gate_out(tx, number, occurred(tx, body))
    return shown(tx, number)
