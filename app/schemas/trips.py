"""Trips: what a dispatcher plans, who rides, and the trip as everybody at the carrier sees it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from app.kit.fields import Instant, Mapping, QueryInt, SafeString, StrictBool, StrictInt, WordField
from app.openapi import FindingSchema
from app.schemas.common import CODE, PageQuery, SiteRef, Strict, page_of
from models.vocabulary import TripState

PLATE = (7, 12)
STAFF_NO = r"^[A-Za-z0-9-]{1,20}$"
NUMBER = r"^[A-Z]{2}-[0-9]{8}-[0-9]{4,9}$"
MAX_CONSIGNMENTS = 50


def consignment_no(**kwargs: object) -> SafeString:
    """Give the field of a consignment's number."""
    return SafeString(1, 24, NUMBER, **kwargs)


class CandidateQuery(Strict):
    """When the goods shall leave and arrive; the soonest lawful departure and the reckoned arrival when left out."""

    departure_at = Instant()
    arrival_at = Instant()


class TripIn(Strict):
    """A trip to plan.

    ``drops`` names a hub instead of the destination for some consignments, ``stops`` the order of the places.
    """

    consignments = fields.List(consignment_no(), required=True, validate=validate.Length(min=1, max=MAX_CONSIGNMENTS))
    vehicle = SafeString(*PLATE, required=True)
    trailer = SafeString(*PLATE)
    planned_departure_at = Instant(required=True)
    planned_arrival_at = Instant()
    drops = Mapping(consignment_no(), SafeString(2, 32, CODE), high=MAX_CONSIGNMENTS)
    stops = fields.List(SafeString(2, 32, CODE), validate=validate.Length(min=2, max=2 * MAX_CONSIGNMENTS))
    permit_number = SafeString(1, 40)
    permit_limit_kmh = StrictInt(5, 100)
    escort_plan = SafeString(1, 200)


class TripQuery(PageQuery):
    """Filters of the list."""

    state = WordField(TripState)
    vehicle = SafeString(*PLATE)


class CrewIn(Strict):
    """Who rides: the drivers in the order they take the wheel, and an escort where the goods need one (R-D-06)."""

    drivers = fields.List(SafeString(1, 20, STAFF_NO), required=True, validate=validate.Length(min=1, max=6))
    escort = SafeString(1, 20, STAFF_NO)


class DecisionIn(Strict):
    """The answer to a request, with its reason."""

    approve = StrictBool(required=True)
    reason = SafeString(1, 500, required=True)


class CheckInIn(Strict):
    """A crew member reports: breath alcohol in mg/100 ml and his own word to be fit (R-C-01, R-C-06, R-C-15)."""

    driver = SafeString(1, 20, STAFF_NO, required=True)
    alcohol_mg_100ml = StrictInt(0, 1000, required=True)
    fit = StrictBool(required=True)
    occurred_at = Instant()


class HandOverIn(Strict):
    """Who leaves the wheel and who takes it (R-C-11)."""

    giver = SafeString(1, 20, STAFF_NO, required=True)
    receiver = SafeString(1, 20, STAFF_NO, required=True)
    occurred_at = Instant()


class EtaQuery(PageQuery):
    """Which page of the history of estimates."""


class TrackQuery(Strict):
    """Positions from an instant on, oldest first; ``limit`` from 1 to 1000."""

    since = Instant()
    cursor = SafeString(1, 64, r"^[A-Za-z0-9_-]{1,64}$")
    limit = QueryInt(1, 1000, load_default=500)


class ReasonOut(FindingSchema):
    """One thing that an answer rests on, as a sentence in the caller's language."""


class CandidateOut(Schema):
    """A unit that may take the goods; ``conditions`` must still be met at loading."""

    plate = fields.String(required=True)
    reasons = fields.List(fields.Nested(ReasonOut), required=True)
    conditions = fields.List(fields.String(), required=True)


class RejectedOut(Schema):
    """A unit that may not take the goods, with everything that speaks against it."""

    plate = fields.String(required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)


class RankingOut(Schema):
    """Candidates, best first, and all others."""

    candidates = fields.List(fields.Nested(CandidateOut), required=True)
    rejected = fields.List(fields.Nested(RejectedOut), required=True)


class StopOut(Schema):
    """A stop; planned, estimated and real arrival are three facts."""

    seq = fields.Integer(required=True)
    kind = fields.String(required=True)
    site = fields.Nested(SiteRef, required=True)
    distance_km = fields.Float(required=True)
    planned_arrival_at = fields.AwareDateTime(required=True)
    estimated_arrival_at = fields.AwareDateTime(required=True, allow_none=True)
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)
    seals_verified_at = fields.AwareDateTime(required=True, allow_none=True)
    seal_exception = fields.Boolean(required=True)
    joint_inspection_at = fields.AwareDateTime(required=True, allow_none=True)
    driver_statement = fields.String(required=True, allow_none=True)
    work_completed_at = fields.AwareDateTime(required=True, allow_none=True)
    departed_at = fields.AwareDateTime(required=True, allow_none=True)


class LegOut(Schema):
    """A consignment's ride; ``hub_count`` is what a hub counted, by line."""

    consignment = fields.String(required=True)
    state = fields.String(required=True)
    seq = fields.Integer(required=True)
    kind = fields.String(required=True)
    pickup_stop = fields.Integer(required=True)
    drop_stop = fields.Integer(required=True)
    hub_count = fields.Dict(required=True, allow_none=True)
    unloaded_at = fields.AwareDateTime(required=True, allow_none=True)


class MemberOut(Schema):
    """A crew member with his check-in."""

    staff_no = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    checked_in_at = fields.AwareDateTime(required=True, allow_none=True)
    alcohol_mg_100ml = fields.Integer(required=True, allow_none=True)
    fit = fields.Boolean(required=True, allow_none=True)
    late_check_in = fields.Boolean(required=True)


class WaiverOut(Schema):
    """Leave for a single driver (R-F-04)."""

    state = fields.String(required=True)
    reason = fields.String(required=True)
    requested_by = fields.String(required=True)
    requested_at = fields.AwareDateTime(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)


class LiveSealOut(Schema):
    """A seal on the truck; ``chain`` are the numbers this opening carried before, oldest first, and its own."""

    number = fields.String(required=True)
    closure = fields.String(required=True)
    applied_at = fields.AwareDateTime(required=True)
    chain = fields.List(fields.String(), required=True)


class CustomerSealOut(Schema):
    """A customer's own seal beside ours."""

    number = fields.String(required=True)
    closure = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class TripSummary(Schema):
    """A trip in a list."""

    number = fields.String(required=True)
    vehicle = fields.String(required=True)
    trailer = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    planned_departure_at = fields.AwareDateTime(required=True)
    planned_arrival_at = fields.AwareDateTime(required=True)
    estimated_arrival_at = fields.AwareDateTime(required=True, allow_none=True)
    departed_at = fields.AwareDateTime(required=True, allow_none=True)
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    frozen_at = fields.AwareDateTime(required=True, allow_none=True)
    distance_km = fields.Float(required=True)
    created_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class TripOut(TripSummary):
    """A trip in full."""

    permit_number = fields.String(required=True, allow_none=True)
    permit_limit_kmh = fields.Integer(required=True, allow_none=True)
    escort_plan = fields.String(required=True, allow_none=True)
    seal_exemption_reason = fields.String(required=True, allow_none=True)
    seal_exemption_by = fields.String(required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    created_by = fields.String(required=True)
    stops = fields.List(fields.Nested(StopOut), required=True)
    legs = fields.List(fields.Nested(LegOut), required=True)
    crew = fields.List(fields.Nested(MemberOut), required=True)
    waiver = fields.Nested(WaiverOut, required=True, allow_none=True)
    required_closures = fields.List(fields.String(), required=True)
    seals = fields.List(fields.Nested(LiveSealOut), required=True)
    customer_seals = fields.List(fields.Nested(CustomerSealOut), required=True)


class StopEtaOut(Schema):
    """One stop's times: the plan's, the promise of the goods dropped there, and the newest estimate's."""

    seq = fields.Integer(required=True)
    site = fields.Nested(SiteRef, required=True)
    planned_arrival_at = fields.AwareDateTime(required=True)
    promised_arrival_at = fields.AwareDateTime(required=True, allow_none=True)
    estimated_arrival_at = fields.AwareDateTime(required=True, allow_none=True)
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)
    made_at = fields.AwareDateTime(required=True, allow_none=True)
    stale = fields.Boolean(required=True)
    reasons = fields.List(fields.Nested(ReasonOut), required=True)


class EstimateOut(Schema):
    """One estimate as it was made."""

    stop = fields.Integer(required=True)
    made_at = fields.AwareDateTime(required=True)
    arrival_at = fields.AwareDateTime(required=True)
    remaining_km = fields.Float(required=True)
    speed_kmh = fields.Integer(required=True)
    stale = fields.Boolean(required=True)
    cause = fields.String(required=True)
    ruleset_version = fields.Integer(required=True)


class EtaOut(Schema):
    """When each stop is reached, and every estimate before, newest first."""

    trip = fields.String(required=True)
    stops = fields.List(fields.Nested(StopEtaOut), required=True)
    history = fields.Nested(page_of(EstimateOut), required=True)


class PositionOut(Schema):
    """One fix, WGS-84 degrees, km/h, degrees clockwise from north; one in ``doubt`` counts for nothing."""

    fix_at = fields.AwareDateTime(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    speed_kmh = fields.Float(required=True, allow_none=True)
    heading = fields.Integer(required=True, allow_none=True)
    doubt = fields.String(required=True, allow_none=True)
