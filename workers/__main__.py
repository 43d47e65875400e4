"""The background processes: ``python -m workers relay | worker | jt808 | drain``."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import threading

import redis

from migrations import schema
from services import log
from services.errors import BusyError, SetupError
from services.settings import Settings
from workers import carrier, inline
from workers.context import CONTEXT
from workers.jt808 import listener
from workers.relay import Relay
from workers.run import Outcome
from workers.worker import OutboxWorker, wait_for_broker

logger = log.get_logger("workers")


def main(argv: list[str]) -> int:
    """Run one process until it is told to stop; give its exit code."""
    parser = argparse.ArgumentParser(prog="python -m workers", description="Background processes of Lading.")
    parser.add_argument(
        "process",
        choices=sorted(PROCESSES),
        help="relay: due rows to the queue; worker: runs the queue; jt808: takes in terminals over TCP; "
        "drain: runs what is due, once, without a queue",
    )
    asked = parser.parse_args(argv)
    try:
        settings = Settings.from_env(os.environ)
        log.configure(settings)
        schema.check(CONTEXT.runtime().database.engine)
        return PROCESSES[asked.process](settings)
    except (SetupError, BusyError) as error:
        sys.stderr.write(f"Lading: {error}\n")
        return 1


def relay(settings: Settings) -> int:
    """Carry due rows to the queue until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Relay(CONTEXT.runtime(), carrier.open_queue(_broker(settings))).forever(stop)
    return 0


def worker(settings: Settings) -> int:
    """Run what the queue brings until SIGTERM or SIGINT; 1 when the broker went away, for the supervisor."""
    connection = _broker(settings)
    wait_for_broker(connection)
    try:
        OutboxWorker(carrier.open_queue(connection)).work()
    except redis.RedisError as error:
        logger.warning("worker.broker_lost", why=f"{type(error).__name__}: {error}")
        return 1
    return 0


def terminals(settings: Settings) -> int:
    """Take in JT/T 808 terminals until SIGTERM or SIGINT."""
    if not settings.jt808_port:
        raise SetupError("LADING_JT808_PORT is not set: name the port that terminals come to, such as 8808.")
    try:
        asyncio.run(listener.serve(CONTEXT.runtime()))
    except OSError as error:
        raise SetupError(f"Port {settings.jt808_port} on {settings.jt808_host} cannot be used ({error}).") from error
    return 0


def drain(settings: Settings) -> int:  # noqa: ARG001 - every process is called alike
    """Run everything due once, without a broker; 1 when anything failed."""
    outcomes = inline.tick(CONTEXT.runtime())
    sys.stdout.write(" ".join(f"{outcome}={count}" for outcome, count in sorted(outcomes.items())) + "\n")
    return 1 if outcomes[Outcome.FAILED] or outcomes[Outcome.PARKED] else 0


def _broker(settings: Settings) -> redis.Redis:
    if not settings.redis_url:
        raise SetupError("REDIS_URL is not set: point it at the broker, or use `make run`, which starts one.")
    return carrier.connect(settings.redis_url)


PROCESSES = {"relay": relay, "worker": worker, "jt808": terminals, "drain": drain}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
