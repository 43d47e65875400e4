"""G5: how even SQLite answers four clients who book at once, over the real server as an installation starts it."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from models.vocabulary import Role
from services.clock import SystemClock
from tests.bench.measure import Result
from tests.bench.places import Place
from tests.support.world import SECRET

CLIENTS = 4
BOOKINGS_EACH = 250
WARM = 20
CREATED = 201
HOST = "127.0.0.1"


def results(place: Place) -> Iterator[Result]:
    """Book from four clients and compare the slowest hundredth with the middle; count every refusal. SQLite only."""
    if not place.runtime.database.on_sqlite:
        return
    with _served(place) as port:
        _book(place, port, WARM, "warm")
        answers = _book(place, port, BOOKINGS_EACH, "timed")
    seconds = sorted(taken for _, taken in answers)
    middle, slowest = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
    yield Result("G5 sqlite p99", slowest * 1000, middle * 1000, slowest / middle, 10.0, "ms")
    refused = sum(status != CREATED for status, _ in answers)
    yield Result("G5 sqlite locked", refused, len(answers), refused / len(answers), 0.0, "answers", guard=1.0)


def _book(place: Place, port: int, each: int, run: str) -> list[tuple[int, float]]:
    """Give the status and the seconds of every booking."""
    promised = (SystemClock().now() + timedelta(days=3)).isoformat()
    line = place.world.booking()["lines"][0]
    body = place.world.booking(shipper="SH-1", promised_arrival_at=promised, lines=[line, line, line])
    answers: list[tuple[int, float]] = []
    numbers, start = itertools.count(), threading.Barrier(CLIENTS)

    def client() -> None:
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        start.wait()
        for _ in range(each):
            asked = {**body, "customer_ref": f"G5-{run}-{next(numbers)}"}
            began = time.perf_counter()
            connection.request("POST", "/api/v1/consignments", json.dumps(asked), _headers(place, asked))
            answer = connection.getresponse()
            answer.read()
            answers.append((answer.status, time.perf_counter() - began))
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _headers(place: Place, asked: dict[str, Any]) -> dict[str, str]:
    key = place.world.keys[Role.DISPATCHER]
    return {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Idempotency-Key": asked["customer_ref"],
    }


@contextmanager
def _served(place: Place) -> Iterator[int]:
    """Serve the place as ``make run`` does and give the port."""
    with socket.create_server((HOST, 0)) as free:
        port = int(free.getsockname()[1])
    environ = {
        **os.environ, "LADING_DATABASE_URL": place.url, "LADING_HOST": HOST, "LADING_PORT": str(port),
        "LADING_ENV": "production", "LADING_SECRET_KEY": SECRET, "LADING_BASE_URL": f"http://{HOST}:{port}",
    }  # fmt: skip
    command = [sys.executable, "-m", "workers.local.web"]
    server = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    ends_at = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < ends_at:
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")
