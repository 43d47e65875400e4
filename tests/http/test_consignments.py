"""Booking, reading, amending and cancelling by HTTP."""

from __future__ import annotations

from models.vocabulary import Role
from tests.support.world import World


def test_the_same_key_gives_the_same_answer_and_books_once(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.SHIPPER, **{"Idempotency-Key": "k-1"})
    body = lite_world.booking()
    first = client.post("/api/v1/consignments", json=body, headers=headers)
    again = client.post("/api/v1/consignments", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert again.headers["Idempotent-Replayed"] == "true"
    listed = client.get("/api/v1/consignments", headers=lite_world.signed(Role.SHIPPER)).json
    assert [item["number"] for item in listed["items"]] == [first.json["number"]]


def test_the_same_key_with_another_body_is_invalid(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.SHIPPER, **{"Idempotency-Key": "k-1"})
    client.post("/api/v1/consignments", json=lite_world.booking(), headers=headers)
    other = client.post("/api/v1/consignments", json=lite_world.booking(notes="other"), headers=headers)
    assert other.status_code == 422
    assert other.json["findings"][0]["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_a_refused_booking_lists_every_finding_and_writes_nothing(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.SHIPPER)
    body = lite_world.booking(consignee="CN-9", origin="XX-1")
    answer = client.post("/api/v1/consignments", json=body, headers=headers)
    assert answer.status_code == 409
    assert [finding["facts"]["field"] for finding in answer.json["findings"]] == ["consignee", "origin"]
    assert client.get("/api/v1/consignments", headers=headers).json["items"] == []


def test_a_foreign_and_an_absent_consignment_answer_alike(lite_world: World) -> None:
    client = lite_world.client()
    number = client.post(
        "/api/v1/consignments", json=lite_world.booking(), headers=lite_world.signed(Role.SHIPPER)
    ).json["number"]
    foreign = {"Authorization": f"Bearer {lite_world.other_key}"}
    seen = client.get(f"/api/v1/consignments/{number}", headers=foreign)
    absent = client.get("/api/v1/consignments/YD-20260101-9999", headers=foreign)
    assert (seen.status_code, absent.status_code) == (404, 404)
    assert {**seen.json, "instance": "", "request_id": ""} == {**absent.json, "instance": "", "request_id": ""}


def test_a_change_needs_the_version_that_was_read(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.SHIPPER)
    booked = client.post("/api/v1/consignments", json=lite_world.booking(), headers=headers)
    path = f"/api/v1/consignments/{booked.json['number']}"
    assert client.patch(path, json={"notes": "a"}, headers=headers).status_code == 428
    changed = client.patch(path, json={"notes": "a"}, headers={**headers, "If-Match": booked.headers["ETag"]})
    assert (changed.status_code, changed.json["notes"]) == (200, "a")
    stale = client.patch(path, json={"notes": "b"}, headers={**headers, "If-Match": booked.headers["ETag"]})
    assert stale.status_code == 412


def test_money_as_a_number_and_unknown_names_are_invalid_with_pointers(lite_world: World) -> None:
    body = lite_world.booking(line={"declared_value": 12.5, "colour": "red", "quantity": 1.9})
    answer = lite_world.client().post("/api/v1/consignments", json=body, headers=lite_world.signed(Role.SHIPPER))
    assert answer.status_code == 422
    assert sorted(error["pointer"] for error in answer.json["errors"]) == [
        "/lines/0/colour",
        "/lines/0/declared_value",
        "/lines/0/quantity",
    ]


def test_messages_follow_accept_language(lite_world: World) -> None:
    body = lite_world.booking(consignee="CN-9")
    headers = lite_world.signed(Role.SHIPPER, **{"Accept-Language": "en-GB,en;q=0.9"})
    answer = lite_world.client().post("/api/v1/consignments", json=body, headers=headers)
    assert answer.json["findings"][0]["message"] == "consignee: “CN-9” is not known"
