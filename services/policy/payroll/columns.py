"""Which columns a payroll batch may have: the payroll office's own headers, each once, none of the needed missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from models.vocabulary import ExportColumn
from services.policy.findings import Finding

# without these a batch cannot be paid by: whom, how much less, how much more
NEEDED = (ExportColumn.STAFF_NO, ExportColumn.DEDUCTION, ExportColumn.REFUND)


def column_objections(columns: Sequence[tuple[ExportColumn, str]]) -> list[Finding]:
    """Object to a column or header that stands twice, and to a batch without a needed column."""
    fields = Counter(column for column, _ in columns)
    headers = Counter(header for _, header in columns)
    twice = [column.value for column, times in fields.items() if times > 1]
    twice += [header for header, times in headers.items() if times > 1]
    missing = [column.value for column in NEEDED if column not in fields]
    return [
        *(Finding("EXPORT_COLUMN_TWICE", {"column": name}) for name in twice),
        *(Finding("EXPORT_COLUMN_MISSING", {"column": name}) for name in missing),
    ]
