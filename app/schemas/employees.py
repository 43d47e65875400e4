"""Employees: who may answer for an accident and is paid wages."""

from __future__ import annotations

from marshmallow import Schema, fields

from app.kit.fields import SafeString, StrictBool
from app.schemas.common import Change, PageQuery, Strict
from app.schemas.drivers import STAFF_NO
from app.schemas.papers import Day


def _staff_no(**kwargs: object) -> SafeString:
    return SafeString(1, 20, STAFF_NO, **kwargs)


class EmployeeIn(Strict):
    """A new employee; ``driver`` names a driver, whose number and name are taken over when left out."""

    staff_no = _staff_no()
    name = SafeString(1, 80)
    department = SafeString(1, 80, required=True)
    post = SafeString(1, 80, required=True)
    driver = _staff_no()
    user = SafeString(1, 80)
    deduction_clause = StrictBool(load_default=False)


class EmployeeChange(Change):
    """The fields to change; null unties driver or user, and takes a last day back.

    ``deduction_clause``: the labour contract allows a deduction for losses. ``left_on``: the last day of work.
    """

    name = SafeString(1, 80)
    department = SafeString(1, 80)
    post = SafeString(1, 80)
    driver = _staff_no(allow_none=True)
    user = SafeString(1, 80, allow_none=True)
    deduction_clause = StrictBool()
    left_on = Day(allow_none=True)


class EmployeeQuery(PageQuery):
    """Filters of the list; ``name`` is a part of the name, ``working`` leaves out who has left."""

    department = SafeString(1, 80)
    name = SafeString(1, 80)
    working = fields.Boolean(truthy={"true"}, falsy={"false"})


class EmployeeOut(Schema):
    """An employee."""

    staff_no = fields.String(required=True)
    name = fields.String(required=True)
    department = fields.String(required=True)
    post = fields.String(required=True)
    driver = fields.String(required=True, allow_none=True)
    user = fields.String(required=True, allow_none=True)
    deduction_clause = fields.Boolean(required=True)
    left_on = fields.Date(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)
