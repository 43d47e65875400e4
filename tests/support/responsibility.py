"""A case brought through responsibility by the services: determined, analysed, decided, enforced, ready to close."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from models.accidents import Accident, AccidentClock, AccidentReport
from models.drivers import Driver
from models.penalties import InsuranceClaim, Penalty
from models.people import Employee, OffPost
from models.records import JournalEntry
from models.responsibility import Determination
from models.vocabulary import (
    AccidentGate,
    AccidentPaper,
    AccidentState,
    CauseCategory,
    ClaimState,
    ClockKind,
    DeterminationBasis,
    Grade,
    InvolvedRole,
    MeetingKind,
    MeetingRole,
    RecoveryKind,
    ReportKind,
    ReportRecipient,
    Role,
    ServiceMode,
)
from services.clock import local
from services.penalties import approving, proposing, serving
from services.policy.accidents.analysis import OWN_TEXTS
from services.policy.accidents.determination import DeterminationCard
from services.policy.findings import RuleBrokenError
from services.responsibility import analysis, closing, determining, education, gates, measures, papers, people
from services.transaction import WORKER, Tx
from tests.support.accidents import Named, accident_in, an_employee
from tests.support.world import PHOTO, SIGNATURE, World
from workers import inline

S, R, G = AccidentState, Role, AccidentGate
OURS, THEIRS = "鲁G10001", "鲁B20002"
COUNTERPART = {
    Grade.FULL: Grade.NONE, Grade.NONE: Grade.FULL, Grade.MAIN: Grade.SECONDARY, Grade.SECONDARY: Grade.MAIN,
    Grade.EQUAL: Grade.EQUAL, Grade.UNDETERMINED: Grade.UNDETERMINED,
}  # fmt: skip
CAUSE = {"cause": "跟车过近", "cause_category": CauseCategory.RULE_BROKEN_WORK, "cause_evidence": [PHOTO]}
APPEAL_DAYS = 6


def tx_of(world: World, role: Role) -> AbstractContextManager[Tx]:
    """Begin a unit of work in a role."""
    return world.runtime.begin(world.actor(role))


def refused(world: World, role: Role, work: Callable[[Tx], object]) -> list[str]:
    """Give the codes with which work is refused; nothing of it is kept."""
    try:
        with tx_of(world, role) as tx:
            work(tx)
    except RuleBrokenError as error:
        return [finding.code for finding in error.findings]
    raise AssertionError("nothing was refused")


def case(world: World, number: str) -> Accident:
    """Give a case as it stands."""
    with world.runtime.read(WORKER) as tx:
        return tx.session.scalars(select(Accident).where(Accident.number == number)).one()


def state(world: World, number: str) -> AccidentState:
    """Give the state of a case."""
    return case(world, number).state


def card(world: World, grade: Grade = Grade.MAIN, **changes: Any) -> DeterminationCard:
    """Give a complete paper of today with a grade for our side; a certificate where there is none."""
    open_grade = grade is Grade.UNDETERMINED
    made = DeterminationCard(
        basis=DeterminationBasis.CERTIFICATE if open_grade else DeterminationBasis.DETERMINATION,
        document_no="第370783120260001号",
        authority="寿光市公安局交通警察大队",
        document_date=local(world.clock.now()).date(),
        served_at=world.clock.now(),
        scan=PHOTO,
        grade=grade,
        parties=((OURS, grade), (THEIRS, COUNTERPART[grade])),
    )
    return replace(made, **changes)


def waiting(world: World, people_of_ours: Iterable[Named] = (Named(),), **changes: Any) -> str:
    """Give a case that waits for the police, with its cause found; D1 drove."""
    return accident_in(world, S.AWAITING_DETERMINATION, people=people_of_ours, **{**CAUSE, **changes})


def determine(world: World, number: str, grade: Grade = Grade.MAIN, **changes: Any) -> None:
    """Record the police's paper of today."""
    with tx_of(world, R.SAFETY) as tx:
        determining.record(tx, number, card(world, grade, **changes))


def pass_days(world: World, days: int) -> None:
    """Let days go by, and then the background work."""
    world.clock.advance(hours=24 * days)
    inline.tick(world.runtime)


def write_texts(world: World, number: str, staff_no: str = "D1") -> None:
    """Let the desk file the three texts of a person with his signature."""
    with tx_of(world, R.SAFETY) as tx:
        for kind in OWN_TEXTS:
            papers.file(tx, number, papers.Filed(kind=kind, body="经过……", employee=staff_no, signature=SIGNATURE))


def minutes(world: World, *staff: str, **changes: Any) -> analysis.Minutes:
    """Give the minutes of an ordinary meeting with these responsible persons."""
    there = tuple({"role": MeetingRole.RESPONSIBLE_PERSON, "employee": one} for one in staff)
    values: dict[str, Any] = {
        "kind": MeetingKind.ORDINARY, "held_at": world.clock.now(), "chair_name": "车队长",
        "chair_role": MeetingRole.DEPARTMENT_HEAD, "conclusion": "未保持安全距离",
        "attendees": ({"role": MeetingRole.LINE_MANAGER, "name": "主管"}, *there),
    }  # fmt: skip
    return analysis.Minutes(**{**values, **changes})


def meet(world: World, number: str, *staff: str, **changes: Any) -> None:
    """Hold an analysis meeting."""
    with tx_of(world, R.MANAGER) as tx:
        analysis.record_meeting(tx, number, minutes(world, *staff, **changes))


def analyse(world: World, number: str, *staff: str) -> None:
    """Hold the meeting, have the texts written, and call the case analysed."""
    meet(world, number, *staff)
    for one in staff:
        write_texts(world, number, one)
    with tx_of(world, R.MANAGER) as tx:
        analysis.complete(tx, number)


def decide(world: World, number: str) -> None:
    """Propose, approve and serve what follows from the facts."""
    with tx_of(world, R.MANAGER) as tx:
        proposing.propose(tx, number, proposing.Proposal(opinion="按制度处理"))
    with tx_of(world, R.GENERAL_MANAGER) as tx:
        approving.approve(tx, number)
    with tx_of(world, R.HR) as tx:
        of_case = select(Penalty.number).join(Accident, Accident.id == Penalty.accident_id)
        for penalty in tx.session.scalars(of_case.where(Accident.number == number, Penalty.state == "approved")).all():
            served = serving.Service(mode=ServiceMode.SIGNED, occurred_at=tx.now, receipt=SIGNATURE)
            serving.serve(tx, penalty, served)


def educate(world: World, number: str, staff_no: str = "D1", **changes: Any) -> None:
    """Hold the education of a person today."""
    values: dict[str, Any] = {
        "employee": staff_no, "held_on": date(2026, 3, 2), "trainer": "安全教员", "minutes": 240,
        "topic": "安全距离", "passed": True,
    }  # fmt: skip
    with tx_of(world, R.SAFETY) as tx:
        education.record(tx, number, education.Lesson(**{**values, **changes}))


def take_measure(world: World, number: str) -> int:
    """Plan a measure of the dispatcher's, have it done and verified by the manager."""
    with tx_of(world, R.SAFETY) as tx:
        planned = measures.Planned("每周安全例会", R.DISPATCHER.value, date(2026, 12, 31))
        measure_id = measures.plan(tx, number, planned).id
    with tx_of(world, R.DISPATCHER) as tx:
        measures.report_done(tx, number, measure_id, "已开展")
    with tx_of(world, R.MANAGER) as tx:
        measures.verify(tx, number, measure_id, "现场抽查", effective=True)
    return measure_id


def report_five_days(world: World, number: str) -> None:
    """File the five-day record."""
    with world.runtime.begin(WORKER) as tx:
        accident = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        tx.session.add(
            AccidentReport(
                number=tx.next_number("BG"), accident_id=accident.id, kind=ReportKind.FIVE_DAY_RECORD,
                recipient=ReportRecipient.COMPANY, blocks={}, sent_at=tx.now, sent_by="test", recorded_at=tx.now,
            )
        )  # fmt: skip


def claim(world: World, number: str, claim_state: ClaimState = ClaimState.FILED) -> None:
    """Have a claim with the insurer in a state."""
    with world.runtime.begin(WORKER) as tx:
        accident = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        tx.session.add(
            InsuranceClaim(
                accident_id=accident.id, kind=RecoveryKind.COMMERCIAL, insurer="示例保险", state=claim_state,
                notified_at=tx.now, recorded_by="test",
            )
        )  # fmt: skip


def sign_gates(world: World, number: str, *some: AccidentGate) -> None:
    """Sign the gates, all four unless some are named."""
    with tx_of(world, R.SAFETY) as tx:
        for gate in some or tuple(G):
            gates.sign(tx, number, gate, "见卷宗")


def enforced(world: World, grade: Grade = Grade.MAIN) -> str:
    """Give a case whose decisions on D1 took effect after a determination of today."""
    number = waiting(world)
    determine(world, number, grade)
    pass_days(world, 4)
    analyse(world, number, "D1")
    decide(world, number)
    pass_days(world, APPEAL_DAYS)
    return number


def closable(world: World, grade: Grade = Grade.MAIN) -> str:
    """Give a case that may be closed: its claim is filed and not paid yet."""
    number = enforced(world, grade)
    educate(world, number)
    take_measure(world, number)
    report_five_days(world, number)
    claim(world, number)
    sign_gates(world, number)
    return number


def close(world: World, number: str) -> None:
    """Close a case."""
    with tx_of(world, R.SAFETY) as tx:
        closing.close(tx, number)


def off_posts(world: World) -> list[OffPost]:
    """Give every time off post, oldest first."""
    with world.runtime.read(WORKER) as tx:
        return list(tx.session.scalars(select(OffPost).order_by(OffPost.id)))


def name_d1(world: World, number: str, **known: Any) -> None:
    """Name D1 as the driver in a case."""
    with world.runtime.begin(WORKER) as tx:
        an_employee(tx, "D1")
    with tx_of(world, R.SAFETY) as tx:
        people.name(tx, number, people.Named("D1", InvolvedRole.DRIVER, known))


def driver_status(world: World, staff_no: str = "D1") -> str:
    """Give a driver's status."""
    with world.runtime.read(WORKER) as tx:
        return tx.session.scalars(select(Driver.status).where(Driver.staff_no == staff_no)).one().value


def employee_of_user(world: World, role: Role, staff_no: str) -> None:
    """Make the user of a role an employee."""
    with world.runtime.begin(WORKER) as tx:
        tx.session.add(
            Employee(
                staff_no=staff_no, name=f"员工{staff_no}", department="安全科", post="职员", left_on=None,
                user_id=world.actor(role).user_id, deduction_clause=True, created_at=tx.now,
            )
        )  # fmt: skip


def papers_filed(world: World, number: str, *kinds: AccidentPaper) -> None:
    """Let the department file its own papers."""
    with tx_of(world, R.MANAGER) as tx:
        for kind in kinds:
            papers.file(tx, number, papers.Filed(kind=kind, body="内容"))


def papers_in(world: World, number: str) -> list[Determination]:
    """Give the papers on responsibility in a case, oldest first."""
    with world.runtime.read(WORKER) as tx:
        query = select(Determination).where(Determination.accident_id == case(world, number).id)
        return list(tx.session.scalars(query.order_by(Determination.seq)))


def clock(world: World, number: str, kind: ClockKind) -> AccidentClock | None:
    """Give the newest clock of a kind."""
    with world.runtime.read(WORKER) as tx:
        query = select(AccidentClock).where(AccidentClock.accident_id == case(world, number).id)
        return tx.session.scalars(query.where(AccidentClock.kind == kind).order_by(AccidentClock.arming.desc())).first()


def told(world: World, number: str) -> list[str]:
    """Give what the journal says was done in a case."""
    with world.runtime.read(WORKER) as tx:
        query = select(JournalEntry.action).where(JournalEntry.subject_kind == "accident")
        return list(tx.session.scalars(query.where(JournalEntry.subject_id == case(world, number).id)))
