"""The words of an alarm by e-mail, in both languages at once: whoever is on duty must not have to choose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.vocabulary import ClockKind, TaskKind
from services.policy.localtime import local_text

WORDS: Mapping[str, tuple[str, str]] = {
    "accident": ("事故", "Accident"),
    "trip": ("车次", "Trip"),
    "consignment": ("运单", "Consignment"),
    "vehicle": ("车辆", "Vehicle"),
    "site": ("站点", "Site"),
    "reason": ("原因", "Reason"),
    "place": ("地点", "Place"),
}


def alarm_text(kind: TaskKind, task_id: int, due_at: datetime, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Give the subject and the body of the letter about a task."""
    chinese, english = _headline(kind, facts)
    told = [f"{zh} {en}: {facts[name]}" for name, (zh, en) in WORDS.items() if facts.get(name)]
    lines = [
        chinese,
        english,
        "",
        *told,
        f"期限 Due: {local_text(due_at)}(北京时间 China time)",
        f"待办编号 Task: {task_id}",
        "",
        "处理后请在系统中办结该待办。Please complete the task once it is dealt with.",
    ]
    return f"【运安】{chinese}", "\n".join(lines) + "\n"


def _headline(kind: TaskKind, facts: Mapping[str, Any]) -> tuple[str, str]:
    english = kind.value.replace("_", " ")
    if kind is not TaskKind.ACCIDENT_CLOCK:
        return kind.zh, f"Alarm: {english}"
    clock = ClockKind(facts["clock"])
    said = clock.value.replace("_", " ")
    if facts.get("missed"):
        return f"事故时限已过:{clock.zh}", f"Missed after an accident: {said}"
    return f"事故时限将到:{clock.zh}", f"Soon due after an accident: {said}"
