"""Who waits at which stop for which goods, and what he was told so far: read once for many stops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from models.consignments import Consignment
from models.notices import Notice
from models.parties import Party
from models.trips import ConsignmentLeg, TripStop
from services.transaction import Tx

# the board is read for every estimate: built once
GOODS = (
    select(ConsignmentLeg.drop_stop_id, Consignment.id, Consignment.consignee_id, Consignment.hard_to_handle)
    .join(ConsignmentLeg, ConsignmentLeg.consignment_id == Consignment.id)
    .join(TripStop, TripStop.id == ConsignmentLeg.drop_stop_id)
    .where(ConsignmentLeg.drop_stop_id.in_(bindparam("stop_ids", expanding=True)))
    .where(Consignment.destination_site_id == TripStop.site_id, Consignment.trip_id == ConsignmentLeg.trip_id)
    .order_by(Consignment.id)
)

TOLD_SO_FAR = (
    select(Notice).where(Notice.stop_id.in_(bindparam("stop_ids", expanding=True))).order_by(Notice.version_no)
)

PARTIES = select(Party).where(Party.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a stop is reached as far as is known, whether that rests on an old position, and its early side (P10)."""

    at: datetime
    stale: bool = False
    early: datetime | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """Who waits at which stop for which goods, and what he was told: read once for many stops."""

    goods: Mapping[int, Mapping[int, list[Any]]]
    rows: dict[tuple[int, int], list[Notice]]
    parties: Mapping[int, Party]


def load(tx: Tx, stops: Iterable[TripStop]) -> Board:
    """Read the board of some stops; goods for a hub are told later and are not on it."""
    stop_ids = [stop.id for stop in stops]
    goods: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    tx.session.flush()
    for row in tx.session.execute(GOODS, {"stop_ids": stop_ids}):
        goods[row.drop_stop_id][row.consignee_id].append(row)
    rows: dict[tuple[int, int], list[Notice]] = defaultdict(list)
    for notice in tx.session.scalars(TOLD_SO_FAR, {"stop_ids": stop_ids}):
        rows[notice.stop_id, notice.consignee_id].append(notice)
    ids = {consignee_id for by_consignee in goods.values() for consignee_id in by_consignee}
    parties = {party.id: party for party in tx.session.scalars(PARTIES, {"ids": list(ids)})}
    return Board(goods, rows, parties)
