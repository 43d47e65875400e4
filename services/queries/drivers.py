"""Drivers as answers and pages; personal numbers are shown only to those who need them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.drivers import Driver
from models.vocabulary import Role
from services.errors import NotFoundError
from services.masking import masked_number, masked_phone
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.transaction import Actor, Tx

SEES_PERSONAL = (Role.DISPATCHER, Role.SAFETY, Role.ADMIN)
DRIVER = tuple(column for column in Driver.__table__.columns if column.name != "id")


def driver_view(tx: Tx, staff_no: str) -> dict[str, Any]:
    """Give one driver, or NotFoundError."""
    row = tx.session.execute(_drivers().where(Driver.staff_no == staff_no)).first()
    if row is None:
        raise NotFoundError
    return shown(row._mapping, tx.actor)  # noqa: SLF001 - SQLAlchemy's public accessor for a row as a mapping


def driver_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of drivers, newest first; filters: status, name (a part of it)."""
    query = _drivers()
    if "status" in filters:
        query = query.where(Driver.status == filters["status"])
    if "name" in filters:
        query = query.where(Driver.name.contains(filters["name"], autoescape=True))
    return paged(tx.session, newest_first(query, Driver.id, page), page, lambda row: shown(row._mapping, tx.actor))  # noqa: SLF001 - as above


def shown(row: Mapping[Any, Any], actor: Actor) -> dict[str, Any]:
    """Shape a driver for this caller.

    Without a role that needs them, ID number, phone and the numbers of papers (a driving licence bears the
    ID number) are masked and the birthday, from which the ID number could be rebuilt, is left out.
    """
    view = {column.name: row[column.name] for column in DRIVER}
    if actor.has(*SEES_PERSONAL):
        return view
    papers = {kind: {**paper, "number": masked_number(paper["number"])} for kind, paper in view["documents"].items()}
    return {
        **view,
        "id_number": masked_number(view["id_number"]),
        "phone": masked_phone(view["phone"]),
        "born_on": None,
        "documents": papers,
    }


def _drivers() -> AnySelect:
    return select(Driver.id, *DRIVER)
