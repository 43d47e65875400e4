"""The web process's own door: everyday's resources at the start, the seldom ones at their first use, and no gap."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from app import create_app, portal
from app.openapi import API_PREFIX
from app.portal import Portal
from models.vocabulary import Role
from services.runtime import Runtime
from tests.support.world import World

SELDOM = f"{API_PREFIX}/accidents"


@pytest.fixture
def door(lite_world: World) -> Portal:
    """A portal before its first request."""
    return Portal(lite_world.runtime)


def signed(world: World, role: Role) -> dict[str, str]:
    return {**world.signed(role)}


def test_every_address_is_answered_by_an_application_that_has_it(lite: Runtime) -> None:
    """Where a seldom resource stands under an address of every day, both belong to SELDOM in app/api/__init__.py."""
    door, whole = Portal(lite), create_app(lite)
    lost = [rule.rule for rule in whole.url_map.iter_rules() if not _has(door.behind(rule.rule), rule)]
    assert lost == []


def test_nothing_seldom_is_read_before_it_is_asked_for(door: Portal, lite_world: World) -> None:
    client = Client(door)
    assert client.get("/healthz").status_code == 200
    assert client.get(f"{API_PREFIX}/consignments", headers=signed(lite_world, Role.DISPATCHER)).status_code == 200
    assert door._all is None
    assert client.get(SELDOM, headers=signed(lite_world, Role.SAFETY)).status_code == 200
    assert door._all is not None


def test_an_unknown_address_looks_the_same_on_both_sides(door: Portal) -> None:
    client = Client(door)
    outside, inside = client.get("/wp-login.php"), client.get(f"{API_PREFIX}/nothing")
    assert (outside.status_code, inside.status_code) == (404, 404)
    assert outside.get_json()["type"] == inside.get_json()["type"] == "/problems/not-found"


def test_the_specification_tells_of_everything(door: Portal, lite: Runtime) -> None:
    told = Client(door).get(f"{API_PREFIX}/openapi.json").get_json()
    assert told == create_app(lite).test_client().get(f"{API_PREFIX}/openapi.json").json


def test_a_revoked_key_ends_on_both_sides_at_once(door: Portal, lite_world: World) -> None:
    client, safety = Client(door), signed(lite_world, Role.SAFETY)
    prefix = safety["Authorization"].removeprefix("Bearer lk_").partition(".")[0]
    assert client.get(SELDOM, headers=safety).status_code == 200
    gone = client.post(f"{API_PREFIX}/keys/{prefix}/revocation", json={"reason": "lost"}, headers=safety)
    assert gone.status_code == 200, gone.text
    assert client.get(SELDOM, headers=safety).status_code == 401


def test_many_first_requests_at_once_make_one_application(
    door: Portal, lite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Flask] = []
    monkeypatch.setattr(portal, "create_app", lambda *args: made.append(create_app(*args)) or made[-1])  # type: ignore[func-returns-value]
    headers, start, answers = signed(lite_world, Role.SAFETY), threading.Barrier(12), []

    def ask() -> None:
        start.wait()
        answers.append(Client(door).get(SELDOM, headers=headers).status_code)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 12
    assert len(made) == 1


def _has(app: Flask, rule: Any) -> bool:
    return any(own.rule == rule.rule and rule.methods <= (own.methods or set()) for own in app.url_map.iter_rules())
