"""Amend and cancel consignments (R-F-18, R-F-21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from models.consignments import CargoLine, Consignment
from models.parties import Party, Site
from models.vocabulary import ConsignmentState, PartyKind
from services import lifecycle
from services.facts import cargo_facts
from services.orders.cargo_rows import PUT_LINE, line_values, totals
from services.planning import dispatch
from services.policy.cargo import object_to_cargo
from services.policy.findings import Finding, require
from services.policy.lifecycle import object_to_amend
from services.policy.vehicles import out_of_town
from services.queries import shipments
from services.scope import find_consignment, parties_of, require_version, sites_of
from services.transaction import Tx

# a request's field, the column it sets, and the table the code is looked up in
REFERENCES = (
    ("consignee", "consignee_id", Party),
    ("origin", "origin_site_id", Site),
    ("destination", "destination_site_id", Site),
)


def amend(tx: Tx, number: str, changes: Mapping[str, Any], expected: int | None) -> dict[str, Any]:
    """Change what may still be changed in the consignment's state; the fields named and nothing else.

    Raises StaleVersionError, or RuleBrokenError with every field that is closed and every objection.
    """
    consignment = find_consignment(tx, number, lock=True)
    require_version(consignment, expected)
    columns = dict(changes)
    findings = list(_resolve(tx, columns, consignment.shipper_id))
    lines = columns.pop("lines", None)
    named = [*columns, *(["lines"] if lines is not None else [])]
    require([*object_to_amend(consignment.state, named), *findings])
    before = {name: _plain(getattr(consignment, name)) for name in columns}
    for name, value in columns.items():
        setattr(consignment, name, value)
    if lines is not None:
        _replace_lines(tx, consignment, lines)
    _derive(tx, consignment)
    after = {name: _plain(value) for name, value in columns.items()}
    tx.session.flush()
    tx.journal(
        "consignment.amended",
        lifecycle.of_consignment(consignment),
        {"before": before, "after": after, "lines_replaced": lines is not None},
    )
    return shipments.consignment_view(tx, number)


def cancel(tx: Tx, number: str, reason: str) -> Consignment:
    """Cancel a consignment that is not loaded yet; it leaves the trip it was planned on."""
    consignment = find_consignment(tx, number, lock=True)
    lifecycle.move_consignment(tx, consignment, ConsignmentState.CANCELLED, {"reason": reason})
    dispatch.leave_trip(tx, consignment)
    return consignment


def _resolve(tx: Tx, columns: dict[str, Any], shipper_id: int) -> Iterator[Finding]:
    """Turn codes in a change into ids, in place, within the consignment's own shipper's parties and sites."""
    for name, column, table in REFERENCES:
        if name not in columns:
            continue
        code = columns.pop(name)
        query: Any = select(table.id).where(table.code == code)
        if table is Party:
            query = query.where(Party.kind == PartyKind.CONSIGNEE, parties_of(tx.actor))
            query = query.where(Party.owner_id.is_(None) | (Party.owner_id == shipper_id))
        else:
            query = query.where(sites_of(tx.actor))
        found = tx.session.scalar(query)
        if found is None:
            yield Finding("REFERENCE_UNKNOWN", {"field": name, "value": code})
        else:
            columns[column] = found


def _replace_lines(tx: Tx, consignment: Consignment, lines: Sequence[Mapping[str, Any]]) -> None:
    values = [line_values(line_no, line) for line_no, line in enumerate(lines, 1)]
    tx.session.execute(delete(CargoLine).where(CargoLine.consignment_id == consignment.id))
    PUT_LINE.put_many(tx.connection, [{**line, "consignment_id": consignment.id} for line in values])
    for name, value in totals(values).items():
        setattr(consignment, name, value)
    tx.session.expire(consignment, ["lines"])


def _derive(tx: Tx, consignment: Consignment) -> None:
    """Work out again what follows from the sites and lines, and ask the cargo rules again."""
    origin, destination = (tx.session.get_one(Site, site) for site in _sites(consignment))
    consignment.out_of_town = out_of_town(origin.region_code, destination.region_code)
    findings = [*object_to_cargo(cargo_facts([consignment]), tx.ruleset)]
    if origin is destination:
        findings.append(Finding("ORIGIN_IS_DESTINATION", {"site": origin.code}))
    if consignment.promised_arrival_at <= tx.now:
        promised = {"promised_arrival_at": consignment.promised_arrival_at.isoformat()}
        findings.append(Finding("PROMISED_IN_THE_PAST", promised))
    require(findings)


def _sites(consignment: Consignment) -> tuple[int, int]:
    return consignment.origin_site_id, consignment.destination_site_id


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
