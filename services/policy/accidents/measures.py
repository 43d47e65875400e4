"""Corrective measures: who reports one done, and who may verify it (R-A-03)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.policy.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureState:
    """How far a measure is; owner and reporter are users."""

    done: bool
    verified: bool
    owner_id: int
    done_by_id: int | None


def object_to_completion(measure: MeasureState, user_id: int | None, *, by_safety: bool) -> Iterator[Finding]:
    """Object to a measure reported done by somebody other than its owner or safety, or a second time."""
    if measure.done:
        yield Finding("MEASURE_DONE_ALREADY", {})
    if user_id != measure.owner_id and not by_safety:
        yield Finding("MEASURE_OF_ANOTHER", {})


def object_to_verification(measure: MeasureState, user_id: int | None) -> Iterator[Finding]:
    """Object to a verification by the owner or the reporter, or of what is not done or is verified already."""
    if measure.verified:
        yield Finding("MEASURE_VERIFIED_ALREADY", {})
    elif not measure.done:
        yield Finding("MEASURE_NOT_DONE", {})
    if user_id in {measure.owner_id, measure.done_by_id}:
        yield Finding("VERIFIER_IS_OWNER", {})
