"""How each cargo line came through an accident; damaged pieces stay behind and become a claim draft (R-A-08)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.accidents import Accident, CargoDamage
from models.consignments import CargoLine, Consignment
from models.vocabulary import TaskKind
from services import files, lifecycle, tasks
from services.cargo_care import cases
from services.cargo_care.plans import LineDamage
from services.policy.cargo_care import RIDING, DamageFacts, object_to_damage
from services.policy.findings import Finding, require
from services.queries.cargo_care import goods_concerned
from services.scope import named_consignment
from services.transaction import Tx


def record_damage(tx: Tx, number: str, consignment_no: str, lines: Sequence[LineDamage]) -> Accident:
    """Record the damaged pieces of some lines of a consignment; a later record of a line corrects the earlier.

    Closed once the goods went on with another truck or were answered for at the door. Raises RuleBrokenError with
    every objection.
    """
    accident = cases.open_case(tx, number)
    consignment = named_consignment(tx, consignment_no, "consignment")
    known = {line.line_no: line for line in consignment.lines}
    require(_object_to_record(tx, accident, consignment, lines, known))
    for line in lines:
        _store(tx, accident, known[line.line_no], line)
    tx.session.flush()
    told = {"accident": accident.number, "lines": {str(line.line_no): line.damaged_quantity for line in lines}}
    tx.journal("consignment.damaged", lifecycle.of_consignment(consignment), told)
    _draft_claim(tx, accident, consignment)
    return accident


def claim_key(accident: Accident, consignment: Consignment) -> str:
    """Give the key of the claim draft for a consignment damaged in an accident."""
    return f"damage-{accident.id}-{consignment.id}"


def _object_to_record(
    tx: Tx,
    accident: Accident,
    consignment: Consignment,
    lines: Sequence[LineDamage],
    known: dict[int, CargoLine],
) -> list[Finding]:
    at = {"consignment": consignment.number}
    found = []
    if consignment.id not in {one.id for one in goods_concerned(tx, accident)}:
        found.append(Finding("NOT_ABOARD_AT_ACCIDENT", {**at, "accident": accident.number}))
    elif consignment.state not in RIDING or cases.made_to(tx, accident) is not None:
        found.append(Finding("DAMAGE_RECORD_CLOSED", {**at, "state": consignment.state}))
    found += files.require_files(tx, [photo for line in lines for photo in line.photos], "photos")
    facts = [
        DamageFacts(
            line_no=line.line_no,
            quantity=known[line.line_no].quantity if line.line_no in known else None,
            damaged=line.damaged_quantity,
            photos=len(line.photos),
        )
        for line in lines
    ]
    return [*found, *object_to_damage(consignment.number, facts)]


def _store(tx: Tx, accident: Accident, line: CargoLine, told: LineDamage) -> None:
    query = select(CargoDamage).where(CargoDamage.accident_id == accident.id, CargoDamage.line_id == line.id)
    row = tx.session.scalar(query) or CargoDamage(
        accident_id=accident.id, consignment_id=line.consignment_id, line_id=line.id
    )
    row.damaged_quantity, row.note, row.photos = told.damaged_quantity, told.note, list(told.photos)
    row.recorded_at, row.recorded_by = tx.now, tx.actor.name
    tx.session.add(row)


def _draft_claim(tx: Tx, accident: Accident, consignment: Consignment) -> None:
    """Put the claim on the desk with what is damaged now, or take it back when nothing is."""
    key, facts = claim_key(accident, consignment), _claim(tx, accident, consignment)
    if not facts["lines"]:
        tasks.complete_by_key(tx, key, "no damage")
        return
    place = {"trip_id": accident.trip_id, "consignment_id": consignment.id}
    if not tasks.raise_task(tx, TaskKind.CLAIM_DRAFT, key, tx.now, facts=facts, **place):
        tasks.revise(tx, key, facts)


def _claim(tx: Tx, accident: Accident, consignment: Consignment) -> dict[str, object]:
    rows = tx.session.scalars(
        select(CargoDamage).where(
            CargoDamage.accident_id == accident.id,
            CargoDamage.consignment_id == consignment.id,
            CargoDamage.damaged_quantity > 0,
        )
    )
    damaged = {row.line_id: row for row in rows}
    lines = [
        {
            "line_no": line.line_no,
            "name": line.name,
            "quantity": line.quantity,
            "damaged": damaged[line.id].damaged_quantity,
            "note": damaged[line.id].note,
            "photos": damaged[line.id].photos,
        }
        for line in consignment.lines
        if line.id in damaged
    ]
    return {"accident": accident.number, "consignment": consignment.number, "lines": lines}
