"""Which truck may take a job, on what conditions, and which is best (R-F-01, R-D-04, domain 3.2 and 5.3)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.vocabulary import (
    Body,
    CargoClass,
    DefectSeverity,
    LicenceClass,
    ShipmentMode,
    VehicleDocument,
    VehicleState,
)
from services.policy.body_matrix import Fit, fit_of, forbidden_classes, open_conditions, unmet_conditions
from services.policy.cargo import CargoFacts, object_to_mixing
from services.policy.findings import Finding
from services.policy.localtime import local_date
from services.policy.ruleset import DEFAULTS, Ruleset
from services.policy.vehicle_facts import JobFacts, VehicleFacts, gross_limit_kg, is_enclosed
from services.policy.vehicle_loads import object_to_load

__all__ = [
    "Candidate",
    "JobFacts",
    "Ranking",
    "Reason",
    "Rejected",
    "Score",
    "VehicleFacts",
    "conditions",
    "gross_limit_kg",
    "is_enclosed",
    "object_to_vehicle",
    "out_of_town",
    "rank",
    "required_documents",
    "required_licence",
]

PREFECTURE_DIGITS = 4
DRIVES_HEAVY_TRAIN = frozenset({LicenceClass.A2})
DRIVES_LIGHT_TRAIN = frozenset({LicenceClass.A2, LicenceClass.C6})
DRIVES_HEAVY_TRUCK = frozenset({LicenceClass.A1, LicenceClass.A2, LicenceClass.B2})
DRIVES_LIGHT_TRUCK = DRIVES_HEAVY_TRUCK | {LicenceClass.B1, LicenceClass.C1}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against a candidate: a stable code and its facts."""

    code: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Score:
    """The place of a candidate; fields compare in this order and less is better (domain 3.2)."""

    not_small_van_for_electronics: bool
    capacity_step: int
    fit: Fit
    empty_distance_unknown: bool
    empty_distance_km: int
    negative_document_slack_days: int
    rated_load_kg: int
    plate: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A vehicle that may take the job, with its score and what the score rests on."""

    plate: str
    score: Score
    reasons: tuple[Reason, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A vehicle that may not take the job, with every objection."""

    plate: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates best first, and every vehicle that was turned down."""

    candidates: tuple[Candidate, ...]
    rejected: tuple[Rejected, ...]


def object_to_vehicle(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> Iterator[Finding]:
    """Object to a vehicle for a job by every hard rule of domain 3.2, all objections at once."""
    yield from _object_to_body(vehicle, job, ruleset)
    yield from object_to_load(vehicle, job, ruleset)
    yield from _object_to_temperature(vehicle, job)
    yield from _object_to_hazmat(vehicle, job)
    yield from object_to_mixing(job.cargo)
    yield from _object_to_state(vehicle)
    yield from _object_to_documents(vehicle, job, ruleset)
    yield from _object_to_inspection(vehicle, job, ruleset)
    yield from _object_to_licences(vehicle, job, ruleset)


def conditions(vehicle: VehicleFacts, cargo: CargoFacts) -> tuple[str, ...]:
    """List what must still be done at loading for this body to carry these goods: tarp, straps, unit off …"""
    return tuple(str(condition) for condition in open_conditions(vehicle.body, cargo))


def required_licence(vehicle: VehicleFacts, ruleset: Ruleset = DEFAULTS) -> frozenset[LicenceClass]:
    """Give the licence classes any one of which lets a person drive this truck or train (V8, licence regulation)."""
    light = vehicle.total_mass_kg <= ruleset.vehicle.light_gross_max_kg
    if vehicle.is_train:
        return DRIVES_LIGHT_TRAIN if light else DRIVES_HEAVY_TRAIN
    return DRIVES_LIGHT_TRUCK if light else DRIVES_HEAVY_TRUCK


def required_documents(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> tuple[VehicleDocument, ...]:
    """Give the papers without which the vehicle may not run this job (R-C-12, road transport regulation 33)."""
    light = vehicle.total_mass_kg <= ruleset.crew.qualification_over_gross_kg
    papers = [VehicleDocument.REGISTRATION, VehicleDocument.INSPECTION, VehicleDocument.COMPULSORY_INSURANCE]
    if not light or job.cargo.is_hazmat:
        papers.append(VehicleDocument.OPERATION_PERMIT)
    if job.cargo.is_hazmat:
        papers.append(VehicleDocument.HAZMAT_PERMIT)
    return tuple(papers)


def out_of_town(origin_code: str, destination_code: str) -> bool:
    """Say whether two GB/T 2260 codes lie in different prefectures: their first four digits differ (R-D-04)."""
    return origin_code[:PREFECTURE_DIGITS] != destination_code[:PREFECTURE_DIGITS]


def rank(vehicles: Iterable[VehicleFacts], job: JobFacts, ruleset: Ruleset) -> Ranking:
    """Order the vehicles that may take the job, best first, and keep every objection to the others.

    Small van for local electronics (R-D-03), then smallest sufficient capacity in steps, then body preference,
    then empty distance, then document slack; the plate settles a tie so that the order is always the same.
    """
    candidates: list[Candidate] = []
    rejected: list[Rejected] = []
    for vehicle in vehicles:
        findings = tuple(object_to_vehicle(vehicle, job, ruleset))
        if findings:
            rejected.append(Rejected(vehicle.plate, findings))
        else:
            candidates.append(_candidate(vehicle, job, ruleset))
    candidates.sort(key=lambda candidate: candidate.score)
    return Ranking(tuple(candidates), tuple(rejected))


def _candidate(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> Candidate:
    slack_days, document = _document_slack(vehicle, job, ruleset)
    small_van = _is_small_van_for_electronics(vehicle, job, ruleset)
    fit = fit_of(vehicle.body, job.cargo)
    score = Score(
        not_small_van_for_electronics=not small_van,
        capacity_step=vehicle.rated_load_kg // ruleset.vehicle.capacity_step_kg,
        fit=fit,
        empty_distance_unknown=vehicle.empty_distance_km is None,
        empty_distance_km=vehicle.empty_distance_km or 0,
        negative_document_slack_days=-slack_days,
        rated_load_kg=vehicle.rated_load_kg,
        plate=vehicle.plate,
    )
    loaded = {"mass_kg": job.cargo.total_mass_kg, "rated_load_kg": vehicle.rated_load_kg}
    reasons = [Reason("SMALL_VAN_FOR_ELECTRONICS", {"body": vehicle.body})] if small_van else []
    reasons.append(Reason("CAPACITY_USED", {**loaded, "percent": _percent(**loaded)}))
    reasons.append(Reason(f"BODY_{fit.name}", {"body": vehicle.body}))
    if vehicle.empty_distance_km is None:
        reasons.append(Reason("EMPTY_DISTANCE_UNKNOWN", {}))
    else:
        reasons.append(Reason("EMPTY_DISTANCE", {"distance_km": vehicle.empty_distance_km}))
    reasons.append(Reason("DOCUMENT_SLACK", {"days": slack_days, "document": document}))
    return Candidate(vehicle.plate, score, tuple(reasons), conditions(vehicle, job.cargo))


def _percent(mass_kg: int, rated_load_kg: int) -> int:
    return 100 * mass_kg // rated_load_kg if rated_load_kg else 0


def _is_small_van_for_electronics(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> bool:
    local_electronics = job.cargo.classes == {CargoClass.ELECTRONICS} and not job.cargo.out_of_town
    small_van = vehicle.body is Body.VAN and vehicle.rated_load_kg <= ruleset.vehicle.small_van_max_rated_kg
    return local_electronics and small_van


def _document_slack(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> tuple[int, VehicleDocument]:
    arrival = local_date(job.planned_arrival)
    needed = required_documents(vehicle, job, ruleset)
    return min(((vehicle.documents[paper] - arrival).days, paper) for paper in needed)


def _object_to_body(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> Iterator[Finding]:
    facts = {"plate": vehicle.plate, "body": vehicle.body}
    for cargo_class in forbidden_classes(vehicle.body, job.cargo):
        yield Finding("BODY_FORBIDDEN", {**facts, "cargo_class": cargo_class})
    for line, condition in unmet_conditions(vehicle, job, ruleset):
        yield Finding("BODY_CONDITION_UNMET", {**facts, "line_no": line.line_no, "condition": str(condition)})
    if job.cargo.shipment_mode is ShipmentMode.CONTAINER and vehicle.body is not Body.SKELETON:
        yield Finding("CONTAINER_NEEDS_SKELETON", facts)
    if job.cargo.out_of_town and job.cargo.has_finished_goods and not vehicle.is_enclosed:
        yield Finding("OUT_OF_TOWN_NEEDS_ENCLOSED", facts)


def _object_to_temperature(vehicle: VehicleFacts, job: JobFacts) -> Iterator[Finding]:
    low, high = job.cargo.temp_min_c, job.cargo.temp_max_c
    cold_enough = high is None or (vehicle.temp_min_c is not None and vehicle.temp_min_c <= high)
    warm_enough = low is None or (vehicle.temp_max_c is not None and vehicle.temp_max_c >= low)
    if not (cold_enough and warm_enough):
        held = {"held_min_c": vehicle.temp_min_c, "held_max_c": vehicle.temp_max_c}
        facts = {"plate": vehicle.plate, "temp_min_c": low, "temp_max_c": high, **held}
        yield Finding("TEMPERATURE_NOT_HELD", facts)


def _object_to_hazmat(vehicle: VehicleFacts, job: JobFacts) -> Iterator[Finding]:
    for hazmat_class in sorted(job.cargo.hazmat_classes):
        # A permit for a whole class, "6", also covers its divisions, "6.1".
        if not {hazmat_class, hazmat_class.split(".")[0]} & vehicle.hazmat_classes:
            yield Finding("HAZMAT_NOT_LICENSED", {"plate": vehicle.plate, "hazmat_class": hazmat_class})
    if job.cargo.is_hazmat and not job.cargo.hazmat_classes:
        yield Finding("HAZMAT_NOT_LICENSED", {"plate": vehicle.plate, "hazmat_class": "-"})
    unwashed = vehicle.last_cargo_dirty_or_toxic and not vehicle.washed_since_last_cargo
    if job.cargo.has_food and unwashed:
        yield Finding("WASH_RECORD_MISSING", {"plate": vehicle.plate})


def _object_to_state(vehicle: VehicleFacts) -> Iterator[Finding]:
    if vehicle.state is not VehicleState.AVAILABLE:
        yield Finding("VEHICLE_NOT_AVAILABLE", {"plate": vehicle.plate, "state": vehicle.state})
    critical = vehicle.open_defects.count(DefectSeverity.CRITICAL)
    if critical:
        yield Finding("CRITICAL_DEFECT", {"plate": vehicle.plate, "count": critical})
    if vehicle.busy_with is not None:
        yield Finding("VEHICLE_BUSY", {"plate": vehicle.plate, "trip": vehicle.busy_with})
    if not vehicle.clean:
        yield Finding("NOT_CLEAN", {"plate": vehicle.plate})


def _needed_until(job: JobFacts, ruleset: Ruleset) -> date:
    return local_date(job.planned_arrival) + timedelta(days=ruleset.crew.document_slack_days)


def _object_to_documents(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> Iterator[Finding]:
    needed_until = _needed_until(job, ruleset)
    needed = required_documents(vehicle, job, ruleset)
    for document in needed:
        if document not in vehicle.documents:
            yield Finding("VEHICLE_DOCUMENT_MISSING", {"plate": vehicle.plate, "document": document})
    # Commercial cover is no legal duty, but a truck that has it must not run on a lapsed policy.
    for document in (*needed, VehicleDocument.COMMERCIAL_INSURANCE):
        expires = vehicle.documents.get(document)
        if expires is not None and expires < needed_until:
            dates = {"expires": expires.isoformat(), "needed_until": needed_until.isoformat()}
            yield Finding("VEHICLE_DOCUMENT_EXPIRES", {"plate": vehicle.plate, "document": document, **dates})


def _object_to_inspection(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> Iterator[Finding]:
    if vehicle.last_inspection_on is None:
        return
    needed_until = _needed_until(job, ruleset)
    old_from = _months_after(vehicle.first_registered_on, 12 * ruleset.vehicle.six_month_inspection_age_years)
    cycle_months = 6 if needed_until > old_from else 12
    due = _months_after(vehicle.last_inspection_on, cycle_months)
    if due < needed_until:
        dates = {"due": due.isoformat(), "needed_until": needed_until.isoformat()}
        yield Finding("INSPECTION_DUE", {"plate": vehicle.plate, "cycle_months": cycle_months, **dates})


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _object_to_licences(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> Iterator[Finding]:
    needed = required_licence(vehicle, ruleset)
    without = sum(1 for held in job.crew_licences or () if not held & needed)
    if without:
        yield Finding(
            "CREW_LICENCE_CLASS_MISSING", {"plate": vehicle.plate, "needed": sorted(needed), "drivers": without}
        )
    if job.drivers_on_probation and vehicle.is_train:
        yield Finding("CREW_PROBATION_NO_TRAILER", {"plate": vehicle.plate, "drivers": job.drivers_on_probation})
    if job.drivers_on_probation and job.cargo.is_hazmat:
        yield Finding("CREW_PROBATION_NO_HAZMAT", {"plate": vehicle.plate, "drivers": job.drivers_on_probation})
