"""The company's numbers by HTTP: read by staff, changed for the future by an administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from models.vocabulary import Role
from services.policy.ruleset import DEFAULTS
from services.transaction import STAFF
from tests.support.world import World

URL = "/api/v1/rules"


@pytest.fixture
def client(lite_world: World) -> FlaskClient:
    return lite_world.client()


def put(client: FlaskClient, world: World, change: Any, minutes: float = 5, role: Role = Role.ADMIN) -> Any:
    effective_from = (world.clock.now() + timedelta(minutes=minutes)).isoformat()
    body = {"effective_from": effective_from, "reason": "年度调整", "change": change}
    return client.put(URL, json=body, headers=world.signed(role))


def number(answer: Any, group: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in answer.json["numbers"] if (row["group"], row["name"]) == (group, name))
    return found


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.json
    return [finding["code"] for finding in answer.json["findings"]]


def test_every_number_is_told_with_unit_bounds_and_source(lite_world: World, client: FlaskClient) -> None:
    answer = client.get(URL, headers=lite_world.signed(Role.GATE))
    assert (answer.json["version"], answer.json["effective_from"], answer.json["coming"]) == (0, None, [])
    assert number(answer, "crew", "expiry_watch_days") == {
        "group": "crew", "name": "expiry_watch_days", "value": 60, "default": 60, "low": 1, "high": 365,
        "unit": "days", "source": "R-C-12",
    }  # fmt: skip
    switch = number(answer, "notice", "block_gate_without_notice")
    assert switch["value"] is True
    assert "low" not in switch


def test_a_change_is_announced_now_and_in_force_from_its_instant(world: World) -> None:
    client, headers = world.client(), world.signed(Role.MANAGER)
    made = put(client, world, {"crew": {"min_drivers": 3}, "notice": {"block_gate_without_notice": False}})
    assert made.status_code == 200
    assert number(made, "crew", "min_drivers")["value"] == DEFAULTS.crew.min_drivers
    coming = made.json["coming"]
    assert [(row["version"], row["made_by"], row["reason"]) for row in coming] == [(1, "admin", "年度调整")]
    assert coming[0]["change"] == {"crew": {"min_drivers": 3}, "notice": {"block_gate_without_notice": False}}
    world.clock.advance(minutes=4, seconds=59)
    assert client.get(URL, headers=headers).json["version"] == 0
    world.clock.advance(minutes=1, seconds=1)
    later = client.get(URL, headers=headers)
    assert (later.json["version"], later.json["coming"]) == (1, [])
    assert later.json["effective_from"] == "2026-03-01T22:05:00Z"
    assert number(later, "crew", "min_drivers")["value"] == 3


def test_unknown_names_and_values_out_of_bounds_are_refused_together(lite_world: World, client: FlaskClient) -> None:
    change = {"crew": {"min_drivers": 9, "wings": 2, "check_in_minutes": True}, "birds": {"count": 1}}
    told = sorted(codes(put(client, lite_world, change)))
    assert told == ["RULE_OUT_OF_BOUNDS", "RULE_UNKNOWN", "RULE_UNKNOWN", "RULE_WRONG_TYPE"]


def test_a_change_sooner_than_five_minutes_or_before_another_is_refused(lite_world: World, client: FlaskClient) -> None:
    change = {"crew": {"min_drivers": 3}}
    assert codes(put(client, lite_world, change, minutes=4.9)) == ["RULESET_TOO_SOON"]
    assert put(client, lite_world, change, minutes=30).status_code == 200
    assert codes(put(client, lite_world, change, minutes=30)) == ["RULESET_BEFORE_LATEST"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({}, "/change"),
        ({"crew": {}}, "/change/crew/value"),
        ({"crew": {"min_drivers": 2.5}}, "/change/crew/value/min_drivers/value"),
        ({"crew": {"min_drivers": 10**18}}, "/change/crew/value/min_drivers/value"),
        ({"Crew!": {"min_drivers": 2}}, "/change/Crew!/key"),
        ([], "/change"),
    ],
)
def test_a_change_has_the_form_of_the_numbers(
    lite_world: World, client: FlaskClient, change: Any, pointer: str
) -> None:
    answer = put(client, lite_world, change)
    assert answer.status_code == 422, answer.json
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_all_staff_read_the_rules_and_only_an_administrator_changes_them(
    lite_world: World, client: FlaskClient
) -> None:
    for role in Role:
        assert client.get(URL, headers=lite_world.signed(role)).status_code == (200 if role in STAFF else 403)
        if role is not Role.ADMIN:
            assert put(client, lite_world, {"crew": {"min_drivers": 3}}, role=role).status_code == 403
