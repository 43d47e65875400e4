"""Papers of an accident as pages and PDF, the register, figures, and the monthly report (文书、登记簿、月报)."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, send_file

from app.errors import told
from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.language import language
from app.openapi import API_PREFIX
from app.schemas.accident_documents import (
    AccidentFiguresOut,
    DocumentIn,
    DocumentOut,
    DocumentQuery,
    FiguresQuery,
    MonthlyReportLine,
    MonthlyReportOut,
    MonthsQuery,
    RegisterFileQuery,
    RegisterQuery,
    RegisterRowOut,
)
from app.schemas.common import page_of
from models.vocabulary import ExportFormat, Role
from services.documents import kinds, monthly, printing, register
from services.policy.accidents import monthly as calendar
from services.queries.accident_figures import accident_figures
from services.queries.accident_register import register_page
from services.queries.paging import Page
from services.transaction import Tx

blp = Resource(
    "accident-documents", "Papers of an accident, the register, figures, the monthly report (文书、登记簿、月报)"
)
# a decision and a statement may be had by the person they are about, whatever his roles are
ANYBODY = tuple(role for role in Role if role is not Role.SHIPPER)
READERS = (Role.SAFETY, Role.PRODUCTION, Role.FINANCE, Role.MANAGER, Role.GENERAL_MANAGER)
PDF, XLSX, CSV = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv"
BINARY = {"schema": {"type": "string", "format": "binary"}}
HTML = {"text/html": {"schema": {"type": "string"}}}
# a page of somebody's own template runs no script, reads nothing from elsewhere and sends nothing
CONTAINED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; " \
            "form-action 'none'; sandbox allow-modals"  # fmt: skip


@endpoint(
    blp, "POST", "/documents", Shape(roles=ANYBODY, body=DocumentIn, answer=DocumentOut, status=202, creates=True)
)
def ask(tx: Tx, body: dict[str, Any]) -> Made:
    """Ask for a paper as PDF; a worker makes it of what is known then."""
    card = printing.ask(tx, body["kind"], body["subject"])
    return Made(_in_words(card), location=f"{API_PREFIX}/documents/{card['number']}")


@endpoint(
    blp, "GET", "/documents", Shape(roles=ANYBODY, query=DocumentQuery, answer=page_of(DocumentOut), writes=False)
)
def list_documents(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List the papers the caller may have, newest first."""
    page = printing.page_of_documents(tx, Page(query.pop("cursor", None), query.pop("limit")), query)
    return {**page, "items": [_in_words(card) for card in page["items"]]}


@endpoint(blp, "GET", "/document-pages/<kind>/<subject>", Shape(roles=ANYBODY, writes=False, refuses=True))
@blp.doc(responses={"200": {"description": "The paper as a page to print", "content": HTML}})  # type: ignore[untyped-decorator] # flask-smorest ships no types
def read_page(tx: Tx, kind: str, subject: str) -> Response:
    """Read a paper as a page to look at or print, at once and without a number."""
    content = kinds.read_named(tx, kind, subject)
    answer = Response(kinds.rendered(tx, content), content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = CONTAINED
    answer.headers["Cache-Control"] = "no-store"
    return answer


@endpoint(blp, "GET", "/documents/<number>", Shape(roles=ANYBODY, answer=DocumentOut, writes=False))
def read(tx: Tx, number: str) -> dict[str, Any]:
    """Read how far a paper is, and why there is none if it failed."""
    return _in_words(printing.view(tx, number))


@endpoint(blp, "GET", "/documents/<number>/content", Shape(roles=ANYBODY, writes=False, refuses=True))
@blp.doc(responses={"200": {"description": "The paper", "content": {PDF: BINARY}}})  # type: ignore[untyped-decorator] # as above
def read_content(tx: Tx, number: str) -> Response:
    """Read a paper as PDF, as it was made."""
    card, content = printing.content_of(tx, number)
    return _download(content, PDF, f"{card['kind'].zh}-{card['subject']}-{number}.pdf")


@endpoint(
    blp, "GET", "/accident-register",
    Shape(roles=READERS, query=RegisterQuery, answer=page_of(RegisterRowOut), writes=False),
)  # fmt: skip
def list_register(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List accidents with class, grade, cause, losses, clocks and open gates, newest first."""
    return register_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(
    blp, "GET", "/accident-register/file", Shape(roles=READERS, query=RegisterFileQuery, writes=False, refuses=True)
)
@blp.doc(responses={"200": {"description": "The register", "content": {XLSX: BINARY, CSV: BINARY}}})  # type: ignore[untyped-decorator] # as above
def read_register_file(tx: Tx, query: dict[str, Any]) -> Response:
    """Get the register as a file for a spreadsheet, at most 5,000 accidents."""
    form = query.pop("form")
    query.pop("lang", None)
    if form is ExportFormat.CSV:
        return _download(register.register_csv(tx, query, language()), CSV, f"{register.TITLES[language()]}.csv")
    return _download(register.register_xlsx(tx, query, language()), XLSX, f"{register.TITLES[language()]}.xlsx")


@endpoint(
    blp, "GET", "/reports/accidents", Shape(roles=READERS, query=FiguresQuery, answer=AccidentFiguresOut, writes=False)
)
def read_figures(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """Count the accidents of a month or a period by class, tier, grade, cause, vehicle, driver and kilometre."""
    month = query.get("month") or calendar.month_before(calendar.month_of(tx.now))
    since, until = (query["since"], query["until"]) if "since" in query else calendar.span_of(month)
    return accident_figures(tx, since, until)


@endpoint(
    blp, "GET", "/reports/accidents/months",
    Shape(roles=READERS, query=MonthsQuery, answer=page_of(MonthlyReportLine), writes=False),
)  # fmt: skip
def list_months(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List the monthly reports with their due times, newest first; ``overdue=true`` for those not filed in time."""
    return monthly.page_of_months(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/reports/accidents/months/<month>", Shape(roles=READERS, answer=MonthlyReportOut, writes=False))
def read_month(tx: Tx, month: str) -> dict[str, Any]:
    """Read the report of a month: its figures as filed, or as they stand now."""
    return monthly.view(tx, month)


@endpoint(blp, "POST", "/reports/accidents/months/<month>/filing", Shape(roles=(Role.SAFETY,), answer=MonthlyReportOut))
def file_month(tx: Tx, month: str) -> dict[str, Any]:
    """File the report of a month that is over, also one without an accident (R-A-21); its figures stay as they are."""
    return monthly.file(tx, month)


def _in_words(card: dict[str, Any]) -> dict[str, Any]:
    return {**card, "problem": told([card["problem"]])[0] if card["problem"] else None}


def _download(content: bytes, media_type: str, name: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)
