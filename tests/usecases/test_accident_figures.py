"""Figures and register of accidents: exact counts, the same in both, and a file that no spreadsheet calculates."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from models.accidents import Accident, AccidentClock
from models.accounts import User
from models.responsibility import GateSignature
from models.trips import TripStop
from models.vocabulary import (
    AccidentGate,
    AccidentState,
    CauseCategory,
    ClockKind,
    Grade,
    LossKind,
    MpsClass,
    Role,
)
from services.documents import register
from services.policy.findings import RuleBrokenError
from services.queries.accident_figures import accident_figures
from services.queries.accident_register import register_page
from services.queries.paging import Page
from services.transaction import WORKER
from tests.support import journey
from tests.support.accidents import accident_in, determine_anew
from tests.support.journey import run_due
from tests.support.world import World

S = AccidentState
MONTH = (datetime.fromisoformat("2026-03-01T00:00:00+08:00"), datetime.fromisoformat("2026-04-01T00:00:00+08:00"))


def figures(world: World, since: datetime = MONTH[0], until: datetime = MONTH[1]) -> dict[str, Any]:
    with world.runtime.read(WORKER) as tx:
        return accident_figures(tx, since, until)


def rows(world: World, filters: Mapping[str, Any] | None = None, page: Page | None = None) -> dict[str, Any]:
    with world.runtime.read(WORKER) as tx:
        return register_page(tx, page or Page(), filters or {})


def clock_of(world: World, number: str, kind: ClockKind, **end: Any) -> None:
    with world.runtime.begin(WORKER) as tx:
        accident = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        at = accident.occurred_at
        values = {"started_at": at, "warn_at": at, "due_at": at + timedelta(hours=1), "arming": 1, "reason": "test"}
        tx.session.add(AccidentClock(accident_id=accident.id, kind=kind, **{**values, **end}))


def sign(world: World, number: str, gate: AccidentGate, **changes: Any) -> None:
    with world.runtime.begin(WORKER) as tx:
        accident = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        user_id = tx.session.scalars(select(User.id).where(User.login == Role.SAFETY.value)).one()
        values = {"round": 1, "evidence": "已核实", "signed_by_id": user_id, "signed_at": tx.now}
        tx.session.add(GateSignature(accident_id=accident.id, gate=gate, **{**values, **changes}))


def test_a_month_without_accidents_is_all_zeros_and_no_rate_is_invented(world: World) -> None:
    counted = figures(world)
    assert (counted["accidents"], counted["dead"], counted["direct_loss"], counted["km"]) == (0, 0, "0.00", 0)
    assert {one["value"] for one in counted["per_million_km"].values()} == {"n/a"}
    assert counted["clocks"]["on_time"]["percent"] == "n/a"
    assert set(counted["gates_open"].values()) == {0}
    assert counted["by_vehicle"] == counted["by_driver"] == []


def test_each_accident_is_counted_once_by_class_tier_grade_and_cause(world: World) -> None:
    accident_in(world, grade=Grade.FULL, mps_class=MpsClass.MAJOR, report_tier=2, dead=1, seriously_hurt=2,
                cause_category=CauseCategory.CARELESS)  # fmt: skip
    accident_in(world, S.REPORTED, slightly_hurt=3, missing=1)
    accident_in(world, S.CLOSED, grade=Grade.NONE, cause_category=CauseCategory.CARELESS)
    accident_in(world, S.VOID, dead=5)
    counted = figures(world)
    assert (counted["accidents"], counted["cases_open"], counted["void"]) == (3, 2, 1)
    assert [counted[name] for name in ("dead", "seriously_hurt", "slightly_hurt", "missing")] == [1, 2, 3, 1]
    assert counted["by_class"] == {"minor": 0, "ordinary": 2, "major": 1, "extraordinary": 0}
    assert counted["by_tier"] == {"1": 2, "2": 1, "3": 0}
    assert {name: count for name, count in counted["by_grade"].items() if count} == {"full": 1, "none": 1, "pending": 1}
    assert {name: count for name, count in counted["by_cause"].items() if count} == {"careless": 2, "pending": 1}
    assert sum(counted["by_grade"].values()) == sum(counted["by_cause"].values()) == counted["accidents"]
    assert [(one["driver"], one["accidents"], one["dead"]) for one in counted["by_driver"]] == [("D1", 3, 1)]


def test_an_accident_belongs_to_the_local_month_in_which_it_occurred(world: World) -> None:
    for at in ("2026-02-28T15:59:59Z", "2026-02-28T16:00:00Z", "2026-03-31T15:59:59Z", "2026-03-31T16:00:00Z"):
        accident_in(world, occurred_at=datetime.fromisoformat(at))
    assert figures(world)["accidents"] == 2


def test_a_grade_lowered_by_a_review_is_counted_as_it_is_now(world: World) -> None:
    number = accident_in(world, grade=Grade.MAIN)
    determine_anew(world, number, Grade.SECONDARY)
    assert {name: n for name, n in figures(world)["by_grade"].items() if n} == {"secondary": 1}
    assert rows(world)["items"][0]["grade"] is Grade.SECONDARY


def test_the_direct_loss_is_what_was_recorded_and_before_that_the_estimate(world: World) -> None:
    accident_in(world, property_fen=1_000_00)
    losses = ((LossKind.OWN_VEHICLE, 2_000_50), (LossKind.CARGO, 300_00), (LossKind.SPILL_FINE, 999_00))
    accident_in(world, property_fen=9_999_00, losses=losses, recovered_fen=500_00)
    assert figures(world)["direct_loss"] == "3300.50"
    assert [one["direct_loss"] for one in rows(world)["items"]] == ["2300.50", "1000.00"]
    assert [one["recovered"] for one in rows(world)["items"]] == ["500.00", "0.00"]


def test_kilometres_are_those_of_the_ways_to_stops_reached_in_the_period(world: World) -> None:
    journey.delivered(world)
    with world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(TripStop).where(TripStop.seq > 1).values(distance_km=500.0))
    accident_in(world, dead=1, seriously_hurt=2)
    counted = figures(world)
    assert counted["km"] == 500
    assert counted["per_million_km"]["accidents"] == {"count": 1, "km": 500, "value": "2000.00"}
    assert counted["per_million_km"]["hurt"]["value"] == "4000.00"
    assert figures(world, MONTH[1], MONTH[1] + timedelta(days=30))["km"] == 0


def test_a_gate_is_open_until_it_is_signed_in_the_present_round(world: World) -> None:
    number = accident_in(world)
    sign(world, number, AccidentGate.G1_CAUSE)
    sign(world, number, AccidentGate.G3_MEASURES, withdrawn_at=world.clock.now())
    assert figures(world)["gates_open"] == {"g1_cause": 0, "g2_educated": 1, "g3_measures": 1, "g4_accountable": 1}
    assert rows(world)["items"][0]["gates_open"] == [
        AccidentGate.G2_EDUCATED, AccidentGate.G3_MEASURES, AccidentGate.G4_ACCOUNTABLE
    ]  # fmt: skip
    determine_anew(world, number, Grade.MAIN)
    assert figures(world)["gates_open"]["g1_cause"] == 1


def test_clocks_are_met_missed_running_or_stopped_and_the_rate_is_of_the_first_two(world: World) -> None:
    number = accident_in(world)
    now = world.clock.now()
    clock_of(world, number, ClockKind.POLICE_AND_SAFETY_TOLD, met_at=now)
    clock_of(
        world, number, ClockKind.RESPONDER_SENT, met_at=now + timedelta(hours=2), missed_at=now + timedelta(hours=1)
    )
    clock_of(world, number, ClockKind.INSURER_TOLD, stopped_at=now)
    clock_of(world, number, ClockKind.FIVE_DAY_RECORD)
    clock_of(world, number, ClockKind.APPEAL_WINDOW, missed_at=now)
    counted = figures(world)["clocks"]
    assert [counted[end] for end in ("met", "missed", "running", "stopped")] == [1, 1, 1, 1]
    assert counted["on_time"] == {"numerator": 1, "denominator": 2, "percent": "50.00"}
    assert "appeal_window" not in counted["by_kind"]
    assert rows(world)["items"][0]["clocks"] == {"met": 1, "missed": 1, "running": 1, "stopped": 1}


def test_a_clock_that_ran_out_unnoticed_is_missed(world: World) -> None:
    clock_of(world, accident_in(world), ClockKind.FIVE_DAY_RECORD)
    world.clock.advance(hours=1)
    assert figures(world)["clocks"]["running"] == 1
    world.clock.advance(seconds=1)
    assert figures(world)["clocks"]["missed"] == 1


def test_the_register_pages_through_everything_newest_first(world: World) -> None:
    numbers = [accident_in(world) for _ in range(5)]
    cursor, found = None, []
    for _ in range(3):
        page = rows(world, page=Page(cursor, 2))
        found += [row["number"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert found == numbers[::-1]


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"state": S.REPORTED}, 1), ({"mps_class": MpsClass.MAJOR}, 1), ({"report_tier": 2}, 1), ({"driver": "D1"}, 2),
        ({"driver": "D2"}, 0), ({"vehicle": "鲁G10001"}, 2), ({"until": MONTH[0]}, 0), ({"since": MONTH[0]}, 2),
    ],
)  # fmt: skip
def test_the_register_is_filtered(lite_world: World, filters: dict[str, Any], wanted: int) -> None:
    accident_in(lite_world, S.REPORTED)
    accident_in(lite_world, mps_class=MpsClass.MAJOR, report_tier=2)
    assert len(rows(lite_world, filters)["items"]) == wanted


def test_no_cell_of_the_file_is_a_formula(lite_world: World) -> None:
    accident_in(lite_world, outline='=HYPERLINK("http://x","y")', place="@SUM(A1)", losses=((LossKind.CARGO, 12_50),))
    with lite_world.runtime.read(WORKER) as tx:
        text = register.register_csv(tx, {}, "zh-CN").decode()
        book = register.register_xlsx(tx, {}, "zh-CN")
        english = register.register_csv(tx, {}, "en").decode()
    header, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    told = dict(zip(header, row, strict=True))
    assert (told["经过"], told["地点"]) == ('\'=HYPERLINK("http://x","y")', "'@SUM(A1)")
    assert (told["事故等级"], told["责任认定"], told["直接损失(元)"]) == ("一般", "全部责任", "12.50")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sheet[0] == header
    assert sheet[1][header.index("经过")] == told["经过"]
    assert sheet[1][header.index("直接损失(元)")] == 12.5
    assert next(csv.reader(io.StringIO(english.removeprefix("\ufeff"))))[0] == "Number"


def test_a_register_too_long_for_a_file_is_refused(lite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "BATCH", 2)
    monkeypatch.setattr(register, "MOST_ROWS", 4)
    for _ in range(4):
        accident_in(lite_world)
    with lite_world.runtime.read(WORKER) as tx:
        assert register.register_csv(tx, {}, "en").count(b"\r\n") == 5
    accident_in(lite_world)
    with lite_world.runtime.read(WORKER) as tx, pytest.raises(RuleBrokenError, match="REGISTER_TOO_LONG"):
        register.register_csv(tx, {}, "en")


def test_an_undecided_case_says_so_in_the_file(lite_world: World) -> None:
    accident_in(lite_world, S.REPORTED)
    run_due(lite_world)
    with lite_world.runtime.read(WORKER) as tx:
        assert "待认定" in register.register_csv(tx, {}, "zh-CN").decode()
