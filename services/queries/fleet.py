"""Vehicles and their defects as answers and pages, and the papers that run out soon (R-C-12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.drivers import Driver
from models.fleet import Defect, Vehicle
from models.parties import Site
from models.vocabulary import DriverStatus
from services.clock import local
from services.errors import NotFoundError
from services.policy.expiry import urgency
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.transaction import Tx

NOT_SHOWN = frozenset({"id", "volume_dm3", "home_site_id", "coupled_trailer_id"})
VEHICLE = tuple(column for column in Vehicle.__table__.columns if column.name not in NOT_SHOWN)
DEFECT = (
    Defect.id, Defect.item, Defect.severity, Defect.note, Defect.reported_at, Defect.reported_by, Defect.fixed_at,
    Defect.fixed_by,
)  # fmt: skip


def vehicle_view(tx: Tx, plate: str) -> dict[str, Any]:
    """Give one vehicle with its open defects, or NotFoundError."""
    row = tx.session.execute(_vehicles().where(Vehicle.plate == plate)).mappings().first()
    if row is None:
        raise NotFoundError
    open_defects = tx.session.execute(
        select(*DEFECT).where(Defect.vehicle_id == row["id"], Defect.fixed_at.is_(None)).order_by(Defect.id)
    )
    return {**_vehicle(row), "open_defects": [_defect(defect) for defect in open_defects]}


def vehicle_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of vehicles, newest first; filters: body, state, unit_kind."""
    query = _vehicles()
    for name in ("body", "state", "unit_kind"):
        if name in filters:
            query = query.where(getattr(Vehicle, name) == filters[name])
    return paged(tx.session, newest_first(query, Vehicle.id, page), page, lambda row: _vehicle(row._mapping))  # noqa: SLF001 - SQLAlchemy's public accessor


def defect_page(tx: Tx, plate: str, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of a vehicle's defects, newest first; filter: open."""
    vehicle_id = tx.session.scalar(select(Vehicle.id).where(Vehicle.plate == plate))
    if vehicle_id is None:
        raise NotFoundError
    query = select(*DEFECT).where(Defect.vehicle_id == vehicle_id)
    if "open" in filters:
        query = query.where(Defect.fixed_at.is_(None) if filters["open"] else Defect.fixed_at.is_not(None))
    return paged(tx.session, newest_first(query, Defect.id, page), page, _defect)


def defect_view(tx: Tx, defect_id: int) -> dict[str, Any]:
    """Give one defect."""
    return _defect(tx.session.execute(select(*DEFECT).where(Defect.id == defect_id)).one())


def expiring_papers(tx: Tx, within_days: int | None) -> list[dict[str, Any]]:
    """List papers of vehicles and of people still employed that ran out or will within these local days.

    The soonest comes first; without ``within_days`` the ruleset's watch applies (R-C-12). Numbers are left out.
    """
    days = tx.ruleset.crew.expiry_watch_days if within_days is None else within_days
    today = local(tx.now).date()
    return sorted(
        (
            {**paper, "days_left": (until - today).days, "urgency": urgency(until, today, tx.ruleset.crew)}
            for paper, until in _papers(tx)
            if until <= today + timedelta(days=days)
        ),
        key=lambda paper: (paper["valid_until"], paper["holder"], paper["document"]),
    )


def _papers(tx: Tx) -> Iterator[tuple[dict[str, Any], date]]:
    vehicles = tx.session.execute(select(Vehicle.plate, Vehicle.documents))
    drivers = tx.session.execute(
        select(Driver.staff_no, Driver.documents, Driver.name).where(Driver.status != DriverStatus.LEFT)
    )
    holders = [("vehicle", row.plate, row.plate, row.documents) for row in vehicles]
    holders += [("driver", row.staff_no, row.name, row.documents) for row in drivers]
    for kind, holder, name, documents in holders:
        for document, paper in documents.items():
            until = date.fromisoformat(paper["valid_until"])
            yield (
                {"holder_kind": kind, "holder": holder, "name": name, "document": document, "valid_until": until},
                until,
            )


def _vehicles() -> AnySelect:
    trailer = aliased(Vehicle)
    query = select(
        Vehicle.id, *VEHICLE, Vehicle.volume_dm3, Site.code.label("home_site"), trailer.plate.label("coupled_trailer")
    )
    query = query.outerjoin(Site, Site.id == Vehicle.home_site_id)
    return query.outerjoin(trailer, trailer.id == Vehicle.coupled_trailer_id)


def _vehicle(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        **{column.name: row[column.name] for column in VEHICLE},
        "volume_m3": row["volume_dm3"] / 1000,
        "home_site": row["home_site"],
        "coupled_trailer": row["coupled_trailer"],
    }


def _defect(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in DEFECT}
