"""What becomes of one order of a file: booked, updated, unchanged or refused, each in its own savepoint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models.consignments import CargoLine, Consignment
from models.imports import ImportFile, ImportRow
from models.vocabulary import ConsignmentState, ImportRowState, ShipmentMode
from services.facts import line_facts
from services.imports.rows import Order, Reason, booking_of, default_mode, shown, spread
from services.orders import booking, rebooking
from services.orders.cargo_rows import LINE_DEFAULTS
from services.policy.cargo import CargoFacts, chargeable_mass_kg
from services.policy.findings import Finding, RuleBrokenError
from services.queries import shipments
from services.transaction import Tx

# the second look after somebody else was first finds what he wrote
TRIES = 2
# the column of a file that a finding of booking is about, by its code; others name a field in their facts
ABOUT: Mapping[str, str] = {
    "PROMISED_IN_THE_PAST": "promised_arrival_at", "ORIGIN_IS_DESTINATION": "destination",
    "LTL_OVER_LIMIT": "shipment_mode", "HAZMAT_CLASS_MISSING": "hazmat_class",
    "HAZMAT_CLASS_UNKNOWN": "hazmat_class", "HAZMAT_NOT_DECLARED": "hazmat_class",
    "TEMPERATURE_RANGE_MISSING": "temp_min_c", "TEMPERATURE_RANGE_INVERTED": "temp_min_c",
    "CUSTOMER_REF_EXISTS": "customer_ref",
}  # fmt: skip
FIELD_OF = {"consignee_id": "consignee", "origin_site_id": "origin", "destination_site_id": "destination"}
COUNTED = (ImportRowState.BOOKED, ImportRowState.UPDATED, ImportRowState.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Known:
    """A consignment that the order may stand for already, and what the file said of it last time."""

    id: int
    number: str
    state: ConsignmentState
    fingerprints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order; reasons per row number."""

    state: ImportRowState
    consignment_id: int | None = None
    reasons: Mapping[int, tuple[Reason, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shipper:
    """Whose file it is, and whether it only asks what would happen."""

    id: int
    code: str
    dry_run: bool


def decide(tx: Tx, shipper: Shipper, order: Order, known: Known | None) -> Outcome:
    """Book, amend or leave one order; a refusal undoes what this order did and nothing else.

    A dry run does the same work and undoes it, so it says exactly what would happen.
    """
    if order.reasons:
        return Outcome(ImportRowState.REFUSED, None, order.reasons)
    for _ in range(TRIES):
        savepoint = tx.session.begin_nested()
        tx.session.connection()  # sends SAVEPOINT now: prepared statements go to the connection past the session
        # a journal link remembered from a savepoint that was undone would break the chain: ask the rows anew
        own = Tx(tx.unit, tx.now, tx.actor, tx.ruleset, tx.settings)
        try:
            outcome = _act(own, shipper, order, known)
            tx.session.flush()
        except RuleBrokenError as error:
            savepoint.rollback()
            return _refused(order, known, error.findings)
        except (IntegrityError, StaleDataError):
            savepoint.rollback()
            known = find_known(tx, shipper.id, [order]).get(order, known)
        else:
            if not shipper.dry_run:
                savepoint.commit()
                return outcome
            savepoint.rollback()
            return replace(outcome, consignment_id=None) if outcome.state is ImportRowState.BOOKED else outcome
    return _refused(order, known, [Finding("CHANGED_MEANWHILE")])


def find_known(tx: Tx, shipper_id: int, orders: Sequence[Order]) -> dict[Order, Known]:
    """Find the consignments that orders stand for: by customer reference, else by equal rows of earlier files."""
    by_ref = _by_reference(tx, shipper_id, [order.ref for order in orders if order.ref])
    alone = [order for order in orders if order.ref is None]
    by_content = _by_content(tx, shipper_id, {order.rows[0].fingerprint for order in alone})
    found = {order: by_ref[order.ref] for order in orders if order.ref in by_ref}
    for order in alone:
        equal = by_content.get(order.rows[0].fingerprint, [])
        if len(equal) >= order.occurrence:
            found[order] = equal[order.occurrence - 1]
    return found


def _by_reference(tx: Tx, shipper_id: int, refs: Sequence[str]) -> dict[str | None, Known]:
    """Give the live consignment of each reference, or the last cancelled one when there is no live one."""
    columns = (Consignment.id, Consignment.number, Consignment.state, Consignment.customer_ref)
    rows = tx.session.execute(
        select(*columns)
        .where(Consignment.shipper_id == shipper_id, Consignment.customer_ref.in_(refs))
        .order_by(Consignment.id)
    ).all()
    said = _said_last(tx, [row.id for row in rows])
    found: dict[str | None, Known] = {}
    for row in sorted(rows, key=lambda row: row.state is not ConsignmentState.CANCELLED):
        found[row.customer_ref] = Known(row.id, row.number, row.state, said.get(row.id, ()))
    return found


def _said_last(tx: Tx, consignment_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Give the hashes of the rows by which the last file spoke of each consignment."""
    columns = (ImportRow.consignment_id, ImportRow.file_id, ImportRow.fingerprint)
    rows = tx.session.execute(
        select(*columns)
        .join(ImportFile, ImportFile.id == ImportRow.file_id)
        .where(ImportRow.consignment_id.in_(consignment_ids), ImportRow.state.in_(COUNTED), ~ImportFile.dry_run)
        .order_by(ImportRow.file_id, ImportRow.row_no)
    )
    said: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.consignment_id is not None:
            said[row.consignment_id][row.file_id].append(row.fingerprint)
    return {consignment_id: tuple(files[max(files)]) for consignment_id, files in said.items()}


def _by_content(tx: Tx, shipper_id: int, fingerprints: set[str]) -> dict[str, list[Known]]:
    """Give the consignments that earlier files made from equal rows, oldest first."""
    columns = (ImportRow.fingerprint, Consignment.id, Consignment.number, Consignment.state)
    rows = tx.session.execute(
        select(*columns)
        .join(Consignment, Consignment.id == ImportRow.consignment_id)
        .join(ImportFile, ImportFile.id == ImportRow.file_id)
        .where(ImportRow.fingerprint.in_(sorted(fingerprints)), ImportFile.shipper_id == shipper_id)
        .where(~ImportFile.dry_run, ImportRow.state.in_(COUNTED))
        .distinct()
        .order_by(Consignment.id)
    )
    found: dict[str, list[Known]] = defaultdict(list)
    for row in rows:
        found[row.fingerprint].append(Known(row.id, row.number, row.state, (row.fingerprint,)))
    return found


def _act(tx: Tx, shipper: Shipper, order: Order, known: Known | None) -> Outcome:
    if known is None:
        return _book(tx, shipper, order)
    if known.fingerprints == order.fingerprints:
        return _unchanged(order, known)
    if known.state is ConsignmentState.CANCELLED:
        return _book(tx, shipper, order)
    return _amend(tx, order, known)


def _book(tx: Tx, shipper: Shipper, order: Order) -> Outcome:
    body = booking_of(order)
    if "shipment_mode" not in body:
        body["shipment_mode"] = default_mode(_chargeable_kg(tx, body["lines"]), tx.ruleset.vehicle.ltl_max_kg)
    view = booking.book(tx, {"shipper": shipper.code, "consignments": [body]})[0]
    made = tx.session.scalar(select(Consignment.id).where(Consignment.number == view["number"]))
    return Outcome(ImportRowState.BOOKED, made)


def _chargeable_kg(tx: Tx, lines: Sequence[Mapping[str, Any]]) -> int:
    facts = tuple(line_facts({**LINE_DEFAULTS, **line, "line_no": line_no}) for line_no, line in enumerate(lines, 1))
    cargo = CargoFacts(lines=facts, shipment_mode=ShipmentMode.LTL, out_of_town=False)
    return chargeable_mass_kg(cargo, tx.ruleset)


def _unchanged(order: Order, known: Known) -> Outcome:
    """Leave the consignment as it is, whatever was done with it since; say so when it was cancelled."""
    if known.state is not ConsignmentState.CANCELLED:
        return Outcome(ImportRowState.UNCHANGED, known.id)
    note = (Reason(Finding("CANCELLED_SINCE", {"number": known.number})),)
    return Outcome(ImportRowState.UNCHANGED, known.id, {row.row_no: note for row in order.rows})


def _amend(tx: Tx, order: Order, known: Known) -> Outcome:
    """Change what the file now says differently; a blank cell says nothing and changes nothing."""
    stored = shipments.consignment_view(tx, known.number)
    wanted = booking_of(order)
    lines = wanted.pop("lines")
    before = {name: _stored(stored, name) for name in wanted}
    changes = {name: value for name, value in wanted.items() if before[name] != value}
    reasons = [_changed(name, before[name], value) for name, value in changes.items()]
    merged, line_reasons = _merged_lines(tx, order, known, lines)
    if line_reasons:
        changes["lines"] = merged
    if not changes:
        return Outcome(ImportRowState.UNCHANGED, known.id)
    rebooking.amend(tx, known.number, changes, None)
    told = {row.row_no: (*reasons, *line_reasons.get(row.row_no, ())) for row in order.rows}
    return Outcome(ImportRowState.UPDATED, known.id, told)


def _stored(view: Mapping[str, Any], name: str) -> Any:
    value = view[name]
    return value["code"] if isinstance(value, dict) else value


def _changed(name: str, before: Any, after: Any) -> Reason:
    facts = {"before": "" if before is None else shown(before), "after": shown(after)}
    return Reason(Finding("CELL_CHANGED", facts), name, facts["after"])


def _merged_lines(
    tx: Tx, order: Order, known: Known, lines: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], dict[int, tuple[Reason, ...]]]:
    """Lay the file's lines over the stored ones and give them with what differs, per row.

    What the file does not say (a temperature range entered by hand) stays on its line.
    """
    columns = [column for column in shipments.LINE_COLUMNS if column.name != "line_no"]
    rows = tx.session.execute(
        select(*columns).where(CargoLine.consignment_id == known.id).order_by(CargoLine.line_no)
    ).mappings()
    left = [dict(row) for row in rows]
    same_count = len(left) == len(lines)
    merged: list[dict[str, Any]] = []
    told: dict[int, tuple[Reason, ...]] = {}
    for row, line in zip(order.rows, lines, strict=True):
        base = _take(left, line, by_place=same_count)
        merged.append({**(base or {}), **line})
        reasons = tuple(_line_changes(base, line))
        if reasons:
            told[row.row_no] = reasons
    if left:
        gone = Reason(Finding("LINES_REMOVED", {"names": "、".join(line["name"] for line in left)}))
        told[order.rows[0].row_no] = (*told.get(order.rows[0].row_no, ()), gone)
    return merged, told


def _take(left: list[dict[str, Any]], line: Mapping[str, Any], *, by_place: bool) -> dict[str, Any] | None:
    """Take the stored line that a row speaks of: the same goods, else the next one when none came or went."""
    names = [name for name in ("name", "specification") if name in line]
    same = next((base for base in left if all(base[name] == line[name] for name in names)), None)
    base = same or (left[0] if by_place and left else None)
    if base is not None:
        left.remove(base)
    return base


def _line_changes(base: Mapping[str, Any] | None, line: Mapping[str, Any]) -> Iterator[Reason]:
    if base is None:
        yield Reason(Finding("LINE_ADDED", {"name": line["name"]}), "name")
        return
    for name, value in line.items():
        now = list(value) if isinstance(value, tuple) else value
        if base[name] != now:
            yield _changed(name, base[name], value)


def _refused(order: Order, known: Known | None, findings: Sequence[Finding]) -> Outcome:
    """Lay findings on the rows they are about: that of their line, else every row of the order."""
    found: dict[int, list[Reason]] = defaultdict(list)
    for finding in findings:
        line_no = finding.facts.get("line_no")
        rows = [order.rows[line_no - 1]] if isinstance(line_no, int) and line_no <= len(order.rows) else order.rows
        about = str(finding.facts.get("field") or ABOUT.get(finding.code, ""))
        about = FIELD_OF.get(about, about)
        for row in rows:
            value = shown(row.values[about]) if about in row.values else None
            found[row.row_no].append(Reason(finding, about or None, value))
    return Outcome(ImportRowState.REFUSED, known.id if known else None, spread(order.rows, found))
