"""Losses, settlement, recoveries and insurance claims: recorded once, struck out with a reason, never changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.accidents import AccidentClock
from models.notices import Task
from models.penalties import InsuranceClaim
from models.records import JournalEntry
from models.vocabulary import (
    AccidentState,
    ClaimState,
    ClockKind,
    Grade,
    LossKind,
    RecoveryKind,
    Role,
    TaskKind,
)
from services import clock_marks, tasks
from services.errors import NotFoundError
from services.penalties import insurance, losses
from services.penalties.insurance import NewClaim
from services.penalties.losses import NewLoss, NewRecovery, NewSettlement
from services.queries.losses import claims_view, losses_view
from services.transaction import WORKER
from tests.support.accidents import accident_in
from tests.support.penalties import accident_of, act, refused
from tests.support.world import PHOTO, START, World

TODAY = date(2026, 3, 2)
S = AccidentState


def loss(fen: int = 100_000, **changes: Any) -> NewLoss:
    return NewLoss(**{"kind": LossKind.CARGO, "amount_fen": fen, "description": "货损", **changes})


def recovery(fen: int = 100_000, **changes: Any) -> NewRecovery:
    return NewRecovery(**{"kind": RecoveryKind.COMMERCIAL, "amount_fen": fen, "received_on": TODAY, **changes})


def claim(**changes: Any) -> NewClaim:
    values = {"kind": RecoveryKind.COMMERCIAL, "insurer": "示例财险", "notified_at": START + timedelta(hours=1)}
    return NewClaim(**{**values, **changes})


def figures(world: World, number: str) -> Any:
    with world.runtime.read(WORKER) as tx:
        return losses_view(tx, accident_of(tx, number))["figures"]


def notified(world: World, number: str) -> int:
    world.clock.advance(hours=2)
    return act(world, Role.SAFETY, lambda tx: insurance.notify(tx, number, claim()).id)


def claim_states(world: World) -> list[ClaimState]:
    with world.runtime.read(WORKER) as tx:
        return list(tx.session.scalars(select(InsuranceClaim.state).order_by(InsuranceClaim.id)))


def test_losses_and_recoveries_make_the_net_loss(world: World) -> None:
    number = accident_in(world, S.DETERMINED, grade=Grade.MAIN)
    for fen in (1_200_000, 2_000_000):
        act(world, Role.SAFETY, lambda tx, one=fen: losses.record_loss(tx, number, loss(one, evidence=[PHOTO])).id)  # type: ignore[misc]
    act(world, Role.FINANCE, lambda tx: losses.record_recovery(tx, number, recovery(1_700_000)).id)
    assert figures(world, number) == {
        "grade": "main", "gross": "32000.00", "burden": "22400.00", "basis": "estimate", "recovered": "17000.00",
        "net": "5400.00", "spill_fines": "0.00",
    }  # fmt: skip


def test_a_settlement_replaces_the_estimate_and_a_later_one_replaces_it(world: World) -> None:
    number = accident_in(world, losses=[(LossKind.OTHER_PARTY, 1_000_000)], grade=Grade.EQUAL)
    for fen in (700_000, 650_000):
        paid = NewSettlement(paid_fen=fen, document="调解书", settled_on=TODAY, scan=PHOTO)
        act(world, Role.FINANCE, lambda tx, one=paid: losses.settle(tx, number, one).id)  # type: ignore[misc]
    told = figures(world, number)
    assert (told["burden"], told["basis"], told["net"]) == ("6500.00", "actual", "6500.00")


def test_before_a_grade_is_known_there_are_no_figures(world: World) -> None:
    assert figures(world, accident_in(world, S.INVESTIGATING)) is None


def test_what_is_struck_out_counts_no_more_and_stays_to_be_read(world: World) -> None:
    number = accident_in(world)
    one = act(world, Role.SAFETY, lambda tx: losses.record_loss(tx, number, loss()).id)
    back = act(world, Role.FINANCE, lambda tx: losses.record_recovery(tx, number, recovery(100)).id)
    act(world, Role.SAFETY, lambda tx: losses.strike_loss(tx, number, one, "重复").id)
    act(world, Role.FINANCE, lambda tx: losses.strike_recovery(tx, number, back, "退回").id)
    assert (figures(world, number)["gross"], figures(world, number)["recovered"]) == ("0.00", "0.00")
    with world.runtime.read(WORKER) as tx:
        (told,) = losses_view(tx, accident_of(tx, number))["losses"]
    assert (told["amount"], told["struck_by"], told["struck_reason"]) == ("1000.00", "safety", "重复")
    assert refused(world, Role.SAFETY, lambda tx: losses.strike_loss(tx, number, one, "x")) == ["STRUCK_ALREADY"]


@pytest.mark.parametrize("loss_id", [999_999, 2**63])
def test_a_loss_of_another_case_is_not_found(world: World, loss_id: int) -> None:
    number, other = accident_in(world), accident_in(world, losses=[(LossKind.CARGO, 100)])
    with world.runtime.read(WORKER) as tx:
        foreign = losses_view(tx, accident_of(tx, other))["losses"][0]["id"]
    for one in (loss_id, foreign):
        with pytest.raises(NotFoundError):
            act(world, Role.SAFETY, lambda tx, wanted=one: losses.strike_loss(tx, number, wanted, "x"))  # type: ignore[misc]


def test_papers_are_stored_files_and_days_have_come(world: World) -> None:
    number = accident_in(world)
    evidence = refused(world, Role.SAFETY, lambda tx: losses.record_loss(tx, number, loss(evidence=["c" * 64])))
    tomorrow = TODAY + timedelta(days=1)
    late = refused(world, Role.FINANCE, lambda tx: losses.record_recovery(tx, number, recovery(received_on=tomorrow)))
    paid = NewSettlement(paid_fen=1, document="x", settled_on=tomorrow, scan="c" * 64)
    both = refused(world, Role.FINANCE, lambda tx: losses.settle(tx, number, paid))
    assert (evidence, late, both) == (["FILE_UNKNOWN"], ["DAY_IN_THE_FUTURE"], ["FILE_UNKNOWN", "DAY_IN_THE_FUTURE"])


def test_a_false_alarm_has_no_money(world: World) -> None:
    number = accident_in(world, S.VOID)
    assert refused(world, Role.SAFETY, lambda tx: losses.record_loss(tx, number, loss())) == ["ACCIDENT_VOID"]
    assert refused(world, Role.SAFETY, lambda tx: insurance.notify(tx, number, claim())) == ["ACCIDENT_VOID"]


def test_a_claim_goes_from_the_call_to_the_payment(world: World) -> None:
    number = accident_in(world, losses=[(LossKind.OWN_VEHICLE, 3_000_000)])
    one = notified(world, number)
    act(world, Role.SAFETY, lambda tx: insurance.assess(tx, number, one, 2_500_000).id)
    assert refused(world, Role.SAFETY, lambda tx: insurance.file(tx, number, one)) == ["CLAIM_NO_MISSING"]
    act(world, Role.SAFETY, lambda tx: insurance.file(tx, number, one, "PA-1").id)
    act(world, Role.FINANCE, lambda tx: insurance.settle_claim(tx, number, one, 2_200_000, TODAY).id)
    with world.runtime.read(WORKER) as tx:
        (told,) = claims_view(tx, accident_of(tx, number))
    assert (told["state"], told["claim_no"], told["assessed"]) == (ClaimState.SETTLED, "PA-1", "25000.00")
    assert (figures(world, number)["recovered"], figures(world, number)["net"]) == ("22000.00", "8000.00")


def test_telling_the_insurer_meets_its_clock(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    with world.runtime.begin(WORKER) as tx:
        for arming, hours in ((1, 48), (2, 1)):
            tx.session.add(
                AccidentClock(accident_id=accident_of(tx, number).id, kind=ClockKind.INSURER_TOLD, arming=arming,
                              reason="test", started_at=START, warn_at=START, due_at=START + timedelta(hours=hours))
            )  # fmt: skip
    world.clock.advance(hours=2)
    at = START + timedelta(hours=1, seconds=1)
    act(world, Role.SAFETY, lambda tx: insurance.notify(tx, number, claim(notified_at=at)).id)
    with world.runtime.read(WORKER) as tx:
        clocks = list(tx.session.scalars(select(AccidentClock).order_by(AccidentClock.arming)))
        assert [(one.met_at, one.missed_at) for one in clocks] == [(at, None), (at, START + timedelta(hours=1))]
        query = select(JournalEntry.facts).where(JournalEntry.action == "accident.clock_met").order_by(JournalEntry.id)
        assert [facts["in_time"] for facts in tx.session.scalars(query)] == [True, False]


def test_a_clock_that_is_met_or_stopped_is_left_alone(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING)
    with world.runtime.begin(WORKER) as tx:
        accident_id = accident_of(tx, number).id
        common = {"accident_id": accident_id, "kind": ClockKind.INSURER_TOLD, "reason": "x", "started_at": START}
        times = {"warn_at": START, "due_at": START + timedelta(hours=1)}
        tx.session.add(AccidentClock(arming=1, met_at=START, **common, **times))
        tx.session.add(AccidentClock(arming=2, stopped_at=START, **common, **times))
        tx.session.flush()
        clock_marks.meet(tx, accident_id, ClockKind.INSURER_TOLD, START + timedelta(hours=9))
        clocks = list(tx.session.scalars(select(AccidentClock).order_by(AccidentClock.arming)))
        assert [(one.met_at, one.missed_at) for one in clocks] == [(START, None), (None, None)]


def test_an_insurer_is_told_after_the_accident_and_once_per_claim(world: World) -> None:
    number = accident_in(world)
    early = claim(notified_at=START - timedelta(seconds=1))
    codes = refused(world, Role.SAFETY, lambda tx: insurance.notify(tx, number, early))
    assert codes == ["BEFORE_THE_ACCIDENT"]
    one = notified(world, number)
    assert refused(world, Role.SAFETY, lambda tx: insurance.notify(tx, number, claim())) == ["CLAIM_OPEN_ALREADY"]
    act(world, Role.MANAGER, lambda tx: insurance.waive(tx, number, one, "低于免赔额").id)
    notified(world, number)
    assert claim_states(world) == [ClaimState.WAIVED, ClaimState.NOTIFIED]


def test_a_claim_skips_no_step(world: World) -> None:
    number = accident_in(world)
    one = notified(world, number)
    steps = (
        lambda tx: insurance.file(tx, number, one, "PA-1"),
        lambda tx: insurance.settle_claim(tx, number, one, 100, TODAY),
    )
    assert [refused(world, Role.SAFETY, step) for step in steps] == [["MOVE_NOT_ALLOWED"]] * 2
    act(world, Role.MANAGER, lambda tx: insurance.waive(tx, number, one, "x").id)
    assert refused(world, Role.MANAGER, lambda tx: insurance.waive(tx, number, one, "x")) == ["MOVE_NOT_ALLOWED"]


def test_money_on_a_claim_is_money_on_a_claim_of_this_case(world: World) -> None:
    number, other = accident_in(world), accident_in(world)
    one = notified(world, other)
    for wrong in (one, 2**63):
        new = recovery(claim_id=wrong)
        codes = refused(world, Role.FINANCE, lambda tx, told=new: losses.record_recovery(tx, number, told))  # type: ignore[misc]
        assert codes == ["REFERENCE_UNKNOWN"]
    with pytest.raises(NotFoundError):
        act(world, Role.MANAGER, lambda tx: insurance.waive(tx, number, one, "x"))


def test_the_task_left_by_closing_is_done_with_the_last_claim(world: World) -> None:
    number = accident_in(world)
    first = notified(world, number)
    second = act(world, Role.SAFETY, lambda tx: insurance.notify(tx, number, claim(insurer="另一家")).id)
    key = f"insurance-claim-{number}"
    act(world, Role.SAFETY, lambda tx: tasks.raise_task(tx, TaskKind.INSURANCE_CLAIM, key, tx.now))
    done = []
    for one in (first, second):
        act(world, Role.MANAGER, lambda tx, ended=one: insurance.waive(tx, number, ended, "x").id)  # type: ignore[misc]
        with world.runtime.read(WORKER) as tx:
            done.append(tx.session.scalars(select(Task.done_at).where(Task.key == key)).one() is not None)
    assert done == [False, True]
