"""What an accident really costs the company, in fen (domain 4.4 rule 1)."""

from __future__ import annotations

from dataclasses import dataclass

from models.vocabulary import Grade, LossKind
from services.policy.fen import percent_of
from services.policy.ruleset_accidents import PenaltyRules

# grades with which nobody of ours may be penalised at all (domain 4.4 rule 4)
WITHOUT_PENALTY = frozenset({Grade.NONE, Grade.UNDETERMINED})


@dataclass(frozen=True, slots=True)
class LossFacts:
    """Losses of both sides by kind, what came back, and what was paid in the end; ``grade`` is our side's."""

    grade: Grade
    items: tuple[tuple[LossKind, int], ...]
    recovered_fen: int
    settled_fen: int | None


@dataclass(frozen=True, slots=True)
class Loss:
    """The arithmetic from the gross loss to the net one; fines on the company for spilling stand apart."""

    gross_fen: int
    burden_fen: int
    burden_is_actual: bool
    recovered_fen: int
    net_fen: int
    spill_fine_fen: int


def side_share_percent(grade: Grade, rules: PenaltyRules) -> int:
    """Give our side's part of the gross loss by the police's grade; nothing where it bears no responsibility."""
    shares = {
        Grade.FULL: rules.share_full_percent,
        Grade.MAIN: rules.share_main_percent,
        Grade.EQUAL: rules.share_equal_percent,
        Grade.SECONDARY: rules.share_secondary_percent,
    }
    return shares.get(grade, 0)


def net_loss(facts: LossFacts, rules: PenaltyRules) -> Loss:
    """Work out the net loss. The grade's share enters once, in the estimate; a settled sum is taken as it is."""
    gross = sum(fen for kind, fen in facts.items if kind is not LossKind.SPILL_FINE)
    fines = sum(fen for kind, fen in facts.items if kind is LossKind.SPILL_FINE)
    estimate = percent_of(gross, side_share_percent(facts.grade, rules))
    burden = estimate if facts.settled_fen is None else facts.settled_fen
    net = max(0, burden - facts.recovered_fen)
    return Loss(gross, burden, facts.settled_fen is not None, facts.recovered_fen, net, fines)
