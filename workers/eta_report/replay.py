"""Predicts every leg before it is known and learns it only after it has arrived."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.policy import intervals, travel
from services.policy.intervals import Interval, Spread
from services.policy.travel import NOTHING, Key, LaneSummary, Level
from workers.eta_report.rows import Leg


@dataclass(slots=True)
class Experience:
    """What has been learnt so far."""

    levels: dict[Key, Level]
    spreads: dict[int, Spread] = field(default_factory=dict)

    def level(self, key: Key) -> Level:
        """Give one level, empty when it was never taught."""
        return self.levels.get(key, NOTHING)

    def predict(self, leg: Leg) -> Predicted:
        """Give what is expected of a leg now."""
        expected = travel.expected_minutes(leg.way, self.level)
        spread = self.spreads.get(intervals.band_of(expected), intervals.PRIOR)
        return Predicted(leg, expected, intervals.interval(expected, spread))

    def learn(self, past: Predicted) -> None:
        """Take in an arrival."""
        for key, weight, value in list(travel.lessons(past.leg.way, past.leg.actual_minutes, self.level)):
            self.levels[key] = self.level(key).plus(weight, value)
        band = intervals.band_of(past.expected)
        before = self.spreads.get(band, intervals.PRIOR)
        self.spreads[band] = intervals.learned(before, past.expected, past.leg.actual_minutes)


@dataclass(frozen=True, slots=True)
class Predicted:
    """A leg with what was expected of it at its departure, in minutes."""

    leg: Leg
    expected: float
    interval: Interval


def replay(legs: Sequence[Leg], summaries: Iterable[LaneSummary]) -> list[Predicted]:
    """Predict the legs in the order of departure; a leg's truth is learnt only once it has arrived."""
    experience = Experience(travel.lessons_of_summaries(summaries))
    under_way: list[tuple[datetime, int, Predicted]] = []
    made: list[Predicted] = []
    for number, leg in enumerate(legs):
        while under_way and under_way[0][0] <= leg.way.departs_at:
            experience.learn(heapq.heappop(under_way)[2])
        made.append(experience.predict(leg))
        arrives = leg.way.departs_at + timedelta(minutes=leg.actual_minutes)
        heapq.heappush(under_way, (arrives, number, made[-1]))
    return made
