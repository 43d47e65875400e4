"""Tasks of the desk: raised once per cause, listed and completed by HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.consignments import Consignment
from models.records import JournalEntry
from models.vocabulary import Role, TaskKind
from services import tasks
from services.transaction import WORKER
from tests.support.world import World

URL = "/api/v1/tasks"


@pytest.fixture
def client(lite_world: World) -> FlaskClient:
    return lite_world.client()


def raised(world: World, key: str, kind: TaskKind = TaskKind.PROBLEM, **more: Any) -> bool:
    with world.runtime.begin(WORKER) as tx:
        return tasks.raise_task(tx, kind, key, tx.now + timedelta(hours=1), **more)


def test_each_cause_raises_one_task_open_or_done(world: World) -> None:
    client, headers = world.client(), world.signed(Role.DISPATCHER)
    assert raised(world, "p-1", facts={"note": "胎压低"}) is True
    assert raised(world, "p-1", TaskKind.SILENT_TRUCK) is False
    listed = client.get(URL, headers=headers).json["items"]
    assert [(task["kind"], task["facts"], task["trip"], task["done_at"]) for task in listed] == [
        ("problem", {"note": "胎压低"}, None, None)
    ]
    client.post(f"{URL}/{listed[0]['id']}/completion", json={"outcome": "已处理"}, headers=headers)
    assert raised(world, "p-1") is False


def test_a_task_names_its_consignment_and_stands_in_its_history(lite_world: World, client: FlaskClient) -> None:
    number = client.post(
        "/api/v1/consignments", json=lite_world.booking(), headers=lite_world.signed(Role.SHIPPER)
    ).json["number"]
    with lite_world.runtime.read(WORKER) as tx:
        consignment_id = tx.session.scalars(select(Consignment.id)).one()
    raised(lite_world, "c-1", TaskKind.CALL_CONSIGNEE, consignment_id=consignment_id)
    listed = client.get(URL, headers=lite_world.signed(Role.GATE)).json["items"]
    assert [task["consignment"] for task in listed] == [number]
    with lite_world.runtime.read(WORKER) as tx:
        written = tx.session.scalars(
            select(JournalEntry.action).where(JournalEntry.consignment_id == consignment_id).order_by(JournalEntry.id)
        ).all()
    assert written == ["consignment.booked", "task.raised"]


def test_a_task_is_completed_once_with_an_outcome(lite_world: World, client: FlaskClient) -> None:
    raised(lite_world, "p-1")
    headers = lite_world.signed(Role.SAFETY)
    path = f"{URL}/{client.get(URL, headers=headers).json['items'][0]['id']}/completion"
    assert client.post(path, json={}, headers=headers).status_code == 422
    done = client.post(path, json={"outcome": "已换胎"}, headers=headers)
    assert (done.status_code, done.json["outcome"], done.json["done_by"]) == (200, "已换胎", "safety")
    again = client.post(path, json={"outcome": "x"}, headers=headers)
    assert (again.status_code, again.json["findings"][0]["code"]) == (409, "TASK_DONE_ALREADY")


def test_an_absent_task_is_not_found(lite_world: World, client: FlaskClient) -> None:
    for task_id in ("1", "9" * 30):
        path = f"{URL}/{task_id}/completion"
        answer = client.post(path, json={"outcome": "x"}, headers=lite_world.signed(Role.DISPATCHER))
        assert answer.status_code == 404


def test_pages_follow_the_cursor_and_filters(lite_world: World, client: FlaskClient) -> None:
    for n in range(5):
        raised(lite_world, f"p-{n}", TaskKind.PROBLEM if n else TaskKind.CLAIM_DRAFT)
    headers = lite_world.signed(Role.DISPATCHER)
    newest = client.get(f"{URL}?limit=1", headers=headers).json["items"][0]["id"]
    client.post(f"{URL}/{newest}/completion", json={"outcome": "x"}, headers=headers)
    first = client.get(f"{URL}?open=true&kind=problem&limit=2", headers=headers).json
    rest = client.get(f"{URL}?open=true&kind=problem&limit=2&cursor={first['next_cursor']}", headers=headers).json
    assert [task["id"] for task in first["items"] + rest["items"]] == [newest - 1, newest - 2, newest - 3]
    done = client.get(f"{URL}?open=false", headers=headers).json["items"]
    assert [task["id"] for task in done] == [newest]
    assert client.get(f"{URL}?open=perhaps", headers=headers).status_code == 422


def test_shippers_and_drivers_have_no_desk(lite_world: World, client: FlaskClient) -> None:
    raised(lite_world, "p-1")
    for role in (Role.SHIPPER, Role.DRIVER):
        headers = lite_world.signed(role)
        assert client.get(URL, headers=headers).status_code == 403
        assert client.post(f"{URL}/1/completion", json={"outcome": "x"}, headers=headers).status_code == 403
