"""Mass, volume and dimensions of a load on a given truck, and what an oversize permit may cover (domain 2, 3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.vocabulary import Body
from services.policy.cargo import NO_PIECES, CargoLineFacts
from services.policy.findings import Finding
from services.policy.ruleset import Ruleset
from services.policy.vehicle_facts import JobFacts, VehicleFacts, gross_limit_kg

# On these the load stands in the open, so its own outline is what the road limits measure.
OPEN_TOPPED = frozenset({Body.DROPSIDE, Body.STAKE, Body.TIPPER, Body.FLAT, Body.LOWBED})
# Only these beds may be overhung, and only by goods that cannot be taken apart, under a permit.
OVERHUNG_BEDS = frozenset({Body.FLAT, Body.LOWBED})


@dataclass(frozen=True, slots=True)
class Excess:
    """One measure of a load beyond what is allowed; millimetres, or kilograms for the gross mass."""

    dimension: str
    actual: int
    limit: int


def object_to_load(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> Iterator[Finding]:
    """Object to a load too heavy, too bulky or too large for this truck or for the road (domain 3.2 no. 2 and 3)."""
    yield from _object_to_mass(vehicle, job, ruleset)
    volume_dm3 = job.cargo.total_volume_dm3
    if vehicle.volume_dm3 is not None and volume_dm3 > vehicle.volume_dm3:
        facts = {"plate": vehicle.plate, "volume_dm3": volume_dm3, "capacity_dm3": vehicle.volume_dm3}
        yield Finding("VOLUME_TOO_SMALL", facts)
    for line in job.cargo.lines:
        yield from _object_to_piece(vehicle, line, ruleset)
    yield from _object_to_permit(vehicle, job, ruleset)


def outline(vehicle: VehicleFacts, line: CargoLineFacts, ruleset: Ruleset) -> dict[str, int]:
    """Give length, width and height above the road of a piece that stands in the open, in mm; empty where it does not.

    The longer side lies along the truck; a truck without a bed height on file has the assumed one.
    """
    if vehicle.body not in OPEN_TOPPED or line.packaging in NO_PIECES:
        return {}
    bed_mm = ruleset.vehicle.bed_height_mm if vehicle.bed_height_mm is None else vehicle.bed_height_mm
    sides = (line.length_mm or 0, line.width_mm or 0)
    return {"length": max(sides), "width": min(sides), "height": bed_mm + line.height_mm if line.height_mm else 0}


def _object_to_mass(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> Iterator[Finding]:
    mass_kg = job.cargo.total_mass_kg
    if mass_kg > vehicle.rated_load_kg:
        facts = {"plate": vehicle.plate, "mass_kg": mass_kg, "rated_load_kg": vehicle.rated_load_kg}
        yield Finding("OVER_RATED_LOAD", facts)
    gross = _gross_excess(vehicle, job, ruleset)
    if gross and not job.cargo.is_single_indivisible_piece:
        facts = {"plate": vehicle.plate, "gross_kg": gross.actual, "limit_kg": gross.limit, "axles": vehicle.axles}
        yield Finding("GROSS_OVER_LIMIT", facts)


def _gross_excess(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> Excess | None:
    gross_kg = vehicle.tare_kg + job.cargo.total_mass_kg
    limit_kg = gross_limit_kg(vehicle, ruleset.vehicle)
    return Excess("gross", gross_kg, limit_kg) if gross_kg > limit_kg else None


def _object_to_piece(vehicle: VehicleFacts, line: CargoLineFacts, ruleset: Ruleset) -> Iterator[Finding]:
    facts = {"plate": vehicle.plate, "line_no": line.line_no}
    if line.divisible:
        for excess in _road_excess(vehicle, line, ruleset):
            measure = {"dimension": excess.dimension, "actual_mm": excess.actual, "limit_mm": excess.limit}
            yield Finding("DIVISIBLE_OVERSIZE", {"line_no": line.line_no, **measure})
    if line.divisible or vehicle.body not in OVERHUNG_BEDS:
        for excess in _body_excess(vehicle, line):
            measure = {"dimension": excess.dimension, "actual_mm": excess.actual, "limit_mm": excess.limit}
            yield Finding("PIECE_TOO_LARGE", {**facts, **measure})


def _road_excess(vehicle: VehicleFacts, line: CargoLineFacts, ruleset: Ruleset) -> tuple[Excess, ...]:
    limits = ruleset.vehicle
    allowed = {"length": limits.max_length_mm, "width": limits.max_width_mm, "height": limits.max_height_mm}
    measured = outline(vehicle, line, ruleset)
    return tuple(Excess(name, mm, allowed[name]) for name, mm in measured.items() if mm > allowed[name])


def _body_excess(vehicle: VehicleFacts, line: CargoLineFacts) -> tuple[Excess, ...]:
    if line.packaging in NO_PIECES:
        return ()
    # A piece may be turned flat on the floor, never stood on its end: many goods must stay upright.
    sides = (line.length_mm or 0, line.width_mm or 0)
    measured = {
        "length": (max(sides), vehicle.inner_length_mm),
        "width": (min(sides), vehicle.inner_width_mm),
        "height": (line.height_mm or 0, None if vehicle.body in OPEN_TOPPED else vehicle.inner_height_mm),
    }
    return tuple(
        Excess(name, mm, inside) for name, (mm, inside) in measured.items() if inside is not None and mm > inside
    )


def _object_to_permit(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> Iterator[Finding]:
    excesses = _permitted_excesses(vehicle, job, ruleset)
    if not excesses:
        return
    facts = {"plate": vehicle.plate, "dimensions": sorted({excess.dimension for excess in excesses})}
    if not job.oversize_permit_no:
        yield Finding("OVERSIZE_PERMIT_MISSING", facts)
    limits = ruleset.vehicle
    extreme = {
        "length": limits.escort_plan_length_mm,
        "width": limits.escort_plan_width_mm,
        "height": limits.escort_plan_height_mm,
        "gross": limits.escort_plan_gross_kg,
    }
    facts = {
        "plate": vehicle.plate,
        "dimensions": sorted({e.dimension for e in excesses if e.actual > extreme[e.dimension]}),
    }
    if facts["dimensions"] and not job.outline_drawing:
        yield Finding("OUTLINE_DRAWING_MISSING", facts)
    if facts["dimensions"] and not job.escort_plan:
        yield Finding("ESCORT_PLAN_MISSING", facts)


def _permitted_excesses(vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset) -> list[Excess]:
    gross = _gross_excess(vehicle, job, ruleset)
    found = [gross] if gross and job.cargo.is_single_indivisible_piece else []
    for line in job.cargo.lines:
        if line.divisible:
            continue
        found += _road_excess(vehicle, line, ruleset)
        if vehicle.body in OVERHUNG_BEDS:
            found += _body_excess(vehicle, line)
    return found
