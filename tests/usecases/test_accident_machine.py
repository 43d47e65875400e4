"""The accident workflow under any order of calls by anybody, over HTTP (P8, domain 4).

``make test`` takes a few short walks; ``make machines`` is the long campaign.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from models.accidents import Accident
from models.drivers import Driver
from models.payroll import LedgerAccount, LedgerJournal, LedgerLine
from models.penalties import Penalty
from models.trips import Trip
from models.vocabulary import AccidentState, DriverStatus, JournalKind, LedgerAccountKind, Role
from services.clock import StoppedClock, local
from services.journal import verify
from services.policy.findings import Finding
from services.transaction import WORKER
from tests.support import crashes, databases, journey
from tests.support.accidents import an_employee
from tests.support.responsibility import employee_of_user
from tests.support.walks import laws, plots, progress
from tests.support.walks.calls import Call, Dice
from tests.support.walks.case_calls import RESPONSIBILITY, SCENE, report
from tests.support.walks.history import History
from tests.support.walks.money_calls import DECISION, ENDING, MONEY, sheet
from tests.support.walks.walker import Walker
from tests.support.world import START, World, new_runtime

CAMPAIGN = os.environ.get("LADING_CAMPAIGN") == "1"
RUNS = int(os.environ.get("LADING_MACHINE_RUNS") or (220 if CAMPAIGN else 10))
STEPS = 30
CREWS = [("D1", "D2"), ("D3", "D4"), ("D1", "D3"), ("D2", "D4")]
# after ten walks hypothesis mostly varies those it has seen
AT_ONCE = 10
ENFORCED = frozenset({AccidentState.ENFORCING, AccidentState.CLOSABLE, AccidentState.CLOSED})
HANDED_OVER = frozenset({AccidentState.HANDLING_APPROVED, AccidentState.SERVED})
MOST_CASES = 3
CALLS = {**SCENE, **RESPONSIBILITY, **MONEY, **DECISION, **ENDING}
CHANCE = st.integers(0, 999_999)
# mostly somebody who usually makes that call
ROLE = st.one_of(st.none(), st.none(), st.none(), st.sampled_from(sorted(Role)))
WAGES_OF_THREE = st.tuples(*[st.sampled_from(("6000.00", "2200.01", "2749.99", "0.00", "9000.00"))] * 3)


class Totals:
    """What all walks together have seen."""

    def __init__(self) -> None:
        self.walks = self.steps = self.entries = 0
        self.reached: Counter[AccidentState] = Counter()
        self.posted: Counter[JournalKind] = Counter()
        self.told: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()


class Workflow(RuleBasedStateMachine):
    """Everybody who has a hand in an accident, and time, in any order."""

    def __init__(self, walker: Walker, totals: Totals) -> None:
        super().__init__()
        self.walker, self.world, self.totals = walker, walker.world, totals
        self.history = History()
        self.seed = self.thrown = 0

    def teardown(self) -> None:
        with self.world.runtime.read(WORKER) as tx:
            assert verify(tx).breaks == ()
            self.totals.posted.update(tx.session.scalars(select(LedgerJournal.kind)))
        self.walker.close()
        self.totals.walks += 1
        self.totals.entries += self.history.entries
        self.totals.reached.update(self.history.reached.keys())
        self.totals.told.update(self.walker.told)
        self.totals.refused.update(self.walker.refused)

    @initialize(chance=CHANCE, steps=st.integers(0, 14))
    def crash(self, chance: int, steps: int) -> None:
        self.seed = chance
        self.walker.make("report", report, "", self._dice(chance))
        for _ in range(steps):
            self._go_on(self._dice(chance))

    @rule(chance=CHANCE)
    def go_on(self, chance: int) -> None:
        self._go_on(self._dice(chance))

    @rule(chance=CHANCE, steps=st.integers(2, 4))
    def go_far(self, chance: int, steps: int) -> None:
        for _ in range(steps):
            self._go_on(self._dice(chance), first=True)

    @rule(chance=CHANCE, role=ROLE)
    def call(self, chance: int, role: Role | None) -> None:
        dice, cases = self._dice(chance), self.walker.cases()
        name = dice.one([name for name in CALLS if name != "report" or len(cases) < MOST_CASES])
        self.walker.make(name, CALLS[name], dice.one(cases), dice, role)

    @rule(chance=CHANCE)
    def call_and_go_on(self, chance: int) -> None:
        self.call(chance, None)
        self._go_on(self._dice(chance), first=True)
        for number in self.walker.cases():
            self.walker.make("sheet", sheet, number, self._dice(chance))

    @rule(chance=CHANCE)
    def false_alarm(self, chance: int) -> None:
        dice = self._dice(chance)
        if len(self.walker.cases()) < MOST_CASES:
            self.walker.make("report", report, "", dice)
        plots.false_alarm(self.walker, self.walker.cases()[-1], dice)

    @rule(chance=CHANCE)
    def object(self, chance: int) -> None:
        self.go_far(chance, 3)
        first = self.walker.cases()[0]
        if self.walker.state(first) in HANDED_OVER:
            plots.objection(self.walker, first, self._dice(chance))

    @rule(chance=CHANCE, wages=WAGES_OF_THREE)
    def pay_too_much(self, chance: int, wages: tuple[str, ...]) -> None:
        self.go_far(chance, 4)
        first = self.walker.cases()[0]
        if self.walker.state(first) in ENFORCED:
            self.pay(wages, export=False)
            plots.insurer_pays_late(self.walker, first, self._dice(chance))
            self.go_far(chance, 4)
            self.pay(wages, export=True)

    @rule(hours=st.sampled_from([1, 5, 24, 72, 150]), drivers=st.sampled_from(CREWS))
    def wait_and_assign(self, hours: int, drivers: tuple[str, ...]) -> None:
        self.walker.pass_time(hours)
        with self.world.runtime.read(WORKER) as tx:
            trip = tx.session.scalars(select(Trip.number).order_by(Trip.id.desc())).first()
            off_post = select(Driver.staff_no).where(Driver.status == DriverStatus.STANDBY_PENDING)
            kept_off = set(tx.session.scalars(off_post))
        answer = journey.put_crew(self.world, str(trip), *drivers)
        assert answer.status_code in {200, 409}, answer.text
        assert answer.status_code == 409 or not kept_off & set(drivers)
        self.walker.told[f"assign {answer.status_code}"] += 1

    @rule(wages=WAGES_OF_THREE, export=st.booleans())
    def pay(self, wages: tuple[str, ...], export: bool) -> None:
        month = f"{local(self.world.clock.now()):%Y-%m}"
        rows = [{"staff_no": who, "gross_wage": wage} for who, wage in zip(("D1", "D2", "M1"), wages, strict=True)]
        self._finance("wages", Call("PUT", "/payroll/wages", {"month": month, "wages": rows}))
        before = self._last_journal()
        self._finance("run", Call("POST", "/payroll-runs", {"month": month}))
        self._only_enforced_cases_were_collected(before)
        if export:
            self._finance("export", Call("POST", "/payroll-exports", {"month": month, "form": "csv"}))
            self.walker.pass_time(24 * 20)
            for who in ("D1", "D2", "M1"):
                self._finance("sheet", Call("GET", f"/employees/{who}/statement"))

    @invariant()
    def the_laws_hold(self) -> None:
        self.totals.steps += 1
        with self.world.runtime.read(WORKER) as tx:
            self.history.read_on(tx)
            laws.hold(tx)

    def _dice(self, chance: int) -> Dice:
        """Throw anew, though the same chance is drawn often."""
        self.thrown += 1
        return Dice((self.seed * 1000 + self.thrown) * 1_000_000 + chance)

    def _go_on(self, dice: Dice, *, first: bool = False) -> None:
        cases = self.walker.cases()
        progress.step(self.walker, cases[0] if first else dice.one(cases), dice)

    def _finance(self, name: str, call: Call) -> None:
        self.walker.send(name, call, Role.FINANCE)

    def _last_journal(self) -> int:
        with self.world.runtime.read(WORKER) as tx:
            return tx.session.scalar(select(LedgerJournal.id).order_by(LedgerJournal.id.desc()).limit(1)) or 0

    def _only_enforced_cases_were_collected(self, before: int) -> None:
        query = select(Accident.state).join(Penalty, Penalty.accident_id == Accident.id)
        query = query.join(LedgerAccount, LedgerAccount.penalty_id == Penalty.id)
        query = query.join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        query = query.join(LedgerJournal, LedgerJournal.id == LedgerLine.journal_id)
        query = query.where(LedgerJournal.id > before, LedgerJournal.kind == JournalKind.DEDUCTION)
        with self.world.runtime.read(WORKER) as tx:
            assert set(tx.session.scalars(query.where(LedgerAccount.kind == LedgerAccountKind.DEBT))) <= ENFORCED


@pytest.fixture(scope="module")
def carrier(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A carrier with a sealed truck on the road and another trip without a crew; every walk copies its database."""
    url = databases.copy_sqlite(sqlite_template, tmp_path_factory.mktemp("carrier"))
    made = World(new_runtime(url, StoppedClock(START)))
    crashes.on_the_road(made)
    later = (made.clock.now() + timedelta(days=2)).isoformat()
    journey.plan(made, journey.book(made), vehicle=crashes.RELIEF, planned_departure_at=later)
    with made.runtime.begin(WORKER) as tx:
        an_employee(tx, "D1")
        an_employee(tx, "D2")
    employee_of_user(made, Role.MANAGER, "M1")
    journey.run_due(made)
    with made.runtime.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.runtime.database.engine.dispose()
    return made


def walk(carrier: World, folder: Path, runs: int, *, fixed: bool = False) -> Totals:
    """Walk in any order from a copy of the carrier, several times."""
    template = Path(carrier.runtime.settings.database_url.removeprefix("sqlite:///"))
    totals = Totals()

    def begun() -> Workflow:
        world: Any = object.__new__(World)
        world.clock = StoppedClock(carrier.clock.now())
        url = databases.copy_sqlite(template, folder)
        world.runtime = new_runtime(url, world.clock)
        world.keys, world.logins = dict(carrier.keys), dict(carrier.logins)
        return Workflow(Walker(world, Path(url.removeprefix("sqlite:///"))), totals)

    # a walk that fails is short enough to be read as it is: making it shorter takes minutes
    phases = [Phase.explicit, Phase.reuse, Phase.generate]
    walks = settings(
        max_examples=runs if fixed else AT_ONCE, stateful_step_count=STEPS, derandomize=fixed, phases=phases,
        deadline=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    for _ in range(0, 1 if fixed else runs, AT_ONCE):
        run_state_machine_as_test(begun, settings=walks)
    return totals


def test_no_order_of_calls_breaks_a_law(carrier: World, tmp_path: Path) -> None:
    totals = walk(carrier, tmp_path, RUNS)
    print(f"\n{totals.walks} walks, {totals.steps} steps, {sum(totals.told.values())} calls, {totals.entries} entries")
    print({state.value: totals.reached[state] for state in AccidentState})
    print({kind.value: totals.posted[kind] for kind in JournalKind})
    print(dict(sorted(totals.told.items())))
    print(dict(sorted(totals.refused.items())))
    assert totals.reached[AccidentState.ENFORCING]
    if CAMPAIGN:
        assert set(totals.reached) == set(AccidentState)
        assert set(totals.posted) == set(JournalKind) - {JournalKind.LEAVER}


def nothing_objects(*args: Any, **kwargs: Any) -> list[Finding]:
    return []


def no_time_to_object(served_at: datetime, days: int) -> datetime:
    return served_at


def a_trace_is_left(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    runtime = journey._application[0].extensions["lading"]
    runtime.write(WORKER, lambda tx: tx.next_number("XX"))
    return [{"code": one.code, "facts": dict(one.facts)} for one in findings]


ASKED_FOR_MOVES = (
    "accident_cases", "accidents.voiding", "penalties.proposing", "penalties.steps", "penalties.serving",
    "penalties.appeals", "penalties.insurance",
)  # fmt: skip
BROKEN: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "every move is lawful": (nothing_objects, [f"services.{one}.object_to_move" for one in ASKED_FOR_MOVES]),
    "anybody approves": (nothing_objects, ["services.penalties.approving._object_to_checker"]),
    "any case may be closed": (nothing_objects, ["services.responsibility.closable.objections"]),
    "nobody has time to appeal": (no_time_to_object, ["services.penalties.serving.appeal_until"]),
    "a refusal leaves a trace": (a_trace_is_left, ["app.errors.told"]),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_the_walks_see_a_workflow_of_which_one_part_is_broken(
    carrier: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    broken, parts = BROKEN[fault]
    for part in parts:
        monkeypatch.setattr(part, broken)
    with pytest.raises(AssertionError):
        walk(carrier, tmp_path, 40, fixed=True)
