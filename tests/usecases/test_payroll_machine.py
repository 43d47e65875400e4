"""Ledger and payroll under any order of events, against a model in plain integers (P8).

``make test`` takes a few short walks; ``make machines`` is the long campaign.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from models.accidents import Accident
from models.payroll import Deduction, LedgerJournal, LedgerLine
from models.vocabulary import AccidentState, JournalKind
from services import debts
from services.clock import StoppedClock
from services.journal import verify
from services.policy.findings import RuleBrokenError
from services.policy.payroll import deduction
from services.transaction import WORKER, Tx
from tests.support import databases, payroll
from tests.support.accidents import accident_in
from tests.support.payroll import balances, employ, owing, penalty_of
from tests.support.payroll_model import MINIMUM, PEOPLE, Books, Debt
from tests.support.world import START, World, new_runtime

RUNS, STEPS = int(os.environ.get("LADING_MACHINE_RUNS", "25")), 30
# mostly wages that give something, and those on both sides of where the limits meet
WAGES = st.one_of(
    st.sampled_from([600_000, 800_000, 240_000, 219_999, 220_000, 220_001, 274_999, 275_000, 275_001]),
    st.integers(0, 1_500_000),
)
AMOUNTS = st.one_of(st.sampled_from([150_000, 200_000, 30_000, 1]), st.integers(1, 1_000_000))
WHO = st.sampled_from(PEOPLE)
ANY = st.integers(0, 3)
# what would end most walks is rare
RARELY = st.sampled_from([False, False, False, False, True])
FORGERIES = (
    "UPDATE ledger_lines SET amount_fen = amount_fen + 1", "DELETE FROM ledger_lines",
    "UPDATE ledger_journals SET memo = 'x'", "UPDATE deductions SET taken_fen = 0", "DELETE FROM deductions",
    "UPDATE payroll_runs SET taken_fen = 0", "DELETE FROM payroll_exports", "UPDATE ledger_accounts SET code = 'x'",
)  # fmt: skip


class Payroll(RuleBasedStateMachine):
    """Finance, the safety department and time, in any order."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.books = Books()
        self.month = "2026-03"
        self.ran = self.exported = ""

    def teardown(self) -> None:
        with self.world.runtime.read(WORKER) as tx:
            assert verify(tx).breaks == ()
        self.world.runtime.database.engine.dispose()

    @initialize(amounts=st.tuples(AMOUNTS, AMOUNTS))
    def begin(self, amounts: tuple[int, int]) -> None:
        for amount in amounts:
            self.owe(PEOPLE[0], amount)

    @rule(who=WHO, amount=AMOUNTS)
    def owe(self, who: str, amount: int) -> None:
        accident = accident_in(self.world, AccidentState.ENFORCING, people=())
        number = owing(self.world, who, amount, accident=accident)
        self.books.debts.append(Debt(number, who, amount, amount, accident))

    @rule(who=WHO, wage=WAGES)
    def record_wage(self, who: str, wage: int) -> None:
        given = {who: f"{wage // 100}.{wage % 100:02d}"}
        if (who, self.month) in self.books.taken and self.books.wages[who, self.month] != wage:
            with pytest.raises(RuleBrokenError, match="WAGE_ALREADY_DEDUCTED"):
                payroll.record(self.world, self.month, **given)
            return
        payroll.record(self.world, self.month, **given)
        self.books.wages[who, self.month] = wage

    @rule(wages=st.tuples(WAGES, WAGES), on=st.booleans())
    def pay(self, wages: tuple[int, int], on: bool) -> None:
        for who, wage in zip(PEOPLE, wages, strict=True):
            self.record_wage(who, wage)
        self.run_month()
        if on:
            self.go_on()

    @rule()
    def run_month(self) -> None:
        if not any(month == self.month for _, month in self.books.wages):
            with pytest.raises(RuleBrokenError, match="PAYROLL_NO_WAGES"):
                payroll.run(self.world, self.month)
            return
        told = payroll.run(self.world, self.month)
        self.books.run(self.month)
        given = [fen for (_, month), fen in self.books.taken.items() if month == self.month]
        assert (told["people"], payroll.fen(told["taken"])) == (len(given), sum(given))
        assert payroll.run(self.world, self.month) == told
        self.ran = self.month

    @precondition(lambda self: self.books.live())
    @rule(which=ANY, amount=st.sampled_from([0, 1, 30_000, 100_000, 400_000]), hand=st.booleans())
    def decide_anew(self, which: int, amount: int, hand: bool) -> None:
        live = self.books.live()
        old = live[which % len(live)]
        number = owing(self.world, old.who, amount, accident=old.accident)
        new = Debt(number, old.who, amount, amount, old.accident)

        def settled(tx: Tx) -> int:
            debts.reverse_debt(tx, penalty_of(tx, old.number), "复核结论")
            debts.carry_over(tx, penalty_of(tx, old.number), penalty_of(tx, number))
            return debts.refund_excess(tx, penalty_of(tx, old.number))

        assert self.world.runtime.write(WORKER, settled) == self.books.replace(old, new)
        self._set_state(old.accident, AccidentState.ENFORCING)
        if hand:
            self.export_month()

    @precondition(lambda self: self.books.taken)
    @rule(which=ANY, share=st.integers(1, 3), hand=st.booleans())
    def give_back(self, which: int, share: int, hand: bool) -> None:
        who, month = list(self.books.taken)[-1 - which % len(self.books.taken)]
        # a half, the whole, and more than was taken
        amount = max(1, self.books.taken[who, month] * share // 2)
        may = self.books.give_back(who, month, amount)
        yuan = f"{amount // 100}.{amount % 100:02d}"
        if may:
            payroll.give_back(self.world, who, month, yuan)
        else:
            with pytest.raises(RuleBrokenError):
                payroll.give_back(self.world, who, month, yuan)
        if hand:
            self.export_month()

    @rule(which=ANY, again=RARELY)
    def handle_anew(self, which: int, again: bool) -> None:
        live = self.books.live() or self.books.debts
        debt = live[which % len(live)]
        self._set_state(debt.accident, AccidentState.REOPENED if again else AccidentState.CLOSED)

    @rule(who=WHO, without=RARELY)
    def change_contract(self, who: str, without: bool) -> None:
        employ(self.world, who, deduction_clause=not without)
        self.books.clause[who] = not without

    @rule(who=WHO, really=RARELY)
    def leave(self, who: str, really: bool) -> None:
        if really and who not in self.books.left:
            year, month = map(int, self.month.split("-"))
            employ(self.world, who, left_on=date(year, month, 15))
            self.books.left[who] = self.month

    def go_on(self) -> None:
        year, month = map(int, self.month.split("-"))
        self.month = f"{year + month // 12:04d}-{month % 12 + 1:02d}"

    @rule()
    def export_month(self) -> None:
        self.world.clock.move_to(START.fromisoformat(f"{self.month}-28T20:00:00+08:00"))
        due = {who: fen for who, fen in self.books.refund.items() if fen}
        given = {who: fen for (who, month), fen in self.books.taken.items() if month == self.month}
        back = {who: fen for (who, month), fen in self.books.paid_back.items() if month == self.month and fen}
        if not (due or given or back):
            with pytest.raises(RuleBrokenError, match="PAYROLL_NOTHING_TO_EXPORT"):
                payroll.export(self.world, self.month)
            return
        made, _ = payroll.export(self.world, self.month)
        for who, fen in due.items():
            self.books.paid_back[who, self.month] += fen
            self.books.refund[who] = 0
        assert made.total_fen == sum(given.values())
        assert made.refunds_fen == sum(due.values()) + sum(back.values())

    @rule(forgery=st.sampled_from(FORGERIES))
    def forge(self, forgery: str) -> None:
        table = forgery.split()[1 if forgery.startswith("UPDATE") else 2]
        engine = self.world.runtime.database.engine
        with engine.connect() as connection:
            rows = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - constants
            if rows:
                with pytest.raises(DBAPIError):
                    connection.execute(text(forgery))

    @invariant()
    def the_ledger_says_what_the_model_says(self) -> None:
        assert balances(self.world) == self.books.balances()

    @invariant()
    def every_journal_is_sealed_and_balanced(self) -> None:
        with self.world.runtime.read(WORKER) as tx:
            total = func.sum(LedgerLine.amount_fen)
            wrong = select(LedgerLine.journal_id).group_by(LedgerLine.journal_id).having(total != 0)
            assert tx.session.scalars(wrong).all() == []
            assert tx.session.scalars(select(LedgerJournal.id).where(LedgerJournal.sealed == 0)).all() == []

    @invariant()
    def every_deduction_is_within_the_law_and_posted_once(self) -> None:
        with self.world.runtime.read(WORKER) as tx:
            rows = tx.session.scalars(select(Deduction)).all()
            assert all(row.taken_fen * 5 <= row.wage_fen for row in rows)
            assert all(row.wage_fen - row.taken_fen >= row.minimum_fen == MINIMUM for row in rows)
            kind = LedgerJournal.kind == JournalKind.DEDUCTION
            posted = tx.session.scalar(select(func.count()).select_from(LedgerJournal).where(kind))
            assert posted == len(rows) == len(self.books.taken)

    def _set_state(self, number: str, state: AccidentState) -> None:
        with self.world.runtime.begin(WORKER) as tx:
            tx.session.scalars(select(Accident).where(Accident.number == number)).one().state = state
        change = self.books.suspended.add if state is AccidentState.REOPENED else self.books.suspended.discard
        change(number)


@pytest.fixture(scope="module")
def carrier(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A carrier whose database every walk copies."""
    folder = tmp_path_factory.mktemp("carrier")
    made = World(new_runtime(databases.copy_sqlite(sqlite_template, folder), StoppedClock(START)))
    employ(made, *PEOPLE)
    with made.runtime.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.runtime.database.engine.dispose()
    return made


def walk(carrier: World, folder: Path, runs: int, *, fixed: bool = False) -> None:
    """Walk in any order from a copy of the carrier, several times."""
    template = Path(carrier.runtime.settings.database_url.removeprefix("sqlite:///"))

    def begun() -> Payroll:
        world: Any = object.__new__(World)
        world.clock = StoppedClock(START)
        world.runtime = new_runtime(databases.copy_sqlite(template, folder), world.clock)
        world.logins = carrier.logins
        return Payroll(world)

    # a walk that fails is short enough to be read as it is: making it shorter takes minutes
    walks = settings(
        max_examples=runs, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck),
        derandomize=fixed, phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(begun, settings=walks)


def test_no_order_of_events_breaks_the_books(carrier: World, tmp_path: Path) -> None:
    walk(carrier, tmp_path, RUNS)


def the_last_debt_first(taken_fen: int, owed: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return deduction.allotment(taken_fen, owed[::-1])


BROKEN = {
    "services.policy.payroll.collecting.allotment": the_last_debt_first,
    "services.payroll.exports.refunds.paid_in": lambda tx, month: {},
    "services.payroll.owed.ENFORCED": frozenset(AccidentState),
    "services.payroll.run.served_already": lambda tx, month: set(),
}


@pytest.mark.parametrize("part", BROKEN)
def test_the_walks_see_a_payroll_of_which_one_part_is_broken(
    carrier: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(part, BROKEN[part])
    with pytest.raises(Exception):  # noqa: B017, PT011 - whichever assertion or guard sees it
        walk(carrier, tmp_path, 40, fixed=True)
