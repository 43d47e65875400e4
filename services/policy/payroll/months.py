"""In which months wages may be recorded and deductions be made, and which wages are acceptable."""

from __future__ import annotations

from services.policy.fen import yuan
from services.policy.findings import Finding


def month_objections(month: str, this_month: str) -> list[Finding]:
    """Object to a month that has not come yet."""
    return [Finding("MONTH_IN_FUTURE", {"month": month})] if month > this_month else []


def run_objections(month: str, this_month: str, last_run: str | None, *, wages: bool) -> list[Finding]:
    """Object to a run of a future month, of one without wages, and of one before the latest month that was run.

    Months are run in their order, because each takes what the ones before have left.
    """
    found = month_objections(month, this_month)
    if last_run is not None and month < last_run:
        found.append(Finding("PAYROLL_MONTH_PASSED", {"month": month, "later": last_run}))
    if not wages:
        found.append(Finding("PAYROLL_NO_WAGES", {"month": month}))
    return found


def minimum_objections(staff_no: str, minimum_fen: int, standard_fen: int) -> list[Finding]:
    """Object to a minimum wage below the standard in force: another region's may be higher, never lower."""
    if minimum_fen >= standard_fen:
        return []
    facts = {"staff_no": staff_no, "minimum": yuan(minimum_fen), "limit": yuan(standard_fen)}
    return [Finding("WAGE_MINIMUM_TOO_LOW", facts)]
