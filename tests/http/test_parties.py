"""Parties and their channels by HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.parties import Channel
from models.records import JournalEntry
from models.vocabulary import Role
from services.transaction import WORKER
from tests.support.world import World

URL = "/api/v1/parties"
CONSIGNEE = {"kind": "consignee", "name": "北京新发地收货部"}


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.json
    return [finding["code"] for finding in answer.json["findings"]]


def other(world: World, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.other_key}", **more}


def with_version(world: World, code: str, role: Role = Role.DISPATCHER) -> dict[str, str]:
    headers = world.signed(role)
    return {**headers, "If-Match": world.client().get(f"{URL}/{code}", headers=headers).headers["ETag"]}


def put_channels(world: World, *channels: dict[str, Any], code: str = "CN-1") -> Any:
    body = {"channels": list(channels)}
    return world.client().put(f"{URL}/{code}/channels", json=body, headers=with_version(world, code))


HOOK = {"kind": "webhook", "address": "https://example.com/in", "events": ["consignment.arrived"]}
MAIL = {"kind": "email", "address": "Dock@Example.COM"}


def test_a_party_comes_back_as_it_was_kept(world: World) -> None:
    client, headers = world.client(), world.signed(Role.DISPATCHER)
    body = {
        "kind": "shipper", "name": "寿光蔬菜合作社（示例）", "uscc": "91110000600037341l", "contact_name": "王师傅",
        "contact_phone": "138 0536 0000", "language": "en", "quiet_from_minute": 1260, "quiet_to_minute": 480,
    }  # fmt: skip
    made = client.post(URL, json=body, headers=headers)
    assert made.status_code == 201
    assert made.headers["Location"] == f"{URL}/SH-0001"
    kept = client.get(made.headers["Location"], headers=headers)
    assert kept.json == made.json
    told = {**body, "uscc": "91110000600037341L", "contact_phone": "+8613805360000"}
    assert {name: kept.json[name] for name in body} == told
    assert (kept.json["owner"], kept.json["channels"], kept.headers["ETag"]) == (None, [], '"v1"')


def test_a_made_up_code_steps_over_codes_taken_by_hand(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.DISPATCHER)
    client.post(URL, json={**CONSIGNEE, "code": "CN-0001"}, headers=headers)
    assert client.post(URL, json=CONSIGNEE, headers=headers).json["code"] == "CN-0002"
    again = client.post(URL, json={**CONSIGNEE, "code": "CN-0001"}, headers=headers)
    assert codes(again) == ["CODE_EXISTS"]


def test_unusable_numbers_are_refused_all_at_once(lite_world: World) -> None:
    body = {
        **CONSIGNEE,
        "uscc": "91110000600037341A",
        "contact_phone": "123456",
        "quiet_from_minute": 5,
        "owner": "SH-9",
    }
    answer = lite_world.client().post(URL, json=body, headers=lite_world.signed(Role.DISPATCHER))
    assert sorted(codes(answer)) == ["PHONE_INVALID", "QUIET_HOURS_HALF", "REFERENCE_UNKNOWN", "USCC_INVALID"]


def test_a_shipper_has_no_owner(lite_world: World) -> None:
    body = {"kind": "shipper", "name": "甲", "owner": "SH-1"}
    answer = lite_world.client().post(URL, json=body, headers=lite_world.signed(Role.DISPATCHER))
    assert codes(answer) == ["SHIPPER_HAS_NO_OWNER"]


def test_a_shipper_makes_consignees_of_his_own_and_no_shippers(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.SHIPPER)
    made = client.post(URL, json=CONSIGNEE, headers=headers)
    assert (made.status_code, made.json["owner"]) == (201, "SH-1")
    assert client.get(f"{URL}/{made.json['code']}", headers=other(lite_world)).status_code == 404
    assert client.post(URL, json={"kind": "shipper", "name": "乙"}, headers=headers).status_code == 403
    assert codes(client.post(URL, json={**CONSIGNEE, "owner": "SH-2"}, headers=headers)) == ["REFERENCE_UNKNOWN"]


def test_a_shipper_sees_and_changes_his_own_card_and_consignees_only(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.SHIPPER)
    seen = client.get(URL, headers=headers).json["items"]
    assert [party["code"] for party in seen] == ["CN-2", "CN-1", "SH-1"]
    own = with_version(lite_world, "SH-1", Role.SHIPPER)
    assert client.patch(f"{URL}/SH-1", json={"contact_name": "李"}, headers=own).status_code == 200
    for code in ("SH-2", "CN-3", "CN-99"):
        foreign = client.patch(f"{URL}/{code}", json={"name": "x"}, headers={**headers, "If-Match": '"v1"'})
        assert foreign.status_code == 404


@pytest.mark.parametrize("role", [Role.DRIVER, Role.GATE])
def test_the_crew_and_the_gate_have_no_part_in_parties(lite_world: World, role: Role) -> None:
    client, headers = lite_world.client(), lite_world.signed(role)
    assert client.get(URL, headers=headers).status_code == 403
    assert client.post(URL, json=CONSIGNEE, headers=headers).status_code == 403


def test_finance_reads_parties_and_changes_none(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.FINANCE, **{"If-Match": '"v1"'})
    assert client.get(f"{URL}/CN-1", headers=headers).status_code == 200
    assert client.patch(f"{URL}/CN-1", json={"name": "x"}, headers=headers).status_code == 403


def test_a_change_needs_the_version_that_was_read(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.DISPATCHER)
    assert client.patch(f"{URL}/CN-1", json={"name": "新名"}, headers=headers).status_code == 428
    tagged = with_version(lite_world, "CN-1")
    changed = client.patch(f"{URL}/CN-1", json={"name": "新名", "contact_phone": None}, headers=tagged)
    assert (changed.status_code, changed.json["name"], changed.json["contact_phone"]) == (200, "新名", None)
    assert client.patch(f"{URL}/CN-1", json={"name": "b"}, headers=tagged).status_code == 412


def test_half_of_the_quiet_hours_cannot_be_taken_away(lite_world: World) -> None:
    client, tagged = lite_world.client(), with_version(lite_world, "CN-1")
    set_both = {"quiet_from_minute": 1300, "quiet_to_minute": 400}
    tag = client.patch(f"{URL}/CN-1", json=set_both, headers=tagged).headers["ETag"]
    half = client.patch(f"{URL}/CN-1", json={"quiet_to_minute": None}, headers={**tagged, "If-Match": tag})
    assert codes(half) == ["QUIET_HOURS_HALF"]


def test_a_change_is_in_the_journal_with_what_was_there_before(lite_world: World) -> None:
    client = lite_world.client()
    client.patch(f"{URL}/CN-1", json={"name": "新名"}, headers=with_version(lite_world, "CN-1"))
    with lite_world.runtime.read(WORKER) as tx:
        facts = tx.session.scalar(select(JournalEntry.facts).where(JournalEntry.action == "party.amended"))
    assert facts == {"before": {"name": "收货1"}, "after": {"name": "新名"}}


def test_pages_follow_the_cursor_and_filters(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.DISPATCHER)
    first = client.get(f"{URL}?limit=2&kind=consignee", headers=headers).json
    second = client.get(f"{URL}?limit=2&kind=consignee&cursor={first['next_cursor']}", headers=headers).json
    assert [party["code"] for party in first["items"] + second["items"]] == ["CN-3", "CN-2", "CN-1"]
    assert second["next_cursor"] is None
    named = client.get(URL, query_string={"name": "运2"}, headers=headers).json
    assert [party["code"] for party in named["items"]] == ["SH-2"]
    assert client.get(URL, query_string={"name": "%"}, headers=headers).json["items"] == []


def test_the_channels_are_kept_in_their_order_with_secrets_for_webhooks_alone(world: World) -> None:
    answer = put_channels(world, MAIL, HOOK, {"kind": "phone", "address": "13900001111"})
    assert answer.status_code == 200
    mail, hook, phone = answer.json["channels"]
    assert (mail["address"], hook["events"], phone["address"]) == (
        "Dock@example.com",
        ["consignment.arrived"],
        "+8613900001111",
    )
    assert hook["secret"].startswith("whsec_")
    assert "secret" not in mail
    assert "secret" not in phone
    read = world.client().get(f"{URL}/CN-1", headers=world.signed(Role.DISPATCHER))
    assert [channel["id"] for channel in read.json["channels"]] == [mail["id"], hook["id"], phone["id"]]
    assert all("secret" not in channel for channel in read.json["channels"])
    assert read.headers["ETag"] == answer.headers["ETag"]


def test_a_channel_that_stays_keeps_its_id_and_secret(lite_world: World) -> None:
    before = put_channels(lite_world, HOOK, MAIL).json["channels"]
    after = put_channels(lite_world, MAIL, HOOK).json["channels"]
    assert [channel["id"] for channel in after] == [before[1]["id"], before[0]["id"]]
    assert after[1]["secret"] == before[0]["secret"]


def test_a_channel_taken_out_is_gone_from_the_answer_and_comes_back_with_another_secret(lite_world: World) -> None:
    first = put_channels(lite_world, HOOK).json["channels"][0]
    assert put_channels(lite_world, MAIL).json["channels"][0]["kind"] == "email"
    headers = lite_world.signed(Role.DISPATCHER)
    rotation = lite_world.client().post(f"{URL}/CN-1/channels/{first['id']}/rotation", headers=headers)
    assert rotation.status_code == 404
    back = put_channels(lite_world, HOOK).json["channels"][0]
    assert (back["id"], back["disabled_at"]) == (first["id"], None)
    assert back["secret"] != first["secret"]


def test_unusable_and_doubled_addresses_are_refused_together(lite_world: World) -> None:
    wrong = (
        {"kind": "email", "address": "nobody"},
        {"kind": "webhook", "address": "https://user:secret@example.com/"},
        {"kind": "phone", "address": "0000000"},
        MAIL,
        {"kind": "email", "address": "Dock@example.com"},
    )
    answer = put_channels(lite_world, *wrong)
    assert codes(answer) == ["EMAIL_INVALID", "WEB_ADDRESS_INVALID", "PHONE_INVALID", "CHANNEL_TWICE"]
    assert answer.json["findings"][1]["facts"] == {"field": "channels/1/address"}
    assert "secret" not in answer.text


def test_an_unknown_event_is_a_fault_of_the_body(lite_world: World) -> None:
    answer = put_channels(lite_world, {**HOOK, "events": ["consignment.lost"]})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/channels/0/events/0"


def test_channels_are_replaced_only_with_the_version_that_was_read(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.DISPATCHER)
    tagged = with_version(lite_world, "CN-1")
    path, body = f"{URL}/CN-1/channels", {"channels": [MAIL]}
    assert client.put(path, json=body, headers=headers).status_code == 428
    assert client.put(path, json=body, headers=tagged).status_code == 200
    assert client.put(path, json=body, headers=tagged).status_code == 412


def test_a_rotation_shows_a_new_secret_and_counts_as_a_change(lite_world: World) -> None:
    put = put_channels(lite_world, HOOK, MAIL)
    hook, mail = put.json["channels"]
    client, headers = lite_world.client(), lite_world.signed(Role.SHIPPER)
    rotated = client.post(f"{URL}/CN-1/channels/{hook['id']}/rotation", headers=headers)
    assert rotated.status_code == 200
    assert rotated.json["secret"] != hook["secret"]
    assert rotated.json["rotated_at"] is not None
    assert client.get(f"{URL}/CN-1", headers=headers).headers["ETag"] != put.headers["ETag"]
    assert codes(client.post(f"{URL}/CN-1/channels/{mail['id']}/rotation", headers=headers)) == ["NOT_A_WEBHOOK"]
    foreign = client.post(f"{URL}/CN-1/channels/{hook['id']}/rotation", headers=other(lite_world))
    absent = client.post(f"{URL}/CN-1/channels/chn_absent/rotation", headers=headers)
    assert (foreign.status_code, absent.status_code) == (404, 404)


def test_a_channel_shut_off_after_failures_is_enabled_again(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.DISPATCHER)
    with lite_world.runtime.begin(WORKER) as tx:
        channel = tx.session.scalars(select(Channel).where(Channel.public_id == "chn_1_1")).one()
        channel.disabled_at = channel.failing_since = tx.now
        channel.disabled_reason = "HTTP 410"
    path = f"{URL}/CN-1/channels/chn_1_1/enabling"
    enabled = client.post(path, headers=headers)
    assert (enabled.status_code, enabled.json["disabled_at"], enabled.json["failing_since"]) == (200, None, None)
    assert codes(client.post(path, headers=headers)) == ["CHANNEL_NOT_DISABLED"]


def test_the_same_key_makes_one_party(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.DISPATCHER, **{"Idempotency-Key": "p-1"})
    first, again = (client.post(URL, json=CONSIGNEE, headers=headers) for _ in range(2))
    assert first.data == again.data
    assert first.headers["ETag"] == again.headers["ETag"]
