"""Between which arrivals no notice of a stop changes: most shifts on the road touch none (domain 5.1, N12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.policy.notices import Told
from services.policy.ruleset import Ruleset

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """What one consignee of a stop was told: the newest word, whether another waits, whether the last one went out."""

    told: Told | None
    pending: bool = False
    final_sent: bool = False


@dataclass(frozen=True, slots=True)
class Calm:
    """An arrival after ``after`` and before ``before`` leaves every notice of a stop as it is; None is no bound.

    While ``final_owed`` this holds only until the last hour before that arrival, when the last notice is owed.
    """

    after: datetime | None = None
    before: datetime | None = None
    final_owed: bool = False


def calm(standings: Iterable[Standing], ruleset: Ruleset) -> Calm | None:
    """Give the arrivals that leave every notice of a stop as it is; None when any move must be reviewed.

    A notice that waits follows every move of the arrival, and who was told nothing yet is owed a first word, as is who
    was last told that an arrival does not hold. Of several consignees the narrowest bounds count.
    """
    after, before, final_owed = [], [], False
    for standing in standings:
        told = standing.told
        if told is None or told.withdrawn or standing.pending:
            return None
        after.append(told.eta - ruleset.notice.earlier_minutes * MINUTE)
        before.append(told.eta + ruleset.notice.later_minutes * MINUTE)
        final_owed |= not standing.final_sent
    return Calm(max(after, default=None), min(before, default=None), final_owed)
