"""What stands in a person's deduction statement 扣款明细: the payroll's own statement, in words, and his bonuses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.accidents import Accident
from models.penalties import BonusForfeiture, ForfeitureGround
from models.people import Employee
from services.documents.wording import amount, day, day_of, month_words
from services.payroll.statements import statement
from services.transaction import Tx


def statement_facts(tx: Tx, staff_no: str) -> tuple[int, dict[str, Any]]:
    """Give the id of a person and everything that was laid on his wages; NotFoundError for who may not read it."""
    told = statement(tx, staff_no)
    person = tx.session.scalars(select(Employee).where(Employee.staff_no == staff_no)).one()
    return person.id, {
        "person": {
            "name": person.name, "staff_no": person.staff_no, "department": person.department, "post": person.post,
            "clause": person.deduction_clause, "left": day(person.left_on),
        },
        "debts": [_debt(one) for one in told["debts"]],
        "owed": amount(told["owed"]),
        "months": [_month(one) for one in told["deductions"]],
        "refunds": [{**_entry(one), "paid": one["paid"]} for one in told["refunds"]],
        "refund_owed": amount(told["refund_owed"]),
        "receivable": amount(told["receivable"]),
        "bonuses": _bonuses(tx, person.id),
        "wage_share": tx.ruleset.payroll.wage_share_percent,
    }  # fmt: skip


def _debt(debt: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "penalty": debt["penalty"],
        "accident": debt["accident"],
        "kind": debt["kind"].zh,
        "approved": day_of(debt["approved_at"]),
        "amount": amount(debt["amount"]),
        "owed": amount(debt["owed"]),
        "suspended": debt["suspended"],
        "entries": [_entry(one) for one in debt["entries"]],
    }


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": entry["kind"].zh,
        "memo": entry["memo"],
        "on": day_of(entry["at"]),
        "amount": amount(entry["amount"]),
    }


def _month(deduction: Mapping[str, Any]) -> dict[str, Any]:
    amounts = {name: amount(deduction[name]) for name in ("gross_wage", "minimum_wage", "owed", "taken")}
    parts = [{"penalty": part["penalty"], "amount": amount(part["taken"])} for part in deduction["parts"]]
    return {"month": month_words(deduction["month"]), **amounts, "parts": parts}


def _bonuses(tx: Tx, employee_id: int) -> list[dict[str, Any]]:
    grounds = (
        select(BonusForfeiture.id, Accident.number)
        .join(ForfeitureGround, ForfeitureGround.forfeiture_id == BonusForfeiture.id)
        .join(Accident, Accident.id == ForfeitureGround.accident_id)
        .where(BonusForfeiture.employee_id == employee_id, ForfeitureGround.withdrawn_at.is_(None))
        .order_by(ForfeitureGround.id)
    )
    named: dict[int, list[str]] = defaultdict(list)
    for forfeiture_id, number in tx.session.execute(grounds):
        named[forfeiture_id].append(number)
    query = select(BonusForfeiture).where(BonusForfeiture.employee_id == employee_id).order_by(BonusForfeiture.year)
    return [
        {"year": row.year, "state": row.state.zh, "accidents": "、".join(named[row.id]) or None}
        for row in tx.session.scalars(query)
    ]
