"""How the intake asks for the watch; apart from the watch itself, so that the web process need not load that."""

from __future__ import annotations

from datetime import UTC, datetime

from services.transaction import Tx

BUCKET_S = 10


def ask_for_watch(tx: Tx) -> None:
    """Ask for a look at what came in; the batches of ten seconds share one job."""
    due = datetime.fromtimestamp(-(-tx.now.timestamp() // BUCKET_S) * BUCKET_S, tz=UTC)
    tx.defer("watch_vehicles", key=f"watch-{due:%Y%m%dT%H%M%S}", due_at=due)
