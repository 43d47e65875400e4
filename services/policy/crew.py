"""Who may drive or ride a trip: two distinct, licensed, rested and sober drivers (R-F-04), an escort where needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.vocabulary import DriverDocument, DriverStatus, LicenceClass, WaiverState
from services.policy.findings import Finding
from services.policy.localtime import blank, local_date, local_text
from services.policy.ruleset import Ruleset

# Resting and on-trip people may be planned for later trips: rest hours and overlaps are judged on their own.
NOT_ASSIGNABLE = frozenset({DriverStatus.STANDBY_PENDING, DriverStatus.LEAVE, DriverStatus.LEFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverFacts:
    """A driver as the rules see him; ``documents`` gives the last valid day, ``rested_hours`` runs to departure."""

    key: str
    name: str
    status: DriverStatus
    licence_classes: frozenset[LicenceClass]
    licence_first_issued_on: date | None
    born_on: date
    documents: Mapping[DriverDocument, date]
    licence_withheld: bool = False
    busy_with: str | None = None
    rested_hours: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscortFacts:
    """A person who rides along to guard the goods (R-D-06); ``documents`` gives the last valid day."""

    key: str
    name: str = ""
    status: DriverStatus
    documents: Mapping[DriverDocument, date]
    busy_with: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverFacts:
    """A request to send fewer drivers than the measures ask for 'in principle' (R-F-04)."""

    state: WaiverState
    requested_by: str
    approved_by: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewJob:
    """What the trip asks of its crew; any one of ``required_licences`` will do, ``gross_kg`` is the total mass."""

    required_licences: frozenset[LicenceClass]
    is_train: bool
    gross_kg: int
    hazmat: bool
    needs_escort: bool
    planned_departure: datetime
    planned_arrival: datetime
    waiver: WaiverFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInFacts:
    """A driver's report for duty: alcohol in mg per 100 ml of blood, and whether he declares himself fit."""

    driver_key: str
    at: datetime
    alcohol_mg_100ml: int
    fit: bool


def object_to_driver(driver: DriverFacts, job: CrewJob, ruleset: Ruleset) -> Iterator[Finding]:
    """Object to one driver on this trip: status, overlap, licence, age, documents, rest (R-C-12, R-P-04)."""
    who = {"driver": driver.key, "name": driver.name}
    if driver.status in NOT_ASSIGNABLE:
        yield Finding("DRIVER_NOT_ASSIGNABLE", {**who, "status": driver.status})
    if driver.busy_with is not None:
        yield Finding("DRIVER_BUSY", {**who, "trip": driver.busy_with})
    yield from _object_to_licence(driver, job, ruleset)
    yield from _object_to_age(driver, job, ruleset)
    yield from _object_to_driver_documents(driver, job, ruleset)
    needed = ruleset.crew.rest_before_trip_hours
    if driver.rested_hours is not None and driver.rested_hours < needed:
        yield Finding("REST_TOO_SHORT", {**who, "rested_hours": driver.rested_hours, "needed_hours": needed})


def object_to_crew(
    drivers: Sequence[DriverFacts], escort: EscortFacts | None, job: CrewJob, ruleset: Ruleset
) -> Iterator[Finding]:
    """Object to the crew as a whole and to each member (R-F-04, R-D-06); everything at once.

    An approved waiver lowers the number of drivers to one and lowers nothing else.
    """
    for key, times in Counter(driver.key for driver in drivers).items():
        if times > 1:
            yield Finding("SAME_PERSON_TWICE", {"driver": key})
    distinct = {driver.key: driver for driver in drivers}
    needed = 1 if _waived(job.waiver) else ruleset.crew.min_drivers
    if len(distinct) < needed:
        yield Finding("TOO_FEW_DRIVERS", {"drivers": len(distinct), "needed": needed})
    for driver in distinct.values():
        yield from object_to_driver(driver, job, ruleset)
    if escort is not None:
        yield from _object_to_escort(escort, frozenset(distinct), job, ruleset)
    elif job.needs_escort:
        yield Finding("ESCORT_MISSING")


def object_to_waiver_approval(requested_by: str, approver: str, reason: str) -> Iterator[Finding]:
    """Object when the maker approves his own request or gives no reason (R-F-04)."""
    if requested_by == approver:
        yield Finding("WAIVER_SAME_PERSON", {"person": approver})
    if blank(reason):
        yield Finding("WAIVER_REASON_MISSING")


def object_to_check_in(check_in: CheckInFacts, planned_departure: datetime, ruleset: Ruleset) -> Iterator[Finding]:
    """Object to a driver who has drunk or is not fit; both keep the truck in the yard (R-C-06, R-C-15)."""
    who = {"driver": check_in.driver_key, "departure": local_text(planned_departure)}
    limit = ruleset.crew.alcohol_max_mg_100ml
    if check_in.alcohol_mg_100ml > limit:
        yield Finding("ALCOHOL_FOUND", {**who, "mg_100ml": check_in.alcohol_mg_100ml, "limit": limit})
    if not check_in.fit:
        yield Finding("NOT_FIT", who)


def late_check_in(check_in: CheckInFacts, planned_departure: datetime, ruleset: Ruleset) -> Finding | None:
    """Give the violation record of a check-in less than an hour before departure; it is no gate (R-C-01)."""
    due = planned_departure - timedelta(minutes=ruleset.crew.check_in_minutes)
    if check_in.at <= due:
        return None
    return Finding(
        "CHECK_IN_LATE",
        {"driver": check_in.driver_key, "due": local_text(due), "at": local_text(check_in.at)},
    )


def object_to_missing_check_ins(driver_keys: Iterable[str], check_ins: Iterable[CheckInFacts]) -> Iterator[Finding]:
    """Object to every driver of the crew who has not reported for duty (R-C-01)."""
    present = {check_in.driver_key for check_in in check_ins}
    for key in dict.fromkeys(driver_keys):
        if key not in present:
            yield Finding("CHECK_IN_MISSING", {"driver": key})


def object_to_hand_over(
    giver: str, receiver: str, crew_keys: Collection[str], at_wheel: str | None
) -> Iterator[Finding]:
    """Object to a hand-over of the wheel unless both drivers of the crew put their names to it (R-C-11)."""
    if blank(giver):
        yield Finding("HAND_OVER_NAME_MISSING", {"side": "giver"})
    if blank(receiver):
        yield Finding("HAND_OVER_NAME_MISSING", {"side": "receiver"})
    if blank(giver) or blank(receiver):
        return
    if giver == receiver:
        yield Finding("HAND_OVER_SAME_PERSON", {"driver": giver})
    for key in dict.fromkeys((giver, receiver)):
        if key not in crew_keys:
            yield Finding("NOT_IN_CREW", {"driver": key})
    if giver != at_wheel:
        yield Finding("NOT_AT_WHEEL", {"driver": giver, "at_wheel": at_wheel or "-"})


def _waived(waiver: WaiverFacts | None) -> bool:
    if waiver is None or waiver.state is not WaiverState.APPROVED or blank(waiver.approved_by):
        return False
    return not any(object_to_waiver_approval(waiver.requested_by, waiver.approved_by or "", waiver.reason))


def _object_to_licence(driver: DriverFacts, job: CrewJob, ruleset: Ruleset) -> Iterator[Finding]:
    who = {"driver": driver.key, "name": driver.name}
    if driver.licence_withheld:
        yield Finding("LICENCE_WITHHELD", who)
    if job.required_licences and not job.required_licences & driver.licence_classes:
        held, needed = sorted(driver.licence_classes), sorted(job.required_licences)
        yield Finding("LICENCE_CLASS_MISSING", {**who, "held": held, "needed": needed})
    if not (job.is_train or job.hazmat):
        return
    if driver.licence_first_issued_on is None:
        yield Finding("LICENCE_DATE_MISSING", who)
        return
    ends = _months_after(driver.licence_first_issued_on, ruleset.crew.probation_months)
    if local_date(job.planned_departure) >= ends:
        return
    if job.is_train:
        yield Finding("PROBATION_NO_TRAILER", {**who, "until": ends.isoformat()})
    if job.hazmat:
        yield Finding("PROBATION_NO_HAZMAT", {**who, "until": ends.isoformat()})


def _object_to_age(driver: DriverFacts, job: CrewJob, ruleset: Ruleset) -> Iterator[Finding]:
    low, high = ruleset.crew.min_age_years, ruleset.crew.max_age_years
    youngest = _age(driver.born_on, local_date(job.planned_departure))
    oldest = _age(driver.born_on, local_date(job.planned_arrival))
    if youngest < low or oldest > high:
        age = youngest if youngest < low else oldest
        yield Finding(
            "AGE_OUT_OF_RANGE", {"driver": driver.key, "name": driver.name, "age": age, "low": low, "high": high}
        )


def _object_to_driver_documents(driver: DriverFacts, job: CrewJob, ruleset: Ruleset) -> Iterator[Finding]:
    who = {"driver": driver.key, "name": driver.name}
    # The post certificate is asked for above 4,500 kg total mass or with dangerous goods only (regulation 22, 24).
    qualified = job.gross_kg > ruleset.crew.qualification_over_gross_kg or job.hazmat
    if DriverDocument.LICENCE not in driver.documents:
        yield Finding("DRIVER_DOCUMENT_MISSING", {**who, "document": DriverDocument.LICENCE})
    if qualified and DriverDocument.QUALIFICATION not in driver.documents:
        yield Finding("QUALIFICATION_MISSING", who)
    if job.hazmat and DriverDocument.HAZMAT_QUALIFICATION not in driver.documents:
        yield Finding("HAZMAT_QUALIFICATION_MISSING", who)
    watched = [DriverDocument.LICENCE, DriverDocument.MEDICAL]
    watched += [DriverDocument.QUALIFICATION] if qualified else []
    watched += [DriverDocument.HAZMAT_QUALIFICATION] if job.hazmat else []
    for document in watched:
        yield from _object_to_expiry(who, document, driver.documents.get(document), job, ruleset)


def _object_to_expiry(
    who: Mapping[str, str], document: DriverDocument, expiry: date | None, job: CrewJob, ruleset: Ruleset
) -> Iterator[Finding]:
    needed = local_date(job.planned_arrival) + timedelta(days=ruleset.crew.document_slack_days)
    if expiry is not None and expiry < needed:
        facts = {**who, "document": document, "expires": expiry.isoformat(), "needed_until": needed.isoformat()}
        yield Finding("DOCUMENT_EXPIRES", facts)


def _object_to_escort(
    escort: EscortFacts, driver_keys: frozenset[str], job: CrewJob, ruleset: Ruleset
) -> Iterator[Finding]:
    who = {"driver": escort.key, "name": escort.name}
    if escort.key in driver_keys:
        yield Finding("ESCORT_IS_DRIVER", who)
    if escort.status in NOT_ASSIGNABLE:
        yield Finding("ESCORT_NOT_ASSIGNABLE", {**who, "status": escort.status})
    if escort.busy_with is not None:
        yield Finding("ESCORT_BUSY", {**who, "trip": escort.busy_with})
    # Only dangerous goods ask for a certified escort; finished goods ask for a person (R-D-06).
    if job.hazmat:
        certificate = DriverDocument.ESCORT_CERTIFICATE
        if certificate not in escort.documents:
            yield Finding("ESCORT_CERTIFICATE_MISSING", who)
        yield from _object_to_expiry(who, certificate, escort.documents.get(certificate), job, ruleset)


def _age(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    # 29 February plus twelve months is the first of March: a period never ends a day early.
    last = (date(first.year + month // 11, (month + 1) % 12 + 1, 1) - first).days
    return first + timedelta(days=day.day - 1) if day.day <= last else first + timedelta(days=last)
