"""When a router that fails is left alone, and how it is tried again: a circuit breaker, after the pattern of that name.

Closed, everybody asks. After some failures in a row the circuit is open: nobody asks for a pause, so that a worker
does not wait for time-outs and a server that struggles is not made worse. After the pause one call alone tries; its
outcome closes the circuit or opens it for another pause.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.policy.ruleset import EstimateRules

# as long as one trying call may take at the longest setting of its time-out that makes sense
TRYING = timedelta(minutes=1)
# between two tries of one road while the circuit is still closed: a server restarts within it
AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Circuit:
    """Failures in a row, and until when nobody asks."""

    failures: int = 0
    open_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Tell whether nobody may ask now; at the very end of the pause somebody may."""
        return self.open_until is not None and now < self.open_until


def tries_alone(circuit: Circuit, now: datetime) -> Circuit | None:
    """Give the circuit as it is while one call tries after a pause; None where no pause has just ended."""
    if circuit.open_until is None or circuit.is_open(now):
        return None
    return Circuit(circuit.failures, now + TRYING)


def failed(circuit: Circuit, now: datetime, rules: EstimateRules) -> Circuit:
    """Give the circuit after another failure: open from the last one allowed on."""
    failures = circuit.failures + 1
    if failures < rules.router_failures:
        return Circuit(failures)
    return Circuit(failures, now + timedelta(minutes=rules.router_pause_minutes))


def try_again_at(circuit: Circuit, now: datetime) -> datetime:
    """Say when a road that could not be had is asked for again."""
    return circuit.open_until if circuit.open_until is not None else now + AGAIN
