"""The ledger and the debts in it: posted once, balanced, taken back by the opposite; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.payroll import LedgerAccount, LedgerJournal, LedgerLine
from models.penalties import Penalty
from models.vocabulary import JournalKind, LedgerAccountKind
from services import debts, ledger
from services.errors import ConflictError
from services.ledger import Posting
from services.transaction import WORKER, Tx
from tests.support import payroll
from tests.support.accidents import an_employee
from tests.support.payroll import balances, owing, penalty_of
from tests.support.world import World

K, J = LedgerAccountKind, JournalKind


def journals(world: World) -> dict[str, int]:
    """Give every journal's lines added up, by its source key."""
    with world.runtime.read(WORKER) as tx:
        rows = tx.session.execute(
            select(LedgerJournal.source_key, LedgerLine.amount_fen).join(
                LedgerLine, LedgerLine.journal_id == LedgerJournal.id
            )
        ).all()
    return {key: sum(fen for named, fen in rows if named == key) for key, _ in rows}


def a_transfer(tx: Tx, key: str, *, credit: int = -500) -> Posting:
    """Give a movement of 5.00 between two accounts of D1."""
    employee = an_employee(tx, "D1")
    one, other = (ledger.account(tx, kind, employee.id) for kind in (K.REFUND, K.RECEIVABLE))
    return Posting(key, J.TRANSFER, employee.id, ((one, 500), (other, credit)), "test")


def test_a_debt_stands_on_its_own_account_and_the_company_gets_as_much(world: World) -> None:
    number = owing(world, "D1", 800_000)
    assert balances(world) == {f"debt:{number}": 800_000, "recovered_loss": -800_000}
    with world.runtime.begin(WORKER) as tx:
        penalty = penalty_of(tx, number)
        account = ledger.account(tx, K.DEBT, penalty.employee_id, penalty.id)
        assert ledger.balance(tx, account) == 800_000
        assert debts.outstanding(tx, penalty.employee_id) == [(penalty.id, 800_000)]


def test_the_same_cause_is_posted_once_and_gives_the_same_journal(world: World) -> None:
    number = owing(world, "D1", 800_000)
    with world.runtime.begin(WORKER) as tx:
        first = debts.open_debt(tx, penalty_of(tx, number))
        assert debts.open_debt(tx, penalty_of(tx, number)) == first
    assert list(journals(world).values()) == [0]
    assert balances(world)[f"debt:{number}"] == 800_000


def test_an_account_is_made_once_and_the_loss_recovered_is_the_companys(world: World) -> None:
    with world.runtime.begin(WORKER) as tx:
        one, other = (an_employee(tx, number).id for number in ("D1", "D2"))
        assert (
            ledger.account(tx, K.WAGES, one) == ledger.account(tx, K.WAGES, one) != ledger.account(tx, K.WAGES, other)
        )
        assert ledger.account(tx, K.RECOVERED_LOSS, one) == ledger.account(tx, K.RECOVERED_LOSS, other)
        codes = tx.session.execute(select(LedgerAccount.code, LedgerAccount.employee_id)).all()
    assert sorted(map(tuple, codes)) == [("recovered_loss", None), ("wages:D1", one), ("wages:D2", other)]


def test_accounts_of_many_people_are_found_or_made_together(world: World) -> None:
    with world.runtime.begin(WORKER) as tx:
        one, other = (an_employee(tx, number).id for number in ("D1", "D2"))
        first = ledger.account(tx, K.WAGES, one)
        made = ledger.accounts(tx, K.WAGES, {one, other})
        assert made == {one: first, other: ledger.account(tx, K.WAGES, other)}
        assert ledger.accounts(tx, K.WAGES, set()) == {}


def test_an_unbalanced_movement_is_refused_and_leaves_nothing(world: World) -> None:
    def unbalanced(tx: Tx) -> None:
        ledger.post(tx, a_transfer(tx, "test:1", credit=-499))

    with pytest.raises(ConflictError) as refused:
        world.runtime.write(WORKER, unbalanced)
    assert refused.value.code == "LEDGER_UNBALANCED"
    assert journals(world) == {}


def test_a_movement_that_is_not_sealed_does_not_survive_its_unit_of_work(world: World) -> None:
    with pytest.raises(ConflictError), world.runtime.begin(WORKER) as tx:
        ledger.enter(tx, [a_transfer(tx, "test:1")])
    assert journals(world) == {}


def test_a_cause_entered_before_is_refused(world: World) -> None:
    def twice(tx: Tx) -> None:
        ledger.post(tx, a_transfer(tx, "test:1"))
        ledger.enter(tx, [a_transfer(tx, "test:1")])

    with pytest.raises(ConflictError) as refused:
        world.runtime.write(WORKER, twice)
    assert refused.value.code == "LEDGER_POSTED_BEFORE"


def test_nothing_owed_opens_nothing_and_is_taken_back_as_nothing(world: World) -> None:
    number = owing(world, "D1", 0)
    with world.runtime.begin(WORKER) as tx:
        assert debts.open_debt(tx, penalty_of(tx, number)) is None
        assert debts.reverse_debt(tx, penalty_of(tx, number), "复核") is None
    assert journals(world) == {}


def test_a_debt_is_taken_back_once_by_its_exact_opposite(world: World) -> None:
    number = owing(world, "D1", 800_000)
    with world.runtime.begin(WORKER) as tx:
        first = debts.reverse_debt(tx, penalty_of(tx, number), "复核结论")
        assert debts.reverse_debt(tx, penalty_of(tx, number), "复核结论") == first
        assert debts.outstanding(tx, penalty_of(tx, number).employee_id) == []
        assert debts.refund_excess(tx, penalty_of(tx, number)) == 0
    assert balances(world) == {}
    assert set(journals(world).values()) == {0}


def test_debts_are_listed_by_approval_then_by_number(world: World) -> None:
    late, early = owing(world, "D1", 100), owing(world, "D1", 200, approved_at=world.clock.now().replace(year=2025))
    same = owing(world, "D1", 300)
    with world.runtime.begin(WORKER) as tx:
        listed = debts.outstanding(tx, an_employee(tx, "D1").id)
        numbers = [tx.session.get_one(Penalty, penalty_id).number for penalty_id, _ in listed]
    assert numbers == [early, late, same]
    assert [owed for _, owed in listed] == [200, 100, 300]


def test_money_of_one_person_never_pays_the_debt_of_another(world: World) -> None:
    mine, others = owing(world, "D1", 100), owing(world, "D2", 100)
    with pytest.raises(ValueError, match="one person"), world.runtime.begin(WORKER) as tx:
        debts.carry_over(tx, penalty_of(tx, mine), penalty_of(tx, others))


def test_nothing_is_carried_over_before_the_debt_was_taken_back(world: World) -> None:
    old, new = owing(world, "D1", 100), owing(world, "D1", 100)
    with world.runtime.begin(WORKER) as tx:
        assert debts.carry_over(tx, penalty_of(tx, old), penalty_of(tx, new)) == 0
        assert debts.refund_excess(tx, penalty_of(tx, old)) == 0
    assert len(journals(world)) == 2


@pytest.mark.postgres
def test_two_who_post_the_same_cause_at_once_post_it_once(world: World) -> None:
    number = owing(world, "D1", 0)
    results = payroll.at_once(world, lambda tx: ledger.post(tx, a_transfer(tx, "race:1")), tries=4)
    assert len({*results}) == 1
    assert list(journals(world).values()) == [0], number
