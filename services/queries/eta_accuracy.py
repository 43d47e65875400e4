"""How good the estimates were: every prediction scored in a period, by lane, vehicle type or time ahead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, case, func, select

from models.experience import Prediction
from services.policy.intervals import BAND_ENDS
from services.transaction import Tx

NEAR_MINUTES = 30
MOST_GROUPS = 500


def eta_accuracy(tx: Tx, since: datetime, until: datetime, by: str) -> dict[str, Any]:
    """Give error, bias and shares of all predictions scored in [since, until), whole and per group, most trips first.

    Minutes; bias above 0 means that trucks came earlier than told. ``by`` is lane, vehicle_type or horizon.
    """
    return {
        "from": since,
        "to": until,
        "by": by,
        "all": _figures(tx.session.execute(select(*_measures()).where(*_scored(since, until))).mappings().one()),
        "groups": [_group(by, row) for row in _rows(tx, since, until, by)],
    }


def _scored(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return Prediction.scored_at >= since, Prediction.scored_at < until, Prediction.actual_minutes > 0


def _rows(tx: Tx, since: datetime, until: datetime, by: str) -> Sequence[RowMapping]:
    keys = _keys(by)
    query = select(*keys, *_measures()).where(*_scored(since, until)).group_by(*keys)
    return tx.session.execute(query.order_by(func.count().desc(), *keys).limit(MOST_GROUPS)).mappings().all()


def _keys(by: str) -> tuple[ColumnElement[Any], ...]:
    if by == "lane":
        return Prediction.origin.label("origin"), Prediction.destination.label("destination")
    if by == "vehicle_type":
        return (Prediction.vehicle_type.label("vehicle_type"),)
    bands = [(Prediction.expected_minutes < end, number) for number, end in enumerate(BAND_ENDS)]
    return (case(*bands, else_=len(BAND_ENDS)).label("horizon"),)


def _measures() -> tuple[ColumnElement[Any], ...]:
    error = Prediction.expected_minutes - Prediction.actual_minutes
    return (
        func.count().label("predictions"),
        func.count(func.distinct(Prediction.stop_id)).label("arrivals"),
        func.avg(func.abs(error)).label("mae_minutes"),
        func.avg(error).label("bias_minutes"),
        _share(func.abs(error) <= NEAR_MINUTES).label("within_30_minutes"),
        _share(Prediction.actual_minutes <= Prediction.p10_minutes).label("coverage_p10"),
        _share(Prediction.actual_minutes <= Prediction.p80_minutes).label("coverage_p80"),
        _share(Prediction.actual_minutes <= Prediction.p90_minutes).label("coverage_p90"),
    )


def _share(holds: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.avg(case((holds, 1.0), else_=0.0))


def _group(by: str, row: RowMapping) -> dict[str, Any]:
    if by == "horizon":
        number = int(row["horizon"])
        name = {"from_minutes": BAND_ENDS[number - 1] if number else 0.0,
                "to_minutes": BAND_ENDS[number] if number < len(BAND_ENDS) else None}  # fmt: skip
    else:
        name = {key: row[key] for key in (("origin", "destination") if by == "lane" else ("vehicle_type",))}
    return {**name, **_figures(row)}


def _figures(row: RowMapping) -> dict[str, Any]:
    shares = ("within_30_minutes", "coverage_p10", "coverage_p80", "coverage_p90")
    found: dict[str, Any] = {"predictions": row["predictions"], "arrivals": row["arrivals"]}
    found |= {name: _rounded(row[name], 1) for name in ("mae_minutes", "bias_minutes")}
    return found | {name: _rounded(row[name], 4) for name in shares}


def _rounded(value: Any, places: int) -> float | None:
    return None if value is None else round(float(value), places)
