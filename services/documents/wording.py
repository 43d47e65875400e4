"""How papers say instants, days, money and terms: in Chinese, ready to print; what is not known stays None."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from models.vocabulary import Word
from services.clock import local
from services.policy.fen import yuan

TIER_NAMES = {1: "一级", 2: "二级", 3: "三级"}
E6 = 1_000_000


def moment(at: datetime | None) -> str | None:
    """Say an instant in Chinese local time, to the minute."""
    return None if at is None else f"{day(local(at).date())} {local(at):%H:%M}"


def day(on: date | None) -> str | None:
    """Say a day of the calendar."""
    return None if on is None else f"{on.year}年{on.month}月{on.day}日"


def day_of(at: datetime | None) -> str | None:
    """Say the local day on which an instant falls."""
    return None if at is None else day(local(at).date())


def end_moment(until: datetime | None) -> str | None:
    """Say a last instant as people do: the end of a day is 24:00 of that day, not 0:00 of the next."""
    if until is None or local(until).time() != time():
        return moment(until)
    return f"{day(local(until).date() - timedelta(days=1))} 24:00"


def month_words(month: str) -> str:
    """Say a month given as ``2026-03``."""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月"


def money(fen: int | None) -> str | None:
    """Say an amount with thousands apart, such as ``12,000.50元``."""
    return None if fen is None else amount(yuan(fen))


def amount(text: str) -> str:
    """Say an amount that is written as ``12000.50``."""
    whole, _, part = text.partition(".")
    return f"{int(whole):,}.{part}元" if not whole.startswith("-") else f"-{amount(text[1:])}"


def term(word: Word | None) -> str | None:
    """Say a term of the vocabulary."""
    return None if word is None else word.zh


def place(lat_e6: int | None, lon_e6: int | None) -> str | None:
    """Say a position as latitude and longitude (WGS-84)."""
    return None if lat_e6 is None or lon_e6 is None else f"纬度{lat_e6 / E6:.6f}，经度{lon_e6 / E6:.6f}"


def people(dead: int, seriously: int, slightly: int, missing: int) -> str:
    """Say how many were harmed."""
    return f"死亡{dead}人，重伤{seriously}人，轻伤{slightly}人，下落不明{missing}人"
