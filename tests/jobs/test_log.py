"""Log lines: one event one line, nobody named, every failure with its request id."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog

from app import create_app
from services import log
from services.runtime import Runtime
from services.settings import Settings

SECRET = "a-secret-key-that-is-long-enough-for-tests"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def production() -> Iterator[Lines]:
    """Log as in production and give the lines written so far."""
    with _logging(Settings(environment="production", secret_key=SECRET)) as written:
        yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.fixture
def development() -> Iterator[Callable[[], list[str]]]:
    """Log as in development."""
    with _logging(Settings()) as written:
        yield lambda: written.getvalue().splitlines()


@contextmanager
def _logging(settings: Settings) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, written = root.handlers, root.level, io.StringIO()
    log.configure(settings, written)
    log.begin()  # a test before this one may have left its request id
    yield written
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    log.begin()


def test_an_event_is_one_json_line_with_its_facts(production: Lines) -> None:
    log.get_logger("test").warning("seal.broken", number="YA000001", trip=7)
    (line,) = production()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "seal.broken", "level": "warning", "logger": "test", "number": "YA000001", "trip": 7}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13900001111", "139****1111"),
        ("王师傅13900001111。", "王师傅139****1111。"),
        ("370783198501010013", "370*************13"),
        ("37078319850101003X", "370*************3X"),
        ("lk_0123456789ab.AbC-dEf_123", "lk_0123456789ab.***"),
        ("YD-20261122-0417", "YD-20261122-0417"),
        ("1390000111", "1390000111"),
        ("1795422410123", "1795422410123"),
    ],
)
def test_what_identifies_a_person_is_masked_and_nothing_else(production: Lines, text: str, shown: str) -> None:
    log.get_logger("test").info(f"about {text}", plain=text, deep={"list": [text, {"text": text}]})
    (line,) = production()
    assert line["event"] == f"about {shown}"
    assert line["plain"] == shown
    assert line["deep"] == {"list": [shown, {"text": shown}]}


def test_a_field_that_is_named_like_a_secret_is_never_written(production: Lines) -> None:
    log.get_logger("test").info("signed in", password="opensesame", deep={"Authorization": "Bearer opensesame"})
    (line,) = production()
    assert "opensesame" not in json.dumps(line)


def test_another_librarys_line_goes_through_the_same_masks(production: Lines) -> None:
    logging.getLogger("some.library").warning("calling %s\r\nnext", "13900001111")
    (line,) = production()
    assert line["event"] == "calling 139****1111\\r\\nnext"
    assert line["logger"] == "some.library"


def test_an_exceptions_text_is_masked_too(production: Lines) -> None:
    failure = ValueError("no driver has 370783198501010013")
    log.get_logger("test").error("lookup.failed", exc_info=failure)
    (line,) = production()
    assert "370*************13" in line["exception"]
    assert "370783198501010013" not in line["exception"]


def test_a_value_cannot_forge_a_line_of_its_own(development: Callable[[], list[str]]) -> None:
    forged = "a.xlsx\r\n2026-03-01[info]\x1b[2J"
    log.get_logger("test").info(f"import of {forged}", name=forged, list=[forged])
    (line,) = development()
    assert line.count("\\r\\n2026-03-01") == 3
    assert "\x1b" not in line


def test_an_unexpected_failure_is_a_500_problem_and_a_line_with_the_same_request_id(
    lite: Runtime, production: Lines
) -> None:
    app = create_app(lite)

    @app.get("/breaks")
    def breaks() -> str:
        raise ZeroDivisionError("SELECT phone FROM drivers")

    answer = app.test_client().get("/breaks", headers={"X-Request-Id": "request-0001"})
    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert answer.json["request_id"] == "request-0001"
    assert "SELECT" not in answer.get_data(as_text=True)
    (line,) = [line for line in production() if line["level"] == "error"]
    assert line["request_id"] == "request-0001"
    assert "ZeroDivisionError" in line["exception"]


def test_one_requests_facts_do_not_stand_on_the_next_requests_lines(lite: Runtime, production: Lines) -> None:
    app = create_app(lite)

    @app.get("/tells")
    def tells() -> str:
        log.get_logger("test").info("told")
        return ""

    client = app.test_client()
    for request_id in ("request-0001", "request-0002"):
        client.get("/tells", headers={"X-Request-Id": request_id})
    assert [line["request_id"] for line in production()] == ["request-0001", "request-0002"]
