"""Columns that become rows of either database, and rows that come back as columns."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from models.experience import Prediction
from models.trips import TripStop
from services.estimates.batches import storing
from services.estimates.batches.arrays import at_us
from services.estimates.batches.sql import Gathered, among, listed, micros
from services.estimates.batches.storing import texts
from services.transaction import WORKER, Tx
from tests.support.trucks import Trucks
from tests.support.world import World

TYPED = ("O'Brien", 'say "50 %s"', "back\\slash", "%(now)s; --", "上海\n{NULL}")
STOPS = Gathered(
    lambda dialect: (
        select(TripStop.id, micros(TripStop.arrived_at), TripStop.seq)
        .where(among(TripStop.id, dialect))
        .order_by(TripStop.id.desc())
    )
)


@pytest.fixture
def trucks(world: World, tmp_path: Path) -> Trucks:
    return Trucks(world, tmp_path, 3)


def predictions(tx: Tx, stop_id: int, origins: tuple[str, ...], leaving: list[bool]) -> dict[str, list[object]]:
    """Give columns of predictions of one stop, made a second apart half a minute from now."""
    trip_id = tx.session.scalars(select(TripStop.trip_id).where(TripStop.id == stop_id)).one()
    count, now_us = len(origins), at_us(tx.now)
    minutes = [0.1 + number / 3 for number in range(count)]
    names = ("router_minutes", "expected_minutes", "p10_minutes", "p50_minutes", "p80_minutes", "p90_minutes")
    return {
        "trip_id": [trip_id] * count,
        "stop_id": [stop_id] * count,
        "made_at": texts(np.array([now_us + (30 + number) * 1_000_000 for number in range(count)])),
        "origin": list(origins),
        "destination": [TYPED[0]] * count,
        "vehicle_type": ["box"] * count,
        "at_departure": leaving,
        "pace_minutes": [None] * count,
        **dict.fromkeys(names, minutes),
    }


@pytest.mark.parametrize("leaving", [[True, False, True, False, True], [True] * 5], ids=["mixed", "alike"])
def test_what_is_written_as_columns_is_read_as_rows(trucks: Trucks, leaving: list[bool]) -> None:
    def write(tx: Tx) -> int:
        stop_id = tx.session.scalars(
            select(TripStop.id).where(TripStop.arrived_at.is_(None)).order_by(TripStop.id)
        ).first()
        assert stop_id
        storing.insert(tx, Prediction, predictions(tx, stop_id, TYPED, leaving))
        return stop_id

    stop_id = trucks.run(write)
    with trucks.world.runtime.read(WORKER) as tx:
        query = select(Prediction).where(Prediction.stop_id == stop_id, Prediction.made_at > tx.now)
        rows = tx.session.scalars(query.order_by(Prediction.made_at)).all()
        assert [row.origin for row in rows] == list(TYPED)
        assert {row.destination for row in rows} == {TYPED[0]}
        assert [row.at_departure for row in rows] == leaving
        assert [row.p90_minutes for row in rows] == [0.1 + number / 3 for number in range(5)]
        assert {row.pace_minutes for row in rows} == {None}
        assert rows[0].made_at == tx.now + timedelta(seconds=30)


def test_a_second_row_of_the_same_moment_is_left_out(trucks: Trucks) -> None:
    def write(tx: Tx) -> int:
        stop_id = tx.session.scalars(
            select(TripStop.id).where(TripStop.arrived_at.is_(None)).order_by(TripStop.id)
        ).first()
        assert stop_id
        made = predictions(tx, stop_id, TYPED[:1], [False])
        storing.insert(tx, Prediction, made, "(stop_id, made_at) DO NOTHING")
        storing.insert(tx, Prediction, {**made, "origin": ["later"]}, "(stop_id, made_at) DO NOTHING")
        return stop_id

    stop_id = trucks.run(write)
    with trucks.world.runtime.read(WORKER) as tx:
        query = select(Prediction.origin).where(Prediction.stop_id == stop_id, Prediction.made_at > tx.now)
        assert tx.session.scalars(query).all() == [TYPED[0]]


def test_columns_come_in_order_of_the_first_and_nothing_is_no_number(trucks: Trucks) -> None:
    with trucks.world.runtime.read(WORKER) as tx:
        rows = tx.session.execute(select(TripStop.id, TripStop.arrived_at, TripStop.seq).order_by(TripStop.id)).all()
        ids, arrived_us, seqs = STOPS.columns(tx, {"ids": listed(tx, [row.id for row in rows])})
    assert ids.tolist() == [row.id for row in rows]
    assert seqs.tolist() == [row.seq for row in rows]
    assert {row.arrived_at is None for row in rows} == {True, False}
    for found, row in zip(arrived_us.tolist(), rows, strict=True):
        assert np.isnan(found) if row.arrived_at is None else found == at_us(row.arrived_at)


def test_no_rows_are_empty_columns(trucks: Trucks) -> None:
    with trucks.world.runtime.read(WORKER) as tx:
        assert [len(column) for column in STOPS.columns(tx, {"ids": listed(tx, [])})] == [0, 0, 0]
