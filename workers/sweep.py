"""Recurring looks: one outbox row per minute, which owes every look that has come round."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.transaction import Tx

EVERY = timedelta(minutes=1)
# a job name of workers/jobs.py and how often it comes round; a missed round is not made up for
RECURRING: dict[str, timedelta] = {
    "forget_old": timedelta(days=1),
    "forget_done": timedelta(days=1),
    "erase_positions": timedelta(days=1),
    # months of positions are made two ahead; a day without it only means that rows lie in the default partition
    "prepare_partitions": timedelta(days=1),
    "draft_monthly_report": timedelta(days=1),
    # every estimate has a row of its own; this catches trips whose row ran while the trip was locked
    "estimate_arrivals": timedelta(minutes=5),
    # positions and what a round finds ask for the next one; this one catches what was lost or parked
    "estimate_round": timedelta(minutes=5),
    # a batch of positions asks for its own look; this one finds the trucks that send none
    "watch_vehicles": timedelta(minutes=5),
    # every clock of an accident owes its own look; this one catches those whose row was lost or parked (P18)
    "watch_clocks": timedelta(minutes=1),
    # every case owes its own step; this catches those whose row was lost or parked
    "step_accidents": timedelta(minutes=10),
}


def plan(tx: Tx) -> None:
    """Owe this minute's sweep; any number of relays may ask for it."""
    tx.defer("sweep", key=f"sweep-{bucket(tx.now, EVERY)}")


def look(tx: Tx) -> None:
    """Owe each recurring job once per round."""
    for job, every in RECURRING.items():
        tx.defer(job, key=f"{job}-{bucket(tx.now, every)}")


def bucket(now: datetime, every: timedelta) -> int:
    """Number the round of length ``every`` that ``now`` falls in, counted from 1970 in UTC."""
    return int(now.timestamp() // every.total_seconds())
