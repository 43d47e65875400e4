"""A round of all open trips: where is each of them now, and does that move its arrival?

Positions ask for it, at most once a minute for all trucks together. A worker remembers what its last round read
(memory.py), so that a round reads the positions and what has changed since. It writes arrivals that concern
nobody but whoever looks; a trip of which somebody must hear asks for an estimate by all the rules (../estimating.py).
"""

from __future__ import annotations

from math import inf

import numpy as np

from services.estimates.arrivals import SAME, owe_round
from services.estimates.batches import looking, reading, yielding
from services.estimates.batches.arrays import US_A_MINUTE, Flags, Floats, Ints, at_us, instant, whole
from services.estimates.batches.asking import ask
from services.estimates.batches.batch import Batch, Fixes
from services.estimates.batches.looking import Look
from services.estimates.batches.memory import Memory, recalled
from services.estimates.batches.waking import wakes_us
from services.transaction import Tx

SERIES = "estimate-round"


def look_round(tx: Tx, known: Memory | None, after: int = 0) -> Memory:
    """Look at the next 10,000 trips whose ids follow ``after``, owe the rest of the round, and give what is known then.

    Keep what this gives only once its transaction is committed; without it the next round reads everything.
    """
    memory = recalled(tx, known, tx.count_up(SERIES))
    rows = memory.after(after)
    if not len(rows):
        return memory
    first, last = (int(memory.batch.trips.id[row]) for row in (rows[0], rows[-1]))
    fixes = reading.fixes_between(tx, first, last)
    batch, waking_us, wanting = _wanting(tx, memory, rows, fixes)
    fresh = memory.with_fresh(tx, rows[wanting])
    if fresh is not memory:
        memory, rows = fresh, fresh.between(first, last)
        batch, waking_us, wanting = _wanting(tx, memory, rows, fixes)
    if wanting.any():
        part = batch if wanting.all() else memory.part(rows[wanting], fixes)
        memory = _looked(tx, memory, looking.look(tx, part, SAME))
    _go_on(tx, memory, last, np.fmin(waking_us, memory.later_us[rows]))
    return memory


def _wanting(tx: Tx, memory: Memory, rows: Ints, fixes: Fixes) -> tuple[Batch, Floats, Flags]:
    """Give the trips at these places with their positions, when each wakes by itself, and which want a look now."""
    batch = memory.part(rows, fixes)
    waking_us = wakes_us(batch, at_us(tx.now), tx.ruleset)
    return batch, waking_us, memory.wanting(rows, batch, waking_us, at_us(tx.now))


def _looked(tx: Tx, memory: Memory, look: Look) -> Memory:
    still, quiet = look.unmoved(), look.quiet()
    others = ~still & ~quiet
    asking = others & _may_ask(tx, look)
    # this may wait for a trip that another holds, so it comes before stops are taken that he may want
    ask(tx, whole(look.batch.trips.id[asking]).tolist())
    free, written = yielding.write(tx, look, quiet)
    later_us = np.where(others & ~asking, _asks_us(tx, look), np.nan)
    # one that another transaction holds is looked at again in the next round
    later_us[quiet & ~free] = look.now_us
    return memory.with_looked(look, written, later_us)


def _may_ask(tx: Tx, look: Look) -> Flags:
    """Tell which trips may ask for all the rules now.

    Those with news, and those that fell silent or are heard again; others at most once a quarter of an hour.
    """
    news = look.sure & look.any_stop(look.news | look.last_word)
    told_stale = look.batch.stops.told_stale[look.ways.row]
    turned = look.any_stop((told_stale > 0) != look.stale[look.ways.ahead.ride])
    found: Flags = news | turned | ~(_asks_us(tx, look) > look.now_us)
    return found


def _asks_us(tx: Tx, look: Look) -> Floats:
    asks_us: Floats = look.batch.trips.basis_us + tx.ruleset.estimate.refresh_minutes * US_A_MINUTE
    return asks_us


def _go_on(tx: Tx, memory: Memory, last: int, waking_us: Floats) -> None:
    """Owe the rest of this round, and the next one at the first time after now at which a trip looked at wants it."""
    if len(memory.after(last)):
        key = f"round-{tx.now:%Y%m%dT%H%M%S%f}-{last}"
        tx.defer("estimate_round", key=key, after=last)
    next_us = waking_us[waking_us > at_us(tx.now)].min(initial=inf)
    if next_us < inf:
        owe_round(tx, instant(int(next_us)))
