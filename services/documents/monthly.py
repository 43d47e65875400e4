"""The monthly accident report 事故月报: drafted by itself, filed by a person, and never missed in silence (R-A-21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.documents import MonthlyReport
from models.records import JournalEntry
from models.vocabulary import (
    AccidentGate,
    CauseCategory,
    ClockKind,
    Grade,
    MpsClass,
    Role,
    TaskKind,
    Word,
)
from services import tasks
from services.documents.wording import TIER_NAMES, amount, end_moment, moment, month_words
from services.errors import NotFoundError
from services.policy.accidents import monthly as calendar
from services.policy.findings import Finding, require
from services.policy.localtime import local_text
from services.queries.accident_figures import PENDING, accident_figures
from services.queries.paging import Page, newest_first, paged
from services.transaction import Subject, Tx

READERS = (Role.SAFETY, Role.PRODUCTION, Role.FINANCE, Role.MANAGER, Role.GENERAL_MANAGER)
COLUMNS = ("month", "due_at", "drafted_at", "filed_at", "filed_by", "missed_at")
LINE = (MonthlyReport.id, *(getattr(MonthlyReport, name) for name in COLUMNS))


def draft_last_month(tx: Tx) -> None:
    """Owe the report of the month before, also one without an accident; looked at daily, drafted once.

    A month that ended before this installation began to record is nobody's to report from here.
    """
    month = calendar.month_before(calendar.month_of(tx.now))
    began = tx.session.scalar(select(JournalEntry.recorded_at).order_by(JournalEntry.id).limit(1))
    if began is not None and calendar.month_of(began) <= month:
        draft(tx, month)


def draft(tx: Tx, month: str) -> None:
    """Make the draft of a month, with its task and the look at the end of its time; once."""
    due = calendar.due_at(month, tx.ruleset.clock)
    put = tx.upsert(MonthlyReport).values(month=month, due_at=due, drafted_at=tx.now)
    put = put.on_conflict_do_nothing(index_elements=["month"])
    made = tx.session.execute(put.returning(MonthlyReport.id)).scalar()
    if made is None:
        return
    tx.journal("monthly_report.drafted", Subject("monthly_report", made, new=True), {"month": month})
    tasks.raise_task(tx, TaskKind.MONTHLY_REPORT, _key(month), due, facts={"month": month})
    # the last instant is still in time
    tx.defer("check_monthly_report", key=_key(month), due_at=due + calendar.JUST_AFTER, month=month)


def check(tx: Tx, month: str) -> None:
    """Write down that a month was not reported in time, and alarm the desk; nothing when it was."""
    report = find(tx, month, lock=True)
    if report.filed_at is not None or report.missed_at is not None or tx.now <= report.due_at:
        return
    report.missed_at = report.due_at
    tx.session.flush()
    facts = {"month": month, "due_at": report.due_at.isoformat()}
    tx.journal("monthly_report.missed", Subject("monthly_report", report.id), facts)
    tasks.raise_task(tx, TaskKind.MONTHLY_REPORT, f"{_key(month)}-missed", tx.now, facts={**facts, "missed": True})


def file(tx: Tx, month: str) -> dict[str, Any]:
    """File the report of a month that is over: its figures are kept as they are now, and a late one stays late.

    NotFoundError for what is no month; RuleBrokenError when it is not over, or was filed before.
    """
    _require_month(month)
    _, ends = calendar.span_of(month)
    require([Finding("MONTH_NOT_OVER", {"month": month})] if tx.now < ends else [])
    draft(tx, month)
    check(tx, month)
    report = find(tx, month, lock=True)
    filed_at = local_text(report.filed_at) if report.filed_at else None
    filed = Finding("MONTHLY_REPORT_FILED", {"month": month, "by": report.filed_by, "at": filed_at})
    require([filed] if report.filed_at is not None else [])
    report.figures, report.filed_at, report.filed_by = _counted(tx, month), tx.now, tx.actor.name
    tx.session.flush()
    facts = {"month": month, "in_time": report.missed_at is None}
    tx.journal("monthly_report.filed", Subject("monthly_report", report.id), facts)
    for key in (_key(month), f"{_key(month)}-missed"):
        tasks.complete_by_key(tx, key, "filed")
    return view(tx, month)


def view(tx: Tx, month: str) -> dict[str, Any]:
    """Give a month with its figures: those that were filed, else as they stand now.

    A month that nobody drafted yet has its figures all the same; NotFoundError for what is no month or lies ahead.
    """
    _require_month(month)
    row = tx.session.scalar(select(MonthlyReport).where(MonthlyReport.month == month))
    if row is not None:
        stands = {name: getattr(row, name) for name in COLUMNS}
        return {**stands, "overdue": _overdue(tx, row), "figures": row.figures or _counted(tx, month)}
    since, _ = calendar.span_of(month)
    if since > tx.now:
        raise NotFoundError
    due = calendar.due_at(month, tx.ruleset.clock)
    blank = {**dict.fromkeys(COLUMNS), "month": month, "due_at": due, "overdue": tx.now > due}
    return {**blank, "figures": _counted(tx, month)}


def page_of_months(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of the months that were drafted, newest first; filters: filed, overdue."""
    query = select(*LINE)
    if "filed" in filters:
        query = query.where(MonthlyReport.filed_at.is_not(None) if filters["filed"] else _open())
    if filters.get("overdue"):
        query = query.where(_open(), MonthlyReport.due_at < tx.now)
    return paged(tx.session, newest_first(query, MonthlyReport.id, page), page, lambda row: _line(tx, row))


def find(tx: Tx, month: str, *, lock: bool = False) -> MonthlyReport:
    """Give the row of a month; NotFoundError for one that was not drafted."""
    query = select(MonthlyReport).where(MonthlyReport.month == month)
    row = tx.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFoundError
    return row


def facts(tx: Tx, month: str) -> dict[str, Any]:
    """Give what the printed report says."""
    seen = view(tx, month)
    figures = seen["figures"]
    return {
        "month": month_words(month),
        "due": end_moment(seen["due_at"]),
        "filed": moment(seen["filed_at"]),
        "filed_by": seen["filed_by"],
        "missed": seen["missed_at"] is not None,
        "overdue": seen["overdue"],
        "figures": figures,
        "direct_loss": amount(figures["direct_loss"]),
        "by_vehicle": [{**row, "direct_loss": amount(row["direct_loss"])} for row in figures["by_vehicle"]],
        "by_driver": [{**row, "direct_loss": amount(row["direct_loss"])} for row in figures["by_driver"]],
        "by_class": _named(figures["by_class"], MpsClass),
        "by_tier": [{"name": TIER_NAMES[int(tier)], "count": count} for tier, count in figures["by_tier"].items()],
        "by_grade": _named(figures["by_grade"], Grade, "待认定"),
        "by_cause": _named(figures["by_cause"], CauseCategory, "待查明"),
        "gates": _named(figures["gates_open"], AccidentGate),
        "clocks": [
            {"name": ClockKind(kind).zh, **counts}
            for kind, counts in figures["clocks"]["by_kind"].items()
            if any(counts.values())
        ],
    }


def _counted(tx: Tx, month: str) -> dict[str, Any]:
    since, until = calendar.span_of(month)
    return accident_figures(tx, since, until)


def _named(counts: Mapping[str, int], words: type[Word], pending: str = "") -> list[dict[str, Any]]:
    return [{"name": pending if code == PENDING else words(code).zh, "count": count} for code, count in counts.items()]


def _require_month(month: str) -> None:
    if not calendar.is_month(month):
        raise NotFoundError


def _open() -> Any:
    return MonthlyReport.filed_at.is_(None)


def _overdue(tx: Tx, row: Any) -> bool:
    return row.filed_at is None and tx.now > row.due_at


def _line(tx: Tx, row: Any) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in COLUMNS}, "overdue": _overdue(tx, row)}


def _key(month: str) -> str:
    return f"monthly-report-{month}"
