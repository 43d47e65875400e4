"""How long a person may object to a penalty (domain 4.1): whole local days after it was served, the last inclusive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.policy.accidents.clocks import end_of, in_time
from services.policy.findings import Finding
from services.policy.localtime import local_date, local_text


def appeal_until(served_at: datetime, days: int) -> datetime:
    """Give the end of the last local day of the window, 24:00; the day of service itself is not counted."""
    return end_of(local_date(served_at) + timedelta(days=days))


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFacts:
    """How far one penalty has come: handed over, until when an appeal may come, and whether one is undecided."""

    number: str
    served: bool
    appeal_until: datetime | None
    appeal_open: bool
    appeal_decided: bool


def object_to_effect(decisions: Iterable[DecisionFacts], now: datetime) -> Iterator[Finding]:
    """Object to enforcing decisions that were not handed over, or that somebody may still appeal against."""
    known = list(decisions)
    unserved = [one.number for one in known if not one.served]
    undecided = [one.number for one in known if one.appeal_open]
    running = [one for one in known if _may_be_appealed(one, now)]
    if unserved:
        yield Finding("PENALTY_NOT_SERVED", {"penalties": unserved})
    if undecided:
        yield Finding("APPEAL_UNDECIDED", {"penalties": undecided})
    if running:
        until = max(one.appeal_until for one in running if one.appeal_until)
        facts = {"penalties": [one.number for one in running], "until": local_text(until)}
        yield Finding("APPEAL_WINDOW_OPEN", facts)


def _may_be_appealed(decision: DecisionFacts, now: datetime) -> bool:
    if decision.appeal_until is None or decision.appeal_open or decision.appeal_decided:
        return False
    return in_time(now, decision.appeal_until)
