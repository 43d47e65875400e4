"""The stock of company seals and the life of each number."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.kit.times import occurred
from app.schemas.common import Reason, page_of
from app.schemas.seals import (
    BreakIn,
    IssueIn,
    LotIn,
    LotOut,
    ReplacementSealIn,
    SealList,
    SealOut,
    SealQuery,
    SealSummary,
)
from models.vocabulary import Role
from services.queries.paging import Page
from services.queries.seals import seal_page, seal_rows, seal_view
from services.transaction import Tx
from services.yard import seal_stock, seals

blp = Resource("seals", "Seals: numbered, one number, one use (封条)")
DESK = (Role.DISPATCHER,)
READERS = (Role.DISPATCHER, Role.DRIVER, Role.GATE, Role.SAFETY, Role.MANAGER, Role.ADMIN)
OPENERS = (Role.DRIVER, Role.DISPATCHER, Role.GATE)


def _shown(tx: Tx, number: str) -> dict[str, Any]:
    tx.session.flush()
    return seal_view(tx, number)


@endpoint(blp, "POST", "/seals", Shape(roles=DESK, body=LotIn, answer=LotOut, status=201, creates=True))
def receive(tx: Tx, body: dict[str, Any]) -> dict[str, Any]:
    """Take a lot of printed seals into stock, all or none."""
    return {"numbers": seal_stock.receive(tx, body["prefix"], body["first"], body["count"], body["width"])}


@endpoint(blp, "POST", "/seals/issues", Shape(roles=DESK, body=IssueIn, answer=SealList, status=201, creates=True))
def issue(tx: Tx, body: dict[str, Any]) -> dict[str, Any]:
    """Hand seals to a person, all or none."""
    numbers = list(dict.fromkeys(body["numbers"]))
    seal_stock.issue(tx, numbers, body["to"])
    tx.session.flush()
    return {"items": seal_rows(tx, numbers)}


@endpoint(blp, "GET", "/seals", Shape(roles=READERS, query=SealQuery, answer=page_of(SealSummary), writes=False))
def list_seals(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List seals, newest first; a driver's are those of his trips."""
    return seal_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/seals/<seal:number>", Shape(roles=READERS, answer=SealOut, writes=False))
def read(tx: Tx, number: str) -> dict[str, Any]:
    """Read one seal with everything that happened to it."""
    return seal_view(tx, number)


@endpoint(blp, "POST", "/seals/<seal:number>/break", Shape(roles=OPENERS, body=BreakIn, answer=SealOut, creates=True))
def break_seal(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Open a live seal with its record: who, why, photo, the authority's paper (S4)."""
    at = occurred(tx, body)
    seals.break_seal(tx, number, {**body, "occurred_at": at})
    return _shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/seals/<seal:number>/replacement",
    Shape(roles=OPENERS, body=ReplacementSealIn, answer=SealOut, status=201, creates=True),
)
def replace(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Put a new seal where this one was opened; the answer is the new seal."""
    at = occurred(tx, body)
    seals.replace(tx, number, body["number"], at, body.get("photo"))
    return _shown(tx, body["number"])


@endpoint(blp, "POST", "/seals/<seal:number>/voiding", Shape(roles=DESK, body=Reason, answer=SealOut, creates=True))
def void(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Take a misprint out of use for ever."""
    seal_stock.void(tx, number, body["reason"])
    return _shown(tx, number)
