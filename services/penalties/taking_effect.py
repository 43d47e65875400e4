"""From a decision to money: debts, the year's bonus, and the opposite of what an earlier decision had posted.

Nothing that was posted is edited. Where a later decision on the same accident replaces an earlier one, the old debt is
reversed, what was taken counts towards the new one, and the rest is refunded (E11, E11b, E13).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from models.penalties import Penalty, PenaltyProposal
from models.vocabulary import PenaltyKind, PenaltyState, ProposalState
from services import debts
from services.penalties import forfeitures
from services.penalties.status import objections_to_effect
from services.penalties.steps import live_proposal, move_penalty, penalties_in
from services.policy.findings import require
from services.transaction import Tx

CHARGED = frozenset({PenaltyKind.LOSS_SHARE, PenaltyKind.SPILL_FINE, PenaltyKind.DISCIPLINARY_FINE})
HANDED_OVER = frozenset({PenaltyState.SERVED, PenaltyState.APPEALED})


def take_effect(tx: Tx, accident_id: int) -> None:
    """Make the served penalties of the live proposal final and post what follows; a second time nothing happens.

    RuleBrokenError while one of them was not served, may still be appealed against, or has an undecided appeal.
    """
    proposal = live_proposal(tx, accident_id)
    if proposal is None or proposal.state is not ProposalState.APPROVED:
        return
    require(objections_to_effect(tx, accident_id))
    new = [one for one in penalties_in(tx, proposal) if one.state in HANDED_OVER]
    for penalty in new:
        penalty.final_at = tx.now
        move_penalty(tx, penalty, PenaltyState.FINAL)
    old = _earlier(tx, proposal)
    _settle_debts(tx, old, new)
    _settle_bonuses(tx, old, new)
    for penalty in old:
        move_penalty(tx, penalty, PenaltyState.REVERSED, {"seq": proposal.seq})


def _earlier(tx: Tx, proposal: PenaltyProposal) -> list[Penalty]:
    query = select(Penalty).where(
        Penalty.accident_id == proposal.accident_id,
        Penalty.proposal_id != proposal.id,
        Penalty.state == PenaltyState.FINAL,
    )
    return list(tx.session.scalars(query.order_by(Penalty.id).with_for_update()))


def _settle_debts(tx: Tx, old: Sequence[Penalty], new: Sequence[Penalty]) -> None:
    owed = [one for one in new if one.kind in CHARGED and one.amount_fen]
    for penalty in owed:
        debts.open_debt(tx, penalty)
    for replaced in old:
        if replaced.kind in CHARGED and replaced.amount_fen:
            debts.reverse_debt(tx, replaced, replaced.number)
            for penalty in _in_its_place(replaced, owed):
                debts.carry_over(tx, replaced, penalty)
            debts.refund_excess(tx, replaced)


def _in_its_place(replaced: Penalty, owed: Iterable[Penalty]) -> list[Penalty]:
    """Give the person's new debts of this accident, the one of the same kind first."""
    own = [one for one in owed if one.employee_id == replaced.employee_id]
    return sorted(own, key=lambda one: (one.kind is not replaced.kind, one.id))


def _settle_bonuses(tx: Tx, old: Sequence[Penalty], new: Sequence[Penalty]) -> None:
    """Add the new grounds first, so that a bonus that stays lost is never reinstated in between."""
    lost = [one for one in new if one.kind is PenaltyKind.BONUS_FORFEITURE]
    for penalty in lost:
        forfeitures.forfeit(tx, penalty)
    for replaced in old:
        if replaced.kind is PenaltyKind.BONUS_FORFEITURE:
            forfeitures.withdraw(tx, replaced)
