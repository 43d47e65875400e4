"""An accident put straight into a state with rows, for tests that begin there: case, people, determination, losses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from models.accidents import Accident
from models.accounts import User
from models.drivers import Driver
from models.fleet import Vehicle
from models.penalties import LossItem, Recovery
from models.people import Employee
from models.responsibility import WHOLE, Determination, InvolvedPerson
from models.vocabulary import (
    AccidentState,
    CargoAction,
    CauseCategory,
    DeterminationBasis,
    FaultBasis,
    Grade,
    InvolvedRole,
    LossKind,
    MpsClass,
    RecoveryKind,
    ReportedVia,
    Sc493Grade,
)
from services.accidents.reporting import first_count
from services.transaction import WORKER, Tx
from tests.support.world import PHOTO, World

S = AccidentState
UNDETERMINED = frozenset({S.REPORTED, S.RESPONDING, S.INVESTIGATING, S.AWAITING_DETERMINATION, S.VOID})
OPEN_TO_REVIEW = frozenset({S.DETERMINED, S.UNDER_REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A person of ours in the case; ``share`` in percent of our side's loss. D1 is the driver who signs in."""

    staff_no: str = "D1"
    role: InvolvedRole = InvolvedRole.DRIVER
    responsible: bool = True
    grade: Grade | None = None
    share: float = 100
    violation: bool | None = True
    fault_basis: FaultBasis | None = FaultBasis.GROSS
    cause: CauseCategory | None = CauseCategory.RULE_BROKEN_WORK


def an_employee(tx: Tx, staff_no: str, **changes: Any) -> Employee:
    """Give the employee of that number, made when absent: a driver's is tied to the driver and his user."""
    found = tx.session.scalar(select(Employee).where(Employee.staff_no == staff_no))
    if found is not None:
        return found
    driver_id = tx.session.scalar(select(Driver.id).where(Driver.staff_no == staff_no))
    user_id = tx.session.scalar(select(User.id).where(User.driver_id == driver_id)) if driver_id else None
    values: dict[str, Any] = {
        "staff_no": staff_no, "name": f"员工{staff_no}", "department": "车队", "post": "驾驶员", "left_on": None,
        "driver_id": driver_id, "user_id": user_id, "deduction_clause": True, "created_at": tx.now,
    }  # fmt: skip
    made = Employee(**{**values, **changes})
    tx.session.add(made)
    tx.session.flush()
    return made


def accident_in(
    world: World,
    state: AccidentState = S.ANALYSED,
    *,
    grade: Grade = Grade.FULL,
    people: Iterable[Named] = (Named(),),
    losses: Iterable[tuple[LossKind, int]] = (),
    recovered_fen: int = 0,
    **changes: Any,
) -> str:
    """Put an accident into ``state`` and give its number.

    It has its people and, from ``determined`` on, a determination with ``grade`` for our side; losses are
    ``(kind, fen)``. ``changes`` go over the columns of the accident.
    """
    with world.runtime.begin(WORKER) as tx:
        accident = _accident(tx, state, changes)
        tx.session.add(accident)
        tx.session.flush()
        tx.session.add(first_count(tx, accident))
        for named in people:
            tx.session.add(_person(tx, accident, named))
        if state not in UNDETERMINED:
            tx.session.add(a_determination(tx, accident, grade))
        for kind, fen in losses:
            tx.session.add(_loss(tx, accident, kind, fen))
        if recovered_fen:
            tx.session.add(_recovery(tx, accident, recovered_fen))
        return accident.number


def a_determination(tx: Tx, accident: Accident, grade: Grade, seq: int = 1, **changes: Any) -> Determination:
    """Give the police's paper about an accident, final unless the case still waits for a review."""
    final = accident.state not in OPEN_TO_REVIEW
    values: dict[str, Any] = {
        "accident_id": accident.id, "seq": seq, "basis": DeterminationBasis.DETERMINATION,
        "document_no": f"第{accident.id}-{seq}号", "authority": "示例交警大队", "document_date": date(2026, 3, 1),
        "served_at": accident.occurred_at, "scan": PHOTO, "grade": grade,
        "parties": [{"party": "own", "grade": grade.value}], "final_at": tx.now if final else None,
        "recorded_at": tx.now, "recorded_by": "test",
    }  # fmt: skip
    return Determination(**{**values, **changes})


def determine_anew(world: World, number: str, grade: Grade, state: AccidentState = S.ANALYSED) -> None:
    """Let a review lower or raise the grade of a case that was enforced, and bring it to ``state`` again."""
    with world.runtime.begin(WORKER) as tx:
        accident = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        papers = select(Determination.seq).where(Determination.accident_id == accident.id)
        last = max(tx.session.scalars(papers))
        accident.state, accident.round, accident.closed_at = state, accident.round + 1, None
        basis = DeterminationBasis.REVIEW_RESULT
        tx.session.add(a_determination(tx, accident, grade, last + 1, basis=basis))


def _accident(tx: Tx, state: AccidentState, changes: dict[str, Any]) -> Accident:
    at: datetime = changes.get("occurred_at", tx.now)
    number = changes.pop("number", None) or tx.next_number("SG")
    values: dict[str, Any] = {
        "number": number, "state": state, "vehicle_id": tx.session.scalars(select(Vehicle.id).limit(1)).one(),
        "driver_id": tx.session.scalars(select(Driver.id).where(Driver.staff_no == "D1")).one(),
        "occurred_at": at, "company_received_at": at, "outline_known_at": at, "reported_via": ReportedVia.DESK,
        "reported_by": "test", "place": "京沪高速 K120", "outline": "追尾前车", "dead": 0, "seriously_hurt": 0,
        "slightly_hurt": 0, "missing": 0, "property_fen": 3_000_000, "mps_class": MpsClass.ORDINARY,
        "report_tier": 1, "sc493_grade": Sc493Grade.ORDINARY, "first_response": {}, "form": {},
        "cargo_action": CargoAction.NO_CARGO, "cause_evidence": [], "created_at": at, "created_by": "test",
    }  # fmt: skip
    return Accident(**{**values, **changes})


def _person(tx: Tx, accident: Accident, named: Named) -> InvolvedPerson:
    return InvolvedPerson(
        accident_id=accident.id, employee_id=an_employee(tx, named.staff_no).id, role=named.role,
        responsible=named.responsible, grade=named.grade, share=round(named.share * WHOLE / 100),
        violation=named.violation, fault_basis=named.fault_basis, cause_category=named.cause,
        recorded_at=tx.now, recorded_by="test",
    )  # fmt: skip


def _loss(tx: Tx, accident: Accident, kind: LossKind, fen: int) -> LossItem:
    return LossItem(
        accident_id=accident.id, kind=kind, amount_fen=fen, description=kind.zh, evidence=[],
        recorded_at=tx.now, recorded_by="test",
    )  # fmt: skip


def _recovery(tx: Tx, accident: Accident, fen: int) -> Recovery:
    return Recovery(
        accident_id=accident.id, kind=RecoveryKind.COMMERCIAL, amount_fen=fen, received_on=tx.now.date(),
        recorded_at=tx.now, recorded_by="test",
    )  # fmt: skip
