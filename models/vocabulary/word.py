"""What every list of terms is made of: a code and its Chinese term."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A closed list of terms: the member's value is the code, ``zh`` its Chinese term."""

    zh: str

    def __new__(cls, code: str, zh: str = "") -> Self:
        """Make the member a plain string that also carries its Chinese term."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        return member
