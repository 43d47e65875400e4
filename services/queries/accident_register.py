"""The register of accidents: one row per case with class, grade, losses, clocks and gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from models.accidents import Accident, AccidentClock
from models.drivers import Driver
from models.fleet import Vehicle
from models.penalties import Recovery
from models.responsibility import Determination, GateSignature
from models.vocabulary import AccidentGate
from services.policy.fen import yuan
from services.queries.accident_figures import CLOCK_ENDS, DUTIES, clock_end, direct_loss
from services.queries.paging import AnySelect, Page, newest_first, page_from
from services.transaction import Tx

SHOWN = (
    Accident.number, Accident.state, Accident.occurred_at, Accident.company_received_at, Accident.place,
    Accident.outline, Accident.mps_class, Accident.report_tier, Accident.sc493_grade, Accident.cause_category,
    Accident.dead, Accident.seriously_hurt, Accident.slightly_hurt, Accident.missing, Accident.closed_at,
)  # fmt: skip
EQUAL = {
    "state": Accident.state, "mps_class": Accident.mps_class, "report_tier": Accident.report_tier,
    "vehicle": Vehicle.plate, "driver": Driver.staff_no,
}  # fmt: skip


def register_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of the register, newest first.

    Filters: state, mps_class, report_tier, vehicle, driver, since, until (of the occurrence). What belongs to a
    row is read for the rows of the page alone, so that a page costs the same however many accidents there are.
    """
    rows = tx.session.execute(newest_first(_accidents(filters), Accident.id, page)).all()
    more = _More(tx, [row.id for row in rows[: page.limit]])
    return page_from(rows, page, more.row, last=lambda row: int(row.id))


class _More:
    """What stands in other tables about the accidents of one page."""

    def __init__(self, tx: Tx, ids: Sequence[int]) -> None:
        self._grades = _grades(tx, ids)
        self._recovered = _recovered(tx, ids)
        self._clocks = _clocks(tx, ids)
        self._signed = _signed(tx, ids)

    def row(self, row: Any) -> dict[str, Any]:
        """Shape one row of the register."""
        signed = self._signed.get(row.id, set())
        clocks = self._clocks.get(row.id, {})
        return {
            **{column.key: getattr(row, column.key) for column in SHOWN},
            "vehicle": row.plate,
            "driver": row.staff_no,
            "driver_name": row.name,
            "grade": self._grades.get(row.id),
            "direct_loss": yuan(int(row.direct_loss)),
            "recovered": yuan(self._recovered.get(row.id, 0)),
            "clocks": {end: clocks.get(end, 0) for end in CLOCK_ENDS},
            "gates_open": [gate for gate in AccidentGate if gate not in signed],
        }


def _accidents(filters: Mapping[str, Any]) -> AnySelect:
    query = select(Accident.id, *SHOWN, Vehicle.plate, Driver.staff_no, Driver.name, direct_loss().label("direct_loss"))
    query = query.join(Vehicle, Vehicle.id == Accident.vehicle_id).join(Driver, Driver.id == Accident.driver_id)
    for name, column in EQUAL.items():
        if name in filters:
            query = query.where(column == filters[name])
    if "since" in filters:
        query = query.where(Accident.occurred_at >= filters["since"])
    if "until" in filters:
        query = query.where(Accident.occurred_at < filters["until"])
    return query


def _grades(tx: Tx, ids: Sequence[int]) -> dict[int, Any]:
    """Give our side's grade of each accident: the newest paper comes last and counts."""
    query = select(Determination.accident_id, Determination.grade).where(Determination.accident_id.in_(ids))
    return dict(tx.session.execute(query.order_by(Determination.seq)).all())


def _recovered(tx: Tx, ids: Sequence[int]) -> dict[int, int]:
    query = select(Recovery.accident_id, func.sum(Recovery.amount_fen)).where(Recovery.accident_id.in_(ids))
    rows = tx.session.execute(query.where(Recovery.struck_at.is_(None)).group_by(Recovery.accident_id))
    return {accident: int(fen) for accident, fen in rows}


def _clocks(tx: Tx, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    query = select(AccidentClock.accident_id, clock_end(tx.now).label("ended"), func.count())
    query = query.where(AccidentClock.accident_id.in_(ids), AccidentClock.kind.in_(DUTIES))
    query = query.group_by(AccidentClock.accident_id, "ended")
    found: dict[int, dict[str, int]] = {}
    for accident, ended, count in tx.session.execute(query):
        found.setdefault(accident, {})[ended] = count
    return found


def _signed(tx: Tx, ids: Sequence[int]) -> dict[int, set[AccidentGate]]:
    query = select(GateSignature.accident_id, GateSignature.gate)
    query = query.join(Accident, Accident.id == GateSignature.accident_id).where(Accident.id.in_(ids))
    query = query.where(GateSignature.round == Accident.round, GateSignature.withdrawn_at.is_(None))
    found: dict[int, set[AccidentGate]] = {}
    for accident, gate in tx.session.execute(query):
        found.setdefault(accident, set()).add(gate)
    return found
