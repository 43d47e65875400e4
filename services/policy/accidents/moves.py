"""Which moves an accident, its penalties and its claims may make (domain 4.1)."""

from __future__ import annotations

from collections.abc import Mapping

from models.vocabulary import AccidentState, ClaimState, PenaltyState, ProposalState

A, P, R, C = AccidentState, PenaltyState, ProposalState, ClaimState

ACCIDENT_MOVES: Mapping[AccidentState, frozenset[AccidentState]] = {
    A.REPORTED: frozenset({A.RESPONDING, A.VOID}),
    A.RESPONDING: frozenset({A.INVESTIGATING, A.VOID}),
    A.INVESTIGATING: frozenset({A.AWAITING_DETERMINATION, A.VOID}),
    A.AWAITING_DETERMINATION: frozenset({A.DETERMINED, A.VOID}),
    A.DETERMINED: frozenset({A.UNDER_REVIEW, A.DETERMINATION_FINAL}),
    A.UNDER_REVIEW: frozenset({A.DETERMINATION_FINAL}),
    A.DETERMINATION_FINAL: frozenset({A.ANALYSED}),
    A.ANALYSED: frozenset({A.HANDLING_PROPOSED}),
    # a proposal that is sent back is made anew from the same analysis
    A.HANDLING_PROPOSED: frozenset({A.HANDLING_APPROVED, A.ANALYSED}),
    A.HANDLING_APPROVED: frozenset({A.SERVED}),
    A.SERVED: frozenset({A.APPEALED, A.ENFORCING}),
    # an appeal that changes the decision leads to another proposal
    A.APPEALED: frozenset({A.ENFORCING, A.ANALYSED}),
    A.ENFORCING: frozenset({A.CLOSABLE, A.REOPENED}),
    A.CLOSABLE: frozenset({A.CLOSED, A.ENFORCING, A.REOPENED}),
    A.CLOSED: frozenset({A.REOPENED}),
    # new facts are investigated, a reversed grade is determined, other money is only proposed anew
    A.REOPENED: frozenset({A.INVESTIGATING, A.DETERMINED, A.ANALYSED}),
    A.VOID: frozenset(),
}

PENALTY_MOVES: Mapping[PenaltyState, frozenset[PenaltyState]] = {
    P.PROPOSED: frozenset({P.APPROVED, P.WITHDRAWN}),
    P.APPROVED: frozenset({P.SERVED, P.WITHDRAWN}),
    P.SERVED: frozenset({P.APPEALED, P.FINAL, P.WITHDRAWN}),
    P.APPEALED: frozenset({P.FINAL, P.WITHDRAWN}),
    P.FINAL: frozenset({P.REVERSED}),
    P.WITHDRAWN: frozenset(),
    P.REVERSED: frozenset(),
}

PROPOSAL_MOVES: Mapping[ProposalState, frozenset[ProposalState]] = {
    R.PROPOSED: frozenset({R.APPROVED, R.REJECTED, R.SUPERSEDED}),
    R.APPROVED: frozenset({R.SUPERSEDED}),
    R.REJECTED: frozenset(),
    R.SUPERSEDED: frozenset(),
}

CLAIM_MOVES: Mapping[ClaimState, frozenset[ClaimState]] = {
    C.NOTIFIED: frozenset({C.ASSESSED, C.WAIVED}),
    C.ASSESSED: frozenset({C.FILED, C.WAIVED}),
    C.FILED: frozenset({C.SETTLED, C.WAIVED}),
    C.SETTLED: frozenset(),
    C.WAIVED: frozenset(),
}
