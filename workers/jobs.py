"""The allow-list of background jobs: a name in the outbox, and the service that does the work.

A job is one line here. ``in_transaction(service)`` runs ``service(tx, **args)`` and settles the outbox row in
the same transaction, so the effect and its receipt exist together or not at all. ``sending(prepare, record, via)``
makes three steps: decide in a transaction, call the port in none, record the outcome in another.
A service that returns an instant has its row postponed until then instead of finished.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

from services import idempotency, outbox
from services.accidents import calling, off_post, watching
from services.documents import monthly, printing
from services.estimates import estimating, experience, roads
from services.estimates.batches import rounds
from services.imports.run import run_chunk
from services.messages import events, notice_desk, notice_sending, notices
from services.outbox import Claim
from services.ports import Ports
from services.positions import position_months, position_retention, watch
from services.responsibility import stepping
from services.road import rests
from services.runtime import Runtime
from services.transaction import WORKER, Tx
from workers import sweep

Job: TypeAlias = Callable[[Runtime, Claim], None]
Letter = TypeVar("Letter")
Outcome = TypeVar("Outcome")
Known = TypeVar("Known")


class LeaseLostError(Exception):
    """Another worker holds the row by now: its outcome counts, this one's is rolled back."""


def in_transaction(service: Callable[..., object]) -> Job:
    """Make a job of one service call, done and settled in one transaction."""

    def job(runtime: Runtime, held: Claim) -> None:
        runtime.write(WORKER, lambda tx: settle(tx, held, service(tx, **held.args)))

    return job


def remembering(service: Callable[..., Known]) -> Job:
    """Make a job of one service call that is given what it gave before in this process, None at first.

    What it gives counts once its transaction is committed; after one that failed, it is given the same again.
    """
    kept: WeakKeyDictionary[Runtime, Known] = WeakKeyDictionary()

    def job(runtime: Runtime, held: Claim) -> None:
        def work(tx: Tx) -> Known:
            known = service(tx, kept.get(runtime), **held.args)
            settle(tx, held, None)
            return known

        kept[runtime] = runtime.write(WORKER, work)

    return job


def sending(
    prepare: Callable[..., Letter | datetime | None],
    record: Callable[[Tx, Letter, Outcome], object],
    via: Callable[[Ports, Letter], Outcome],
) -> Job:
    """Make a job of three steps: ``prepare(tx, **args)``, ``via(ports, letter)``, ``record(tx, letter, receipt)``.

    ``prepare`` gives None when nothing is to be sent any more, an instant when not before then. ``via`` runs outside
    any transaction and may run twice for one letter after a crash, so the letter carries an id that the receiver can
    recognise, or asks for what may be asked twice.
    """

    def job(runtime: Runtime, held: Claim) -> None:
        letter = runtime.write(WORKER, lambda tx: _prepared(tx, held, prepare))
        if letter is not None:
            receipt = via(runtime.ports, letter)
            runtime.write(WORKER, lambda tx: settle(tx, held, record(tx, letter, receipt)))

    return job


def settle(tx: Tx, held: Claim, result: object) -> None:
    """Finish the row, or postpone it when the service returned an instant.

    Raises LeaseLostError, which rolls the whole unit back, when the row has changed hands meanwhile.
    """
    kept = outbox.postpone(tx, held, result) if isinstance(result, datetime) else outbox.finish(tx, held)
    if not kept:
        raise LeaseLostError(held.id)


def _prepared(tx: Tx, held: Claim, prepare: Callable[..., Any]) -> Any:
    letter = prepare(tx, **held.args)
    if letter is not None and not isinstance(letter, datetime):
        return letter
    settle(tx, held, letter)
    return None


JOBS: dict[str, Job] = {
    "sweep": in_transaction(sweep.look),
    "forget_old": in_transaction(idempotency.forget_old),
    "forget_done": in_transaction(outbox.forget_done),
    "erase_positions": in_transaction(position_retention.erase_old),
    "prepare_partitions": in_transaction(position_months.prepare),
    "estimate_arrivals": in_transaction(estimating.estimate_due),
    "estimate_round": remembering(rounds.look_round),
    "watch_vehicles": in_transaction(watch.watch_due),
    "route_leg": sending(roads.prepare, roads.record, roads.deliver),
    "score_arrival": in_transaction(experience.score_arrival),
    "review_notices": in_transaction(notices.review_trip),
    "check_notice": in_transaction(notice_desk.check_ready),
    "check_acknowledged": in_transaction(notice_desk.check_acknowledged),
    "check_walk_round": in_transaction(rests.check_walk_round),
    "publish_event": in_transaction(events.publish_event),
    "deliver_webhook": sending(events.prepare_delivery, events.record_delivery, events.deliver),
    "call_on_duty": in_transaction(calling.call),
    "mail_alarm": sending(calling.prepare, calling.record, calling.deliver),
    "accident_clock": in_transaction(watching.watch),
    "watch_clocks": in_transaction(watching.watch_overdue),
    "begin_withheld": in_transaction(off_post.begin_withheld),
    "step_accident": in_transaction(stepping.step),
    "step_accidents": in_transaction(stepping.look),
    "run_import": in_transaction(run_chunk),
    "draft_monthly_report": in_transaction(monthly.draft_last_month),
    "check_monthly_report": in_transaction(monthly.check),
    "render_document": sending(printing.prepare, printing.record, printing.deliver),
    "send_notice": sending(notice_sending.prepare, notice_sending.record_outcome, notice_sending.deliver),
}
