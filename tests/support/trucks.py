"""A few trucks under way that rounds of estimates look at, and what they do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from models.trips import Trip, TripStop
from services.estimates import estimating
from services.estimates.batches import rounds
from services.estimates.batches.memory import Memory
from services.road import underway
from services.transaction import WORKER, Tx
from tests.bench import fleet
from tests.bench.places import Place
from tests.support.world import World

NORTH_E6 = 120_000  # some ten minutes of the way, which touches no notice


class Trucks:
    """Trucks on one lane, all told of; ``trip`` is one of them."""

    def __init__(self, world: World, folder: Path, trips: int) -> None:
        self.world = world
        fleet.under_way(Place("test", world.runtime, world, folder), trips)
        self.run(estimating.estimate_due)
        with world.runtime.read(WORKER) as tx:
            numbers = tx.session.scalars(select(Trip.number).where(Trip.id > fleet.FAR).order_by(Trip.id))
            self.trip: str = numbers.all()[0]
        self.moves(0, minutes=10)
        self.round(None)

    def run(self, work: Callable[[Tx], Any]) -> Any:
        return self.world.runtime.write(WORKER, work)

    def round(self, known: Memory | None, after: int = 0) -> Memory:
        made = self.run(lambda tx: rounds.look_round(tx, known, after))
        while self.run(estimating.estimate_due):
            pass
        assert isinstance(made, Memory)
        return made

    def moves(self, north_e6: int, minutes: float = 1) -> None:
        """Let some minutes pass, after which every truck sends that it is further on."""
        self.world.clock.advance(minutes=minutes)

        def move(tx: Tx) -> None:
            now = f"{tx.now:%Y-%m-%d %H:%M:%S}.000000" + ("+00:00" if tx.dialect == "postgresql" else "")
            sent = text("UPDATE last_positions SET fix_at = :now, lat_e6 = lat_e6 + :north")
            tx.connection.execute(sent, {"now": now, "north": north_e6})

        self.run(move)

    def arrivals(self) -> list[datetime]:
        """Give the arrivals told of the stops ahead."""
        with self.world.runtime.read(WORKER) as tx:
            query = select(TripStop.estimated_arrival_at).where(TripStop.arrived_at.is_(None)).order_by(TripStop.id)
            return [at for at in tx.session.scalars(query) if at is not None]

    def arrive(self) -> None:
        """Let one truck arrive while the others drive on."""
        at = self.world.clock.now()
        self.run(lambda tx: underway.arrive(tx, self.trip, at).id)

    def last_stop(self) -> tuple[datetime | None, datetime | None]:
        """Give when that truck was expected at its last stop, and when it came."""
        with self.world.runtime.read(WORKER) as tx:
            query = select(TripStop.estimated_arrival_at, TripStop.arrived_at).join(Trip, Trip.id == TripStop.trip_id)
            row = tx.session.execute(query.where(Trip.number == self.trip, TripStop.seq == 2)).one()
        return row.estimated_arrival_at, row.arrived_at
