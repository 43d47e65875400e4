"""Whom a moved arrival concerns: the goods and notices of thousands of stops, read as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select

from models.consignments import Consignment
from models.notices import Notice
from models.trips import ConsignmentLeg, TripStop
from models.vocabulary import NoticeKind, NoticeState
from services.estimates.batches.reading import among, listed, micros
from services.messages.notices import TOLD
from services.policy.notices import Told
from services.policy.standing_notices import Standing
from services.prepared import Prepared, Row
from services.transaction import Tx

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Concerned:
    """The goods of each stop whose journey ends there, their consignees, and the notices of each so far, as rows."""

    goods: Mapping[int, Sequence[int]]
    consignees: Mapping[int, Iterable[int]]
    notices: Mapping[tuple[int, int], Sequence[Row]]

    def standings(self, stop_id: int) -> Iterator[Standing]:
        """Give what each consignee of a stop was told; made when asked for, since thousands are asked for once."""
        for consignee_id in self.consignees.get(stop_id, ()):
            yield _standing(self.notices.get((stop_id, consignee_id), ()))


def concerned(tx: Tx, stop_ids: Sequence[int]) -> Concerned:
    """Read goods and notices of some stops, in two statements; it is what ``notice_board.load`` reads as objects."""
    ids = {"ids": listed(tx, stop_ids)}
    goods: dict[int, list[int]] = defaultdict(list)
    consignees: dict[int, dict[int, None]] = defaultdict(dict)
    for stop_id, consignment_id, consignee_id in GOODS.rows(tx.connection, ids):
        goods[stop_id].append(consignment_id)
        consignees[stop_id][consignee_id] = None
    rows: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in NOTICES.rows(tx.connection, ids):
        rows[row[0], row[1]].append(row)
    return Concerned(goods, consignees, rows)


def instant(at_us: int) -> datetime:
    """Give microseconds since 1970 as an instant in UTC."""
    return EPOCH + timedelta(microseconds=at_us)


def _standing(rows: Sequence[Row]) -> Standing:
    told = [row for row in rows if row[3]]
    last = _told(told[-1]) if told else None
    return Standing(last, any(row[2] for row in rows), any(row[4] for row in told))


def _told(row: Row) -> Told:
    *_, held, eta_us, version, at_us = row
    return Told(instant(eta_us), version, instant(at_us), withdrawn=bool(held))


def _goods(dialect: str) -> Any:
    return (
        select(ConsignmentLeg.drop_stop_id, Consignment.id, Consignment.consignee_id)
        .join(ConsignmentLeg, ConsignmentLeg.consignment_id == Consignment.id)
        .join(TripStop, TripStop.id == ConsignmentLeg.drop_stop_id)
        .where(among(ConsignmentLeg.drop_stop_id, dialect))
        .where(Consignment.destination_site_id == TripStop.site_id, Consignment.trip_id == ConsignmentLeg.trip_id)
        .order_by(Consignment.id)
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


GOODS, NOTICES = Prepared(_goods), Prepared(_notices)
