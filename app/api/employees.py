"""Employees: who may answer for an accident and is paid wages."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.openapi import API_PREFIX
from app.schemas.common import page_of
from app.schemas.employees import EmployeeChange, EmployeeIn, EmployeeOut, EmployeeQuery
from models.vocabulary import Role
from services.queries.employees import employee_page, employee_view
from services.queries.paging import Page
from services.responsibility import employees
from services.transaction import Tx

blp = Resource("employees", "Employees (员工)")
KEEPERS = (Role.HR, Role.ADMIN)
REGISTRARS = (*KEEPERS, Role.SAFETY)
READERS = (*REGISTRARS, Role.MANAGER, Role.PRODUCTION, Role.FINANCE, Role.GENERAL_MANAGER)


@endpoint(
    blp, "POST", "/employees", Shape(roles=REGISTRARS, body=EmployeeIn, answer=EmployeeOut, status=201, creates=True)
)
def register(tx: Tx, body: dict[str, Any]) -> Made:
    """Register an employee; a driver's number and name come from his card."""
    view = employees.register(tx, body)
    return Made(view, view["version"], f"{API_PREFIX}/employees/{view['staff_no']}")


@endpoint(
    blp, "GET", "/employees", Shape(roles=READERS, query=EmployeeQuery, answer=page_of(EmployeeOut), writes=False)
)
def list_employees(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List employees, newest first."""
    return employee_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/employees/<staff_no>", Shape(roles=READERS, answer=EmployeeOut, writes=False))
def read(tx: Tx, staff_no: str) -> Made:
    """Read one employee."""
    view = employee_view(tx, staff_no)
    return Made(view, view["version"])


@endpoint(
    blp, "PATCH", "/employees/<staff_no>", Shape(roles=KEEPERS, body=EmployeeChange, answer=EmployeeOut, if_match=True)
)
def amend(tx: Tx, body: dict[str, Any], staff_no: str, expected: int) -> Made:
    """Change an employee's post, his contract's deduction clause, his ties, or his last day."""
    view = employees.amend(tx, staff_no, body, expected)
    return Made(view, view["version"])
