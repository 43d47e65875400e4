"""The monthly run on both databases: worked examples E1, E2, E3, E8, E8b, E11, E11b, E12 and E16 of domain 4.5."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from models.accidents import Accident
from models.notices import Task
from models.payroll import Deduction, LedgerAccount, LedgerLine, PayrollRun
from models.records import JournalEntry
from models.vocabulary import AccidentState, TaskKind
from services import debts
from services.errors import ConflictError
from services.payroll import run as payroll_run
from services.policy.findings import RuleBrokenError
from services.transaction import WORKER, Tx
from tests.support.accidents import accident_in
from tests.support.payroll import at_once, balances, codes, employ, owing, pay, penalty_of, record, run, taken
from tests.support.world import World

MONTHS = [f"2026-{month:02d}" for month in range(3, 13)]


def months(world: World, wages: list[str], staff_no: str = "D1") -> list[int]:
    """Pay wages month by month and give what each gave."""
    for month, wage in zip(MONTHS, wages, strict=False):
        pay(world, month, **{staff_no: wage})
    given = taken(world, staff_no)
    return [given.get(month, 0) for month, _ in zip(MONTHS, wages, strict=False)]


def refused(world: World, month: str) -> list[str]:
    with pytest.raises(RuleBrokenError) as raised:
        run(world, month)
    return [finding.code for finding in raised.value.findings]


def settle(world: World, old: str, new: str) -> int:
    """Take an old debt back, count what was taken towards the new one, and refund the rest (E11)."""

    def settled(tx: Tx) -> int:
        debts.reverse_debt(tx, penalty_of(tx, old), "复核结论")
        debts.carry_over(tx, penalty_of(tx, old), penalty_of(tx, new))
        return debts.refund_excess(tx, penalty_of(tx, old))

    return world.runtime.write(WORKER, settled)


def test_e01_8000_from_wages_of_6000_takes_seven_months(world: World) -> None:
    debt = owing(world, "D1", 800_000)
    assert months(world, ["6000.00"] * 8) == [120_000] * 6 + [80_000, 0]
    assert balances(world) == {"recovered_loss": -800_000, "wages:D1": 800_000}
    assert f"debt:{debt}" not in balances(world)


def test_e02_the_minimum_wage_stops_before_a_fifth_does(world: World) -> None:
    owing(world, "D1", 100_000)
    assert months(world, ["2500.00"] * 5) == [30_000, 30_000, 30_000, 10_000, 0]


def test_e03_the_cap_on_both_sides_of_where_the_limits_meet(world: World) -> None:
    owing(world, "D1", 10_000_000)
    wages = ["2200.00", "2100.00", "2750.00", "2749.99", "2750.01", "3333.33"]
    assert months(world, wages) == [0, 0, 55_000, 54_999, 55_000, 66_666]


def test_e08_two_cases_share_one_cap_and_the_earlier_is_paid_first(world: World) -> None:
    first = owing(world, "D1", 150_000)
    second = owing(world, "D1", 200_000)
    assert months(world, ["6000.00"] * 3) == [120_000, 120_000, 110_000]
    with world.runtime.read(WORKER) as tx:
        lines = [
            [(penalty_of(tx, number).id, fen) for number, fen in wanted]
            for wanted in ([(first, 120_000)], [(first, 30_000), (second, 90_000)], [(second, 110_000)])
        ]
        found = [parts(tx, month) for month in MONTHS[:3]]
    assert found == lines


def parts(tx: Tx, month: str) -> list[tuple[int, int]]:
    query = select(LedgerAccount.penalty_id, -LedgerLine.amount_fen).join(
        LedgerLine, LedgerLine.account_id == LedgerAccount.id
    )
    query = query.join(Deduction, Deduction.journal_id == LedgerLine.journal_id).where(Deduction.month == month)
    return [tuple(row) for row in tx.session.execute(query.where(LedgerAccount.penalty_id.is_not(None)))]


def test_e08b_wages_that_move_are_looked_at_anew_each_month(world: World) -> None:
    owing(world, "D1", 300_000)
    assert months(world, ["6000.00", "2400.00", "2200.00", "8000.00", "8000.00"]) == [120_000, 20_000, 0, 160_000, 0]


def test_e11_a_lower_grade_keeps_what_was_taken_and_asks_for_the_rest(world: World) -> None:
    old = owing(world, "D1", 800_000)
    assert months(world, ["6000.00"] * 2) == [120_000] * 2
    new = owing(world, "D1", 400_000)
    assert settle(world, old, new) == 0
    assert balances(world) == {f"debt:{new}": 160_000, "recovered_loss": -400_000, "wages:D1": 240_000}
    pay(world, MONTHS[2], D1="6000.00")
    pay(world, MONTHS[3], D1="6000.00")
    assert taken(world, "D1")[MONTHS[3]] == 40_000


def test_e11b_what_was_taken_beyond_the_new_debt_is_refunded(world: World) -> None:
    old = owing(world, "D1", 800_000)
    months(world, ["6000.00"] * 2)
    new = owing(world, "D1", 200_000)
    assert settle(world, old, new) == 40_000
    assert balances(world) == {"recovered_loss": -200_000, "refund:D1": -40_000, "wages:D1": 240_000}
    assert settle(world, old, new) == 0
    assert balances(world)["refund:D1"] == -40_000


def test_e12_the_last_wage_of_a_leaver_is_capped_and_the_rest_is_a_receivable(world: World) -> None:
    debt = owing(world, "D1", 800_000)
    for month in MONTHS[:2]:
        pay(world, month, D1="6000.00")
    employ(world, "D1", left_on=date(2026, 5, 20))
    pay(world, MONTHS[2], D1="6000.00")
    assert sum(taken(world, "D1").values()) == 360_000
    left = {"receivable:D1": 440_000, "recovered_loss": -800_000, "wages:D1": 360_000}
    assert balances(world) == left
    with world.runtime.read(WORKER) as tx:
        task = tx.session.scalars(select(Task).where(Task.kind == TaskKind.COLLECT_RECEIVABLE)).one()
        assert task.facts == {"staff_no": "D1", "penalty": debt, "amount": "4400.00"}
    assert run(world, MONTHS[2])["left"] == []
    pay(world, MONTHS[3], D1="6000.00")
    assert balances(world) == left


def test_e12_a_leaver_whose_last_wage_is_not_known_yet_is_waited_for_until_the_next_month(world: World) -> None:
    owing(world, "D1", 800_000)
    employ(world, "D1", left_on=date(2026, 3, 20))
    employ(world, "D2")
    assert codes(pay(world, MONTHS[0], D2="6000.00")) == ["PAYROLL_NO_WAGE"]
    assert "receivable:D1" not in balances(world)
    pay(world, MONTHS[1], D2="6000.00")
    assert balances(world)["receivable:D1"] == 800_000


def test_a_leavers_receivable_is_taken_back_with_the_debt_it_was_part_of(world: World) -> None:
    old = owing(world, "D1", 800_000)
    employ(world, "D1", left_on=date(2026, 3, 20))
    pay(world, MONTHS[0], D1="6000.00")
    assert balances(world)["receivable:D1"] == 680_000
    new = owing(world, "D1", 400_000)
    assert settle(world, old, new) == 0
    assert balances(world) == {f"debt:{new}": 280_000, "recovered_loss": -400_000, "wages:D1": 120_000}
    with world.runtime.read(WORKER) as tx:
        task = tx.session.scalars(select(Task).where(Task.kind == TaskKind.COLLECT_RECEIVABLE)).one()
        assert task.outcome == "复核结论"
    run(world, MONTHS[0])
    assert balances(world)["receivable:D1"] == 280_000


def test_e16_the_same_run_twice_is_the_same_answer_and_one_posting(world: World) -> None:
    owing(world, "D1", 800_000)
    owing(world, "D2", 800_000, state=AccidentState.REOPENED)
    first = pay(world, MONTHS[0], D1="6000.00", D2="6000.00")
    standing = balances(world)
    assert run(world, MONTHS[0]) == first
    assert balances(world) == standing
    assert first == {**first, "month": MONTHS[0], "runs": 1, "people": 1, "taken": "1200.00"}
    assert codes(first) == ["PAYROLL_CASE_SUSPENDED"]
    with world.runtime.read(WORKER) as tx:
        assert len(tx.session.scalars(select(Deduction)).all()) == 1
        assert len(tx.session.scalars(select(PayrollRun)).all()) == 1


def test_e16_four_who_run_a_month_at_once_take_once(world: World) -> None:
    owing(world, "D1", 800_000)
    record(world, MONTHS[0], D1="6000.00")
    results = at_once(world, lambda tx: payroll_run.run(tx, MONTHS[0]), tries=4)
    assert {result["taken"] for result in results} == {"1200.00"}
    assert balances(world)["wages:D1"] == 120_000


def test_a_later_run_of_the_month_takes_from_those_only_who_did_not_give_yet(world: World) -> None:
    owing(world, "D1", 800_000)
    pay(world, MONTHS[0], D1="6000.00")
    owing(world, "D2", 50_000)
    owing(world, "D1", 50_000)
    again = pay(world, MONTHS[0], D2="6000.00")
    assert again == {"month": MONTHS[0], "runs": 2, "people": 2, "taken": "1700.00", "left": []}
    assert taken(world, "D1") == {MONTHS[0]: 120_000}
    with world.runtime.read(WORKER) as tx:
        rows = tx.session.execute(select(PayrollRun.seq, PayrollRun.people, PayrollRun.taken_fen)).all()
    assert [tuple(row) for row in rows] == [(1, 1, 120_000), (2, 1, 50_000)]


def test_without_clause_wage_or_service_nothing_is_taken_and_it_is_said_why(world: World) -> None:
    employ(world, "D1", deduction_clause=False)
    owing(world, "D1", 100_000)
    owing(world, "D2", 100_000)
    unserved = owing(world, "D3", 100_000, served_at=None)
    owing(world, "D4", 100_000)
    month = pay(world, MONTHS[0], D1="6000.00", D3="6000.00", D4="2200.00")
    assert (month["people"], month["taken"], month["runs"]) == (0, "0.00", 1)
    told = {(one.code, one.facts["staff_no"]) for one in month["left"]}
    assert told == {
        ("PAYROLL_NO_CLAUSE", "D1"), ("PAYROLL_NO_WAGE", "D2"), ("PAYROLL_NOT_SERVED", "D3"),
        ("PAYROLL_WAGE_TOO_LOW", "D4"),
    }  # fmt: skip
    assert [one.facts["penalty"] for one in month["left"] if "penalty" in one.facts] == [unserved]
    assert "wages:D1" not in balances(world)


@pytest.mark.parametrize("state", [AccidentState.REOPENED, AccidentState.ANALYSED, AccidentState.APPEALED])
def test_a_case_that_is_handled_anew_is_not_collected_until_it_is_enforced_again(
    lite_world: World, state: AccidentState
) -> None:
    number = accident_in(lite_world, state, people=())
    owing(lite_world, "D1", 100_000, accident=number)
    assert codes(pay(lite_world, MONTHS[0], D1="6000.00")) == ["PAYROLL_CASE_SUSPENDED"]
    with lite_world.runtime.begin(WORKER) as tx:
        tx.session.scalars(select(Accident).where(Accident.number == number)).one().state = AccidentState.ENFORCING
    assert run(lite_world, MONTHS[0])["taken"] == "1000.00"


@pytest.mark.parametrize("state", [AccidentState.CLOSABLE, AccidentState.CLOSED])
def test_a_case_may_be_closed_while_money_is_still_collected(lite_world: World, state: AccidentState) -> None:
    owing(lite_world, "D1", 100_000, state=state)
    assert pay(lite_world, MONTHS[0], D1="6000.00")["taken"] == "1000.00"


def test_a_stricter_share_of_the_ruleset_is_kept(lite_world: World) -> None:
    owing(lite_world, "D1", 800_000)
    record(lite_world, MONTHS[0], D1="6000.00")

    def stricter(tx: Tx) -> object:
        tx.ruleset = replace(tx.ruleset, payroll=replace(tx.ruleset.payroll, wage_share_percent=10))
        return payroll_run.run(tx, MONTHS[0])["taken"]

    assert lite_world.runtime.write(WORKER, stricter) == "600.00"


def test_a_month_that_has_not_come_or_was_passed_or_has_no_wages_is_not_run(lite_world: World) -> None:
    assert refused(lite_world, "2026-03") == ["PAYROLL_NO_WAGES"]
    assert refused(lite_world, "2026-04") == ["MONTH_IN_FUTURE", "PAYROLL_NO_WAGES"]
    employ(lite_world, "D1")
    pay(lite_world, "2026-04", D1="6000.00")
    assert refused(lite_world, "2026-03") == ["PAYROLL_MONTH_PASSED", "PAYROLL_NO_WAGES"]


def test_every_run_that_takes_something_is_in_the_months_history(lite_world: World) -> None:
    owing(lite_world, "D1", 800_000)
    pay(lite_world, MONTHS[0], D1="6000.00")
    with lite_world.runtime.read(WORKER) as tx:
        query = select(JournalEntry).where(JournalEntry.subject_kind == "payroll_month").order_by(JournalEntry.seq)
        entries = tx.session.scalars(query).all()
    assert [(entry.subject_id, entry.action, entry.actor_name) for entry in entries] == [
        (202603, "payroll.wages_recorded", "finance"), (202603, "payroll.run", "finance"),
    ]  # fmt: skip
    assert entries[1].facts == {"month": "2026-03", "seq": 1, "people": 1, "taken_fen": 120_000}


def test_the_guard_of_the_database_stops_a_run_that_would_take_too_much(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owing(world, "D1", 800_000)
    record(world, MONTHS[0], D1="6000.00")
    monkeypatch.setattr("services.policy.payroll.collecting.deduction_fen", lambda *_: 120_001)
    with pytest.raises(ConflictError) as refusal:
        run(world, MONTHS[0])
    assert refusal.value.code == "DEDUCTION_OVER_SHARE"
    assert "wages:D1" not in balances(world)
