"""JT/T 808: a position is answered after its commit; what breaks in between is sent again and kept once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from services.errors import BusyError
from services.positions.tracking import Fix
from services.runtime import Runtime
from services.telematics.jt808 import Kind, Result
from tests.support.terminals import (
    Listening,
    Terminal,
    bcd,
    here,
    listening,
    stored,
    taken_in,
)
from tests.support.waiting import PATIENCE_S, until
from tests.support.world import World
from workers.jt808 import batcher, session
from workers.jt808.batcher import Batcher, Outcome
from workers.jt808.session import Session


class Gate:
    """Holds every commit of positions back until it is opened."""

    def __init__(self, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open, self.reached = threading.Event(), threading.Event()
        write = runtime.write

        def held(actor: Any, work: Any) -> Any:
            if "take" in work.__code__.co_names:
                self.reached.set()
                assert self.open.wait(PATIENCE_S)
            return write(actor, work)

        monkeypatch.setattr(runtime, "write", held)


def answered_only_after_the_commit(world: World, gate: Gate) -> None:
    """The promise itself, for the batcher and for its twin that breaks it."""
    with listening(world.runtime) as server, Terminal(server.port) as truck:
        try:
            truck.sign_in(taken_in(world))
            serial = truck.send(Kind.POSITION, here(world))
            assert gate.reached.wait(PATIENCE_S)
            truck.socket.settimeout(0.3)
            with pytest.raises(TimeoutError):
                truck.heard()
            assert stored(world.runtime) == []
        finally:
            gate.open.set()
        truck.socket.settimeout(PATIENCE_S)
        assert truck.answered() == (serial, Kind.POSITION, Result.OK)
        assert len(stored(world.runtime)) == 1


def test_a_position_is_answered_only_after_its_commit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answered_only_after_the_commit(world, Gate(world.runtime, monkeypatch))


def test_a_listener_that_answers_before_the_commit_is_found_out(
    lite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Batcher.put

    async def hasty(self: Batcher, fixes: Sequence[Fix]) -> Outcome:
        session.asyncio.ensure_future(put(self, fixes))
        return Outcome.STORED

    monkeypatch.setattr(Batcher, "put", hasty)
    gate = Gate(lite_world.runtime, monkeypatch)
    with pytest.raises(BaseException, match="DID NOT RAISE"):
        answered_only_after_the_commit(lite_world, gate)


def test_a_busy_database_gives_no_positive_answer_and_the_second_try_is_kept_once(
    world: World, server: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = taken_in(world)
    with Terminal(server.port) as truck:
        truck.sign_in(code)
        write = world.runtime.write

        def busy(actor: Any, work: Any) -> Any:
            raise BusyError("locked")

        monkeypatch.setattr(world.runtime, "write", busy)
        assert truck.ask(Kind.POSITION, here(world)) == Result.FAILED
        assert truck.ask(Kind.DRIVER_CARD, b"\x02" + bcd(world.clock.now())) == Result.FAILED
        monkeypatch.setattr(world.runtime, "write", write)
        assert truck.ask(Kind.POSITION, here(world)) == Result.OK
    assert len(stored(world.runtime)) == 1


def test_a_connection_that_breaks_between_commit_and_answer_loses_and_doubles_nothing(
    world: World, server: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = taken_in(world)
    answer = Session._answer

    def broken(self: Session, message: Any, serials: Any, result: Any) -> None:
        if message.kind == Kind.POSITION:
            self._writer.transport.abort()
        else:
            answer(self, message, serials, result)

    with Terminal(server.port) as truck:
        truck.sign_in(code)
        monkeypatch.setattr(Session, "_answer", broken)
        truck.send(Kind.POSITION, here(world))
        assert truck.hung_up()
    assert len(stored(world.runtime)) == 1
    monkeypatch.setattr(Session, "_answer", answer)
    with Terminal(server.port) as truck:
        truck.sign_in(code)
        assert truck.ask(Kind.POSITION, here(world)) == Result.OK
    assert len(stored(world.runtime)) == 1


def test_one_message_that_cannot_be_stored_spoils_no_other(
    lite_world: World, lite_server: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = taken_in(lite_world)
    write = lite_world.runtime.write

    def poisoned(actor: Any, work: Any) -> Any:
        fixes = [cell.cell_contents for cell in work.__closure__ or () if isinstance(cell.cell_contents, list)]
        if fixes and any(isinstance(fix, Fix) and fix.lat > 80 for fix in fixes[0]):
            raise RuntimeError("a fault of ours")
        return write(actor, work)

    monkeypatch.setattr(lite_world.runtime, "write", poisoned)
    with Terminal(lite_server.port) as truck:
        truck.sign_in(code)
        serials = [truck.send(Kind.POSITION, here(lite_world, lat=lat)) for lat in (36.8, 81.0, 36.81)]
        told = {serial: result for serial, _, result in (truck.answered() for _ in serials)}
    assert [told[serial] for serial in serials] == [Result.OK, Result.FAILED, Result.OK]
    assert len(stored(lite_world.runtime)) == 2


def test_many_connections_share_a_commit(world: World, server: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = {f"1390000{number:04d}": f"鲁G1000{number % 5 + 1}" for number in range(30)}
    trucks = []
    for phone, plate in codes.items():
        code = taken_in(world, phone, plate)
        trucks.append(Terminal(server.port, phone))
        assert trucks[-1].sign_in(code) == Result.OK
    # the batch is full when the last of them has reported, however long that takes
    monkeypatch.setattr(batcher, "LONGEST_S", PATIENCE_S)
    monkeypatch.setattr(batcher, "MOST_ROWS", len(trucks))
    commits: list[int] = []
    written = Batcher._written

    async def counted(self: Batcher, batch: Any) -> Any:
        commits.append(len(batch))
        return await written(self, batch)

    monkeypatch.setattr(Batcher, "_written", counted)
    for number, truck in enumerate(trucks):
        truck.send(Kind.POSITION, here(world, lat=36.8 + number / 1000))
    assert {truck.answered()[2] for truck in trucks} == {Result.OK}
    for truck in trucks:
        truck.socket.close()
    assert commits == [30]
    assert len(stored(world.runtime)) == 30


def test_a_flood_of_one_terminal_is_bounded_and_answered(lite_world: World, lite_server: Listening) -> None:
    count = 300
    with Terminal(lite_server.port) as truck:
        truck.sign_in(taken_in(lite_world, since=lite_world.clock.now() - timedelta(hours=2)))
        sent = [truck.frame(Kind.POSITION, here(lite_world, minutes=-number / 60)) for number in range(count)]
        truck.socket.sendall(b"".join(frame for _, frame in sent))
        told = {truck.answered()[::2] for _ in sent}
    assert told == {(serial, Result.OK) for serial, _ in sent}
    assert len(stored(lite_world.runtime)) == count


def test_a_listener_that_closes_commits_and_answers_what_it_has(
    lite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batcher, "LONGEST_S", PATIENCE_S)
    code = taken_in(lite_world)
    with listening(lite_world.runtime) as server, Terminal(server.port) as truck:
        truck.sign_in(code)
        serial = truck.send(Kind.POSITION, here(lite_world))
        until(lambda: server.listener._desk._batcher._rows == 1, "the position's coming in")
        assert stored(lite_world.runtime) == []
        server.call(server.listener.close)
        assert truck.answered() == (serial, Kind.POSITION, Result.OK)
        assert truck.hung_up()
    assert len(stored(lite_world.runtime)) == 1
