"""Spells: something that positions show again and again for a time, with a beginning and an end.

A stray fix begins nothing and ends nothing: it takes two in a row, and as long as the rule asks for. Between the edge
that lets in and the wider one that lets out nothing changes, so that a truck on the edge does not come and go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

FIXES = 2


class Patience(NamedTuple):
    """How many seconds a spell must last to begin, and its absence to end; one that ``forgives`` survives a stray
    fix while it has not begun."""

    enter_s: float
    leave_s: float
    forgives: bool = False


class Sight(NamedTuple):
    """What one fix shows: where the spell's ``subject`` is seen (None: nowhere), and whether it is still ``near``.

    ``crossed`` gives for a subject when its edge was crossed between the fix before and this one.
    """

    at: datetime
    subject: str | None
    near: bool
    crossed: Callable[[str], datetime]


@dataclass(frozen=True, slots=True)
class Spell:
    """A spell that may be one: ``sure`` once it lasted long enough; ``left_at`` while it may have ended."""

    subject: str
    since: datetime
    fixes: int = 1
    sure: bool = False
    left_at: datetime | None = None
    away: int = 0


class Turn(NamedTuple):
    """A spell began at ``at``, or ``ended`` then."""

    subject: str
    at: datetime
    ended: bool


def step(spell: Spell | None, seen: Sight, patience: Patience) -> tuple[Spell | None, Turn | None]:
    """Take one fix, in order of time, into the spell; gives the spell after it and what began or ended by it."""
    if spell is None:
        return _entered(seen), None
    if seen.subject == spell.subject:
        return _stayed(spell, seen, patience)
    if seen.near:
        return spell, None
    return _away(spell, seen, patience)


def _entered(seen: Sight) -> Spell | None:
    return None if seen.subject is None else Spell(seen.subject, seen.crossed(seen.subject))


def _stayed(spell: Spell, seen: Sight, patience: Patience) -> tuple[Spell, Turn | None]:
    if spell.sure:
        return (spell if spell.left_at is None else replace(spell, left_at=None, away=0)), None
    sure = spell.fixes + 1 >= FIXES and (seen.at - spell.since).total_seconds() >= patience.enter_s
    after = replace(spell, fixes=spell.fixes + 1, sure=sure, left_at=None, away=0)
    return after, Turn(spell.subject, spell.since, ended=False) if sure else None


def _away(spell: Spell, seen: Sight, patience: Patience) -> tuple[Spell | None, Turn | None]:
    if not spell.sure and not patience.forgives:
        return _entered(seen), None
    left_at = spell.left_at or seen.crossed(spell.subject)
    if spell.away + 1 < FIXES or (seen.at - left_at).total_seconds() < patience.leave_s:
        return replace(spell, left_at=left_at, away=spell.away + 1), None
    return _entered(seen), Turn(spell.subject, left_at, ended=True) if spell.sure else None
