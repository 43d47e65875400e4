"""Book, amend and cancel consignments (R-F-18, R-F-21).

Booking writes with Core statements: it is the busiest write, and nothing in it needs a loaded object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select

from models.consignments import CargoLine, Consignment, TransportOrder
from models.parties import Party, Site
from models.vocabulary import (
    ConsignmentState,
    OrderState,
    PackagingVerdict,
    PartyKind,
)
from services import dispatch, lifecycle
from services.announcing import announce
from services.errors import NotFoundError
from services.facts import cargo_facts, line_facts
from services.policy.cargo import CargoFacts, object_to_cargo
from services.policy.findings import Finding, require
from services.policy.lifecycle import object_to_amend
from services.policy.vehicles import out_of_town
from services.prepared import Prepared, Row, inserting
from services.queries import shipments
from services.scope import (
    MY_SHIPPER,
    find_consignment,
    mine,
    parties_of,
    parties_within,
    require_version,
    sites_of,
    sites_within,
)
from services.tokens import derived_token, hashed
from services.transaction import Subject, Tx

LINE_DEFAULTS: Mapping[str, Any] = {
    "specification": None, "mot_code": None, "piece_mass_kg": None, "length_mm": None, "width_mm": None,
    "height_mm": None, "manual_handling_ok": True, "finished_goods": False, "moisture_sensitive": False,
    "theft_prone": False, "stackable": True, "odour": False, "food_grade": False, "divisible": True,
    "temp_min_c": None, "temp_max_c": None, "hazmat_class": None, "un_number": None, "declared_value_fen": None,
    "marks": (), "documents": (), "packaging_verdict": PackagingVerdict.ORIGINAL_FIT, "unit": "件", "volume_dm3": 0,
}  # fmt: skip
# a request's field, the column it sets, and the table the code is looked up in
REFERENCES = (
    ("consignee", "consignee_id", Party),
    ("origin", "origin_site_id", Site),
    ("destination", "destination_site_id", Site),
)

# every booking runs these
PUT_ORDER, PUT_CONSIGNMENT = inserting(TransportOrder, TransportOrder.id), inserting(Consignment, Consignment.id)
PUT_LINE = inserting(CargoLine)


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


def amend(tx: Tx, number: str, changes: Mapping[str, Any], expected: int | None) -> dict[str, Any]:
    """Change what may still be changed in the consignment's state; the fields named and nothing else.

    Raises StaleVersionError, or RuleBrokenError with every field that is closed and every objection.
    """
    consignment = find_consignment(tx, number, lock=True)
    require_version(consignment, expected)
    columns = dict(changes)
    findings = list(_resolve(tx, columns, consignment.shipper_id))
    lines = columns.pop("lines", None)
    named = [*columns, *(["lines"] if lines is not None else [])]
    require([*object_to_amend(consignment.state, named), *findings])
    before = {name: _plain(getattr(consignment, name)) for name in columns}
    for name, value in columns.items():
        setattr(consignment, name, value)
    if lines is not None:
        _replace_lines(tx, consignment, lines)
    _derive(tx, consignment)
    after = {name: _plain(value) for name, value in columns.items()}
    tx.session.flush()
    tx.journal(
        "consignment.amended",
        lifecycle.of_consignment(consignment),
        {"before": before, "after": after, "lines_replaced": lines is not None},
    )
    return shipments.consignment_view(tx, number)


def cancel(tx: Tx, number: str, reason: str) -> Consignment:
    """Cancel a consignment that is not loaded yet; it leaves the trip it was planned on."""
    consignment = find_consignment(tx, number, lock=True)
    lifecycle.move_consignment(tx, consignment, ConsignmentState.CANCELLED, {"reason": reason})
    dispatch.leave_trip(tx, consignment)
    return consignment


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
    lines = [_line_values(line_no, line) for line_no, line in enumerate(wanted["lines"], 1)]
    values = _consignment_values(tx, order_id, number, wanted, ends) | _totals(lines)
    consignment_id = _id(PUT_CONSIGNMENT.first(tx.connection, values))
    PUT_LINE.put_many(tx.connection, [{**line, "consignment_id": consignment_id} for line in lines])
    subject = Subject("consignment", consignment_id, consignment_id=consignment_id, new=True)
    tx.journal("consignment.booked", subject, {"number": number, "lines": len(lines)})
    announce(tx, "consignment.booked", (consignment_id, ends.shipper.id), {})
    row = values | {
        "shipper_code": ends.shipper.code, "shipper_name": ends.shipper.name,
        "consignee_code": ends.consignee.code, "consignee_name": ends.consignee.name,
        "origin_code": ends.origin.code, "origin_name": ends.origin.name, "origin_region": ends.origin.region_code,
        "destination_code": ends.destination.code, "destination_name": ends.destination.name,
        "destination_region": ends.destination.region_code, "order_number": number.replace("YD", "WT", 1),
        "trip_number": None, "replaces_number": wanted.get("replaces"),
    }  # fmt: skip
    return shipments.shaped(row, lines, tx.settings)


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
        "estimated_arrival_at": None,
        "trip_id": None,
        "replaces_id": wanted.get("replaces_id"),
        "track_hash": hashed(token),
        "track_expires_at": wanted["promised_arrival_at"] + kept,
        "created_at": tx.now,
        "created_by": tx.actor.name,
        "version": 1,
    }


def _line_values(line_no: int, line: Mapping[str, Any]) -> dict[str, Any]:
    values = {**LINE_DEFAULTS, **line, "line_no": line_no}
    values["marks"] = sorted(str(mark) for mark in values["marks"])
    values["documents"] = sorted(str(document) for document in values["documents"])
    return values


def _totals(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up the lines; hard to handle when hands cannot unload any one of them (R-F-11)."""
    return {
        "total_mass_kg": sum(line["mass_kg"] for line in lines),
        "total_volume_dm3": sum(line["volume_dm3"] for line in lines),
        "hard_to_handle": not all(line["manual_handling_ok"] for line in lines),
    }


def _resolve(tx: Tx, columns: dict[str, Any], shipper_id: int) -> Iterator[Finding]:
    """Turn codes in a change into ids, in place, within the consignment's own shipper's parties and sites."""
    for name, column, table in REFERENCES:
        if name not in columns:
            continue
        code = columns.pop(name)
        query: Any = select(table.id).where(table.code == code)
        if table is Party:
            query = query.where(Party.kind == PartyKind.CONSIGNEE, parties_of(tx.actor))
            query = query.where(Party.owner_id.is_(None) | (Party.owner_id == shipper_id))
        else:
            query = query.where(sites_of(tx.actor))
        found = tx.session.scalar(query)
        if found is None:
            yield Finding("REFERENCE_UNKNOWN", {"field": name, "value": code})
        else:
            columns[column] = found


def _replace_lines(tx: Tx, consignment: Consignment, lines: Sequence[Mapping[str, Any]]) -> None:
    values = [_line_values(line_no, line) for line_no, line in enumerate(lines, 1)]
    tx.session.execute(delete(CargoLine).where(CargoLine.consignment_id == consignment.id))
    PUT_LINE.put_many(tx.connection, [{**line, "consignment_id": consignment.id} for line in values])
    for name, value in _totals(values).items():
        setattr(consignment, name, value)
    tx.session.expire(consignment, ["lines"])


def _derive(tx: Tx, consignment: Consignment) -> None:
    """Work out again what follows from the sites and lines, and ask the cargo rules again."""
    origin, destination = (tx.session.get_one(Site, site) for site in _sites(consignment))
    consignment.out_of_town = out_of_town(origin.region_code, destination.region_code)
    findings = [*object_to_cargo(cargo_facts([consignment]), tx.ruleset)]
    if origin is destination:
        findings.append(Finding("ORIGIN_IS_DESTINATION", {"site": origin.code}))
    if consignment.promised_arrival_at <= tx.now:
        promised = {"promised_arrival_at": consignment.promised_arrival_at.isoformat()}
        findings.append(Finding("PROMISED_IN_THE_PAST", promised))
    require(findings)


def _sites(consignment: Consignment) -> tuple[int, int]:
    return consignment.origin_site_id, consignment.destination_site_id


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


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
