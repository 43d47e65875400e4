"""Photos, signatures and papers: stored by content, known by the SHA-256 of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import undefer

from models.records import StoredFile
from services.errors import NotFoundError
from services.policy.findings import Finding
from services.transaction import STAFF, Subject, Tx

MAX_BYTES = 5 * 1024 * 1024
WEBP_TAG = slice(8, 12)
# the first bytes of each kind that may be stored
BEGINNINGS = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/webp": b"RIFF",
    "application/pdf": b"%PDF-",
}


@dataclass(frozen=True, slots=True)
class FileCard:
    """What is told of a stored file."""

    id: str
    media_type: str
    size_bytes: int


def begins_as(media_type: str, content: bytes) -> bool:
    """Tell whether the content begins as its declared kind must."""
    if not content.startswith(BEGINNINGS[media_type]):
        return False
    return media_type != "image/webp" or content[WEBP_TAG] == b"WEBP"


def store(tx: Tx, media_type: str, content: bytes) -> FileCard:
    """Keep a file; the same content by the same owner again is the same file."""
    public_id = hashlib.sha256(content).hexdigest()
    put = tx.upsert(StoredFile).values(
        public_id=public_id,
        owner=tx.actor.caller,
        media_type=media_type,
        size_bytes=len(content),
        content=content,
        created_at=tx.now,
    )
    put = put.on_conflict_do_nothing(index_elements=["public_id", "owner"])
    made = tx.session.execute(put.returning(StoredFile.id)).scalar()
    if made is not None:
        facts = {"file": public_id, "media_type": media_type, "size_bytes": len(content)}
        tx.journal("file.stored", Subject("file", made, new=True), facts)
    return FileCard(public_id, media_type, len(content))


def read(tx: Tx, public_id: str) -> tuple[FileCard, bytes]:
    """Give a file and its content to staff, or to the one who stored it; NotFoundError for anyone else."""
    query = select(StoredFile).options(undefer(StoredFile.content)).where(StoredFile.public_id == public_id)
    if not tx.actor.has(*STAFF):
        query = query.where(StoredFile.owner == tx.actor.caller)
    row = tx.session.scalar(query.order_by(StoredFile.id).limit(1))
    if row is None:
        raise NotFoundError
    return FileCard(row.public_id, row.media_type, row.size_bytes), row.content


def require_files(tx: Tx, ids: Iterable[str], field: str) -> list[Finding]:
    """Give one FILE_UNKNOWN finding per id that no stored file has; whose file it is does not matter."""
    wanted = list(dict.fromkeys(ids))
    known = set(tx.session.scalars(select(StoredFile.public_id).where(StoredFile.public_id.in_(wanted))))
    return [
        Finding("FILE_UNKNOWN", {"field": field, "file": public_id}) for public_id in wanted if public_id not in known
    ]
