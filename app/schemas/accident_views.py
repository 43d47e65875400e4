"""The case of an accident as answers."""

from __future__ import annotations

from marshmallow import Schema, fields


class HarmOut(Schema):
    """What is known of the harm; people as counts, property as CNY."""

    dead = fields.Integer(required=True)
    seriously_hurt = fields.Integer(required=True)
    slightly_hurt = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    property = fields.String(required=True)


class DriverRef(Schema):
    """Who drove."""

    staff_no = fields.String(required=True)
    name = fields.String(required=True)


class ClassesOut(Schema):
    """An accident on its three scales: the circular of 1991, the reporting tier, decree 493."""

    mps_class = fields.String(required=True)
    report_tier = fields.Integer(required=True)
    sc493_grade = fields.String(required=True)


class AccidentSummary(ClassesOut):
    """A case as a row of the list."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    company_received_at = fields.AwareDateTime(required=True)
    vehicle = fields.String(required=True)
    driver = fields.Nested(DriverRef, required=True)
    trip = fields.String(required=True, allow_none=True)
    place = fields.String(required=True)
    outline = fields.String(required=True)
    harm = fields.Nested(HarmOut, required=True)
    hit_and_run = fields.Boolean(required=True)
    round = fields.Integer(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class ItemOut(Schema):
    """An item of a checklist; ``done`` is null while nobody has said anything of it."""

    item = fields.String(required=True)
    done = fields.Boolean(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True, allow_none=True)
    by = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class AccidentOut(AccidentSummary):
    """A case in full; ``emergency`` is null while no plan is open, ``next`` names the steps that lead on."""

    police_told_at = fields.AwareDateTime(required=True, allow_none=True)
    safety_told_at = fields.AwareDateTime(required=True, allow_none=True)
    outline_known_at = fields.AwareDateTime(required=True)
    reported_via = fields.String(required=True)
    reported_by = fields.String(required=True)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    responder = fields.String(required=True, allow_none=True)
    responder_sent_at = fields.AwareDateTime(required=True, allow_none=True)
    cargo_action = fields.String(required=True, allow_none=True)
    first_response = fields.List(fields.Nested(ItemOut), required=True)
    emergency = fields.List(fields.Nested(ItemOut), required=True, allow_none=True)
    form = fields.Dict(required=True)
    record = fields.String(required=True, allow_none=True)
    investigated_at = fields.AwareDateTime(required=True, allow_none=True)
    void_reason = fields.String(required=True, allow_none=True)
    void_asked_by = fields.String(required=True, allow_none=True)
    created_by = fields.String(required=True)
    next = fields.List(fields.String(), required=True)


class ClockOut(Schema):
    """A clock; ``state`` is running, met, missed, late (done after it was missed) or stopped."""

    kind = fields.String(required=True)
    state = fields.String(required=True)
    arming = fields.Integer(required=True)
    reason = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True)
    warn_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    warned_at = fields.AwareDateTime(required=True, allow_none=True)
    met_at = fields.AwareDateTime(required=True, allow_none=True)
    missed_at = fields.AwareDateTime(required=True, allow_none=True)
    stopped_at = fields.AwareDateTime(required=True, allow_none=True)


class ClocksOut(Schema):
    """Every clock of a case, started first at the head."""

    items = fields.List(fields.Nested(ClockOut), required=True)


class CountOut(ClassesOut):
    """What was known of the harm from an instant on."""

    seq = fields.Integer(required=True)
    harm = fields.Nested(HarmOut, required=True)
    learned_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)
    reason = fields.String(required=True)


class CountsOut(Schema):
    """Every count of the harm, the first at the head."""

    items = fields.List(fields.Nested(CountOut), required=True)


class AccidentReportOut(Schema):
    """A report to one recipient; ``base`` is the report that it adds to."""

    number = fields.String(required=True)
    kind = fields.String(required=True)
    recipient = fields.String(required=True)
    base = fields.String(required=True, allow_none=True)
    blocks = fields.Dict(required=True)
    sent_at = fields.AwareDateTime(required=True)
    sent_by = fields.String(required=True)
    contact = fields.String(required=True, allow_none=True)
    acknowledged_at = fields.AwareDateTime(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)


class SentOut(Schema):
    """The reports that one call made, one per recipient."""

    items = fields.List(fields.Nested(AccidentReportOut), required=True)
