"""Which papers there are: what each is about, who may have it, what stands in it, and its template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from models.vocabulary import DocumentKind, ReportKind, Role
from services.accident_cases import find_accident
from services.documents import monthly
from services.documents.case_form import case_facts
from services.documents.decision import decision_facts, penalty_of
from services.documents.pages import page
from services.documents.report_forms import follow_up_facts, quick_facts, report_of
from services.documents.statement import statement_facts
from services.documents.wording import moment
from services.errors import NotFoundError
from services.payroll.statements import READERS as PAYROLL_READERS
from services.transaction import Actor, Tx

CASE_READERS = (Role.SAFETY, Role.PRODUCTION, Role.MANAGER, Role.GENERAL_MANAGER)
K = DocumentKind


@dataclass(frozen=True, slots=True)
class Content:
    """What a paper says, and the employee it is about, who may have it himself; ``subject`` as it is stored."""

    kind: DocumentKind
    subject: str
    facts: Mapping[str, Any]
    employee_id: int | None = None


def read(tx: Tx, kind: DocumentKind, subject: str) -> Content:
    """Give what a paper says; NotFoundError for a subject that is absent or not the caller's to read."""
    return READ[kind](tx, subject)


def read_named(tx: Tx, kind: str, subject: str) -> Content:
    """Give what a paper says whose kind is named by its code; NotFoundError for an unknown one as well."""
    known = next((each for each in DocumentKind if each.value == kind), None)
    if known is None:
        raise NotFoundError
    return read(tx, known, subject)


def rendered(tx: Tx, content: Content, number: str | None = None) -> str:
    """Give a paper as an HTML page; without a number it is a preview. RuleBrokenError for a broken template."""
    company = {"name": tx.settings.company_name, "phone": tx.settings.company_phone}
    around = {"document": number, "title": content.kind.zh, "company": company, "printed": moment(tx.now)}
    return page(tx.settings.templates_dir, f"{content.kind}.html", {**content.facts, **around})


def kinds_of(actor: Actor) -> tuple[DocumentKind, ...]:
    """Give the kinds whose papers an actor may read whoever they are about."""
    return tuple(kind for kind, roles in READERS.items() if _reads(actor, roles))


def _reads(actor: Actor, roles: tuple[Role, ...]) -> bool:
    return actor.user_id is None or actor.has(*roles)


def _require_reader(tx: Tx, kind: DocumentKind) -> None:
    if not _reads(tx.actor, READERS[kind]):
        raise NotFoundError


def _accident_form(tx: Tx, subject: str) -> Content:
    _require_reader(tx, K.ACCIDENT_FORM)
    accident = find_accident(tx, subject)
    return Content(K.ACCIDENT_FORM, accident.number, case_facts(tx, accident))


def _quick_report(tx: Tx, subject: str) -> Content:
    _require_reader(tx, K.QUICK_REPORT)
    accident = find_accident(tx, subject)
    return Content(K.QUICK_REPORT, accident.number, quick_facts(tx, accident))


def _follow_up(tx: Tx, subject: str) -> Content:
    _require_reader(tx, K.FOLLOW_UP_REPORT)
    report, accident = report_of(tx, subject, ReportKind.FOLLOW_UP)
    return Content(K.FOLLOW_UP_REPORT, report.number, follow_up_facts(tx, report, accident))


def _monthly(tx: Tx, subject: str) -> Content:
    _require_reader(tx, K.MONTHLY_ACCIDENTS)
    return Content(K.MONTHLY_ACCIDENTS, subject, monthly.facts(tx, subject))


def _decision(tx: Tx, subject: str) -> Content:
    penalty = penalty_of(tx, subject)
    return Content(K.PENALTY_DECISION, penalty.number, decision_facts(tx, penalty), penalty.employee_id)


def _statement(tx: Tx, subject: str) -> Content:
    employee_id, facts = statement_facts(tx, subject)
    return Content(K.DEDUCTION_STATEMENT, subject, facts, employee_id)


READ: Mapping[DocumentKind, Callable[[Tx, str], Content]] = {
    K.ACCIDENT_FORM: _accident_form,
    K.QUICK_REPORT: _quick_report,
    K.FOLLOW_UP_REPORT: _follow_up,
    K.MONTHLY_ACCIDENTS: _monthly,
    K.PENALTY_DECISION: _decision,
    K.DEDUCTION_STATEMENT: _statement,
}
# a decision and a statement may be had by the person himself as well
READERS: Mapping[DocumentKind, tuple[Role, ...]] = {
    K.ACCIDENT_FORM: CASE_READERS,
    K.QUICK_REPORT: CASE_READERS,
    K.FOLLOW_UP_REPORT: CASE_READERS,
    K.MONTHLY_ACCIDENTS: monthly.READERS,
    K.PENALTY_DECISION: (*CASE_READERS, Role.HR, Role.FINANCE),
    K.DEDUCTION_STATEMENT: PAYROLL_READERS,
}
