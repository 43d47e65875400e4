"""Everything due, done in this process without a broker: for tests, the story, the replay and the desk."""

from __future__ import annotations

from collections import Counter

from services import outbox
from services.runtime import Runtime
from services.transaction import WORKER
from workers import sweep
from workers.run import Outcome, execute

BATCH = 500


def drain(runtime: Runtime, limit: int = 10_000) -> Counter[Outcome]:
    """Run what is due, and what that makes due, up to ``limit`` rows; give the count of each outcome.

    A failed row waits for its next try and stays behind, so a caller that expects none asserts on ``FAILED``.
    """
    outcomes: Counter[Outcome] = Counter()
    while outcomes.total() < limit:
        wanted = min(BATCH, limit - outcomes.total())
        ids = runtime.write(WORKER, lambda tx, wanted=wanted: outbox.hint_due(tx, wanted))  # type: ignore[misc]
        if not ids:
            break
        outcomes.update(execute(runtime, outbox_id) for outbox_id in ids)
    return outcomes


def one_pass(runtime: Runtime) -> None:
    """Run what is due now, without looking at what that makes due: for a caller that looks again itself."""
    for outbox_id in runtime.write(WORKER, lambda tx: outbox.hint_due(tx, BATCH)):
        execute(runtime, outbox_id)


def tick(runtime: Runtime, limit: int = 10_000) -> Counter[Outcome]:
    """Owe this minute's sweep as the relay would, then drain."""
    runtime.write(WORKER, sweep.plan)
    return drain(runtime, limit)
