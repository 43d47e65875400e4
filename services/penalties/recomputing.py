"""Money that came or went after the decisions were enforced takes the case up again (R-A-12, domain 4.1, E11)."""

from __future__ import annotations

from models.accidents import Accident
from models.vocabulary import AccidentState, PenaltyKind, ReopeningGround
from services.accident_cases import begin_round, move_accident
from services.penalties.figures import case_of, money_lines
from services.penalties.steps import live_proposal, penalties_in
from services.policy.fen import yuan
from services.policy.penalties.lines import proposed_lines
from services.transaction import Tx

ENFORCED = frozenset({AccidentState.ENFORCING, AccidentState.CLOSABLE, AccidentState.CLOSED})


def review_money(tx: Tx, accident: Accident, ground: ReopeningGround) -> bool:
    """Take an enforced case up again when its losses would now be charged otherwise; tells whether it was.

    Nothing is posted here: another proposal is made, approved and served, and its effect settles the difference by
    opposite entries. Until then nothing more is collected.
    """
    proposal = live_proposal(tx, accident.id)
    if accident.state not in ENFORCED or proposal is None:
        return False
    penalties = penalties_in(tx, proposal)
    fines = {one.employee_id: one.amount_fen for one in penalties if one.kind is PenaltyKind.DISCIPLINARY_FINE}
    case = case_of(tx, accident, proposal.profile, fines)
    if case is None or money_lines(proposed_lines(case.facts, case.rules)) == money_lines(penalties):
        return False
    reason = f"{yuan(proposal.net_fen)} → {yuan(case.loss.net_fen)}"
    begin_round(tx, accident, ground, reason)
    move_accident(tx, accident, AccidentState.ANALYSED, {"ground": ground, "net": yuan(case.loss.net_fen)})
    return True
