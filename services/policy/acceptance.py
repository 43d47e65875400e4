"""Acceptance at the consignee's door: seals first, every line compared, what does not conform is not signed for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from models.vocabulary import CargoDocument, ConsignmentState, LineVerdict, OpenBoxAnswer, OpenBoxItem, RefusalReason
from services.policy.findings import Finding
from services.policy.localtime import blank
from services.policy.ruleset import Ruleset

# These keep the line, or the part that does not conform, from being signed for (R-D-10).
# Surplus pieces go back and leave the expected ones free to be signed for.
NOT_TO_BE_SIGNED = frozenset({"NAME_DIFFERS", "SPEC_DIFFERS", "QUANTITY_DIFFERS", "OPEN_BOX_NOT_OK"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReceipt:
    """One line of the packing list as expected, as received and as the consignee answers it.

    A line accepted in part has the verdict accepted and a ``refused_quantity``. Quantities left out follow the
    verdict: all accepted or all refused. ``lost_quantity`` pieces were damaged in an accident on the way; their photo
    and claim are on record, so they are not signed for and need no reason at the door (R-A-08).
    """

    line_no: int
    expected_name: str
    expected_spec: str | None
    expected_quantity: int
    received_name: str
    received_spec: str | None
    received_quantity: int
    lost_quantity: int = 0
    verdict: LineVerdict
    accepted_quantity: int | None = None
    refused_quantity: int | None = None
    refusal_reason: RefusalReason | None = None
    photo: bool = False
    note: str | None = None
    open_box_required: bool = False
    open_box: Mapping[OpenBoxItem, OpenBoxAnswer] = field(default_factory=dict)
    documents_missing: tuple[CargoDocument, ...] = ()

    @property
    def accepted(self) -> int:
        """Pieces signed for."""
        if self.accepted_quantity is not None:
            return self.accepted_quantity
        refused = self.lost_quantity if self.refused_quantity is None else self.refused_quantity
        return self.expected_quantity - refused if self.verdict is LineVerdict.ACCEPTED else 0

    @property
    def due_quantity(self) -> int:
        """Pieces that should come: those on the list less those lost on the way."""
        return self.expected_quantity - self.lost_quantity

    @property
    def refused(self) -> int:
        """Pieces not signed for, short ones included."""
        return self.expected_quantity - self.accepted if self.refused_quantity is None else self.refused_quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceFacts:
    """What happened at the door; ``seal_exceptions`` come from ``seals.verify_on_arrival``."""

    expected_lines: tuple[int, ...]
    lines: tuple[LineReceipt, ...]
    seals_verified: bool
    seal_exceptions: tuple[Finding, ...] = ()
    joint_inspection: bool = False
    driver_statement: str | None = None
    consignee_signature: str | None
    driver_signature: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementLine:
    """Pieces of one line that the carrier replaces or makes up (R-D-11)."""

    line_no: int
    quantity: int
    reason: RefusalReason | None


def discrepancies(line: LineReceipt) -> tuple[Finding, ...]:
    """Compare one line with the packing list: name, specification, quantity, box, papers (R-D-08, 09, 19)."""
    return tuple(_discrepancies(line))


def object_to_acceptance(facts: AcceptanceFacts, ruleset: Ruleset) -> Iterator[Finding]:  # noqa: ARG001
    """Object to closing the acceptance as it stands; everything at once (R-D-07 to R-D-10, S6).

    The ruleset is taken like by every other objection; today's measures set no number here.
    """
    yield from _object_to_seals(facts)
    yield from _object_to_answers(facts)
    for line in facts.lines:
        yield from _object_to_line(line)
    for signer, signature in (("consignee", facts.consignee_signature), ("driver", facts.driver_signature)):
        if blank(signature):
            yield Finding("SIGNATURE_MISSING", {"signer": signer})


def verdict(facts: AcceptanceFacts) -> ConsignmentState:
    """Say what the answers amount to: accepted, partially accepted or refused (R-D-10)."""
    if not any(line.accepted for line in facts.lines):
        return ConsignmentState.REFUSED
    partly = any(line.refused for line in facts.lines)
    return ConsignmentState.PARTIALLY_ACCEPTED if partly else ConsignmentState.ACCEPTED


def clean(facts: AcceptanceFacts) -> bool:
    """Tell whether the proof of delivery carries no note: seals right, all accepted, nothing differs (S5, S6)."""
    if not facts.seals_verified or facts.seal_exceptions or verdict(facts) is not ConsignmentState.ACCEPTED:
        return False
    return all(blank(line.note) and not discrepancies(line) for line in facts.lines)


def replacement_lines(facts: AcceptanceFacts) -> tuple[ReplacementLine, ...]:
    """List what the carrier must replace or make up: every piece that was not signed for (R-D-11)."""
    return tuple(
        ReplacementLine(line_no=line.line_no, quantity=line.refused, reason=line.refusal_reason)
        for line in facts.lines
        if line.refused > 0
    )


def needs_replacement(facts: AcceptanceFacts) -> bool:
    """Tell whether a linked replacement consignment must be booked (R-D-11)."""
    return bool(replacement_lines(facts))


def object_to_closing_original(outcome: ConsignmentState, replacement: ConsignmentState | None) -> Iterator[Finding]:
    """Object to closing a consignment that was refused, even in part, before its replacement is accepted (R-D-11)."""
    if outcome is ConsignmentState.ACCEPTED:
        return
    if outcome not in {ConsignmentState.PARTIALLY_ACCEPTED, ConsignmentState.REFUSED}:
        yield Finding("NOT_YET_ANSWERED", {"state": outcome})
    elif replacement is None:
        yield Finding("REPLACEMENT_MISSING")
    elif replacement not in {ConsignmentState.ACCEPTED, ConsignmentState.CLOSED}:
        yield Finding("REPLACEMENT_NOT_ACCEPTED", {"state": replacement})


def _discrepancies(line: LineReceipt) -> Iterator[Finding]:
    at = {"line": line.line_no}
    if _plain(line.expected_name) != _plain(line.received_name):
        yield Finding("NAME_DIFFERS", {**at, "expected": line.expected_name, "received": line.received_name})
    if _plain(line.expected_spec) != _plain(line.received_spec):
        specs = {"expected": line.expected_spec or "-", "received": line.received_spec or "-"}
        yield Finding("SPEC_DIFFERS", {**at, **specs})
    if line.received_quantity != line.due_quantity:
        how = "short" if line.received_quantity < line.due_quantity else "over"
        amounts = {"expected": line.due_quantity, "received": line.received_quantity}
        yield Finding("QUANTITY_DIFFERS", {**at, **amounts, "how": how})
    for item, answer in line.open_box.items():
        if answer is OpenBoxAnswer.NOT_OK:
            yield Finding("OPEN_BOX_NOT_OK", {**at, "item": item})
    for document in line.documents_missing:
        yield Finding("DOCUMENT_MISSING", {**at, "document": document})


def _object_to_seals(facts: AcceptanceFacts) -> Iterator[Finding]:
    if not facts.seals_verified:
        yield Finding("SEALS_NOT_VERIFIED")
    if facts.seal_exceptions and not facts.joint_inspection:
        yield Finding("JOINT_INSPECTION_NEEDED", {"exceptions": [finding.code for finding in facts.seal_exceptions]})
    if facts.seal_exceptions and blank(facts.driver_statement):
        yield Finding("DRIVER_STATEMENT_MISSING")


def _object_to_answers(facts: AcceptanceFacts) -> Iterator[Finding]:
    answered = Counter(line.line_no for line in facts.lines)
    for line_no in facts.expected_lines:
        if line_no not in answered:
            yield Finding("LINE_NOT_ANSWERED", {"line": line_no})
    for line_no, times in answered.items():
        if line_no not in facts.expected_lines:
            yield Finding("LINE_UNKNOWN", {"line": line_no})
        if times > 1:
            yield Finding("LINE_ANSWERED_TWICE", {"line": line_no})


def _object_to_line(line: LineReceipt) -> Iterator[Finding]:
    at = {"line": line.line_no}
    amounts = {"expected": line.expected_quantity, "accepted": line.accepted, "refused": line.refused}
    fits_verdict = (line.accepted > 0) == (line.verdict is LineVerdict.ACCEPTED)
    if min(line.accepted, line.refused) < 0 or line.accepted + line.refused != line.expected_quantity:
        yield Finding("QUANTITY_NOT_BALANCED", {**at, **amounts})
    elif not fits_verdict:
        yield Finding("VERDICT_CONTRADICTS_QUANTITY", {**at, **amounts, "verdict": line.verdict})
    if line.refused > line.lost_quantity or (line.verdict is LineVerdict.REFUSED and not line.lost_quantity):
        yield from _object_to_refusal(line)
    if line.accepted > 0:
        yield from _object_to_signing(line)


def _object_to_refusal(line: LineReceipt) -> Iterator[Finding]:
    if line.refusal_reason is None:
        yield Finding("REFUSAL_REASON_MISSING", {"line": line.line_no})
    if not line.photo:
        yield Finding("REFUSAL_PHOTO_MISSING", {"line": line.line_no})


def _object_to_signing(line: LineReceipt) -> Iterator[Finding]:
    if line.open_box_required:
        open_items = [item for item in OpenBoxItem if item not in line.open_box]
        if open_items:
            yield Finding("OPEN_BOX_INCOMPLETE", {"line": line.line_no, "items": open_items})
    differs = [
        finding.code
        for finding in discrepancies(line)
        if finding.code in NOT_TO_BE_SIGNED and finding.facts.get("how") != "over"
    ]
    if line.lost_quantity and line.accepted > line.received_quantity:  # by themselves lost pieces differ in nothing
        differs = ["QUANTITY_DIFFERS"]
    # Part of a line may be signed for once the rest is refused, but never more pieces than came.
    if differs and (line.refused <= 0 or line.accepted > line.received_quantity):
        yield Finding("DISCREPANCY_ACCEPTED", {"line": line.line_no, "differs": differs})


def _plain(text: str | None) -> str:
    return (text or "").strip()
