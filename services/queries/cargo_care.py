"""The goods of a truck in an accident as an answer: damaged, left, held, and where they went on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from models.accidents import Accident, CargoDamage, Transhipment
from models.consignments import CargoLine, Consignment
from models.parties import Party
from models.trips import ConsignmentLeg, Trip
from services.policy.cargo_care import ABOARD
from services.transaction import Tx

KEPT = ("place", "skipped", "lost", "seals", "photo", "consents")
LINE = ("line_no", "name", "specification", "quantity", "unit")


def goods_concerned(tx: Tx, accident: Accident) -> list[Consignment]:
    """Give the goods that were on the truck at the accident, wherever they are now."""
    still = (Consignment.trip_id == accident.trip_id) & Consignment.state.in_(ABOARD)
    query = (
        select(Consignment)
        .join(ConsignmentLeg, ConsignmentLeg.consignment_id == Consignment.id)
        .where(ConsignmentLeg.trip_id == accident.trip_id)
        .where((ConsignmentLeg.unloaded_at >= accident.occurred_at) | (ConsignmentLeg.unloaded_at.is_(None) & still))
        .order_by(Consignment.id)
    )
    return list(tx.session.scalars(query))


def cargo_view(tx: Tx, accident: Accident) -> dict[str, Any]:
    """Give what became of the goods of an accident that was already looked up in the caller's scope."""
    trip = tx.session.get(Trip, accident.trip_id) if accident.trip_id else None
    goods = goods_concerned(tx, accident)
    damages = {
        row.line_id: row
        for row in tx.session.scalars(select(CargoDamage).where(CargoDamage.accident_id == accident.id))
    }
    shippers = _shippers(tx, goods)
    return {
        "accident": accident.number,
        "trip": trip.number if trip else None,
        "held": trip is not None and trip.frozen_at is not None,
        "cargo_action": accident.cargo_action,
        "consignments": [
            {
                "consignment": one.number,
                "shipper": shippers[one.shipper_id],
                "state": one.state,
                "lines": [_line(line, damages.get(line.id)) for line in one.lines],
            }
            for one in goods
        ],
        "transhipment": _transhipment(tx, accident),
    }


def _shippers(tx: Tx, goods: Sequence[Consignment]) -> Mapping[int, str]:
    query = select(Party.id, Party.code).where(Party.id.in_({one.shipper_id for one in goods}))
    return dict(tx.session.execute(query).all())


def _line(line: CargoLine, damage: CargoDamage | None) -> dict[str, Any]:
    """Give one line; what nobody looked at yet has neither damaged nor sound pieces."""
    damaged = damage.damaged_quantity if damage else None
    return {
        **{name: getattr(line, name) for name in LINE},
        "damaged_quantity": damaged,
        "sound_quantity": None if damaged is None else line.quantity - damaged,
        "note": damage.note if damage else None,
        "photos": list(damage.photos) if damage else [],
        "recorded_at": damage.recorded_at if damage else None,
        "recorded_by": damage.recorded_by if damage else None,
    }


def _transhipment(tx: Tx, accident: Accident) -> dict[str, Any] | None:
    made = tx.session.scalar(select(Transhipment).where(Transhipment.accident_id == accident.id))
    if made is None:
        return None
    facts = made.facts or {}
    return {
        "from_trip": tx.session.get_one(Trip, made.from_trip_id).number,
        "to_trip": tx.session.get_one(Trip, made.to_trip_id).number,
        "made_at": made.made_at,
        "made_by": made.made_by,
        **{name: facts.get(name) for name in KEPT},
    }
