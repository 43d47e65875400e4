"""Consignments as answers: one in full, or a page of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Enum, String, bindparam, select, type_coerce

from models.consignments import CargoLine, Consignment, TransportOrder
from models.parties import Party, Site
from models.trips import ConsignmentLeg, Trip, TripStop
from services.errors import NotFoundError
from services.policy.cargo_care import RIDING
from services.policy.fen import yuan as written
from services.prepared import Prepared, Row
from services.queries.paging import AnySelect, Page, page_from
from services.scope import Reach, consignments_within, mine, reach_of
from services.settings import Settings
from services.tokens import derived_token
from services.transaction import Tx

# of tables and not of classes: those would have every table's mapping worked out at import
SHIPPER, CONSIGNEE = Party.__table__.alias("shipper"), Party.__table__.alias("consignee")
ORIGIN, DESTINATION = Site.__table__.alias("origin"), Site.__table__.alias("destination")
REPLACED = Consignment.__table__.alias("replaced")

_C = Consignment
ESTIMATED = "estimated_arrival_at"
# in the order in which _summary takes them apart
PLAIN_NAMES = (
    "number", "customer_ref", "shipment_mode", "state", "out_of_town", "hard_to_handle", "open_box_required",
    "total_mass_kg", "promised_arrival_at", "planned_arrival_at", ESTIMATED, "created_at", "version",
)  # fmt: skip
LINE_COLUMNS = tuple(column for column in CargoLine.__table__.columns if column.name not in {"id", "consignment_id"})
LINE_NAMES = tuple(column.name for column in LINE_COLUMNS)


def _as_text(column: Any) -> Any:
    """Read a word as the text that is stored: an answer needs no member of its vocabulary."""
    return type_coerce(column, String).label(column.key) if isinstance(column.type, Enum) else column


def _at_journeys_end() -> Any:
    """Give the estimate of the stop where the present trip drops the goods, when their journey ends there.

    Within the row and not joined to it: PostgreSQL plans a page anew at each reading, and two tables more among those
    that it puts in order cost more than reading them.
    """
    leg, stop = ConsignmentLeg.__table__.alias("leg"), TripStop.__table__.alias("stop")
    ending = select(stop.c.estimated_arrival_at).join(leg, leg.c.drop_stop_id == stop.c.id)
    ending = ending.where(leg.c.consignment_id == _C.id, leg.c.trip_id == _C.trip_id)
    return ending.where(stop.c.site_id == _C.destination_site_id).correlate(_C.__table__).scalar_subquery()


PLAIN = tuple(
    _at_journeys_end().label(name) if name == ESTIMATED else _as_text(getattr(_C, name)) for name in PLAIN_NAMES
)
PARTIES = (
    SHIPPER.c.code.label("shipper_code"), SHIPPER.c.name.label("shipper_name"),
    CONSIGNEE.c.code.label("consignee_code"), CONSIGNEE.c.name.label("consignee_name"),
    ORIGIN.c.code.label("origin_code"), ORIGIN.c.name.label("origin_name"), ORIGIN.c.region_code.label("origin_region"),
    DESTINATION.c.code.label("destination_code"), DESTINATION.c.name.label("destination_name"),
    DESTINATION.c.region_code.label("destination_region"),
)  # fmt: skip
REST = (
    _C.total_volume_dm3, _C.declared_value_fen, _C.contact_name, _C.contact_phone, _C.notes,
    TransportOrder.number.label("order_number"), Trip.number.label("trip_number"),
    REPLACED.c.number.label("replaces_number"), Trip.frozen_at.label("trip_frozen_at"),
)  # fmt: skip
# what one consignment, and one of its lines, is shaped from: the values in this order
FULL_NAMES = ("id", *(column.key for column in (*PLAIN, *PARTIES, *REST)))
FULL_VALUES, LINE_VALUES = itemgetter(*FULL_NAMES), itemgetter(*LINE_NAMES)
SHOWN_LINE_NAMES = tuple(
    {"volume_dm3": "volume_m3", "declared_value_fen": "declared_value"}.get(n, n) for n in LINE_NAMES
)
REST_FROM = len(("id", *PLAIN, *PARTIES))
FILTERS: Mapping[str, ColumnElement[bool]] = {
    "state": _C.state == bindparam("state"),
    "customer_ref": _C.customer_ref == bindparam("customer_ref"),
    "consignee": CONSIGNEE.c.code == bindparam("consignee"),
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
    return shaped(row, lines, tx.settings)


def consignment_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of consignments, newest first; filters: state, customer_ref, consignee, hard_to_handle."""
    after = page.after()
    query = _list(reach_of(tx.actor), frozenset(filters), continued=after is not None)
    asked = {**filters, **mine(tx.actor), "after": after, "one_more": page.limit + 1}
    return page_from(query.rows(tx.connection, asked), page, _summary, last=_key)


def shaped(row: Row, lines: Iterable[Row], settings: Settings) -> dict[str, Any]:
    """Shape a row of ``FULL_VALUES`` and its lines of ``LINE_VALUES`` as the API's consignment."""
    made = _summary(row[:REST_FROM])
    token = derived_token(settings.secret_key, f"track:{made['number']}")
    volume_dm3, declared_value_fen, contact_name, contact_phone, notes, order, trip, replaces, frozen = row[REST_FROM:]
    made["order"] = order
    made["trip"] = trip
    made["replaces"] = replaces
    made["held"] = frozen is not None and made["state"] in RIDING
    made["total_volume_m3"] = volume_dm3 / 1000
    made["declared_value"] = yuan(declared_value_fen)
    made["contact_name"] = contact_name
    made["contact_phone"] = contact_phone
    made["notes"] = notes
    made["tracking_url"] = f"{settings.base_url}/t/{token}"
    made["lines"] = [_line(line) for line in lines]
    return made


def yuan(fen: int | None) -> str | None:
    """Give integer fen as a decimal string in CNY with two places."""
    return None if fen is None else written(fen)


# built once per reach and set of filters: building a statement costs several times as much as running it
@cache
def _one(reach: Reach) -> Prepared:
    query = select(_C.id, *PLAIN, *PARTIES, *REST).join(TransportOrder, TransportOrder.id == _C.order_id)
    query = query.outerjoin(Trip, Trip.id == _C.trip_id).outerjoin(REPLACED, REPLACED.c.id == _C.replaces_id)
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
        query.join(SHIPPER, SHIPPER.c.id == _C.shipper_id)
        .join(CONSIGNEE, CONSIGNEE.c.id == _C.consignee_id)
        .join(ORIGIN, ORIGIN.c.id == _C.origin_site_id)
        .join(DESTINATION, DESTINATION.c.id == _C.destination_site_id)
    )


def _key(row: Row) -> int:
    key: int = row[0]
    return key


def _summary(row: Row) -> dict[str, Any]:
    # written out, for a list makes fifty of them: a loop over the names takes twice as long
    (
        _, number, customer_ref, shipment_mode, state, out_of_town, hard_to_handle, open_box_required,
        total_mass_kg, promised_arrival_at, planned_arrival_at, estimated_arrival_at, created_at, version,
        shipper, shipper_name, consignee, consignee_name,
        origin, origin_name, origin_region, destination, destination_name, destination_region,
    ) = row  # fmt: skip
    return {
        "number": number,
        "customer_ref": customer_ref,
        "shipment_mode": shipment_mode,
        "state": state,
        "out_of_town": out_of_town,
        "hard_to_handle": hard_to_handle,
        "open_box_required": open_box_required,
        "total_mass_kg": total_mass_kg,
        "promised_arrival_at": promised_arrival_at,
        "planned_arrival_at": planned_arrival_at,
        "estimated_arrival_at": estimated_arrival_at,
        "created_at": created_at,
        "version": version,
        "shipper": {"code": shipper, "name": shipper_name},
        "consignee": {"code": consignee, "name": consignee_name},
        "origin": {"code": origin, "name": origin_name, "region_code": origin_region},
        "destination": {"code": destination, "name": destination_name, "region_code": destination_region},
    }


def _line(line: Row) -> dict[str, Any]:
    made = dict(zip(SHOWN_LINE_NAMES, line, strict=True))
    made["volume_m3"] /= 1000
    made["declared_value"] = yuan(made["declared_value"])
    return made
