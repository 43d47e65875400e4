"""What reports must carry, who must get them, and when a clock is met by them (R-A-06, R-A-13 to R-A-20, R-A-28)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.vocabulary import ClockKind, ReportedVia, ReportKind, ReportRecipient
from services.policy.accidents.clocks import TIERS
from services.policy.findings import Finding
from services.policy.localtime import blank, local_text

K, R = ReportKind, ReportRecipient
AUTHORITIES = frozenset({R.SUPERIOR_AUTHORITY, R.GOVERNMENT})
INSIDE = frozenset({R.SAFETY_DEPARTMENT, R.PRODUCTION, R.COMPANY})
ALLOWED: Mapping[ReportKind, frozenset[ReportRecipient]] = {
    K.POLICE: frozenset({R.POLICE}),
    K.INSURER: frozenset({R.INSURER}),
    K.ORAL: AUTHORITIES | INSIDE,
    K.QUICK_FORM: AUTHORITIES | INSIDE,
    K.WRITTEN: AUTHORITIES | INSIDE,
    K.FOLLOW_UP: AUTHORITIES | INSIDE,
    # filed by a call of its own, which asks for the account and the opinion
    K.FIVE_DAY_RECORD: frozenset(),
}
# the seven contents of R-A-18: unit, time, place and scene; outline and casualties; first estimate of the loss;
# first cause; measures taken; who reports, when, how to reach him; anything else
SEVEN = ("scene", "outline", "loss", "cause", "measures", "contact", "other")
CHANGED = "what_changed"
NEEDED_BLOCKS: Mapping[ReportKind, tuple[str, ...]] = {
    K.QUICK_FORM: SEVEN,
    K.WRITTEN: SEVEN,
    K.FOLLOW_UP: (CHANGED,),
}
# any of these tells an authority of the accident
TELLING = frozenset({K.ORAL, K.QUICK_FORM, K.WRITTEN, K.FOLLOW_UP})
NEEDED_BY_TIER: Mapping[int, frozenset[ReportRecipient]] = {
    1: frozenset(),
    2: frozenset({R.SUPERIOR_AUTHORITY}),
    3: AUTHORITIES,
}
TIER_OF_REASON = {reason: tier for tier, reason in TIERS.items()}
NEEDED_OF_ALL = ("place", "vehicle", "driver", "outline", "harm")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """One report to one or more recipients; ``latest`` is the last instant not in the future."""

    kind: ReportKind
    recipients: tuple[ReportRecipient, ...]
    blocks: Mapping[str, str]
    sent_at: datetime
    occurred_at: datetime
    received_at: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """That a recipient got a report of a kind."""

    kind: ReportKind
    recipient: ReportRecipient
    at: datetime


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that nobody has met yet."""

    kind: ClockKind
    started_at: datetime
    reason: str


def object_to_first_report(via: ReportedVia, told: Collection[str]) -> Iterator[Finding]:
    """Object to a first report that leaves out what R-A-06 asks for; an alarm needs no words, only a truck to find."""
    needed = ("vehicle", "driver") if via is ReportedVia.SOS else NEEDED_OF_ALL
    missing = [name for name in needed if name not in told]
    if missing:
        yield Finding("ACCIDENT_REPORT_INCOMPLETE", {"missing": missing})


def object_to_times(occurred_at: datetime, told: Mapping[str, datetime | None], latest: datetime) -> Iterator[Finding]:
    """Object to times ahead of every clock there is, and to anybody told before it happened."""
    times = {name: at for name, at in told.items() if at is not None}
    for at in sorted({occurred_at, *times.values()}):
        if at > latest:
            yield Finding("TIME_IN_THE_FUTURE", {"at": local_text(at)})
    for name, at in times.items():
        if at < occurred_at:
            facts = {"field": name, "at": local_text(at), "occurred": local_text(occurred_at)}
            yield Finding("BEFORE_THE_ACCIDENT", facts)


def object_to_report(report: ReportFacts) -> Iterator[Finding]:
    """Object to a report to somebody who does not get its kind, without its contents, or at an impossible time."""
    wrong = [one for one in report.recipients if one not in ALLOWED[report.kind]]
    if wrong:
        facts = {"kind": report.kind, "recipients": wrong, "known": sorted(ALLOWED[report.kind])}
        yield Finding("REPORT_RECIPIENT_WRONG", facts)
    empty = [name for name in NEEDED_BLOCKS.get(report.kind, ()) if blank(report.blocks.get(name))]
    if empty:
        yield Finding("REPORT_BLOCKS_MISSING", {"kind": report.kind, "blocks": empty})
    if report.sent_at > report.latest:
        yield Finding("TIME_IN_THE_FUTURE", {"at": local_text(report.sent_at)})
    # the police are called from the scene; everybody else is told by the company, once it knows
    first = report.occurred_at if report.kind is K.POLICE else report.received_at
    if report.sent_at < first:
        yield Finding("REPORT_TOO_EARLY", {"at": local_text(report.sent_at), "first": local_text(first)})


def object_to_record(account: str, opinion: str) -> Iterator[Finding]:
    """Object to a five-day record without the account or the opinion; the grade may still be open (R-A-28)."""
    empty = [name for name, text in (("account", account), ("opinion", opinion)) if blank(text)]
    if empty:
        yield Finding("REPORT_BLOCKS_MISSING", {"kind": K.FIVE_DAY_RECORD, "blocks": empty})


def met_at(clock: Running, told: Iterable[Told], tier: int) -> datetime | None:
    """Give when reports met a clock, None while they have not: each needed recipient counts from its start on.

    The hour asks for whom its own tier asked for, or fewer when the tier has fallen since (R-A-14, R-A-15).
    """
    known = list(told)
    match clock.kind:
        case ClockKind.INSURER_TOLD:
            return _first(known, {K.INSURER})
        case ClockKind.ONE_HOUR_REPORT:
            needed = NEEDED_BY_TIER[min(tier, TIER_OF_REASON[clock.reason])]
            return _all_told(known, TELLING, needed, clock.started_at)
        case ClockKind.QUICK_FORM:
            needed = NEEDED_BY_TIER[max(tier, 2)]
            return _all_told(known, {K.QUICK_FORM}, needed, clock.started_at)
        case ClockKind.WRITTEN_REPORT:
            needed = frozenset(one.recipient for one in _orally(known, clock.started_at))
            return _all_told(known, {K.WRITTEN}, needed, clock.started_at)
        case ClockKind.FOLLOW_UP:
            return _all_told(known, {K.FOLLOW_UP}, NEEDED_BY_TIER[tier], clock.started_at)
        case ClockKind.FIVE_DAY_RECORD:
            return _first(known, {K.FIVE_DAY_RECORD})
        case _:
            return None


def asks_for_written(kind: ReportKind, recipients: Iterable[ReportRecipient]) -> bool:
    """Tell whether a report is one that must be followed in writing: an oral one to an authority (R-A-16)."""
    return kind is K.ORAL and not AUTHORITIES.isdisjoint(recipients)


def _orally(known: Iterable[Told], at: datetime) -> list[Told]:
    return [one for one in known if one.kind is K.ORAL and one.at == at and one.recipient in AUTHORITIES]


def _first(known: Iterable[Told], kinds: Collection[ReportKind]) -> datetime | None:
    return min((one.at for one in known if one.kind in kinds), default=None)


def _all_told(
    known: Iterable[Told], kinds: Collection[ReportKind], needed: frozenset[ReportRecipient], since: datetime
) -> datetime | None:
    """Give when the last of the needed recipients was first told; without any needed, when anybody was."""
    counted = [one for one in known if one.kind in kinds and one.at >= since]
    if not needed:
        return min((one.at for one in counted), default=None)
    firsts = [min((one.at for one in counted if one.recipient is recipient), default=None) for recipient in needed]
    return None if None in firsts else max(at for at in firsts if at is not None)
