"""One outbox row from claim to outcome; ``run`` is the only function the queue may name."""

from __future__ import annotations

from enum import StrEnum

from services import log, outbox
from services.outbox import Claim
from services.runtime import Runtime
from services.transaction import WORKER
from workers.context import CONTEXT
from workers.jobs import JOBS, LeaseLostError

logger = log.get_logger("workers.run")


class Outcome(StrEnum):
    """How one run ended."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    PARKED = "parked"
    LEASE_LOST = "lease_lost"


def run(outbox_id: int) -> None:
    """Run one row in this process's runtime; what the queue carries is this name and the row's id."""
    execute(CONTEXT.runtime(), outbox_id)


def execute(runtime: Runtime, outbox_id: int) -> Outcome:
    """Claim the row under a lease, do its job, record the outcome; safe to call any number of times.

    A failure is recorded with its reason and tried again later; a row whose name is unknown, or whose worker
    died at every try, is parked for a person.
    """
    held = runtime.write(WORKER, lambda tx: outbox.claim(tx, outbox_id))
    if held is None:
        return Outcome.SKIPPED
    log.begin(job=held.job, outbox_id=held.id)
    if held.job not in JOBS:
        return _park(runtime, held, f"no job is named {held.job!r}")
    if held.attempts > outbox.MAX_ATTEMPTS:
        return _park(runtime, held, f"the worker ended without an outcome at each of {held.attempts - 1} tries")
    return _attempt(runtime, held)


def _attempt(runtime: Runtime, held: Claim) -> Outcome:
    try:
        JOBS[held.job](runtime, held)
    except LeaseLostError:
        logger.warning("job.lease_lost")
        return Outcome.LEASE_LOST
    except Exception as error:  # the reason goes into the row, which is tried again or parked
        logger.exception("job.failed", attempt=held.attempts)
        reason = log.masked(f"{type(error).__name__}: {error}")
        runtime.write(WORKER, lambda tx: outbox.fail(tx, held, reason))
        return Outcome.PARKED if held.attempts >= outbox.MAX_ATTEMPTS else Outcome.FAILED
    return Outcome.DONE


def _park(runtime: Runtime, held: Claim, reason: str) -> Outcome:
    logger.error("job.parked", reason=reason)
    runtime.write(WORKER, lambda tx: outbox.park(tx, held, reason))
    return Outcome.PARKED
