"""Wages, deductions, runs, batches and statements; money is always a string of yuan with two places."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from app.kit.fields import Amount, Money, SafeString, WordField
from app.openapi import FindingSchema
from app.schemas.common import PageQuery, Strict
from app.schemas.drivers import STAFF_NO
from app.schemas.imports import LanguageQuery
from models.vocabulary import ExportColumn, ExportFormat

MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
MOST_WAGES = 20_000
SIGNED = {"type": "string", "pattern": r"^-?(0|[1-9][0-9]{0,15})\.[0-9]{2}$"}


def _month(**kwargs: Any) -> SafeString:
    return SafeString(7, 7, MONTH, **kwargs)


def _money(**kwargs: Any) -> fields.String:
    return fields.String(required=True, metadata=SIGNED, **kwargs)


class WageIn(Strict):
    """One person's real gross wage; without a minimum wage that of the rules counts, and never a lower one."""

    staff_no = SafeString(1, 20, STAFF_NO, required=True)
    gross_wage = Money(required=True, attribute="gross_fen")
    minimum_wage = Money(attribute="minimum_fen")


class WagesIn(Strict):
    """The wages of a month, of some or all people."""

    month = _month(required=True)
    wages = fields.List(fields.Nested(WageIn), required=True, validate=validate.Length(min=1, max=MOST_WAGES))


class WageFileQuery(LanguageQuery):
    """Which month the wages in a file are of."""

    month = _month(required=True)


class WagesRecorded(Schema):
    """What became of the wages of a request."""

    month = fields.String(required=True)
    recorded = fields.Integer(required=True)
    amended = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)


class MonthQuery(PageQuery):
    """A page, perhaps of one month only."""

    month = _month()


class PersonMonthQuery(MonthQuery):
    """A page, perhaps of one month or person only."""

    staff_no = SafeString(1, 20, STAFF_NO)


class WageOut(Schema):
    """A recorded wage; ``taken`` is what was deducted from it, null while nothing was."""

    staff_no = fields.String(required=True)
    name = fields.String(required=True)
    month = fields.String(required=True)
    gross_wage = _money()
    minimum_wage = _money()
    taken = _money(allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)


class RunIn(Strict):
    """The month to run."""

    month = _month(required=True)


class PayrollMonthOut(Schema):
    """A month after a run; ``left`` says for every debt that was left alone, why."""

    month = fields.String(required=True)
    runs = fields.Integer(required=True)
    people = fields.Integer(required=True)
    taken = _money()
    left = fields.List(fields.Nested(FindingSchema), required=True)


class RunOut(Schema):
    """One run: how many people it took from, and how much."""

    month = fields.String(required=True)
    seq = fields.Integer(required=True)
    people = fields.Integer(required=True)
    taken = _money()
    ran_at = fields.AwareDateTime(required=True)
    ran_by = fields.String(required=True)


class DeductionPart(Schema):
    """What a deduction paid of one debt."""

    penalty = fields.String(required=True)
    accident = fields.String(required=True)
    taken = _money()


class DeductionMonth(Schema):
    """What one month's wage gave, and of which debts."""

    month = fields.String(required=True)
    gross_wage = _money()
    minimum_wage = _money()
    owed = _money()
    taken = _money()
    made_at = fields.AwareDateTime(required=True)
    parts = fields.List(fields.Nested(DeductionPart), required=True)


class DeductionOut(DeductionMonth):
    """A deduction with the person it was taken from."""

    staff_no = fields.String(required=True)
    name = fields.String(required=True)


class GiveBackIn(Strict):
    """How much of one month's deduction is given back, and why."""

    staff_no = SafeString(1, 20, STAFF_NO, required=True)
    month = _month(required=True)
    amount = Amount(required=True, attribute="amount_fen")
    reason = SafeString(1, 200, required=True)


class GivenBackOut(Schema):
    """What is owed to the person now; it is paid with the next batch."""

    staff_no = fields.String(required=True)
    month = fields.String(required=True)
    amount = _money()


class ColumnIn(Strict):
    """A column of the batch, under the payroll office's own header."""

    field = WordField(ExportColumn, required=True)
    header = SafeString(1, 60)


class ExportIn(Strict):
    """Which batch to make; without columns it has all of them under their own names."""

    month = _month(required=True)
    form = WordField(ExportFormat, load_default=ExportFormat.XLSX)
    columns = fields.List(fields.Nested(ColumnIn), validate=validate.Length(min=1, max=2 * len(ExportColumn)))


class ColumnOut(Schema):
    """A column of a batch."""

    field = fields.String(required=True)
    header = fields.String(required=True)


class ExportOut(Schema):
    """A batch; it never changes, and ``sha256`` is that of its content."""

    number = fields.String(required=True)
    month = fields.String(required=True)
    seq = fields.Integer(required=True)
    form = fields.String(required=True)
    columns = fields.List(fields.Nested(ColumnOut), required=True)
    rows = fields.Integer(required=True)
    deducted = _money()
    refunded = _money()
    sha256 = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    made_by = fields.String(required=True)


class LedgerEntry(Schema):
    """One movement; a positive amount adds to what the person owes (of a refund: to what he is owed)."""

    kind = fields.String(required=True)
    memo = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    amount = _money()


class RefundEntry(LedgerEntry):
    """Money that became due back, or that was paid back."""

    paid = fields.Boolean(required=True)


class DebtOut(Schema):
    """One debt with everything that moved it; collection is ``suspended`` while its case is handled anew."""

    penalty = fields.String(required=True)
    accident = fields.String(required=True)
    kind = fields.String(required=True)
    amount = _money()
    approved_at = fields.AwareDateTime(required=True, allow_none=True)
    served_at = fields.AwareDateTime(required=True, allow_none=True)
    suspended = fields.Boolean(required=True)
    owed = _money()
    entries = fields.List(fields.Nested(LedgerEntry), required=True)


class StatementOut(Schema):
    """What a person owes, what each month took, and what the company owes him."""

    staff_no = fields.String(required=True)
    name = fields.String(required=True)
    department = fields.String(required=True)
    deduction_clause = fields.Boolean(required=True)
    left_on = fields.Date(required=True, allow_none=True)
    debts = fields.List(fields.Nested(DebtOut), required=True)
    deductions = fields.List(fields.Nested(DeductionMonth), required=True)
    refunds = fields.List(fields.Nested(RefundEntry), required=True)
    owed = _money()
    receivable = _money()
    refund_owed = _money()
