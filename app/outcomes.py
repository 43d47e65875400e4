"""What became of positions, as every door that takes some answers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.errors import told
from services.policy.findings import Finding
from services.positions.tracking import Fix, Taken


def answer_of(taken: Taken, fixes: Sequence[Fix]) -> dict[str, Any]:
    """Give the counts, and each fix that was refused or doubted with its place in the batch and the reason."""
    return {
        "stored": taken.stored,
        "duplicates": taken.duplicates,
        "refused": list(_named(taken.refused, fixes)),
        "doubted": list(_named(taken.doubted, fixes)),
    }


def _named(marks: Sequence[Mapping[str, Any]], fixes: Sequence[Fix]) -> Iterator[dict[str, Any]]:
    findings = [
        Finding(mark["code"], {"plate": fixes[mark["index"]].plate, "device": fixes[mark["index"]].device})
        for mark in marks
    ]
    for mark, reason in zip(marks, told(findings), strict=True):
        yield {"index": mark["index"], "code": mark["code"], "message": reason["message"]}
