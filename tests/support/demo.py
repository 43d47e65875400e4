"""A seeded demo company for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select

from services.demo import company
from services.runtime import Runtime
from services.transaction import WORKER, Tx


class Demo:
    """A seeded database and the keys that came with it."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.keys = company.seed(runtime)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        with self.runtime.read(WORKER) as tx:
            yield tx


def count(tx: Tx, *where: Any) -> int:
    """Count the rows of the table the conditions are about."""
    return tx.session.scalar(select(func.count()).where(*where)) or 0
