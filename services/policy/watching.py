"""What the positions of one vehicle mean: visits to sites, leaving the corridor, long stops, fatigue.

The watch goes through the fixes in order of time and carries what it knows from one batch to the next, so that it does
not matter how they were sent. A fix older than what was watched is not looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import cos, hypot, radians
from typing import Any, NamedTuple

from models.vocabulary import VehicleEventKind
from services.policy import fatigue, spells
from services.policy.fatigue import AtWheel, Stretch
from services.policy.ruleset import Ruleset
from services.policy.spells import Patience, Sight, Spell, Turn

KM_PER_DEGREE = 111.2
NO_FACTS: Mapping[str, Any] = {}


class Look(NamedTuple):
    """One believed fix with what its place means.

    ``site`` is the code of the site whose ground it is on, ``near`` are the sites within whose wider edge it lies,
    ``off_km`` how far it is from the planned way (None: no way to compare with), ``trip`` the trip it belongs to.
    """

    at: datetime
    lat: float
    lon: float
    site: str | None = None
    near: frozenset[str] = frozenset()
    off_km: float | None = None
    trip: int | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of a vehicle after its last fix that was watched."""

    last: Look | None = None
    visit: Spell | None = None
    astray: Spell | None = None
    stand: Spell | None = None
    # where it stands, or was when it last moved
    anchor: tuple[float, float] | None = None
    crew: AtWheel = field(default_factory=AtWheel)


class Happening(NamedTuple):
    """An event of a vehicle that began at ``at``, or ``ended`` then; ``subject`` is the site's code or the driver."""

    kind: VehicleEventKind
    subject: str
    at: datetime
    ended: bool
    facts: Mapping[str, Any] = NO_FACTS


class Surroundings(NamedTuple):
    """What the watch asks while it goes: when a site's edge was crossed between two fixes, and who drove from when to
    when in a stretch of time."""

    crossed: Callable[[str, Look, Look], datetime]
    drivers: Callable[[datetime, datetime], Iterable[tuple[datetime, datetime, str | None]]]


def watch(known: Watch, looks: Iterable[Look], around: Surroundings, ruleset: Ruleset) -> tuple[Watch, list[Happening]]:
    """Go through the fixes of one vehicle, in order of time, and give what is known then and what happened."""
    turn = _Round(known, around, ruleset)
    for look in looks:
        if turn.last is None or look.at > turn.last.at:
            turn.take(look)
    return turn.known(), turn.happened


class _Round:
    """One going through of a vehicle's fixes; nearly all of them change nothing, so that is asked first."""

    def __init__(self, known: Watch, around: Surroundings, ruleset: Ruleset) -> None:
        self.last, self.visit, self.astray, self.stand = known.last, known.visit, known.astray, known.stand
        self.anchor, self.crew = known.anchor, known.crew
        self.happened: list[Happening] = []
        rules = ruleset.tracking
        self._around, self._rules, self._driving = around, rules, ruleset.driving
        self._at_site = Patience(rules.visit_seconds, rules.visit_seconds)
        self._off = Patience(rules.off_corridor_minutes * 60, 0)
        self._long = Patience(rules.long_stop_minutes * 60, 0, forgives=True)
        # since when the truck has moved or stood without a change, as far as it is not accounted for yet
        self._since: datetime | None = None
        self._moving = False

    def known(self) -> Watch:
        self._account()
        return Watch(self.last, self.visit, self.astray, self.stand, self.anchor, self.crew)

    def take(self, look: Look) -> None:
        before = self.last
        if before is not None and before.trip != look.trip:
            self._end_trip(before)
        if self.visit is not None or look.site is not None:
            self._visited(look)
        if look.trip is not None:
            if look.off_km is not None and (self.astray is not None or look.off_km > self._rules.corridor_km):
                self._strayed(look, look.off_km)
            moved_m = 0.0 if before is None else apart_km((before.lat, before.lon), look) * 1000
            self._stood(look, moved_m)
            if before is not None and before.trip == look.trip:
                self._drove(before, look, moved_m)
        self.last = look

    def _end_trip(self, last: Look) -> None:
        """End what belongs to a trip: the next one has another way and another crew."""
        self._account()
        for kind, spell in ((VehicleEventKind.OFF_CORRIDOR, self.astray), (VehicleEventKind.LONG_STOP, self.stand)):
            if spell is not None and spell.sure:
                self.happened.append(Happening(kind, "", spell.left_at or last.at, ended=True))
        for driver in sorted(self.crew.over):
            self.happened.append(Happening(VehicleEventKind.FATIGUE, driver, last.at, ended=True))
        self.astray = self.stand = self.anchor = None
        self.crew = AtWheel()

    def _visited(self, look: Look) -> None:
        before = self.last

        def crossed(subject: str) -> datetime:
            return look.at if before is None else self._around.crossed(subject, before, look)

        near = self.visit is not None and self.visit.subject in look.near
        # grounds may overlap: whoever is at a site stays there until he has left it
        subject = self.visit.subject if self.visit is not None and near and look.site is not None else look.site
        self.visit, turn = spells.step(self.visit, Sight(look.at, subject, near, crossed), self._at_site)
        self._tell(VehicleEventKind.AT_SITE, turn)

    def _strayed(self, look: Look, off_km: float) -> None:
        off = off_km > self._rules.corridor_km and look.site is None
        seen = Sight(look.at, "" if off else None, near=False, crossed=lambda _: look.at)
        self.astray, turn = spells.step(self.astray, seen, self._off)
        self._tell(VehicleEventKind.OFF_CORRIDOR, turn, {"km": round(off_km, 1), **_place(look)})

    def _stood(self, look: Look, moved_m: float) -> None:
        """A long stop is one outside every site; at a site a truck may stand as long as it likes."""
        # while it moves, the place that it may come to stand at is where it was last
        apart_m = moved_m if self.stand is None or self.anchor is None else apart_km(self.anchor, look) * 1000
        standing = self.anchor is not None and apart_m <= self._rules.stop_radius_m and look.site is None
        if standing or self.stand is not None:
            # the spell begins with the fix that the others stay near to
            since = self.last.at if self.stand is None and self.last is not None else look.at
            seen = Sight(look.at, "" if standing else None, near=False, crossed=lambda _: since)
            self.stand, turn = spells.step(self.stand, seen, self._long)
            self._tell(VehicleEventKind.LONG_STOP, turn, _place(look))
        if self.stand is None:
            self.anchor = look.lat, look.lon

    def _drove(self, before: Look, look: Look, moved_m: float) -> None:
        moving = moved_m / 1000 > self._rules.moving_kmh * (look.at - before.at).total_seconds() / 3600
        if self._since is None or moving is not self._moving:
            self._account()
            self._since, self._moving = before.at, moving

    def _account(self) -> None:
        """Count what was driven or stood up to the last fix; a stretch may be cut anywhere."""
        if self._since is None or self.last is None or self._since >= self.last.at:
            return
        begin, end = self._since, self.last.at
        parts = self._around.drivers(begin, end) if self._moving else ((begin, end, None),)
        for since, until, driver in parts:
            self.crew, tired = fatigue.drive_on(self.crew, Stretch(since, until, self._moving, driver), self._driving)
            self.happened += [Happening(VehicleEventKind.FATIGUE, one.driver, one.at, one.ended) for one in tired]
        self._since = None

    def _tell(self, kind: VehicleEventKind, turn: Turn | None, facts: Mapping[str, Any] = NO_FACTS) -> None:
        if turn is not None:
            self.happened.append(Happening(kind, turn.subject, turn.at, turn.ended, NO_FACTS if turn.ended else facts))


def apart_km(there: tuple[float, float], look: Look) -> float:
    """Give the distance in km, right to a hundredth on the few kilometres that count here."""
    lat, lon = there
    return hypot(look.lat - lat, (look.lon - lon) * cos(radians(lat))) * KM_PER_DEGREE


def _place(look: Look) -> dict[str, Any]:
    return {"lat": look.lat, "lon": look.lon}
