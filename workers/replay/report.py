"""What came of a replay, counted from the databases and not from the replay's own memory."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from services.queries import replayed
from services.runtime import Runtime
from services.transaction import WORKER
from workers.replay.journey import Journey
from workers.replay.rows import Read

ADDED_UP = ("booked", "trips", "departed", "delivered", "notices_due", "notices_sent", "notices_in_time",
            "double_booked", "seals_reused")  # fmt: skip


@dataclass(slots=True)
class Figures:
    """The figures of one replay, in the order they are printed."""

    rows: int = 0
    booked: int = 0
    refused_by_reason: dict[str, int] = field(default_factory=dict)
    trips: int = 0
    departed: int = 0
    delivered: int = 0
    notices_due: int = 0
    notices_sent: int = 0
    notices_in_time: int = 0
    late_by_cause: dict[str, int] = field(default_factory=dict)
    double_booked: int = 0
    seals_reused: int = 0
    eta_mae_hours_at_departure: float | None = None
    eta_mae_hours_by_plan: float | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class Part:
    """What one stretch of the year gave: counts, refusals by rule, and each estimate's errors in hours.

    The errors are of the estimate that has learnt, and of the plan without experience.
    """

    counted: dict[str, Any]
    refused: Counter[str]
    errors_hours: list[tuple[float, float]]


def measure(runtime: Runtime, journeys: Sequence[Journey]) -> Part:
    """Count what happened to one stretch of bookings."""
    refused = Counter(one.outcome.refused for one in journeys if one.outcome.refused)
    with runtime.read(WORKER) as tx:
        return Part(replayed.count(tx), refused, replayed.eta_errors_hours(tx))


def total(found: Read, parts: Sequence[Part], seconds: float) -> Figures:
    """Add the stretches up; every row of the file is booked or refused with a reason."""
    refused, causes = Counter(found.refused), Counter[str]()
    for part in parts:
        refused.update(part.refused)
        causes.update(part.counted["late_by_cause"])
    errors = [error for part in parts for error in part.errors_hours]
    return Figures(
        rows=found.rows,
        refused_by_reason=dict(sorted(refused.items())),
        late_by_cause=dict(sorted(causes.items())),
        eta_mae_hours_at_departure=_mean(learnt for learnt, _ in errors),
        eta_mae_hours_by_plan=_mean(plan for _, plan in errors),
        seconds=round(seconds, 1),
        **{name: sum(part.counted[name] for part in parts) for name in ADDED_UP},
    )


def render(figures: Figures, parts: Sequence[Part]) -> str:
    """Give a table for people and, as the last line, one JSON object for machines.

    The table adds the median of the estimates' errors: a few trips that stood for weeks pull the mean far up.
    """
    told = asdict(figures)
    errors = [error for part in parts for error in part.errors_hours]
    middle = {"eta_median_error_hours": round(median(learnt for learnt, _ in errors), 2)} if errors else {}
    lines = [f"{name.replace('_', ' '):<28} {value}" for name, value in (told | middle).items()]
    return "\n".join([*lines, json.dumps(told, ensure_ascii=False)])


def _mean(errors: Iterable[float]) -> float | None:
    found = list(errors)
    return round(sum(found) / len(found), 2) if found else None
