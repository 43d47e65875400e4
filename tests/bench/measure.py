"""How the goals are measured: CPU of this process and of the database, in interleaved rounds, as a ratio."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

GUARD = 1.3
ROUNDS = 7
TICKS_PER_S = 100
NS = 1e-9


@dataclass(frozen=True, slots=True)
class Result:
    """One goal on one database; ``unit`` says what ``ours`` and ``floor`` are counted in."""

    goal: str
    ours: float
    floor: float
    ratio: float
    goal_ratio: float
    unit: str
    # a machine that is busy with other things moves a CPU time; it moves neither a count nor a size
    guard: float = GUARD
    # "lower": the ratio may not be above its goal; "higher", as of a rate: not below
    better: str = "lower"

    @property
    def met(self) -> bool:
        """Tell whether the gate holds within its guard band."""
        if self.better == "higher":
            return self.ratio >= self.goal_ratio / self.guard
        return self.ratio <= self.goal_ratio * self.guard

    def line(self) -> dict[str, str | float]:
        """Give the JSON line."""
        numbers = {"ours": self.ours, "floor": self.floor, "ratio": self.ratio, "goal_ratio": self.goal_ratio}
        return {"goal": self.goal, **{name: round(value, 3) for name, value in numbers.items()}, "better": self.better}


@dataclass(frozen=True, slots=True)
class Goal:
    """What is compared: the name, the gate, and how many calls make one round."""

    name: str
    goal_ratio: float
    calls: int
    rounds: int = ROUNDS


class Meter:
    """CPU seconds used so far by this process and by the database server's processes named."""

    def __init__(self, pids: Sequence[int] = ()) -> None:
        self._pids = pids

    def read(self) -> float:
        return time.process_time() + sum(cpu_of(pid) for pid in self._pids)


def cpu_of(pid: int) -> float:
    """Give the CPU seconds of another process: in nanoseconds where the kernel counts them, else in ticks."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) * NS
    except OSError:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def compare(goal: Goal, meter: Meter, ours: Callable[[], object], floor: Callable[[], object]) -> Result:
    """Run both in turn and give milliseconds of CPU per call; the ratio is the median over the rounds."""
    seconds: list[tuple[float, float]] = []
    for number in range(goal.rounds + 1):
        # whoever comes second finds warmer caches, so they take turns
        order = (ours, floor) if number % 2 else (floor, ours)
        spent = {work: _spent(meter, work, goal.calls) for work in order}
        seconds.append((spent[ours], spent[floor]))
    counted = seconds[1:]  # the first round warms up
    return Result(
        goal=goal.name,
        ours=median(pair[0] for pair in counted) / goal.calls * 1000,
        floor=median(pair[1] for pair in counted) / goal.calls * 1000,
        ratio=median(pair[0] / pair[1] for pair in counted),
        goal_ratio=goal.goal_ratio,
        unit="ms CPU",
    )


def as_rate(cost: Result, pieces: int, unit: str) -> Result:
    """Give what was measured as CPU per call, each of so many pieces, as pieces a second of CPU: more is better."""
    ours, floor = (pieces * 1000 / each for each in (cost.ours, cost.floor))
    return replace(cost, ours=ours, floor=floor, ratio=1 / cost.ratio, unit=unit, better="higher")


def _spent(meter: Meter, work: Callable[[], object], calls: int) -> float:
    gc.collect()
    began = meter.read()
    for _ in range(calls):
        work()
    return meter.read() - began
