"""Cover, protect, fix: the gear a load needs, the openings to seal, and whether it was done (R-F-06 to 09, R-D-05)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from models.vocabulary import Body, CargoClass, ClosureKind, Gear, Packaging, SecuringMeasure
from services.policy.cargo import NO_PIECES, CargoFacts, CargoLineFacts
from services.policy.findings import Finding
from services.policy.localtime import blank
from services.policy.ruleset import DEFAULTS, Ruleset
from services.policy.vehicle_facts import is_enclosed

OPEN_BODIES = frozenset({Body.DROPSIDE, Body.STAKE, Body.TIPPER, Body.FLAT, Body.LOWBED})
DELICATE = frozenset({CargoClass.FRAGILE, CargoClass.ELECTRONICS})
LASHED_HEAVY = frozenset({CargoClass.STEEL_COIL, CargoClass.OVERSIZE})
# Oversize and cars stand clear of any tarp, and live animals would not survive one.
NEVER_TARPED = frozenset({CargoClass.OVERSIZE, CargoClass.LIVE, CargoClass.VEHICLES})
# "Rope or straps", "steel cable or chain", "chocks or dunnage": the second serves where the first is asked for.
SUBSTITUTES: Mapping[Gear, Gear] = {
    Gear.ROPE: Gear.STRAPS,
    Gear.STEEL_CABLE: Gear.CHAIN,
    Gear.CHOCKS: Gear.DUNNAGE,
}
MISSING_CODES: Mapping[Gear, str] = {Gear.TARP: "TARP_MISSING", Gear.ROPE: "ROPE_MISSING"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuringFacts:
    """What was done for one measure: the gear and a photo of it, or why it does not apply."""

    measure: SecuringMeasure
    gear: frozenset[Gear] = frozenset()
    photo: bool = False
    not_applicable_reason: str | None = None


def always_carried() -> frozenset[Gear]:
    """Give what rides on every truck, even a box: tarp and rope (R-F-06)."""
    return frozenset({Gear.TARP, Gear.ROPE})


def needs_tarp(body: Body, cargo: CargoFacts) -> bool:
    """Say whether the load must lie under a tarp: any open body, save goods that stand clear of one (domain 3.4)."""
    return body in OPEN_BODIES and not cargo.classes <= NEVER_TARPED


def required_gear(
    vehicle_body: Body,
    container_closed: bool,  # noqa: FBT001 - a property of the body it follows, always passed with it
    cargo: CargoFacts,
    ruleset: Ruleset = DEFAULTS,
) -> frozenset[Gear]:
    """Give the gear that must be applied to this load on this body, beyond what is only carried (domain 3.4)."""
    enclosed = is_enclosed(vehicle_body, container_closed=container_closed)
    gear: set[Gear] = set()
    if needs_tarp(vehicle_body, cargo):
        gear.add(Gear.TARP)
    if vehicle_body is Body.SKELETON:
        gear.add(Gear.TWIST_LOCKS)
    for line in cargo.lines:
        gear |= _fixing(line, ruleset)
        gear |= _protection(line)
        if vehicle_body in OPEN_BODIES and line.stackable and line.quantity > 1 and line.packaging not in NO_PIECES:
            gear.add(Gear.ROPE)
        if not enclosed and (line.theft_prone or line.cargo_class is CargoClass.VALUABLE):
            gear.add(Gear.MESH)
    return frozenset(gear)


def missing_gear(required: AbstractSet[Gear], present: AbstractSet[Gear]) -> tuple[Gear, ...]:
    """List required gear that is not present, nor what may serve instead of it, in a stable order."""
    return tuple(sorted(each for each in required if each not in present and SUBSTITUTES.get(each) not in present))


def closures_to_seal(
    body: Body,
    *,
    side_door: bool = False,
    container_closed: bool = True,
    tarped: bool = True,
    ruleset: Ruleset = DEFAULTS,
) -> tuple[ClosureKind, ...]:
    """List every opening that needs a company seal before the gate (R-F-09, domain 3.4).

    An open bed without a tarp has no opening: its lashing or papers pouch is sealed, under a supervisor's reason.
    """
    if body is Body.TANK:
        return (ClosureKind.OUTLET, ClosureKind.MANHOLE)
    if body is Body.VAN:
        return (ClosureKind.REAR_DOOR, ClosureKind.SIDE_DOOR)
    if body in {Body.BOX, Body.REEFER}:
        return (ClosureKind.REAR_DOOR, ClosureKind.SIDE_DOOR) if side_door else (ClosureKind.REAR_DOOR,)
    if body is Body.SKELETON and container_closed:
        return (ClosureKind.CONTAINER_DOOR,)
    rope_ends = (ClosureKind.TARP_ROPE_1, ClosureKind.TARP_ROPE_2)[: ruleset.loading.tarp_seal_points]
    if body is Body.CURTAIN:
        return (ClosureKind.REAR_DOOR, *rope_ends)
    return rope_ends if tarped and body is not Body.CAR_CARRIER else (ClosureKind.PAPERS_POUCH,)


def object_to_securing(
    records: Iterable[SecuringFacts], required: AbstractSet[Gear], carried: AbstractSet[Gear]
) -> Iterator[Finding]:
    """Object to gear not on the truck or not applied, and to a measure without gear, photo or reason (R-F-06 to 08)."""
    done = tuple(records)
    # Straps may fix a load in place of a rope, yet the rope itself rides on every truck.
    for gear in sorted(always_carried() - carried):
        yield Finding(MISSING_CODES[gear])
    for gear in missing_gear(required - always_carried(), carried):
        yield Finding("GEAR_MISSING", {"gear": gear})
    applied = frozenset[Gear]().union(*(record.gear for record in done if blank(record.not_applicable_reason)))
    for gear in missing_gear(required, applied):
        yield Finding("GEAR_NOT_APPLIED", {"gear": gear})
    for measure in SecuringMeasure:
        yield from _object_to_measure(measure, [record for record in done if record.measure is measure])


def _object_to_measure(measure: SecuringMeasure, records: Sequence[SecuringFacts]) -> Iterator[Finding]:
    if not records:
        yield Finding("MEASURE_NOT_RECORDED", {"measure": measure})
        return
    claimed = [record for record in records if blank(record.not_applicable_reason)]
    if claimed and not any(record.gear for record in claimed):
        yield Finding("MEASURE_WITHOUT_GEAR", {"measure": measure})
    if claimed and not any(record.photo for record in claimed):
        yield Finding("MEASURE_WITHOUT_PHOTO", {"measure": measure})


def _fixing(line: CargoLineFacts, ruleset: Ruleset) -> set[Gear]:
    gear: set[Gear] = set()
    if line.cargo_class in LASHED_HEAVY or line.piece_kg >= ruleset.loading.heavy_piece_kg:
        gear |= {Gear.STEEL_CABLE, Gear.CHOCKS}
    if line.packaging is Packaging.DRUM:
        gear |= {Gear.DUNNAGE, Gear.STRAPS}
    return gear


def _protection(line: CargoLineFacts) -> set[Gear]:
    gear: set[Gear] = set()
    if line.cargo_class in DELICATE or line.finished_goods:
        gear |= {Gear.FOAM, Gear.SPONGE}
    if line.moisture_sensitive:
        gear.add(Gear.RAIN_CLOTH)
    return gear
