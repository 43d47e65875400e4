"""Papers of an accident, the register, figures and the monthly report."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.kit.fields import Instant, QueryInt, SafeString, WordField
from app.schemas.common import PageQuery, Strict
from app.schemas.reports import RateOut
from models.vocabulary import (
    AccidentGate,
    AccidentState,
    CauseCategory,
    DocumentKind,
    DocumentState,
    ExportFormat,
    Grade,
    MpsClass,
)
from services.queries.accident_figures import DUTIES, PENDING

SUBJECT = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"
MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"


def subject(**kwargs: Any) -> SafeString:
    """Give the field that names what a paper is about."""
    about = "accident, follow-up report, penalty, month (2026-03) or staff number, by the kind of paper"
    return SafeString(1, 40, SUBJECT, metadata={"description": about}, **kwargs)


class DocumentIn(Strict):
    """Which paper, and about what."""

    kind = WordField(DocumentKind, required=True)
    subject = subject(required=True)


class DocumentQuery(PageQuery):
    """Which papers: of a kind, about a subject, in a state."""

    kind = WordField(DocumentKind)
    subject = subject()
    state = WordField(DocumentState)


class ProblemOut(Schema):
    """Why there is no PDF, as a finding."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    facts = fields.Dict(required=True)


class DocumentOut(Schema):
    """The card of a paper; its PDF is at ``/content`` once it is done."""

    number = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in DocumentKind]})
    subject = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in DocumentState]})
    sha256 = fields.String(required=True, allow_none=True)
    size_bytes = fields.Integer(required=True, allow_none=True)
    requested_at = fields.AwareDateTime(required=True)
    requested_by = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True, allow_none=True)
    problem = fields.Nested(ProblemOut, required=True, allow_none=True)


def in_order(data: dict[str, Any]) -> None:
    """Refuse a period that ends before it begins."""
    if "since" in data and "until" in data and data["since"] >= data["until"]:
        raise ValidationError("The period ends before it begins.", "to")


class RegisterFilter(Strict):
    """Which accidents; ``from`` and ``to`` bound the occurrence, [from, to)."""

    state = WordField(AccidentState)
    mps_class = WordField(MpsClass)
    report_tier = QueryInt(1, 3)
    vehicle = SafeString(1, 12)
    driver = SafeString(1, 20)
    since = Instant(data_key="from")
    until = Instant(data_key="to")

    @validates_schema
    def _in_order(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - marshmallow's signature
        in_order(data)


class RegisterQuery(RegisterFilter, PageQuery):
    """Which accidents, and which page of them."""


class RegisterFileQuery(RegisterFilter):
    """Which accidents, in which form, in which language."""

    form = WordField(ExportFormat, load_default=ExportFormat.XLSX)
    lang = fields.String(validate=validate.OneOf(("zh-CN", "en")))


ClockEndsOut = Schema.from_dict(
    {end: fields.Integer(required=True) for end in ("met", "missed", "running", "stopped")}, name="ClockEndsOut"
)


class RegisterRowOut(Schema):
    """One accident in the register."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    company_received_at = fields.AwareDateTime(required=True)
    place = fields.String(required=True)
    outline = fields.String(required=True)
    mps_class = fields.String(required=True)
    report_tier = fields.Integer(required=True)
    sc493_grade = fields.String(required=True)
    grade = fields.String(required=True, allow_none=True)
    cause_category = fields.String(required=True, allow_none=True)
    dead = fields.Integer(required=True)
    seriously_hurt = fields.Integer(required=True)
    slightly_hurt = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    direct_loss = fields.String(required=True)
    recovered = fields.String(required=True)
    vehicle = fields.String(required=True)
    driver = fields.String(required=True)
    driver_name = fields.String(required=True)
    clocks = fields.Nested(ClockEndsOut, required=True)
    gates_open = fields.List(fields.String(), required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class FiguresQuery(Strict):
    """A local month, or a period [from, to); the month before when nothing is named."""

    month = SafeString(7, 7, MONTH)
    since = Instant(data_key="from")
    until = Instant(data_key="to")

    @validates_schema
    def _one_period(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - as above
        if ("since" in data) != ("until" in data):
            raise ValidationError("Give both ends of a period.", "from" if "until" in data else "to")
        if "month" in data and "since" in data:
            raise ValidationError("Give a month or a period, not both.", "month")
        in_order(data)


class PerKmOut(Schema):
    """A count per million kilometres, cut off after two places; ``n/a`` without kilometres."""

    count = fields.Integer(required=True)
    km = fields.Integer(required=True)
    value = fields.String(required=True)


def counts_of(name: str, codes: Any) -> type[Schema]:
    """Give the schema of one count per code, so that a new code cannot be forgotten."""
    return Schema.from_dict({str(code): fields.Integer(required=True) for code in codes}, name=name)


class PerMillionOut(Schema):
    """What happened per million kilometres."""

    accidents = fields.Nested(PerKmOut, required=True)
    dead = fields.Nested(PerKmOut, required=True)
    hurt = fields.Nested(PerKmOut, required=True)


class HarmFiguresOut(Schema):
    """What the accidents of one vehicle or driver did."""

    accidents = fields.Integer(required=True)
    dead = fields.Integer(required=True)
    seriously_hurt = fields.Integer(required=True)
    slightly_hurt = fields.Integer(required=True)
    direct_loss = fields.String(required=True)


class VehicleFiguresOut(HarmFiguresOut):
    """What the accidents of one vehicle did."""

    plate = fields.String(required=True)


class DriverFiguresOut(HarmFiguresOut):
    """What the accidents of one driver did."""

    driver = fields.String(required=True)
    name = fields.String(required=True)


ByKindOut = Schema.from_dict(
    {kind.value: fields.Nested(ClockEndsOut, required=True) for kind in DUTIES}, name="DutyClocks"
)


class ClockFiguresOut(ClockEndsOut):  # type: ignore[valid-type,misc] # made of the ends of a clock
    """How the clocks ended; the rate is of those met among those met and missed."""

    on_time = fields.Nested(RateOut, required=True)
    by_kind = fields.Nested(ByKindOut, required=True)


class AccidentFiguresOut(Schema):
    """Accidents of a period in figures; at most fifty vehicles and drivers, the most accidents first."""

    since = fields.String(required=True, data_key="from")
    until = fields.String(required=True, data_key="to")
    accidents = fields.Integer(required=True)
    cases_open = fields.Integer(required=True)
    void = fields.Integer(required=True)
    dead = fields.Integer(required=True)
    seriously_hurt = fields.Integer(required=True)
    slightly_hurt = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    direct_loss = fields.String(required=True)
    by_class = fields.Nested(counts_of("ByClass", [one.value for one in MpsClass]), required=True)
    by_tier = fields.Nested(counts_of("ByTier", (1, 2, 3)), required=True)
    by_cause = fields.Nested(counts_of("ByCause", [*(one.value for one in CauseCategory), PENDING]), required=True)
    by_grade = fields.Nested(counts_of("ByGrade", [*(one.value for one in Grade), PENDING]), required=True)
    by_vehicle = fields.List(fields.Nested(VehicleFiguresOut), required=True)
    by_driver = fields.List(fields.Nested(DriverFiguresOut), required=True)
    km = fields.Integer(required=True)
    per_million_km = fields.Nested(PerMillionOut, required=True)
    gates_open = fields.Nested(counts_of("ByGate", [one.value for one in AccidentGate]), required=True)
    clocks = fields.Nested(ClockFiguresOut, required=True)


class MonthsQuery(PageQuery):
    """Which months: filed or not, overdue only."""

    filed = fields.Boolean(truthy={"true"}, falsy={"false"})
    overdue = fields.Boolean(truthy={"true"}, falsy={"false"})


class MonthlyReportLine(Schema):
    """How the report of a month stands."""

    month = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)
    drafted_at = fields.AwareDateTime(required=True, allow_none=True)
    filed_at = fields.AwareDateTime(required=True, allow_none=True)
    filed_by = fields.String(required=True, allow_none=True)
    missed_at = fields.AwareDateTime(required=True, allow_none=True)
    overdue = fields.Boolean(required=True)


class MonthlyReportOut(MonthlyReportLine):
    """The report of a month with its figures, as filed or as they stand."""

    figures = fields.Nested(AccidentFiguresOut, required=True)
