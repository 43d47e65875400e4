"""One unit of work: session, the time read once, the actor, the ruleset; journal and outbox inside it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import orjson
from sqlalchemy import Connection, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.records import JournalEntry, NumberSeries, OutboxRow
from models.vocabulary import ActorKind, Role
from services.clock import local
from services.database import Unit
from services.policy.findings import Finding
from services.policy.ruleset import Ruleset
from services.prepared import Prepared, inserting
from services.settings import Settings

INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def _owe(dialect: str, *, again: bool = False) -> Any:
    """Build the statement that owes one piece of work."""
    names = ("key", "job", "args", "created_at", "due_at")
    table = cast(Table, OutboxRow.__table__)
    put = INSERTS[dialect](table).values({name: bindparam(name) for name in names} | {"attempts": 0})
    moved = {"due_at": put.excluded.due_at, "args": put.excluded.args, "hinted_until": None}
    if again:
        opened = {"done_at": None, "parked_at": None, "attempts": 0}
        return put.on_conflict_do_update(index_elements=["key"], set_=moved | opened)
    pending = table.c.done_at.is_(None) & table.c.parked_at.is_(None)
    return put.on_conflict_do_update(index_elements=["key"], set_=moved, where=pending)


def _count_up(dialect: str) -> Any:
    table = cast(Table, NumberSeries.__table__)
    put = INSERTS[dialect](table).values(prefix=bindparam("prefix"), last=1)
    put = put.on_conflict_do_update(index_elements=["prefix"], set_={"last": table.c.last + 1})
    return put.returning(table.c.last)


# nearly every use case runs these
OWE, OWE_AGAIN, COUNT_UP = Prepared(_owe), Prepared(partial(_owe, again=True)), Prepared(_count_up)
NOTE = inserting(JournalEntry)
LAST_LINK = Prepared(
    select(JournalEntry.seq, JournalEntry.hash)
    .where(JournalEntry.subject_kind == bindparam("kind"), JournalEntry.subject_id == bindparam("id"))
    .order_by(JournalEntry.seq.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whose hand this is; ``shipper_id`` and ``driver_id`` narrow what the actor may see."""

    kind: ActorKind
    name: str
    user_id: int | None = None
    roles: frozenset[Role] = frozenset()
    shipper_id: int | None = None
    driver_id: int | None = None

    def has(self, *roles: Role) -> bool:
        """Tell whether the actor holds any of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def caller(self) -> str:
        """Name the caller for idempotency keys and file ownership."""
        return f"{self.kind}:{self.user_id or self.name}"


WORKER = Actor(ActorKind.WORKER, "worker")
STAFF = frozenset(Role) - {Role.SHIPPER, Role.DRIVER}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a journal entry is about, and the consignment and trip whose history it belongs to."""

    kind: str
    id: int
    consignment_id: int | None = None
    trip_id: int | None = None
    new: bool = False


@dataclass(slots=True)
class Tx:
    """A unit of work; services change rows through it and never commit."""

    unit: Unit
    now: datetime
    actor: Actor
    ruleset: Ruleset
    settings: Settings
    # what this unit has looked up once and may trust until it ends, such as whether a shipper listens
    memo: dict[Any, Any] = field(default_factory=dict)
    _chain: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)

    @property
    def connection(self) -> Connection:
        """The connection: for statements built once, which read columns and need no object."""
        return self.unit.connection

    @property
    def session(self) -> Session:
        """The ORM's session, for rows that are loaded, changed and guarded by their version."""
        return self.unit.session

    def as_actor(self, actor: Actor) -> Tx:
        """Give the same unit of work in the name of another hand."""
        return Tx(self.unit, self.now, actor, self.ruleset, self.settings, self.memo, self._chain)

    def defer(self, job: str, key: str, due_at: datetime | None = None, **args: Any) -> None:
        """Owe one piece of work in this transaction; the same key again moves an open row's due time."""
        values = {"key": key, "job": job, "args": args, "created_at": self.now, "due_at": due_at or self.now}
        OWE.put(self.connection, values)

    def defer_again(self, job: str, key: str, due_at: datetime, **args: Any) -> None:
        """Owe a recurring look: the key is opened again although it was done before, and the newest time counts."""
        values = {"key": key, "job": job, "args": args, "created_at": self.now, "due_at": due_at}
        OWE_AGAIN.put(self.connection, values)

    def journal(
        self,
        action: str,
        subject: Subject,
        facts: Mapping[str, Any] | None = None,
        occurred_at: datetime | None = None,
        findings: Iterable[Finding] = (),
    ) -> None:
        """Write one append-only entry, chained by hash to the subject's entry before it (R-D-17)."""
        seq, before = self._last_link(subject)
        entry = {
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "seq": seq + 1,
            "action": action,
            "consignment_id": subject.consignment_id,
            "trip_id": subject.trip_id,
            "actor_kind": self.actor.kind,
            "actor_id": self.actor.user_id,
            "actor_name": self.actor.name,
            "occurred_at": (occurred_at or self.now).astimezone(UTC),
            "recorded_at": self.now,
            "facts": dict(facts or {}),
            "findings": [{"code": finding.code, "facts": dict(finding.facts)} for finding in findings],
            "ruleset_version": self.ruleset.version,
        }
        entry["hash"] = chain_hash(before, entry)
        self._chain[subject.kind, subject.id] = (seq + 1, str(entry["hash"]))
        NOTE.put(self.connection, entry)

    def next_number(self, prefix: str) -> str:
        """Give the next number people say aloud, such as ``YD-20261122-0417`` (day in Asia/Shanghai)."""
        series = f"{prefix}-{local(self.now):%Y%m%d}"
        return f"{series}-{self.count_up(series):04d}"

    def count_up(self, series: str) -> int:
        """Give the next number of a series, from 1; others who count in it wait until this unit of work has ended."""
        (last,) = COUNT_UP.first(self.connection, {"prefix": series}) or (0,)
        return int(last)

    def upsert(self, table: type[Any]) -> Any:
        """Give the dialect's INSERT … ON CONFLICT for a table."""
        return INSERTS[self.dialect](table)

    @property
    def dialect(self) -> str:
        """Name the database's dialect, ``sqlite`` or ``postgresql``."""
        return self.connection.dialect.name

    def _last_link(self, subject: Subject) -> tuple[int, str]:
        key = (subject.kind, subject.id)
        if key in self._chain:
            return self._chain[key]
        if subject.new:
            return (0, "")
        seq, before = LAST_LINK.first(self.connection, {"kind": subject.kind, "id": subject.id}) or (0, "")
        return seq, before


def chain_hash(before: str, entry: Mapping[str, Any]) -> str:
    """Hash an entry's content with the hash before it, so that an edit or a deletion shows."""
    content = {name: value for name, value in entry.items() if name not in {"hash", "id"}}
    return hashlib.sha256(before.encode() + orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def new_token() -> str:
    """Give a random fencing token (128 bits)."""
    return secrets.token_hex(16)
