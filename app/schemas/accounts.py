"""Users, keys and sign-in."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from app.kit.fields import Instant, SafeString, WordField
from app.schemas.common import CODE, Strict
from models.vocabulary import Role

LOGIN = r"^[a-z0-9][a-z0-9._@-]{1,79}$"


class SignInIn(Strict):
    """A login and its password."""

    login = SafeString(2, 80, LOGIN, required=True)
    password = SafeString(1, 200, required=True)


class UserIn(Strict):
    """A new user; a shipper's user names the shipper, a driver's user the staff number."""

    login = SafeString(2, 80, LOGIN, required=True)
    name = SafeString(1, 80, required=True)
    password = SafeString(12, 200)
    roles = fields.List(WordField(Role), required=True, validate=validate.Length(min=1, max=8))
    shipper = SafeString(2, 32, CODE, attribute="shipper_code")
    staff_no = SafeString(1, 20, r"^[A-Za-z0-9-]{1,20}$")
    email = SafeString(3, 254)


class EmailIn(Strict):
    """Where alarms reach a user; null takes the address away."""

    email = SafeString(3, 254, required=True, allow_none=True)


class KeyIn(Strict):
    """A new key: a label, some of the user's roles (all when left out), and when it ends."""

    label = SafeString(1, 80, required=True)
    roles = fields.List(WordField(Role), validate=validate.Length(max=8))
    expires_at = Instant()


class UserOut(Schema):
    """A user without secrets."""

    login = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    email = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    disabled_at = fields.AwareDateTime(allow_none=True)


class KeyOut(Schema):
    """A key without its secret."""

    prefix = fields.String(required=True)
    label = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(allow_none=True)
    revoked_at = fields.AwareDateTime(allow_none=True)


class NewKeyOut(KeyOut):
    """A key with its secret, shown this once."""

    key = fields.String(required=True)


class KeyList(Schema):
    """All keys of a user."""

    items = fields.List(fields.Nested(KeyOut), required=True)
