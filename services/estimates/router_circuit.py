"""The circuit breaker of a router as one row, so that every worker sees the same (``services/policy/breaker.py``)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from models.roads import RouterState
from services.policy import breaker
from services.policy.breaker import Circuit
from services.transaction import Tx


def wait_until(tx: Tx, provider: str) -> datetime | None:
    """Say until when a router is left alone; None when it may be asked, after a pause by this caller alone."""
    found = tx.session.execute(
        select(RouterState.failures, RouterState.open_until).where(RouterState.provider == provider)
    ).first()
    if found is None:
        return None
    circuit = Circuit(*found)
    if circuit.is_open(tx.now):
        return circuit.open_until
    trying = breaker.tries_alone(circuit, tx.now)
    if trying is None or _won(tx, provider, circuit, trying):
        return None
    return trying.open_until


def failed(tx: Tx, provider: str, detail: str) -> Circuit:
    """Count a failure, two at once as two, and give the circuit after it."""
    first = {"provider": provider, "failures": 0, "open_until": None, "detail": "", "changed_at": tx.now}
    put = tx.upsert(RouterState).values(**first).on_conflict_do_nothing(index_elements=["provider"])
    tx.session.execute(put)
    row = tx.session.get_one(RouterState, provider, with_for_update=True, populate_existing=True)
    circuit = breaker.failed(Circuit(row.failures, row.open_until), tx.now, tx.ruleset.estimate)
    row.failures, row.open_until = circuit.failures, circuit.open_until
    row.detail, row.changed_at = detail[:500], tx.now
    return circuit


def answered(tx: Tx, provider: str) -> None:
    """Close the circuit; a router that has been answering all along costs no writing."""
    row = RouterState
    tx.session.execute(
        update(row)
        .where(row.provider == provider, row.failures > 0)
        .values(failures=0, open_until=None, detail="", changed_at=tx.now)
    )


def _won(tx: Tx, provider: str, circuit: Circuit, trying: Circuit) -> bool:
    """Take the one try after a pause; of several workers at once only one finds the row as it was."""
    row = RouterState
    taken = tx.session.execute(
        update(row)
        .where(row.provider == provider, row.open_until == circuit.open_until)
        .values(open_until=trying.open_until, changed_at=tx.now)
        .returning(row.provider)
    )
    return taken.first() is not None
