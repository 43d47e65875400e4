"""Users, passwords (argon2), API keys and who a key stands for."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from models.accounts import ApiKey, User
from models.drivers import Driver
from models.parties import Party
from models.vocabulary import ActorKind, PartyKind, Role
from services.contacts import normal_email
from services.errors import NotFoundError, NotSignedInError
from services.policy.findings import Finding, require
from services.tokens import hashed
from services.transaction import Actor, Subject, Tx

SESSION = timedelta(hours=12)
HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """What an administrator gives for a user; ``password`` may be absent for a key-only user."""

    login: str
    name: str
    roles: tuple[Role, ...]
    password: str | None = None
    shipper_code: str | None = None
    staff_no: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key: ``secret`` is the whole ``lk_prefix.secret`` text, shown this once."""

    row: ApiKey
    secret: str


def create_user(tx: Tx, new: NewUser) -> User:
    """Make a user; a shipper's user needs a shipper, a driver's user a driver.

    Raises RuleBrokenError with every objection, ConflictError when the login exists.
    """
    shipper_id = _party_id(tx, new.shipper_code)
    driver_id = tx.session.scalar(select(Driver.id).where(Driver.staff_no == new.staff_no)) if new.staff_no else None
    require([*_object_to_user(new, shipper_id, driver_id), *_object_to_email(new.email)])
    user = User(
        login=new.login,
        name=new.name,
        email=normal_email(new.email) if new.email else None,
        password_hash=HASHER.hash(new.password) if new.password else None,
        roles=sorted(role.value for role in new.roles),
        shipper_id=shipper_id,
        driver_id=driver_id,
        created_at=tx.now,
    )
    tx.session.add(user)
    tx.session.flush()
    tx.journal("user.created", Subject("user", user.id, new=True), {"login": user.login, "roles": user.roles})
    return user


def disable_user(tx: Tx, login: str, reason: str) -> User:
    """Shut a user out; his keys stop with him."""
    user = find_user(tx, login)
    require([Finding("OWN_ACCOUNT", {"login": login})] if user.id == tx.actor.user_id else [])
    user.disabled_at = tx.now
    tx.journal("user.disabled", Subject("user", user.id), {"reason": reason})
    return user


def change_email(tx: Tx, login: str, email: str | None) -> User:
    """Say where alarms reach a user by e-mail; None takes the address away. RuleBrokenError for an unusable one."""
    user = find_user(tx, login)
    require(_object_to_email(email))
    user.email = normal_email(email) if email else None
    tx.session.flush()
    tx.journal("user.email_changed", Subject("user", user.id), {"has_email": user.email is not None})
    return user


def find_user(tx: Tx, login: str) -> User:
    """Give a user by login or raise NotFoundError."""
    user = tx.session.scalar(select(User).where(User.login == login))
    if user is None:
        raise NotFoundError
    return user


def issue_key(tx: Tx, user: User, label: str, roles: Iterable[Role], expires_at: datetime | None) -> IssuedKey:
    """Make a key with some of its user's roles; raise RuleBrokenError for a role the user does not hold.

    A key makes no key that may do more than itself.
    """
    wanted = sorted({role.value for role in roles} or set(user.roles))
    own = tx.actor.user_id == user.id
    held = {role for role in user.roles if not own or role in tx.actor.roles}
    require(Finding("ROLE_NOT_HELD", {"role": role}) for role in wanted if role not in held)
    require([Finding("EXPIRY_IN_THE_PAST", {})] if expires_at and expires_at <= tx.now else [])
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = ApiKey(
        prefix=prefix,
        secret_hash=hashed(secret),
        user_id=user.id,
        label=label,
        roles=wanted,
        created_at=tx.now,
        expires_at=expires_at,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.journal("key.issued", Subject("key", row.id, new=True), {"login": user.login, "label": label, "roles": wanted})
    return IssuedKey(row, f"lk_{prefix}.{secret}")


def revoke_key(tx: Tx, prefix: str, reason: str) -> ApiKey:
    """Revoke a key; only its own user or an administrator may, for anyone else it does not exist."""
    row = tx.session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
    if row is None or (row.user_id != tx.actor.user_id and not tx.actor.has(Role.ADMIN)):
        raise NotFoundError
    if row.revoked_at is None:
        row.revoked_at = tx.now
        tx.journal("key.revoked", Subject("key", row.id), {"label": row.label, "reason": reason})
    return row


def keys_of(tx: Tx, user_id: int) -> list[ApiKey]:
    """List a user's keys, newest first."""
    return list(tx.session.scalars(select(ApiKey).where(ApiKey.user_id == user_id).order_by(ApiKey.id.desc())))


def sign_in(tx: Tx, login: str, password: str) -> IssuedKey:
    """Check a password and give a key for twelve hours; NotSignedInError says nothing about which part was wrong."""
    user = tx.session.scalar(select(User).where(User.login == login))
    stored = user.password_hash if user and user.password_hash and user.disabled_at is None else None
    try:
        HASHER.verify(stored or _dummy_hash(), password)
    except (VerificationError, InvalidHashError) as error:
        raise NotSignedInError from error
    if user is None or stored is None:
        raise NotSignedInError
    return issue_key(tx.as_actor(actor_of(user, user.roles)), user, "session", (), tx.now + SESSION)


def authenticate(tx: Tx, presented: str) -> tuple[Actor, datetime | None]:
    """Give the actor a key stands for and when the key ends; raise NotSignedInError otherwise."""
    prefix, _, secret = presented.removeprefix("lk_").partition(".")
    row = tx.session.execute(
        select(ApiKey, User).join(User, User.id == ApiKey.user_id).where(ApiKey.prefix == prefix)
    ).first()
    if row is None or not hmac.compare_digest(row.ApiKey.secret_hash, hashed(secret)):
        raise NotSignedInError
    key, user = row.ApiKey, row.User
    ended = key.revoked_at or user.disabled_at
    if ended or (key.expires_at is not None and key.expires_at <= tx.now):
        raise NotSignedInError
    return actor_of(user, key.roles), key.expires_at


def actor_of(user: User, roles: Iterable[str]) -> Actor:
    """Make the actor of a user with the roles of the key that was presented."""
    return Actor(
        kind=ActorKind.USER,
        name=user.login,
        user_id=user.id,
        roles=frozenset(Role(role) for role in roles),
        shipper_id=user.shipper_id,
        driver_id=user.driver_id,
    )


@cache
def _dummy_hash() -> str:
    """Give what is verified when the login does not exist, so that this takes as long as a wrong password."""
    return HASHER.hash("no such user")


def _party_id(tx: Tx, code: str | None) -> int | None:
    if code is None:
        return None
    return tx.session.scalar(select(Party.id).where(Party.code == code, Party.kind == PartyKind.SHIPPER))


def _object_to_email(email: str | None) -> list[Finding]:
    return [Finding("EMAIL_INVALID", {"field": "email"})] if email and normal_email(email) is None else []


def _object_to_user(new: NewUser, shipper_id: int | None, driver_id: int | None) -> Iterator[Finding]:
    if (Role.SHIPPER in new.roles or new.shipper_code) and shipper_id is None:
        yield Finding("REFERENCE_UNKNOWN", {"field": "shipper", "value": new.shipper_code})
    if (Role.DRIVER in new.roles or new.staff_no) and driver_id is None:
        yield Finding("REFERENCE_UNKNOWN", {"field": "staff_no", "value": new.staff_no})
    if shipper_id is not None and set(new.roles) != {Role.SHIPPER}:
        yield Finding("SHIPPER_ROLE_ONLY", {})
