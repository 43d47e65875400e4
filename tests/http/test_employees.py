"""Employees by HTTP: registered from a driver's card or by name, amended with their version, each tied once."""

from __future__ import annotations

from typing import Any

import pytest

from models.vocabulary import Role
from tests.support.journey import codes, get, post, send
from tests.support.world import World

R = Role
CLERK = {"staff_no": "E100", "name": "张调度", "department": "调度室", "post": "调度员"}


def test_a_driver_becomes_an_employee_with_his_number_and_name(world: World) -> None:
    made = post(world, R.SAFETY, "/employees", {"driver": "D1", "department": "一车队", "post": "驾驶员"})
    assert (made["staff_no"], made["name"], made["driver"], made["user"]) == ("D1", "驾驶员D1", "D1", None)
    assert made["deduction_clause"] is False
    assert get(world, "/employees/D1", R.FINANCE) == made


def test_anybody_else_is_registered_by_name_and_number(lite_world: World) -> None:
    made = post(lite_world, R.HR, "/employees", {**CLERK, "user": "dispatcher", "deduction_clause": True})
    assert (made["staff_no"], made["user"], made["deduction_clause"]) == ("E100", "dispatcher", True)
    bare = send(lite_world, R.HR, "POST", "/employees", {"department": "x", "post": "x"})
    assert codes(bare) == ["EMPLOYEE_INCOMPLETE"]
    assert bare.json["findings"][0]["facts"]["missing"] == ["staff_no", "name"]


def test_unknown_drivers_and_users_are_named(lite_world: World) -> None:
    answer = send(lite_world, R.HR, "POST", "/employees", {**CLERK, "driver": "D99", "user": "nobody"})
    assert codes(answer) == ["REFERENCE_UNKNOWN", "REFERENCE_UNKNOWN"]
    assert [one["facts"]["field"] for one in answer.json["findings"]] == ["driver", "user"]


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({**CLERK, "name": "李四"}, "STAFF_NO_EXISTS"),
        ({**CLERK, "staff_no": "E101", "user": "dispatcher"}, "USER_IS_EMPLOYEE"),
        ({**CLERK, "staff_no": "E101", "driver": "D2"}, "DRIVER_IS_EMPLOYEE"),
    ],
)
def test_number_driver_and_user_are_one_employees(world: World, second: dict[str, Any], code: str) -> None:
    post(world, R.HR, "/employees", {**CLERK, "user": "dispatcher", "driver": "D2"})
    assert codes(send(world, R.HR, "POST", "/employees", second)) == [code]


def test_an_employee_is_amended_with_the_version_that_was_read(world: World) -> None:
    post(world, R.HR, "/employees", {**CLERK, "user": "dispatcher"})
    change = {"post": "值班长", "deduction_clause": True, "left_on": "2026-12-31", "user": None}
    stale = send(world, R.HR, "PATCH", "/employees/E100", change, {"If-Match": '"v9"'})
    assert stale.status_code == 412
    amended = send(world, R.HR, "PATCH", "/employees/E100", change, {"If-Match": '"v1"'})
    assert amended.status_code == 200, amended.text
    assert {name: amended.json[name] for name in change} == change
    assert amended.headers["ETag"] == '"v2"'
    absent = send(world, R.HR, "PATCH", "/employees/E999", change, {"If-Match": '"v1"'})
    assert absent.status_code == 404


def test_the_deduction_clause_is_personnels_to_change(lite_world: World) -> None:
    post(lite_world, R.SAFETY, "/employees", CLERK)
    change = {"deduction_clause": True}
    for role in (R.SAFETY, R.MANAGER, R.FINANCE):
        answer = send(lite_world, role, "PATCH", "/employees/E100", change, {"If-Match": '"v1"'})
        assert answer.status_code == 403, role


def test_the_list_is_filtered_and_paged(lite_world: World) -> None:
    for n in range(3):
        post(lite_world, R.HR, "/employees", {**CLERK, "staff_no": f"E10{n}", "name": f"张{n}"})
    send(lite_world, R.HR, "PATCH", "/employees/E101", {"left_on": "2026-01-31"}, {"If-Match": '"v1"'})
    numbers = lambda query: [one["staff_no"] for one in get(lite_world, f"/employees?{query}", R.MANAGER)["items"]]  # noqa: E731
    assert numbers("department=调度室") == ["E102", "E101", "E100"]
    assert numbers("working=true") == ["E102", "E100"]
    assert numbers("name=张1") == ["E101"]
    assert numbers("department=财务部") == []
    first = get(lite_world, "/employees?limit=2", R.MANAGER)
    assert len(first["items"]) == 2
    rest = get(lite_world, f"/employees?limit=2&cursor={first['next_cursor']}", R.MANAGER)
    assert [one["staff_no"] for one in rest["items"]] == ["E100"]
