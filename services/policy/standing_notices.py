"""Whether an arrival that moved touches a notice at all: most shifts on the road touch none (domain 5.1, N12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.policy.notices import Action, Decision, NoticeFacts, Told, schedule
from services.policy.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Standing:
    """What one consignee of a stop was told: the newest word, whether another waits, whether the last one went out."""

    told: Told | None
    pending: bool = False
    final_sent: bool = False


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """No notice of a stop changes; ``ask_again`` is when its notices must be looked at, None for never by itself."""

    ask_again: datetime | None


def undisturbed(standings: Iterable[Standing], eta: datetime, now: datetime, ruleset: Ruleset) -> Undisturbed | None:
    """Tell whether an arrival leaves every notice of a stop as it is; None when they must be reviewed one by one.

    A notice that waits follows every move of the arrival, and who was told nothing yet is owed a first word, so both
    must be reviewed. Of several consignees the last one's wish to be looked at again counts, as in a review.
    """
    ask_again = None
    for standing in standings:
        decision = _decision(standing, eta, now, ruleset)
        if decision is None or decision.action is not Action.NOTHING:
            return None
        ask_again = decision.at or ask_again
    return Undisturbed(ask_again)


def _decision(standing: Standing, eta: datetime, now: datetime, ruleset: Ruleset) -> Decision | None:
    if standing.pending or standing.told is None:
        return None
    # lead and assignment decide about first notices only
    facts = NoticeFacts(
        now=now, eta=eta, lead=timedelta(0), assigned_at=now, told=standing.told, final_sent=standing.final_sent
    )
    return schedule(facts, ruleset)
