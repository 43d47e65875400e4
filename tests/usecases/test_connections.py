"""PostgreSQL's connections: one that broke while it rested is replaced unseen, and a read leaves none half-begun."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import func, select

from models.parties import Party
from models.vocabulary import PartyKind
from services import database
from services.clock import StoppedClock
from services.errors import BusyError
from services.runtime import Runtime
from services.transaction import WORKER, Tx
from tests.support import databases
from tests.support.waiting import PATIENCE_S
from tests.support.world import new_runtime

pytestmark = pytest.mark.postgres


@pytest.fixture
def served(postgres_template: str, clock: StoppedClock) -> Iterator[Runtime]:
    """A runtime on a fresh PostgreSQL database that has answered once."""
    with databases.copy_postgres(postgres_template) as url:
        made = new_runtime(url, clock)
        _count(made)
        yield made
        made.database.engine.dispose()


def test_a_connection_that_broke_while_it_rested_is_replaced_unseen(
    served: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "RESTED_S", 0.0)
    _end_every_connection(served)
    assert _count(served) == 0


def test_one_that_broke_a_moment_ago_costs_a_read_one_busy_answer(
    served: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "RESTED_S", PATIENCE_S)
    _end_every_connection(served)
    with pytest.raises(BusyError):
        _count(served)
    assert _count(served) == 0


def test_after_one_broke_no_other_is_trusted_unasked(served: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "RESTED_S", PATIENCE_S)
    with served.read(WORKER) as one, served.read(WORKER) as other:
        assert one.connection.scalar(select(1)) == other.connection.scalar(select(1)) == 1
    _end_every_connection(served)
    with pytest.raises(BusyError):
        _count(served)
    assert [_count(served) for _ in range(3)] == [0, 0, 0]


def test_a_write_is_done_all_the_same_and_once(served: Runtime) -> None:
    _end_every_connection(served)
    served.write(WORKER, _add)
    assert _count(served) == 1


def test_a_read_begins_nothing_and_the_next_write_is_one_transaction(served: Runtime) -> None:
    with served.read(WORKER) as tx:
        driver = tx.connection.connection.dbapi_connection
        assert tx.session.scalar(select(func.count()).select_from(Party)) == 0
        assert driver.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
    with pytest.raises(ZeroDivisionError), served.begin(WORKER) as tx:  # noqa: PT012 - what is done before it fails
        assert tx.connection.connection.dbapi_connection is driver
        _add(tx)
        tx.session.flush()
        raise ZeroDivisionError
    assert _count(served) == 0


def test_a_read_that_fails_leaves_its_connection_fit_for_a_transaction(served: Runtime) -> None:
    with pytest.raises(ZeroDivisionError), served.read(WORKER) as tx:  # noqa: PT012 - as above
        driver = tx.connection.connection.dbapi_connection
        raise ZeroDivisionError
    assert driver.autocommit is False


def _count(runtime: Runtime) -> int:
    with runtime.read(WORKER) as tx:
        return tx.session.scalar(select(func.count()).select_from(Party)) or 0


def _add(tx: Tx) -> None:
    tx.session.add(Party(code="SH-9", name="某发货人", kind=PartyKind.SHIPPER, created_at=tx.now))


def _end_every_connection(runtime: Runtime) -> None:
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    mine = " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(runtime.settings.database_url) as connection:
        connection.execute(others + mine)
