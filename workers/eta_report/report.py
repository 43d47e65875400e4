"""The figures of a replay, as a table and one JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from services.policy.ruleset import DEFAULTS
from workers.eta_report.replay import Predicted
from workers.eta_report.rows import PUBLISHED

WITHIN = 0.15
LAST_SHARE = 0.4


def figures(made: Sequence[Predicted]) -> dict[str, Any]:
    """Give the errors in minutes and the shares of a sequence of predictions; None where nothing was published."""
    found: dict[str, Any] = {
        "legs": len(made),
        "mae_minutes": _mae(made, lambda one: one.expected),
        "router_mae_minutes": _mae(made, lambda one: one.leg.way.router_minutes),
    }
    for name in PUBLISHED:
        found[f"{name}_mae_minutes"] = _mae(made, lambda one, name=name: one.leg.published[name])  # type: ignore[misc]
    found["within_15_percent"] = _share(made, lambda one: abs(one.expected - _actual(one)) <= WITHIN * _actual(one))
    found["coverage_p80"] = _share(made, lambda one: _actual(one) <= one.interval.p80)
    found["coverage_p90"] = _share(made, lambda one: _actual(one) <= one.interval.p90)
    # a notice that goes out by this time of the estimate is early enough if the truck does not come before it
    found["told_early_enough_by_p50"] = _share(made, lambda one: _actual(one) >= one.interval.p50)
    check_minutes = DEFAULTS.estimate.refresh_minutes
    found["told_early_enough_by_p10"] = _share(made, lambda one: _actual(one) >= one.interval.p10 - check_minutes)
    return found


def render(made: Sequence[Predicted]) -> str:
    """Give the table of all legs and of the last 40 %, and the JSON object as the last line."""
    last = made[len(made) - round(len(made) * LAST_SHARE) :]
    whole, late = figures(made), figures(last)
    table = [f"{'':36}{'all':>10}{'last 40 %':>12}"]
    table += [f"{name:36}{_told(whole[name]):>10}{_told(late[name]):>12}" for name in whole]
    return "\n".join([*table, json.dumps({**whole, "last_40_percent": late})])


def _actual(one: Predicted) -> float:
    return one.leg.actual_minutes


def _mae(made: Sequence[Predicted], said: Callable[[Predicted], float | None]) -> float | None:
    errors = [abs(minutes - _actual(one)) for one in made if (minutes := said(one)) is not None]
    return round(sum(errors) / len(errors), 3) if errors else None


def _share(made: Sequence[Predicted], holds: Callable[[Predicted], bool]) -> float:
    return round(sum(map(holds, made)) / len(made), 4)


def _told(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
