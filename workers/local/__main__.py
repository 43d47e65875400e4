"""``python -m workers.local``: check, prepare, then become the supervisor of everything on this machine."""

from __future__ import annotations

import json
import os
import sys

from migrations import schema
from services import journal
from services.errors import BusyError, SetupError
from services.runtime import Runtime, build_runtime
from services.settings import Settings
from services.transaction import WORKER
from workers.local import preflight, supervise
from workers.local.place import Place, environment, kept_secret, write_private


def main() -> int:
    """Prepare this machine and start; gives an exit code only when it refused."""
    try:
        environ = prepare(dict(os.environ))
    except (SetupError, BusyError) as refused:
        sys.stderr.write(f"Lading cannot start. {refused}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    config = Place.of(environ).supervisor_config
    return os.execve(sys.executable, [sys.executable, "-m", "workers.local.supervise", str(config)], environ)  # noqa: S606


def prepare(given: dict[str, str]) -> dict[str, str]:
    """Check and prepare everything the processes need and give their environment; start nothing.

    Raises SetupError with one sentence when this machine cannot run the product.
    """
    environ = environment(given)
    place, embedded = Place.of(environ), not given.get("REDIS_URL")
    preflight.check(_without_secret(environ), place, embedded=embedded)
    if environ.get("LADING_ENV", "development") != "production" and not environ.get("LADING_SECRET_KEY"):
        environ["LADING_SECRET_KEY"] = kept_secret(place)
    settings = Settings.from_env(environ)
    runtime = build_runtime(settings)
    schema.upgrade(runtime.database.engine)
    if settings.environment == "development":
        seed_demo(runtime, place)
    runtime.database.engine.dispose()
    supervise.write_config(place, embedded=embedded, terminals=settings.jt808_port > 0)
    return environ


def seed_demo(runtime: Runtime, place: Place) -> None:
    """Fill an empty database with the demo company and keep its keys; a database with a history is left alone."""
    with runtime.read(WORKER) as tx:
        if not journal.is_empty(tx):
            return
    from services.demo import company  # only the first start needs it

    sys.stdout.write("First start: setting up the demo company …\n")
    sys.stdout.flush()
    keys = company.seed(runtime)
    links = company.tracking_links(runtime)
    if links:
        keys["consignee"] = f"{links[0]}  (a link instead of a key)"
    write_private(place.demo_keys, json.dumps(keys, indent=2))


def _without_secret(environ: dict[str, str]) -> Settings:
    return Settings.from_env({**environ, "LADING_ENV": "development"})


if __name__ == "__main__":
    sys.exit(main())
