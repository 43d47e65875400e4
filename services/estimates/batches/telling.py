"""Within which bounds an arrival may move and concern nobody: the notices of thousands of stops, read as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import inf
from typing import Any, NamedTuple

from sqlalchemy import case, func, or_, select

from models.consignments import Consignment
from models.notices import Notice
from models.trips import ConsignmentLeg, TripStop
from models.vocabulary import NoticeKind, NoticeState
from services.estimates.batches.arrays import Flags, Floats, at_us, columns, instant, whole
from services.estimates.batches.sql import among, listed, micros
from services.messages.notices import TOLD
from services.policy.notices import Told
from services.policy.standing_notices import Calm, Standing, calm
from services.prepared import Prepared, Row
from services.transaction import Tx


class Bounds(NamedTuple):
    """Between which arrivals nobody need be told, in microseconds, and whether the last notice is still owed."""

    after_us: float
    before_us: float
    final_owed: float


# no arrival lies between these
NEVER = Bounds(inf, -inf, 0.0)


def calms(tx: Tx, stop_ids: Floats, ahead: Flags) -> list[Floats]:
    """Give the columns of ``Bounds`` of these stops; those not ahead have none."""
    wanted = whole(stop_ids[ahead]).tolist()
    found = dict(zip(wanted, _bounds(tx, wanted), strict=True))
    return columns([found.get(stop_id, NEVER) for stop_id in stop_ids.tolist()], len(Bounds._fields))


def _bounds(tx: Tx, stop_ids: Sequence[int]) -> Iterator[Bounds]:
    ids = {"ids": listed(tx, stop_ids)}
    consignees: dict[int, dict[int, None]] = defaultdict(dict)
    for stop_id, consignee_id in CONSIGNEES.rows(tx.connection, ids):
        consignees[stop_id][consignee_id] = None
    notices: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in NOTICES.rows(tx.connection, ids):
        notices[row[0], row[1]].append(row)
    for stop_id in stop_ids:
        standings = [_standing(notices.get((stop_id, each), ())) for each in consignees.get(stop_id, ())]
        yield _in_micros(calm(standings, tx.ruleset))


def _in_micros(found: Calm | None) -> Bounds:
    if found is None:
        return NEVER
    after = -inf if found.after is None else at_us(found.after)
    before = inf if found.before is None else at_us(found.before)
    return Bounds(after, before, float(found.final_owed))


def _standing(rows: Sequence[Row]) -> Standing:
    told = [row for row in rows if row[3]]
    last = _told(told[-1]) if told else None
    return Standing(last, any(row[2] for row in rows), any(row[4] for row in told))


def _told(row: Row) -> Told:
    *_, held, eta_us, version, at_us = row
    return Told(instant(eta_us), version, instant(at_us), withdrawn=bool(held))


def _consignees(dialect: str) -> Any:
    return (
        select(ConsignmentLeg.drop_stop_id, Consignment.consignee_id)
        .join(ConsignmentLeg, ConsignmentLeg.consignment_id == Consignment.id)
        .join(TripStop, TripStop.id == ConsignmentLeg.drop_stop_id)
        .where(among(ConsignmentLeg.drop_stop_id, dialect))
        .where(Consignment.destination_site_id == TripStop.site_id, Consignment.trip_id == ConsignmentLeg.trip_id)
    )


def _flag(condition: Any) -> Any:
    return case((condition, 1), else_=0)


def _notices(dialect: str) -> Any:
    return (
        select(
            Notice.stop_id,
            Notice.consignee_id,
            _flag(Notice.state == NoticeState.SCHEDULED),
            _flag(or_(*(Notice.state == state for state in sorted(TOLD)))),
            _flag(Notice.kind == NoticeKind.FINAL_HOUR),
            _flag(Notice.kind == NoticeKind.HELD),
            micros(Notice.eta_at),
            Notice.version_no,
            micros(func.coalesce(Notice.sent_at, Notice.created_at)),
        )
        .where(among(Notice.stop_id, dialect))
        .order_by(Notice.version_no)
    )


CONSIGNEES, NOTICES = Prepared(_consignees), Prepared(_notices)
