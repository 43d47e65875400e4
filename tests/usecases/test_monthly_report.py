"""The monthly report is drafted by itself, filed by a person, and never missed in silence (R-A-21, P18)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.documents import MonthlyReport
from models.notices import Task
from models.records import JournalEntry
from models.vocabulary import DocumentKind, Role, TaskKind
from services.documents import kinds, monthly
from services.errors import NotFoundError
from services.policy.findings import RuleBrokenError
from services.queries.paging import Page
from services.transaction import WORKER
from tests.support.accidents import accident_in
from tests.support.journey import run_due
from tests.support.world import World

DUE = datetime.fromisoformat("2026-03-06T00:00:00+08:00")


def draft(world: World) -> None:
    """Owe the report of February."""
    with world.runtime.begin(WORKER) as tx:
        monthly.draft(tx, "2026-02")


def look(world: World) -> None:
    """Do what the daily look does."""
    with world.runtime.begin(WORKER) as tx:
        monthly.draft_last_month(tx)


def file(world: World, month: str) -> dict[str, object]:
    with world.runtime.begin(world.actor(Role.SAFETY)) as tx:
        return monthly.file(tx, month)


def seen(world: World, month: str) -> dict[str, object]:
    with world.runtime.read(world.actor(Role.SAFETY)) as tx:
        return monthly.view(tx, month)


def row(world: World, month: str) -> MonthlyReport:
    with world.runtime.read(WORKER) as tx:
        found = tx.session.scalars(select(MonthlyReport).where(MonthlyReport.month == month)).one()
        tx.session.expunge(found)
        return found


def tasks(world: World) -> dict[str, bool]:
    """Give the tasks of monthly reports by their key, and whether each is done."""
    with world.runtime.read(WORKER) as tx:
        query = select(Task.key, Task.done_at).where(Task.kind == TaskKind.MONTHLY_REPORT).order_by(Task.id)
        return {key: done is not None for key, done in tx.session.execute(query)}


def actions(world: World) -> list[str]:
    with world.runtime.read(WORKER) as tx:
        query = select(JournalEntry.action).where(JournalEntry.subject_kind == "monthly_report")
        return list(tx.session.scalars(query.order_by(JournalEntry.id)))


def test_last_month_is_drafted_once_with_a_task_before_it_is_due(world: World) -> None:
    world.clock.move_to(datetime.fromisoformat("2026-04-01T00:00:00+08:00"))
    look(world)
    world.clock.advance(days=1)
    look(world)
    assert row(world, "2026-03").due_at == datetime.fromisoformat("2026-04-06T00:00:00+08:00")
    assert tasks(world) == {"monthly-report-2026-03": False}
    assert actions(world) == ["monthly_report.drafted"]


def test_no_month_is_owed_from_before_the_installation(world: World) -> None:
    look(world)
    world.clock.move_to(datetime.fromisoformat("2026-03-31T23:59:59+08:00"))
    look(world)
    assert tasks(world) == {}


def test_a_month_without_an_accident_is_filed_all_the_same(world: World) -> None:
    draft(world)
    filed = file(world, "2026-02")
    assert filed["figures"]["accidents"] == 0
    assert filed["figures"]["clocks"]["on_time"] == {"numerator": 0, "denominator": 0, "percent": "n/a"}
    assert filed["filed_by"] == Role.SAFETY.value
    assert filed["missed_at"] is None
    assert tasks(world) == {"monthly-report-2026-02": True}


def test_on_the_last_instant_it_is_in_time(world: World) -> None:
    draft(world)
    world.clock.move_to(DUE)
    run_due(world)
    assert file(world, "2026-02")["missed_at"] is None
    world.clock.advance(seconds=1)
    run_due(world)
    assert actions(world) == ["monthly_report.drafted", "monthly_report.filed"]


def test_a_missed_month_is_an_event_and_a_task_and_stays_missed_when_filed(world: World) -> None:
    draft(world)
    world.clock.move_to(DUE + timedelta(seconds=1))
    run_due(world)
    assert row(world, "2026-02").missed_at == DUE
    assert tasks(world) == {"monthly-report-2026-02": False, "monthly-report-2026-02-missed": False}
    with world.runtime.read(WORKER) as tx:
        overdue = monthly.page_of_months(tx, Page(), {"overdue": True})["items"]
    assert [(one["month"], one["overdue"]) for one in overdue] == [("2026-02", True)]
    filed = file(world, "2026-02")
    assert (filed["missed_at"], filed["overdue"]) == (DUE, False)
    assert all(tasks(world).values())
    assert actions(world) == ["monthly_report.drafted", "monthly_report.missed", "monthly_report.filed"]


def test_a_month_nobody_looked_at_is_late_too(world: World) -> None:
    world.clock.move_to(DUE + timedelta(days=2))
    assert file(world, "2026-02")["missed_at"] == DUE


def test_what_was_filed_stays_although_an_accident_of_that_month_is_told_later(world: World) -> None:
    file(world, "2026-02")
    accident_in(world, occurred_at=datetime.fromisoformat("2026-02-20T10:00:00+08:00"))
    assert seen(world, "2026-02")["figures"]["accidents"] == 0
    with world.runtime.read(WORKER) as tx:
        text = kinds.rendered(tx, kinds.read(tx, DocumentKind.MONTHLY_ACCIDENTS, "2026-02"))
    assert "本月未发生事故（零报告）" in text


def test_a_draft_counts_afresh(world: World) -> None:
    draft(world)
    accident_in(world, occurred_at=datetime.fromisoformat("2026-02-20T10:00:00+08:00"))
    assert seen(world, "2026-02")["figures"]["accidents"] == 1


def test_a_month_is_filed_once_and_only_when_it_is_over(world: World) -> None:
    file(world, "2026-02")
    with pytest.raises(RuleBrokenError, match="MONTHLY_REPORT_FILED"):
        file(world, "2026-02")
    with pytest.raises(RuleBrokenError, match="MONTH_NOT_OVER"):
        file(world, "2026-03")
    world.clock.move_to(datetime.fromisoformat("2026-03-31T23:59:59+08:00"))
    with pytest.raises(RuleBrokenError, match="MONTH_NOT_OVER"):
        file(world, "2026-03")
    world.clock.advance(seconds=1)
    assert file(world, "2026-03")["month"] == "2026-03"


@pytest.mark.parametrize("month", ["2026-13", "x", "2026-04", "2026-02-01"])
def test_what_is_no_month_or_lies_ahead_is_not_found(lite_world: World, month: str) -> None:
    with pytest.raises(NotFoundError):
        seen(lite_world, month)
