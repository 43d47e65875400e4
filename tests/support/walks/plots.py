"""Short stories that walks by chance seldom find: a few calls one after another, any of which may be refused."""

from __future__ import annotations

from models.vocabulary import PenaltyState
from tests.support.walks import case_calls as c
from tests.support.walks import money_calls as m
from tests.support.walks.calls import Case, Dice
from tests.support.walks.walker import Walker


def false_alarm(walker: Walker, number: str, dice: Dice) -> None:
    """Ask that a case be voided, and decide on it."""
    walker.make("void", c.void, number, dice)
    walker.make("void_decision", c.void_decision, number, dice)


def insurer_pays_late(walker: Walker, number: str, dice: Dice) -> None:
    """Let money come back: an enforced case is taken up again by it, so what was deducted may have been too much."""
    walker.make("recovery", m.recovery, number, dice)


def objection(walker: Walker, number: str, dice: Dice) -> None:
    """Hand over every decision, let one person appeal, and now and then decide on it at once."""
    for _ in Case(walker.world, number).penalties(PenaltyState.APPROVED):
        walker.make("service", m.service, number, dice)
    walker.make("appeal", m.appeal, number, dice)
    if dice.one((True, False)):
        walker.make("appeal_decision", m.appeal_decision, number, dice)
