"""What is known of a watched vehicle, as it is kept between two batches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.policy.fatigue import AtWheel
from services.policy.spells import Spell
from services.policy.watching import Look, Watch


def stored(known: Watch) -> dict[str, Any]:
    """Give the form that is kept: short lists, for every vehicle has one and each of its fixes writes it."""
    last, crew = known.last, known.crew
    brim = {driver: at.isoformat() for driver, at in crew.brim.items()}
    return {
        "last": None if last is None else [last.at.isoformat(), last.lat, last.lon, last.trip],
        "visit": _spell(known.visit),
        "astray": _spell(known.astray),
        "stand": _spell(known.stand),
        "anchor": known.anchor,
        "crew": [dict(crew.driven_s), crew.stood_s, crew.wheel, sorted(crew.over), brim],
    }


def known_of(kept: Mapping[str, Any]) -> Watch:
    """Read what was kept; of an empty one, nothing is known yet."""
    if not kept:
        return Watch()
    last, anchor = kept["last"], kept["anchor"]
    driven_s, stood_s, wheel, over, *later = kept["crew"]  # a row of an earlier program knows no brim
    brim = {driver: datetime.fromisoformat(at) for one in later for driver, at in one.items()}
    return Watch(
        last=None if last is None else Look(datetime.fromisoformat(last[0]), last[1], last[2], trip=last[3]),
        visit=_read(kept["visit"]),
        astray=_read(kept["astray"]),
        stand=_read(kept["stand"]),
        anchor=None if anchor is None else (anchor[0], anchor[1]),
        crew=AtWheel(driven_s, stood_s, wheel, frozenset(over), brim),
    )


def _spell(spell: Spell | None) -> list[Any] | None:
    if spell is None:
        return None
    left = spell.left_at.isoformat() if spell.left_at else None
    return [spell.subject, spell.since.isoformat(), spell.fixes, spell.sure, left, spell.away]


def _read(kept: list[Any] | None) -> Spell | None:
    if kept is None:
        return None
    subject, since, fixes, sure, left, away = kept
    left_at = datetime.fromisoformat(left) if left else None
    return Spell(subject, datetime.fromisoformat(since), fixes, sure, left_at, away)
