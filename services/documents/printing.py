"""Papers as PDF: asked for, made by a worker outside any transaction, read back as they were made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import undefer

from models.documents import Document
from models.people import Employee
from models.vocabulary import DocumentKind, DocumentState
from services.documents import kinds
from services.errors import NotFoundError
from services.policy.findings import Finding, RuleBrokenError, require
from services.ports import Ports, Printed
from services.queries.paging import Page, newest_first, paged
from services.transaction import Actor, Subject, Tx

SHOWN = (
    "number", "kind", "subject", "state", "sha256", "size_bytes", "requested_at", "requested_by", "made_at",
)  # fmt: skip
LINE = (Document.id, Document.problem, *(getattr(Document, name) for name in SHOWN))


@dataclass(frozen=True, slots=True)
class Letter:
    """One page on its way to the printer."""

    document_id: int
    html: str


def ask(tx: Tx, kind: DocumentKind, subject: str) -> dict[str, Any]:
    """Owe a paper as PDF and give its card; RuleBrokenError for a subject that is absent or not the caller's."""
    try:
        content = kinds.read(tx, kind, subject)
    except NotFoundError as error:
        raise RuleBrokenError([Finding("REFERENCE_UNKNOWN", {"field": "subject", "value": subject})]) from error
    made = Document(
        number=tx.next_number("WD"),
        kind=kind,
        subject=content.subject,
        employee_id=content.employee_id,
        state=DocumentState.QUEUED,
        requested_at=tx.now,
        requested_by=tx.actor.name,
        requested_by_id=tx.actor.user_id,
    )
    tx.session.add(made)
    tx.session.flush()
    tx.journal("document.asked_for", _of(made.id, new=True), {"number": made.number, "kind": kind, "subject": subject})
    tx.defer("render_document", key=f"document-{made.id}", document_id=made.id)
    return _card(made)


def prepare(tx: Tx, document_id: int) -> Letter | None:
    """Give the page to print, of what is known now; None when it was made before or its template is broken."""
    document = tx.session.get_one(Document, document_id)
    if document.state is not DocumentState.QUEUED:
        return None
    try:
        content = kinds.read(tx, document.kind, document.subject)
        return Letter(document.id, kinds.rendered(tx, content, document.number))
    except RuleBrokenError as error:
        _fail(tx, document, error.findings[0])
        return None


def deliver(ports: Ports, letter: Letter) -> Printed:
    """Have the page printed."""
    return ports.printer.make(letter.html)


def record(tx: Tx, letter: Letter, printed: Printed) -> None:
    """Keep the PDF with its hash, or why there is none."""
    document = tx.session.get_one(Document, letter.document_id)
    if document.state is not DocumentState.QUEUED:
        return
    if printed.content is None:
        _fail(tx, document, Finding(printed.code, printed.facts))
        return
    document.content, document.size_bytes = printed.content, len(printed.content)
    document.sha256 = hashlib.sha256(printed.content).hexdigest()
    document.state, document.made_at = DocumentState.DONE, tx.now
    tx.session.flush()
    facts = {"number": document.number, "sha256": document.sha256, "size_bytes": document.size_bytes}
    tx.journal("document.made", _of(document.id), facts)


def view(tx: Tx, number: str) -> dict[str, Any]:
    """Give the card of a paper the caller may have, or NotFoundError."""
    row = tx.session.execute(select(*LINE).where(Document.number == number, documents_of(tx.actor))).first()
    if row is None:
        raise NotFoundError
    return _card(row)


def page_of_documents(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of papers the caller may have, newest first; filters: kind, subject, state."""
    query = select(*LINE).where(documents_of(tx.actor))
    for name, wanted in filters.items():
        query = query.where(getattr(Document, name) == wanted)
    return paged(tx.session, newest_first(query, Document.id, page), page, _card)


def content_of(tx: Tx, number: str) -> tuple[dict[str, Any], bytes]:
    """Give a paper's card and its PDF; RuleBrokenError while there is none, with the reason when there will be none."""
    query = select(Document).options(undefer(Document.content))
    document = tx.session.scalar(query.where(Document.number == number, documents_of(tx.actor)))
    if document is None:
        raise NotFoundError
    card = _card(document)
    if card["problem"]:
        raise RuleBrokenError([card["problem"]])
    content = document.content
    require([Finding("DOCUMENT_NOT_READY", {"number": number, "state": document.state})] if content is None else [])
    return card, content or b""


def documents_of(actor: Actor) -> ColumnElement[bool]:
    """Limit papers to the kinds an actor's roles read, and to those about himself that he asked for himself.

    What others had made about him is theirs: a decision reaches him by its service, not before.
    """
    about_him = Employee.user_id == actor.user_id
    if actor.driver_id is not None:
        about_him = or_(about_him, Employee.driver_id == actor.driver_id)
    about_him = Document.employee_id.in_(select(Employee.id).where(about_him))
    mine = and_(Document.requested_by_id == actor.user_id, about_him) if actor.user_id else false()
    return or_(Document.kind.in_(kinds.kinds_of(actor)), mine)


def _fail(tx: Tx, document: Document, why: Finding) -> None:
    document.state, document.made_at = DocumentState.FAILED, tx.now
    document.problem = {"code": why.code, "facts": dict(why.facts)}
    tx.session.flush()
    tx.journal("document.failed", _of(document.id), {"number": document.number}, findings=[why])


def _card(row: Any) -> dict[str, Any]:
    problem = row.problem
    why = Finding(problem["code"], problem["facts"]) if problem else None
    return {**{name: getattr(row, name) for name in SHOWN}, "problem": why}


def _of(document_id: int, *, new: bool = False) -> Subject:
    return Subject("document", document_id, new=new)
