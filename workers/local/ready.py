"""Says where the product is and with which keys, once it answers; ends then."""

from __future__ import annotations

import http.client
import json
import math
import os
import sys
import time
from urllib.parse import urlsplit

from services.settings import Settings
from workers.local.place import Place, environment, reachable

PATIENCE_S = 60.0
POLL_S = 0.1


def main() -> int:
    """Wait for /readyz and print the address and the demo keys; says once when that takes long, and goes on waiting."""
    settings = Settings.from_env(os.environ)
    late_at = time.monotonic() + PATIENCE_S
    while not _answers(settings):
        if time.monotonic() > late_at:
            _say(f"Lading has not become ready within {PATIENCE_S:.0f} s: the lines above tell why. Still waiting.")
            late_at = math.inf
        time.sleep(POLL_S)
    place = Place.of(environment(os.environ))
    _say("", f"Lading is ready at {settings.base_url}  (API: {settings.base_url}/api/docs)", *_keys(place), "")
    if settings.jt808_port:
        _say(f"JT/T 808 terminals come to {settings.jt808_host}:{settings.jt808_port}.")
    _say("Ctrl-C stops everything.")
    return 0


def _answers(settings: Settings) -> bool:
    asked = http.client.HTTPConnection(reachable(settings.host), settings.port, timeout=2)
    try:
        asked.request("GET", "/readyz", headers={"Host": urlsplit(settings.base_url).netloc})
        return asked.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        asked.close()


def _keys(place: Place) -> list[str]:
    if not place.demo_keys.exists():
        return ["Make the first administrator with: flask --app wsgi create-admin LOGIN"]
    keys: dict[str, str] = json.loads(place.demo_keys.read_text(encoding="utf-8"))
    width = max(len(role) for role in keys)
    return ["Keys of the demo company, one per role:", *(f"  {role:<{width}}  {key}" for role, key in keys.items())]


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
