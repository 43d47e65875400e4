"""What rides on a trip: the goods still on it, for policy and for the estimates of its consignments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import selectinload

from models.consignments import CargoLine, Consignment
from models.trips import ConsignmentLeg, Trip
from models.vocabulary import CargoClass
from services.facts import cargo_facts
from services.policy.cargo import CargoFacts
from services.transaction import Tx

# every batch of positions runs it; built once: building it costs more than finding a few rows with it
CLASSES = (
    select(Consignment.trip_id, CargoLine.cargo_class, CargoLine.hazmat_class)
    .distinct()
    .join(CargoLine, CargoLine.consignment_id == Consignment.id)
    .where(Consignment.trip_id.in_(bindparam("trip_ids", expanding=True)))
)


def consignments_on(tx: Tx, trip: Trip) -> list[Consignment]:
    """Give the consignments whose present trip this is, in the order of their legs."""
    return list(tx.session.scalars(_riding(), {"trip_id": trip.id}))


def facts_of(tx: Tx, trip: Trip) -> CargoFacts:
    """Give the facts of all goods planned on or riding on a trip; they do not change within a unit of work."""
    key = ("cargo", trip.id)
    if key not in tx.memo:
        tx.memo[key] = cargo_facts(consignments_on(tx, trip))
    found: CargoFacts = tx.memo[key]
    return found


@cache
def _riding() -> Select[Consignment]:
    # not at import: an option of a relationship has every table's mapping worked out
    return (
        select(Consignment)
        .join(ConsignmentLeg, ConsignmentLeg.consignment_id == Consignment.id)
        .where(ConsignmentLeg.trip_id == bindparam("trip_id"), Consignment.trip_id == bindparam("trip_id"))
        .options(selectinload(Consignment.lines))
        .order_by(ConsignmentLeg.id)
    )


def classes_of(tx: Tx, trip_ids: Sequence[int]) -> dict[int, frozenset[CargoClass]]:
    """Give the classes of the goods on each trip; goods with a UN class count as dangerous whatever they are called."""
    found: dict[int, set[CargoClass]] = {trip_id: set() for trip_id in trip_ids}
    for row in tx.connection.execute(CLASSES, {"trip_ids": trip_ids}):
        found[row.trip_id] |= {row.cargo_class} | ({CargoClass.HAZMAT} if row.hazmat_class else set())
    return {trip_id: frozenset(classes) for trip_id, classes in found.items()}
