"""Drivers and escorts with their papers, and the users who sign in."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import date, timedelta
from typing import Any

from models.vocabulary import DriverStatus, Role
from services import accounts
from services.accounts import NewUser
from services.clock import local
from services.demo import tables
from services.demo.cards import MONTH, papers
from services.demo.tables import Forms
from services.personnel import drivers
from services.transaction import Actor, Tx

FORMS: Forms = {
    "licence_classes": tables.words,
    **dict.fromkeys(("licensed_months", "licence_days", "qualification_days"), int),
    **dict.fromkeys(("hazmat_days", "escort_days", "medical_days"), int),
}
ON_LEAVE = ("D044", "家中有事，请假七天")
LICENCE_HELD, HELD_DAYS = "D020", 30


def add_drivers(tx: Tx) -> None:
    """Register everybody; one is on leave, one off post because the police hold his licence (R-P-04)."""
    today = local(tx.now).date()
    for row in tables.rows("drivers", FORMS):
        drivers.create(tx, _card(row, today))
    staff_no, reason = ON_LEAVE
    drivers.set_status(tx, staff_no, DriverStatus.LEAVE, reason)
    drivers.withhold_licence(tx, LICENCE_HELD, today, today + timedelta(days=HELD_DAYS))


def add_users(tx: Tx) -> tuple[dict[str, str], dict[str, Actor]]:
    """Make the users and give one ready key per role value, and the actor of every login.

    The first user of a role gets its key; the others get theirs from an administrator.
    """
    keys: dict[str, str] = {}
    actors: dict[str, Actor] = {}
    for row in tables.rows("users", {"role": Role}):
        role = row.pop("role")
        user = accounts.create_user(tx, NewUser(**row, roles=(role,)))
        actors[user.login] = accounts.actor_of(user, user.roles)
        if role.value not in keys:
            keys[role.value] = accounts.issue_key(tx, user, "demo", (), None).secret
    return keys, actors


def _card(row: MutableMapping[str, Any], today: date) -> dict[str, Any]:
    """Turn months and remaining days into dates; the day of birth stands in the ID number."""
    days = {
        "licence": row.pop("licence_days"),
        "qualification": row.pop("qualification_days", None),
        "hazmat_qualification": row.pop("hazmat_days", None),
        "escort_certificate": row.pop("escort_days", None),
        "medical": row.pop("medical_days"),
    }
    licensed_on = today - row.pop("licensed_months") * MONTH
    return {
        **row,
        "born_on": date.fromisoformat(row["id_number"][6:14]),
        "licence_first_issued_on": licensed_on,
        "documents": papers(row["staff_no"], days, today),
    }
