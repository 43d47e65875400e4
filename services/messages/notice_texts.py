"""What a notice says, in the consignee's language: when, what, how to unload, seals, and the link to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models.consignments import Consignment
from models.fleet import Vehicle
from models.loading import Seal
from models.notices import Notice
from models.parties import Party, Site
from models.trips import ConsignmentLeg, Trip, TripStop
from models.vocabulary import NoticeKind, SealState
from services.clock import local
from services.policy.notice_outcome import named_arrival
from services.texts import notice_templates as templates
from services.texts.notice_arrived import ARRIVED
from services.tokens import derived_token
from services.transaction import Tx

# with these the truck is on its way to the consignee
COMING = frozenset({NoticeKind.PRE_ARRIVAL, NoticeKind.UPDATE, NoticeKind.FINAL_HOUR})


@dataclass(frozen=True, slots=True)
class Told:
    """A message ready to send: subject and plain text for people, ``data`` for machines."""

    subject: str
    body: str
    data: dict[str, Any]


def compose(tx: Tx, notice: Notice, party: Party) -> Told:
    """Write a notice from fresh rows."""
    where = tx.session.execute(
        select(Vehicle.plate, Site.name, TripStop.arrived_at)
        .join(Trip, Trip.vehicle_id == Vehicle.id)
        .join(TripStop, TripStop.trip_id == Trip.id)
        .join(Site, Site.id == TripStop.site_id)
        .where(TripStop.id == notice.stop_id)
    ).one()
    consignments = _consignments(tx, notice)
    live = select(Seal.number).where(Seal.trip_id == notice.trip_id, Seal.state == SealState.APPLIED)
    seals = list(tx.session.scalars(live.order_by(Seal.id)))
    data = {
        "notice": notice.public_id,
        "kind": notice.kind,
        "version": notice.version_no,
        "estimated_arrival_at": named_arrival(notice.kind, notice.eta_at),
        "estimated": notice.stale,
        "place": where.name,
        "plate": where.plate,
        "seals": seals,
        "consignments": [_goods(tx, consignment) for consignment in consignments],
    }
    language = party.language if party.language in templates.TEMPLATES else "zh-CN"
    texts = templates.TEMPLATES[language]
    late = notice.kind is NoticeKind.PRE_ARRIVAL and where.arrived_at is not None
    subject, body = ARRIVED[language] if late else texts[notice.kind]
    facts = _facts(tx, notice, data, texts, hard=any(one.hard_to_handle for one in consignments))
    return Told(subject.format_map(facts), body.format_map(facts), data)


def tracking_url(tx: Tx, number: str) -> str:
    """Give the public link of a consignment."""
    return f"{tx.settings.base_url}/t/{derived_token(tx.settings.secret_key, f'track:{number}')}"


def _consignments(tx: Tx, notice: Notice) -> list[Consignment]:
    query = (
        select(Consignment)
        .join(ConsignmentLeg, ConsignmentLeg.consignment_id == Consignment.id)
        .where(ConsignmentLeg.drop_stop_id == notice.stop_id, Consignment.consignee_id == notice.consignee_id)
    )
    return list(tx.session.scalars(query.options(selectinload(Consignment.lines)).order_by(Consignment.id)))


def _goods(tx: Tx, consignment: Consignment) -> dict[str, Any]:
    return {
        "number": consignment.number,
        "customer_ref": consignment.customer_ref,
        "goods": [f"{line.name} × {line.quantity}{line.unit}" for line in consignment.lines],
        "total_mass_kg": consignment.total_mass_kg,
        "hard_to_handle": consignment.hard_to_handle,
        "tracking_url": tracking_url(tx, consignment.number),
    }


def _facts(tx: Tx, notice: Notice, data: dict[str, Any], texts: dict[Any, Any], *, hard: bool) -> dict[str, Any]:
    goods = "\n".join(
        f"- {one['number']}: {'; '.join(one['goods'])} ({one['total_mass_kg']} kg)\n  {one['tracking_url']}"
        for one in data["consignments"]
    )
    return {
        "company": tx.settings.company_name,
        "phone": tx.settings.company_phone,
        "at": f"{local(notice.eta_at):%Y-%m-%d %H:%M}",
        "estimated": texts["estimated"] if notice.stale else "",
        "prepare": texts["prepare_hard"] if hard and notice.kind in COMING else "",
        "place": data["place"],
        "plate": data["plate"],
        "seals": ", ".join(data["seals"]) or "–",
        "goods": goods,
        "first": data["consignments"][0]["number"] if data["consignments"] else "",
        "confirm": data["consignments"][0]["tracking_url"] if data["consignments"] else "",
        "version": notice.version_no,
    }
