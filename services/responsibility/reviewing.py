"""The review of a determination: asked for once within three days, and its result (procedure regulation 71 to 74)."""

from __future__ import annotations

from datetime import datetime

from models.vocabulary import AccidentState, ClockKind, DeterminationBasis, ReopeningGround
from services.accident_cases import begin_round, find_accident, move_accident, object_to_state
from services.accidents import clocks
from services.policy.accidents.determination import DeterminationCard, object_to_review
from services.policy.findings import Finding, require
from services.responsibility import determining
from services.responsibility.cases import (
    ENFORCED,
    determination_of,
)
from services.transaction import Tx

S = AccidentState
RESULT_IN = ENFORCED | {S.UNDER_REVIEW, S.REOPENED}


def file(tx: Tx, number: str, filed_at: datetime, reason: str) -> None:
    """Record that a party asked for a review; RuleBrokenError outside the window or a second time."""
    accident = find_accident(tx, number, lock=True)
    require(object_to_state(accident, {S.DETERMINED}))
    paper = determination_of(tx, accident.id)
    assert paper is not None  # noqa: S101 - nothing is determined without a paper
    require(object_to_review(determining.window_of(paper), filed_at, tx.ruleset.clock))
    paper.review_filed_at, paper.review_filed_by, paper.review_reason = filed_at, tx.actor.name, reason
    clocks.meet(tx, accident, ClockKind.REVIEW_WINDOW, filed_at)
    move_accident(tx, accident, S.UNDER_REVIEW, {"reason": reason}, filed_at)


def record_result(tx: Tx, number: str, card: DeterminationCard) -> None:
    """Record what the review decided: it replaces the determination and is final at once.

    One that comes after the decisions were enforced takes the case up again: analysis, proposal, approval and service
    follow anew, and the ledger settles the difference by opposite entries. Raises RuleBrokenError as ``record`` does.
    """
    accident = find_accident(tx, number, lock=True)
    objections = [*object_to_state(accident, RESULT_IN), *determining.object_to_card(tx, accident, card)]
    wrong = card.basis is not DeterminationBasis.REVIEW_RESULT
    require([*objections, *([Finding("NOT_A_REVIEW_RESULT", {})] if wrong else [])])
    if accident.state in ENFORCED:
        begin_round(tx, accident, ReopeningGround.REVERSED_DETERMINATION, f"复核结论 {card.document_no}")
    paper = determining.keep(tx, accident, card)
    if accident.state is S.REOPENED:
        determining.determined(tx, accident, paper)
    determining.finalise(tx, accident)
