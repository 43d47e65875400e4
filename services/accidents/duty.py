"""Who is on duty from when to when: the alarms of accidents go to whoever is (R-A-22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.accounts import User
from models.people import DutyShift
from models.vocabulary import Role
from services.contacts import normal_phone
from services.errors import NotFoundError
from services.masking import masked_phone
from services.policy.accidents.off_post import Shift, object_to_shift
from services.policy.findings import Finding, require
from services.policy.localtime import local_text
from services.queries.duty import shift_view
from services.transaction import STAFF, Subject, Tx

MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty and how he is reached."""

    login: str
    name: str
    phone: str | None
    user_id: int
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShift:
    """A time on duty to be planned, by the login of the person."""

    user: str
    starts_at: datetime
    ends_at: datetime
    phone: str | None = None


def plan(tx: Tx, new: NewShift) -> dict[str, Any]:
    """Plan a shift; several people may be on duty together, nobody twice at a time.

    Raises RuleBrokenError for an unknown, shut-out or outside user, an unusable phone or impossible times.
    """
    user = tx.session.scalar(select(User).where(User.login == new.user, User.disabled_at.is_(None)).with_for_update())
    phone = normal_phone(new.phone) if new.phone else None
    found = [] if user else [Finding("REFERENCE_UNKNOWN", {"field": "user", "value": new.user})]
    if user is not None and STAFF.isdisjoint(Role(role) for role in user.roles):
        found.append(Finding("DUTY_NEEDS_STAFF", {"user": new.user}))
    if new.phone and phone is None:
        found.append(Finding("PHONE_INVALID", {"field": "phone"}))
    others = [Shift(one.starts_at, one.ends_at) for one in _shifts_of(tx, user)] if user else []
    require([*found, *object_to_shift(Shift(new.starts_at, new.ends_at), others, tx.now, tx.ruleset.clock)])
    assert user is not None  # noqa: S101 - require() has raised when there is none
    shift = DutyShift(
        user_id=user.id,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        phone=phone,
        created_at=tx.now,
        created_by=tx.actor.name,
    )
    tx.session.add(shift)
    tx.session.flush()
    tx.journal("duty.planned", Subject("duty_shift", shift.id, new=True), _told(shift, user.login))
    return shift_view(tx, shift.id)


def cancel(tx: Tx, shift_id: int, reason: str) -> dict[str, Any]:
    """Take a shift off the plan and give it; NotFoundError when absent, RuleBrokenError when it is over."""
    query = select(DutyShift).where(DutyShift.id == shift_id).with_for_update()
    shift = tx.session.scalar(query) if shift_id <= MAX_ID else None
    if shift is None:
        raise NotFoundError
    ended = shift.cancelled_at or shift.ends_at
    require([Finding("SHIFT_IS_OVER", {"to": local_text(ended)})] if ended <= tx.now else [])
    login = tx.session.get_one(User, shift.user_id).login
    tx.journal("duty.cancelled", Subject("duty_shift", shift.id), {**_told(shift, login), "reason": reason})
    shift.cancelled_at = tx.now
    tx.session.flush()
    return shift_view(tx, shift.id)


def on_duty(tx: Tx, at: datetime) -> list[OnDuty]:
    """Give who is on duty at an instant, whose shift began first at the head."""
    rows = tx.session.execute(
        select(User.login, User.name, DutyShift.phone, User.id, User.email)
        .join(DutyShift, DutyShift.user_id == User.id)
        .where(DutyShift.starts_at <= at, DutyShift.ends_at > at)
        .where(DutyShift.cancelled_at.is_(None), User.disabled_at.is_(None))
        .order_by(DutyShift.starts_at, DutyShift.id)
    )
    return [OnDuty(*row) for row in rows]


def reached_by_mail(tx: Tx) -> dict[int, str]:
    """Give the e-mail addresses of whom an alarm is for, by user: who is on duty now, else the managers."""
    people = on_duty(tx, tx.now)
    if people:
        return {one.user_id: one.email for one in people if one.email}
    rows = tx.session.execute(select(User.id, User.email, User.roles).where(User.disabled_at.is_(None)))
    return {row.id: row.email for row in rows if row.email and Role.MANAGER.value in row.roles}


def whom_to_alarm(tx: Tx) -> dict[str, Any]:
    """Give as the facts of a task whom it is for: who is on duty now, else the managers."""
    people = on_duty(tx, tx.now)
    if people:
        return {"for": "on_duty", "people": [{"name": one.name, "phone": one.phone} for one in people]}
    return {"for": Role.MANAGER, "people": [{"name": name, "phone": None} for name in holders(tx, Role.MANAGER)]}


def holders(tx: Tx, role: Role) -> list[str]:
    """Give the names of everybody who holds a role of the office."""
    rows = tx.session.execute(
        select(User.name, User.roles)
        .where(User.disabled_at.is_(None), User.driver_id.is_(None), User.shipper_id.is_(None))
        .order_by(User.id)
    )
    return [row.name for row in rows if role.value in row.roles]


def _shifts_of(tx: Tx, user: User) -> list[DutyShift]:
    query = select(DutyShift).where(DutyShift.user_id == user.id, DutyShift.ends_at > tx.now)
    return list(tx.session.scalars(query.where(DutyShift.cancelled_at.is_(None))))


def _told(shift: DutyShift, login: str) -> dict[str, Any]:
    return {
        "user": login,
        "from": shift.starts_at.isoformat(),
        "to": shift.ends_at.isoformat(),
        "phone": masked_phone(shift.phone) if shift.phone else None,
    }
