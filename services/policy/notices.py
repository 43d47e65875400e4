"""When the consignee must be told that goods are coming, and what follows when he was not (domain 5.1, R-F-10, 11).

The lead is a minimum: quiet hours move a notice earlier, never later. Moments are aware, leads are timedeltas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.vocabulary import ChannelKind, NoticeBreach, NoticeKind
from services.policy.findings import Finding
from services.policy.hours import local_second
from services.policy.localtime import local_text
from services.policy.notice_outcome import Acknowledged as Acknowledged
from services.policy.notice_outcome import ArrivalFacts as ArrivalFacts
from services.policy.notice_outcome import Exhausted as Exhausted
from services.policy.notice_outcome import Retry as Retry
from services.policy.notice_outcome import breach_on_arrival as breach_on_arrival
from services.policy.notice_outcome import next_attempt as next_attempt
from services.policy.notice_outcome import owed_on_arrival as owed_on_arrival
from services.policy.notice_outcome import told_in_time as told_in_time
from services.policy.ruleset import Ruleset

MINUTE = timedelta(minutes=1)
DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Minutes of the local day in which nobody is to be rung, [from, to); equal ends mean no quiet at all."""

    from_minute: int
    to_minute: int

    def since(self, moment: datetime) -> timedelta | None:
        """How long the quiet has lasted at this moment; None while people may be rung."""
        since = (timedelta(seconds=local_second(moment)) - self.from_minute * MINUTE) % (DAY_MINUTES * MINUTE)
        return since if since < self.length else None

    @property
    def length(self) -> timedelta:
        """How long the quiet lasts each night."""
        return (self.to_minute - self.from_minute) % DAY_MINUTES * MINUTE


@dataclass(frozen=True, slots=True)
class Told:
    """What the consignee was last told: the arrival, the version of the notice, when it went out.

    ``withdrawn`` says that he was last told that this arrival does not hold and the new one is not known yet.
    """

    eta: datetime
    version: int
    at: datetime
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """One stop's arrival as it stands now, and what was planned and told of it.

    ``planned_eta`` is the arrival the notice was last scheduled for (at first the planned one), ``eta_moved_at``
    when the estimate left it (now, if not known): they tell a late booking from an arrival that moved.
    ``attempted`` says that sending was tried without success. ``early`` is the time that nine of ten trucks do not come
    before (P10): a first notice is scheduled by it, one look before, so that an early truck finds its consignee told.
    """

    now: datetime
    eta: datetime
    lead: timedelta
    assigned_at: datetime
    planned_eta: datetime | None = None
    eta_moved_at: datetime | None = None
    told: Told | None = None
    final_sent: bool = False
    attempted: bool = False
    quiet: QuietHours | None = None
    early: datetime | None = None


class Action(StrEnum):
    """What to do about a stop's notice."""

    NOTHING = "nothing"
    SCHEDULE = "schedule"
    SEND_NOW = "send_now"
    UPDATE = "update"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, with which version and kind of notice, and why it is late if it is.

    ``at`` is the moment to send for SCHEDULE, and for NOTHING the moment to ask again (None: only when the estimate
    changes). ``urgent`` lets the message through quiet hours.
    """

    action: Action
    at: datetime | None = None
    version: int = 1
    kind: NoticeKind = NoticeKind.PRE_ARRIVAL
    breach: NoticeBreach | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class StopNotice:
    """The first notice of one stop as the gate sees it; ``sent_at`` is empty while nobody was told."""

    stop: str
    due_at: datetime
    sent_at: datetime | None = None


def quiet_hours(ruleset: Ruleset) -> QuietHours:
    """Give the company's quiet hours."""
    return QuietHours(ruleset.notice.quiet_from_minute, ruleset.notice.quiet_to_minute)


def lead(manual_handling_flags: Iterable[bool], ruleset: Ruleset) -> timedelta:
    """Longest lead of a stop's lines: a day if any cannot be unloaded by hand, else half a day (R-F-10, 11, N6)."""
    by_hand = all(manual_handling_flags)
    return (ruleset.notice.ordinary_lead_minutes if by_hand else ruleset.notice.hard_lead_minutes) * MINUTE


def due_at(eta: datetime, lead: timedelta, *, quiet: QuietHours | None, ruleset: Ruleset) -> datetime:
    """When the notice goes out: the lead before arrival, or the evening before if that is a quiet hour (N1 to N5)."""
    latest = eta - lead
    since = quiet.since(latest) if quiet else None
    if quiet is None or since is None:
        return latest
    rules = ruleset.notice
    margin = max(1, (rules.quiet_from_minute - rules.quiet_send_minute) % DAY_MINUTES) * MINUTE
    return latest - since - min(margin, DAY_MINUTES * MINUTE - quiet.length)


def may_send_now(channel: ChannelKind, now: datetime, quiet: QuietHours | None, *, urgent: bool) -> bool:
    """May this channel be used now? Mail and webhooks at any hour, a phone not in quiet hours unless urgent."""
    return channel is not ChannelKind.PHONE or urgent or quiet is None or quiet.since(now) is None


def schedule(facts: NoticeFacts, ruleset: Ruleset) -> Decision:
    """Decide what the consignee is told now or later (N7 to N13); a second lead is never owed (N12)."""
    if facts.told is None:
        return _first(facts, ruleset)
    return _again(facts, facts.told, ruleset)


def _first(facts: NoticeFacts, ruleset: Ruleset) -> Decision:
    due = due_at(_reckoned(facts, ruleset), facts.lead, quiet=facts.quiet, ruleset=ruleset)
    if facts.now < due:
        return Decision(Action.SCHEDULE, at=due)
    breach = _cause(facts, ruleset) if facts.now > facts.eta - facts.lead else None
    # nobody is rung out of bed for the early side of an estimate
    latest = due_at(facts.eta, facts.lead, quiet=facts.quiet, ruleset=ruleset)
    return Decision(Action.SEND_NOW, at=facts.now, breach=breach, urgent=facts.now > latest)


def _reckoned(facts: NoticeFacts, ruleset: Ruleset) -> datetime:
    """Give the arrival that the lead is counted back from: the early side of the estimate where it is known."""
    if facts.early is None:
        return facts.eta
    return min(facts.eta, facts.early - ruleset.estimate.refresh_minutes * MINUTE)


def _cause(facts: NoticeFacts, ruleset: Ruleset) -> NoticeBreach:
    planned = facts.planned_eta or facts.eta
    if facts.assigned_at > planned - facts.lead:
        return NoticeBreach.LATE_BOOKING
    moved_at = facts.eta_moved_at or facts.now
    planned_due = due_at(planned, facts.lead, quiet=facts.quiet, ruleset=ruleset)
    if facts.eta - facts.lead < moved_at <= max(planned_due, facts.assigned_at):
        return NoticeBreach.ETA_MOVED
    return NoticeBreach.DELIVERY_FAILED if facts.attempted else NoticeBreach.NOT_SENT


def _again(facts: NoticeFacts, told: Told, ruleset: Ruleset) -> Decision:
    rules = ruleset.notice
    version = told.version + 1
    urgent = _rings_too_late(facts)
    moved = told.withdrawn or _moved(facts.eta, told.eta, ruleset)
    final_at = facts.eta - rules.final_minutes * MINUTE
    if facts.now >= final_at and not facts.final_sent and (moved or told.at < final_at):
        return Decision(Action.FINAL, facts.now, version, NoticeKind.FINAL_HOUR, urgent=urgent)
    if moved:
        free_at = told.at + rules.update_gap_minutes * MINUTE
        action = Action.UPDATE if facts.now >= free_at else Action.SCHEDULE
        return Decision(action, max(facts.now, free_at), version, NoticeKind.UPDATE, urgent=urgent)
    ask_again = None if facts.final_sent or facts.now >= final_at else final_at
    return Decision(Action.NOTHING, ask_again, told.version)


def _moved(eta: datetime, told_eta: datetime, ruleset: Ruleset) -> bool:
    later = ruleset.notice.later_minutes * MINUTE
    return eta - told_eta >= later or told_eta - eta >= ruleset.notice.earlier_minutes * MINUTE


def _rings_too_late(facts: NoticeFacts) -> bool:
    """Would the truck be there before the phone may ring? Then waiting for the morning helps nobody."""
    since = facts.quiet.since(facts.now) if facts.quiet else None
    return facts.quiet is not None and since is not None and facts.eta <= facts.now - since + facts.quiet.length


def object_to_departure_notice(
    stops: Iterable[StopNotice], gate_out_at: datetime, ruleset: Ruleset
) -> Iterator[Finding]:
    """Object to leaving the gate while a notice already due has not been sent (N7).

    A late booking is sent at once and so does not hold the truck (N8); its breach is recorded all the same.
    """
    if not ruleset.notice.block_gate_without_notice:
        return
    for notice in stops:
        if notice.sent_at is None and notice.due_at <= gate_out_at:
            yield Finding("NOTICE_NOT_SENT", {"stop": notice.stop, "due_at": local_text(notice.due_at)})


def terminal_due_at(unloaded_at: datetime, ruleset: Ruleset) -> datetime:
    """By when the consignee is told that goods lie at the terminal for him (N14)."""
    return unloaded_at + ruleset.notice.terminal_minutes * MINUTE


def call_task_at(sent_at: datetime, lead: timedelta, eta: datetime | None = None) -> datetime:
    """When a person rings because nobody acknowledged: half the lead on, or half-way to a nearer arrival."""
    halfway = sent_at + lead / 2
    return halfway if eta is None else min(halfway, sent_at + max(eta - sent_at, timedelta()) / 2)


def alarm_at(due_at: datetime, ruleset: Ruleset) -> datetime:
    """When the desk must know that a notice cannot go out in time: before it is due (reliability promise P4)."""
    return due_at - ruleset.notice.alarm_minutes * MINUTE
