"""Accidents of a period in figures: exact counts, with rates for people (R-A-21, domain 4.6)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from models.accidents import Accident, AccidentClock
from models.drivers import Driver
from models.fleet import Vehicle
from models.penalties import LossItem
from models.responsibility import Determination, GateSignature
from models.trips import TripStop
from models.vocabulary import AccidentGate, AccidentState, CauseCategory, ClockKind, Grade, LossKind, MpsClass
from services.policy.fen import yuan
from services.queries.reports import per_million_km, rate
from services.transaction import Tx

PENDING = "pending"
TIERS = (1, 2, 3)
CLOCK_ENDS = ("met", "missed", "running", "stopped")
# what others decide or may do: their end is no duty of ours that was met or missed
OTHERS = frozenset({ClockKind.DETERMINATION_EXPECTED, ClockKind.REVIEW_WINDOW, ClockKind.APPEAL_WINDOW})
DUTIES = tuple(kind for kind in ClockKind if kind not in OTHERS)
HARMED = ("dead", "seriously_hurt", "slightly_hurt", "missing")
LONGEST_LIST = 50
ACCIDENTS = func.count(Accident.id)


def direct_loss() -> ColumnElement[int]:
    """Give the direct loss of an accident in fen: the losses recorded, else what was first estimated.

    A fine for spilling is no direct loss.
    """
    recorded = select(func.sum(LossItem.amount_fen)).where(
        LossItem.accident_id == Accident.id, LossItem.struck_at.is_(None), LossItem.kind != LossKind.SPILL_FINE
    )
    return func.coalesce(recorded.correlate(Accident).scalar_subquery(), Accident.property_fen)


def clock_end(now: datetime) -> ColumnElement[str]:
    """Tell how a clock ended; one that still runs after its time is missed, whether anybody noted it or not."""
    return case(
        (AccidentClock.missed_at.is_not(None), "missed"),
        (AccidentClock.met_at.is_not(None), "met"),
        (AccidentClock.stopped_at.is_not(None), "stopped"),
        (AccidentClock.due_at < now, "missed"),
        else_="running",
    )


def accident_figures(tx: Tx, since: datetime, until: datetime) -> dict[str, Any]:
    """Count the accidents that occurred in [since, until); one that was voided counts as ``void`` alone."""
    inside = (Accident.occurred_at >= since, Accident.occurred_at < until)
    real = (*inside, Accident.state != AccidentState.VOID)
    totals = _totals(tx, real)
    km = _km_driven(tx, since, until)
    hurt = totals["seriously_hurt"] + totals["slightly_hurt"]
    voided = select(ACCIDENTS).where(*inside, Accident.state == AccidentState.VOID)
    return {
        "from": since.isoformat(),
        "to": until.isoformat(),
        **totals,
        "void": tx.session.scalar(voided) or 0,
        **_by_kind(tx, real),
        "by_grade": _by_grade(tx, real),
        "by_vehicle": _by_vehicle(tx, real),
        "by_driver": _by_driver(tx, real),
        "km": km,
        "per_million_km": {
            "accidents": per_million_km(totals["accidents"], km),
            "dead": per_million_km(totals["dead"], km),
            "hurt": per_million_km(hurt, km),
        },
        "gates_open": _gates_open(tx, real, totals["accidents"]),
        "clocks": _clocks(tx, real),
    }


def _totals(tx: Tx, real: tuple[ColumnElement[bool], ...]) -> dict[str, Any]:
    harmed = [func.coalesce(func.sum(getattr(Accident, name)), 0).label(name) for name in HARMED]
    closed = func.coalesce(func.sum(case((Accident.state == AccidentState.CLOSED, 1), else_=0)), 0)
    query = select(ACCIDENTS, closed, func.coalesce(func.sum(direct_loss()), 0), *harmed).where(*real)
    accidents, ended, lost, *people = tx.session.execute(query).one()
    return {
        "accidents": accidents,
        "cases_open": accidents - int(ended),
        **dict(zip(HARMED, (int(one) for one in people), strict=True)),
        "direct_loss": yuan(int(lost)),
    }


def _by_kind(tx: Tx, real: tuple[ColumnElement[bool], ...]) -> dict[str, Any]:
    """Count by class, tier and cause in one pass: the combinations are few."""
    parts = (Accident.mps_class, Accident.report_tier, Accident.cause_category)
    classes, tiers, causes = Counter[str](), Counter[str](), Counter[str]()
    for mps_class, tier, cause, count in tx.session.execute(select(*parts, ACCIDENTS).where(*real).group_by(*parts)):
        classes[mps_class.value] += count
        tiers[str(tier)] += count
        causes[cause.value if cause else PENDING] += count
    return {
        "by_class": {one.value: classes[one.value] for one in MpsClass},
        "by_tier": {str(tier): tiers[str(tier)] for tier in TIERS},
        "by_cause": {**{one.value: causes[one.value] for one in CauseCategory}, PENDING: causes[PENDING]},
    }


def _by_grade(tx: Tx, real: tuple[ColumnElement[bool], ...]) -> dict[str, int]:
    """Count by our side's grade in the paper that counts now; without one it is pending."""
    other = select(func.max(Determination.seq)).where(Determination.accident_id == Accident.id).correlate(Accident)
    newest = (Determination.accident_id == Accident.id) & (Determination.seq == other.scalar_subquery())
    query = select(Determination.grade, ACCIDENTS).select_from(Accident).outerjoin(Determination, newest)
    rows = tx.session.execute(query.where(*real).group_by(Determination.grade))
    counted = {grade.value if grade else PENDING: count for grade, count in rows}
    return {name: counted.get(name, 0) for name in (*(one.value for one in Grade), PENDING)}


def _by_vehicle(tx: Tx, real: tuple[ColumnElement[bool], ...]) -> list[dict[str, Any]]:
    query = select(Vehicle.plate, *_sums()).join(Vehicle, Vehicle.id == Accident.vehicle_id)
    rows = tx.session.execute(_most(query, real, Vehicle.plate))
    return [{"plate": plate, **_summed(counts)} for plate, *counts in rows]


def _by_driver(tx: Tx, real: tuple[ColumnElement[bool], ...]) -> list[dict[str, Any]]:
    query = select(Driver.staff_no, Driver.name, *_sums()).join(Driver, Driver.id == Accident.driver_id)
    rows = tx.session.execute(_most(query, real, Driver.staff_no, Driver.name))
    return [{"driver": staff_no, "name": name, **_summed(counts)} for staff_no, name, *counts in rows]


def _sums() -> list[Any]:
    return [ACCIDENTS, *(func.sum(getattr(Accident, name)) for name in HARMED[:3]), func.sum(direct_loss())]


def _summed(counts: list[Any]) -> dict[str, Any]:
    accidents, dead, seriously, slightly, lost = (int(one) for one in counts)
    return {
        "accidents": accidents, "dead": dead, "seriously_hurt": seriously, "slightly_hurt": slightly,
        "direct_loss": yuan(lost),
    }  # fmt: skip


def _most(query: Select[Any], real: tuple[ColumnElement[bool], ...], *names: Any) -> Select[Any]:
    """Group by a name, the most accidents first, at most fifty."""
    return query.where(*real).group_by(*names).order_by(ACCIDENTS.desc(), names[0]).limit(LONGEST_LIST)


def _km_driven(tx: Tx, since: datetime, until: datetime) -> int:
    """Sum the ways to the stops that were reached in the period, in whole kilometres."""
    way = select(func.sum(TripStop.distance_km)).where(TripStop.arrived_at >= since, TripStop.arrived_at < until)
    return round(tx.session.scalar(way) or 0)


def _gates_open(tx: Tx, real: tuple[ColumnElement[bool], ...], accidents: int) -> dict[str, int]:
    """Count per gate the accidents in which it is not signed in the present round of the case."""
    query = select(GateSignature.gate, func.count()).join(Accident, Accident.id == GateSignature.accident_id)
    query = query.where(*real, GateSignature.round == Accident.round, GateSignature.withdrawn_at.is_(None))
    signed = dict(tx.session.execute(query.group_by(GateSignature.gate)).all())
    return {gate.value: accidents - signed.get(gate, 0) for gate in AccidentGate}


def _clocks(tx: Tx, real: tuple[ColumnElement[bool], ...]) -> dict[str, Any]:
    """Count how the clocks of the company's own duties ended, and how many were met among those met and missed."""
    end = clock_end(tx.now).label("ended")
    query = select(AccidentClock.kind, end, func.count()).join(Accident, Accident.id == AccidentClock.accident_id)
    counted: dict[tuple[ClockKind, str], int] = {
        (kind, ended): count for kind, ended, count in tx.session.execute(query.where(*real).group_by("kind", "ended"))
    }
    kinds = {kind.value: {one: counted.get((kind, one), 0) for one in CLOCK_ENDS} for kind in DUTIES}
    summed = {one: sum(counts[one] for counts in kinds.values()) for one in CLOCK_ENDS}
    return {**summed, "on_time": rate(summed["met"], summed["met"] + summed["missed"]), "by_kind": kinds}
