"""Consignments as answers: one in full, or a page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Enum, String, bindparam, select, type_coerce
from sqlalchemy.orm import aliased

from models.consignments import CargoLine, Consignment, TransportOrder
from models.parties import Party, Site
from models.trips import Trip
from services.errors import NotFoundError
from services.prepared import Prepared, Row
from services.queries.paging import AnySelect, Page, page_from
from services.scope import Reach, consignments_within, mine, reach_of
from services.settings import Settings
from services.tokens import derived_token
from services.transaction import Tx

Shipper, Consignee = aliased(Party), aliased(Party)
Origin, Destination = aliased(Site), aliased(Site)
Replaced = aliased(Consignment)

_C = Consignment
PLAIN_NAMES = (
    "number", "customer_ref", "shipment_mode", "state", "out_of_town", "hard_to_handle", "open_box_required",
    "total_mass_kg", "promised_arrival_at", "planned_arrival_at", "estimated_arrival_at", "created_at", "version",
)  # fmt: skip
LINE_COLUMNS = tuple(column for column in CargoLine.__table__.columns if column.name not in {"id", "consignment_id"})
LINE_NAMES = tuple(column.name for column in LINE_COLUMNS)


def _as_text(column: Any) -> Any:
    """Read a word as the text that is stored: an answer needs no member of its vocabulary."""
    return type_coerce(column, String).label(column.key) if isinstance(column.type, Enum) else column


PLAIN = tuple(_as_text(getattr(_C, name)) for name in PLAIN_NAMES)
PARTIES = (
    Shipper.code.label("shipper_code"), Shipper.name.label("shipper_name"),
    Consignee.code.label("consignee_code"), Consignee.name.label("consignee_name"),
    Origin.code.label("origin_code"), Origin.name.label("origin_name"), Origin.region_code.label("origin_region"),
    Destination.code.label("destination_code"), Destination.name.label("destination_name"),
    Destination.region_code.label("destination_region"),
)  # fmt: skip
REST = (
    _C.total_volume_dm3, _C.declared_value_fen, _C.contact_name, _C.contact_phone, _C.notes,
    TransportOrder.number.label("order_number"), Trip.number.label("trip_number"),
    Replaced.number.label("replaces_number"),
)  # fmt: skip
FULL_NAMES = ("id", *(column.key for column in (*PLAIN, *PARTIES, *REST)))
FILTERS: Mapping[str, ColumnElement[bool]] = {
    "state": _C.state == bindparam("state"),
    "customer_ref": _C.customer_ref == bindparam("customer_ref"),
    "consignee": Consignee.code == bindparam("consignee"),
    "hard_to_handle": _C.hard_to_handle == bindparam("hard_to_handle"),
}
LINES = Prepared(
    select(*(_as_text(column) for column in LINE_COLUMNS))
    .where(CargoLine.consignment_id == bindparam("consignment_id"))
    .order_by(CargoLine.line_no)
)


def consignment_view(tx: Tx, number: str) -> dict[str, Any]:
    """Give one consignment in full, with its lines; NotFoundError for a foreign or absent one alike."""
    row = _one(reach_of(tx.actor)).first(tx.connection, {"number": number, **mine(tx.actor)})
    if row is None:
        raise NotFoundError
    lines = LINES.rows(tx.connection, {"consignment_id": row[0]})
    full = dict(zip(FULL_NAMES, row, strict=True))
    return shaped(full, [dict(zip(LINE_NAMES, line, strict=True)) for line in lines], tx.settings)


def consignment_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of consignments, newest first; filters: state, customer_ref, consignee, hard_to_handle."""
    after = page.after()
    query = _list(reach_of(tx.actor), frozenset(filters), continued=after is not None)
    asked = {**filters, **mine(tx.actor), "after": after, "one_more": page.limit + 1}
    return page_from(query.rows(tx.connection, asked), page, _summary, last=_key)


def shaped(row: Any, lines: Sequence[Any], settings: Settings) -> dict[str, Any]:
    """Shape a full row and its lines as the API's consignment."""
    token = derived_token(settings.secret_key, f"track:{row['number']}")
    return {
        **{name: row[name] for name in PLAIN_NAMES},
        "shipper": {"code": row["shipper_code"], "name": row["shipper_name"]},
        "consignee": {"code": row["consignee_code"], "name": row["consignee_name"]},
        "origin": _site(row, "origin"),
        "destination": _site(row, "destination"),
        "order": row["order_number"],
        "trip": row["trip_number"],
        "replaces": row["replaces_number"],
        "total_volume_m3": row["total_volume_dm3"] / 1000,
        "declared_value": yuan(row["declared_value_fen"]),
        "contact_name": row["contact_name"],
        "contact_phone": row["contact_phone"],
        "notes": row["notes"],
        "tracking_url": f"{settings.base_url}/t/{token}",
        "lines": [shaped_line(line) for line in lines],
    }


def shaped_line(line: Any) -> dict[str, Any]:
    """Shape one cargo line: volume in m3, money as a decimal string."""
    made = {name: line[name] for name in LINE_NAMES}
    made["volume_m3"] = made.pop("volume_dm3") / 1000
    made["declared_value"] = yuan(made.pop("declared_value_fen"))
    return made


def yuan(fen: int | None) -> str | None:
    """Give integer fen as a decimal string in CNY with two places."""
    return None if fen is None else f"{fen // 100}.{fen % 100:02d}"


# built once per reach and set of filters: building a statement costs several times as much as running it
@cache
def _one(reach: Reach) -> Prepared:
    query = select(_C.id, *PLAIN, *PARTIES, *REST).join(TransportOrder, TransportOrder.id == _C.order_id)
    query = query.outerjoin(Trip, Trip.id == _C.trip_id).outerjoin(Replaced, Replaced.id == _C.replaces_id)
    return Prepared(_joined(query).where(_C.number == bindparam("number"), consignments_within(reach)))


@cache
def _list(reach: Reach, filters: frozenset[str], *, continued: bool) -> Prepared:
    query = _joined(select(_C.id, *PLAIN, *PARTIES)).where(consignments_within(reach))
    query = query.where(*(FILTERS[name] for name in sorted(filters)))
    if continued:
        query = query.where(_C.id < bindparam("after"))
    return Prepared(query.order_by(_C.id.desc()).limit(bindparam("one_more")))


def _joined(query: AnySelect) -> AnySelect:
    return (
        query.join(Shipper, Shipper.id == _C.shipper_id)
        .join(Consignee, Consignee.id == _C.consignee_id)
        .join(Origin, Origin.id == _C.origin_site_id)
        .join(Destination, Destination.id == _C.destination_site_id)
    )


def _site(row: Mapping[str, Any], end: str) -> dict[str, Any]:
    return {"code": row[f"{end}_code"], "name": row[f"{end}_name"], "region_code": row[f"{end}_region"]}


def _key(row: Row) -> int:
    key: int = row[0]
    return key


def _summary(row: Row) -> dict[str, Any]:
    made = dict(zip(PLAIN_NAMES, row[1:], strict=False))
    shipper, shipper_name, consignee, consignee_name, *sites = row[1 + len(PLAIN_NAMES) :]
    made["shipper"] = {"code": shipper, "name": shipper_name}
    made["consignee"] = {"code": consignee, "name": consignee_name}
    made["origin"] = {"code": sites[0], "name": sites[1], "region_code": sites[2]}
    made["destination"] = {"code": sites[3], "name": sites[4], "region_code": sites[5]}
    return made
