"""The answer to a request key, stored in the transaction of its effect, so both exist or neither (P2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, delete, select, update

from models.records import IdempotencyAnswer
from services.errors import ConflictError
from services.policy.findings import Finding, RuleBrokenError
from services.prepared import Prepared
from services.transaction import INSERTS, Tx

KEPT_FOR = timedelta(days=8)
TABLE = cast(Table, IdempotencyAnswer.__table__)
ONE = ("caller", "route", "request_key")
SAME = and_(*(TABLE.c[name] == bindparam(f"asked_{name}") for name in ONE))


def _take(dialect: str) -> Any:
    values: dict[str, Any] = {name: bindparam(name) for name in (*ONE, "body_hash", "headers", "created_at")}
    return INSERTS[dialect](TABLE).values(values).on_conflict_do_nothing(index_elements=ONE).returning(TABLE.c.id)


TAKE = Prepared(_take)
TELL = Prepared(
    update(TABLE).where(SAME).values({name: bindparam(f"told_{name}") for name in ("status", "answer", "headers")})
)
TOLD = Prepared(select(TABLE.c.body_hash, TABLE.c.status, TABLE.c.answer, TABLE.c.headers).where(SAME))


@dataclass(frozen=True, slots=True)
class Asked:
    """One keyed request: who, which route, which key, and the SHA-256 of its body."""

    caller: str
    route: str
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, to the letter."""

    status: int
    body: str
    headers: Mapping[str, Any]


class KeyReusedError(RuleBrokenError):
    """The same key came with another body; answered with 422."""


def claim(tx: Tx, asked: Asked) -> Answer | None:
    """Take the key for this transaction, or give the stored answer of the one that had it before.

    A second caller with the same key waits on the unique index until the first commits.
    Raises KeyReusedError for another body, ConflictError while an answer is still missing.
    """
    values = {**_same(asked), "body_hash": asked.body_hash, "headers": {}, "created_at": tx.now}
    taken = TAKE.first(tx.connection, values)
    return None if taken else _stored(tx, asked)


def store(tx: Tx, asked: Asked, answer: Answer) -> None:
    """Keep the answer beside its effect."""
    told = {"told_status": answer.status, "told_answer": answer.body, "told_headers": dict(answer.headers)}
    TELL.put(tx.connection, {**_asked(asked), **told})


def forget_old(tx: Tx) -> None:
    """Drop answers older than eight days (at least seven are promised)."""
    tx.session.execute(delete(IdempotencyAnswer).where(IdempotencyAnswer.created_at < tx.now - KEPT_FOR))


def _stored(tx: Tx, asked: Asked) -> Answer:
    ((body_hash, status, answer, headers),) = TOLD.rows(tx.connection, _asked(asked))
    if body_hash != asked.body_hash:
        raise KeyReusedError([Finding("IDEMPOTENCY_KEY_REUSED", {"key": asked.key})])
    if status is None:
        raise ConflictError("REQUEST_STILL_RUNNING", {"key": asked.key})
    return Answer(status, answer, headers)


def _same(asked: Asked) -> dict[str, str]:
    return {"caller": asked.caller, "route": asked.route, "request_key": asked.key}


def _asked(asked: Asked) -> dict[str, str]:
    return {f"asked_{name}": value for name, value in _same(asked).items()}
