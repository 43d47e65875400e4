"""The moves that a case makes by itself when their guard holds: the "system" lines of domain 4.1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import func, select

from models.accidents import Accident
from models.penalties import Penalty
from models.responsibility import Determination, GateSignature
from models.vocabulary import AccidentGate, AccidentState, PenaltyState
from services.accident_cases import move_accident, owe_step
from services.penalties import status, taking_effect
from services.policy.accidents.determination import review_until
from services.responsibility import closable, determining
from services.responsibility.cases import (
    determination_of,
)
from services.transaction import WORKER, Tx

S, P = AccidentState, PenaltyState
HANDLED = (S.HANDLING_APPROVED, S.SERVED, S.APPEALED)
AT_MOST = 500


def step(tx: Tx, accident_id: int) -> None:
    """Make every move that is due, in the name of the system; harmless when nothing is."""
    by_system = tx.as_actor(WORKER)
    accident = tx.session.get(Accident, accident_id, with_for_update=True)
    while accident is not None and _STEPS.get(accident.state, _stay)(by_system, accident):
        tx.session.flush()


def look(tx: Tx) -> None:
    """Owe a step for every case whose time is over or whose gates are all signed, in case its own row was lost."""
    for accident_id in _due(tx):
        owe_step(tx, accident_id)


def _stay(tx: Tx, accident: Accident) -> bool:  # noqa: ARG001 - every step is called alike
    return False


def _end_review_window(tx: Tx, accident: Accident) -> bool:
    if determining.finalise(tx, accident):
        return True
    paper = determination_of(tx, accident.id)
    if paper is not None:
        owe_step(tx, accident.id, review_until(paper.served_at, tx.ruleset.clock))
    return False


def _serve_nobody(tx: Tx, accident: Accident) -> bool:
    """A decision that lays nothing on anybody has nobody to be handed to; any other is served by hand."""
    if status.decisions(tx, accident.id):
        return False
    move_accident(tx, accident, S.SERVED, {"penalties": 0})
    return True


def _enforce(tx: Tx, accident: Accident) -> bool:
    """Let the decisions take effect once nobody may appeal any more; wait for the last window otherwise."""
    decisions = status.decisions(tx, accident.id)
    if status.objections_to_effect(tx, accident.id):
        windows = [one.appeal_until for one in decisions if one.appeal_until and one.final_at is None]
        if windows and tx.now <= max(windows):
            owe_step(tx, accident.id, max(windows))
        return False
    taking_effect.take_effect(tx, accident.id)
    move_accident(tx, accident, S.ENFORCING, {"decisions": len(decisions)})
    return True


def _allow_closing(tx: Tx, accident: Accident) -> bool:
    if closable.objections(tx, accident):
        return False
    move_accident(tx, accident, S.CLOSABLE)
    return False


def _still_closable(tx: Tx, accident: Accident) -> bool:
    """Take back that a case may be closed when something came up since: a report, a measure, a claim."""
    found = closable.objections(tx, accident)
    if found:
        move_accident(tx, accident, S.ENFORCING, {"open": sorted({one.code for one in found})})
    return False


_STEPS: Mapping[AccidentState, Callable[[Tx, Accident], bool]] = {
    S.DETERMINED: _end_review_window,
    S.HANDLING_APPROVED: _serve_nobody,
    S.SERVED: _enforce,
    S.APPEALED: _enforce,
    S.ENFORCING: _allow_closing,
    S.CLOSABLE: _still_closable,
}


def _due(tx: Tx) -> list[int]:
    """Give cases that look as if they could move; the state's index keeps this flat however many are closed."""
    served_before = tx.now - timedelta(days=tx.ruleset.clock.review_days)
    determined = (
        select(Accident.id)
        .join(Determination, Determination.accident_id == Accident.id)
        .where(Accident.state == S.DETERMINED, Determination.final_at.is_(None))
        .where(Determination.review_filed_at.is_(None), Determination.served_at < served_before)
    )
    waiting = select(Penalty.id).where(
        Penalty.accident_id == Accident.id,
        (Penalty.state == P.APPROVED) | ((Penalty.state == P.SERVED) & (Penalty.appeal_until >= tx.now)),
    )
    handled = select(Accident.id).where(Accident.state.in_(HANDLED), ~waiting.exists())
    signatures = (
        select(func.count(GateSignature.id))
        .where(GateSignature.accident_id == Accident.id, GateSignature.round == Accident.round)
        .scalar_subquery()
    )
    enforced = select(Accident.id).where(Accident.state == S.ENFORCING, signatures == len(AccidentGate))
    found = {one for query in (determined, handled, enforced) for one in tx.session.scalars(query.limit(AT_MOST))}
    return sorted(found)
