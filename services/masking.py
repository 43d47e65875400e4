"""Hides the personal parts of ID numbers and phone numbers, in answers and in free text such as log lines."""

from __future__ import annotations

import re

KEPT_FRONT, KEPT_END = 3, 2
PHONE_HIDDEN, PHONE_END = 4, 4
STAR = "*"
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9A-Za-z])")


def masked_number(text: str) -> str:
    """Keep three characters in front and two at the end of an ID or licence number; hide a short one wholly.

    The birthday and the sequence number are hidden, so the number cannot be rebuilt from a known birthday.
    """
    hidden = len(text) - KEPT_FRONT - KEPT_END
    if hidden < KEPT_FRONT + KEPT_END:
        return STAR * len(text)
    return text[:KEPT_FRONT] + STAR * hidden + text[-KEPT_END:]


def masked_phone(text: str) -> str:
    """Hide the four digits before the last four, as is usual in China: ``+86138****0000``."""
    if len(text) <= PHONE_HIDDEN + PHONE_END:
        return STAR * len(text)
    return text[: -PHONE_HIDDEN - PHONE_END] + STAR * PHONE_HIDDEN + text[-PHONE_END:]


def masked_text(text: str) -> str:
    """Hide every ID number and every Chinese mobile number inside a text."""
    without_ids = _ID_NUMBER.sub(lambda match: masked_number(match.group()), text)
    return _MOBILE.sub(lambda match: masked_phone(match.group()), without_ids)
