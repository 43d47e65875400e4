"""Accidents as answers and pages: the case, its clocks, its counts of harm and its reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from models.accidents import Accident, AccidentClock, AccidentReport, HarmCount
from models.accounts import User
from models.drivers import Driver
from models.fleet import Vehicle
from models.responsibility import Determination
from models.trips import CrewAssignment, Trip
from models.vocabulary import EmergencyStep, FirstResponse, Grade, Word
from services.accident_cases import accidents_of, find_accident
from services.errors import NotFoundError
from services.policy.accidents.next_steps import next_steps
from services.policy.fen import yuan
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.transaction import Actor, Tx

E6 = 1_000_000
PEOPLE = ("dead", "seriously_hurt", "slightly_hurt", "missing")
HARM = (*PEOPLE, "property_fen")
CLASSES = ("mps_class", "report_tier", "sc493_grade")
SUMMARY = (
    "number", "state", "occurred_at", "company_received_at", "place", "outline", *CLASSES, "hit_and_run", "round",
    "closed_at", "created_at", "version",
)  # fmt: skip
MORE = (
    "police_told_at", "safety_told_at", "outline_known_at", "reported_via", "reported_by", "responder",
    "responder_sent_at", "cargo_action", "form", "record", "investigated_at", "void_reason", "created_by",
)  # fmt: skip
CLOCK = (
    "kind", "arming", "reason", "started_at", "warn_at", "due_at", "warned_at", "met_at", "missed_at", "stopped_at",
)  # fmt: skip
REPORT = (
    "number", "kind", "recipient", "blocks", "sent_at", "sent_by", "contact", "acknowledged_at", "recorded_at",
)  # fmt: skip

FILTERS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "state": lambda state: Accident.state == state,
    "since": lambda at: Accident.occurred_at >= at,
    "until": lambda at: Accident.occurred_at < at,
    "plate": lambda plate: Vehicle.plate == plate,
    "driver": lambda staff_no: Driver.staff_no == staff_no,
}


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Limit accidents to those whose case a caller may look at: beside his own, a driver those of trips he is on."""
    if actor.driver_id is None:
        return accidents_of(actor)
    trips = select(CrewAssignment.trip_id).where(CrewAssignment.driver_id == actor.driver_id)
    return or_(accidents_of(actor), Accident.trip_id.in_(trips))


def find_seen(tx: Tx, number: str, *, lock: bool = False) -> Accident:
    """Give an accident whose case the caller may look at; NotFoundError for a foreign or absent one alike."""
    query = select(Accident).where(Accident.number == number, seen_by(tx.actor))
    found = tx.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFoundError
    return found


def accident_view(tx: Tx, number: str) -> dict[str, Any]:
    """Give one case in full; NotFoundError for a foreign or absent one alike."""
    accident = find_seen(tx, number)
    asker = tx.session.get(User, accident.void_asked_by_id) if accident.void_asked_by_id else None
    driver = tx.session.get_one(Driver, accident.driver_id)
    trip = tx.session.get(Trip, accident.trip_id) if accident.trip_id else None
    return {
        **_values(accident, SUMMARY),
        **_values(accident, MORE),
        "harm": _harm(accident),
        "vehicle": tx.session.get_one(Vehicle, accident.vehicle_id).plate,
        "trip": trip.number if trip else None,
        "driver": {"staff_no": driver.staff_no, "name": driver.name},
        "lat": accident.lat_e6 / E6 if accident.lat_e6 is not None else None,
        "lon": accident.lon_e6 / E6 if accident.lon_e6 is not None else None,
        "first_response": _checklist(accident.first_response, FirstResponse),
        "emergency": None if accident.emergency is None else _checklist(accident.emergency, EmergencyStep),
        "void_asked_by": asker.name if asker else None,
        "next": next_steps(accident.state),
    }


def accident_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of cases, reported last first; filters: state, since, until (of the accident), plate, driver."""
    query: AnySelect = select(
        Accident.id,
        *(getattr(Accident, name) for name in (*SUMMARY, *HARM)),
        Vehicle.plate.label("vehicle"),
        Trip.number.label("trip"),
        Driver.staff_no.label("staff_no"),
        Driver.name.label("driver_name"),
    )
    query = query.join(Vehicle, Vehicle.id == Accident.vehicle_id).join(Driver, Driver.id == Accident.driver_id)
    query = query.outerjoin(Trip, Trip.id == Accident.trip_id).where(seen_by(tx.actor))
    for name, condition in FILTERS.items():
        if name in filters:
            query = query.where(condition(filters[name]))
    return paged(tx.session, newest_first(query, Accident.id, page), page, _summary)


def clock_list(tx: Tx, number: str) -> dict[str, Any]:
    """Give every clock of a case, started first at the head."""
    accident = find_seen(tx, number)
    query = select(AccidentClock).where(AccidentClock.accident_id == accident.id).order_by(AccidentClock.id)
    return {"items": [{**_values(row, CLOCK), "state": _state(row)} for row in tx.session.scalars(query)]}


def harm_list(tx: Tx, number: str) -> dict[str, Any]:
    """Give every count of the harm of a case, the first at the head."""
    accident = find_seen(tx, number)
    query = select(HarmCount).where(HarmCount.accident_id == accident.id).order_by(HarmCount.seq)
    names = ("seq", "learned_at", "recorded_at", "recorded_by", "reason", *CLASSES)
    return {"items": [{**_values(row, names), "harm": _harm(row)} for row in tx.session.scalars(query)]}


def report_page(tx: Tx, number: str, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of the reports of a case, newest first; filter: kind."""
    accident = find_accident(tx, number)
    query = _reports().where(AccidentReport.accident_id == accident.id)
    if "kind" in filters:
        query = query.where(AccidentReport.kind == filters["kind"])
    return paged(tx.session, newest_first(query, AccidentReport.id, page), page, _report)


def reports_by_id(tx: Tx, ids: Iterable[int]) -> list[dict[str, Any]]:
    """Give some reports, in the order in which they were made."""
    query = _reports().where(AccidentReport.id.in_(list(ids))).order_by(AccidentReport.id)
    return [_report(row) for row in tx.session.execute(query)]


def grade_of(tx: Tx, accident: Accident) -> Grade | None:
    """Give the grade of our side as the newest paper has it; None while the police have not spoken."""
    query = select(Determination.grade).where(Determination.accident_id == accident.id)
    return tx.session.scalar(query.order_by(Determination.seq.desc()).limit(1))


def _reports() -> AnySelect:
    base = aliased(AccidentReport)
    columns = (getattr(AccidentReport, name) for name in REPORT)
    query: AnySelect = select(AccidentReport.id, *columns, base.number.label("base"))
    return query.outerjoin(base, base.id == AccidentReport.base_id)


def _state(clock: AccidentClock) -> str:
    if clock.stopped_at is not None:
        return "stopped"
    if clock.missed_at is not None:
        return "missed" if clock.met_at is None else "late"
    return "running" if clock.met_at is None else "met"


def _checklist(held: Mapping[str, Any], words: type[Word]) -> list[dict[str, Any]]:
    """Give every item of a checklist, the open ones with nothing but their name."""
    open_item = {"done": None, "at": None, "by": None, "note": None}
    return [{"item": word.value, **held.get(word.value, open_item)} for word in words]


def _summary(row: Any) -> dict[str, Any]:
    driver = {"staff_no": row.staff_no, "name": row.driver_name}
    return {
        **_values(row, SUMMARY), "harm": _harm(row), "vehicle": row.vehicle, "trip": row.trip, "driver": driver,
    }  # fmt: skip


def _report(row: Any) -> dict[str, Any]:
    return _values(row, (*REPORT, "base"))


def _harm(row: Any) -> dict[str, Any]:
    return {**_values(row, PEOPLE), "property": yuan(row.property_fen)}


def _values(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
