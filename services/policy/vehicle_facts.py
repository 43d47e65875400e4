"""What a rule may know of a truck and of the job it is wanted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from models.vocabulary import Body, DefectSeverity, Gear, LicenceClass, VehicleDocument, VehicleState
from services.policy.cargo import CargoFacts
from services.policy.ruleset import VehicleRules


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleFacts:
    """One truck or coupled train; ``tare_kg``, ``rated_load_kg`` and ``axles`` are of the whole combination.

    ``documents`` gives the last valid local day of each paper. ``temp_min_c`` and ``temp_max_c`` are the
    coldest and the warmest its record shows it can hold. A dimension of None is not on file or has no limit.
    """

    plate: str
    body: Body
    axles: int
    tare_kg: int
    rated_load_kg: int
    first_registered_on: date
    state: VehicleState = VehicleState.AVAILABLE
    is_train: bool = False
    single_drive_axle: bool = False
    volume_dm3: int | None = None
    inner_length_mm: int | None = None
    inner_width_mm: int | None = None
    inner_height_mm: int | None = None
    bed_height_mm: int | None = None
    temp_min_c: int | None = None
    temp_max_c: int | None = None
    hazmat_classes: frozenset[str] = frozenset()
    gear: frozenset[Gear] = frozenset()
    documents: Mapping[VehicleDocument, date] = field(default_factory=dict)
    last_inspection_on: date | None = None
    open_defects: tuple[DefectSeverity, ...] = ()
    clean: bool = True
    last_cargo_dirty_or_toxic: bool = False
    washed_since_last_cargo: bool = False
    container_closed: bool = False
    container_reefer: bool = False
    has_lock: bool = False
    powder_tank: bool = False
    busy_with: str | None = None
    empty_distance_km: int | None = None

    @property
    def total_mass_kg(self) -> int:
        """Give the permitted total mass: tare and rated load."""
        return self.tare_kg + self.rated_load_kg

    @property
    def is_enclosed(self) -> bool:
        """Say whether the body counts as closed; a curtain or a tarp does not make it so (domain 3.1, R-D-04)."""
        return is_enclosed(self.body, container_closed=self.container_closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """What a vehicle is wanted for; ``crew_licences`` has one set per driver, None while no crew is chosen.

    ``drivers_on_probation`` counts chosen drivers within their first months with a licence for trucks.
    """

    cargo: CargoFacts
    planned_departure: datetime
    planned_arrival: datetime
    distance_km: int
    crew_licences: tuple[frozenset[LicenceClass], ...] | None = None
    drivers_on_probation: int = 0
    oversize_permit_no: str | None = None
    outline_drawing: bool = False
    escort_plan: bool = False


def is_enclosed(body: Body, *, container_closed: bool) -> bool:
    """Say whether goods in this body travel closed: box, van, reefer, or a closed container (domain 3.1)."""
    return body in {Body.BOX, Body.VAN, Body.REEFER} or (body is Body.SKELETON and container_closed)


def gross_limit_kg(vehicle: VehicleFacts, rules: VehicleRules) -> int:
    """Give the gross mass the road law allows this number of axles, in kg (over-limit rules 3, GB 1589)."""
    if vehicle.axles <= 2:
        return rules.gross_2_axles_kg
    if vehicle.axles == 3:
        return rules.gross_3_axles_train_kg if vehicle.is_train else rules.gross_3_axles_kg
    # No rigid truck gains mass from a fifth axle: the table knows only trains beyond four.
    if vehicle.axles == 4 or not vehicle.is_train:
        return rules.gross_4_axles_train_kg if vehicle.is_train else rules.gross_4_axles_kg
    if vehicle.axles == 5:
        return rules.gross_5_axles_train_kg
    return rules.gross_6_axles_single_drive_kg if vehicle.single_drive_axle else rules.gross_6_axles_train_kg
