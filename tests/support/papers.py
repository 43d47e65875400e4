"""A case with everything that papers print: trip, goods, reports, counts of harm, clocks, losses, decision, wages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.accidents import Accident, AccidentClock, AccidentReport, CargoDamage, HarmCount
from models.consignments import CargoLine
from models.penalties import InsuranceClaim, Penalty
from models.people import Employee
from models.responsibility import CorrectiveMeasure, GateSignature
from models.trips import Trip
from models.vocabulary import (
    AccidentGate,
    AccidentState,
    CargoAction,
    CauseCategory,
    ClaimState,
    ClockKind,
    Grade,
    LossKind,
    MpsClass,
    RecoveryKind,
    ReportKind,
    ReportRecipient,
    Role,
    Sc493Grade,
)
from services.payroll import run, wages
from services.payroll.wages import Given
from services.policy.accidents.reports import CHANGED, SEVEN
from services.transaction import WORKER, Tx
from tests.support import journey, penalties
from tests.support.accidents import Named, accident_in, an_employee
from tests.support.world import World

FORM = {
    "weather": "小雨", "road_class": "高速公路", "km_post": "K120+300", "speed_kmh": 78,
    "other_party": "鲁B20002 小型轿车", "police_unit": "京沪高速交警大队",
    "police_officer": "示例民警", "police_case_no": "第370700号",
    "own_casualties": "驾驶员轻伤1人", "other_casualties": "重伤3人，轻伤1人",
}  # fmt: skip
LOSSES = (
    (LossKind.OWN_VEHICLE, 12_000_00), (LossKind.OTHER_PARTY, 20_000_00), (LossKind.CARGO, 3_500_50),
    (LossKind.ROAD_ASSETS, 1_200_00), (LossKind.SPILL_FINE, 500_00),
)  # fmt: skip
OUTLINE = "雨天跟车距离过近,追尾前方小型轿车,厢体右后角变形,部分纸箱跌落路面。"
BLOCK = {
    "scene": "寿光长运,京沪高速K120+300,雨天,占用行车道", "outline": "追尾前车,重伤3人,轻伤2人,无下落不明",
    "loss": "约3.7万元", "cause": "跟车过近", "measures": "已报警、设置警示、转运货物",
    "contact": "安全科 0536-5550100",
    "other": "无",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rich:
    """The numbers of what was made."""

    accident: str
    follow_up: str
    penalty: str
    trip: str


def rich_case(world: World) -> Rich:
    """Let a truck crash on the road and take the case to a decision, a debt and a month's deduction."""
    walk = journey.under_way(world)
    world.clock.advance(hours=2)
    with world.runtime.read(WORKER) as tx:
        trip = tx.session.scalars(select(Trip).where(Trip.number == walk.trip)).one()
    given: dict[str, Any] = {
        "trip_id": trip.id, "vehicle_id": trip.vehicle_id, "lat_e6": 38_300_000, "lon_e6": 117_500_000,
        "place": "京沪高速沧州段K120+300", "outline": OUTLINE, "form": FORM, "seriously_hurt": 2, "slightly_hurt": 3,
        "mps_class": MpsClass.ORDINARY, "report_tier": 1, "sc493_grade": Sc493Grade.ORDINARY, "cause": "雨天跟车过近",
        "cause_category": CauseCategory.RULE_BROKEN_WORK, "record": "现场已勘查,货物转运后恢复通行。",
        "police_told_at": world.clock.now(), "safety_told_at": world.clock.now(), "responder": "安全员",
        "cargo_action": CargoAction.TRANSHIPPED,
    }  # fmt: skip
    people = (Named(share=80, grade=Grade.MAIN), Named(staff_no="D2", share=20, responsible=True))
    number = accident_in(
        world, AccidentState.ANALYSED, grade=Grade.MAIN, people=people, losses=LOSSES, recovered_fen=17_000_00, **given
    )
    with world.runtime.begin(WORKER) as tx:
        accident = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        follow_up = _reports(tx, accident)
        _harm(tx, accident)
        _clocks(tx, accident)
        _around(tx, accident)
    penalties.propose(world, number)
    penalties.approve(world, number, Role.PRODUCTION, Role.GENERAL_MANAGER)
    penalty = _serve(world, number)
    penalties.enforce(world, number)
    pay(world, "D1", 600_000)
    return Rich(number, follow_up, penalty, walk.trip)


def pay(world: World, staff_no: str, wage_fen: int) -> None:
    """Record last month's wage of a person and run the deductions of that month."""
    world.clock.advance(days=31)
    with world.runtime.begin(world.actor(Role.FINANCE)) as tx:
        wages.record(tx, "2026-03", [Given(staff_no, wage_fen, None)])
        run.run(tx, "2026-03")


def _serve(world: World, number: str) -> str:
    with world.runtime.read(WORKER) as tx:
        mine = select(Penalty.number).join(Accident, Accident.id == Penalty.accident_id)
        rows = list(tx.session.scalars(mine.where(Accident.number == number).order_by(Penalty.id)))
        first = mine.join(Employee, Employee.id == Penalty.employee_id).where(Employee.staff_no == "D1")
        wanted = tx.session.scalars(first.where(Accident.number == number).order_by(Penalty.id)).first()
    penalties.serve(world, *rows)
    return str(wanted)


def _reports(tx: Tx, accident: Accident) -> str:
    """Report in words, by the form, and once more when the harm grew; give the number of the follow-up."""
    at = accident.occurred_at
    rows = (
        (ReportKind.ORAL, ReportRecipient.SUPERIOR_AUTHORITY, {}, 20),
        (ReportKind.QUICK_FORM, ReportRecipient.SUPERIOR_AUTHORITY, BLOCK, 45),
        (ReportKind.WRITTEN, ReportRecipient.SUPERIOR_AUTHORITY, BLOCK, 300),
        (ReportKind.FOLLOW_UP, ReportRecipient.SUPERIOR_AUTHORITY, {CHANGED: "一名轻伤者经医院确认转为重伤。"}, 2000),
    )
    base, number = None, ""
    for kind, recipient, blocks, minutes in rows:
        number = tx.next_number("SB")
        row = AccidentReport(
            number=number, accident_id=accident.id, kind=kind, recipient=recipient, blocks=blocks,
            base_id=base if kind is ReportKind.FOLLOW_UP else None, sent_at=at + timedelta(minutes=minutes),
            sent_by="安全员", contact="值班电话 12328", acknowledged_at=at + timedelta(minutes=minutes + 5),
            recorded_at=tx.now,
        )  # fmt: skip
        tx.session.add(row)
        tx.session.flush()
        base = row.id if kind is ReportKind.QUICK_FORM else base
    assert tuple(BLOCK) == SEVEN
    return number


def _harm(tx: Tx, accident: Accident) -> None:
    """Learn that one of those slightly hurt is seriously hurt."""
    worse: dict[str, Any] = {
        "seriously_hurt": 3, "slightly_hurt": 2, "mps_class": MpsClass.MAJOR, "report_tier": 2,
        "sc493_grade": Sc493Grade.ORDINARY, "dead": 0, "missing": 0, "property_fen": accident.property_fen,
    }  # fmt: skip
    for name, value in worse.items():
        setattr(accident, name, value)
    learned = accident.occurred_at + timedelta(minutes=1900)
    tx.session.add(
        HarmCount(accident_id=accident.id, seq=2, learned_at=learned, recorded_at=tx.now, recorded_by="安全员",
                  reason="医院确认伤情加重", **worse)
    )  # fmt: skip


def _clocks(tx: Tx, accident: Accident) -> None:
    """Give one clock that was met, one missed, one stopped and one that runs for years."""
    at = accident.occurred_at
    ends: dict[ClockKind, dict[str, Any]] = {
        ClockKind.POLICE_AND_SAFETY_TOLD: {"met_at": at},
        ClockKind.RESPONDER_SENT: {"missed_at": at + timedelta(minutes=15)},
        ClockKind.INSURER_TOLD: {"stopped_at": at},
        ClockKind.FIVE_DAY_RECORD: {"due_at": at + timedelta(days=3650)},
    }
    for kind, end in ends.items():
        values = {
            "due_at": at + timedelta(minutes=15),
            "warn_at": at,
            "started_at": at,
            "arming": 1,
            "reason": "reported",
        }
        tx.session.add(AccidentClock(accident_id=accident.id, kind=kind, **{**values, **end}))


def _around(tx: Tx, accident: Accident) -> None:
    """Record damage, the insurer, a measure and one signed gate."""
    user_id = tx.session.scalars(select(Employee.user_id).where(Employee.staff_no == "D1")).one()
    line = tx.session.scalars(select(CargoLine).order_by(CargoLine.id)).first()
    assert line is not None
    assert user_id is not None
    an_employee(tx, "D1").name = "张示例"
    tx.session.add_all(
        [
            CargoDamage(
                accident_id=accident.id, consignment_id=line.consignment_id, line_id=line.id, damaged_quantity=12,
                note="纸箱破损、受潮", photos=[], recorded_at=tx.now, recorded_by="安全员",
            ),
            InsuranceClaim(
                accident_id=accident.id, kind=RecoveryKind.COMPULSORY, insurer="示例财险寿光支公司",
                policy_no="PDZA2026", claim_no="RDZA20260302", state=ClaimState.NOTIFIED,
                notified_at=tx.now, recorded_by="安全员",
            ),
            CorrectiveMeasure(
                accident_id=accident.id, measure="雨天跟车距离专项教育,全队学习", owner_id=user_id,
                due_on=tx.now.date(), created_at=tx.now, created_by="安全员",
            ),
            GateSignature(
                accident_id=accident.id, round=1, gate=AccidentGate.G1_CAUSE, evidence="认定书与现场记录",
                signed_by_id=user_id, signed_at=tx.now,
            ),
        ]
    )  # fmt: skip
