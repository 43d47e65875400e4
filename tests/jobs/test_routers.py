"""The wire to OSRM and Valhalla: what is asked, what is taken for a road, and that nothing a server does raises."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from services.adapters import guarded_http, road_answers
from services.adapters.guarded_http import Question, UnsentError
from services.adapters.router import router_of
from services.geo import polylines
from services.ports import Call, Place, Road, RoadDistance, RoadFailure
from services.runtime import build_runtime
from services.settings import Settings
from tests.support import journey
from tests.support.road_server import (
    ANSWERS,
    BEIJING,
    LINE,
    OSRM,
    PARTS,
    SHOUGUANG,
    VALHALLA,
    Server,
    road_server,
    spoilt,
)
from tests.support.roads import line_between
from tests.support.world import World


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of the test's own."""
    with road_server() as made:
        yield made


def router(kind: str, url: str, timeout_s: int = 60, **more: Any) -> RoadDistance:
    made = router_of(Settings(router=kind, router_url=url, outbound_timeout_s=timeout_s, **more))
    assert made is not None
    return made


def asked_of(kind: str, url: str, **more: Any) -> Road | RoadFailure:
    return router(kind, url, **more).route(SHOUGUANG, BEIJING)


def away(found: Road | RoadFailure) -> str:
    """Demand that the router counts as away, and give what is said of it."""
    assert isinstance(found, RoadFailure)
    assert not found.answered
    assert found.detail
    assert len(found.detail) <= 500
    return found.detail


both = pytest.mark.parametrize("kind", ["osrm", "valhalla"])


def test_osrm_is_asked_for_the_whole_line_longitude_first(server: Server) -> None:
    server.says(OSRM)
    found = asked_of("osrm", f"{server.url}/maps/")
    assert found == Road(pytest.approx(531.4026), pytest.approx(365.507, abs=0.001), LINE)
    ((method, path, headers, body),) = server.asked
    parts = urlsplit(path)
    assert (method, body) == ("GET", b"")
    assert parts.path == "/maps/route/v1/driving/118.740000,36.880000;116.407400,39.904200"
    assert parse_qs(parts.query) == {"overview": ["full"], "geometries": ["polyline6"], "steps": ["false"]}
    assert headers["accept-encoding"] == "identity"


def test_valhalla_is_asked_for_a_truck(server: Server) -> None:
    server.says(VALHALLA)
    found = asked_of("valhalla", server.url)
    assert found == Road(529.871, pytest.approx(400.212, abs=0.001), LINE)
    ((method, path, headers, body),) = server.asked
    assert (method, path, headers["content-type"]) == ("POST", "/route", "application/json")
    wanted = json.loads(body)
    assert wanted["locations"] == [{"lat": 36.88, "lon": 118.74}, {"lat": 39.9042, "lon": 116.4074}]
    assert (wanted["costing"], wanted["units"], wanted["shape_format"]) == ("truck", "kilometers", "polyline6")


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("osrm", {"code": "NoRoute", "message": "Impossible route between points"}),
        ("osrm", {"code": "NoSegment", "message": "Could not find a matching segment for coordinate 1"}),
        ("valhalla", {"error_code": 442, "error": "No path could be found for input", "status_code": 400}),
        ("valhalla", {"error_code": 171, "error": "No suitable edges near location", "status_code": 400}),
    ],
)
def test_a_router_that_knows_no_road_has_answered(server: Server, kind: str, answer: Any) -> None:
    server.says(answer, 400)
    found = asked_of(kind, server.url)
    assert isinstance(found, RoadFailure)
    assert found.answered


@both
@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, {"code": "InvalidOptions", "error_code": 112}),
        (401, {}),
        (429, {"error": "too many requests"}),
        (500, {"code": "Ok", "error": "x"}),
        (503, {}),
        (200, {"code": "TooBig"}),
    ],
)
def test_every_other_refusal_is_a_router_that_is_away(server: Server, kind: str, status: int, answer: Any) -> None:
    server.says(answer, status)
    assert f"HTTP {status}" in away(asked_of(kind, server.url))


@both
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(server: Server, kind: str, status: int) -> None:
    server.says(ANSWERS[kind], status)
    server.headers = {"Location": f"{server.url}/elsewhere"}
    away(asked_of(kind, server.url))
    assert len(server.asked) == 1


@both
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>502 Bad Gateway</html>", b"[]", b"null", b'"Ok"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"code":NaN}'],
)
def test_what_is_no_json_object_is_no_answer(server: Server, kind: str, body: bytes) -> None:
    server.body = body
    away(asked_of(kind, server.url))


@both
@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("km", None), ("km", "531"), ("km", -1), ("km", 1e300), ("km", []), ("km", 3), ("time", "x"), ("time", -60),
        ("time", None), ("line", ""), ("line", None), ("line", 7), ("line", "x x"), ("line", {"type": "LineString"}),
        ("line", polylines.encode([(36.88, 118.74)])), ("all", []), ("all", None), ("all", {}), ("all", "x"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_a_road_is_none(server: Server, kind: str, part: str, value: Any) -> None:
    server.says(spoilt(kind, PARTS[kind][part], value))
    away(asked_of(kind, server.url))


@both
def test_a_road_that_begins_or_ends_elsewhere_is_no_road_between_these_places(server: Server, kind: str) -> None:
    four_km = Place(BEIJING.lat + 4.9 / 111.2, BEIJING.lon)
    six_km = Place(BEIJING.lat + 5.1 / 111.2, BEIJING.lon)
    server.says(spoilt(kind, PARTS[kind]["line"], line_between(SHOUGUANG, four_km)))
    assert isinstance(asked_of(kind, server.url), Road)
    for line in (line_between(SHOUGUANG, six_km), line_between(BEIJING, SHOUGUANG)):
        server.says(spoilt(kind, PARTS[kind]["line"], line))
        found = asked_of(kind, server.url)
        assert isinstance(found, RoadFailure)
        assert found.answered


@hypothesis_settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["distance", "duration", "geometry", "x"]), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_no_answer_whatever_raises(value: Any) -> None:
    for read in ("routes", "trip"):
        reader: Callable[[Any], Any] = lambda answer, read=read: (  # noqa: E731
            answer[read][0]["distance"] / 1000,
            answer[read][0]["duration"] / 60,
            answer[read][0]["geometry"],
        )
        found = road_answers.road(reader, {read: value}, (SHOUGUANG, BEIJING))
        assert isinstance(found, RoadFailure)


@both
def test_nobody_listening_and_no_answer_are_a_router_that_is_away(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert "Timeout" in away(asked_of(kind, url, timeout_s=1))
    away(asked_of(kind, url, timeout_s=1))


def test_a_server_that_drips_is_left_after_the_time_out(server: Server) -> None:
    server.says(OSRM)
    server.drip_s = 0.05
    begun = time.monotonic()
    said = away(asked_of("osrm", server.url, timeout_s=1))
    assert "too long" in said or "Timeout" in said  # a busy machine may keep a byte back for longer than the time-out
    assert time.monotonic() - begun < len(server.body) * server.drip_s / 2


def test_a_giant_answer_is_left_at_the_limit(server: Server) -> None:
    server.body = b'{"code":"Ok","routes":"' + b"x" * road_answers.LARGEST_BYTES + b'"}'
    assert "larger" in away(asked_of("osrm", server.url))
    server.body = gzip.compress(b"0" * 100_000_000)
    server.headers = {"Content-Encoding": "gzip"}
    away(asked_of("osrm", server.url))


def test_an_answer_of_exactly_the_limit_is_read_and_one_byte_more_is_not(server: Server) -> None:
    loopback = (ip_network("127.0.0.0/8"),)
    server.body = b"x" * 100_000
    assert guarded_http.ask(Question(server.url, 100_000), loopback, 5) == (200, server.body)
    with pytest.raises(UnsentError, match="larger than 99999 bytes"):
        guarded_http.ask(Question(server.url, 99_999), loopback, 5)


@pytest.mark.parametrize("headers", [{"Content-Length": "900000"}, {"Transfer-Encoding": "chunked"}])
def test_an_answer_that_breaks_off_is_no_answer(server: Server, headers: dict[str, str]) -> None:
    server.says(OSRM)
    server.headers = headers
    away(asked_of("osrm", server.url, timeout_s=1))


def test_the_guard_stands_for_every_question_that_is_not_the_operators_own(server: Server) -> None:
    with pytest.raises(UnsentError, match="internal"):
        guarded_http.ask(Question(server.url, 100), (), 5)
    assert server.asked == []


def test_the_router_may_be_internal_and_opens_no_way_for_webhooks(server: Server, tmp_path: Path) -> None:
    server.says(OSRM)
    settings = Settings(database_url=f"sqlite:///{tmp_path}/x.db", router="osrm", router_url=server.url)
    runtime = build_runtime(settings)
    runtime.database.engine.dispose()
    assert runtime.ports.router is not None
    assert isinstance(runtime.ports.router.route(SHOUGUANG, BEIJING), Road)
    receipt = runtime.ports.caller.post(Call(f"{server.url}/hook", "whd_1", b"{}", ("whsec_" + "C" * 32,), 1))
    assert "internal" in receipt.detail
    assert [method for method, *_ in server.asked] == ["GET"]


@both
def test_a_planned_trip_gets_its_road_over_the_wire(world: World, server: Server, kind: str) -> None:
    line = line_between(Place(36.86, 118.74), Place(39.73, 116.34), 0.2)
    server.says(spoilt(kind, PARTS[kind]["line"], line))
    settings = replace(world.runtime.settings, router=kind, router_url=server.url)
    world.runtime.settings = settings
    world.runtime.ports = replace(world.runtime.ports, router=router_of(settings))
    walk = journey.planned(world)
    assert server.asked == []
    journey.run_due(world)
    assert len(server.asked) == 1
    wanted = {"osrm": 531.4026, "valhalla": 529.871}[kind]
    assert journey.get(world, f"/trips/{walk.trip}")["distance_km"] == pytest.approx(wanted)
