"""What every call of the accident workflow is made of, for walks that make them in any order.

A call is made of the case and of dice: what is thrown follows from one number, so that a walk can be walked again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from models.accidents import Accident
from models.penalties import Penalty
from models.responsibility import InvolvedPerson
from models.vocabulary import PenaltyState, Role
from services.clock import local
from services.transaction import WORKER
from tests.support.world import World

T = TypeVar("T")
PEOPLE = ("D1", "D2", "M1")
NOWHERE = 99_999


@dataclass(frozen=True, slots=True)
class Call:
    """One request; ``roles`` are who usually makes it."""

    method: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    roles: tuple[Role, ...] = (Role.SAFETY,)
    headers: dict[str, str] = field(default_factory=dict)


class Dice:
    """Choices that all follow from one number."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(number)  # noqa: S311 - a test's choice is no secret

    def one(self, options: Sequence[T]) -> T:
        """Give any of the options."""
        return self._random.choice(options)

    def rarely(self) -> bool:
        """Say yes once in eight."""
        return self._random.random() < 1 / 8

    def mostly(self, usual: T, *others: T) -> T:
        """Give the usual thing, and now and then another."""
        return self.one(others) if self.rarely() else usual


@dataclass(frozen=True, slots=True)
class Case:
    """The accident that a call is about."""

    world: World
    number: str

    @property
    def path(self) -> str:
        return f"/accidents/{self.number}"

    def ids(self, model: Any) -> list[int]:
        """Give the ids of the case's rows of a table, or one that is nowhere."""
        query = select(model.id).join(Accident, Accident.id == model.accident_id).where(Accident.number == self.number)
        with self.world.runtime.read(WORKER) as tx:
            return list(tx.session.scalars(query.order_by(model.id))) or [NOWHERE]

    def penalties(self, *states: PenaltyState) -> list[str]:
        """Give the numbers of the case's penalties, perhaps only those in some states."""
        query = select(Penalty.number).join(Accident, Accident.id == Penalty.accident_id)
        query = query.where(Accident.number == self.number, Penalty.state.in_(states or tuple(PenaltyState)))
        with self.world.runtime.read(WORKER) as tx:
            return list(tx.session.scalars(query.order_by(Penalty.id)))

    def answers(self) -> bool:
        """Tell whether somebody is named responsible."""
        query = select(InvolvedPerson.id).join(Accident, Accident.id == InvolvedPerson.accident_id)
        query = query.where(Accident.number == self.number, InvolvedPerson.responsible)
        with self.world.runtime.read(WORKER) as tx:
            return tx.session.scalar(query.limit(1)) is not None

    def version(self) -> int:
        """Give the version of the case."""
        with self.world.runtime.read(WORKER) as tx:
            return tx.session.scalars(select(Accident.version).where(Accident.number == self.number)).one()

    def day(self, days: int = 0) -> str:
        """Give a local day, so many days from today."""
        return (local(self.world.clock.now()).date() + timedelta(days=days)).isoformat()

    def at(self, **ago: int) -> str:
        """Give an instant so long ago."""
        return (self.world.clock.now() - timedelta(**ago)).isoformat()


Make = Callable[[Case, Dice], Call]
