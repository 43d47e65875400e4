"""News for shippers: which endpoints are owed what, the schedule of tries, endpoints that are shut."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.consignments import Consignment
from models.notices import Task
from models.parties import Channel
from models.records import JournalEntry, OutboxRow, WebhookDelivery
from models.trips import Trip
from models.vocabulary import AttemptState, Role, TaskKind
from services.errors import NotFoundError
from services.masterdata import channels
from services.messages import events
from services.policy.findings import RuleBrokenError
from services.policy.webhooks import TRIES
from services.ports import Receipt
from services.transaction import WORKER
from tests.support.shipment import Shipment, a_hook
from tests.support.world import World
from workers import inline

DOWN = Receipt(delivered=False, detail="HTTP 503")
GONE = Receipt(delivered=False, detail="HTTP 410", gone=True)


def deliveries(world: World) -> list[WebhookDelivery]:
    with world.runtime.read(WORKER) as tx:
        return list(tx.session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def the_delivery(world: World) -> WebhookDelivery:
    (found,) = deliveries(world)
    return found


def publish(world: World, event: str = "consignment.booked", **facts: Any) -> int:
    def work(tx: Any) -> int:
        consignment_id = tx.session.scalars(select(Consignment.id)).one()
        return events.publish_event(tx, event, consignment_id, tx.now.isoformat(), facts)

    return world.runtime.write(WORKER, work)


def the_task(world: World) -> Task:
    with world.runtime.read(WORKER) as tx:
        return tx.session.scalars(select(Task).where(Task.kind == TaskKind.WEBHOOK_PARKED)).one()


def channel(world: World, public_id: str) -> Channel:
    with world.runtime.read(WORKER) as tx:
        return tx.session.scalars(select(Channel).where(Channel.public_id == public_id)).one()


def next_due(world: World) -> datetime:
    with world.runtime.read(WORKER) as tx:
        query = select(OutboxRow.due_at).where(OutboxRow.job == "deliver_webhook", OutboxRow.done_at.is_(None))
        return tx.session.scalars(query).one()


def booked(world: World, **hook: Any) -> str:
    """Book with an endpoint that hears of nothing yet, so that each test publishes what it means."""
    Shipment(world)
    return a_hook(world, **hook)


def test_a_booking_reaches_the_shippers_endpoint_with_its_secret(world: World) -> None:
    hook = a_hook(world)
    shipment = Shipment(world, customer_ref="PO-7")
    inline.drain(world.runtime)
    (call,) = world.caller.posted
    with world.runtime.read(WORKER) as tx:
        key = channels.secret_of(tx, tx.session.scalars(select(Channel).where(Channel.public_id == hook)).one())
    assert call.secrets == (key,)
    assert call.url == "https://example.com/shipper"
    assert call.webhook_id == the_delivery(world).public_id
    body = json.loads(call.body)
    assert (body["type"], body["timestamp"]) == ("consignment.booked", "2026-03-01T22:00:00+00:00")
    assert {name: body["data"][name] for name in ("consignment", "customer_ref", "state", "trip")} == {
        "consignment": shipment.number, "customer_ref": "PO-7", "state": "booked", "trip": None,
    }  # fmt: skip
    assert body["data"]["promised_arrival_at"] == "2026-03-04T22:00:00+00:00"
    assert call.timestamp_s == int(world.clock.now().timestamp())


@pytest.mark.parametrize(("wanted", "made"), [((), 1), (("consignment.booked",), 1), (("consignment.arrived",), 0)])
def test_an_endpoint_gets_what_it_asked_for_and_all_when_it_asked_for_nothing(
    lite_world: World, wanted: tuple[str, ...], made: int
) -> None:
    booked(lite_world, events=wanted)
    assert publish(lite_world) == made


def test_a_disabled_endpoint_and_another_shippers_get_nothing(lite_world: World) -> None:
    hook = booked(lite_world)
    with lite_world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(Channel).where(Channel.public_id == hook).values(disabled_at=tx.now))
    assert publish(lite_world) == 0
    with lite_world.runtime.begin(WORKER) as tx:
        other = select(Consignment.shipper_id + 1).scalar_subquery()
        tx.session.execute(update(Channel).where(Channel.public_id == hook).values(disabled_at=None, party_id=other))
    assert publish(lite_world) == 0


def test_an_unknown_consignment_is_no_news(lite_world: World) -> None:
    with lite_world.runtime.begin(WORKER) as tx:
        assert events.publish_event(tx, "consignment.booked", 99, tx.now.isoformat(), {}) == 0


def test_every_try_carries_the_same_id_and_the_same_body(world: World) -> None:
    booked(world)
    publish(world, seals=["YA1"], lines={"b": 1, "a": 2})
    world.caller.answer = DOWN
    for _ in range(3):
        inline.drain(world.runtime)
        world.clock.advance(hours=1)
    assert len(world.caller.posted) == 3
    assert len({(call.webhook_id, call.body) for call in world.caller.posted}) == 1
    assert len({call.timestamp_s for call in world.caller.posted}) == 3


def test_a_failing_endpoint_is_tried_for_three_days_and_then_given_to_a_person(lite_world: World) -> None:
    hook = booked(lite_world)
    publish(lite_world)
    lite_world.caller.answer = DOWN
    began, pauses = lite_world.clock.now(), []
    for tried in range(1, TRIES + 1):
        inline.drain(lite_world.runtime)
        found = the_delivery(lite_world)
        assert found.attempts == tried
        if tried < TRIES:
            due = next_due(lite_world)
            pauses.append(due - lite_world.clock.now())
            lite_world.clock.move_to(due)
    assert pauses[:3] == [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)]
    assert timedelta(days=3) < lite_world.clock.now() - began < timedelta(days=3.5)
    parked = the_delivery(lite_world)
    assert (parked.state, parked.last_error) == (AttemptState.FAILED, "HTTP 503")
    assert the_task(lite_world).facts["delivery"] == parked.public_id
    assert channel(lite_world, hook).disabled_at is None
    lite_world.clock.advance(days=1)
    inline.drain(lite_world.runtime)
    assert len(lite_world.caller.posted) == TRIES


def test_a_success_ends_the_tries_and_the_failing_time(lite_world: World) -> None:
    hook = booked(lite_world)
    publish(lite_world)
    lite_world.caller.answer = DOWN
    inline.drain(lite_world.runtime)
    assert channel(lite_world, hook).failing_since == lite_world.clock.now()
    lite_world.caller.answer = Receipt(delivered=True, detail="HTTP 200")
    lite_world.clock.advance(seconds=5)
    inline.drain(lite_world.runtime)
    found = the_delivery(lite_world)
    assert (found.state, found.attempts, found.last_error) == (AttemptState.DELIVERED, 2, None)
    assert channel(lite_world, hook).failing_since is None


def test_an_endpoint_that_is_gone_is_shut_at_once(world: World) -> None:
    hook = booked(world)
    publish(world)
    publish(world, "consignment.arrived")
    world.caller.answer = GONE
    inline.drain(world.runtime)
    shut = channel(world, hook)
    assert (shut.disabled_at, shut.disabled_reason) == (world.clock.now(), "HTTP 410")
    assert len(world.caller.posted) == 1
    assert [one.state for one in deliveries(world)] == [AttemptState.FAILED, AttemptState.FAILED]
    assert deliveries(world)[1].last_error == "the endpoint is disabled"
    assert the_task(world).facts["channel"] == hook
    with world.runtime.read(WORKER) as tx:
        entry = tx.session.scalars(select(JournalEntry).where(JournalEntry.action == "channel.disabled")).one()
    assert entry.facts["error"] == "HTTP 410"


@pytest.mark.parametrize(("failing", "shut"), [(timedelta(days=5), True), (timedelta(days=5, seconds=-1), False)])
def test_an_endpoint_is_shut_when_its_five_days_of_failure_are_full(
    lite_world: World, failing: timedelta, shut: bool
) -> None:
    hook = booked(lite_world)
    with lite_world.runtime.begin(WORKER) as tx:
        since = tx.now - failing
        tx.session.execute(update(Channel).where(Channel.public_id == hook).values(failing_since=since))
    publish(lite_world)
    lite_world.caller.answer = DOWN
    inline.drain(lite_world.runtime)
    assert (channel(lite_world, hook).disabled_at is not None) is shut
    assert (the_delivery(lite_world).state is AttemptState.FAILED) is shut


def test_an_outcome_told_twice_counts_once(lite_world: World) -> None:
    booked(lite_world)
    publish(lite_world)
    delivery_id = the_delivery(lite_world).id
    with lite_world.runtime.begin(WORKER) as tx:
        posting = events.prepare_delivery(tx, delivery_id)
    assert posting is not None
    for receipt in (Receipt(delivered=True, detail="HTTP 200"), DOWN):
        with lite_world.runtime.begin(WORKER) as tx:
            events.record_delivery(tx, posting, receipt)
    assert (the_delivery(lite_world).state, the_delivery(lite_world).last_error) == (AttemptState.DELIVERED, None)
    with lite_world.runtime.begin(WORKER) as tx:
        assert events.prepare_delivery(tx, delivery_id) is None


def test_sending_again_needs_an_end_and_an_open_endpoint(lite_world: World) -> None:
    hook = booked(lite_world)
    publish(lite_world)
    found = the_delivery(lite_world)
    actor = lite_world.actor(Role.SHIPPER)
    with pytest.raises(RuleBrokenError, match="DELIVERY_STILL_RUNNING"):
        lite_world.runtime.write(actor, lambda tx: events.resend(tx, found.public_id))
    lite_world.caller.answer = GONE
    inline.drain(lite_world.runtime)
    with pytest.raises(RuleBrokenError, match="ENDPOINT_DISABLED"):
        lite_world.runtime.write(actor, lambda tx: events.resend(tx, found.public_id))
    lite_world.runtime.write(actor, lambda tx: channels.enable(tx, "SH-1", hook))
    lite_world.caller.answer = Receipt(delivered=True, detail="HTTP 200")
    lite_world.runtime.write(actor, lambda tx: events.resend(tx, found.public_id))
    inline.drain(lite_world.runtime)
    assert [call.webhook_id for call in lite_world.caller.posted] == [found.public_id] * 2
    assert the_delivery(lite_world).state is AttemptState.DELIVERED


def test_sending_a_parked_delivery_again_ends_its_task(lite_world: World) -> None:
    booked(lite_world)
    publish(lite_world)
    lite_world.caller.answer = DOWN
    for _ in range(TRIES - 1):
        inline.drain(lite_world.runtime)
        lite_world.clock.move_to(next_due(lite_world))
    inline.drain(lite_world.runtime)
    found = the_delivery(lite_world)
    lite_world.runtime.write(lite_world.actor(Role.SHIPPER), lambda tx: events.resend(tx, found.public_id))
    assert the_task(lite_world).outcome == "sent again"
    inline.drain(lite_world.runtime)
    assert (the_delivery(lite_world).state, the_delivery(lite_world).attempts) == (AttemptState.FAILED, TRIES + 1)


def test_another_shippers_delivery_cannot_be_sent_again(lite_world: World) -> None:
    booked(lite_world)
    publish(lite_world)
    found = the_delivery(lite_world)
    with pytest.raises(NotFoundError):
        lite_world.runtime.write(lite_world.other_shipper, lambda tx: events.resend(tx, found.public_id))


def test_an_arrival_is_news_when_its_small_moves_add_up_to_an_hour(world: World) -> None:
    a_hook(world, events=("consignment.eta_changed",))
    shipment = Shipment(world).planned()
    news = [_moved_to(world, minutes) for minutes in (20, 40, 59, 60, 90, 119, 120)]
    assert news == [False, False, False, True, False, False, True]
    inline.drain(world.runtime)
    bodies = [json.loads(call.body) for call in world.caller.posted]
    assert [body["type"] for body in bodies] == ["consignment.eta_changed"] * 2
    assert {body["data"]["consignment"] for body in bodies} == {shipment.number}
    assert sorted(body["data"]["facts"]["minutes"] for body in bodies) == [60, 60]


def test_half_an_hour_earlier_is_news_and_an_unmoved_arrival_asks_nothing(lite_world: World) -> None:
    a_hook(lite_world)
    Shipment(lite_world).planned()
    assert _moved_to(lite_world, -29) is False
    assert _moved_to(lite_world, -30) is True
    assert _moved_to(lite_world, -30) is False


def _moved_to(world: World, minutes: int) -> bool:
    """Let the estimate of the last stop lie this far from its plan, as the estimator would."""
    world.clock.advance(minutes=1)
    with world.runtime.begin(WORKER) as tx:
        trip = tx.session.scalars(select(Trip)).one()
        stop = trip.stops[-1]
        before = stop.estimated_arrival_at
        stop.estimated_arrival_at = stop.planned_arrival_at + timedelta(minutes=minutes)
        return events.eta_changed(tx, trip, stop, before)
