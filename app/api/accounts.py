"""Sign in, manage one's keys; administrators manage users."""

from __future__ import annotations

from typing import Any

from flask import current_app

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.limits import limiter
from app.schemas.accounts import EmailIn, KeyIn, KeyList, KeyOut, NewKeyOut, SignInIn, UserIn, UserOut
from app.schemas.common import Reason
from models.vocabulary import Role
from services import accounts
from services.transaction import Tx

blp = Resource("accounts", "Users, API keys and sign-in")
ANYONE = tuple(Role)


@endpoint(blp, "POST", "/sign-in", Shape(roles=(), body=SignInIn, answer=NewKeyOut, status=201))
@limiter.limit("10/minute")
def sign_in(tx: Tx, body: dict[str, Any]) -> dict[str, Any]:
    """Exchange a login and password for a key that lasts twelve hours."""
    issued = accounts.sign_in(tx, body["login"], body["password"])
    return {**_key(issued.row), "key": issued.secret}


@endpoint(blp, "GET", "/me", Shape(roles=ANYONE, answer=UserOut, writes=False))
def me(tx: Tx) -> dict[str, Any]:
    """Read one's own user."""
    return _user(accounts.find_user(tx, tx.actor.name))


@endpoint(blp, "GET", "/me/keys", Shape(roles=ANYONE, answer=KeyList, writes=False))
def my_keys(tx: Tx) -> dict[str, Any]:
    """List one's own keys."""
    return {"items": [_key(row) for row in accounts.keys_of(tx, tx.actor.user_id or 0)]}


@endpoint(blp, "POST", "/me/keys", Shape(roles=ANYONE, body=KeyIn, answer=NewKeyOut, status=201))
def issue_key(tx: Tx, body: dict[str, Any]) -> dict[str, Any]:
    """Make a key for oneself; the secret is shown this once and never stored."""
    user = accounts.find_user(tx, tx.actor.name)
    roles = body.get("roles") or sorted(tx.actor.roles)
    issued = accounts.issue_key(tx, user, body["label"], roles, body.get("expires_at"))
    return {**_key(issued.row), "key": issued.secret}


@endpoint(blp, "POST", "/keys/<prefix>/revocation", Shape(roles=ANYONE, body=Reason, answer=KeyOut))
def revoke_key(tx: Tx, body: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Revoke a key at once; other processes follow within two seconds."""
    row = accounts.revoke_key(tx, prefix, body["reason"])
    current_app.extensions["lading-keys"].forget()
    return _key(row)


@endpoint(blp, "POST", "/users", Shape(roles=(Role.ADMIN,), body=UserIn, answer=UserOut, status=201, creates=True))
def create_user(tx: Tx, body: dict[str, Any]) -> Made:
    """Make a user."""
    roles = tuple(body.pop("roles"))
    return Made(_user(accounts.create_user(tx, accounts.NewUser(roles=roles, **body))))


@endpoint(blp, "GET", "/users/<login>", Shape(roles=(Role.ADMIN,), answer=UserOut, writes=False))
def read_user(tx: Tx, login: str) -> dict[str, Any]:
    """Read a user."""
    return _user(accounts.find_user(tx, login))


@endpoint(blp, "POST", "/users/<login>/disabling", Shape(roles=(Role.ADMIN,), body=Reason, answer=UserOut))
def disable_user(tx: Tx, body: dict[str, Any], login: str) -> dict[str, Any]:
    """Shut a user out."""
    row = accounts.disable_user(tx, login, body["reason"])
    current_app.extensions["lading-keys"].forget()
    return _user(row)


@endpoint(blp, "PUT", "/users/<login>/email", Shape(roles=(Role.ADMIN,), body=EmailIn, answer=UserOut))
def change_email(tx: Tx, body: dict[str, Any], login: str) -> dict[str, Any]:
    """Say where alarms reach a user by e-mail."""
    return _user(accounts.change_email(tx, login, body["email"]))


def _user(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("login", "name", "roles", "email", "created_at", "disabled_at")}


def _key(row: Any) -> dict[str, Any]:
    names = ("prefix", "label", "roles", "created_at", "expires_at", "revoked_at")
    return {name: getattr(row, name) for name in names}
