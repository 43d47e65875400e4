"""Fifty clients want one vehicle, two drivers or one seal: one gets it, on both databases (P6).

Each race runs three times: as the product is; with the asking switched off, so that the database's own guard
stands alone; and with that guard dropped as well, the broken twin, in which the same count must see double use.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from models.loading import Seal, SealEvent
from models.trips import Reservation, Trip
from models.vocabulary import ClosureKind, Role, SealEventKind
from services import reservations
from services.errors import ConflictError
from services.orders import booking
from services.planning import crews, dispatch
from services.planning.trip_plans import TripPlan
from services.policy.findings import RuleBrokenError
from services.queries.replayed import double_booked
from services.runtime import Runtime
from services.transaction import WORKER, Tx
from services.yard import seals
from tests.support.loaded import loaded_trip
from tests.support.world import World, a_vehicle, new_runtime

CLIENTS = 50
PROCESSES = 5  # runtimes with engines of their own, so that no lock inside one of them hides a race


@pytest.mark.parametrize("defence", ["asking and guard", "guard alone"])
def test_fifty_clients_get_one_vehicle_once(world: World, monkeypatch: pytest.MonkeyPatch, defence: str) -> None:
    if defence == "guard alone":
        _stop_asking(monkeypatch)
    outcomes = _race_for_a_vehicle(world)
    assert outcomes == {"won": 1, "RESOURCE_TAKEN": CLIENTS - 1}
    assert _overlaps(world) == 0


def test_without_asking_and_guard_the_vehicle_is_double_booked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _stop_asking(monkeypatch)
    _drop_reservation_guard(world)
    outcomes = _race_for_a_vehicle(world)
    assert outcomes["won"] == CLIENTS
    assert _overlaps(world) > 0


@pytest.mark.parametrize("defence", ["asking and guard", "guard alone"])
def test_fifty_trips_get_the_same_two_drivers_once(world: World, monkeypatch: pytest.MonkeyPatch, defence: str) -> None:
    trips = _fifty_trips(world)
    if defence == "guard alone":
        _stop_asking(monkeypatch)
    outcomes = _race_for_drivers(world, trips)
    assert outcomes == {"won": 1, "RESOURCE_TAKEN": CLIENTS - 1}
    assert _overlaps(world) == 0


def test_without_asking_and_guard_the_drivers_are_double_booked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    trips = _fifty_trips(world)
    _stop_asking(monkeypatch)
    _drop_reservation_guard(world)
    assert _race_for_drivers(world, trips)["won"] == CLIENTS
    assert _overlaps(world) > 0


def test_fifty_hands_put_one_seal_on_once(world: World) -> None:
    trip = loaded_trip(world)
    outcomes = _race_for_a_seal(world, trip)
    assert outcomes["won"] == 1
    assert outcomes.total() == CLIENTS
    assert _times_put_on(world) == 1


def test_without_the_rules_of_seals_one_number_is_used_many_times(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    trip = loaded_trip(world)
    monkeypatch.setattr(seals.policy, "object_to_apply", lambda *args, **kwargs: iter(()))
    assert _race_for_a_seal(world, trip)["won"] > 1
    assert _times_put_on(world) > 1


def test_the_loser_is_told_who_holds_the_vehicle(world: World) -> None:
    numbers = [_book(world) for _ in range(2)]
    with world.runtime.begin(world.actor(Role.DISPATCHER)) as tx:
        winner = dispatch.plan_trip(tx, _plan(world, numbers[0])).number
    with (
        pytest.raises(ConflictError) as refused,
        world.runtime.begin(world.actor(Role.DISPATCHER)) as tx,
    ):
        dispatch.plan_trip(tx, _plan(world, numbers[1]))
    assert refused.value.facts == {"resource": "vehicle:鲁G10001", "held_by": winner}


def _race_for_a_vehicle(world: World) -> Counter[str]:
    numbers = [_book(world) for _ in range(CLIENTS)]
    return _race(world, [lambda tx, n=n: dispatch.plan_trip(tx, _plan(world, n)) for n in numbers])


def _race_for_drivers(world: World, trips: list[str]) -> Counter[str]:
    return _race(world, [lambda tx, t=t: crews.assign_crew(tx, t, ["D1", "D2"], None) for t in trips])


def _race_for_a_seal(world: World, trip: str) -> Counter[str]:
    def put_on(tx: Tx) -> None:
        seals.apply(tx, trip, "YA000001", ClosureKind.REAR_DOOR, tx.now, None)

    return _race(world, [put_on] * CLIENTS)


def _race(world: World, attempts: list[Callable[[Tx], Any]]) -> Counter[str]:
    """Let every attempt start at once, each in its own unit of work, and count how they ended."""
    url = world.runtime.settings.database_url
    runtimes = [new_runtime(url, world.clock, web_threads=4) for _ in range(PROCESSES)]
    start = threading.Barrier(len(attempts))
    outcomes: Counter[str] = Counter()
    lock = threading.Lock()

    def client(runtime: Runtime, attempt: Callable[[Tx], Any]) -> None:
        start.wait()
        try:
            runtime.write(world.actor(Role.DISPATCHER), attempt)
            ended = "won"
        except ConflictError as error:
            ended = error.code
        except RuleBrokenError as error:
            ended = error.findings[0].code
        with lock:
            outcomes[ended] += 1

    threads = [
        threading.Thread(target=client, args=(runtimes[n % PROCESSES], attempt)) for n, attempt in enumerate(attempts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for runtime in runtimes:
        runtime.database.engine.dispose()
    assert outcomes.total() == len(attempts), "a client ended with an error that is neither a win nor a refusal"
    return outcomes


def _stop_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reservations, "holder", lambda *args, **kwargs: None)


def _drop_reservation_guard(world: World) -> None:
    with world.runtime.database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE reservations DROP CONSTRAINT reservation_no_overlap"))
        else:
            connection.execute(text("DROP TRIGGER reservation_no_overlap_insert"))


def _fifty_trips(world: World) -> list[str]:
    with world.runtime.begin(WORKER) as tx:
        tx.session.add_all([a_vehicle(tx.now, f"鲁G2{n:04d}") for n in range(CLIENTS)])
    trips = []
    for n in range(CLIENTS):
        number = _book(world)
        with world.runtime.begin(world.actor(Role.DISPATCHER)) as tx:
            trips.append(dispatch.plan_trip(tx, _plan(world, number, f"鲁G2{n:04d}")).number)
    return trips


def _plan(world: World, number: str, plate: str = "鲁G10001") -> TripPlan:
    leaves = world.clock.now() + timedelta(hours=30)
    return TripPlan(consignments=[number], plate=plate, planned_departure_at=leaves)


def _book(world: World) -> str:
    with world.runtime.begin(world.actor(Role.DISPATCHER)) as tx:
        return str(booking.book(tx, world.order())[0]["number"])


def _overlaps(world: World) -> int:
    with world.runtime.read(WORKER) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Reservation)) or 0
        assert tx.session.scalar(select(func.count()).select_from(Trip)) or 0
        return double_booked(tx)


def _times_put_on(world: World) -> int:
    with world.runtime.read(WORKER) as tx:
        query = select(func.count()).select_from(SealEvent).join(Seal, Seal.id == SealEvent.seal_id)
        query = query.where(Seal.number == "YA000001", SealEvent.kind == SealEventKind.APPLIED)
        return tx.session.scalar(query) or 0
