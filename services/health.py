"""Is everything that must run running, and how much is owed?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from models.notices import Notice
from models.records import Beat
from models.roads import RouterState
from models.vocabulary import NoticeState
from services import outbox
from services.transaction import Tx

ALIVE_FOR = timedelta(seconds=60)
PROCESSES = ("relay", "worker")


@dataclass(frozen=True, slots=True)
class Owed:
    """What waits: outbox rows due and parked, the oldest due row's age in seconds, notices due and late.

    ``router_failures`` are those in a row of the router set up, if one is.
    """

    outbox_due: int
    outbox_parked: int
    oldest_due_age_s: float
    notices_scheduled: int
    notices_late: int
    router_failures: int


def beat(tx: Tx, name: str) -> None:
    """Record that a background process is alive."""
    put = tx.upsert(Beat).values(name=name, at=tx.now)
    tx.session.execute(put.on_conflict_do_update(index_elements=["name"], set_={"at": tx.now}))


def beats(tx: Tx) -> dict[str, datetime]:
    """Give when each background process was last alive."""
    return {row.name: row.at for row in tx.session.execute(select(Beat.name, Beat.at))}


def missing(tx: Tx) -> list[str]:
    """Name the background processes that have not been alive for a minute."""
    seen = beats(tx)
    wanted = (*PROCESSES, *(("jt808",) if tx.settings.jt808_port else ()))
    return [name for name in wanted if name not in seen or seen[name] < tx.now - ALIVE_FOR]


def owed(tx: Tx) -> Owed:
    """Count what waits, for /metrics."""
    due, parked, oldest = outbox.depth(tx)
    scheduled = select(func.count()).where(Notice.state == NoticeState.SCHEDULED)
    failures = select(RouterState.failures).where(RouterState.provider == tx.settings.router)
    return Owed(
        outbox_due=due,
        outbox_parked=parked,
        oldest_due_age_s=(tx.now - oldest).total_seconds() if oldest else 0.0,
        notices_scheduled=tx.session.scalar(scheduled) or 0,
        notices_late=tx.session.scalar(scheduled.where(Notice.due_at < tx.now)) or 0,
        router_failures=tx.session.scalar(failures) or 0,
    )
