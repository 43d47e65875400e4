"""The paper that says who is responsible: recorded, put right, followed by its review window, and final (R-A-23)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from models.accidents import Accident
from models.responsibility import Determination
from models.vocabulary import AccidentState, ClockKind, DeterminationBasis
from services.accident_cases import find_accident, move_accident, object_to_state, owe_step
from services.accidents import clocks
from services.accidents.telling import tell_shippers
from services.files import require_files
from services.orders.amending import amend as amend_row
from services.policy.accidents.determination import (
    DeterminationCard,
    Window,
    is_final,
    object_to_determination,
    review_until,
)
from services.policy.findings import Finding, require
from services.responsibility import people
from services.responsibility.cases import (
    determination_of,
    of_case,
)
from services.transaction import Tx

S, B = AccidentState, DeterminationBasis
AT_ONCE = frozenset({B.SUMMARY_PROCEDURE, B.AGREEMENT})
RECORDED_IN = frozenset({S.AWAITING_DETERMINATION, S.DETERMINED, S.REOPENED})


def record(tx: Tx, number: str, card: DeterminationCard) -> None:
    """Record a determination; as long as it is not final, the same paper again puts right what was copied wrongly.

    A summary procedure or an agreement needs no scene work first (domain 4.1). Raises RuleBrokenError with everything
    that is missing, contradictory or too late.
    """
    accident = find_accident(tx, number, lock=True)
    allowed = RECORDED_IN | ({S.INVESTIGATING} if card.basis in AT_ONCE else set())
    unasked = card.basis is B.REVIEW_RESULT and not _is_paper(determination_of(tx, accident.id), card)
    objections = [*object_to_state(accident, allowed), *object_to_card(tx, accident, card)]
    require([*objections, *([Finding("REVIEW_RESULT_UNASKED", {})] if unasked else [])])
    if accident.state is S.INVESTIGATING:
        move_accident(tx, accident, S.AWAITING_DETERMINATION, {"basis": card.basis})
    paper = keep(tx, accident, card)
    if accident.state is not S.DETERMINED:
        determined(tx, accident, paper)
    owe_step(tx, accident.id, review_until(paper.served_at, tx.ruleset.clock))


def object_to_card(tx: Tx, accident: Accident, card: DeterminationCard) -> list[Finding]:
    """Object to a paper that is incomplete or impossible, without its scan, of another case, or replaced since."""
    found = list(object_to_determination(card, accident.occurred_at, tx.now, fled=accident.hit_and_run))
    known = tx.session.execute(
        select(Determination.accident_id, Determination.seq, Accident.number)
        .join(Accident, Accident.id == Determination.accident_id)
        .where(Determination.authority == card.authority, Determination.document_no == card.document_no)
    ).first()
    if known is not None:
        found += _object_to_known(tx, accident, known)
    return [*found, *(require_files(tx, [card.scan], "scan") if card.scan else [])]


def keep(tx: Tx, accident: Accident, card: DeterminationCard) -> Determination:
    """Store the paper as the one that counts, give our people its grade, and let its clocks run."""
    latest = determination_of(tx, accident.id)
    if latest is not None and _is_paper(latest, card):
        paper, changed = latest, amend_row(latest, _columns(card))
        anew = "served_at" in changed.get("after", {})
        if changed:
            tx.journal("accident.determination_corrected", of_case(accident), changed)
    else:
        paper, anew = _stored(tx, accident, card, seq=latest.seq + 1 if latest else 1), True
    paper.final_at = None
    tx.session.flush()
    people.grade_everybody(tx, accident, card.grade)
    clocks.meet(tx, accident, ClockKind.DETERMINATION_EXPECTED, paper.served_at)
    if anew:
        _open_window(tx, accident, paper)
    return paper


def determined(tx: Tx, accident: Accident, paper: Determination) -> None:
    """Move a case to determined, and let the shippers concerned know that it is; the grade stays inside."""
    move_accident(tx, accident, S.DETERMINED, told(paper))
    tell_shippers(tx, accident, "accident.determined")


def finalise(tx: Tx, accident: Accident) -> bool:
    """Make a determination final whose review window is over or whose review has spoken; tell whether it is."""
    paper = determination_of(tx, accident.id)
    if paper is None or not is_final(window_of(paper), tx.now, tx.ruleset.clock):
        return False
    paper.final_at = tx.now
    clocks.stop(tx, accident, ClockKind.REVIEW_WINDOW)
    move_accident(tx, accident, S.DETERMINATION_FINAL, told(paper))
    return True


def window_of(paper: Determination) -> Window:
    """Give what decides whether a paper may still be reviewed."""
    return Window(paper.basis, paper.served_at, paper.review_filed_at is not None)


def told(paper: Determination) -> dict[str, Any]:
    """Give what the journal says of a paper."""
    return {
        "basis": paper.basis,
        "document_no": paper.document_no,
        "authority": paper.authority,
        "grade": paper.grade,
        "scan": paper.scan,
    }


def _stored(tx: Tx, accident: Accident, card: DeterminationCard, seq: int) -> Determination:
    recorded = {"recorded_at": tx.now, "recorded_by": tx.actor.name}
    paper = Determination(accident_id=accident.id, seq=seq, **_columns(card), **recorded)
    tx.session.add(paper)
    return paper


def _open_window(tx: Tx, accident: Accident, paper: Determination) -> None:
    """Let the review window run while it is open; what is served long ago, or is a review's result, has none."""
    clocks.stop(tx, accident, ClockKind.REVIEW_WINDOW)
    if paper.basis is not B.REVIEW_RESULT and tx.now <= review_until(paper.served_at, tx.ruleset.clock):
        clocks.arm(tx, accident, ClockKind.REVIEW_WINDOW, paper.served_at, "served")


def _is_paper(paper: Determination | None, card: DeterminationCard) -> bool:
    """Tell whether a card describes this stored paper."""
    return paper is not None and (paper.authority, paper.document_no) == (card.authority, card.document_no)


def _columns(card: DeterminationCard) -> dict[str, Any]:
    parties = [{"party": party, "grade": grade.value} for party, grade in card.parties]
    return {**asdict(card), "parties": parties}


def _object_to_known(tx: Tx, accident: Accident, known: Any) -> list[Finding]:
    if known.accident_id != accident.id:
        return [Finding("DOCUMENT_OF_ANOTHER_CASE", {"accident": known.number})]
    latest = determination_of(tx, accident.id)
    replaced = latest is not None and known.seq < latest.seq
    return [Finding("DETERMINATION_REPLACED", {"by": latest.document_no})] if replaced and latest else []
