"""Webhook deliveries by HTTP: the list, its filters, sending again, and who sees what."""

from __future__ import annotations

from typing import Any

from models.vocabulary import Role
from services.ports import Receipt
from tests.support.journey import client_of
from tests.support.shipment import Shipment, a_hook
from tests.support.world import World
from workers import inline

URL = "/api/v1/webhook-deliveries"


def listed(world: World, role: Role = Role.SHIPPER, **query: Any) -> Any:
    return client_of(world).get(URL, query_string=query, headers=world.signed(role))


def two_bookings(world: World) -> None:
    """Deliver the news of one booking and leave another failing."""
    a_hook(world)
    Shipment(world)
    inline.drain(world.runtime)
    world.caller.answer = Receipt(delivered=False, detail="HTTP 503")
    Shipment(world)
    inline.drain(world.runtime)


def test_the_list_shows_state_tries_and_error_newest_first(world: World) -> None:
    two_bookings(world)
    newest, oldest = listed(world).json["items"]
    assert (newest["state"], newest["attempts"], newest["last_error"]) == ("started", 1, "HTTP 503")
    assert (oldest["state"], oldest["attempts"], oldest["last_error"]) == ("delivered", 1, None)
    assert oldest["payload"]["data"]["consignment"] == "YD-20260302-0001"
    assert oldest["endpoint"] == "https://example.com/shipper"
    assert "secret" not in listed(world).text


def test_filters_and_pages(lite_world: World) -> None:
    two_bookings(lite_world)
    failing = listed(lite_world, state="started").json["items"]
    assert [item["payload"]["data"]["consignment"] for item in failing] == ["YD-20260302-0002"]
    assert listed(lite_world, event="consignment.arrived").json["items"] == []
    assert len(listed(lite_world, channel=failing[0]["channel"]).json["items"]) == 2
    first = listed(lite_world, limit=1).json
    rest = listed(lite_world, limit=1, cursor=first["next_cursor"]).json
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (1, 1, None)
    assert first["items"] != rest["items"]
    assert listed(lite_world, state="lost").status_code == 422


def test_a_shipper_sees_his_own_and_the_desk_sees_all(lite_world: World) -> None:
    two_bookings(lite_world)
    client, other = client_of(lite_world), {"Authorization": f"Bearer {lite_world.other_key}"}
    own = listed(lite_world).json["items"]
    assert client.get(URL, headers=other).json["items"] == []
    assert len(listed(lite_world, Role.DISPATCHER).json["items"]) == 2
    foreign = client.post(f"{URL}/{own[1]['id']}/resend", headers=other)
    absent = client.post(f"{URL}/whd_0/resend", headers=other)
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert listed(lite_world, Role.DRIVER).status_code == 403


def test_a_delivery_is_sent_again_under_its_own_id(world: World) -> None:
    two_bookings(world)
    client, headers = client_of(world), world.signed(Role.SHIPPER)
    newest, oldest = listed(world).json["items"]
    refused = client.post(f"{URL}/{newest['id']}/resend", headers=headers)
    assert (refused.status_code, refused.json["findings"][0]["code"]) == (409, "DELIVERY_STILL_RUNNING")
    answer = client.post(f"{URL}/{oldest['id']}/resend", headers=headers)
    assert (answer.status_code, answer.json["state"]) == (202, "started")
    world.caller.answer = Receipt(delivered=True, detail="HTTP 200")
    inline.drain(world.runtime)
    assert [call.webhook_id for call in world.caller.posted].count(oldest["id"]) == 2
    assert listed(world, state="delivered").json["items"][0]["attempts"] == 2
