"""The case of an accident: its report, its answer, what is known of it, and what went out about it."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.kit.fields import Instant, Money, Number, SafeString, StrictBool, StrictInt, WordField
from app.schemas.common import Change, PageQuery, Strict
from app.schemas.loading import each_once
from app.schemas.trips import PLATE, STAFF_NO
from models.vocabulary import (
    AccidentState,
    CargoAction,
    CoordSystem,
    DeterminationBasis,
    EmergencyStep,
    FirstResponse,
    ReportKind,
    ReportRecipient,
)
from services.policy.accidents.reports import CHANGED, SEVEN

REPORT_NO = r"^SB-[0-9]{8}-[0-9]{4,9}$"
MAX_PEOPLE = 10_000
CHOICES = (CargoAction.STAYS, CargoAction.HELD, CargoAction.NO_CARGO)
PROCEDURES = (
    DeterminationBasis.DETERMINATION,
    DeterminationBasis.SUMMARY_PROCEDURE,
    DeterminationBasis.AGREEMENT,
)
SENDABLE = tuple(kind for kind in ReportKind if kind is not ReportKind.FIVE_DAY_RECORD)
BOTH: dict[str, Any] = {"dependentRequired": {"lat": ["lon"], "lon": ["lat"]}}
# what only the papers need (domain 4.6); every field may be taken away again with null
FORM_TEXTS = (
    "weather", "road_class", "km_post", "other_party", "own_casualties", "other_casualties", "property_items",
    "first_cause", "measures", "police_unit", "police_officer", "police_case_no", "insurer", "claim_no",
    "reporter_contact",
)  # fmt: skip


def both_or_none(data: dict[str, Any]) -> None:
    """Refuse half a position."""
    if ("lat" in data) != ("lon" in data):
        raise ValidationError("Give both or neither of lat and lon.", "lat" if "lon" in data else "lon")


class HarmIn(Strict):
    """What is known of the harm, as totals; people who are missing are counted apart."""

    dead = StrictInt(0, MAX_PEOPLE, load_default=0)
    seriously_hurt = StrictInt(0, MAX_PEOPLE, load_default=0)
    slightly_hurt = StrictInt(0, MAX_PEOPLE, load_default=0)
    missing = StrictInt(0, MAX_PEOPLE, load_default=0)
    property_fen = Money(data_key="property", required=True)


class AccidentIn(Strict):
    """A first report (R-A-06). An alarm (``sos``) needs nothing else from a driver on a trip.

    ``driver`` is who drove, by staff number, the one at the wheel when left out. ``received_at`` is for the office,
    when it writes down later what it was told; the hour to the authorities runs from then.
    """

    sos = StrictBool(load_default=False)
    vehicle = SafeString(*PLATE)
    driver = SafeString(1, 20, STAFF_NO)
    place = SafeString(1, 300)
    lat = Number(-90, 90)
    lon = Number(-180, 180)
    coord_system = WordField(CoordSystem, load_default=CoordSystem.WGS84)
    outline = SafeString(1, 2000)
    harm = fields.Nested(HarmIn)
    hit_and_run = StrictBool(load_default=False)
    occurred_at = Instant()
    received_at = Instant()
    police_told_at = Instant()
    safety_told_at = Instant()

    CONDITIONS: ClassVar = BOTH

    @validates_schema
    def _both_or_none(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - marshmallow's signature
        both_or_none(data)


def _form() -> type[Schema]:
    texts: dict[str, Any] = {name: SafeString(1, 500, allow_none=True) for name in FORM_TEXTS}
    texts["speed_kmh"] = StrictInt(0, 250, allow_none=True)
    texts["driven_minutes"] = StrictInt(0, 10_000, allow_none=True)
    return Change.from_dict(texts, name="AccidentFormChange")


class AccidentChange(Change):
    """Details that became known later; the fields of the form are laid over the stored ones."""

    place = SafeString(1, 300)
    lat = Number(-90, 90)
    lon = Number(-180, 180)
    outline = SafeString(1, 2000)
    hit_and_run = StrictBool()
    form = fields.Nested(_form())

    CONDITIONS: ClassVar = {**Change.CONDITIONS, **BOTH}

    @validates_schema
    def _both_or_none(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - as above
        both_or_none(data)


class AccidentQuery(PageQuery):
    """Filters of the list; the period [from, to) is of the accident."""

    state = WordField(AccidentState)
    since = Instant(data_key="from")
    until = Instant(data_key="to")
    plate = SafeString(1, 12, data_key="vehicle")
    driver = SafeString(1, 20, STAFF_NO)


class ResponseIn(Strict):
    """Who was sent, what is done with the goods (unless it was decided before), and the record, if it is opened now."""

    responder = SafeString(1, 80, required=True)
    occurred_at = Instant()
    cargo_action = WordField(CHOICES)
    record = SafeString(1, 4000)


class CaseRecordIn(Strict):
    """The record of the case (R-A-07)."""

    record = SafeString(1, 4000, required=True)


class TickIn(Strict):
    """An item that was done, or not done and why."""

    done = StrictBool(load_default=True)
    occurred_at = Instant()
    note = SafeString(1, 300)


class FirstResponseTick(TickIn):
    """One item of the first response."""

    item = WordField(FirstResponse, required=True)


class EmergencyTick(TickIn):
    """One step of the emergency plan."""

    item = WordField(EmergencyStep, required=True)


class FirstResponseIn(Strict):
    """What was done at the scene (R-A-05)."""

    items = fields.List(fields.Nested(FirstResponseTick), required=True, validate=validate.Length(min=1, max=20))

    @validates_schema
    def _items_once(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - as above
        each_once(data["items"], "item", "items")


class EmergencyIn(Strict):
    """Steps of the emergency plan that were taken (R-A-19)."""

    items = fields.List(fields.Nested(EmergencyTick), required=True, validate=validate.Length(min=1, max=20))

    @validates_schema
    def _items_once(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - as above
        each_once(data["items"], "item", "items")


class HarmUpdateIn(Strict):
    """The harm as it is known now, since when the company knows, and why it changed (R-A-17)."""

    harm = fields.Nested(HarmIn, required=True)
    learned_at = Instant()
    reason = SafeString(1, 500, required=True)


# the contents of a report by name; which of them a kind needs is a rule
Blocks = Strict.from_dict({name: SafeString(1, 4000) for name in (*SEVEN, CHANGED)}, name="ReportBlocksIn")


class ReportIn(Strict):
    """A report that went out, to one or more recipients at once; ``base`` is what a follow-up adds to."""

    kind = WordField(SENDABLE, required=True)
    recipients = fields.List(
        WordField(ReportRecipient),
        required=True,
        validate=validate.Length(min=1, max=len(ReportRecipient)),
        metadata={"uniqueItems": True},
    )
    blocks = fields.Nested(Blocks, load_default=dict)
    occurred_at = Instant()
    contact = SafeString(1, 120)
    base = SafeString(1, 24, REPORT_NO)

    @validates_schema
    def _recipients_once(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - as above
        if len(set(data["recipients"])) < len(data["recipients"]):
            raise ValidationError("A recipient stands twice.", "recipients")


class ReportQuery(PageQuery):
    """Filter of the list."""

    kind = WordField(ReportKind)


class AcknowledgedIn(Strict):
    """When the recipient confirmed the report."""

    occurred_at = Instant()


class InvestigationIn(Strict):
    """When the scene was investigated, and by which procedure the paper on responsibility will come."""

    investigated_at = Instant(required=True)
    procedure = WordField(PROCEDURES, load_default=DeterminationBasis.DETERMINATION)


class FiveDayRecordIn(Strict):
    """The detailed record with account and opinion; the grade may still be open (R-A-28)."""

    account = SafeString(1, 8000, required=True)
    opinion = SafeString(1, 8000, required=True)


class VoidDecisionIn(Strict):
    """Whether a case is voided, and why."""

    approve = StrictBool(required=True)
    reason = SafeString(1, 500, required=True)
