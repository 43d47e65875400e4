"""A real HTTP server that answers as OSRM and Valhalla do, or as badly as a test wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from services.ports import Place
from tests.support.roads import line_between

SHOUGUANG, BEIJING = Place(36.88, 118.74), Place(39.9042, 116.4074)
LINE = line_between(SHOUGUANG, BEIJING, 0.2)
# in the shape of the two projects' HTTP documentation
OSRM = {
    "code": "Ok",
    "routes": [
        {"geometry": LINE, "legs": [{"steps": [], "distance": 531402.6, "duration": 21930.4, "summary": "",
                                     "weight": 21930.4}],
         "distance": 531402.6, "duration": 21930.4, "weight_name": "routability", "weight": 21930.4},
    ],
    "waypoints": [
        {"hint": "x", "distance": 20.1, "name": "", "location": [118.74, 36.88]},
        {"hint": "y", "distance": 4.7, "name": "长安街", "location": [116.4074, 39.9042]},
    ],
}  # fmt: skip
VALHALLA = {
    "trip": {
        "locations": [{"type": "break", "lat": 36.88, "lon": 118.74, "original_index": 0},
                      {"type": "break", "lat": 39.9042, "lon": 116.4074, "original_index": 1}],
        "legs": [{"summary": {"time": 24012.7, "length": 529.871, "has_toll": True}, "shape": LINE}],
        "summary": {"time": 24012.7, "length": 529.871, "has_toll": True, "cost": 23000.1},
        "status_message": "Found route between points", "status": 0, "units": "kilometers", "language": "en-US",
    }
}  # fmt: skip
ANSWERS: dict[str, dict[str, Any]] = {"osrm": OSRM, "valhalla": VALHALLA}


@dataclass
class Server:
    """A real server that keeps what it was asked; ``status``, ``headers`` and ``body`` are what it answers."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    drip_s: float = 0
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def says(self, answer: Any, status: int = 200) -> None:
        self.body, self.status = json.dumps(answer).encode(), status


@contextmanager
def road_server() -> Iterator[Server]:
    """Listen on this machine until the block ends."""
    made = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            made.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(made.status)
            for name, value in ({"Content-Length": str(len(made.body))} | made.headers).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self._write()
            except OSError:  # the client has turned away, as it should from what it does not want
                self.close_connection = True

        do_POST = do_GET  # noqa: N815 - the name is the library's

        def _write(self) -> None:
            if not made.drip_s:
                self.wfile.write(made.body)
                return
            for byte in made.body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(made.drip_s)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        made.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made
        listening.shutdown()
        thread.join()


def spoilt(kind: str, path: tuple[Any, ...], value: Any) -> Any:
    answer = json.loads(json.dumps(ANSWERS[kind]))
    inner = answer
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return answer


PARTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "osrm": {"km": ("routes", 0, "distance"), "time": ("routes", 0, "duration"), "line": ("routes", 0, "geometry"),
             "all": ("routes",)},
    "valhalla": {"km": ("trip", "summary", "length"), "time": ("trip", "summary", "time"),
                 "line": ("trip", "legs", 0, "shape"), "all": ("trip",)},
}  # fmt: skip
