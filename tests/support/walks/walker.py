"""Somebody who makes calls and watches what each of them does to the database as a whole."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import note
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.accidents import Accident
from models.vocabulary import AccidentState, Role
from services.transaction import WORKER
from tests.support.journey import send
from tests.support.walks.calls import Call, Case, Dice, Make
from tests.support.world import World
from workers import inline
from workers.run import Outcome

REFUSED = frozenset({403, 404, 409, 412, 422})
CONFLICT = 409
DONE = frozenset({200, 201})


class Walker:
    """One carrier, and a second look at its file: SQLite tells whether anything at all was committed."""

    def __init__(self, world: World, file: Path) -> None:
        self.world = world
        self.told: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._watch = sqlite3.connect(file)

    def close(self) -> None:
        """Let go of the file."""
        self._watch.close()
        self.world.runtime.database.engine.dispose()

    def cases(self) -> list[str]:
        """Give the numbers of the accidents, reported first at the head."""
        with self.world.runtime.read(WORKER) as tx:
            return list(tx.session.scalars(select(Accident.number).order_by(Accident.id)))

    def state(self, number: str) -> AccidentState:
        """Give the state of a case."""
        with self.world.runtime.read(WORKER) as tx:
            return tx.session.scalars(select(Accident.state).where(Accident.number == number)).one()

    def make(self, name: str, make: Make, number: str, dice: Dice, role: Role | None = None) -> TestResponse:
        """Make a call, in a usual role unless another is named."""
        call = make(Case(self.world, number), dice)
        return self.send(name, call, role or dice.one(call.roles))

    def send(self, name: str, call: Call, role: Role) -> TestResponse:
        """Send a call: it is done, or refused in words and nothing at all is written."""
        before = self._written()
        answer = send(
            self.world, role, call.method, call.path, None if call.method == "GET" else call.body, call.headers
        )
        said = (name, role.value, call.path, call.body, answer.status_code, answer.text)
        note(" ".join(map(str, said[:5])))
        assert answer.status_code in DONE | REFUSED, said
        if answer.status_code in REFUSED or call.method == "GET":
            assert self._written() == before, said
        self.told[f"{name} {answer.status_code}"] += 1
        if answer.status_code == CONFLICT:
            self.refused.update(f"{name}: {finding['code']}" for finding in answer.json["findings"])
        return answer

    def pass_time(self, hours: int) -> None:
        """Let time go by, then the background work, of which nothing may fail."""
        self.world.clock.advance(hours=hours)
        outcomes = inline.tick(self.world.runtime)
        assert not outcomes[Outcome.FAILED], outcomes

    def _written(self) -> Any:
        return self._watch.execute("PRAGMA data_version").fetchone()
