"""What a case waits for in each of its states, by the name of the step in the API (domain 4.1)."""

from __future__ import annotations

from collections.abc import Mapping

from models.vocabulary import AccidentState

S = AccidentState

# where a window runs, the step is one that may be taken until it ends; then the case goes on by itself
_NEXT: Mapping[AccidentState, tuple[str, ...]] = {
    S.REPORTED: ("response",),
    S.RESPONDING: ("case-record",),
    S.INVESTIGATING: ("investigation",),
    S.AWAITING_DETERMINATION: ("determination",),
    S.DETERMINED: ("review",),
    S.UNDER_REVIEW: ("review-result",),
    S.DETERMINATION_FINAL: ("people", "meetings", "papers", "analysis"),
    S.ANALYSED: ("losses", "penalty-proposal"),
    S.HANDLING_PROPOSED: ("penalty-proposal/approvals", "penalty-proposal/rejection"),
    S.HANDLING_APPROVED: ("service",),
    S.SERVED: ("appeal",),
    S.APPEALED: ("appeal-decision",),
    S.ENFORCING: ("gates", "closing"),
    S.CLOSABLE: ("closing",),
    S.CLOSED: ("reopening",),
    S.REOPENED: ("determination",),
    S.VOID: (),
}


def next_steps(state: AccidentState) -> tuple[str, ...]:
    """Give the steps that lead on from a state: the last part of their addresses; none where nothing does."""
    return _NEXT[state]
