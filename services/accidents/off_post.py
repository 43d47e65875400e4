"""Off post 待岗: at once where the measures ask for it, until a recorded reinstatement (R-P-04, domain 4.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select

from models.accidents import Accident
from models.drivers import Driver
from models.notices import Task
from models.people import Employee, OffPost
from models.responsibility import EducationRecord, InvolvedPerson
from models.trips import CrewAssignment, Trip
from models.vocabulary import (
    AccidentState,
    DriverDocument,
    DriverStatus,
    Grade,
    OffPostCause,
    Role,
    TaskKind,
    TripState,
)
from services import tasks
from services.accident_cases import find_accident
from services.clock import local
from services.policy.accidents.off_post import (
    PendingCase,
    ReinstatementFacts,
    object_to_case,
    object_to_reinstatement,
)
from services.policy.driver_card import Withholding
from services.policy.findings import require
from services.queries.accidents import grade_of
from services.scope import find_driver
from services.transaction import Subject, Tx

TO_LEAVE = (TripState.PLANNED, TripState.CREWED, TripState.LOADING, TripState.LOADED, TripState.SEALED)
ON_THE_ROAD = (TripState.UNDER_WAY, TripState.ARRIVED, TripState.UNLOADED)
S = DriverStatus


def begin(tx: Tx, driver_id: int, cause: OffPostCause, accident_id: int | None = None) -> None:
    """Take a driver off post at once: off the candidates, his trips to come short of a driver, relief for the running.

    One more cause for somebody who is off post already is recorded; both must have ended before he is back. Nothing
    happens to who has left the company.
    """
    driver = tx.session.get_one(Driver, driver_id, with_for_update=True)
    if driver.status is S.LEFT:
        return
    tx.session.flush()
    running = _running(tx, driver_id)
    facts = {"cause": cause, "accident": _number(tx, accident_id)}
    if running is None:
        row = OffPost(
            driver_id=driver_id, accident_id=accident_id, cause=cause, began_at=tx.now, began_by=tx.actor.name
        )
        tx.session.add(row)
        tx.journal("driver.off_post", _of(driver), facts)
    elif (running.cause, running.accident_id) != (cause, accident_id):
        running.accident_id = running.accident_id or accident_id
        tx.journal("driver.off_post_again", _of(driver), facts)
    bench(tx, driver, cause.value)
    tx.session.flush()


def begin_named(tx: Tx, staff_no: str, accident_no: str) -> None:
    """Take a driver off post for a violation in an accident, before anybody has written it into the case."""
    driver = find_driver(tx, staff_no, lock=True)
    accident = find_accident(tx, accident_no)
    begin(tx, driver.id, OffPostCause.ACCIDENT_BY_VIOLATION, accident.id)


def begin_withheld(tx: Tx, driver_id: int) -> None:
    """Take a driver off post on the first day of a withholding that was announced before; a job of the worker."""
    driver = tx.session.get(Driver, driver_id, with_for_update=True)
    if driver is not None and driver.status is not S.LEAVE and withheld(driver, local(tx.now).date()):
        begin(tx, driver_id, OffPostCause.LICENCE_WITHHELD)


def bench(tx: Tx, driver: Driver, reason: str) -> None:
    """Set the status 待岗 with its effects on the driver's trips."""
    if driver.status is not S.STANDBY_PENDING:
        move(tx, driver, S.STANDBY_PENDING, reason)
    for trip in _trips(tx, driver, (*TO_LEAVE, TripState.UNDER_WAY)):
        _ask_for_another(tx, driver, trip)


def reinstate(tx: Tx, staff_no: str, reason: str) -> None:
    """Put a driver back on post: by safety, with every case final and its education done, the licence in hand.

    Raises RuleBrokenError with all that is missing; a withheld licence knows no override.
    """
    driver = find_driver(tx, staff_no, lock=True)
    require(object_to_reinstatement(_facts(tx, driver)))
    _end(tx, driver, reason)


def lift(tx: Tx, driver_id: int, accident_id: int, reason: str) -> None:
    """End a time off post whose ground fell away: not responsible, or no accident at all (E7).

    Another case that still holds the driver, or a licence in the hands of the police, keeps him off post.
    """
    driver = tx.session.get_one(Driver, driver_id, with_for_update=True)
    running = _running(tx, driver_id)
    if running is None or running.accident_id != accident_id:
        return
    others = [case for case in _cases(tx, driver) if case.number != _number(tx, accident_id)]
    held = [finding for case in others for finding in object_to_case(case)]
    if not held and not withheld(driver, local(tx.now).date()):
        _end(tx, driver, reason)


def lift_all(tx: Tx, accident: Accident, reason: str) -> None:
    """End every time off post that an accident is the ground of."""
    query = select(OffPost.driver_id).where(OffPost.accident_id == accident.id, OffPost.ended_at.is_(None))
    for driver_id in list(tx.session.scalars(query.order_by(OffPost.driver_id))):
        lift(tx, driver_id, accident.id, reason)


def move(tx: Tx, driver: Driver, status: DriverStatus, reason: str) -> None:
    """Change a driver's status with one journal entry."""
    facts = {"from": driver.status, "to": status, "reason": reason}
    driver.status, driver.status_reason = status, reason
    tx.session.flush()
    tx.journal(f"driver.{status}", _of(driver), facts)


def withheld(driver: Driver, today: date) -> bool:
    """Tell whether the police hold the driver's licence on a local day."""
    since = driver.licence_withheld_from
    return since is not None and Withholding(since, driver.licence_withheld_to).covers(today)


def _end(tx: Tx, driver: Driver, reason: str) -> None:
    running = _running(tx, driver.id)
    if running is not None:
        running.ended_at, running.ended_by, running.end_reason = tx.now, tx.actor.name, reason
    if driver.status is S.STANDBY_PENDING:
        away = _trips(tx, driver, ON_THE_ROAD)
        move(tx, driver, S.ON_TRIP if away else S.ACTIVE, reason)
    tx.journal("driver.reinstated", _of(driver), {"reason": reason})
    for trip in _trips(tx, driver, (*TO_LEAVE, *ON_THE_ROAD)):
        for key in _open_tasks(tx, driver, trip):
            tasks.complete_by_key(tx, key, reason)
    tx.session.flush()


def _facts(tx: Tx, driver: Driver) -> ReinstatementFacts:
    today = local(tx.now).date()
    licence = driver.documents.get(DriverDocument.LICENCE.value)
    return ReinstatementFacts(
        driver=driver.staff_no,
        status=driver.status,
        withheld=withheld(driver, today),
        licence_valid=licence is not None and date.fromisoformat(licence["valid_until"]) >= today,
        by_safety=tx.actor.has(Role.SAFETY),
        cases=tuple(_cases(tx, driver)),
    )


def _cases(tx: Tx, driver: Driver) -> Sequence[PendingCase]:
    """Give the cases that hold the driver: the one he is off post for, and every open one with a violation of his."""
    broken = (
        select(InvolvedPerson.accident_id)
        .join(Employee, Employee.id == InvolvedPerson.employee_id)
        .join(Accident, Accident.id == InvolvedPerson.accident_id)
        .where(Employee.driver_id == driver.id, InvolvedPerson.violation.is_(True))
        .where(Accident.state.not_in((AccidentState.CLOSED, AccidentState.VOID)))
    )
    ground = select(OffPost.accident_id).where(OffPost.driver_id == driver.id, OffPost.ended_at.is_(None))
    query = select(Accident).where(or_(Accident.id.in_(broken), Accident.id.in_(ground)))
    return [_case(tx, driver, accident) for accident in tx.session.scalars(query.order_by(Accident.id))]


def _case(tx: Tx, driver: Driver, accident: Accident) -> PendingCase:
    educated = (
        select(EducationRecord.id)
        .join(Employee, Employee.id == EducationRecord.employee_id)
        .where(EducationRecord.accident_id == accident.id, EducationRecord.passed, Employee.driver_id == driver.id)
    )
    return PendingCase(
        number=accident.number,
        state=accident.state,
        cleared=grade_of(tx, accident) is Grade.NONE or accident.state is AccidentState.VOID,
        educated=tx.session.scalar(educated.limit(1)) is not None,
    )


def _ask_for_another(tx: Tx, driver: Driver, trip: Trip) -> None:
    """Ask for another driver: before the gate the crew is short, on the road somebody must be sent after the truck.

    A truck that drives is never stopped from afar.
    """
    if _open_tasks(tx, driver, trip):
        return
    kind = TaskKind.RELIEF_DRIVER if trip.state in ON_THE_ROAD else TaskKind.CREW_SHORT
    facts = {"trip": trip.number, "driver": driver.staff_no, "name": driver.name}
    key = f"{_task_key(driver, trip)}{tx.now:%Y%m%dT%H%M%S%f}"
    tasks.raise_task(tx, kind, key, tx.now, trip_id=trip.id, facts=facts)


def _open_tasks(tx: Tx, driver: Driver, trip: Trip) -> list[str]:
    """Give the keys of the open tasks that ask for somebody in the driver's place on a trip."""
    mine = Task.key.startswith(_task_key(driver, trip), autoescape=True)
    return list(tx.session.scalars(select(Task.key).where(Task.trip_id == trip.id, Task.done_at.is_(None), mine)))


def _task_key(driver: Driver, trip: Trip) -> str:
    return f"off-post-{trip.id}-{driver.id}-"


def _trips(tx: Tx, driver: Driver, states: Sequence[TripState]) -> list[Trip]:
    query = select(Trip).join(CrewAssignment, CrewAssignment.trip_id == Trip.id)
    query = query.where(CrewAssignment.driver_id == driver.id, Trip.state.in_(states))
    return list(tx.session.scalars(query.order_by(Trip.id)))


def _running(tx: Tx, driver_id: int) -> OffPost | None:
    return tx.session.scalar(select(OffPost).where(OffPost.driver_id == driver_id, OffPost.ended_at.is_(None)))


def _number(tx: Tx, accident_id: int | None) -> str | None:
    return tx.session.get_one(Accident, accident_id).number if accident_id else None


def _of(driver: Driver) -> Subject:
    return Subject("driver", driver.id)
