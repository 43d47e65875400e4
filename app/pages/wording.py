"""How the public page says times, spans and masses in the reader's language (24 hours, China time)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.language import language
from services.clock import local
from services.texts.tracking_page import term, word

TONNE_KG = 1000
# word joiners keep both ends of a window on one line
UNBROKEN_DASH = "\u2060–\u2060"


def say(key: str, **facts: Any) -> str:
    """Say one thing in the reader's language."""
    return word(key, language(), **facts)


def named(value: Any) -> str:
    """Name a term of the vocabulary in the reader's language."""
    return term(value, language())


def at(moment: datetime, now: datetime) -> str:
    """Say a time: ``今天 20:40``, else ``11-22 20:40``, with the year where it is another one."""
    return f"{day(moment, now)} {local(moment):%H:%M}"


def day(moment: datetime, now: datetime) -> str:
    """Say a day of the Chinese calendar as seen from ``now``."""
    there, here = local(moment), local(now)
    near = {1: "tomorrow", 0: "today", -1: "yesterday"}.get((there.date() - here.date()).days)
    if near:
        return say(near)
    return f"{there:%m-%d}" if there.year == here.year else f"{there:%Y-%m-%d}"


def short(moment: datetime, now: datetime) -> str:
    """Say a time in the room of one word: the hour if it is today, else the day."""
    there = local(moment)
    return f"{there:%H:%M}" if there.date() == local(now).date() else f"{there:%m-%d}"


def window(span: dict[str, datetime], now: datetime) -> str:
    """Say a window: the day once, the second day only where the window crosses midnight."""
    begin, end = span["begin"], span["end"]
    last = f"{local(end):%H:%M}" if local(begin).date() == local(end).date() else at(end, now)
    return f"{at(begin, now)}{UNBROKEN_DASH}{last}"


def span(minutes: int) -> str:
    """Say how long something takes."""
    hours, rest = divmod(abs(minutes), 60)
    key = "minutes" if not hours else "hours_minutes" if rest else "hours"
    return say(key, hours=hours, minutes=rest)


def mass(kg: int) -> str:
    """Say a mass: tonnes from one tonne on."""
    if kg < TONNE_KG:
        return f"{kg} kg"
    return f"{kg / TONNE_KG:.2f}".rstrip("0").rstrip(".") + " t"


HELPERS = {
    "say": say, "named": named, "at": at, "short": short, "window": window, "span": span, "mass": mass,
}  # fmt: skip
