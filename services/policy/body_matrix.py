"""Which body may carry which goods, and on what condition (R-F-01, domain 3.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum

from models.vocabulary import Body, CargoClass, Packaging, ShipmentMode
from services.policy.cargo import CargoFacts, CargoLineFacts
from services.policy.ruleset import Ruleset
from services.policy.vehicle_facts import JobFacts, VehicleFacts


class Fit(IntEnum):
    """How well a body suits the goods; a smaller number is better."""

    PREFERRED = 0
    ALLOWED = 1
    CONDITIONAL = 2


class Condition(StrEnum):
    """What must be so before a body may carry the goods; a value that is also a Gear names that gear."""

    TARP = "tarp"
    STRAPS = "straps"
    CHAIN = "chain"
    CHOCKS = "chocks"
    UNIT_OFF = "unit_off"
    VENTILATED = "ventilated"
    LOCK = "lock"
    BAGGED = "bagged"
    DRUMS = "drums"
    FLEXITANK = "flexitank"
    IN_BULK = "in_bulk"
    POWDER_TANK = "powder_tank"
    LIQUID_TANK = "liquid_tank"
    REEFER_BOX = "reefer_box"
    CLOSED_CONTAINER = "closed_container"
    SHORT_TRIP = "short_trip"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix; a body without a cell is forbidden."""

    fit: Fit
    conditions: tuple[Condition, ...] = ()


Row = Mapping[Body, Cell]


def _best(*conditions: Condition) -> Cell:
    return Cell(Fit.PREFERRED, conditions)


def _may(*conditions: Condition) -> Cell:
    return Cell(Fit.ALLOWED, conditions)


def _if(*conditions: Condition) -> Cell:
    return Cell(Fit.CONDITIONAL, conditions)


# The matrix has no column for curtain-siders: they stand between stake and box, never as an enclosed body.
GENERAL: Row = {
    Body.DROPSIDE: _if(Condition.TARP),
    Body.STAKE: _if(Condition.TARP),
    Body.BOX: _best(),
    Body.VAN: _may(),
    Body.REEFER: _if(Condition.UNIT_OFF),
    Body.FLAT: _if(Condition.TARP, Condition.STRAPS),
    Body.SKELETON: _may(),
    Body.CURTAIN: _may(),
}
LTL_GENERAL: Row = {
    Body.STAKE: _if(Condition.TARP),
    Body.BOX: _best(),
    Body.VAN: _may(),
    Body.SKELETON: _may(),
    Body.CURTAIN: _may(),
}
COLD: Row = {Body.REEFER: _best(), Body.SKELETON: _if(Condition.REEFER_BOX)}
MATRIX: Mapping[CargoClass, Row] = {
    CargoClass.GENERAL: GENERAL,
    CargoClass.FRAGILE: GENERAL,
    CargoClass.FURNITURE_MOVE: GENERAL,
    CargoClass.OVERSIZE: {Body.DROPSIDE: _if(Condition.STRAPS), Body.FLAT: _may(), Body.LOWBED: _best()},
    CargoClass.CHILLED: COLD,
    CargoClass.FROZEN: COLD,
    CargoClass.FRESH: {
        Body.DROPSIDE: _if(Condition.TARP, Condition.SHORT_TRIP),
        Body.STAKE: _may(Condition.TARP),
        Body.BOX: _may(),
        Body.VAN: _may(),
        Body.REEFER: _best(),
        Body.SKELETON: _if(Condition.VENTILATED),
        Body.CURTAIN: _may(),
    },
    CargoClass.LIVE: {Body.DROPSIDE: _if(Condition.VENTILATED), Body.STAKE: _best(Condition.VENTILATED)},
    # "Licensed" and "by class" are hard rules of their own (HAZMAT_NOT_LICENSED), not conditions to be met later.
    CargoClass.HAZMAT: {
        Body.DROPSIDE: _if(Condition.TARP),
        Body.STAKE: _if(Condition.TARP),
        Body.BOX: _best(),
        Body.REEFER: _if(),
        Body.TANK: _best(Condition.IN_BULK, Condition.LIQUID_TANK),
        Body.SKELETON: _if(),
    },
    CargoClass.VALUABLE: {
        Body.BOX: _best(Condition.LOCK),
        Body.VAN: _may(Condition.LOCK),
        Body.SKELETON: _best(Condition.CLOSED_CONTAINER),
    },
    CargoClass.ELECTRONICS: {
        Body.BOX: _best(),
        Body.VAN: _best(),
        Body.SKELETON: _may(Condition.CLOSED_CONTAINER),
    },
    CargoClass.BULK_SOLID: {
        Body.DROPSIDE: _if(Condition.TARP),
        Body.STAKE: _if(Condition.TARP),
        Body.BOX: _if(Condition.BAGGED),
        Body.TANK: _if(Condition.IN_BULK, Condition.POWDER_TANK),
        Body.SKELETON: _if(),
        Body.TIPPER: _best(Condition.TARP),
        Body.CURTAIN: _if(Condition.BAGGED),
    },
    CargoClass.LIQUID_BULK: {
        Body.BOX: _if(Condition.DRUMS),
        Body.REEFER: _if(Condition.DRUMS),
        Body.TANK: _best(Condition.IN_BULK, Condition.LIQUID_TANK),
        Body.SKELETON: _if(Condition.FLEXITANK),
    },
    CargoClass.STEEL_COIL: {
        Body.DROPSIDE: _may(Condition.CHOCKS),
        Body.STAKE: _if(Condition.CHOCKS),
        Body.FLAT: _best(Condition.CHAIN),
        Body.LOWBED: _if(Condition.CHAIN, Condition.CHOCKS),
        Body.CURTAIN: _if(Condition.CHAIN, Condition.CHOCKS),
    },
    CargoClass.VEHICLES: {
        Body.BOX: _if(Condition.STRAPS, Condition.CHOCKS),
        Body.FLAT: _if(Condition.STRAPS, Condition.CHOCKS),
        Body.SKELETON: _if(Condition.STRAPS, Condition.CHOCKS),
        Body.CAR_CARRIER: _best(),
    },
}

Check = Callable[[VehicleFacts, CargoLineFacts], bool]
# Conditions the vehicle's record and the booking already answer; the others are met when loading.
CHECKS: Mapping[Condition, Check] = {
    Condition.LOCK: lambda vehicle, _: vehicle.has_lock,
    Condition.REEFER_BOX: lambda vehicle, _: vehicle.container_reefer,
    Condition.CLOSED_CONTAINER: lambda vehicle, _: vehicle.container_closed,
    Condition.POWDER_TANK: lambda vehicle, _: vehicle.powder_tank,
    Condition.LIQUID_TANK: lambda vehicle, _: not vehicle.powder_tank,
    Condition.IN_BULK: lambda _, line: line.packaging is Packaging.BULK,
    Condition.BAGGED: lambda _, line: line.packaging is Packaging.BAG,
    Condition.DRUMS: lambda _, line: line.packaging is Packaging.DRUM,
    Condition.FLEXITANK: lambda _, line: line.packaging is Packaging.FLEXITANK,
}


def cell_of(body: Body, cargo_class: CargoClass, cargo: CargoFacts) -> Cell | None:
    """Give the matrix cell of a body for one class of this cargo, or None where it is forbidden (domain 3.3)."""
    if cargo_class is CargoClass.ELECTRONICS and body is Body.VAN and cargo.out_of_town:
        return _may()  # the small van is preferred for local electronics only (R-D-03)
    row = MATRIX[cargo_class]
    return (LTL_GENERAL if row is GENERAL and cargo.shipment_mode is ShipmentMode.LTL else row).get(body)


def forbidden_classes(body: Body, cargo: CargoFacts) -> tuple[CargoClass, ...]:
    """Name the classes of the cargo that this body must not carry, in a stable order."""
    return tuple(sorted(each for each in cargo.classes if cell_of(body, each, cargo) is None))


def fit_of(body: Body, cargo: CargoFacts) -> Fit:
    """Give how well the body suits all classes together: as its worst; a forbidden class counts as conditional."""
    cells = (cell_of(body, each, cargo) for each in cargo.classes)
    return max((cell.fit if cell else Fit.CONDITIONAL for cell in cells), default=Fit.CONDITIONAL)


def open_conditions(body: Body, cargo: CargoFacts) -> tuple[Condition, ...]:
    """List the conditions that stay to be met when loading, in a stable order."""
    cells = (cell_of(body, each, cargo) for each in cargo.classes)
    asked = {each for cell in cells if cell for each in cell.conditions}
    return tuple(sorted(asked - CHECKS.keys() - {Condition.SHORT_TRIP}))


def unmet_conditions(
    vehicle: VehicleFacts, job: JobFacts, ruleset: Ruleset
) -> Iterator[tuple[CargoLineFacts, Condition]]:
    """Give each line with a condition that record, booking or timetable already show to be unmet."""
    longest = timedelta(hours=ruleset.vehicle.fresh_open_body_hours)
    too_long = job.planned_arrival - job.planned_departure > longest
    for line in job.cargo.lines:
        cargo_class = CargoClass.HAZMAT if line.is_hazmat else line.cargo_class
        cell = cell_of(vehicle.body, cargo_class, job.cargo)
        for condition in cell.conditions if cell else ():
            check = CHECKS.get(condition)
            if (check and not check(vehicle, line)) or (condition is Condition.SHORT_TRIP and too_long):
                yield line, condition
