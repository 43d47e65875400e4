"""Bookings from an xlsx or CSV file: upload, follow, read what became of each row, get the file back."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, request, send_file

from app.auth import require_roles
from app.errors import told
from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.kit.problems import InvalidInputError
from app.language import language
from app.openapi import API_PREFIX
from app.schemas.common import page_of
from app.schemas.imports import (
    ImportListQuery,
    ImportOut,
    ImportQuery,
    ImportRowOut,
    ImportRowQuery,
    LanguageQuery,
)
from models.vocabulary import Role
from services.imports import answers, run, template, writing
from services.imports.reading import MAX_BYTES
from services.policy.findings import Finding
from services.queries.paging import Page
from services.transaction import Tx

blp = Resource("imports", "Bookings from a file: the answer is the same file with a result and a reason per row")
BOOKERS = (Role.SHIPPER, Role.DISPATCHER)
BINARY = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
FILE = {writing.XLSX: BINARY, "text/csv": BINARY}
UPLOAD = {"requestBody": {"required": True, "content": {**FILE, "application/octet-stream": BINARY}}}


@blp.before_request  # type: ignore[untyped-decorator] # flask-smorest ships no types
def _read_file() -> None:
    """Read the whole body before the unit of work begins, so that a slow upload holds no lock."""
    if request.method != "POST":
        return
    require_roles(BOOKERS)
    request.max_content_length = MAX_BYTES
    request.get_data()


@endpoint(blp, "POST", "/imports", Shape(roles=BOOKERS, query=ImportQuery, answer=ImportOut, status=202, creates=True))
@blp.doc(**UPLOAD)  # type: ignore[untyped-decorator] # as above
def upload(tx: Tx, query: dict[str, Any]) -> Made:
    """Take a file in (the file itself is the body, at most 10 MB and 5,000 rows) and work on it in the background."""
    if request.mimetype == "multipart/form-data" or not request.get_data():
        raise InvalidInputError([{"pointer": "", "code": "invalid", "message": "Send the file itself as the body."}])
    wanted = run.Upload(request.get_data(), query["file_name"], query.get("shipper"), query["dry_run"])
    view = run.accept(tx, wanted)
    return Made(_in_words(view), location=f"{API_PREFIX}/imports/{view['id']}")


@endpoint(blp, "GET", "/imports", Shape(roles=BOOKERS, query=ImportListQuery, answer=page_of(ImportOut), writes=False))
def list_imports(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List the imports the caller may see, newest first."""
    page = answers.import_page(tx, Page(query.get("cursor"), query["limit"]))
    return {**page, "items": [_in_words(item) for item in page["items"]]}


@endpoint(blp, "GET", "/imports/template.xlsx", Shape(roles=BOOKERS, query=LanguageQuery, writes=False))
@blp.doc(responses={"200": {"description": "The template", "content": {writing.XLSX: BINARY}}})  # type: ignore[untyped-decorator] # as above
def read_template(tx: Tx, query: dict[str, Any]) -> Response:  # noqa: ARG001 - one signature for every view
    """Get the file to fill in, with lists to choose from, a sample row and notes."""
    name = "运单导入模板.xlsx" if language() == "zh-CN" else "orders-template.xlsx"
    return _download(writing.GivenBack(template.template(language()), writing.XLSX, name))


@endpoint(blp, "GET", "/imports/<import_id>", Shape(roles=BOOKERS, query=LanguageQuery, answer=ImportOut, writes=False))
def read(tx: Tx, query: dict[str, Any], import_id: str) -> dict[str, Any]:  # noqa: ARG001
    """Read how far an import is."""
    return _in_words(answers.import_view(tx, import_id))


@endpoint(
    blp,
    "GET",
    "/imports/<import_id>/rows",
    Shape(roles=BOOKERS, query=ImportRowQuery, answer=page_of(ImportRowOut), writes=False),
)
def list_rows(tx: Tx, query: dict[str, Any], import_id: str) -> dict[str, Any]:
    """List what became of the rows, in the order of the file."""
    page = answers.rows_page(tx, import_id, Page(query.get("cursor"), query["limit"]), query.get("result"))
    return {**page, "items": [_row_in_words(item) for item in page["items"]]}


@endpoint(
    blp, "GET", "/imports/<import_id>/result", Shape(roles=BOOKERS, query=LanguageQuery, writes=False, refuses=True)
)
@blp.doc(responses={"200": {"description": "The user's own file with result and reason", "content": FILE}})  # type: ignore[untyped-decorator] # as above
def read_result(tx: Tx, query: dict[str, Any], import_id: str) -> Response:  # noqa: ARG001
    """Get the user's own file back with a result and a reason in every row."""
    return _download(writing.result_file(tx, import_id, language()))


def _in_words(view: dict[str, Any]) -> dict[str, Any]:
    problem = view["problem"]
    return {**view, "problem": told([Finding(problem["code"], problem["facts"])])[0] if problem else None}


def _row_in_words(row: dict[str, Any]) -> dict[str, Any]:
    reasons = [{**reason, **told([Finding(reason["code"], reason["facts"])])[0]} for reason in row["reasons"]]
    return {**row, "reasons": reasons}


def _download(file: writing.GivenBack) -> Response:
    return send_file(
        io.BytesIO(file.content), mimetype=file.media_type, as_attachment=True, download_name=file.file_name
    )
