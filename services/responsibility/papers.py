"""Papers of a case: the texts that a responsible person writes and signs, and the department's reports (R-A-25, 27)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select

from models.people import Employee
from models.responsibility import CasePaper
from models.vocabulary import AccidentPaper, Role
from services.accident_cases import ALIVE, find_accident, is_self, named_employee, object_to_state
from services.files import require_files
from services.policy.accidents.analysis import OWN_TEXTS, PaperCard, object_to_paper
from services.policy.findings import Finding, RuleBrokenError, require
from services.responsibility.cases import (
    of_case,
)
from services.transaction import Tx

# who files what others signed on paper
DESK = (Role.SAFETY, Role.MANAGER, Role.PRODUCTION, Role.HR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A paper as it is handed in; ``employee`` left out: the one who signs in, where the text is his own."""

    kind: AccidentPaper
    body: str
    employee: str | None = None
    signature: str | None = None


def file(tx: Tx, number: str, filed: Filed) -> CasePaper:
    """File a paper; an own text is signed by its author, who signs in himself or whose signature is a stored file.

    Raises RuleBrokenError for an empty text, one without an author, and one of another without his signature.
    """
    accident = find_accident(tx, number, lock=True)
    author = _author(tx, filed)
    by_person = author is not None and is_self(tx.actor, author)
    card = PaperCard(
        kind=filed.kind,
        person=author.staff_no if author else None,
        body=filed.body,
        by_person=by_person and filed.kind in OWN_TEXTS,
        may_file_for_others=tx.actor.has(*DESK),
        signed=filed.signature is not None,
    )
    files = require_files(tx, [filed.signature], "signature") if filed.signature else []
    require([*object_to_state(accident, ALIVE), *object_to_paper(card), *files])
    paper = CasePaper(
        accident_id=accident.id,
        kind=filed.kind,
        employee_id=author.id if author else None,
        body=filed.body,
        signature=filed.signature,
        signed_at=tx.now,
        filed_by=tx.actor.name,
        recorded_at=tx.now,
    )
    tx.session.add(paper)
    tx.session.flush()
    facts = {"kind": filed.kind, "employee": card.person, "signature": filed.signature, "by_person": by_person}
    tx.journal("accident.paper_filed", of_case(accident), facts)
    return paper


def papers_of(tx: Tx, accident_id: int) -> frozenset[AccidentPaper]:
    """Give the kinds of paper that were filed in a case, whoever wrote them."""
    return frozenset(tx.session.scalars(select(CasePaper.kind).where(CasePaper.accident_id == accident_id).distinct()))


def texts_of(tx: Tx, accident_id: int, people: Iterable[Employee]) -> dict[str, frozenset[AccidentPaper]]:
    """Give what each of these people wrote in a case, by staff number."""
    rows = tx.session.execute(
        select(CasePaper.employee_id, CasePaper.kind)
        .where(CasePaper.accident_id == accident_id, CasePaper.employee_id.is_not(None))
        .distinct()
    ).all()
    return {one.staff_no: frozenset(kind for author, kind in rows if author == one.id) for one in people}


def _author(tx: Tx, filed: Filed) -> Employee | None:
    if filed.employee is not None:
        return named_employee(tx, filed.employee, "employee")
    if filed.kind not in OWN_TEXTS:
        return None
    own = _employee_of(tx)
    if own is None and not tx.actor.has(*DESK):
        raise RuleBrokenError([Finding("NOT_AN_EMPLOYEE", {"user": tx.actor.name})])
    return own


def _employee_of(tx: Tx) -> Employee | None:
    """Give the employee who signs in here."""
    mine = [Employee.user_id == tx.actor.user_id]
    if tx.actor.driver_id is not None:
        mine.append(Employee.driver_id == tx.actor.driver_id)
    return tx.session.scalar(select(Employee).where(or_(*mine)).order_by(Employee.id).limit(1))
