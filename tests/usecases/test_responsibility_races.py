"""Several hands on one case at once: shares never pass the whole, a gate is signed once, a move is made once (P6, P7).

The shares have a broken twin: without the lock on the case the same count must see more than the whole.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import func, select

from models.records import JournalEntry
from models.responsibility import GateSignature, InvolvedPerson
from models.vocabulary import AccidentGate, AccidentState, InvolvedRole, Role
from services import accident_cases
from services.errors import ConflictError
from services.policy.accidents.people import WHOLE, object_to_shares
from services.policy.findings import Finding, RuleBrokenError
from services.responsibility import gates, people, stepping
from services.transaction import WORKER, Tx
from tests.support import responsibility as walk
from tests.support.accidents import Named, accident_in
from tests.support.responsibility import case, state
from tests.support.waiting import PATIENCE_S
from tests.support.world import World, new_runtime

CLIENTS = 6
OVERLAP_S = 1.0


def race(world: World, role: Role | None, work: Callable[[Tx, int], object]) -> Counter[str]:
    """Let clients with engines of their own do the same work at one moment; give how each ended."""
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(CLIENTS)
    actor = WORKER if role is None else world.actor(role)
    lock = threading.Lock()

    def client(number: int) -> None:
        runtime = new_runtime(world.runtime.settings.database_url, world.clock)
        start.wait()
        try:
            runtime.write(actor, lambda tx: work(tx, number))
            ended = "won"
        except RuleBrokenError as error:
            ended = error.findings[0].code
        except ConflictError as error:
            ended = error.code
        finally:
            runtime.database.engine.dispose()
        with lock:
            outcomes[ended] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def shared_case(world: World) -> str:
    loaders = [Named(staff_no=f"L{n}", role=InvolvedRole.LOADER, share=0) for n in range(CLIENTS)]
    return accident_in(world, AccidentState.INVESTIGATING, people=loaders)


def whole_of(world: World) -> int:
    with world.runtime.read(WORKER) as tx:
        return tx.session.scalar(select(func.sum(InvolvedPerson.share))) or 0


def wait_for_all(monkeypatch: pytest.MonkeyPatch, longest_s: float) -> None:
    """Make everybody wait for all the others between reading the shares and writing them, until one gives up."""
    all_have_read = threading.Barrier(CLIENTS)

    def pausing(shares: Iterable[int]) -> Iterator[Finding]:
        with suppress(threading.BrokenBarrierError):
            all_have_read.wait(longest_s)
        yield from object_to_shares(shares)

    monkeypatch.setattr(people, "object_to_shares", pausing)


def test_shares_that_are_written_at_once_stay_within_the_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for_all(monkeypatch, OVERLAP_S)
    number = shared_case(world)
    ended = race(world, Role.SAFETY, lambda tx, n: people.amend(tx, number, f"L{n}", {"share": 40 * WHOLE // 100}))
    assert ended == {"won": 2, "SHARES_OVER_WHOLE": CLIENTS - 2}
    assert whole_of(world) == 80 * WHOLE // 100


# SQLite has one writer at a time, with or without this lock
@pytest.mark.parametrize("runtime", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_without_the_lock_on_the_case_they_pass_the_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for_all(monkeypatch, PATIENCE_S)

    def unlocked(tx: Tx, number: str, **_: Any) -> object:
        return accident_cases.find_accident(tx, number)

    monkeypatch.setattr(people, "find_accident", unlocked)
    # the chain of the journal is a second guard: two entries of one number are refused
    monkeypatch.setattr(Tx, "journal", lambda *_, **__: None)
    number = shared_case(world)
    race(world, Role.SAFETY, lambda tx, n: people.amend(tx, number, f"L{n}", {"share": 40 * WHOLE // 100}))
    assert whole_of(world) > WHOLE


def test_a_gate_that_is_signed_at_once_is_signed_once(world: World) -> None:
    number = accident_in(world, AccidentState.ENFORCING, **walk.CAUSE)
    ended = race(world, Role.SAFETY, lambda tx, _: gates.sign(tx, number, AccidentGate.G1_CAUSE, "见卷宗"))
    assert ended == {"won": 1, "GATE_SIGNED_ALREADY": CLIENTS - 1}
    with world.runtime.read(WORKER) as tx:
        assert tx.session.scalar(select(func.count(GateSignature.id))) == 1


def test_a_case_that_is_stepped_at_once_moves_once(world: World) -> None:
    number = walk.waiting(world)
    walk.determine(world, number)
    world.clock.advance(hours=24 * 5)
    accident_id = case(world, number).id
    assert race(world, None, lambda tx, _: stepping.step(tx, accident_id)) == {"won": CLIENTS}
    assert state(world, number) is AccidentState.DETERMINATION_FINAL
    with world.runtime.read(WORKER) as tx:
        query = select(func.count(JournalEntry.id)).where(JournalEntry.action == "accident.determination_final")
        assert tx.session.scalar(query) == 1
