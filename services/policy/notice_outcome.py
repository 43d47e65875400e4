"""What became of a notice: the next try to deliver it, and on arrival whether the consignee knew early enough."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.vocabulary import NoticeBreach, NoticeKind
from services.policy.ruleset import Ruleset

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Retry:
    """Try this channel at this moment."""

    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Exhausted:
    """No channel is left: a person must ring the consignee, from this moment on."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A version of the notice that the consignee acknowledged, with the arrival it named."""

    version: int
    eta: datetime


@dataclass(frozen=True, slots=True)
class ArrivalFacts:
    """What is known of a stop's notices when the truck is there.

    ``first_told_eta`` is the arrival named in the first notice, ``recorded`` the breach noted when it was sent,
    ``attempted`` whether sending was tried at all, ``due_at`` when the first notice was to go out.
    """

    arrived_at: datetime
    lead: timedelta
    first_delivered_at: datetime | None = None
    first_told_eta: datetime | None = None
    acknowledged: tuple[Acknowledged, ...] = ()
    recorded: NoticeBreach | None = None
    attempted: bool = False
    due_at: datetime | None = None


def next_attempt(
    attempts: Mapping[str, Sequence[datetime]],
    channels: Sequence[str],
    now: datetime,
    ruleset: Ruleset,
    closed: Collection[str] = (),
) -> Retry | Exhausted:
    """Give the next try after failures: the same channel up to its attempts, then the next, then a person (P3).

    ``attempts`` holds the moments of failed tries by channel, ``channels`` the machine's channels in the party's
    order, ``closed`` those that answered that they are gone for good.
    """
    rules = ruleset.notice
    for channel in channels:
        tried = attempts.get(channel, ())
        if channel not in closed and len(tried) < rules.max_attempts:
            return Retry(channel, max([now, *(at + rules.retry_minutes * MINUTE for at in tried)]))
    return Exhausted(now)


def told_in_time(arrived_at: datetime, first_delivered_notice_at: datetime | None, lead: timedelta) -> bool:
    """Tell whether the first notice that was delivered lay at least the lead before arrival (the on-time figure)."""
    return first_delivered_notice_at is not None and arrived_at - first_delivered_notice_at >= lead


def breach_on_arrival(facts: ArrivalFacts, ruleset: Ruleset) -> NoticeBreach | None:
    """Why the consignee knew too late, None if he knew in time or agreed to the earlier arrival (N10)."""
    if told_in_time(facts.arrived_at, facts.first_delivered_at, facts.lead):
        return None
    if facts.first_delivered_at is None:
        return _untold(facts)
    if facts.recorded is not None:
        return facts.recorded
    if not told_in_time(facts.first_told_eta or facts.arrived_at, facts.first_delivered_at, facts.lead):
        return NoticeBreach.DELIVERY_FAILED
    return None if _agreed(facts, ruleset) else NoticeBreach.EARLY_ARRIVAL


def owed_on_arrival(kind: NoticeKind, *, told: bool) -> bool:
    """Is a notice that has not gone out still owed with the truck at the door?

    Only the first one, to somebody who was told nothing: he is told now. What changed on the way no longer matters.
    """
    return kind is NoticeKind.PRE_ARRIVAL and not told


def named_arrival(kind: NoticeKind, eta: datetime) -> datetime | None:
    """Give the arrival that a notice names; None for word that the one told before does not hold any more."""
    return None if kind is NoticeKind.HELD else eta


def _untold(facts: ArrivalFacts) -> NoticeBreach:
    """Why nobody was told when the truck was there: the tries failed, it beat the due time, or we missed that."""
    if facts.attempted:
        return NoticeBreach.DELIVERY_FAILED
    early = facts.due_at is not None and facts.arrived_at < facts.due_at
    return NoticeBreach.EARLY_ARRIVAL if early else NoticeBreach.NOT_SENT


def _agreed(facts: ArrivalFacts, ruleset: Ruleset) -> bool:
    """Did he acknowledge an update whose arrival the truck did not beat by a further re-notice step?"""
    step = ruleset.notice.earlier_minutes * MINUTE
    return any(ack.version > 1 and ack.eta - facts.arrived_at < step for ack in facts.acknowledged)
