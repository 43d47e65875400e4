"""What clients, frameworks and databases do at their edges: each once hit, each answered by name (P11)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask, session
from werkzeug.test import TestResponse

from app import create_app
from models.vocabulary import Role
from services.clock import StoppedClock
from services.errors import SetupError
from services.runtime import Runtime
from services.settings import DEVELOPMENT_KEY, Settings
from tests.support import journey
from tests.support.world import World, new_runtime

API = "/api/v1"
PROBLEM = "application/problem+json"
HUGE = 2**63


def book(world: World, text: str | bytes, media_type: str = "application/json", **headers: str) -> TestResponse:
    """Send a body to the booking as it stands."""
    signed = world.signed(Role.SHIPPER, **headers)
    return journey.client_of(world).post(f"{API}/consignments", data=text, content_type=media_type, headers=signed)


def changed(world: World, old: str, new: str) -> str:
    """Give the text of a lawful booking in which one piece is written otherwise."""
    text = json.dumps(world.booking(), ensure_ascii=False)
    assert text.count(old) == 1, (old, text)
    return text.replace(old, new)


def pointers(answer: TestResponse) -> list[str]:
    assert answer.status_code == 422, (answer.status_code, answer.text)
    assert answer.mimetype == PROBLEM
    return [fault["pointer"] for fault in answer.json["errors"]]


def ok(answer: TestResponse) -> None:
    assert answer.status_code == 201, answer.text


# numbers, money, times


@pytest.mark.parametrize("number", ["1.9", "1e30", str(10**29), "true", '"200"', "null", "0", "-1", str(HUGE)])
def test_an_integer_is_a_whole_number_in_its_bounds(lite_world: World, number: str) -> None:
    assert pointers(book(lite_world, changed(lite_world, '"quantity": 200', f'"quantity": {number}'))) == [
        "/lines/0/quantity"
    ]


def test_a_whole_number_may_be_written_with_a_point(lite_world: World) -> None:
    ok(book(lite_world, changed(lite_world, '"quantity": 200', '"quantity": 200.0')))


@pytest.mark.parametrize(
    "money", ["1200", "1200.00", '"1200"', '"1200.0"', '"1200.000"', '"1,200.00"', '"-1.00"', '"01.00"', '"1e3"',
              '"1200.00\\n"', '" 1200.00"', '"١٢.٠٠"', '"1234567890123.00"', '"NaN"', "true"],
)  # fmt: skip
def test_money_is_a_string_with_two_places(lite_world: World, money: str) -> None:
    text = changed(lite_world, '"origin"', f'"declared_value": {money}, "origin"')
    assert pointers(book(lite_world, text)) == ["/declared_value"]


def test_money_comes_back_to_the_letter(world: World) -> None:
    for money in ("0.00", "0.01", "999999999999.99"):
        answer = book(world, changed(world, '"origin"', f'"declared_value": "{money}", "origin"'))
        ok(answer)
        assert answer.json["declared_value"] == money


def test_the_specification_writes_money_as_a_pattern(lite_world: World) -> None:
    spec = journey.client_of(lite_world).get(f"{API}/openapi.json").json
    money = spec["components"]["schemas"]["BookingIn"]["properties"]["declared_value"]
    assert money == {"type": "string", "format": "decimal", "pattern": r"^(0|[1-9][0-9]{0,11})\.[0-9]{2}$"}


@pytest.mark.parametrize(
    "moment", ["2026-03-05T06:00:00", "2026-03-05", "2026-03-05 06:00:00+08:00", "20260305T060000+0800", "1772661600",
               "2026-03-05T06:00:00+08", "2026-02-30T06:00:00Z", "2026-03-05T24:00:00Z", "1999-12-31T00:00:00Z",
               "2100-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "now", ""],
)  # fmt: skip
def test_a_time_without_an_offset_or_of_another_century_is_invalid(lite_world: World, moment: str) -> None:
    assert pointers(book(lite_world, json.dumps(lite_world.booking(promised_arrival_at=moment)))) == [
        "/promised_arrival_at"
    ]


@pytest.mark.parametrize("moment", ["2026-03-05T06:00:00+08:00", "2026-03-04T22:00:00Z", "2026-03-04t22:00:00.000000z"])
def test_the_same_moment_comes_back_in_utc_however_it_was_written(lite_world: World, moment: str) -> None:
    answer = book(lite_world, json.dumps(lite_world.booking(promised_arrival_at=moment)))
    ok(answer)
    assert answer.json["promised_arrival_at"] == "2026-03-04T22:00:00Z"


# JSON that is none


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": Infinity}', "Infinity is not a JSON number"),
        ('{"a": -Infinity}', "-Infinity is not a JSON number"),
        ('{"a": 1e999}', "a number is too large"),
        ('{"a": 1, "a": 2}', "a name stands twice in one object"),
        ("[" * 5000 + "]" * 5000, "nested too deeply"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "too many digits"),
        ('{"a": -' + "9" * 5000 + "}", "too many digits"),
        ("{", "not JSON"),
        ("{'a': 1}", "not JSON"),
        ('{"a": 1} {"b": 2}', "not JSON"),
        ('{"a": "\t"}', "not JSON"),
        ('\ufeff{"a": 1}', "not JSON"),
        (b'{"a": "\xff"}', "not UTF-8"),
        ('{"a": "键"}'.encode("utf-16"), "not UTF-8"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_body_that_is_not_strict_json_cannot_be_read(lite_world: World, text: str | bytes, says: str) -> None:
    answer = book(lite_world, text)
    assert answer.status_code == 400, answer.text
    assert answer.mimetype == PROBLEM
    assert answer.json["type"] == "/problems/bad-json"
    assert says in answer.json["detail"]


@pytest.mark.parametrize("text", ["[]", "1", '"text"', "null", "true", "{}"])
def test_json_of_another_shape_is_invalid(lite_world: World, text: str) -> None:
    assert pointers(book(lite_world, text))


# characters that the databases choke on


@pytest.mark.parametrize("half", ["\\u0000", "\\ud800", "\\udfff", "x\\u0000", "\\u0007", "\\u0085", "\\n"])
def test_text_without_a_letter_of_its_own_is_invalid_on_both_databases(world: World, half: str) -> None:
    assert pointers(book(world, changed(world, '"控制器"', f'"{half}"'))) == ["/lines/0/name"]
    named = book(world, changed(world, '"name"', f'"{half}"'))
    assert named.status_code in {400, 422}, named.text
    assert named.mimetype == PROBLEM
    assert pointers(book(world, changed(world, '"CN-1"', f'"{half}"'))) == ["/consignee"]


def test_a_whole_character_beyond_the_first_plane_is_kept(world: World) -> None:
    answer = book(world, changed(world, '"控制器"', '"\\ud842\\udfb7野家 🚚"'))
    ok(answer)
    assert answer.json["lines"][0]["name"] == "𠮷野家 🚚"


def test_text_is_kept_in_one_of_its_forms(lite_world: World) -> None:
    answer = book(lite_world, changed(lite_world, '"控制器"', '"Cafe\\u0301"'))
    ok(answer)
    assert answer.json["lines"][0]["name"] == "Caf\u00e9"


PATHS = (
    "/consignments/%00", "/consignments/a%00b", "/consignments/%ED%A0%80", "/consignments/%FF", "/trips/%0A/log",
    "/parties/%00", "/vehicles/%00/defects", "/drivers/%F0%9F%9A%9A", "/files/%00", "/imports/%00/rows",
    "/seals/%00", f"/consignments/{'9' * 5000}", "/consignments/..%2F..%2Fetc", "/consignments/%27%20OR%201=1--",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:28])
def test_no_address_is_an_error_of_the_server(world: World, path: str) -> None:
    answer = journey.client_of(world).get(API + path, headers=world.signed(Role.DISPATCHER))
    assert answer.status_code == 404, answer.text
    assert (answer.mimetype, answer.json["type"]) == (PROBLEM, "/problems/not-found")


@pytest.mark.parametrize("number", [HUGE - 1, HUGE, 10**30, 10**400])
def test_a_number_in_an_address_that_no_database_holds_is_not_found(world: World, number: int) -> None:
    for path, body in (
        (f"/tasks/{number}/completion", {"outcome": "x"}),
        (f"/vehicles/鲁G10001/defects/{number}/repair", {"reason": "x"}),
    ):
        answer = journey.send(world, Role.DISPATCHER, "POST", path, body)
        assert answer.status_code == 404, answer.text


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/consignments", "customer_ref=%00"),
        ("/consignments", "limit=9223372036854775808"), ("/consignments", f"limit={'9' * 5000}"),
        ("/consignments", "limit=1.9"), ("/consignments", "limit=0"), ("/consignments", "limit=201"),
        ("/consignments", "limit=%D9%A1"), ("/consignments", "hard_to_handle=yes"), ("/consignments", "state=lost"),
        ("/consignments", "unknown=1"), ("/trips", "vehicle=%00"), ("/parties", "name=%00"), ("/seals", "trip=%00"),
        ("/notices", "due_before=2026-03-05T06:00:00"), ("/expiries", "within_days=366"), ("/drivers", "name=%00"),
    ],
)  # fmt: skip
def test_no_query_is_an_error_of_the_server(world: World, path: str, query: str) -> None:
    answer = journey.client_of(world).get(f"{API}{path}?{query}", headers=world.signed(Role.DISPATCHER))
    assert pointers(answer) == [f"/{query.partition('=')[0]}"]


def test_bytes_in_a_query_that_are_no_text_find_nothing(world: World) -> None:
    answer = journey.client_of(world).get(
        f"{API}/consignments?customer_ref=%ED%A0%80", headers=world.signed(Role.DISPATCHER)
    )
    assert answer.json == {"items": [], "next_cursor": None}


CURSORS = ("garbage", "a", "%00", "azE0", "a2s", "azk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "k1", "=", "z" * 65, "azE%3D")
PAGES = ("/consignments", "/trips", "/parties", "/notices", "/tasks", "/webhook-deliveries", "/imports", "/seals")


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_cursor_is_one_that_was_given_or_invalid(world: World, cursor: str) -> None:
    number = journey.book(world)
    for path in (*PAGES, f"/consignments/{number}/trace"):
        answer = journey.client_of(world).get(f"{API}{path}?cursor={cursor}", headers=world.signed(Role.DISPATCHER))
        if answer.status_code != 200:  # a text that happens to be one is as good as one
            assert set(pointers(answer)) == {"/cursor"}


# HTTP itself


def test_another_method_says_which_are_there(lite_world: World) -> None:
    for path, allowed in (
        ("/consignments", {"GET", "POST"}), ("/seals/issues", {"POST"}), ("/seals/YA000001", {"GET"}),
        ("/trips/CC-20260302-0001/crew", {"PUT"}),
    ):  # fmt: skip
        answer = journey.client_of(lite_world).delete(API + path, headers=lite_world.signed(Role.DISPATCHER))
        assert answer.status_code == 405
        assert answer.mimetype == PROBLEM
        assert {one.strip() for one in answer.headers["Allow"].split(",")} - {"HEAD", "OPTIONS"} == allowed


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "text/html", "", "nonsense"])
def test_a_body_of_another_media_type_is_not_taken(lite_world: World, media_type: str) -> None:
    answer = book(lite_world, json.dumps(lite_world.booking()), media_type)
    assert answer.status_code == 415, answer.text
    assert answer.mimetype == PROBLEM


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "application/vnd.x+json"]
)
def test_json_is_taken_under_its_names(lite_world: World, media_type: str) -> None:
    ok(book(lite_world, json.dumps(lite_world.booking()), media_type))


def test_a_body_over_the_limit_is_too_large_with_and_without_its_length(lite: Runtime, clock: StoppedClock) -> None:
    small = new_runtime(lite.settings.database_url, clock, max_body_bytes=2000)
    client = create_app(small).test_client()
    world = World(small)
    text = json.dumps(world.booking())
    headers = world.signed(Role.SHIPPER)
    path = f"{API}/consignments"
    endless = {"environ_overrides": {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}}
    for more in ({}, endless):
        for size, status in ((2000, 201), (2001, 413)):
            answer = client.post(path, data=text.ljust(size), content_type="application/json", headers=headers, **more)
            assert answer.status_code == status, answer.text
            assert status == 201 or answer.mimetype == PROBLEM
    small.database.engine.dispose()


@pytest.mark.parametrize(
    "presented", ["", "Bearer", "Bearer ", "bearer x", "Basic YTpi", "Bearer 键", "Bearer " + "x" * 5000, "Bearer a b"]
)
def test_a_credential_of_any_form_is_not_signed_in(lite_world: World, presented: str) -> None:
    environ = {"HTTP_AUTHORIZATION": presented.encode().decode("latin-1")}
    answer = journey.client_of(lite_world).get(f"{API}/me", environ_overrides=environ)
    assert answer.status_code == 401
    assert answer.json["type"] == "/problems/not-signed-in"


@pytest.mark.parametrize(
    "tag", ['"v"', '"v-1"', '"v99999999999999999999"', '"x"', "*", 'W/"v1"', '"v１"', '"v1", "v2"']
)
def test_a_tag_of_another_form_is_not_the_version_that_is_stored(lite_world: World, tag: str) -> None:
    number = journey.book(lite_world)
    environ = {"HTTP_IF_MATCH": tag.encode().decode("latin-1")}
    answer = journey.client_of(lite_world).patch(
        f"{API}/consignments/{number}", json={"notes": "x"}, headers=lite_world.signed(Role.SHIPPER),
        environ_overrides=environ,
    )  # fmt: skip
    assert answer.status_code == 412, answer.text


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space", "line\tbreak", "<script>", "键键键键键键键键"])
def test_a_request_id_of_another_form_is_replaced(lite_world: World, given: str) -> None:
    environ = {"HTTP_X_REQUEST_ID": given.encode().decode("latin-1")}
    answer = journey.client_of(lite_world).get(f"{API}/me", environ_overrides=environ)
    assert answer.headers["X-Request-Id"] == answer.json["request_id"] != given
    assert len(answer.headers["X-Request-Id"]) == 16


def test_a_request_id_of_the_caller_comes_back(lite_world: World) -> None:
    answer = journey.client_of(lite_world).get(f"{API}/me", headers={"X-Request-Id": "trace-0001.a_b"})
    assert answer.headers["X-Request-Id"] == answer.json["request_id"] == "trace-0001.a_b"


# an installation in production


def production(lite: Runtime, clock: StoppedClock) -> tuple[Runtime, Flask]:
    settings = Settings(
        database_url=lite.settings.database_url, environment="production", secret_key="k" * 40,
        base_url="https://yunan.example.com", sqlite_synchronous="OFF",
    )  # fmt: skip
    runtime = Runtime(settings, clock, lite.ports)
    return runtime, create_app(runtime)


def test_a_foreign_host_name_is_refused_in_production(lite: Runtime, clock: StoppedClock) -> None:
    runtime, app = production(lite, clock)
    for host, status in (("yunan.example.com", 200), ("evil.example.net", 400), ("yunan.example.com.evil.net", 400)):
        answer = app.test_client().get("/healthz", headers={"Host": host})
        assert answer.status_code == status, (host, answer.text)
        assert status == 200 or answer.mimetype == PROBLEM
    runtime.database.engine.dispose()


@pytest.mark.parametrize("key", [DEVELOPMENT_KEY, "", "k" * 31])
def test_production_does_not_start_with_a_known_or_short_key(key: str) -> None:
    with pytest.raises(SetupError, match="LADING_SECRET_KEY"):
        Settings.from_env({"LADING_ENV": "production", "LADING_SECRET_KEY": key})


def test_production_starts_with_a_key_of_32_characters() -> None:
    assert Settings.from_env({"LADING_ENV": "production", "LADING_SECRET_KEY": "k" * 32}).secret_key == "k" * 32


def test_an_error_in_production_tells_nothing_of_its_cause(
    lite: Runtime, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime, app = production(lite, clock)

    def fail(*_: Any) -> None:
        raise RuntimeError("password=secret at /home/lading/db.py")

    monkeypatch.setattr("services.health.missing", fail)
    answer = app.test_client().get("/readyz", headers={"Host": "yunan.example.com"})
    assert (answer.status_code, answer.mimetype) == (500, PROBLEM)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    runtime.database.engine.dispose()


HARDENING = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/healthz", f"{API}/me", "/api/docs", "/nowhere", "/static/icon.svg", "/metrics"])
def test_every_answer_carries_the_security_headers(lite_world: World, path: str) -> None:
    with journey.client_of(lite_world).get(path) as answer:
        for name, value in HARDENING.items():
            assert answer.headers.getlist(name) == [value], (path, name)
        assert "Set-Cookie" not in answer.headers
        assert "X-Request-Id" in answer.headers


def test_a_session_cookie_is_for_this_site_over_https_and_not_for_scripts(lite: Runtime) -> None:
    app = create_app(lite)

    @app.get("/keeps-something")
    def keep() -> str:
        session["seen"] = True
        return "kept"

    cookie = app.test_client().get("/keeps-something").headers["Set-Cookie"]
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax"} <= flags


def test_an_unknown_address_and_an_unknown_object_look_the_same(lite_world: World) -> None:
    bodies = []
    for path in ("/nowhere", "/consignments/YD-20990101-0001"):
        answer = journey.client_of(lite_world).get(API + path, headers=lite_world.signed(Role.DISPATCHER))
        assert answer.status_code == 404
        bodies.append({name: answer.json[name] for name in answer.json if name not in {"instance", "request_id"}})
    assert bodies[0] == bodies[1]
