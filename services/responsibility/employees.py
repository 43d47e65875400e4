"""Employees: who may answer for an accident and is paid wages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.accounts import User
from models.drivers import Driver
from models.people import Employee
from services.errors import NotFoundError
from services.orders.amending import amend as amend_row
from services.policy.findings import Finding, require
from services.queries.employees import employee_view
from services.scope import require_version
from services.transaction import Subject, Tx


def register(tx: Tx, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Register an employee and give him as the API shows him; a driver's number and name come from his card.

    Raises RuleBrokenError for an unknown driver or user or a missing name, ConflictError when the number, the driver
    or the user is an employee's already.
    """
    columns = dict(wanted)
    findings, driver = _links(tx, columns)
    if driver is not None:
        columns.setdefault("staff_no", driver.staff_no)
        columns.setdefault("name", driver.name)
    absent = [name for name in ("staff_no", "name") if name not in columns]
    require([*findings, *([Finding("EMPLOYEE_INCOMPLETE", {"missing": absent})] if absent else [])])
    employee = Employee(created_at=tx.now, left_on=None, **columns)
    tx.session.add(employee)
    tx.session.flush()
    facts = {"staff_no": employee.staff_no, "name": employee.name, "deduction_clause": employee.deduction_clause}
    tx.journal("employee.registered", Subject("employee", employee.id, new=True), facts)
    return employee_view(tx, employee.staff_no)


def amend(tx: Tx, staff_no: str, changes: Mapping[str, Any], expected: int | None) -> dict[str, Any]:
    """Change the named columns; raises StaleVersionError, or RuleBrokenError for an unknown driver or user."""
    employee = tx.session.scalar(select(Employee).where(Employee.staff_no == staff_no).with_for_update())
    if employee is None:
        raise NotFoundError
    require_version(employee, expected)
    columns = dict(changes)
    findings, _ = _links(tx, columns)
    require(findings)
    changed = amend_row(employee, columns)
    tx.session.flush()
    if changed:
        tx.journal("employee.amended", Subject("employee", employee.id), changed)
    return employee_view(tx, staff_no)


def _links(tx: Tx, columns: dict[str, Any]) -> tuple[list[Finding], Driver | None]:
    """Turn the names of driver and user into their ids; give the findings and the driver."""
    findings: list[Finding] = []
    driver = None
    if "driver" in columns:
        named = columns.pop("driver")
        driver = tx.session.scalar(select(Driver).where(Driver.staff_no == named)) if named else None
        columns["driver_id"] = driver.id if driver else None
        findings += _unknown("driver", named, driver)
    if "user" in columns:
        named = columns.pop("user")
        user = tx.session.scalar(select(User).where(User.login == named)) if named else None
        columns["user_id"] = user.id if user else None
        findings += _unknown("user", named, user)
    return findings, driver


def _unknown(field: str, named: str | None, found: object) -> list[Finding]:
    wrong = named is not None and found is None
    return [Finding("REFERENCE_UNKNOWN", {"field": field, "value": named})] if wrong else []
