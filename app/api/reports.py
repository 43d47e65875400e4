"""Figures over a period."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.schemas.reports import EtaAccuracyOut, EtaAccuracyQuery, NoticeReportOut, PeriodQuery
from models.vocabulary import Role
from services.queries.eta_accuracy import eta_accuracy
from services.queries.reports import notice_report
from services.transaction import Tx

blp = Resource("reports", "Reports: exact counts over a period (统计)")
READERS = (Role.DISPATCHER, Role.SAFETY, Role.FINANCE, Role.MANAGER, Role.ADMIN)


@endpoint(blp, "GET", "/reports/notices", Shape(roles=READERS, query=PeriodQuery, answer=NoticeReportOut, writes=False))
def on_time_notices(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """Count how often consignees knew early enough, and why not (R-F-10, R-F-11)."""
    return notice_report(tx, query["since"], query["until"])


@endpoint(
    blp,
    "GET",
    "/reports/eta-accuracy",
    Shape(roles=READERS, query=EtaAccuracyQuery, answer=EtaAccuracyOut, writes=False),
)
def estimates_scored(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """Compare every arrival that was foretold with the one that came, by lane, vehicle type or time ahead."""
    return eta_accuracy(tx, query["since"], query["until"], query["by"])
