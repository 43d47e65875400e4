"""What a driver's card must say to make sense, and how his status may be changed by hand (domain 4.7, R-P-04)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from models.vocabulary import DriverStatus
from services.policy.findings import Finding

S = DriverStatus
# Only a trip puts somebody on a trip; the way from a trip to the bench stays open for accidents (R-P-04).
# Leave and leaving are no way round the bench: who comes back from there waits for safety again.
HAND_MOVES: Mapping[DriverStatus, frozenset[DriverStatus]] = {
    S.ACTIVE: frozenset({S.STANDBY_PENDING, S.LEAVE, S.LEFT, S.RESTING}),
    S.RESTING: frozenset({S.ACTIVE, S.STANDBY_PENDING, S.LEAVE, S.LEFT}),
    S.ON_TRIP: frozenset({S.STANDBY_PENDING}),
    S.STANDBY_PENDING: frozenset({S.ACTIVE, S.LEFT}),
    S.LEAVE: frozenset({S.ACTIVE, S.STANDBY_PENDING, S.LEFT}),
    S.LEFT: frozenset({S.STANDBY_PENDING}),
}
TO_THE_BENCH = frozenset({S.ACTIVE, S.RESTING, S.ON_TRIP})


@dataclass(frozen=True, slots=True)
class Withholding:
    """Local days on which the police hold the licence, both included; ``until`` None: no end is known."""

    since: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Tell whether the licence is held on this day."""
        return self.since <= day and (self.until is None or day <= self.until)


def object_to_person(id_number: str, born_on: date) -> Iterator[Finding]:
    """Object to a day of birth other than the one in the (valid, 18-digit) ID number."""
    if id_number[6:14] != f"{born_on:%Y%m%d}":
        yield Finding("ID_BIRTH_DIFFERS", {"born_on": born_on.isoformat()})


def object_to_status(
    current: DriverStatus, wanted: DriverStatus, *, withheld: bool, by_safety: bool
) -> Iterator[Finding]:
    """Object to a change of status by hand: a withheld licence and the bench end only as domain 4.7 says.

    ``withheld``: the licence is held today, which no reinstatement overrides. ``by_safety``: the caller may reinstate.
    """
    allowed = HAND_MOVES[current]
    if wanted not in allowed:
        facts = {"kind": "driver", "from": current, "to": wanted, "allowed": sorted(allowed)}
        yield Finding("MOVE_NOT_ALLOWED", facts)
    if wanted is S.ACTIVE and withheld:
        yield Finding("REINSTATED_WHILE_WITHHELD", {"status": current})
    if current is S.STANDBY_PENDING and not by_safety:
        yield Finding("REINSTATEMENT_BY_SAFETY", {"status": current})


def object_to_withholding(withholding: Withholding) -> Iterator[Finding]:
    """Object to a withholding that ends before it begins."""
    if withholding.until is not None and withholding.until < withholding.since:
        facts = {"from": withholding.since.isoformat(), "to": withholding.until.isoformat()}
        yield Finding("WITHHOLDING_ENDS_FIRST", facts)


def status_after_withholding(current: DriverStatus, withholding: Withholding, today: date) -> DriverStatus:
    """Give the status that follows: off post (待岗) while the licence is held (R-P-04), else unchanged."""
    return S.STANDBY_PENDING if withholding.covers(today) and current in TO_THE_BENCH else current
