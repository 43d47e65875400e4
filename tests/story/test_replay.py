"""The replay on a small invented file: every row accounted for, nothing used twice, everybody told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.waiting import PATIENCE_S

SAMPLE = Path(__file__).parents[1] / "data" / "replay_sample.csv"
ROOT = Path(__file__).parents[2]
FIELDS = [
    "rows", "booked", "refused_by_reason", "trips", "departed", "delivered", "notices_due", "notices_sent",
    "notices_in_time", "late_by_cause", "double_booked", "seals_reused", "eta_mae_hours_at_departure",
    "eta_mae_hours_by_plan", "seconds",
]  # fmt: skip


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """Replay the sample once, as the command does."""
    command = [sys.executable, "-m", "workers.replay", str(SAMPLE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=5 * PATIENCE_S)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_last_line_has_every_figure_in_order(figures: dict[str, Any]) -> None:
    assert list(figures) == FIELDS


def test_every_row_is_booked_or_refused_with_its_reason(figures: dict[str, Any]) -> None:
    assert figures["rows"] == 53
    assert figures["booked"] + sum(figures["refused_by_reason"].values()) == figures["rows"]
    assert figures["refused_by_reason"] == {
        "ARRIVAL_BEFORE_DEPARTURE": 1,
        "BOOKING_DATE_UNREADABLE": 1,
        "COORDINATES_MISSING_OR_UNREADABLE": 1,
        "DUPLICATE_BOOKING": 1,
        "FASTER_THAN_A_TRUCK": 1,
        "ORIGIN_IS_DESTINATION": 1,
        "TIME_MISSING_OR_UNREADABLE": 1,
        "TRIP_OVER_30_DAYS": 1,
        "TRIP_UNDER_15_MINUTES": 1,
    }


def test_every_booking_is_delivered_and_its_consignee_told(figures: dict[str, Any]) -> None:
    assert figures["booked"] == figures["trips"] == figures["departed"] == figures["delivered"] == 44
    assert figures["notices_due"] == figures["notices_sent"] == 44
    late = figures["notices_due"] - figures["notices_in_time"]
    assert sum(figures["late_by_cause"].values()) == late
    assert set(figures["late_by_cause"]) <= {"late_booking", "eta_moved", "early_arrival"}


def test_nothing_is_used_twice(figures: dict[str, Any]) -> None:
    assert (figures["double_booked"], figures["seals_reused"]) == (0, 0)


def test_a_file_without_the_columns_is_one_clear_sentence(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")
    command = [sys.executable, "-m", "workers.replay", str(wrong)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert done.returncode == 1
    assert "lacks the columns arrived_at" in done.stderr
    assert "Traceback" not in done.stderr
