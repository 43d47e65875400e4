"""What a worker remembers of all open trips between two rounds, so that a round reads positions and little else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from services.estimates.batches import reading
from services.estimates.batches.arrays import US_A_MINUTE, Flags, Floats, Ints, at_us, places
from services.estimates.batches.batch import Batch, Fixes, Retold, Stops
from services.estimates.batches.looking import Look
from services.estimates.batches.moving import Written
from services.estimates.batches.reading import CHUNK, OVERLAP
from services.estimates.batches.waking import has_news, heard_by
from services.transaction import Tx

# how many trips one job of a round looks at: a transaction of less than a tenth of a second where all have moved
AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Memory:
    """All open trips as they were read and last told, without their positions; per trip, in order of their ids:

    ``read_us`` is when it was read; ``seen_us`` the time of the position last looked at, ``UNHEARD`` for none, NaN
    before the first look; ``later_us`` when a look that could not be followed is to be made again, NaN for none.
    ``known_at`` is the time up to which changes are in, ``round_no`` the last round of this worker, and ``rules`` the
    version of the ruleset by which bounds were drawn.
    """

    batch: Batch
    read_us: Floats
    seen_us: Floats
    later_us: Floats
    known_at: datetime
    round_no: int
    rules: int

    def after(self, trip_id: int) -> Ints:
        """Give the places of the trips that follow this one, at most ``AT_ONCE`` of them."""
        first = int(np.searchsorted(self.batch.trips.id, trip_id, side="right"))
        found: Ints = np.arange(first, min(first + AT_ONCE, len(self.read_us)))
        return found

    def between(self, first: int, last: int) -> Ints:
        """Give the places of the trips with these ids and all between."""
        ids = self.batch.trips.id
        found: Ints = np.arange(np.searchsorted(ids, first), np.searchsorted(ids, last, side="right"))
        return found

    def wanting(self, rows: Ints, part: Batch, waking_us: Floats, now_us: int) -> Flags:
        """Tell which trips of the part at these places want a look now, for news or because they wake by themselves."""
        wanted: Flags = has_news(part, self.seen_us[rows]) | (waking_us <= now_us) | (self.later_us[rows] <= now_us)
        return wanted

    def part(self, rows: Ints, fixes: Fixes) -> Batch:
        """Give the trips at these places with their positions."""
        found = self.batch.only(_of(self.batch.trips.id[rows]))
        riding = places(fixes.trip_id, found.trips.id) >= 0
        return replace(found, fixes=Fixes(*(column[riding] for column in fixes)))

    def without(self, ids: Floats) -> Memory:
        """Forget these trips."""
        kept = ~np.isin(self.batch.trips.id, ids)
        batch = self.batch.only(lambda of: ~np.isin(of, ids))
        return self._with(batch, self.read_us[kept], self.seen_us[kept], self.later_us[kept])

    def with_read(self, tx: Tx, trip_ids: Sequence[int]) -> Memory:
        """Read these trips, which it does not know; each wants a look."""
        made = self
        for first in range(0, len(trip_ids), CHUNK):
            found = reading.read(tx, trip_ids[first : first + CHUNK])
            order = np.argsort(np.r_[made.batch.trips.id, found.trips.id], kind="stable")
            never = np.full(len(found.trips.id), np.nan)
            read_us = np.r_[made.read_us, np.full(len(never), float(at_us(tx.now)))]
            seen_us, later_us = np.r_[made.seen_us, never], np.r_[made.later_us, never]
            made = made._with(made.batch.joined(found), read_us[order], seen_us[order], later_us[order])
        return made

    def with_fresh(self, tx: Tx, rows: Ints) -> Memory:
        """Read those of these trips again that were read too long ago; some may be open no more."""
        oldest_us = at_us(tx.now) - tx.ruleset.estimate.refresh_minutes * US_A_MINUTE
        old = self.batch.trips.id[rows][~(self.read_us[rows] > oldest_us)]
        return self.with_changes(tx, old) if len(old) else self

    def with_changes(self, tx: Tx, ids: Floats) -> Memory:
        """Read these trips again, or forget those that are open no more."""
        return self.without(ids).with_read(tx, reading.open_among(tx, ids.astype(np.int64).tolist()))

    def with_told(self, retold: Retold) -> Memory:
        """Take in what another worker told of stops."""
        stops = self.batch.stops
        order = np.argsort(stops.id)
        at = places(retold.id, stops.id[order])
        known, rows = at >= 0, order[at[at >= 0]]

        def patched(column: Floats, values: Floats) -> Floats:
            made = column.copy()
            made[rows] = values[known]
            return made

        made = stops._replace(
            told_us=patched(stops.told_us, retold.told_us),
            told_stale=patched(stops.told_stale, retold.told_stale),
            made_us=patched(stops.made_us, retold.made_us),
            kept_us=patched(stops.kept_us, retold.kept_us),
            predicted=patched(stops.predicted, retold.predicted),
        )
        return replace(self, batch=replace(self.batch, stops=made))

    def with_looked(self, look: Look, written: Written, later_us: Floats) -> Memory:
        """Remember that these trips were looked at, what was written of them, and what is left for later."""
        at = places(look.batch.trips.id, self.batch.trips.id)
        seen_us, wants_us = self.seen_us.copy(), self.later_us.copy()
        seen_us[at], wants_us[at] = heard_by(look.batch.trips.id, look.batch.fixes), later_us
        batch = replace(self.batch, stops=_told(self.batch, look, written))
        return self._with(batch, self.read_us, seen_us, wants_us)

    def _with(self, batch: Batch, read_us: Floats, seen_us: Floats, later_us: Floats) -> Memory:
        return replace(self, batch=batch, read_us=read_us, seen_us=seen_us, later_us=later_us)


def recalled(tx: Tx, known: Memory | None, round_no: int) -> Memory:
    """Give what is known of all open trips, with everything in it that has changed since ``known``.

    What another worker told in a round between is not stamped: that is read of the stops themselves.
    """
    if known is None or known.rules != tx.ruleset.version:
        nothing = np.empty(0)
        empty = Memory(reading.read(tx, ()), nothing, nothing, nothing, tx.now, round_no, tx.ruleset.version)
        return empty.with_read(tx, reading.open_trips(tx))
    alone = round_no == known.round_no + 1
    since = known.known_at - OVERLAP
    made = known if alone else known.with_told(reading.told_since(tx, since))
    changed = reading.changed(tx, made.batch.trips, since)
    made = made.with_changes(tx, changed) if len(changed) else made
    return replace(made, known_at=tx.now, round_no=round_no)


def _told(batch: Batch, look: Look, written: Written) -> Stops:
    """Give the stops as they stand in the database once ``written`` is committed."""
    stops = batch.stops
    places_of = np.arange(len(stops.id))[_of(look.batch.trips.id)(stops.trip_id)][look.ways.row]
    arrival_us = look.foretold.arrival_us

    def patched(column: Floats, which: Ints, values: Floats | Ints) -> Floats:
        which = which[~(column[places_of[which]] == values[which])]  # NaN, nothing yet, is not equal
        if not len(which):
            return column
        made = column.copy()
        made[places_of[which]] = values[which]
        return made

    return stops._replace(
        told_us=patched(stops.told_us, written.moved, arrival_us),
        told_stale=patched(stops.told_stale, written.moved, np.zeros(len(arrival_us))),
        made_us=patched(stops.made_us, written.moved, np.full(len(arrival_us), look.now_us)),
        kept_us=patched(stops.kept_us, written.kept, arrival_us),
        predicted=patched(stops.predicted, written.scored, look.bands()),
    )


def _of(ids: Floats) -> Callable[[Floats], Flags | slice]:
    """Pick the rows of these trips, a slice where they follow each other: tables stand in order of their trips."""

    def rows(of: Floats) -> Flags | slice:
        first, last = np.searchsorted(of, ids[0]), np.searchsorted(of, ids[-1], side="right")
        chosen = places(of[first:last], ids) >= 0
        if chosen.all():
            return slice(int(first), int(last))
        found = np.zeros(len(of), dtype=np.bool_)
        found[first:last] = chosen
        return found

    return rows
