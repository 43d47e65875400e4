"""What the two READMEs tell a reader to type is typed here, and what they show comes out."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from services.settings import FIELDS
from tests.jobs.test_local_run import ROOT, Started, _offspring, _stat, started
from tests.support import databases
from tests.support.jobs import private_broker
from tests.support.waiting import PATIENCE_S, free_port, until

READMES = ("README.md", "README.zh-CN.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXPORT = re.compile(r"^export (.*)$", re.MULTILINE)
PRODUCTION = "export LADING_ENV=production"
BETWEEN = "==== next block ===="
LONGEST = 6000

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
needs_curl = pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="needs bash and curl")


def blocks(name: str) -> list[tuple[str, str]]:
    """Give every fenced block of a README as its language and its text."""
    return BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))


def commands(name: str) -> list[str]:
    return [text for kind, text in blocks(name) if kind == "bash"]


def walk(name: str) -> list[tuple[str, str | None]]:
    """Give the commands of the walk, each with the answer shown right below it."""
    found = []
    for (kind, text), (next_kind, below) in pairwise([*blocks(name), ("", "")]):
        if kind == "bash" and not text.startswith("make ") and PRODUCTION not in text:
            found.append((text, below if next_kind == "json" else None))
    return found


def production(name: str) -> str:
    (block,) = (text for text in commands(name) if PRODUCTION in text)
    return block


def run_bash(script: str, given: Mapping[str, str]) -> str:
    """Run a script as somebody would type it, stopping at the first fault; give what it printed."""
    asked = ["bash", "-euo", "pipefail", "-c", script]
    ended = subprocess.run(asked, cwd=ROOT, env=given, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    assert ended.stderr == ""
    return ended.stdout


def assert_alike(shown: Any, got: Any) -> None:
    """See that an answer has the form of the one shown: names, kinds and lengths, numbers and code words to the letter.

    Sentences, names of things and instants differ from day to day.
    """
    assert type(got) is type(shown), (shown, got)
    if isinstance(shown, dict):
        assert list(got) == list(shown)
        for name, value in shown.items():
            assert_alike(value, got[name])
    elif isinstance(shown, list):
        assert len(got) == len(shown), (shown, got)
        for one, other in zip(shown, got, strict=True):
            assert_alike(one, other)
    elif not isinstance(shown, str) or (shown.isascii() and shown.isidentifier()):
        assert got == shown


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Started, Path]]:
    """What `make run` starts, on a port and in a folder of its own."""
    folder = tmp_path_factory.mktemp("readme")
    with started(folder / "instance", folder / "printed", LADING_ENV="development") as made:
        yield made, folder / "instance"


@on_linux
@needs_curl
@pytest.mark.parametrize("name", READMES)
def test_the_walk_can_be_typed_and_answers_as_shown(name: str, running: tuple[Started, Path]) -> None:
    made, folder = running
    steps = walk(name)
    here = {"LADING_URL": f"http://127.0.0.1:{made.port}", "LADING_INSTANCE_DIR": str(folder)}
    printed = run_bash(f"echo '{BETWEEN}'\n".join(text for text, _ in steps), {**os.environ, **here})
    answers = printed.split(f"{BETWEEN}\n")
    assert len(answers) == len(steps) >= 6
    for (_, shown), got in zip(steps, answers, strict=True):
        if shown is None:
            assert got == ""
        else:
            assert_alike(json.loads(shown), json.loads(got))


@on_linux
def test_what_make_run_prints_is_what_the_readme_promises(running: tuple[Started, Path]) -> None:
    made, folder = running
    keys = json.loads((folder / "demo-keys.json").read_text(encoding="utf-8"))
    assert all(made.says(key) for key in keys.values())
    assert made.says(f"http://127.0.0.1:{made.port}/api/docs")


def test_both_readmes_type_the_same_but_for_words_and_drivers() -> None:
    plain = [
        re.sub(r'"D\d{3}"|#.*|Language: \S+|"<.*?>"', "", "".join(commands(name))).replace(" \n", "\n")
        for name in READMES
    ]
    assert [line.rstrip() for line in plain[0].splitlines()] == [line.rstrip() for line in plain[1].splitlines()]


@pytest.mark.parametrize("name", READMES)
def test_a_readme_is_short_and_its_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(text) <= LONGEST
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_every_make_target_named_exists(name: str) -> None:
    targets = re.findall(r"^make (\w+)", "".join(commands(name)), re.MULTILINE)
    assert {"run", "test", "migrate"} <= set(targets)
    for target in targets:
        asked = ["make", "--dry-run", target]
        assert subprocess.run(asked, cwd=ROOT, capture_output=True, timeout=PATIENCE_S, check=False).returncode == 0, (
            target
        )


@pytest.mark.parametrize("name", READMES)
def test_production_names_settings_that_exist(name: str) -> None:
    exports = " ".join(EXPORT.findall(production(name)))
    assert set(re.findall(r"(\w+)=", exports)) <= set(FIELDS)
    assert {"LADING_DATABASE_URL", "REDIS_URL", "LADING_SECRET_KEY"} <= set(re.findall(r"(\w+)=", exports))


@on_linux
@needs_curl
@pytest.mark.postgres
def test_the_production_commands_bring_up_an_installation(tmp_path: Path) -> None:
    port = free_port()
    with databases.copy_postgres("template0") as url, private_broker(tmp_path) as broker:
        given = {
            "LADING_ENV": "production", "LADING_SECRET_KEY": "k" * 40, "LADING_BASE_URL": f"http://127.0.0.1:{port}",
            "LADING_DATABASE_URL": url, "REDIS_URL": f"unix://{broker.place.socket}",
        }  # fmt: skip
        script = EXPORT.sub("", production("README.md")).replace("--port 8080", f"--port {port}")
        with typed(script, {**os.environ, **given}, tmp_path / "printed") as printed:
            until(lambda: ready(port), f"the start, told in {printed},")
            key = re.search(r"^lk_\S+$", printed.read_text(), re.MULTILINE)
            assert key
            assert answer(port, "/api/v1/me", key[0]) == (200, "admin")


def ready(port: int) -> bool:
    try:
        return answer(port, "/readyz") == (200, None)
    except OSError:
        return False


def answer(port: int, path: str, key: str = "") -> tuple[int, str | None]:
    """Give the status of an answer and the login it names, if any."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", path, headers={"Authorization": f"Bearer {key}"} if key else {})
        got = asked.getresponse()
        return got.status, json.loads(got.read()).get("login")
    finally:
        asked.close()


@contextmanager
def typed(script: str, given: Mapping[str, str], printed: Path) -> Iterator[Path]:
    """Type commands that leave processes behind, and end every one of them afterwards."""
    # the libraries are there already: a newer requirements.txt is not this test's business
    held = 'make() { command make -o .venv/runtime-installed "$@"; }\n'
    with printed.open("wb") as file:
        shell = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", f"{held}{script}\nwait"],
            cwd=ROOT, env=given, stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield printed
    finally:
        for pid in _children(shell.pid):
            with suppress(ProcessLookupError):  # it may just have ended
                os.kill(pid, signal.SIGTERM)
        try:
            shell.wait(timeout=PATIENCE_S)  # the shell waits for what it left behind
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()


def _children(parent: int) -> list[int]:
    return [pid for pid in _offspring(parent) if (stat := _stat(pid)) and int(stat[1]) == parent]
