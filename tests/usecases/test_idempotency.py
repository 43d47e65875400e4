"""The same Idempotency-Key is one effect and one answer, whoever comes at the same time (P2)."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import create_app
from models.consignments import Consignment
from models.records import IdempotencyAnswer
from models.vocabulary import Role
from services import idempotency
from services.runtime import Runtime
from services.transaction import WORKER
from tests.support import journey
from tests.support.world import World, new_runtime

CLIENTS = 50
PROCESSES = 5  # web processes with engines of their own, so that no lock inside one of them hides a race
KEY = "order-4711"
PATH = "/consignments"


@contextmanager
def processes(world: World) -> Iterator[list[Any]]:
    """Start some web applications on one database."""
    url = world.runtime.settings.database_url
    runtimes = [new_runtime(url, world.clock, web_threads=4) for _ in range(PROCESSES)]
    try:
        yield [create_app(runtime) for runtime in runtimes]
    finally:
        for runtime in runtimes:
            runtime.database.engine.dispose()


def race(world: World, keys: list[str]) -> list[TestResponse]:
    """Book the same goods at once, one client per key, and give the answers."""
    body, start = world.booking(), threading.Barrier(len(keys))
    answers: list[TestResponse] = []

    def book(app: Any, key: str) -> None:
        headers = world.signed(Role.SHIPPER, **{"Idempotency-Key": key})
        client = app.test_client()
        start.wait()
        answers.append(client.post(journey.API + PATH, json=body, headers=headers))

    with processes(world) as apps:
        threads = [
            threading.Thread(target=book, args=(apps[number % PROCESSES], key)) for number, key in enumerate(keys)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return answers


def booked(runtime: Runtime) -> int:
    with runtime.read(WORKER) as tx:
        return tx.session.scalar(select(func.count(Consignment.id))) or 0


def send(world: World, body: Any, role: Role = Role.SHIPPER, path: str = PATH, key: str = KEY) -> TestResponse:
    return journey.send(world, role, "POST", path, body, {"Idempotency-Key": key})


def test_fifty_clients_with_one_key_book_once_and_hear_the_same(world: World) -> None:
    answers = race(world, [KEY] * CLIENTS)
    assert Counter(answer.status_code for answer in answers) == {201: CLIENTS}
    assert len({answer.data for answer in answers}) == 1
    assert len({(answer.headers["ETag"], answer.headers["Location"]) for answer in answers}) == 1
    replayed = Counter(answer.headers.get("Idempotent-Replayed") for answer in answers)
    assert replayed == {None: 1, "true": CLIENTS - 1}
    assert booked(world.runtime) == 1


def test_fifty_clients_with_fifty_keys_book_fifty_times(world: World) -> None:
    answers = race(world, [f"order-{number}" for number in range(CLIENTS)])
    assert Counter(answer.status_code for answer in answers) == {201: CLIENTS}
    assert booked(world.runtime) == CLIENTS


def test_without_the_claim_the_same_race_books_many_times(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "claim", lambda tx, asked: None)
    answers = race(world, [KEY] * CLIENTS)
    assert booked(world.runtime) > 1
    assert len({answer.data for answer in answers}) > 1


def test_the_answer_is_the_first_ones_to_the_letter_after_everything_moved_on(world: World) -> None:
    body = world.booking()
    first = send(world, body)
    number = first.json["number"]
    journey.post(world, Role.SHIPPER, f"/consignments/{number}/cancellation", {"reason": "不发了"})
    world.clock.advance(days=7)
    again = send(world, body)
    assert (again.status_code, again.data) == (201, first.data)
    assert (again.headers["ETag"], again.headers["Location"]) == (first.headers["ETag"], first.headers["Location"])
    assert again.headers["Idempotent-Replayed"] == "true"
    assert booked(world.runtime) == 1


def test_answers_are_kept_seven_days_and_forgotten_after_eight(world: World) -> None:
    send(world, world.booking())
    for after, kept in ((timedelta(days=7), 1), (timedelta(days=1, seconds=1), 0)):
        world.clock.advance(seconds=int(after.total_seconds()))
        with world.runtime.begin(WORKER) as tx:
            idempotency.forget_old(tx)
        with world.runtime.read(WORKER) as tx:
            assert tx.session.scalar(select(func.count(IdempotencyAnswer.id))) == kept


def test_a_refusal_keeps_nothing_so_the_corrected_booking_goes_through_under_its_key(world: World) -> None:
    past = (world.clock.now() - timedelta(days=1)).isoformat()
    refused = send(world, world.booking(promised_arrival_at=past))
    assert refused.status_code == 409
    corrected = send(world, world.booking())
    assert corrected.status_code == 201
    assert "Idempotent-Replayed" not in corrected.headers
    assert booked(world.runtime) == 1


def test_invalid_input_keeps_nothing_either(world: World) -> None:
    assert send(world, {**world.booking(), "lines": []}).status_code == 422
    assert send(world, world.booking()).status_code == 201


def test_a_failure_of_the_server_means_that_nothing_happened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("the disk is on fire")

    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "store", fail)
        client = create_app(world.runtime).test_client()
        client.application.config["PROPAGATE_EXCEPTIONS"] = False
        headers = world.signed(Role.SHIPPER, **{"Idempotency-Key": KEY})
        answer = client.post(journey.API + PATH, json=world.booking(), headers=headers)
        assert answer.status_code == 500
        assert answer.mimetype == "application/problem+json"
    assert booked(world.runtime) == 0
    assert send(world, world.booking()).status_code == 201


def test_another_body_under_the_same_key_is_invalid_and_books_nothing(world: World) -> None:
    send(world, world.booking())
    other = send(world, world.booking(notes="别的"))
    assert other.status_code == 422
    assert other.json["type"] == "/problems/key-reused"
    assert [finding["code"] for finding in other.json["findings"]] == ["IDEMPOTENCY_KEY_REUSED"]
    assert booked(world.runtime) == 1


def test_a_key_belongs_to_its_caller_and_to_its_route(world: World) -> None:
    send(world, world.booking())
    desk = send(world, world.booking(shipper="SH-1"), Role.DISPATCHER)
    assert desk.status_code == 201
    assert "Idempotent-Replayed" not in desk.headers
    order = send(world, {"consignments": [world.booking()]}, path="/orders")
    assert order.status_code == 201
    assert "Idempotent-Replayed" not in order.headers
    assert booked(world.runtime) == 3


def test_two_objects_of_one_kind_are_two_routes(world: World) -> None:
    numbers = [journey.book(world) for _ in range(2)]
    for number in numbers:
        trip = journey.plan(world, number, vehicle="鲁G10001" if number == numbers[0] else "鲁G10002")
        answer = send(world, {"reason": "计划变更"}, Role.DISPATCHER, f"/trips/{trip}/cancellation")
        assert answer.json["number"] == trip


@pytest.mark.parametrize("key", ["", " ", "k" * 81, "键", "a\tb"])
def test_a_key_that_is_none_is_invalid(lite_world: World, key: str) -> None:
    client = journey.client_of(lite_world)
    environ = {"HTTP_IDEMPOTENCY_KEY": key.encode().decode("latin-1")}
    answer = client.post(
        journey.API + PATH, data=json.dumps(lite_world.booking()), content_type="application/json",
        headers=lite_world.signed(Role.SHIPPER), environ_overrides=environ,
    )  # fmt: skip
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/Idempotency-Key"
    assert booked(lite_world.runtime) == 0
