"""The consignee's link: what it shows, what it hides, and the button that confirms a notice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from app import create_app
from app.limits import limiter
from models.consignments import Consignment
from models.records import JournalEntry, OutboxRow
from models.trips import Trip
from models.vocabulary import ActorKind, ConsignmentState
from services.runtime import Runtime
from services.texts import tracking_page
from services.transaction import WORKER
from tests.support.journey import client_of
from tests.support.shipment import Shipment, a_hook, page, view
from tests.support.world import World

JSON = {"Accept": "application/json"}


def done(seen: dict[str, Any]) -> list[str]:
    return [step["step"] for step in seen["steps"] if step["done"]]


def test_a_booked_consignment_shows_the_promise_and_nothing_of_a_truck(lite_world: World) -> None:
    seen = view(Shipment(lite_world))
    assert (done(seen), seen["vehicle"], seen["drivers"], seen["seals"]) == (["booked"], None, [], [])
    assert seen["arrival"]["window"] is None
    assert seen["arrival"]["promised_at"] == "2026-03-04T22:00:00Z"
    assert seen["destination"] == {"region_code": "110115", "region": "北京市大兴区"}


def test_the_link_follows_the_goods_to_the_signature(world: World) -> None:
    shipment = Shipment(world).planned()
    planned = view(shipment)
    assert done(planned) == ["booked", "assigned"]
    assert planned["vehicle"] == {"plate": "鲁G10001", "trailer_plate": None}
    assert (
        planned["arrival"]["window"]["begin"] < planned["arrival"]["planned_at"] < planned["arrival"]["window"]["end"]
    )
    shipment.told()
    world.clock.advance(hours=14)
    shipment.loaded()
    assert [(seal["number"], seal["state"]) for seal in view(shipment)["seals"]] == [("YA000001", "applied")]
    shipment.departed()
    under_way = view(shipment)
    assert done(under_way)[-1] == "departed"
    shipment.arrived().seals_checked()
    arrived = view(shipment)
    assert (arrived["arrival"]["arrived_at"], arrived["arrival"]["window"]) != (None, None)
    assert [(seal["state"], seal["finding"]) for seal in arrived["seals"]] == [("removed", "intact")]
    shipment.accepted()
    signed = view(shipment)
    assert (done(signed)[-1], signed["drivers"], signed["place"]) == ("signed", [], None)
    assert signed["expires_at"] == "2026-03-10T11:10:40Z"


@pytest.mark.parametrize("lang", tracking_page.LANGUAGES)
def test_the_page_says_in_both_languages_what_the_answer_says(lite_world: World, lang: str) -> None:
    shipment = Shipment(lite_world).planned().told()
    text = page(shipment, lang)
    assert f'<html lang="{lang}">' in text
    for expected in (shipment.number, "鲁G·10001", "控制器", "0536-5550100", tracking_page.word("confirm", lang)):
        assert expected in text
    assert tracking_page.word("confirm", "en" if lang == "zh-CN" else "zh-CN") not in text


def test_accept_language_chooses_where_the_link_does_not(lite_world: World) -> None:
    path = Shipment(lite_world).path
    client = client_of(lite_world)
    english = client.get(path, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert ("Booked, waiting for a truck" in english.text, english.headers["Content-Language"]) == (True, "en")
    assert "已受理,等待派车" in client.get(path, headers={"Accept-Language": "fr"}).text


def test_every_state_has_a_page_in_both_languages(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned()
    for state in ConsignmentState:
        with lite_world.runtime.begin(WORKER) as tx:
            tx.session.execute(update(Consignment).values(state=state).execution_options(synchronize_session=False))
        assert tracking_page.term(state, "zh-CN") in page(shipment)
        assert tracking_page.term(state, "en") in page(shipment, "en")


def test_the_json_twin_comes_by_suffix_or_by_accept(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned()
    client = client_of(lite_world)
    by_suffix, by_accept = client.get(shipment.path + ".json"), client.get(shipment.path, headers=JSON)
    assert by_suffix.json == by_accept.json
    assert client.get(shipment.path, headers={"Accept": "*/*"}).mimetype == "text/html"


def test_an_unknown_and_an_expired_link_answer_alike(lite_world: World) -> None:
    shipment = Shipment(lite_world)
    client = client_of(lite_world)
    unknown = shipment.path[:-4] + "AAAA"
    with lite_world.runtime.begin(WORKER) as tx:
        ends = tx.session.scalars(select(Consignment.track_expires_at)).one()
    lite_world.clock.move_to(ends - timedelta(seconds=1))
    assert client.get(shipment.path).status_code == 200
    lite_world.clock.move_to(ends)
    pages = [client.get(path) for path in (shipment.path, unknown, "/t/x")]
    assert {answer.status_code for answer in pages} == {404}
    assert len({answer.data for answer in pages}) == 1
    problems = [client.get(path, headers=JSON).json for path in (shipment.path, unknown)]
    assert {problem["type"] for problem in problems} == {"/problems/not-found"}
    assert [client.post(f"{path}/acknowledgement").status_code for path in (shipment.path, unknown)] == [404, 404]


@pytest.mark.parametrize(("lang", "words"), [("zh-CN", "找不到这票货"), ("en", "We cannot find this consignment")])
def test_the_page_of_a_lost_link_is_kind_in_both_languages(lite_world: World, lang: str, words: str) -> None:
    answer = client_of(lite_world).get("/t/x", query_string={"lang": lang})
    assert words in answer.text
    assert "0536-5550100" in answer.text


def test_the_page_is_private_and_asks_nobody_else(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned()
    answer = client_of(lite_world).get(shipment.path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "Set-Cookie" not in answer.headers
    static = Path("app/static")
    styles = "".join((static / name).read_text() for name in ("tokens.css", "tracking.css", "docs.css"))
    assert re.findall(r"https?:|url\(|@import|@font-face", styles) == []
    assert re.findall(r"<script|style=|\son\w+=|(?:src|href|action)=\"(?!/|#|\?|tel:)", answer.text) == []


def test_a_silent_truck_makes_the_time_an_estimate(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned().told()
    lite_world.clock.advance(hours=14)
    shipment.loaded().departed()
    assert view(shipment)["arrival"]["estimated"] is False
    lite_world.clock.advance(minutes=61)
    shipment.estimated()
    assert view(shipment)["arrival"]["estimated"] is True
    assert '<span class="tag warn">估计</span>' in page(shipment)


def test_a_later_notice_says_what_changed_and_how_late_it_is(lite_world: World) -> None:
    promised = (lite_world.clock.now() + timedelta(hours=36)).isoformat()
    shipment = Shipment(lite_world, promised_arrival_at=promised).planned().told()
    lite_world.clock.advance(hours=19)
    shipment.loaded().departed().told(minutes=1)
    seen = view(shipment)
    change = seen["arrival"]["change"]
    assert change["minutes"] >= 60
    assert seen["arrival"]["minutes_after_promised"] > 0
    assert [notice["version"] for notice in seen["notices"]] == [1, 2]
    assert "现推迟约" in page(shipment)
    assert "after the promised time" in page(shipment, "en")


def test_the_button_confirms_every_sent_notice_and_leads_back(world: World) -> None:
    a_hook(world)
    shipment = Shipment(world).planned().told()
    client = client_of(world)
    assert view(shipment)["to_confirm"] == 1
    answer = client.post(f"{shipment.path}/acknowledgement?lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{shipment.path}?lang=en#notices")
    seen = view(shipment)
    assert (seen["to_confirm"], seen["notices"][0]["state"]) == (0, "acknowledged")
    assert 'method="post"' not in page(shipment)
    with world.runtime.read(WORKER) as tx:
        entry = tx.session.scalars(select(JournalEntry).where(JournalEntry.action == "notice.acknowledged")).one()
        owed = tx.session.scalars(select(OutboxRow.key).where(OutboxRow.key.contains("notice.acknowledged"))).all()
    assert (entry.actor_kind, entry.actor_name) == (ActorKind.CONSIGNEE, "link")
    assert len(owed) == 1


def test_confirming_twice_changes_nothing(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned().told()
    client = client_of(lite_world)
    first = client.post(f"{shipment.path}/acknowledgement", headers=JSON)
    lite_world.clock.advance(minutes=5)
    again = client.post(f"{shipment.path}/acknowledgement", headers=JSON)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json["notices"] == again.json["notices"]


def test_a_notice_that_was_not_sent_is_not_confirmed(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned()
    answer = client_of(lite_world).post(f"{shipment.path}/acknowledgement", headers=JSON)
    assert [notice["state"] for notice in answer.json["notices"]] == ["scheduled"]


def test_a_frozen_trip_promises_no_time(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned()
    with lite_world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(Trip).values(frozen_at=tx.now).execution_options(synchronize_session=False))
    seen = view(shipment)
    assert (seen["held"], seen["arrival"]["window"], seen["arrival"]["estimated"]) == (True, None, False)
    assert "途中受阻" in page(shipment)
    assert "Held up on the way" in page(shipment, "en")


def test_the_sixty_first_call_of_a_minute_is_asked_to_wait(lite_world: World) -> None:
    made = lite_world.runtime
    limited = Runtime(replace(made.settings, environment="development"), made.clock, made.ports)
    path = Shipment(lite_world).path
    client = create_app(limited).test_client()
    limiter.reset()
    try:
        assert {client.get(path).status_code for _ in range(60)} == {200}
        often = client.get(path, query_string={"lang": "en"})
        as_json = client.get(path, headers=JSON)
    finally:
        limiter.reset()
        limiter.enabled = False
        limited.database.engine.dispose()
    assert (often.status_code, "Please try again in a minute" in often.text) == (429, True)
    assert (as_json.status_code, as_json.mimetype) == (429, "application/problem+json")
    assert "Retry-After" in as_json.headers


def test_the_way_that_is_left_is_told_while_it_is_fresh_and_never_finer_than_ten_km(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned().told()
    lite_world.clock.advance(hours=14)
    shipment.loaded().departed()
    lite_world.clock.advance(hours=2)
    shipment.seen_at(37.5, 117.9)
    fresh = view(shipment)["arrival"]
    assert fresh["remaining_km"] % 10 == 0
    lite_world.clock.advance(minutes=15)
    assert view(shipment)["arrival"]["remaining_km"] == fresh["remaining_km"]
    lite_world.clock.advance(seconds=1)
    later = view(shipment)["arrival"]
    assert (later["remaining_km"], later["updated_at"]) == (None, fresh["updated_at"])
