"""Handing a decision over in writing, with its reason and amount: signed for, or refused before a witness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.accidents import Accident
from models.accounts import User
from models.penalties import Penalty
from models.people import Employee
from models.vocabulary import AccidentState, ClockKind, PenaltyState, ServiceMode
from services import clock_marks, files
from services.accident_cases import is_self, move_accident, owe_step
from services.penalties.steps import find_penalty, live_proposal, move_penalty, penalties_in
from services.policy.accidents.clocks import Start
from services.policy.findings import Finding, require
from services.policy.lifecycle import object_to_move
from services.policy.localtime import local_text
from services.policy.penalties.appeal import appeal_until
from services.transaction import Tx

WAITING = (PenaltyState.PROPOSED, PenaltyState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How it was handed over: ``receipt`` is the stored file with the signature, ``witness`` who saw the refusal."""

    mode: ServiceMode
    occurred_at: datetime
    receipt: str | None = None
    witness: str | None = None


def serve(tx: Tx, number: str, service: Service) -> Penalty:
    """Record that a penalty was handed over; the window for an appeal begins the day after (domain 4.1).

    When the last one of the case is served, the case is. Raises RuleBrokenError when the penalty is not approved,
    the signature or the witness is missing, or the actor would serve himself.
    """
    penalty, accident = find_penalty(tx, number)
    require(object_to_move("penalty", penalty.state, PenaltyState.SERVED))
    require([*_object_to_service(tx, penalty, service), *_object_to_receipt(tx, service)])
    penalty.served_at, penalty.served_by = service.occurred_at, tx.actor.name
    penalty.service_mode, penalty.receipt, penalty.witness = service.mode, service.receipt, service.witness
    penalty.appeal_until = appeal_until(service.occurred_at, tx.ruleset.clock.appeal_days)
    told = {"mode": service.mode.value, "appeal_until": penalty.appeal_until.isoformat()}
    move_penalty(tx, penalty, PenaltyState.SERVED, told, service.occurred_at)
    _serve_case(tx, accident)
    return penalty


def _object_to_service(tx: Tx, penalty: Penalty, service: Service) -> Iterator[Finding]:
    employee = tx.session.get_one(Employee, penalty.employee_id)
    if is_self(tx.actor, employee):
        yield Finding("SERVER_IS_SUBJECT", {"person": employee.staff_no})
    if penalty.approved_at and service.occurred_at < penalty.approved_at:
        facts = {"at": local_text(service.occurred_at), "approved": local_text(penalty.approved_at)}
        yield Finding("SERVED_BEFORE_APPROVAL", facts)
    if service.mode is ServiceMode.WITNESSED_REFUSAL:
        if service.witness is None:
            yield Finding("WITNESS_MISSING", {"penalty": penalty.number})
        elif service.witness.strip() in {employee.name, *_names(tx)}:
            yield Finding("WITNESS_IS_PARTY", {"witness": service.witness})


def _names(tx: Tx) -> set[str]:
    user = tx.session.get(User, tx.actor.user_id) if tx.actor.user_id else None
    return {tx.actor.name, user.name} if user else {tx.actor.name}


def _object_to_receipt(tx: Tx, service: Service) -> list[Finding]:
    if service.receipt is not None:
        return files.require_files(tx, [service.receipt], "receipt")
    return [Finding("RECEIPT_MISSING", {})] if service.mode is ServiceMode.SIGNED else []


def _serve_case(tx: Tx, accident: Accident) -> None:
    proposal = live_proposal(tx, accident.id)
    penalties = penalties_in(tx, proposal) if proposal else []
    if any(one.state in WAITING for one in penalties):
        return
    move_accident(tx, accident, AccidentState.SERVED, {"penalties": len(penalties)})
    if any(one.appealed_at for one in penalties):
        # an appeal that came before the last one was served
        move_accident(tx, accident, AccidentState.APPEALED)
    last = max((one for one in penalties if one.served_at), key=lambda one: (one.served_at, one.id))
    clock_marks.arm(tx, accident.id, Start(ClockKind.APPEAL_WINDOW, last.served_at or tx.now, last.number))
    owe_step(tx, accident.id, last.appeal_until)
