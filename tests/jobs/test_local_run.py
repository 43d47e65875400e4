"""One command starts everything on one machine, keeps it up, and leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from services.errors import SetupError
from tests.support.waiting import PATIENCE_S, free_port, until
from workers.local import broker, ready
from workers.local.__main__ import prepare
from workers.local.leash import HOLDER
from workers.local.place import Place, environment

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "workers.local"]
CHILDREN = {"broker", "relay", "worker", "jt808", "web"}


def environ(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LADING_", "REDIS_URL"))}
    ports = {"LADING_PORT": str(free_port()), "LADING_JT808_PORT": str(free_port())}
    given = {"LADING_INSTANCE_DIR": str(folder), "LADING_ENV": "test"}
    return {**kept, **given, **ports, "LADING_SQLITE_SYNCHRONOUS": "OFF", **more}


class Started:
    """A running installation and what it has printed."""

    def __init__(self, given: dict[str, str], printed: Path) -> None:
        self.port = int(given["LADING_PORT"])
        self.printed = printed
        self.below: list[int] = []
        with printed.open("wb") as file:
            self.process = subprocess.Popen(COMMAND, cwd=ROOT, env=given, stdout=file, stderr=subprocess.STDOUT)

    def get(self, path: str, key: str = "") -> tuple[int, dict[str, Any]]:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", path, headers={"Authorization": f"Bearer {key}"} if key else {})
            answer = asked.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            asked.close()

    def says(self, text: str) -> bool:
        return text in self.printed.read_text()

    def answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def children(self) -> dict[str, int]:
        """Give the process id of each child by its name; the web's own children bear its name and come after it."""
        self.below = _offspring(self.process.pid)
        named = {_name(pid): pid for pid in reversed(self.below)}
        return {name: pid for name, pid in named.items() if name}

    def all_children(self) -> dict[str, int]:
        """Give the children once every one of them runs; at any one moment one of them may just be started anew."""
        return dict(until(lambda: (found := self.children()).keys() == CHILDREN and found, "every child"))


@contextmanager
def started(folder: Path, printed: Path, **more: str) -> Iterator[Started]:
    made = Started(environ(folder, **more), printed)
    try:
        until(lambda: made.says("is ready at") or made.process.poll() is not None, "the start")
        assert made.process.poll() is None, printed.read_text()
        yield made
    finally:
        offspring = _offspring(made.process.pid)
        if made.process.poll() is None:
            made.process.kill()
            made.process.wait()
        for pid in offspring:
            until(lambda pid=pid: not _alive(pid), f"the end of process {pid}")  # type: ignore[misc]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_everything_starts_heals_itself_and_ends_without_a_trace_twice(tmp_path: Path) -> None:
    place = Place(tmp_path / "instance")
    with started(place.folder, tmp_path / "first") as running:
        assert running.get("/healthz") == (200, {"status": "ok"})
        assert running.get("/readyz") == (200, {"status": "ok", "missing": []})
        secret = place.secret_key.read_text()
        assert_children_come_back(running, "broker", "worker", "jt808", "web")
        running.all_children()
        running.process.kill()
        assert_all_end(running)
    with started(place.folder, tmp_path / "second") as running:
        assert running.get("/readyz")[0] == 200
        assert place.secret_key.read_text() == secret
        running.all_children()
        running.process.send_signal(signal.SIGINT)
        assert_all_end(running)
        assert not running.answers()


def assert_children_come_back(running: Started, *names: str) -> None:
    """Kill children without a warning and see each started anew."""
    before = running.all_children()
    for name in names:
        os.kill(before[name], signal.SIGKILL)
    until(lambda: anew(before, running.children(), names), "the restart")
    until(running.answers, "the web's return")


def anew(before: dict[str, int], after: dict[str, int], names: Sequence[str]) -> bool:
    return all(name in after and after[name] != before[name] for name in names)


def assert_all_end(running: Started) -> None:
    """See that neither the supervisor nor anything it had started is left."""
    left = [running.process.pid, *running.below]
    assert len(left) >= 6
    running.process.wait(timeout=PATIENCE_S)
    until(lambda: not any(_alive(pid) for pid in left), "the end of every process")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no leash")
@pytest.mark.parametrize(("parent_is_left", "printed"), [(True, "ran"), (False, "")])
def test_a_child_whose_parent_ended_before_the_leash_was_on_does_not_run(parent_is_left: bool, printed: str) -> None:
    holder = os.getpid() if parent_is_left else os.getpid() + 1
    ended = subprocess.run(
        [sys.executable, "-m", "workers.local.leash", "echo", "-n", "ran"],
        cwd=ROOT, env={**os.environ, HOLDER: str(holder)}, capture_output=True, text=True, timeout=PATIENCE_S,
        check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, printed, "")


def test_a_refused_start_is_one_sentence_and_no_stack_trace(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        given = environ(tmp_path, LADING_PORT=str(busy.getsockname()[1]))
        ended = subprocess.run(
            COMMAND, cwd=ROOT, env=given, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"Lading cannot start. Port {given['LADING_PORT']} on 127.0.0.1 cannot be used")
    assert ended.stderr.count("\n") == 1


def refused(given: dict[str, str]) -> str:
    """Give the one sentence of a start that is refused."""
    with pytest.raises(SetupError) as refusal:
        prepare(given)
    said = str(refusal.value)
    assert "\n" not in said
    return said


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written" in refused(environ(tmp_path / "file" / "instance"))


def test_a_port_for_terminals_that_is_taken_is_refused_and_none_is_asked_for(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        taken = str(busy.getsockname()[1])
        said = refused(environ(tmp_path / "instance", LADING_JT808_PORT=taken))
    assert f"Port {taken} on 127.0.0.1 cannot be used" in said
    assert "set LADING_JT808_PORT to a free one" in said
    without = prepare(environ(tmp_path / "instance", LADING_JT808_PORT="0", REDIS_URL=""))
    assert without["LADING_JT808_PORT"] == "0"
    assert "jt808" not in Place(tmp_path / "instance").supervisor_config.read_text()


def test_a_broker_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    said = refused(environ(tmp_path / "instance", REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"))
    assert "The broker that REDIS_URL names does not answer" in said
    assert (tmp_path / "instance").stat().st_mode & 0o777 == 0o700


def test_a_broker_address_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "The broker that REDIS_URL names" in refused(environ(tmp_path, REDIS_URL="localhost:6379"))


def test_a_database_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    said = refused(environ(tmp_path, LADING_DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none"))
    assert "The database cannot be reached" in said


def test_a_setting_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    assert "LADING_PORT must be a whole number" in refused(environ(tmp_path, LADING_PORT="eighty"))


def test_production_without_a_secret_key_is_refused(tmp_path: Path) -> None:
    assert "Set LADING_SECRET_KEY" in refused(environ(tmp_path, LADING_ENV="production"))


def test_a_second_start_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    Place(tmp_path).supervisor_pid.write_text(str(os.getpid()))
    assert "runs in" in refused(environ(tmp_path))


def test_a_path_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    assert "too long for a socket" in refused(environ(tmp_path / ("x" * 100)))


def test_a_start_that_takes_long_is_said_once_and_still_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter([False, False, False, True])
    monkeypatch.setattr(ready, "PATIENCE_S", -1.0)
    monkeypatch.setattr(ready, "_answers", lambda _: next(answers))
    for name, value in environment(environ(tmp_path)).items():
        monkeypatch.setenv(name, value)
    assert ready.main() == 0
    said = capsys.readouterr().out
    assert said.count("has not become ready") == 1
    assert "Lading is ready at" in said.rpartition("has not become ready")[2]


def test_the_broker_listens_on_no_network_and_forgets_nothing_by_itself(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.broker.mkdir()
    lines = broker.write_config(place).read_text().splitlines()
    assert {"port 0", "unixsocketperm 700", "appendonly yes", "maxmemory-policy noeviction"} <= set(lines)


def test_what_was_set_is_kept_and_what_was_not_is_filled_in() -> None:
    filled = environment({"LADING_INSTANCE_DIR": "/srv/lading", "LADING_HOST": "::", "LADING_PORT": "90"})
    assert filled["LADING_DATABASE_URL"] == "sqlite:////srv/lading/lading.db"
    assert filled["LADING_BASE_URL"] == "http://[::1]:90"
    assert filled["REDIS_URL"] == "unix:///srv/lading/broker/broker.sock"
    assert filled["LADING_JT808_PORT"] == "8808"
    kept = {"LADING_DATABASE_URL": "postgresql://db/x", "REDIS_URL": "redis://r/1", "LADING_BASE_URL": "https://x.cn"}
    assert environment(kept).items() >= kept.items()


def _offspring(pid: int) -> list[int]:
    """Give every process below this one, from /proc."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (stat := _stat(int(entry.name))):
            parents.setdefault(int(stat[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _stat(pid: int) -> list[str]:
    """Give state, parent, … of a process; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _alive(pid: int) -> bool:
    stat = _stat(pid)
    return bool(stat) and stat[0] != "Z"


def _name(pid: int) -> str:
    """Give what a process is by its command; "" for another, and for one that has ended or is ending."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""
    words = {
        "valkey": "broker", "redis-server": "broker", "workers relay": "relay", "workers worker": "worker",
        "workers jt808": "jt808", "workers.local.web": "web",
        # RQ and granian write their own names over the command
        "rq:worker": "worker", "granian": "web",
    }  # fmt: skip
    return next((name for word, name in words.items() if word in command), "")
