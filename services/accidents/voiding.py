"""A false alarm taken back: safety asks, somebody else decides, and everything that followed is let go (domain 4.1)."""

from __future__ import annotations

from sqlalchemy import select

from models.accidents import Accident
from models.responsibility import Determination
from models.trips import Trip
from models.vocabulary import AccidentState, CargoAction
from services import cargo_care, tasks
from services.accident_cases import find_accident, move_accident
from services.accidents import checklists, clocks, off_post
from services.accidents.reporting import responder_key
from services.accidents.telling import tell_shippers
from services.policy.cargo_care import OVER
from services.policy.findings import Finding, require
from services.policy.lifecycle import object_to_move
from services.transaction import Subject, Tx


def ask(tx: Tx, number: str, reason: str) -> Accident:
    """Ask that a case be voided; RuleBrokenError once the police have spoken."""
    accident = find_accident(tx, number, lock=True)
    require(_object_to_voiding(tx, accident))
    accident.void_reason, accident.void_asked_by_id = reason, tx.actor.user_id
    tx.session.flush()
    tx.journal("accident.void_asked", Subject("accident", accident.id), {"reason": reason})
    return accident


def decide(tx: Tx, number: str, *, approve: bool, reason: str) -> Accident:
    """Grant or refuse the voiding; never by who asked for it, nor by the driver of the case.

    Granted, the trip goes on, clocks and tasks end, nobody stays off post for it, and the shippers are told.
    """
    accident = find_accident(tx, number, lock=True)
    require([*_object_to_deciding(tx, accident), *_object_to_voiding(tx, accident)])
    if approve:
        _void(tx, accident, reason)
    else:
        facts = {"reason": reason, "asked": accident.void_reason}
        accident.void_reason = accident.void_asked_by_id = None
        tx.session.flush()
        tx.journal("accident.void_refused", Subject("accident", accident.id), facts)
    return accident


def _void(tx: Tx, accident: Accident, reason: str) -> None:
    move_accident(tx, accident, AccidentState.VOID, {"reason": reason, "asked": accident.void_reason})
    tell_shippers(tx, accident, "accident.closed", {"void": True})
    clocks.stop_all(tx, accident, "void")
    tasks.complete_by_key(tx, responder_key(accident), "void")
    checklists.end_emergency(tx, accident, "void")
    off_post.lift_all(tx, accident, "void")
    if accident.trip_id is not None:
        trip = tx.session.get_one(Trip, accident.trip_id, with_for_update=True)
        if not _held_by_another(tx, accident):
            cargo_care.unfreeze(tx, trip)


def _object_to_deciding(tx: Tx, accident: Accident) -> list[Finding]:
    if accident.void_asked_by_id is None:
        return [Finding("VOID_NOT_ASKED", {"accident": accident.number})]
    if accident.void_asked_by_id == tx.actor.user_id or tx.actor.driver_id == accident.driver_id:
        return [Finding("VOID_SAME_PERSON", {"person": tx.actor.name})]
    return []


def _object_to_voiding(tx: Tx, accident: Accident) -> list[Finding]:
    """Object once there is a paper on responsibility, also in a case that was taken up again."""
    found = list(object_to_move("accident", accident.state, AccidentState.VOID))
    paper = select(Determination.document_no).where(Determination.accident_id == accident.id).limit(1)
    document = tx.session.scalar(paper)
    return [*found, *([Finding("VOID_AFTER_DETERMINATION", {"document": document})] if document else [])]


def _held_by_another(tx: Tx, accident: Accident) -> bool:
    """Tell whether another open case keeps the trip where it is."""
    holding = Accident.cargo_action.is_(None) | (Accident.cargo_action == CargoAction.HELD)
    query = select(Accident.id).where(Accident.trip_id == accident.trip_id, Accident.id != accident.id)
    return tx.session.scalar(query.where(Accident.state.not_in(OVER), holding).limit(1)) is not None
