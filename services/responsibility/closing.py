"""Closing a case, and taking it up again (domain 4.1, R-A-12)."""

from __future__ import annotations

from models.accidents import Accident
from models.vocabulary import AccidentState, ReopeningGround, TaskKind
from services import tasks
from services.accident_cases import begin_round, find_accident, move_accident, object_to_state
from services.accidents.telling import tell_shippers
from services.policy.accidents.closing import claim_open
from services.policy.findings import Finding, require
from services.policy.localtime import blank
from services.responsibility import closable, stepping
from services.responsibility.cases import (
    ENFORCED,
    object_to_self,
    responsible_of,
)
from services.transaction import Tx

S, R = AccidentState, ReopeningGround
# what each ground leads to at once; a reversed determination waits for its paper
LEADS_TO = {R.NEW_FACTS: S.INVESTIGATING, R.INSURER_RECOVERY: S.ANALYSED}


def close(tx: Tx, number: str) -> Accident:
    """Close a case on which nothing is missing; an insurer who still has to pay becomes safety's task (R-A-12).

    Raises RuleBrokenError with everything that keeps it open, and for somebody who is responsible himself.
    """
    accident = find_accident(tx, number, lock=True)
    stepping.step(tx, accident.id)
    open_points = closable.objections(tx, accident) if accident.state is S.ENFORCING else []
    state = [] if open_points else object_to_state(accident, {S.CLOSABLE})
    require([*open_points, *state, *object_to_self(tx, *responsible_of(tx, accident.id))])
    accident.closed_at, accident.closed_by = tx.now, tx.actor.name
    move_accident(tx, accident, S.CLOSED, {"round": accident.round})
    tell_shippers(tx, accident, "accident.closed")
    if claim_open(closable.claims_of(tx, accident.id)):
        key = f"insurance-claim-{accident.number}"
        facts = {"accident": accident.number}
        tasks.raise_task(tx, TaskKind.INSURANCE_CLAIM, key, tx.now, trip_id=accident.trip_id, facts=facts)
    return accident


def reopen(tx: Tx, number: str, ground: ReopeningGround, reason: str) -> Accident:
    """Take an enforced or closed case up again: new facts are investigated, recovered money is handled anew.

    After a reversed determination the case waits for that paper. The gates are signed anew.
    """
    accident = find_accident(tx, number, lock=True)
    empty = [Finding("TEXT_EMPTY", {"field": "reason"})] if blank(reason) else []
    require([*object_to_state(accident, ENFORCED), *empty])
    begin_round(tx, accident, ground, reason)
    if ground in LEADS_TO:
        move_accident(tx, accident, LEADS_TO[ground], {"ground": ground})
    return accident
