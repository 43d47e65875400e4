"""Refused pieces replaced or made up by a linked consignment; the original closes with it (R-D-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.consignments import Consignment
from models.deliveries import Acceptance
from models.parties import Party, Site
from models.trips import Trip
from models.vocabulary import ConsignmentState, TaskKind
from services import lifecycle, tasks
from services.facts import LINE_FACTS
from services.orders import booking
from services.policy import acceptance as policy
from services.policy.acceptance import AcceptanceFacts
from services.policy.findings import Finding, require
from services.scope import find_consignment
from services.transaction import Tx

REPLACEMENT_LEAD = timedelta(days=2)


def replace_goods(tx: Tx, number: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Book the linked consignment that replaces or makes up refused pieces, with the day it is needed by (R-D-11)."""
    original = find_consignment(tx, number, lock=True)
    lines = _replacement_lines(tx, original)
    require(_object_to_replacing(tx, original, lines))
    body = {
        "consignee": tx.session.get_one(Party, original.consignee_id).code,
        "origin": tx.session.get_one(Site, original.origin_site_id).code,
        "destination": tx.session.get_one(Site, original.destination_site_id).code,
        "shipment_mode": original.shipment_mode,
        "promised_arrival_at": wanted["needed_by"],
        "open_box_required": original.open_box_required,
        "contact_name": original.contact_name,
        "contact_phone": original.contact_phone,
        "notes": wanted.get("notes"),
        "replaces_id": original.id,
        "replaces": original.number,
        "lines": lines,
    }
    shipper = tx.session.get_one(Party, original.shipper_id).code
    view = booking.book(tx, {"shipper": shipper, "consignments": [body]})[0]
    subject = lifecycle.of_consignment(original)
    tx.journal("consignment.replacement_booked", subject, {"replacement": view["number"]})
    tasks.complete_by_key(tx, f"replacement-{original.id}", view["number"])
    return view


def close_refused(tx: Tx, number: str, reason: str) -> Consignment:
    """Close a refused or partly refused consignment whose customer wants no replacement; the reason is recorded."""
    consignment = find_consignment(tx, number, lock=True)
    require([Finding("REPLACEMENT_OPEN", {"consignment": number})] if _open_replacement(tx, consignment) else [])
    lying = consignment.state is ConsignmentState.AT_TERMINAL
    require([Finding("NOT_YET_ANSWERED", {"state": consignment.state})] if lying else [])
    lifecycle.move_consignment(tx, consignment, ConsignmentState.CLOSED, {"no_replacement": reason})
    tasks.complete_by_key(tx, f"replacement-{consignment.id}", reason)
    return consignment


def close_replaced(tx: Tx, replacement: Consignment) -> None:
    """Close the original once its replacement is accepted (R-D-11)."""
    if replacement.replaces_id is None:
        return
    original = tx.session.get_one(Consignment, replacement.replaces_id)
    require(policy.object_to_closing_original(original.state, replacement.state))
    lifecycle.move_consignment(tx, original, ConsignmentState.CLOSED, {"replacement": replacement.number})


def arrange_replacement(tx: Tx, consignment: Consignment, trip: Trip, facts: AcceptanceFacts) -> None:
    """Put the replacing of refused pieces on the desk (R-D-11)."""
    lines = [
        {"line_no": one.line_no, "quantity": one.quantity, "reason": one.reason}
        for one in policy.replacement_lines(facts)
    ]
    tasks.raise_task(
        tx,
        TaskKind.REPLACEMENT,
        f"replacement-{consignment.id}",
        tx.now + REPLACEMENT_LEAD,
        trip_id=trip.id,
        consignment_id=consignment.id,
        facts={"lines": lines},
    )


def _replacement_lines(tx: Tx, original: Consignment) -> list[dict[str, Any]]:
    """Give the refused pieces as lines of a new booking, mass and volume in proportion."""
    accepted = tx.session.scalar(select(Acceptance).where(Acceptance.consignment_id == original.id))
    refused = {line.line_no: line.refused_quantity for line in accepted.lines} if accepted else {}
    made = []
    for line in original.lines:
        quantity = refused.get(line.line_no, 0)
        if quantity:
            values = {name: getattr(line, name) for name in LINE_FACTS if name != "line_no"}
            share = {"quantity": quantity, "mass_kg": max(1, line.mass_kg * quantity // line.quantity)}
            share["volume_dm3"] = line.volume_dm3 * quantity // line.quantity
            named = {"specification": line.specification, "unit": line.unit, "mot_code": line.mot_code}
            made.append({**values, **named, **share})
    return made


def _object_to_replacing(tx: Tx, original: Consignment, lines: Sequence[object]) -> list[Finding]:
    if not lines:
        return [Finding("NOTHING_TO_REPLACE", {"consignment": original.number, "state": original.state})]
    open_one = _open_replacement(tx, original)
    return [Finding("REPLACEMENT_OPEN", {"consignment": original.number, "replacement": open_one})] if open_one else []


def _open_replacement(tx: Tx, original: Consignment) -> str | None:
    return tx.session.scalar(
        select(Consignment.number).where(
            Consignment.replaces_id == original.id, Consignment.state != ConsignmentState.CANCELLED
        )
    )
