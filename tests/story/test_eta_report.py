"""``make eta-report`` on an invented corridor: predicted before it is known, learnt only after the arrival."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.policy.travel import Way
from workers.eta_report import __main__ as command
from workers.eta_report.replay import replay
from workers.eta_report.report import figures
from workers.eta_report.rows import PUBLISHED, Leg

START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
HEADER = "source_center,destination_center,route_type,departed_at,osrm_minutes,actual_minutes"
KEYS = {
    "legs", "mae_minutes", "router_mae_minutes", "published_corridor_mae_minutes", "published_gbm_mae_minutes",
    "within_15_percent", "coverage_p80", "coverage_p90", "told_early_enough_by_p50", "told_early_enough_by_p10",
}  # fmt: skip


def leg(number: int, hours: float, minutes: float) -> Leg:
    way = Way("寿光", "济南", "box", 150.0, START + timedelta(hours=hours))
    return Leg(way, minutes, {"published_corridor": None, "published_gbm": None})


def test_the_truth_of_a_leg_under_way_is_not_known() -> None:
    first, during, after = replay([leg(0, 0, 600), leg(1, 9.99, 600), leg(2, 10, 600)], [])
    assert first.expected == during.expected
    assert after.expected > during.expected * 1.2


def test_by_the_early_side_nine_of_ten_are_told_early_enough_and_by_the_middle_a_half() -> None:
    dice = random.Random(7)  # noqa: S311 - an invented carrier's year, the same in every run
    lanes = [(f"甲{number}", f"乙{number}", dice.uniform(90, 900)) for number in range(12)]
    legs = []
    for number in range(2000):
        origin, destination, router_minutes = dice.choice(lanes)
        way = Way(origin, destination, "box", router_minutes, START + timedelta(hours=number))
        legs.append(Leg(way, router_minutes * dice.lognormvariate(0.4, 0.25), dict.fromkeys(PUBLISHED)))
    found = figures(replay(legs, []))
    assert found["told_early_enough_by_p50"] == pytest.approx(0.5, abs=0.03)
    assert found["told_early_enough_by_p10"] >= 0.9


def test_the_command_ends_with_one_json_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    legs, corridors = tmp_path / "legs.csv", tmp_path / "corridors.csv"
    rows = [f"寿光,济南,box,2026-03-{day:02d} 08:00:00,150,{300 + day % 3}" for day in range(1, 29)]
    legs.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    corridors.write_text(
        "source_center,destination_center,legs,median_actual_over_osrm,median_osrm_km,route_type\n寿光,济南,9,2.0,160,box",
        encoding="utf-8",
    )
    assert command.main([str(legs), str(corridors)]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(found) == KEYS | {"last_40_percent"}
    assert set(found["last_40_percent"]) == KEYS
    assert found["legs"] == 28
    assert found["last_40_percent"]["legs"] == 11
    assert found["router_mae_minutes"] == pytest.approx(151, abs=0.1)
    assert found["mae_minutes"] < 5
    assert found["published_gbm_mae_minutes"] is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2", "columns"),
        (HEADER, "no legs"),
        (f"{HEADER}\nA,B,x,2026-03-01,10,0", "line 2"),
        (f"{HEADER}\nA,B,x,then,10,5", "line 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    path = tmp_path / "legs.csv"
    path.write_text(text, encoding="utf-8")
    assert command.main([str(path)]) == 1
    said = capsys.readouterr()
    assert says in said.err
    assert said.out == ""


def test_a_missing_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err
