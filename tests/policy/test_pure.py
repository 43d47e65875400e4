"""Policy and vocabulary load no library, whatever name an import hides behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.waiting import PATIENCE_S

ROOT = Path(__file__).parents[2]
MODULES = sorted(f"services.policy.{path.stem}" for path in (ROOT / "services/policy").glob("[!_]*.py"))
# prints what was loaded from outside the standard library and outside the two pure packages
PROBE = """
import importlib, sys
before = set(sys.modules)
for name in sys.argv[1:]:
    importlib.import_module(name)
# _sysconfigdata_… bears the platform in its name and is Python's own
ours = ("services.policy", "models.vocabulary", "_sysconfigdata_")
parents = {"services", "models"}
for name in sorted(set(sys.modules) - before):
    if name.partition(".")[0] in sys.stdlib_module_names or name in parents or name.startswith(ours):
        continue
    print(name)
"""


def loaded_by(*modules: str) -> list[str]:
    """Import modules in a fresh interpreter and give what they loaded that they must not."""
    ended = subprocess.run(
        [sys.executable, "-c", PROBE, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return ended.stdout.split()


def test_policy_imported_in_a_fresh_interpreter_loads_no_library_no_table_and_no_service() -> None:
    assert len(MODULES) > 10
    assert loaded_by("models.vocabulary", *MODULES) == []


def test_the_probe_sees_a_library_a_table_and_a_service() -> None:
    seen = loaded_by("services.outbox")
    assert {"sqlalchemy", "models.records", "services.outbox"} <= set(seen)
