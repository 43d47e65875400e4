"""Shifts on duty and times off post as answers and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.accidents import Accident
from models.accounts import User
from models.drivers import Driver
from models.people import DutyShift, OffPost
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.scope import find_driver
from services.transaction import Tx

SHIFT = (
    DutyShift.id, DutyShift.starts_at, DutyShift.ends_at, DutyShift.phone, DutyShift.cancelled_at,
    DutyShift.created_at, DutyShift.created_by,
)  # fmt: skip
OFF_POST = (
    OffPost.id, OffPost.cause, OffPost.began_at, OffPost.began_by, OffPost.ended_at, OffPost.ended_by,
    OffPost.end_reason,
)  # fmt: skip


def shift_view(tx: Tx, shift_id: int) -> dict[str, Any]:
    """Give one shift."""
    return _shown(tx.session.execute(_shifts().where(DutyShift.id == shift_id)).one())


def shift_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of shifts, planned last first; filters: since and until (what overlaps them), user."""
    query = _shifts()
    if "since" in filters:
        query = query.where(DutyShift.ends_at > filters["since"])
    if "until" in filters:
        query = query.where(DutyShift.starts_at < filters["until"])
    if "user" in filters:
        query = query.where(User.login == filters["user"])
    return paged(tx.session, newest_first(query, DutyShift.id, page), page, _shown)


def current_shifts(tx: Tx) -> list[dict[str, Any]]:
    """Give the shifts of now, begun first at the head."""
    now = _shifts().where(DutyShift.starts_at <= tx.now, DutyShift.ends_at > tx.now)
    now = now.where(DutyShift.cancelled_at.is_(None), User.disabled_at.is_(None))
    return [_shown(row) for row in tx.session.execute(now.order_by(DutyShift.starts_at, DutyShift.id))]


def off_post_page(tx: Tx, staff_no: str, page: Page) -> dict[str, Any]:
    """Give a page of a driver's times off post, newest first; NotFoundError for an absent driver."""
    driver = find_driver(tx, staff_no)
    query: AnySelect = select(*OFF_POST, Driver.staff_no.label("driver"), Accident.number.label("accident"))
    query = query.join(Driver, Driver.id == OffPost.driver_id)
    query = query.outerjoin(Accident, Accident.id == OffPost.accident_id).where(OffPost.driver_id == driver.id)
    return paged(tx.session, newest_first(query, OffPost.id, page), page, _shown)


def _shifts() -> AnySelect:
    query: AnySelect = select(*SHIFT, User.login.label("user"), User.name.label("name"))
    return query.join(User, User.id == DutyShift.user_id)


def _shown(row: Any) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public accessor for a row as a mapping
