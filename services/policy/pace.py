"""How far the pace driven so far tells of the pace to come: exactly as far as it did on past trips.

``weight`` is the slope of what really happened on what the pace foretold, both against the expectation without it,
from a running sum over past trips; without history it is nought, and it never leaves 0 to 1.
"""

from __future__ import annotations

from math import exp, log

from services.policy.travel import Key, Lesson, Level

PRIOR = 5.0
CLIP = 1.0
# a pace over less of the way than this says nothing yet
SHORTEST_SHARE = 0.1


def minutes_at_pace(elapsed_minutes: float, share_done: float) -> float | None:
    """Give the minutes left if the rest goes as the way so far; None while too little of it is driven."""
    if share_done < SHORTEST_SHARE or elapsed_minutes <= 0:
        return None
    return elapsed_minutes * (1 - min(share_done, 1.0)) / share_done


def key(band: int) -> Key:
    """Name the level that keeps the weight of one band of time ahead."""
    return ("pace", str(band))


def adjusted(expected_minutes: float, pace_minutes: float | None, past: Level) -> float:
    """Give the expectation drawn towards the pace as strongly as the past says it helps."""
    if pace_minutes is None:
        return expected_minutes
    weight = min(max(past.shrunk(0.0, PRIOR), 0.0), 1.0)
    return expected_minutes * exp(weight * _against(pace_minutes, expected_minutes))


def lesson(band: int, expected_minutes: float, pace_minutes: float, actual_minutes: float) -> Lesson:
    """Say what one arrival teaches about the pace: its square as weight, so that the running mean is the slope."""
    told = _against(pace_minutes, expected_minutes)
    came = _against(actual_minutes, expected_minutes)
    return Lesson(key(band), told * told, came / told if told else 0.0)


def _against(minutes: float, expected_minutes: float) -> float:
    return max(-CLIP, min(CLIP, log(max(minutes, 1.0) / max(expected_minutes, 1.0))))
