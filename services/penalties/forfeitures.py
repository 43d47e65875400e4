"""The safety bonus in the books: lost once per person and year, on as many grounds as accidents (R-P-03, E13)."""

from __future__ import annotations

from sqlalchemy import select

from models.accidents import Accident
from models.penalties import BonusForfeiture, ForfeitureGround, Penalty
from models.people import Employee
from models.vocabulary import ForfeitureState, TaskKind
from services import tasks
from services.penalties.figures import rules_of
from services.policy.fen import yuan
from services.policy.localtime import local_date
from services.policy.penalties.forfeiture import state_of
from services.transaction import Subject, Tx


def forfeit(tx: Tx, penalty: Penalty) -> None:
    """Let a bonus penalty that took effect be a ground for losing its year's bonus.

    The bonus is lost by the first ground; the same accident again, after a new proposal, is the same ground. Where it
    may have been paid out already, finance is asked to look: nothing is clawed back by itself (domain finding 4).
    """
    forfeiture = _of(tx, penalty)
    put = tx.upsert(ForfeitureGround).values(
        forfeiture_id=forfeiture.id, accident_id=penalty.accident_id, penalty_id=penalty.id, added_at=tx.now
    )
    again = {"penalty_id": penalty.id, "withdrawn_at": None}
    tx.session.execute(put.on_conflict_do_update(index_elements=["forfeiture_id", "accident_id"], set_=again))
    facts = {"year": forfeiture.year, "penalty": penalty.number}
    tx.journal("forfeiture.ground_added", Subject("forfeiture", forfeiture.id), facts)
    paid_out = _take_back_reinstatement(tx, forfeiture, penalty)
    if paid_out or forfeiture.year < local_date(tx.now).year:
        key = f"check-bonus-{forfeiture.id}-{penalty.id}"
        tasks.raise_task(tx, TaskKind.CHECK_BONUS, key, tx.now, facts=_told(tx, forfeiture, penalty))


def withdraw(tx: Tx, penalty: Penalty) -> None:
    """Withdraw the ground that a reversed bonus penalty was; with the last one gone, finance pays the bonus (E13)."""
    query = select(BonusForfeiture).join(ForfeitureGround, ForfeitureGround.forfeiture_id == BonusForfeiture.id)
    query = query.where(ForfeitureGround.penalty_id == penalty.id, ForfeitureGround.withdrawn_at.is_(None))
    forfeiture = tx.session.scalar(query.with_for_update())
    if forfeiture is None:
        return
    grounds = list(tx.session.scalars(select(ForfeitureGround).where(ForfeitureGround.forfeiture_id == forfeiture.id)))
    for ground in grounds:
        if ground.penalty_id == penalty.id:
            ground.withdrawn_at = tx.now
    facts = {"year": forfeiture.year, "penalty": penalty.number}
    tx.journal("forfeiture.ground_withdrawn", Subject("forfeiture", forfeiture.id), facts)
    forfeiture.state = state_of(ground.withdrawn_at is None for ground in grounds)
    if forfeiture.state is ForfeitureState.REINSTATED:
        _reinstate(tx, forfeiture, penalty)
    tx.session.flush()


def _of(tx: Tx, penalty: Penalty) -> BonusForfeiture:
    """Give the one forfeiture of the person and year, locked, made at the first ground."""
    assert penalty.bonus_year is not None  # noqa: S101 - every bonus penalty has its year
    put = tx.upsert(BonusForfeiture).values(
        employee_id=penalty.employee_id,
        year=penalty.bonus_year,
        state=ForfeitureState.FORFEITED,
        decided_at=tx.now,
    )
    tx.session.execute(put.on_conflict_do_nothing(index_elements=["employee_id", "year"]))
    query = select(BonusForfeiture).where(
        BonusForfeiture.employee_id == penalty.employee_id, BonusForfeiture.year == penalty.bonus_year
    )
    return tx.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def _reinstate(tx: Tx, forfeiture: BonusForfeiture, penalty: Penalty) -> None:
    forfeiture.reinstated_at = tx.now
    tx.journal("forfeiture.reinstated", Subject("forfeiture", forfeiture.id), {"year": forfeiture.year})
    tasks.raise_task(tx, TaskKind.PAY_BONUS, _pay_key(forfeiture), tx.now, facts=_told(tx, forfeiture, penalty))


def _take_back_reinstatement(tx: Tx, forfeiture: BonusForfeiture, penalty: Penalty) -> bool:
    """Lose a reinstated bonus again; tells whether finance may have paid it meanwhile."""
    if forfeiture.state is not ForfeitureState.REINSTATED:
        return False
    still_owed = tasks.complete_by_key(tx, _pay_key(forfeiture), penalty.number)
    forfeiture.state, forfeiture.reinstated_at = ForfeitureState.FORFEITED, None
    tx.session.flush()
    return not still_owed


def _pay_key(forfeiture: BonusForfeiture) -> str:
    return f"pay-bonus-{forfeiture.id}-{forfeiture.reinstated_at:%Y%m%dT%H%M%S%f}"


def _told(tx: Tx, forfeiture: BonusForfeiture, penalty: Penalty) -> dict[str, object]:
    employee = tx.session.get_one(Employee, forfeiture.employee_id)
    rules = rules_of(tx, tx.session.get_one(Accident, penalty.accident_id))
    return {
        "employee": employee.staff_no,
        "name": employee.name,
        "year": forfeiture.year,
        "penalty": penalty.number,
        "amount": yuan(rules.safety_bonus_fen),
    }
