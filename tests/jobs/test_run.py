"""One row from claim to outcome: once, in one transaction, never silently lost."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from services import outbox
from services.clock import StoppedClock
from services.outbox import Claim
from services.ports import Ports, Receipt
from services.runtime import Runtime
from services.transaction import WORKER, Tx
from tests.support.jobs import effect, effects, owe, row
from workers import inline, sweep
from workers.jobs import JOBS, Job, in_transaction, sending
from workers.run import Outcome, execute

SENT = Receipt(delivered=True, detail="sent")


def test_a_job_run_twice_has_one_effect(runtime: Runtime) -> None:
    outbox_id = owe(runtime, "effect")
    assert [execute(runtime, outbox_id) for _ in range(2)] == [Outcome.DONE, Outcome.SKIPPED]
    assert effects(runtime) == 1


def test_eight_workers_with_the_same_row_have_one_effect(runtime: Runtime) -> None:
    outbox_id, outcomes = owe(runtime, "effect"), []
    threads = [threading.Thread(target=lambda: outcomes.append(execute(runtime, outbox_id))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [Outcome.DONE] + [Outcome.SKIPPED] * 7
    assert effects(runtime) == 1


def test_a_failing_job_leaves_no_effect_but_its_reason_and_is_tried_again(
    lite: Runtime, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(tx: Tx) -> None:
        effect(tx)
        raise ValueError("the phone of 王师傅 is 13900001111")

    monkeypatch.setitem(JOBS, "breaks", in_transaction(breaks))
    outbox_id = owe(lite, "breaks")
    assert execute(lite, outbox_id) is Outcome.FAILED
    assert effects(lite) == 0
    kept = row(lite)
    assert kept.parked_reason == "ValueError: the phone of 王师傅 is 139****1111"
    assert kept.due_at == clock.now() + timedelta(seconds=10)
    assert execute(lite, outbox_id) is Outcome.SKIPPED
    monkeypatch.setitem(JOBS, "breaks", in_transaction(effect))
    clock.advance(seconds=10)
    assert execute(lite, outbox_id) is Outcome.DONE
    assert effects(lite) == 1


def test_a_poison_row_is_parked_after_its_last_try_and_delays_nothing_behind_it(
    lite: Runtime, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(tx: Tx) -> None:
        raise ValueError("never")

    monkeypatch.setitem(JOBS, "breaks", in_transaction(breaks))
    outbox_id = owe(lite, "breaks")
    owe(lite, "effect", key="behind")
    assert inline.drain(lite) == {Outcome.FAILED: 1, Outcome.DONE: 1}
    for _ in range(outbox.MAX_ATTEMPTS - 1):
        clock.advance(hours=1)
        inline.drain(lite)
    assert row(lite).parked_at == clock.now()
    assert row(lite).attempts == outbox.MAX_ATTEMPTS
    clock.advance(hours=1)
    assert execute(lite, outbox_id) is Outcome.SKIPPED


def test_a_row_whose_worker_dies_at_every_try_is_parked(lite: Runtime, clock: StoppedClock) -> None:
    outbox_id = owe(lite, "effect")
    for _ in range(outbox.MAX_ATTEMPTS):
        assert lite.write(WORKER, lambda tx: outbox.claim(tx, outbox_id)) is not None
        clock.advance(seconds=outbox.LEASE.total_seconds() + 1)
    assert execute(lite, outbox_id) is Outcome.PARKED
    assert "8 tries" in (row(lite).parked_reason or "")
    assert effects(lite) == 0


def test_a_name_that_is_no_job_is_parked_at_once(lite: Runtime) -> None:
    assert execute(lite, owe(lite, "os.system", command="true")) is Outcome.PARKED
    assert row(lite).parked_reason == "no job is named 'os.system'"


def test_every_recurring_job_is_on_the_allow_list() -> None:
    assert sweep.RECURRING.keys() <= JOBS.keys()


def test_a_service_that_names_an_instant_has_its_row_postponed_until_then(
    lite: Runtime, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def later(tx: Tx) -> datetime:
        return tx.now + timedelta(hours=2)

    monkeypatch.setitem(JOBS, "later", in_transaction(later))
    execute(lite, owe(lite, "later"))
    assert row(lite).due_at == clock.now() + timedelta(hours=2)
    assert row(lite).done_at is None


def test_nothing_is_sent_when_preparing_says_there_is_nothing_to_send(
    lite: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []

    def via(_ports: Ports, letter: object) -> Receipt:
        sent.append(letter)
        return SENT

    monkeypatch.setitem(JOBS, "send", sending(lambda tx: None, lambda tx, letter, receipt: None, via))
    assert execute(lite, owe(lite, "send")) is Outcome.DONE
    assert sent == []
    assert row(lite).done_at is not None


def test_an_outcome_is_recorded_after_sending_and_not_when_the_port_broke(
    lite: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_ports: Ports, _letter: object) -> Receipt:
        raise OSError("cable cut")

    monkeypatch.setitem(JOBS, "send", sending(lambda tx: "letter", lambda tx, *_: effect(tx), broken))
    assert execute(lite, owe(lite, "send")) is Outcome.FAILED
    assert effects(lite) == 0
    monkeypatch.setitem(JOBS, "send", sending(lambda tx: "letter", lambda tx, *_: effect(tx), lambda *_: SENT))
    assert execute(lite, owe(lite, "send", key="another")) is Outcome.DONE
    assert effects(lite) == 1


class Overtaken:
    """A port whose first call takes longer than the lease, so that a second worker does the row meanwhile."""

    def __init__(self, runtime: Runtime, clock: StoppedClock) -> None:
        self.runtime, self.clock = runtime, clock
        self.outbox_id = 0
        self.second: Outcome | None = None

    def __call__(self, _ports: Ports, _letter: object) -> Receipt:
        if self.second is None:
            self.second = Outcome.SKIPPED
            self.clock.advance(seconds=outbox.LEASE.total_seconds() + 1)
            self.second = execute(self.runtime, self.outbox_id)
        return SENT


def unfenced(port: Overtaken) -> Job:
    """The broken twin of ``sending``: it records its outcome without asking whether the row is still its own."""

    def job(runtime: Runtime, held: Claim) -> None:
        receipt = port(runtime.ports, "letter")
        assert receipt.delivered
        with runtime.begin(WORKER) as tx:
            effect(tx)
            outbox.finish(tx, held)

    return job


def test_a_worker_that_lost_its_lease_records_nothing(
    runtime: Runtime, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = Overtaken(runtime, clock)
    monkeypatch.setitem(JOBS, "send", sending(lambda tx: "letter", lambda tx, *_: effect(tx), port))
    port.outbox_id = owe(runtime, "send")
    assert execute(runtime, port.outbox_id) is Outcome.LEASE_LOST
    assert port.second is Outcome.DONE
    assert effects(runtime) == 1


def test_the_twin_without_a_fencing_token_records_twice(
    runtime: Runtime, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = Overtaken(runtime, clock)
    monkeypatch.setitem(JOBS, "send", unfenced(port))
    port.outbox_id = owe(runtime, "send")
    execute(runtime, port.outbox_id)
    assert effects(runtime) == 2


def test_a_sweep_owes_each_recurring_job_once_per_round(
    lite: Runtime, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "RECURRING", {"forget_old": timedelta(days=1)})
    assert inline.tick(lite) == {Outcome.DONE: 2}
    assert inline.tick(lite) == {}
    clock.advance(minutes=1)
    assert inline.tick(lite) == {Outcome.DONE: 1}
    clock.advance(days=1)
    assert inline.tick(lite) == {Outcome.DONE: 2}
