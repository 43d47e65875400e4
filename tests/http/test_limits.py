"""The doors that need no key: so many calls a minute from one address, and what is said to those beyond."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app import limits
from app.limits import Limiter


@pytest.fixture
def minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """A time that the test sets."""
    now = [1000.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def limiter() -> Limiter:
    """A limiter of its own."""
    return Limiter()


@pytest.fixture
def client(limiter: Limiter) -> Any:
    """A client of two doors, each open three times a minute."""
    app = Flask("doors")

    @app.get("/one")
    @limiter.limit("3/minute")
    def one() -> str:
        return "in"

    @app.get("/other")
    @limiter.limit("3/minute")
    def other() -> str:
        return "in"

    return app.test_client()


def statuses(client: Any, calls: int, path: str = "/one", address: str = "10.0.0.1") -> list[int]:
    return [client.get(path, environ_base={"REMOTE_ADDR": address}).status_code for _ in range(calls)]


def test_the_fourth_call_of_a_minute_is_refused_and_told_when_to_come_again(client: Any, minute: list[float]) -> None:
    assert statuses(client, 3) == [200, 200, 200]
    minute[0] += 20
    refused = client.get("/one", environ_base={"REMOTE_ADDR": "10.0.0.1"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")


def test_after_the_minute_the_count_begins_anew(client: Any, minute: list[float]) -> None:
    assert statuses(client, 4)[-1] == 429
    minute[0] += 59.9
    assert statuses(client, 1) == [429]
    minute[0] += 0.2
    assert statuses(client, 4) == [200, 200, 200, 429]


def test_every_address_and_every_door_is_counted_by_itself(client: Any, minute: list[float]) -> None:
    assert statuses(client, 4)[-1] == 429
    assert statuses(client, 1, address="10.0.0.2") == [200]
    assert statuses(client, 1, path="/other") == [200]


def test_windows_that_are_over_are_forgotten_when_there_are_many(
    client: Any, limiter: Limiter, minute: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MANY", 10)
    for number in range(20):
        statuses(client, 1, address=f"10.0.1.{number}")
    minute[0] += 61
    statuses(client, 1)
    assert list(limiter._counted) == [(limiter_door(client), "10.0.0.1")]


def limiter_door(client: Any) -> str:
    view = client.application.view_functions["one"]
    return f"{view.__module__}.{view.__name__}"
