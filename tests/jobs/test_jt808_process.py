"""The JT/T 808 listener as a process: killed at any moment, it loses nothing that it has answered."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from services.clock import SystemClock
from services.runtime import Runtime
from services.telematics.jt808 import Kind, Result
from tests.jobs.test_local_run import ROOT
from tests.support.terminals import Terminal, place, stored, taken_in
from tests.support.waiting import PATIENCE_S, free_port, until
from tests.support.world import SECRET, World

KILLS = 4


@contextmanager
def process(runtime: Runtime, port: int, printed: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``python -m workers jt808`` on the runtime's database until the block ends or it is killed."""
    given = {
        **os.environ, "LADING_DATABASE_URL": runtime.settings.database_url, "LADING_JT808_PORT": str(port),
        "LADING_ENV": "test", "LADING_SECRET_KEY": SECRET,
    }  # fmt: skip
    with printed.open("ab") as file:
        command = [sys.executable, "-m", "workers", "jt808"]
        made = subprocess.Popen(command, cwd=ROOT, env=given, stdout=file, stderr=file)
    try:
        yield made
    finally:
        made.kill()
        made.wait()


def connected(port: int) -> Terminal | None:
    try:
        return Terminal(port)
    except OSError:
        return None


def send_until_cut(truck: Terminal, owed: dict[int, bytes], answered: set[int], pid: int, kill_after: int) -> None:
    """Send what is owed, a few at a time, and kill the process when so many more were answered."""
    sent: dict[int, int] = {}
    seen = 0
    try:
        for number in sorted(owed.keys() - answered):
            sent[truck.send(Kind.POSITION, owed[number])] = number
            if len(sent) % 10 == 0:
                while len(sent) > 5:
                    serial, _, result = truck.answered()
                    assert result == Result.OK
                    answered.add(sent.pop(serial))
                    seen += 1
                    if seen == kill_after:
                        os.kill(pid, signal.SIGKILL)
        while sent:
            serial, _, result = truck.answered()
            answered.add(sent.pop(serial))
    except (ConnectionError, TimeoutError):
        return


def test_a_listener_killed_again_and_again_loses_nothing_it_answered_and_doubles_nothing(
    runtime: Runtime, tmp_path: Path
) -> None:
    real = Runtime(runtime.settings, SystemClock(), runtime.ports)
    world = World(real)
    now = real.clock.now().replace(microsecond=0)
    code = taken_in(world, since=now - timedelta(hours=2))
    owed = {number: place(now - timedelta(seconds=2000 - number * 5), 36.8, 118.7) for number in range(300)}
    answered: set[int] = set()
    port, chance = free_port(), random.Random(808)  # noqa: S311 - when to kill, not a secret
    for round_no in range(KILLS + 1):
        with process(real, port, tmp_path / "printed") as listener:
            truck = until(lambda: connected(port), "the start")
            assert truck.sign_in(code) == Result.OK, (tmp_path / "printed").read_text()
            last_round = round_no == KILLS
            send_until_cut(truck, owed, answered, listener.pid, 10**6 if last_round else chance.randint(1, 50))
            truck.socket.close()
        on_disk = {row.fix_at for row in stored(real)}
        assert {now - timedelta(seconds=2000 - number * 5) for number in answered} <= on_disk
    assert answered == set(owed)
    assert len(stored(real)) == len(owed)
    real.database.engine.dispose()


def test_it_ends_in_order_when_it_is_told_to_and_will_not_start_without_a_port(lite: Runtime, tmp_path: Path) -> None:
    port = free_port()
    with process(lite, port, tmp_path / "printed") as listener:
        until(lambda: connected(port), "the start").socket.close()
        listener.send_signal(signal.SIGTERM)
        assert listener.wait(timeout=PATIENCE_S) == 0
    with process(lite, 0, tmp_path / "refused") as listener:
        assert listener.wait(timeout=PATIENCE_S) == 1
    said = (tmp_path / "refused").read_text()
    assert said.startswith("Lading: LADING_JT808_PORT is not set")
    assert said.count("\n") == 1
