"""The year's safety bonus: lost once per person and year, whatever the number of accidents (R-P-03)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from models.vocabulary import ForfeitureState, Grade
from services.policy.localtime import local_date
from services.policy.ruleset_accidents import PenaltyRules

LOSING = frozenset({Grade.FULL, Grade.MAIN, Grade.EQUAL})


def bonus_year(occurred_at: datetime) -> int:
    """Give the year whose bonus an accident costs: that of the local day on which it occurred (E10)."""
    return local_date(occurred_at).year


def loses_bonus(grade: Grade, rules: PenaltyRules) -> bool:
    """Tell whether a responsible person with this grade loses the bonus; secondary by the company's own rule."""
    return grade in LOSING or (grade is Grade.SECONDARY and rules.secondary_loses_bonus)


def state_of(grounds_standing: Iterable[bool]) -> ForfeitureState:
    """Give the state of a forfeiture: lost while one of its grounds stands, back when the last is withdrawn (E13)."""
    return ForfeitureState.FORFEITED if any(grounds_standing) else ForfeitureState.REINSTATED
