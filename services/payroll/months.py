"""What every use case of a month begins with, and the month as the subject of its journal."""

from __future__ import annotations

from sqlalchemy import func, select

from models.payroll import PayrollRun
from services.clock import local
from services.policy.payroll.deduction import month_of
from services.transaction import Subject, Tx


def this_month(tx: Tx) -> str:
    """Give the present month in China."""
    return month_of(local(tx.now).date())


def last_run(tx: Tx) -> str | None:
    """Give the latest month that was run."""
    return tx.session.scalar(select(func.max(PayrollRun.month)))


def of_month(month: str) -> Subject:
    """Name a month as the subject of a journal entry: its wages, runs and batches are one history."""
    return Subject("payroll_month", int(month.replace("-", "")))
