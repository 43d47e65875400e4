"""What stands in the vehicle accident report form 事故报告表 (R-A-27, domain 4.6)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select

from models.accidents import Accident, CargoDamage
from models.consignments import CargoLine, Consignment
from models.drivers import Driver
from models.fleet import Vehicle
from models.penalties import InsuranceClaim, LossItem
from models.responsibility import CorrectiveMeasure
from models.trips import ConsignmentLeg, CrewAssignment, Trip, WheelPeriod
from models.vocabulary import CrewRole, DriverDocument, Word
from services.clock import local
from services.documents.wording import TIER_NAMES, day, moment, money, people, place, term
from services.queries.losses import latest_determination
from services.transaction import Tx

NO_GRADE = "待认定"
MANY = 60


def case_facts(tx: Tx, accident: Accident) -> dict[str, Any]:
    """Give what the form says of a case; what nobody recorded is None and prints as not filled in."""
    driver = tx.session.get_one(Driver, accident.driver_id)
    trip = tx.session.get(Trip, accident.trip_id) if accident.trip_id else None
    return {
        **basics(tx, accident),
        "form": {name: said(value) for name, value in accident.form.items()},
        "driver": _driver(driver, local(accident.occurred_at).date()),
        "co_drivers": _others(tx, accident),
        "trip": trip.number if trip else None,
        "waybills": _waybills(tx, accident),
        "cargo": _cargo(tx, accident),
        "driven": _driven(tx, accident),
        "losses": _losses(tx, accident.id),
        "measures": [row.measure for row in _rows(tx, CorrectiveMeasure, accident.id)],
        "claims": _claims(tx, accident.id),
        "reporter": accident.reported_by,
    }


def basics(tx: Tx, accident: Accident) -> dict[str, Any]:
    """Give what every paper of a case begins with: when, where, which truck, who, how bad, of which class."""
    vehicle = tx.session.get_one(Vehicle, accident.vehicle_id)
    driver = tx.session.get_one(Driver, accident.driver_id)
    paper = latest_determination(tx, accident.id)
    return {
        "accident": accident.number,
        "state": accident.state.zh,
        "occurred": moment(accident.occurred_at),
        "received": moment(accident.company_received_at),
        "police_told": moment(accident.police_told_at),
        "safety_told": moment(accident.safety_told_at),
        "place": accident.place,
        "position": place(accident.lat_e6, accident.lon_e6),
        "plate": vehicle.plate,
        "body": term(vehicle.body),
        "driver_name": driver.name,
        "driver_phone": driver.phone,
        "outline": accident.outline,
        "record": accident.record,
        "harm": {
            "dead": accident.dead, "seriously_hurt": accident.seriously_hurt,
            "slightly_hurt": accident.slightly_hurt, "missing": accident.missing,
        },
        "people": people(accident.dead, accident.seriously_hurt, accident.slightly_hurt, accident.missing),
        "property": money(accident.property_fen),
        "mps_class": accident.mps_class.zh,
        "tier": TIER_NAMES.get(accident.report_tier),
        "sc493_grade": accident.sc493_grade.zh,
        "cause": accident.cause,
        "cause_category": term(accident.cause_category),
        "grade": paper.grade.zh if paper else NO_GRADE,
        "determination": {"number": paper.document_no, "authority": paper.authority} if paper else {},
        "cargo_action": term(accident.cargo_action),
    }  # fmt: skip


def said(value: Any) -> Any:
    """Say a value of the free part of the form: yes and no as words, terms in Chinese."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.zh if isinstance(value, Word) else value


def _driver(driver: Driver, on: date) -> dict[str, Any]:
    since = driver.licence_first_issued_on
    held = None if since is None else on.year - since.year - ((on.month, on.day) < (since.month, since.day))
    return {
        "name": driver.name,
        "staff_no": driver.staff_no,
        "licence_no": (driver.documents.get(DriverDocument.LICENCE) or {}).get("number"),
        "classes": "、".join(driver.licence_classes) or None,
        "first_issued": day(since),
        "years": held,
    }


def _others(tx: Tx, accident: Accident) -> str | None:
    query = select(Driver.name).join(CrewAssignment, CrewAssignment.driver_id == Driver.id)
    query = query.where(CrewAssignment.trip_id == accident.trip_id, CrewAssignment.role == CrewRole.DRIVER)
    names = tx.session.scalars(query.where(Driver.id != accident.driver_id).order_by(CrewAssignment.position))
    return "、".join(names) or None


def _waybills(tx: Tx, accident: Accident) -> str | None:
    query = select(Consignment.number).join(ConsignmentLeg, ConsignmentLeg.consignment_id == Consignment.id)
    numbers = tx.session.scalars(query.where(ConsignmentLeg.trip_id == accident.trip_id).order_by(Consignment.id))
    return "、".join(numbers) or None


def _cargo(tx: Tx, accident: Accident) -> list[dict[str, Any]]:
    """Give the goods on the truck line by line, with what was found damaged."""
    found = (CargoDamage.line_id == CargoLine.id) & (CargoDamage.accident_id == accident.id)
    query = (
        select(Consignment.number, CargoLine.name, CargoLine.specification, CargoLine.quantity, CargoLine.unit,
               CargoDamage.damaged_quantity, CargoDamage.note)
        .join(Consignment, Consignment.id == CargoLine.consignment_id)
        .join(ConsignmentLeg, ConsignmentLeg.consignment_id == Consignment.id)
        .outerjoin(CargoDamage, found)
        .where(ConsignmentLeg.trip_id == accident.trip_id)
        .order_by(Consignment.id, CargoLine.line_no)
        .limit(MANY)
    )  # fmt: skip
    return [dict(row) for row in tx.session.execute(query).mappings()]


def _driven(tx: Tx, accident: Accident) -> str | None:
    """Say how long the driver had driven before: as the form says, else what the trip's log has of him."""
    if "driven_minutes" in accident.form:
        return _hours(accident.form["driven_minutes"])
    query = select(WheelPeriod.began_at, WheelPeriod.ended_at).where(
        WheelPeriod.trip_id == accident.trip_id,
        WheelPeriod.driver_id == accident.driver_id,
        WheelPeriod.began_at < accident.occurred_at,
    )
    driven = [
        min(ended or accident.occurred_at, accident.occurred_at) - began for began, ended in tx.session.execute(query)
    ]
    return _hours(int(sum(one.total_seconds() for one in driven) // 60)) if driven else None


def _hours(minutes: int) -> str:
    return f"{minutes // 60}小时{minutes % 60}分钟"


def _losses(tx: Tx, accident_id: int) -> list[dict[str, Any]]:
    query = select(LossItem.kind, func.sum(LossItem.amount_fen)).where(
        LossItem.accident_id == accident_id, LossItem.struck_at.is_(None)
    )
    rows = tx.session.execute(query.group_by(LossItem.kind).order_by(LossItem.kind))
    return [{"item": kind.zh, "amount": money(int(fen))} for kind, fen in rows]


def _claims(tx: Tx, accident_id: int) -> list[dict[str, Any]]:
    return [
        {"insurer": row.insurer, "kind": row.kind.zh, "claim_no": row.claim_no or row.policy_no, "state": row.state.zh}
        for row in _rows(tx, InsuranceClaim, accident_id)
    ]


def _rows(tx: Tx, table: type[Any], accident_id: int) -> list[Any]:
    query = select(table).where(table.accident_id == accident_id).order_by(table.id)
    return list(tx.session.scalars(query.limit(MANY)))
