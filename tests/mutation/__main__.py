"""``make mutate``: changes the rules of money and classes a little, one change at a time, and counts which a test sees.

Works on a copy, so that nothing changed is ever left here. Exit 1 when fewer than 90 of a hundred changes are seen.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("app", "docs", "migrations", "models", "services", "tests", "workers", "pyproject.toml")
MUTATED = (
    "services/policy/penalties", "services/policy/payroll/deduction.py", "services/policy/payroll/collecting.py",
    "services/policy/accidents/classification.py",
)  # fmt: skip
TESTS = "test_penalty_*.py", "test_payroll_*.py", "test_accident_classification.py"
LEAST_PERCENT = 90
RESULT = re.compile(r"^\s+(\S+): (\w[\w ]*)$", re.MULTILINE)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="lading-mutate-") as folder:
        copy = Path(folder)
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
        configure(copy)
        ran = mutmut(copy, "run")
        if ran.returncode:
            print(ran.stdout[-3000:], ran.stderr[-3000:], sep="\n", file=sys.stderr)
            return 1
        return told(RESULT.findall(mutmut(copy, "results", "--all", "True").stdout))


def configure(copy: Path) -> None:
    """Say what is changed and which tests look."""
    tests = sorted(str(path.relative_to(copy)) for pattern in TESTS for path in copy.glob(f"tests/policy/{pattern}"))
    settings = {"paths_to_mutate": list(MUTATED), "also_copy": list(COPIED), "tests_dir": tests}
    lines = ["", "[tool.mutmut]", *(f"{name} = {value!r}" for name, value in settings.items()), ""]
    with (copy / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(lines))


def mutmut(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments], cwd=copy, capture_output=True, text=True, check=False
    )


def told(results: list[tuple[str, str]]) -> int:
    """Print what survived and the share that was seen."""
    survived = [name for name, outcome in results if outcome not in {"killed", "timeout"}]
    percent = 100 * (len(results) - len(survived)) / len(results) if results else 0.0
    print(*(f"survived {name}" for name in survived), sep="\n")
    seen = len(results) - len(survived)
    print(f"{seen} of {len(results)} changes seen: {percent:.1f} % (at least {LEAST_PERCENT} %)")
    return percent < LEAST_PERCENT


if __name__ == "__main__":
    sys.exit(main())
