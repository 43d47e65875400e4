"""What a month took too much is given back: the debt is owed again, the next batch pays."""

from __future__ import annotations

import pytest

from services import debts
from services.policy.findings import RuleBrokenError
from services.transaction import WORKER, Tx
from tests.support.payroll import balances, employ, export, give_back, owing, pay, penalty_of, taken
from tests.support.world import World

MARCH, APRIL = "2026-03", "2026-04"


def refused(world: World, *asked: str) -> list[str]:
    with pytest.raises(RuleBrokenError) as raised:
        give_back(world, *asked)
    return [finding.code for finding in raised.value.findings]


def test_a_wage_recorded_too_high_is_put_right_by_a_refund(world: World) -> None:
    debt = owing(world, "D1", 800_000)
    pay(world, MARCH, D1="8000.00")
    assert give_back(world, "D1", MARCH, "400.00") == {"staff_no": "D1", "month": MARCH, "amount": "400.00"}
    standing = {f"debt:{debt}": 680_000, "recovered_loss": -800_000, "refund:D1": -40_000, "wages:D1": 160_000}
    assert balances(world) == standing
    assert taken(world, "D1") == {MARCH: 160_000}
    made, _ = export(world, MARCH)
    assert (made.total_fen, made.refunds_fen) == (160_000, 40_000)
    assert balances(world) == {f"debt:{debt}": 680_000, "recovered_loss": -800_000, "wages:D1": 120_000}


def test_the_debt_that_was_paid_last_is_owed_again_first(world: World) -> None:
    first, second = owing(world, "D1", 30_000), owing(world, "D1", 200_000)
    pay(world, MARCH, D1="6000.00")
    give_back(world, "D1", MARCH, "1000.00")
    assert (balances(world)[f"debt:{first}"], balances(world)[f"debt:{second}"]) == (10_000, 200_000)
    pay(world, APRIL, D1="6000.00")
    assert f"debt:{first}" not in balances(world)


def test_it_is_given_back_once_and_never_more_than_was_taken(world: World) -> None:
    owing(world, "D1", 800_000)
    pay(world, MARCH, D1="6000.00")
    assert refused(world, "D1", MARCH, "1200.01") == ["REFUND_OVER_DEDUCTION"]
    give_back(world, "D1", MARCH, "1200.00")
    assert refused(world, "D1", MARCH, "0.01") == ["DEDUCTION_GIVEN_BACK"]
    assert balances(world)["refund:D1"] == -120_000


def test_without_a_deduction_nothing_is_given_back(lite_world: World) -> None:
    employ(lite_world, "D1")
    assert refused(lite_world, "D1", MARCH, "1.00") == ["DEDUCTION_ABSENT"]
    assert refused(lite_world, "D77", MARCH, "1.00") == ["EMPLOYEE_UNKNOWN"]


def test_a_debt_that_fell_away_was_refunded_with_it(world: World) -> None:
    number = owing(world, "D1", 800_000)
    pay(world, MARCH, D1="6000.00")

    def fallen(tx: Tx) -> int:
        debts.reverse_debt(tx, penalty_of(tx, number), "复核结论")
        return debts.refund_excess(tx, penalty_of(tx, number))

    assert world.runtime.write(WORKER, fallen) == 120_000
    assert refused(world, "D1", MARCH, "1.00") == ["REFUND_DEBT_SETTLED"]
    assert balances(world)["refund:D1"] == -120_000


def test_a_debt_decided_anew_after_a_refund_counts_what_was_kept(world: World) -> None:
    old = owing(world, "D1", 800_000)
    pay(world, MARCH, D1="6000.00")
    give_back(world, "D1", MARCH, "200.00")
    new = owing(world, "D1", 50_000)

    def settled(tx: Tx) -> tuple[int, int]:
        debts.reverse_debt(tx, penalty_of(tx, old), "复核结论")
        moved = debts.carry_over(tx, penalty_of(tx, old), penalty_of(tx, new))
        return moved, debts.refund_excess(tx, penalty_of(tx, old))

    assert world.runtime.write(WORKER, settled) == (50_000, 50_000)
    assert balances(world)["refund:D1"] == -70_000
