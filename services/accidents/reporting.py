"""The first report of an accident: one call by driver, desk or alarm, and all that follows from it (R-A-06).

What the caller leaves out is found where it can be: the trip under way, who was at the wheel, the last position.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.accidents import Accident, HarmCount
from models.drivers import Driver
from models.fleet import Vehicle
from models.trips import Trip
from models.vocabulary import AccidentState, ReportedVia, TaskKind, TripState
from services import cargo_care, tasks
from services.accident_cases import of_accident
from services.accidents import checklists, clocks, duty, scene
from services.accidents.scene import E6, Scene
from services.accidents.telling import tell_shippers
from services.policy.accidents.classification import Classes, Harm, classify, major_by_casualties
from services.policy.accidents.clocks import Begun, outline_known_at, starts_of_report
from services.policy.accidents.reports import object_to_first_report, object_to_times
from services.policy.findings import Finding, require
from services.transaction import Subject, Tx

ALARM_OUTLINE = "一键报警,情况待核实"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is told of an accident; everything may be left out of an alarm (``sos``), which a driver sends by one touch.

    Coordinates are WGS-84 degrees. ``received_at`` is when the office took the call, where it was written down later.
    """

    sos: bool = False
    plate: str | None = None
    driver: str | None = None
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    outline: str | None = None
    harm: Harm | None = None
    hit_and_run: bool = False
    occurred_at: datetime | None = None
    received_at: datetime | None = None
    police_told_at: datetime | None = None
    safety_told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    """When it happened, when the company knew, and who was told when; none lies ahead of our clock."""

    occurred_at: datetime
    received_at: datetime
    police_told_at: datetime | None
    safety_told_at: datetime
    outline_known_at: datetime


def report(tx: Tx, told: Report) -> Accident:
    """Open a case: number, classes, checklist, clocks; its trip and goods are held, people are sent for.

    Raises RuleBrokenError with everything that is missing, unknown, not the caller's or impossible, and with the number
    of the case when this accident was reported before.
    """
    via = _via(tx, told)
    require(_object_to_times(tx, told))
    times = _times(tx, told)
    found = scene.locate(tx, told.plate, told.driver, times.occurred_at)
    given = {"place": told.place or told.lat, "outline": told.outline, "harm": told.harm}
    require(object_to_first_report(via, scene.named(found, given)))
    assert found.vehicle is not None  # noqa: S101 - require() has raised when there is none
    assert found.driver is not None  # noqa: S101 - as above
    number = scene.known_already(tx, found.vehicle, times.occurred_at)
    require([Finding("ACCIDENT_KNOWN", {"accident": number})] if number else [])
    harm = told.harm or Harm()
    accident = _case(tx, told, (via, times), (found.vehicle, found.trip, found.driver), harm)
    tx.session.add(accident)
    tx.session.flush()
    accident.first_response = checklists.first_response_at_report(tx, accident)
    tx.session.add(first_count(tx, accident))
    tx.session.flush()
    tx.journal("accident.reported", _new(accident), _facts(accident, found), times.occurred_at)
    _hold(tx, accident, found)
    _start_clocks(tx, accident, harm)
    _send_for_people(tx, accident, found)
    tell_shippers(tx, accident, "accident.reported", occurred_at=accident.occurred_at)
    return accident


def first_count(tx: Tx, accident: Accident) -> HarmCount:
    """Give the first count of the harm, as the first report has it."""
    return count_of(tx, accident, seq=1, learned_at=accident.company_received_at, reason="first report")


def count_of(tx: Tx, accident: Accident, *, seq: int, learned_at: datetime, reason: str) -> HarmCount:
    """Give a case's present harm and classes as a count to be kept."""
    names = ("dead", "seriously_hurt", "slightly_hurt", "missing", "property_fen")
    values = {name: getattr(accident, name) for name in (*names, "mps_class", "report_tier", "sc493_grade")}
    return HarmCount(
        accident_id=accident.id,
        seq=seq,
        learned_at=learned_at,
        recorded_at=tx.now,
        recorded_by=tx.actor.name,
        reason=reason,
        **values,
    )


def _via(tx: Tx, told: Report) -> ReportedVia:
    if told.sos:
        return ReportedVia.SOS
    return ReportedVia.DRIVER if scene.is_driver(tx.actor) else ReportedVia.DESK


def _times(tx: Tx, told: Report) -> _Times:
    """Settle the times: a device a little ahead of us counts as now; the company knows when safety was told.

    The office may say when it took the call; a driver's word moves the hour only to his company's disadvantage.
    """
    occurred_at = min(told.occurred_at or tx.now, tx.now)
    safety = min(told.safety_told_at, tx.now) if told.safety_told_at else None
    received = told.received_at if told.received_at and not scene.is_driver(tx.actor) else safety
    received_at = min(received or tx.now, tx.now)
    outline = received_at if told.outline else None
    return _Times(
        occurred_at=occurred_at,
        received_at=received_at,
        police_told_at=min(told.police_told_at, tx.now) if told.police_told_at else None,
        safety_told_at=safety or received_at,
        outline_known_at=outline_known_at(received_at, outline, tx.ruleset.clock),
    )


def _object_to_times(tx: Tx, told: Report) -> list[Finding]:
    latest = tx.now + timedelta(minutes=tx.ruleset.tracking.device_skew_minutes)
    said: Mapping[str, datetime | None] = {
        "received_at": told.received_at,
        "police_told_at": told.police_told_at,
        "safety_told_at": told.safety_told_at,
    }
    return list(object_to_times(told.occurred_at or tx.now, said, latest))


def _case(
    tx: Tx,
    told: Report,
    how: tuple[ReportedVia, _Times],
    whom: tuple[Vehicle, Trip | None, Driver],
    harm: Harm,
) -> Accident:
    (via, times), (vehicle, trip, driver) = how, whom
    point = _point(tx, told, vehicle, times.occurred_at)
    return Accident(
        number=tx.next_number("SG"),
        state=AccidentState.REPORTED,
        trip_id=trip.id if trip else None,
        vehicle_id=vehicle.id,
        driver_id=driver.id,
        occurred_at=times.occurred_at,
        company_received_at=times.received_at,
        police_told_at=times.police_told_at,
        safety_told_at=times.safety_told_at,
        outline_known_at=times.outline_known_at,
        reported_via=via,
        reported_by=tx.actor.name,
        place=scene.place_of(told.place, point, trip, vehicle.plate),
        lat_e6=point[0] if point else None,
        lon_e6=point[1] if point else None,
        outline=told.outline or ALARM_OUTLINE,
        hit_and_run=told.hit_and_run,
        first_response={},
        form={},
        cause_evidence=[],
        created_at=tx.now,
        created_by=tx.actor.name,
        **harm_columns(harm, classify(harm, tx.ruleset.accident)),
    )


def harm_columns(harm: Harm, classes: Classes) -> dict[str, object]:
    """Give the columns that hold a harm and its classes, of a case and of a count alike."""
    return {
        "dead": harm.dead,
        "seriously_hurt": harm.seriously_hurt,
        "slightly_hurt": harm.slightly_hurt,
        "missing": harm.missing,
        "property_fen": harm.property_fen,
        "mps_class": classes.mps_class,
        "report_tier": classes.report_tier,
        "sc493_grade": classes.sc493_grade,
    }


def _point(tx: Tx, told: Report, vehicle: Vehicle, at: datetime) -> tuple[int, int] | None:
    if told.lat is not None and told.lon is not None:
        return round(told.lat * E6), round(told.lon * E6)
    return scene.last_position(tx, vehicle, at)


def _hold(tx: Tx, accident: Accident, found: Scene) -> None:
    """Freeze the trip with its goods; one that went on to its end meanwhile is left alone."""
    if found.trip is not None and found.trip.state is TripState.UNDER_WAY:
        cargo_care.freeze(tx, found.trip, accident)


def _start_clocks(tx: Tx, accident: Accident, harm: Harm) -> None:
    begun = Begun(
        occurred_at=accident.occurred_at,
        received_at=accident.company_received_at,
        outline_known_at=accident.outline_known_at,
        tier=accident.report_tier,
        major=major_by_casualties(harm, tx.ruleset.accident),
    )
    clocks.arm_all(tx, accident, starts_of_report(begun))
    clocks.weigh(tx, accident)


def _send_for_people(tx: Tx, accident: Accident, found: Scene) -> None:
    """Ask who is on duty to send people to the scene; the worst accidents open the emergency plan (R-A-07, R-A-19)."""
    facts = {
        "accident": accident.number,
        "place": accident.place,
        "plate": found.vehicle.plate if found.vehicle else None,
        "driver": found.driver.name if found.driver else None,
        "tier": accident.report_tier,
        **duty.whom_to_alarm(tx),
    }
    due_at = accident.company_received_at + timedelta(minutes=tx.ruleset.clock.responder_minutes)
    tasks.raise_task(tx, TaskKind.SEND_RESPONDER, responder_key(accident), due_at, accident.trip_id, facts=facts)
    checklists.open_emergency(tx, accident)


def responder_key(accident: Accident) -> str:
    """Give the key of the task to send people to the scene."""
    return f"responder-{accident.id}"


def _facts(accident: Accident, found: Scene) -> dict[str, object]:
    return {
        "number": accident.number,
        "via": accident.reported_via,
        "plate": found.vehicle.plate if found.vehicle else None,
        "trip": found.trip.number if found.trip else None,
        "class": accident.mps_class,
        "tier": accident.report_tier,
        "grade_493": accident.sc493_grade,
        "received_at": accident.company_received_at.isoformat(),
    }


def _new(accident: Accident) -> Subject:
    subject = of_accident(accident)
    return Subject(subject.kind, subject.id, trip_id=subject.trip_id, new=True)
