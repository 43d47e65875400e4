"""When each clock of an accident begins, falls due and raises its alarm (domain 4.2); every due time is inclusive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from models.vocabulary import ClockKind
from services.policy.accidents.determination import review_until
from services.policy.accidents.holidays import next_working_day, not_published
from services.policy.findings import Finding
from services.policy.localtime import SHANGHAI, local_date
from services.policy.ruleset_accidents import ClockRules

K = ClockKind
TIERS = {2: "tier_2", 3: "tier_3"}
CHANGED, TIER_ROSE = "harm_changed", "tier_rose"
REPORTED, MAJOR = "reported", "major_by_casualties"


@dataclass(frozen=True, slots=True)
class Start:
    """A clock to be started: what, from when on, and why (a code)."""

    kind: ClockKind
    started_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What decides which clocks a first report starts; ``major`` by its casualties."""

    occurred_at: datetime
    received_at: datetime
    outline_known_at: datetime
    tier: int
    major: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of what is known of the harm: when the company learned of it, and what was and is so by it.

    ``quick_form_armed`` tells that the quick form was asked for before: it is due once.
    """

    occurred_at: datetime
    learned_at: datetime
    tier_before: int
    tier: int
    major: bool
    quick_form_armed: bool


def starts_of_report(begun: Begun) -> Iterator[Start]:
    """Give the clocks that a first report starts; the hour runs from what the company received, never earlier."""
    yield Start(K.POLICE_AND_SAFETY_TOLD, begun.occurred_at, REPORTED)
    yield Start(K.RESPONDER_SENT, begun.received_at, REPORTED)
    yield Start(K.INSURER_TOLD, begun.outline_known_at, REPORTED)
    yield Start(K.FIVE_DAY_RECORD, begun.occurred_at, REPORTED)
    if begun.tier in TIERS:
        yield Start(K.ONE_HOUR_REPORT, begun.received_at, TIERS[begun.tier])
    if begun.major:
        yield Start(K.QUICK_FORM, begun.received_at, MAJOR)


def starts_of_change(change: Change, rules: ClockRules) -> Iterator[Start]:
    """Give the clocks that a change of the harm starts (R-A-17).

    Only a higher tier asks for another hour, from the instant the company learned of it; what became of the hour
    before stays as it is. A follow-up is owed for changes until the watch ends.
    """
    rises = change.tier > change.tier_before
    if rises and change.tier in TIERS:
        yield Start(K.ONE_HOUR_REPORT, change.learned_at, TIERS[change.tier])
    if change.major and not change.quick_form_armed:
        yield Start(K.QUICK_FORM, change.learned_at, MAJOR)
    if change.learned_at <= change.occurred_at + timedelta(days=rules.follow_up_watch_days):
        yield Start(K.FOLLOW_UP, change.learned_at, TIER_ROSE if rises else CHANGED)


def outline_known_at(received_at: datetime, told_at: datetime | None, rules: ClockRules) -> datetime:
    """Give when the outline counts as known: when it was told, a day after receipt at the latest."""
    latest = received_at + timedelta(hours=rules.outline_latest_hours)
    return latest if told_at is None else min(max(told_at, received_at), latest)


def due_at(start: Start, rules: ClockRules) -> datetime:
    """Give the last instant in time, inclusive, in UTC."""
    return DUE[start.kind](start, rules).astimezone(UTC)


def warn_at(started_at: datetime, due: datetime, rules: ClockRules) -> datetime:
    """Give when the person on duty is alarmed: after a share of the clock, and well before it ends (P18)."""
    share = started_at + (due - started_at) * rules.warn_share_percent / 100
    latest = due - timedelta(minutes=rules.warn_at_least_minutes)
    return max(started_at, min(share, latest))


def in_time(at: datetime, due: datetime) -> bool:
    """Tell whether something was done in time: on the last instant still is (E19)."""
    return at <= due


def five_day_last(occurred_at: datetime, rules: ClockRules) -> date:
    """Give the last local day for the five-day record: the day after the accident is the first (Civil Code 201).

    A last day off moves to the next working day only where the company has chosen so (Civil Code 203).
    """
    last = local_date(occurred_at) + timedelta(days=rules.record_days)
    return next_working_day(last) if rules.record_skips_holidays else last


def doubt_about_holidays(start: Start, rules: ClockRules) -> Iterator[Finding]:
    """Say when a due time rests on a year whose holidays are not published yet."""
    if start.kind is not K.FIVE_DAY_RECORD or not rules.record_skips_holidays:
        return
    strict = local_date(start.started_at) + timedelta(days=rules.record_days)
    for year in not_published((strict, five_day_last(start.started_at, rules))):
        yield Finding("HOLIDAYS_NOT_PUBLISHED", {"year": year})


def end_of(day: date) -> datetime:
    """Give the end of a local day, 24:00."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def _after(**of: str) -> Callable[[Start, ClockRules], datetime]:
    """Make the rule "so many minutes or hours after the start", the number being a name of the ruleset."""
    ((unit, name),) = of.items()
    return lambda start, rules: start.started_at + timedelta(**{unit: getattr(rules, name)})


def _days_after(*names: str) -> Callable[[Start, ClockRules], datetime]:
    """Make the rule "the end of so many local days after the start"; several numbers add up."""
    return lambda start, rules: end_of(
        local_date(start.started_at) + timedelta(days=sum(getattr(rules, name) for name in names))
    )


def _follow_up(start: Start, rules: ClockRules) -> datetime:
    if start.reason == TIER_ROSE:
        return start.started_at + timedelta(minutes=rules.follow_up_rise_minutes)
    return start.started_at + timedelta(hours=rules.follow_up_hours)


DUE: Mapping[ClockKind, Callable[[Start, ClockRules], datetime]] = {
    K.POLICE_AND_SAFETY_TOLD: _after(minutes="driver_report_minutes"),
    K.RESPONDER_SENT: _after(minutes="responder_minutes"),
    K.INSURER_TOLD: _after(hours="insurer_hours"),
    K.ONE_HOUR_REPORT: _after(minutes="one_hour_minutes"),
    K.QUICK_FORM: _after(minutes="quick_form_minutes"),
    K.WRITTEN_REPORT: _after(hours="written_hours"),
    K.FOLLOW_UP: _follow_up,
    K.FIVE_DAY_RECORD: lambda start, rules: end_of(five_day_last(start.started_at, rules)),
    K.DETERMINATION_EXPECTED: _days_after("determination_days", "determination_served_days"),
    K.REVIEW_WINDOW: lambda start, rules: review_until(start.started_at, rules),
    K.APPEAL_WINDOW: _days_after("appeal_days"),
}
