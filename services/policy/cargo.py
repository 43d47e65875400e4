"""What the goods are and what they demand whatever the vehicle: mixing, papers, packing, marks, escort."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from models.vocabulary import CargoClass, CargoDocument, Mark, Packaging, PackagingVerdict, ShipmentMode
from services.policy.findings import Finding
from services.policy.ruleset import Ruleset

UN_CLASSES = frozenset(
    [
        "1",
        "1.1",
        "1.2",
        "1.3",
        "1.4",
        "1.5",
        "1.6",
        "2",
        "2.1",
        "2.2",
        "2.3",
        "3",
        "4.1",
        "4.2",
        "4.3",
        "5.1",
        "5.2",
        "6.1",
        "6.2",
        "7",
        "8",
        "9",
    ],
)
TEMPERATURE_CLASSES = frozenset({CargoClass.CHILLED, CargoClass.FROZEN})
UNPACKED = frozenset({Packaging.BARE, Packaging.BULK})
# A mass in bulk or in a closed container is no single piece that somebody could lift or lash.
NO_PIECES = frozenset({Packaging.BULK, Packaging.FLEXITANK, Packaging.CONTAINER})


@dataclass(frozen=True, slots=True, kw_only=True)
class CargoLineFacts:
    """One line of goods; mass and volume are of the whole line, length, width and height of one piece."""

    line_no: int
    name: str
    cargo_class: CargoClass
    quantity: int
    mass_kg: int
    volume_dm3: int
    packaging: Packaging
    piece_mass_kg: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    manual_handling_ok: bool = True
    finished_goods: bool = False
    moisture_sensitive: bool = False
    theft_prone: bool = False
    stackable: bool = True
    odour: bool = False
    food_grade: bool = False
    temp_min_c: int | None = None
    temp_max_c: int | None = None
    hazmat_class: str | None = None
    divisible: bool = True
    marks: frozenset[Mark] = frozenset()
    documents: frozenset[CargoDocument] = frozenset()
    packaging_verdict: PackagingVerdict = PackagingVerdict.ORIGINAL_FIT

    @property
    def is_hazmat(self) -> bool:
        """Say whether the line is dangerous: by its class or because it carries a UN class."""
        return self.cargo_class is CargoClass.HAZMAT or self.hazmat_class is not None

    @property
    def contaminates(self) -> bool:
        """Say whether the line would spoil food beside it (domain 3.2 no. 10)."""
        return self.odour or self.is_hazmat

    @property
    def has_temperature(self) -> bool:
        """Say whether the line travels within a temperature range."""
        return self.cargo_class in TEMPERATURE_CLASSES or self.temp_min_c is not None or self.temp_max_c is not None

    @property
    def piece_kg(self) -> int:
        """Give the mass of one piece: as declared, else the line's mass over its quantity, rounded up."""
        if self.packaging in NO_PIECES:
            return 0
        if self.piece_mass_kg is not None:
            return self.piece_mass_kg
        return -(-self.mass_kg // max(1, self.quantity))


@dataclass(frozen=True, slots=True, kw_only=True)
class CargoFacts:
    """All lines that travel together, of one waybill or of one truck; totals are worked out once, when made."""

    lines: tuple[CargoLineFacts, ...]
    shipment_mode: ShipmentMode
    out_of_town: bool
    total_mass_kg: int = field(init=False)
    total_volume_dm3: int = field(init=False)
    classes: frozenset[CargoClass] = field(init=False)
    hazmat_classes: frozenset[str] = field(init=False)
    is_hazmat: bool = field(init=False)
    has_food: bool = field(init=False)
    has_finished_goods: bool = field(init=False)
    temp_min_c: int | None = field(init=False)
    temp_max_c: int | None = field(init=False)

    def __post_init__(self) -> None:
        """Work out the totals; ranking a fleet asks for them once per vehicle and rule."""
        lows = [line.temp_min_c for line in self.lines if line.temp_min_c is not None]
        highs = [line.temp_max_c for line in self.lines if line.temp_max_c is not None]
        is_hazmat = any(line.is_hazmat for line in self.lines)
        derived = {
            "total_mass_kg": sum(line.mass_kg for line in self.lines),
            "total_volume_dm3": sum(line.volume_dm3 for line in self.lines),
            "classes": frozenset(line.cargo_class for line in self.lines)
            | ({CargoClass.HAZMAT} if is_hazmat else set()),
            "hazmat_classes": frozenset(line.hazmat_class for line in self.lines if line.hazmat_class is not None),
            "is_hazmat": is_hazmat,
            "has_food": any(line.food_grade for line in self.lines),
            "has_finished_goods": any(line.finished_goods for line in self.lines),
            "temp_min_c": max(lows, default=None),
            "temp_max_c": min(highs, default=None),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    @property
    def is_single_indivisible_piece(self) -> bool:
        """Say whether the load is one piece that cannot be taken apart, the only one a permit may cover."""
        return len(self.lines) == 1 and self.lines[0].quantity == 1 and not self.lines[0].divisible


def object_to_cargo(cargo: CargoFacts, ruleset: Ruleset) -> Iterator[Finding]:
    """Object at booking to goods that no vehicle could carry as they are declared (domain 3.1, 3.2 no. 3, 4, 6, 10)."""
    if not cargo.lines:
        yield Finding("CARGO_EMPTY")
    yield from object_to_mixing(cargo)
    for line in cargo.lines:
        yield from _object_to_hazmat_line(line)
        yield from _object_to_temperature_line(line)
        yield from _object_to_divisible(line, ruleset)
    chargeable_kg = chargeable_mass_kg(cargo, ruleset)
    if cargo.shipment_mode is ShipmentMode.LTL and chargeable_kg > ruleset.vehicle.ltl_max_kg:
        yield Finding("LTL_OVER_LIMIT", {"chargeable_kg": chargeable_kg, "limit_kg": ruleset.vehicle.ltl_max_kg})


def object_to_mixing(cargo: CargoFacts) -> Iterator[Finding]:
    """Object to goods that must not share a waybill or a truck (domain 3.2 no. 4, 6, 10, freight rules 55).

    Two dangerous classes also count as mixed: the rules hold no segregation table, so none is presumed safe.
    """
    dangerous = [line.line_no for line in cargo.lines if line.is_hazmat]
    ordinary = [line.line_no for line in cargo.lines if not line.is_hazmat]
    if dangerous and ordinary:
        yield Finding("HAZMAT_MIXED", {"hazmat_lines": dangerous, "other_lines": ordinary})
    if len(cargo.hazmat_classes) > 1:
        yield Finding("HAZMAT_CLASSES_MIXED", {"hazmat_classes": sorted(cargo.hazmat_classes)})
    food = [line.line_no for line in cargo.lines if line.food_grade]
    spoiling = [line.line_no for line in cargo.lines if line.contaminates]
    if food and spoiling and len({*food, *spoiling}) > 1:
        yield Finding("FOOD_WITH_CONTAMINATING", {"food_lines": food, "contaminating_lines": spoiling})
    if cargo.temp_min_c is not None and cargo.temp_max_c is not None and cargo.temp_min_c > cargo.temp_max_c:
        yield Finding("TEMPERATURES_DISAGREE", {"temp_min_c": cargo.temp_min_c, "temp_max_c": cargo.temp_max_c})


def chargeable_mass_kg(cargo: CargoFacts, ruleset: Ruleset) -> int:
    """Give the mass freight is charged on: the true mass, or that of light goods by volume, whichever is more."""
    by_volume = -(-cargo.total_volume_dm3 * ruleset.vehicle.light_goods_kg_per_m3 // 1000)
    return max(cargo.total_mass_kg, by_volume)


def required_marks(line: CargoLineFacts) -> frozenset[Mark]:
    """Give the marks that must stand on the packing, or on bare goods that are lifted (R-D-02, GB/T 191)."""
    delicate = line.cargo_class in {CargoClass.FRAGILE, CargoClass.ELECTRONICS}
    oversize = line.cargo_class is CargoClass.OVERSIZE
    packed = line.packaging not in UNPACKED
    wanted = {
        Mark.FRAGILE: packed and delicate,
        Mark.THIS_WAY_UP: packed and delicate,
        Mark.KEEP_DRY: packed and (line.moisture_sensitive or line.cargo_class is CargoClass.ELECTRONICS),
        Mark.STACK_LIMIT: packed and not line.stackable,
        Mark.TEMPERATURE: packed and line.has_temperature,
        Mark.HAZARD: line.is_hazmat,
        Mark.LIFT_HERE: oversize,
        Mark.CENTRE_OF_GRAVITY: oversize,
    }
    return frozenset(mark for mark, needed in wanted.items() if needed)


def required_documents(line: CargoLineFacts) -> frozenset[CargoDocument]:
    """Give the papers that travel with the line (R-D-08, R-D-19; dangerous goods measures 44 to 49)."""
    finished_electronics = line.finished_goods and line.cargo_class is CargoClass.ELECTRONICS
    wanted = {
        CargoDocument.PACKING_LIST: line.finished_goods,
        CargoDocument.FACTORY_CERTIFICATE: line.finished_goods,
        CargoDocument.TEST_REPORT: finished_electronics,
        CargoDocument.QUARANTINE_CERTIFICATE: line.cargo_class is CargoClass.LIVE,
        CargoDocument.HAZMAT_WAYBILL: line.is_hazmat,
        CargoDocument.SAFETY_CARD: line.is_hazmat,
    }
    return frozenset(document for document, needed in wanted.items() if needed)


def object_to_papers(cargo: CargoFacts) -> Iterator[Finding]:
    """Object to each paper that should travel with a line and does not (R-D-19)."""
    for line in cargo.lines:
        for document in sorted(required_documents(line) - line.documents):
            yield Finding("CARGO_DOCUMENT_MISSING", {"line_no": line.line_no, "name": line.name, "document": document})


def object_to_packaging(cargo: CargoFacts) -> Iterator[Finding]:
    """Object to loading goods whose packing is unfit (R-D-01) or lacks a mark (R-D-02)."""
    for line in cargo.lines:
        if line.packaging_verdict is PackagingVerdict.UNFIT:
            yield Finding("PACKAGING_UNFIT", {"line_no": line.line_no, "name": line.name})
        for mark in sorted(required_marks(line) - line.marks):
            yield Finding("MARK_MISSING", {"line_no": line.line_no, "name": line.name, "mark": mark})


def needs_escort(cargo: CargoFacts) -> bool:
    """Say whether an escort who is no driver must ride along: finished goods out of town, or hazmat (R-D-06)."""
    return cargo.is_hazmat or (cargo.out_of_town and cargo.has_finished_goods)


def _object_to_hazmat_line(line: CargoLineFacts) -> Iterator[Finding]:
    facts = {"line_no": line.line_no, "name": line.name}
    if line.hazmat_class is None:
        if line.cargo_class is CargoClass.HAZMAT:
            yield Finding("HAZMAT_CLASS_MISSING", facts)
        return
    if line.hazmat_class not in UN_CLASSES:
        yield Finding("HAZMAT_CLASS_UNKNOWN", {**facts, "hazmat_class": line.hazmat_class})
    if line.cargo_class is not CargoClass.HAZMAT:
        yield Finding("HAZMAT_NOT_DECLARED", {**facts, "hazmat_class": line.hazmat_class})


def _object_to_temperature_line(line: CargoLineFacts) -> Iterator[Finding]:
    # Frozen goods may be as cold as one likes; chilled goods also spoil when they freeze.
    needs_low = line.cargo_class is CargoClass.CHILLED
    needs_high = line.cargo_class in TEMPERATURE_CLASSES
    facts = {"line_no": line.line_no, "name": line.name}
    if (needs_low and line.temp_min_c is None) or (needs_high and line.temp_max_c is None):
        yield Finding("TEMPERATURE_RANGE_MISSING", facts)
    if line.temp_min_c is not None and line.temp_max_c is not None and line.temp_min_c > line.temp_max_c:
        yield Finding(
            "TEMPERATURE_RANGE_INVERTED",
            {**facts, "temp_min_c": line.temp_min_c, "temp_max_c": line.temp_max_c},
        )


def _object_to_divisible(line: CargoLineFacts, ruleset: Ruleset) -> Iterator[Finding]:
    if not line.divisible or line.packaging is Packaging.CONTAINER:
        return
    limits = ruleset.vehicle
    # A piece lies with its longer side along the truck.
    sides = (line.length_mm or 0, line.width_mm or 0)
    for dimension, actual_mm, limit_mm in (
        ("length", max(sides), limits.max_length_mm),
        ("width", min(sides), limits.max_width_mm),
        ("height", line.height_mm or 0, limits.max_height_mm),
    ):
        if actual_mm > limit_mm:
            yield Finding(
                "DIVISIBLE_OVERSIZE",
                {"line_no": line.line_no, "dimension": dimension, "actual_mm": actual_mm, "limit_mm": limit_mm},
            )
