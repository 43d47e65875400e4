"""Book consignments (R-F-18, R-F-21); ``rebooking`` amends and cancels them.

Booking writes with Core statements: it is the busiest write, and nothing in it needs a loaded object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from models.consignments import Consignment, TransportOrder
from models.parties import Party, Site
from models.vocabulary import (
    ConsignmentState,
    OrderState,
    PartyKind,
)
from services.announcing import announce
from services.errors import NotFoundError
from services.facts import line_facts
from services.orders.cargo_rows import LINE_DEFAULTS, PUT_LINE, line_values, totals
from services.policy.cargo import CargoFacts, object_to_cargo
from services.policy.findings import Finding, require
from services.policy.vehicles import out_of_town
from services.prepared import Prepared, Row, inserting
from services.queries import shipments
from services.scope import (
    MY_SHIPPER,
    mine,
    parties_within,
    sites_within,
)
from services.tokens import derived_token, hashed
from services.transaction import Subject, Tx

# every booking runs these
PUT_ORDER, PUT_CONSIGNMENT = inserting(TransportOrder, TransportOrder.id), inserting(Consignment, Consignment.id)


class Named(NamedTuple):
    """A party as a booking needs it."""

    id: int
    code: str
    name: str
    kind: PartyKind
    owner_id: int | None


class Place(NamedTuple):
    """A site as a booking needs it."""

    id: int
    code: str
    name: str
    region_code: str


@dataclass(frozen=True, slots=True)
class Ends:
    """The parties and sites of a booking, already looked up in the caller's scope."""

    shipper: Any
    consignee: Any
    origin: Any
    destination: Any


def book(tx: Tx, order: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Book one transport order with its consignments and give each as the API shows it.

    Raises RuleBrokenError with every unknown reference and every objection to the cargo.
    """
    prepared = [_prepare(tx, order, wanted) for wanted in order["consignments"]]
    require(finding for _, findings in prepared for finding in findings)
    numbers = [tx.next_number("YD") for _ in prepared]
    order_row = {
        "number": numbers[0].replace("YD", "WT", 1),
        "shipper_id": prepared[0][0].shipper.id,
        "state": OrderState.OPEN,
        "created_at": tx.now,
        "created_by": tx.actor.name,
    }
    order_id = _id(PUT_ORDER.first(tx.connection, order_row))
    return [
        _insert(tx, order_id, number, wanted, ends)
        for number, wanted, (ends, _) in zip(numbers, order["consignments"], prepared, strict=True)
    ]


def _prepare(tx: Tx, order: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[Ends, list[Finding]]:
    """Look up the references in the caller's scope and collect every objection to one consignment."""
    ends = _look_up(tx, order.get("shipper"), wanted)
    findings = [
        Finding("REFERENCE_UNKNOWN", {"field": name, "value": code})
        for name, code, row in (
            ("shipper", order.get("shipper"), ends.shipper),
            ("consignee", wanted["consignee"], ends.consignee),
            ("origin", wanted["origin"], ends.origin),
            ("destination", wanted["destination"], ends.destination),
        )
        if row is None
    ]
    if ends.origin is not None and ends.destination is not None:
        findings += _object_to_booking(tx, wanted, ends)
    return ends, findings


def _object_to_booking(tx: Tx, wanted: Mapping[str, Any], ends: Ends) -> Iterator[Finding]:
    if ends.origin.id == ends.destination.id:
        yield Finding("ORIGIN_IS_DESTINATION", {"site": wanted["origin"]})
    if wanted["promised_arrival_at"] <= tx.now:
        yield Finding("PROMISED_IN_THE_PAST", {"promised_arrival_at": wanted["promised_arrival_at"].isoformat()})
    yield from object_to_cargo(
        CargoFacts(
            lines=tuple(
                line_facts({**LINE_DEFAULTS, **line, "line_no": line_no})
                for line_no, line in enumerate(wanted["lines"], 1)
            ),
            shipment_mode=wanted["shipment_mode"],
            out_of_town=out_of_town(ends.origin.region_code, ends.destination.region_code),
        ),
        tx.ruleset,
    )


def _look_up(tx: Tx, shipper_code: str | None, wanted: Mapping[str, Any]) -> Ends:
    """Find the parties and sites named; an actor tied to a shipper can only book for that shipper."""
    tied = tx.actor.shipper_id is not None
    asked = {**mine(tx.actor), **{name: wanted[name] for name in ("consignee", "origin", "destination")}}
    found = _parties(tied=tied).rows(tx.connection, {**asked, "shipper": shipper_code or ""})
    parties = {party.kind: party for party in (Named(*row) for row in found)}
    shipper, consignee = parties.get(PartyKind.SHIPPER), parties.get(PartyKind.CONSIGNEE)
    if consignee is not None and shipper is not None and consignee.owner_id not in {None, shipper.id}:
        consignee = None
    sites = {site.code: site for site in (Place(*row) for row in _sites_named(tied=tied).rows(tx.connection, asked))}
    return Ends(shipper, consignee, sites.get(wanted["origin"]), sites.get(wanted["destination"]))


@cache
def _parties(*, tied: bool) -> Prepared:
    is_shipper = Party.id == MY_SHIPPER if tied else Party.code == bindparam("shipper")
    named = is_shipper | (Party.code == bindparam("consignee"))
    columns = (Party.id, Party.code, Party.name, Party.kind, Party.owner_id)
    return Prepared(select(*columns).where(named, parties_within(tied=tied)))


@cache
def _sites_named(*, tied: bool) -> Prepared:
    named = (Site.code == bindparam("origin")) | (Site.code == bindparam("destination"))
    return Prepared(select(Site.id, Site.code, Site.name, Site.region_code).where(named, sites_within(tied=tied)))


def _insert(tx: Tx, order_id: int, number: str, wanted: Mapping[str, Any], ends: Ends) -> dict[str, Any]:
    """Write one consignment, its lines, its first journal entry and the event owed to the shipper."""
    lines = [line_values(line_no, line) for line_no, line in enumerate(wanted["lines"], 1)]
    values = _consignment_values(tx, order_id, number, wanted, ends) | totals(lines)
    consignment_id = _id(PUT_CONSIGNMENT.first(tx.connection, values))
    PUT_LINE.put_many(tx.connection, [{**line, "consignment_id": consignment_id} for line in lines])
    subject = Subject("consignment", consignment_id, consignment_id=consignment_id, new=True)
    tx.journal("consignment.booked", subject, {"number": number, "lines": len(lines)})
    announce(tx, "consignment.booked", (consignment_id, ends.shipper.id), {})
    row = values | {
        "id": consignment_id,
        "shipper_code": ends.shipper.code, "shipper_name": ends.shipper.name,
        "consignee_code": ends.consignee.code, "consignee_name": ends.consignee.name,
        "origin_code": ends.origin.code, "origin_name": ends.origin.name, "origin_region": ends.origin.region_code,
        "destination_code": ends.destination.code, "destination_name": ends.destination.name,
        "destination_region": ends.destination.region_code, "order_number": number.replace("YD", "WT", 1),
        "trip_number": None, "replaces_number": wanted.get("replaces"), "trip_frozen_at": None,
        "estimated_arrival_at": None,
    }  # fmt: skip
    return shipments.shaped(shipments.FULL_VALUES(row), map(shipments.LINE_VALUES, lines), tx.settings)


def _id(row: Row | None) -> int:
    (made,) = row or (0,)
    return int(made)


def _consignment_values(tx: Tx, order_id: int, number: str, wanted: Mapping[str, Any], ends: Ends) -> dict[str, Any]:
    token = derived_token(tx.settings.secret_key, f"track:{number}")
    kept = timedelta(days=tx.ruleset.tracking.token_unsigned_days)
    return {
        "number": number,
        "order_id": order_id,
        "shipper_id": ends.shipper.id,
        "consignee_id": ends.consignee.id,
        "origin_site_id": ends.origin.id,
        "destination_site_id": ends.destination.id,
        "customer_ref": wanted.get("customer_ref"),
        "shipment_mode": wanted["shipment_mode"],
        "state": ConsignmentState.BOOKED,
        "out_of_town": out_of_town(ends.origin.region_code, ends.destination.region_code),
        "open_box_required": wanted.get("open_box_required", False),
        "declared_value_fen": wanted.get("declared_value_fen"),
        "contact_name": wanted.get("contact_name"),
        "contact_phone": wanted.get("contact_phone"),
        "notes": wanted.get("notes"),
        "promised_arrival_at": wanted["promised_arrival_at"],
        "planned_arrival_at": None,
        "trip_id": None,
        "replaces_id": wanted.get("replaces_id"),
        "track_hash": hashed(token),
        "track_expires_at": wanted["promised_arrival_at"] + kept,
        "created_at": tx.now,
        "created_by": tx.actor.name,
        "version": 1,
    }


def find_order(tx: Tx, number: str) -> dict[str, Any]:
    """Give an order with the consignments the caller may see; NotFoundError when there is none of them."""
    order = tx.session.execute(
        select(TransportOrder.id, TransportOrder.number, TransportOrder.state, TransportOrder.created_at).where(
            TransportOrder.number == number
        )
    ).first()
    if order is None:
        raise NotFoundError
    numbers = tx.session.scalars(
        select(Consignment.number).where(Consignment.order_id == order.id).order_by(Consignment.id)
    ).all()
    views = [shipments.consignment_view(tx, number) for number in numbers]
    return {"number": order.number, "state": order.state, "created_at": order.created_at, "consignments": views}
