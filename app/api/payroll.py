"""Wages, the monthly deduction, batches for the payroll office, and each person's statement."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.auth import require_roles
from app.errors import told
from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.kit.problems import InvalidInputError
from app.language import language
from app.openapi import API_PREFIX
from app.schemas.common import page_of
from app.schemas.payroll import (
    DeductionOut,
    ExportIn,
    ExportOut,
    GiveBackIn,
    GivenBackOut,
    MonthQuery,
    PayrollMonthOut,
    PersonMonthQuery,
    RunIn,
    RunOut,
    StatementOut,
    WageFileQuery,
    WageOut,
    WagesIn,
    WagesRecorded,
)
from models.vocabulary import ExportColumn, ExportFormat, Role
from services.payroll import exports, giving_back, run, statements, wage_file, wages
from services.payroll.sheets import MEDIA_TYPES
from services.queries import payroll
from services.queries.paging import Page
from services.transaction import Tx

blp = Resource("payroll", "Payroll: wages, deductions, batches and statements (工资扣款)")
FINANCE = (Role.FINANCE,)
READERS = (Role.FINANCE, Role.HR)
# anybody who may be an employee reads his own statement
EMPLOYED = tuple(role for role in Role if role is not Role.SHIPPER)
MAX_FILE_BYTES = 10 * 1024 * 1024
BINARY = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
FILE = {
    "requestBody": {
        "required": True,
        "content": dict.fromkeys([*MEDIA_TYPES.values(), "application/octet-stream"], BINARY),
    }
}
BATCH = {"200": {"description": "The batch itself", "content": dict.fromkeys(MEDIA_TYPES.values(), BINARY)}}


@blp.before_request  # type: ignore[untyped-decorator] # flask-smorest ships no types
def _read_file() -> None:
    """Read a file before the unit of work begins, so that a slow upload holds no lock."""
    if request.path.endswith("/wage-files"):
        require_roles(FINANCE)
        request.max_content_length = MAX_FILE_BYTES
        request.get_data()


@endpoint(blp, "PUT", "/payroll/wages", Shape(roles=FINANCE, body=WagesIn, answer=WagesRecorded))
def record_wages(tx: Tx, body: dict[str, Any]) -> dict[str, Any]:
    """Record real gross wages of a month, or amend those from which nothing was taken; all of them or none."""
    return wages.record(tx, body["month"], [wages.Given(**row) for row in body["wages"]])


@endpoint(
    blp,
    "POST",
    "/payroll/wage-files",
    Shape(roles=FINANCE, query=WageFileQuery, answer=WagesRecorded, creates=True),
)
@blp.doc(**FILE)  # type: ignore[untyped-decorator] # as above
def record_wage_file(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """Record wages from an xlsx or CSV file (the file itself is the body, at most 10 MB and 20,000 rows)."""
    if request.mimetype == "multipart/form-data" or not request.get_data():
        raise InvalidInputError([{"pointer": "", "code": "invalid", "message": "Send the file itself as the body."}])
    return wages.record(tx, query["month"], wage_file.read(request.get_data()))


@endpoint(
    blp, "GET", "/payroll/wages", Shape(roles=READERS, query=PersonMonthQuery, answer=page_of(WageOut), writes=False)
)
def list_wages(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List recorded wages, newest first."""
    return payroll.wage_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "POST", "/payroll-runs", Shape(roles=FINANCE, body=RunIn, answer=PayrollMonthOut, creates=True))
def run_month(tx: Tx, body: dict[str, Any]) -> dict[str, Any]:
    """Make the deductions of a month that were not made yet; running it again changes nothing."""
    month = run.run(tx, body["month"])
    return {**month, "left": told(month["left"])}


@endpoint(blp, "GET", "/payroll-runs", Shape(roles=READERS, query=MonthQuery, answer=page_of(RunOut), writes=False))
def list_runs(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List runs, newest first."""
    return payroll.run_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(
    blp,
    "GET",
    "/payroll/deductions",
    Shape(roles=READERS, query=PersonMonthQuery, answer=page_of(DeductionOut), writes=False),
)
def list_deductions(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List deductions with the debts each of them paid, newest first."""
    return payroll.deduction_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "POST", "/payroll/refunds", Shape(roles=FINANCE, body=GiveBackIn, answer=GivenBackOut, creates=True))
def give_back(tx: Tx, body: dict[str, Any]) -> dict[str, Any]:
    """Give back what a month's deduction took too much; the debt is owed again, the next batch pays the refund."""
    return giving_back.give_back(tx, **body)


@endpoint(
    blp, "POST", "/payroll-exports", Shape(roles=FINANCE, body=ExportIn, answer=ExportOut, status=201, creates=True)
)
def make_export(tx: Tx, body: dict[str, Any]) -> Made:
    """Write a month down as a batch for the payroll office; the refunds that are owed are paid with it."""
    columns = body.get("columns") or [{"field": column} for column in ExportColumn]
    named = tuple((one["field"], one.get("header") or _header(one["field"])) for one in columns)
    made = exports.make(tx, exports.Wanted(body["month"], body["form"], named))
    view = payroll.export_view(made)
    return Made(view, location=f"{API_PREFIX}/payroll-exports/{view['number']}/content")


@endpoint(
    blp, "GET", "/payroll-exports", Shape(roles=READERS, query=MonthQuery, answer=page_of(ExportOut), writes=False)
)
def list_exports(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List batches, newest first."""
    return payroll.export_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/payroll-exports/<number>/content", Shape(roles=READERS, writes=False))
@blp.doc(responses=BATCH)  # type: ignore[untyped-decorator] # as above
def read_export(tx: Tx, number: str) -> Response:
    """Get the content of a batch, byte for byte as it was made; its SHA-256 is in X-Content-SHA256."""
    batch, content = exports.content_of(tx, number)
    answer = Response(content, content_type=MEDIA_TYPES[batch.form])
    ending = "xlsx" if batch.form is ExportFormat.XLSX else "csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{batch.number}.{ending}"'
    answer.headers["X-Content-SHA256"] = batch.sha256
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@endpoint(blp, "GET", "/employees/<staff_no>/statement", Shape(roles=EMPLOYED, answer=StatementOut, writes=False))
def read_statement(tx: Tx, staff_no: str) -> dict[str, Any]:
    """Read what a person owes, what each month took and what the company owes him: his own, or anybody's to payroll."""
    return statements.statement(tx, staff_no)


def _header(column: ExportColumn) -> str:
    return column.zh if language() == "zh-CN" else column.value
