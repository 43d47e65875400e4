"""Employees as answers and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.accounts import User
from models.drivers import Driver
from models.people import Employee
from services.errors import NotFoundError
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.transaction import Tx

EMPLOYEE = (
    Employee.staff_no, Employee.name, Employee.department, Employee.post, Employee.deduction_clause,
    Employee.left_on, Employee.created_at, Employee.version,
)  # fmt: skip


def employee_view(tx: Tx, staff_no: str) -> dict[str, Any]:
    """Give one employee, or NotFoundError."""
    row = tx.session.execute(_employees().where(Employee.staff_no == staff_no)).first()
    if row is None:
        raise NotFoundError
    return _employee(row)


def employee_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of employees, newest first; filters: department, name (a part of it), working."""
    query = _employees()
    if "department" in filters:
        query = query.where(Employee.department == filters["department"])
    if "name" in filters:
        query = query.where(Employee.name.contains(filters["name"], autoescape=True))
    if "working" in filters:
        query = query.where(Employee.left_on.is_(None) if filters["working"] else Employee.left_on.is_not(None))
    return paged(tx.session, newest_first(query, Employee.id, page), page, _employee)


def _employees() -> AnySelect:
    query = select(Employee.id, *EMPLOYEE, Driver.staff_no.label("driver"), User.login.label("user"))
    query = query.outerjoin(Driver, Driver.id == Employee.driver_id)
    return query.outerjoin(User, User.id == Employee.user_id)


def _employee(row: Any) -> dict[str, Any]:
    shown = {column.key: getattr(row, column.key) for column in EMPLOYEE}
    return {**shown, "driver": row.driver, "user": row.user}
