"""Drivers, their status and a withheld licence by HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from models.drivers import Driver
from models.records import JournalEntry
from models.vocabulary import DriverStatus, Role
from services.transaction import WORKER
from tests.support.world import World

URL = "/api/v1/drivers"
ID_NUMBER = "370783199002280020"
PAPER = {"number": ID_NUMBER, "valid_until": "2029-02-28"}


@pytest.fixture
def client(lite_world: World) -> FlaskClient:
    return lite_world.client()


def a_driver(**changes: Any) -> dict[str, Any]:
    body = {
        "staff_no": "D9", "name": "示例驾驶员", "id_number": ID_NUMBER, "phone": "13905361234", "born_on": "1990-02-28",
        "licence_classes": ["B2", "A2"], "licence_first_issued_on": "2012-06-01", "documents": {"licence": PAPER},
    }  # fmt: skip
    return {**body, **changes}


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.json
    return [finding["code"] for finding in answer.json["findings"]]


def status(client: FlaskClient, world: World, wanted: str, role: Role = Role.DISPATCHER) -> Any:
    body = {"status": wanted, "reason": "测试"}
    return client.post(f"{URL}/D1/status", json=body, headers=world.signed(role))


def withhold(client: FlaskClient, world: World, since: str, **to: Any) -> Any:
    body = {"from": since, **to}
    return client.post(f"{URL}/D1/licence-withholding", json=body, headers=world.signed(Role.SAFETY))


def test_a_driver_comes_back_as_he_was_kept(world: World) -> None:
    client, headers, body = world.client(), world.signed(Role.DISPATCHER), a_driver()
    made = client.post(URL, json=body, headers=headers)
    assert made.status_code == 201, made.json
    kept = client.get(made.headers["Location"], headers=headers)
    assert kept.json == made.json
    told = {**body, "phone": "+8613905361234", "licence_classes": ["A2", "B2"]}
    assert {name: kept.json[name] for name in body} == told
    assert (kept.json["status"], kept.headers["ETag"]) == ("active", '"v1"')


def test_unusable_numbers_are_refused_without_being_repeated(lite_world: World, client: FlaskClient) -> None:
    body = a_driver(id_number="370783199002280021", phone="1390536")
    answer = client.post(URL, json=body, headers=lite_world.signed(Role.DISPATCHER))
    assert sorted(codes(answer)) == ["ID_NUMBER_INVALID", "PHONE_INVALID"]
    assert "370783199002280021" not in answer.text


def test_the_birthday_must_be_the_one_in_the_id_number(lite_world: World, client: FlaskClient) -> None:
    answer = client.post(URL, json=a_driver(born_on="1990-02-27"), headers=lite_world.signed(Role.DISPATCHER))
    assert codes(answer) == ["ID_BIRTH_DIFFERS"]


def test_staff_and_id_numbers_stand_once(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.DISPATCHER)
    assert codes(client.post(URL, json=a_driver(staff_no="D1"), headers=headers)) == ["STAFF_NO_EXISTS"]
    client.post(URL, json=a_driver(), headers=headers)
    assert codes(client.post(URL, json=a_driver(staff_no="D10"), headers=headers)) == ["ID_NUMBER_EXISTS"]


@pytest.mark.parametrize("role", [Role.GATE, Role.FINANCE, Role.MANAGER])
def test_personal_numbers_are_masked_for_who_does_not_need_them(
    lite_world: World, client: FlaskClient, role: Role
) -> None:
    client.post(URL, json=a_driver(), headers=lite_world.signed(Role.DISPATCHER))
    one = client.get(f"{URL}/D9", headers=lite_world.signed(role))
    listed = client.get(URL, headers=lite_world.signed(role))
    for answer, driver in ((one, one.json), (listed, listed.json["items"][0])):
        assert ID_NUMBER not in answer.text
        assert "13905361234" not in answer.text
        assert (driver["id_number"], driver["phone"]) == ("370*************20", "+86139****1234")
        assert (driver["born_on"], driver["documents"]["licence"]["number"]) == (None, "370*************20")


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SAFETY, Role.ADMIN])
def test_personal_numbers_are_shown_to_who_needs_them(lite_world: World, client: FlaskClient, role: Role) -> None:
    client.post(URL, json=a_driver(), headers=lite_world.signed(Role.DISPATCHER))
    driver = client.get(f"{URL}/D9", headers=lite_world.signed(role)).json
    assert (driver["id_number"], driver["born_on"]) == (ID_NUMBER, "1990-02-28")


def test_shippers_and_drivers_have_no_part_in_drivers_and_finance_only_reads(
    lite_world: World, client: FlaskClient
) -> None:
    for role in (Role.SHIPPER, Role.DRIVER):
        assert client.get(URL, headers=lite_world.signed(role)).status_code == 403
    assert client.post(URL, json=a_driver(), headers=lite_world.signed(Role.FINANCE)).status_code == 403
    assert status(client, lite_world, "leave", Role.MANAGER).status_code == 403


def test_an_absent_driver_is_not_found_on_any_way(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.SAFETY, **{"If-Match": '"v1"'})
    answers = [
        client.get(f"{URL}/D99", headers=headers),
        client.patch(f"{URL}/D99", json={"name": "x"}, headers=headers),
        client.post(f"{URL}/D99/status", json={"status": "leave", "reason": "x"}, headers=headers),
        client.post(f"{URL}/D99/licence-withholding", json={"from": "2026-03-02"}, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4


def test_a_change_needs_the_version_and_keeps_personal_numbers_out_of_the_journal(
    lite_world: World, client: FlaskClient
) -> None:
    headers = lite_world.signed(Role.DISPATCHER)
    client.post(URL, json=a_driver(), headers=headers)
    body = {"phone": "13905369999", "documents": {"licence": None, "medical": PAPER}, "licence_classes": ["A2"]}
    assert client.patch(f"{URL}/D9", json=body, headers=headers).status_code == 428
    tagged = {**headers, "If-Match": '"v1"'}
    changed = client.patch(f"{URL}/D9", json=body, headers=tagged)
    assert (changed.status_code, changed.json["documents"]) == (200, {"medical": PAPER})
    assert client.patch(f"{URL}/D9", json=body, headers=tagged).status_code == 412
    with lite_world.runtime.read(WORKER) as tx:
        facts = tx.session.scalar(select(JournalEntry.facts).where(JournalEntry.action == "driver.amended"))
    assert facts["after"] == {"phone": "+86139****9999", "documents": "***", "licence_classes": ["A2"]}
    assert ID_NUMBER not in str(facts)


def test_a_new_birthday_alone_must_still_agree(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.DISPATCHER)
    client.post(URL, json=a_driver(), headers=headers)
    tagged = {**headers, "If-Match": '"v1"'}
    assert codes(client.patch(f"{URL}/D9", json={"born_on": "1990-03-01"}, headers=tagged)) == ["ID_BIRTH_DIFFERS"]


def test_a_status_is_changed_with_a_reason(lite_world: World, client: FlaskClient) -> None:
    gone = status(client, lite_world, "leave")
    assert (gone.status_code, gone.json["status"], gone.json["status_reason"]) == (200, "leave", "测试")
    assert status(client, lite_world, "active").json["status"] == "active"
    without = {"status": "leave"}
    answer = client.post(f"{URL}/D1/status", json=without, headers=lite_world.signed(Role.DISPATCHER))
    assert answer.status_code == 422


def test_nobody_is_put_on_a_trip_by_hand(lite_world: World, client: FlaskClient) -> None:
    assert codes(status(client, lite_world, "on_trip")) == ["MOVE_NOT_ALLOWED"]


def test_only_safety_ends_the_off_post_status(lite_world: World, client: FlaskClient) -> None:
    assert status(client, lite_world, "standby_pending").status_code == 200
    for role in (Role.DISPATCHER, Role.ADMIN):
        assert codes(status(client, lite_world, "active", role)) == ["REINSTATEMENT_BY_SAFETY"]
    assert status(client, lite_world, "active", Role.SAFETY).json["status"] == "active"


def test_a_withheld_licence_puts_the_driver_off_post_until_its_last_day_is_over(
    lite_world: World, client: FlaskClient
) -> None:
    held = withhold(client, lite_world, "2026-03-01", to="2026-03-02")
    assert (held.status_code, held.json["status"], held.json["licence_withheld_to"]) == (
        200,
        "standby_pending",
        "2026-03-02",
    )
    lite_world.clock.advance(hours=17, minutes=59)
    assert codes(status(client, lite_world, "active", Role.SAFETY)) == ["REINSTATED_WHILE_WITHHELD"]
    lite_world.clock.advance(minutes=1)
    assert status(client, lite_world, "active", Role.SAFETY).json["status"] == "active"


def test_a_withholding_to_come_changes_no_status_yet(lite_world: World, client: FlaskClient) -> None:
    assert withhold(client, lite_world, "2026-03-03").json["status"] == "active"


def test_a_withholding_that_ends_first_or_of_somebody_gone_is_refused(lite_world: World, client: FlaskClient) -> None:
    with lite_world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(Driver).where(Driver.staff_no == "D1").values(status=DriverStatus.LEFT))
    answer = withhold(client, lite_world, "2026-03-02", to="2026-03-01")
    assert codes(answer) == ["WITHHOLDING_ENDS_FIRST", "DRIVER_HAS_LEFT"]


def test_a_driver_on_the_road_can_be_put_off_post(lite_world: World, client: FlaskClient) -> None:
    with lite_world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(Driver).where(Driver.staff_no == "D1").values(status=DriverStatus.ON_TRIP))
    assert codes(status(client, lite_world, "leave")) == ["MOVE_NOT_ALLOWED"]
    assert withhold(client, lite_world, "2026-03-02", to=None).json["status"] == "standby_pending"


def test_pages_follow_the_cursor_and_filters(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.DISPATCHER)
    first = client.get(f"{URL}?limit=3&status=active", headers=headers).json
    rest = client.get(f"{URL}?limit=3&cursor={first['next_cursor']}", headers=headers).json
    assert [driver["staff_no"] for driver in first["items"] + rest["items"]] == ["D5", "D4", "D3", "D2", "D1"]
    named = client.get(URL, query_string={"name": "员D3"}, headers=headers).json["items"]
    assert [driver["staff_no"] for driver in named] == ["D3"]
    assert client.get(f"{URL}?cursor=nonsense!", headers=headers).status_code == 422


def test_the_clock_of_these_tests_stands_on_the_second_of_march(lite_world: World) -> None:
    assert (lite_world.clock.now() + timedelta(hours=8)).date().isoformat() == "2026-03-02"
