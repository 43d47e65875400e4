"""The versioned ruleset: every number the rules use, with its unit, bounds and source.

A ruleset is a frozen tree of dataclasses. ``DEFAULTS`` is version 0, the company defaults of the service
measures; an administrator stores later versions that take effect at a future instant. Money is fen,
time is minutes or hours as named, mass kg, length mm or m as named, speed km/h.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from services.policy.findings import Finding
from services.policy.ruleset_accidents import AccidentRules, ClockRules, PayrollRules, PenaltyRules
from services.policy.ruleset_fields import number, switch


@dataclass(frozen=True, slots=True)
class CrewRules:
    """Who must be on the truck."""

    min_drivers: int = number(2, 1, 4, "drivers", "R-F-04")
    check_in_minutes: int = number(60, 0, 240, "min before departure", "R-C-01")
    alcohol_max_mg_100ml: int = number(0, 0, 19, "mg/100 ml", "R-C-06")
    document_slack_days: int = number(1, 0, 30, "days after planned arrival", "R-C-12")
    max_age_years: int = number(63, 50, 70, "years", "Road transport regulation 22 [K]")
    min_age_years: int = number(18, 18, 25, "years", "Road transport regulation 22")
    probation_months: int = number(12, 0, 24, "months", "Licence regulation 72-77")
    qualification_over_gross_kg: int = number(4500, 0, 12000, "kg total mass", "Road transport regulation 22, 24")
    rest_before_trip_hours: int = number(8, 0, 24, "h", "company default")
    expiry_watch_days: int = number(60, 1, 365, "days", "R-C-12")
    expiry_warning_days: int = number(30, 1, 365, "days", "R-C-12")
    expiry_urgent_days: int = number(7, 0, 365, "days", "R-C-12")


@dataclass(frozen=True, slots=True)
class DrivingRules:
    """Driving hours (domain 5.2)."""

    block_minutes: int = number(240, 60, 240, "min of continuous driving", "Implementation regulation 62(7)")
    rest_minutes: int = number(20, 20, 120, "min", "Implementation regulation 62(7)")
    swap_minutes: int = number(20, 0, 120, "min stop to change drivers", "domain 5.2 strict swaps")
    daily_minutes: int = number(480, 60, 720, "min per rolling 24 h per driver", "company default")
    night_factor_percent: int = number(100, 50, 100, "percent of the limit at night", "company default")
    night_from_hour: int = number(22, 0, 23, "local hour", "company default")
    night_to_hour: int = number(6, 0, 23, "local hour", "company default")


@dataclass(frozen=True, slots=True)
class SpeedRules:
    """Default speed limits by cargo group and road (domain 3.5)."""

    general_expressway_kmh: int = number(90, 60, 100, "km/h", "domain 3.5")
    general_trunk_kmh: int = number(70, 30, 70, "km/h", "domain 3.5")
    general_local_kmh: int = number(40, 20, 50, "km/h", "domain 3.5")
    delicate_expressway_kmh: int = number(80, 60, 100, "km/h", "domain 3.5 valuable, electronics, fragile, fresh, live")
    delicate_trunk_kmh: int = number(60, 30, 70, "km/h", "domain 3.5")
    delicate_local_kmh: int = number(40, 20, 50, "km/h", "domain 3.5")
    hazmat_expressway_kmh: int = number(80, 60, 80, "km/h", "Dangerous goods measures 46")
    hazmat_trunk_kmh: int = number(60, 30, 60, "km/h", "Dangerous goods measures 46")
    hazmat_local_kmh: int = number(40, 20, 60, "km/h", "domain 3.5")
    oversize_expressway_kmh: int = number(60, 40, 80, "km/h", "domain 3.5")
    oversize_trunk_kmh: int = number(50, 20, 70, "km/h", "domain 3.5")
    oversize_local_kmh: int = number(30, 10, 50, "km/h", "domain 3.5")
    heavy_expressway_kmh: int = number(80, 60, 100, "km/h", "domain 3.5 bulk, liquid, vehicles, coil")
    heavy_trunk_kmh: int = number(60, 30, 70, "km/h", "domain 3.5")
    heavy_local_kmh: int = number(40, 20, 50, "km/h", "domain 3.5")
    legal_expressway_kmh: int = number(100, 80, 120, "km/h", "Implementation regulation 78")
    legal_expressway_min_kmh: int = number(60, 50, 80, "km/h", "Implementation regulation 78")
    legal_trunk_kmh: int = number(70, 50, 80, "km/h", "Implementation regulation 45")
    legal_local_kmh: int = number(50, 30, 60, "km/h", "Implementation regulation 45")
    visibility_200m_kmh: int = number(60, 20, 60, "km/h", "Implementation regulation 81")
    visibility_100m_kmh: int = number(40, 10, 40, "km/h", "Implementation regulation 81")
    visibility_50m_kmh: int = number(20, 5, 20, "km/h", "Implementation regulation 81")
    yard_kmh: int = number(15, 5, 30, "km/h", "R-C-05")
    tolerance_kmh: int = number(5, 0, 10, "km/h over the limit", "domain 3.5")
    over_speed_seconds: int = number(30, 5, 300, "s", "domain 3.5")
    position_gap_seconds: int = number(180, 30, 3600, "s between fixes of one over-speed event", "company default")


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """When the consignee is told (domain 5.1)."""

    ordinary_lead_minutes: int = number(720, 60, 2880, "min before arrival", "R-F-10")
    hard_lead_minutes: int = number(1440, 60, 4320, "min before arrival", "R-F-11")
    quiet_from_minute: int = number(1260, 0, 1439, "minute of the local day (21:00)", "domain 5.1")
    quiet_to_minute: int = number(480, 0, 1439, "minute of the local day (08:00)", "domain 5.1")
    quiet_send_minute: int = number(1230, 0, 1439, "minute of the local day before (20:30)", "domain 5.1")
    later_minutes: int = number(60, 5, 720, "min later than told", "domain 5.1")
    earlier_minutes: int = number(30, 5, 720, "min earlier than told", "domain 5.1")
    update_gap_minutes: int = number(60, 5, 720, "min between updates", "domain 5.1")
    final_minutes: int = number(60, 10, 240, "min before arrival", "domain 5.1")
    terminal_minutes: int = number(1440, 60, 2880, "min after unloading at a terminal", "domain 5.1 N14")
    retry_minutes: int = number(10, 1, 120, "min between attempts on one channel", "company default")
    max_attempts: int = number(3, 1, 10, "attempts per channel", "company default")
    alarm_minutes: int = number(30, 5, 240, "min before the lead is lost", "reliability P4")
    block_gate_without_notice: bool = switch(default=True, source="domain 5.1 N7")


@dataclass(frozen=True, slots=True)
class EstimateRules:
    """How arrival is estimated (domain 5.2, 12)."""

    circuity_percent: int = number(130, 100, 250, "percent of the great circle", "company default")
    free_flow_percent: int = number(83, 30, 100, "percent of the effective expressway limit", "company default")
    free_flow_max_kmh: int = number(75, 30, 100, "km/h", "domain 5.2")
    first_mile_km: int = number(0, 0, 200, "km driven at local speed", "company default")
    stale_minutes: int = number(60, 10, 720, "min without a position", "domain 5.1 N13")
    early_side_after: int = number(20, 0, 1000, "arrivals of a band before notices go by P10", "company default")
    refresh_minutes: int = number(15, 1, 120, "min between estimates of one trip", "company default")
    keep_minutes: int = number(15, 2, 240, "min from the last kept estimate to one worth keeping", "company default")
    stop_service_minutes: int = number(60, 0, 480, "min of work at a stop between two others", "company default")
    road_days: int = number(30, 1, 365, "days a router's road is used again for new trips", "company default")
    road_thinned_m: int = number(20, 0, 200, "m a kept road may lie beside the router's", "company default")
    road_off_km: int = number(5, 1, 50, "km off the planned road, where the straight line counts", "company default")
    router_failures: int = number(3, 1, 20, "failures in a row after which no router is asked", "company default")
    router_pause_minutes: int = number(5, 1, 120, "min without asking a router that failed", "company default")


@dataclass(frozen=True, slots=True)
class VehicleRules:
    """Loads, sizes and documents of vehicles (domain 2 and 3.2)."""

    gross_2_axles_kg: int = number(18000, 10000, 25000, "kg", "GB 1589 / over-limit rules 3")
    gross_3_axles_kg: int = number(25000, 10000, 30000, "kg", "GB 1589 / over-limit rules 3")
    gross_3_axles_train_kg: int = number(27000, 10000, 30000, "kg", "GB 1589 / over-limit rules 3")
    gross_4_axles_kg: int = number(31000, 10000, 40000, "kg", "GB 1589 / over-limit rules 3")
    gross_4_axles_train_kg: int = number(36000, 10000, 40000, "kg", "GB 1589 / over-limit rules 3")
    gross_5_axles_train_kg: int = number(43000, 10000, 45000, "kg", "GB 1589 / over-limit rules 3")
    gross_6_axles_train_kg: int = number(49000, 10000, 50000, "kg", "GB 1589 / over-limit rules 3")
    gross_6_axles_single_drive_kg: int = number(46000, 10000, 50000, "kg", "GB 1589 / over-limit rules 3")
    max_height_mm: int = number(4000, 2000, 4500, "mm above the road", "over-limit rules 3")
    max_width_mm: int = number(2550, 2000, 2600, "mm", "over-limit rules 3")
    max_length_mm: int = number(18100, 6000, 22000, "mm", "over-limit rules 3")
    escort_plan_height_mm: int = number(4500, 4000, 6000, "mm", "Highway protection regulation 35-38")
    escort_plan_width_mm: int = number(3750, 2550, 6000, "mm", "Highway protection regulation 35-38")
    escort_plan_length_mm: int = number(28000, 18100, 60000, "mm", "Highway protection regulation 35-38")
    escort_plan_gross_kg: int = number(100000, 49000, 300000, "kg", "Highway protection regulation 35-38")
    bed_height_mm: int = number(1200, 300, 1600, "mm assumed where a vehicle has none", "company default")
    small_van_max_rated_kg: int = number(4500, 500, 8000, "kg rated load of a small vehicle", "R-D-03")
    ltl_max_kg: int = number(3000, 500, 10000, "kg chargeable", "domain 3.1 [K]")
    light_goods_kg_per_m3: int = number(
        333, 100, 1000, "kg charged for a cubic metre of light goods", "trade custom [K]"
    )
    light_gross_max_kg: int = number(4500, 3000, 4500, "kg total mass of a light truck or train", "Licence regulation")
    capacity_step_kg: int = number(1000, 1, 10000, "kg of rated load that count as one size", "company default")
    fresh_open_body_hours: int = number(4, 0, 12, "h on a dropside", "domain 3.3")
    six_month_inspection_age_years: int = number(10, 5, 20, "years", "Implementation regulation 16")
    turn_round_minutes: int = number(60, 0, 720, "min between two trips of one vehicle", "company default")


@dataclass(frozen=True, slots=True)
class LoadingRules:
    """Securing and sealing (domain 3.4, 5.4)."""

    heavy_piece_kg: int = number(500, 50, 5000, "kg per piece", "domain 3.4")
    tarp_seal_points: int = number(2, 1, 2, "seals", "domain 3.4")
    walk_round_stop_minutes: int = number(10, 1, 120, "min of stop that asks for a tyre and brake check", "R-C-07")
    walk_round_overdue_minutes: int = number(30, 5, 240, "min after the stop began", "R-C-07")
    winter_from_month: int = number(11, 1, 12, "local month, first one of winter", "R-C-03 company default")
    winter_to_month: int = number(3, 1, 12, "local month, last one of winter", "R-C-03 company default")


@dataclass(frozen=True, slots=True)
class TrackingRules:
    """Positions and public tracking."""

    token_days: int = number(7, 1, 90, "days after signing", "design screens")
    token_unsigned_days: int = number(90, 7, 365, "days after planned arrival", "company default")
    device_skew_minutes: int = number(10, 0, 1440, "min a device may be ahead", "company default")
    device_backlog_days: int = number(30, 1, 365, "days a device may be behind", "company default")
    positions_days: int = number(
        180, 30, 1095, "days a position is kept: it says where a driver was", "company default"
    )
    jump_kmh: int = number(200, 120, 1000, "km/h from the last position that no truck can drive", "company default")
    jump_km: int = number(5, 1, 100, "km that a position may be off without being a jump", "company default")
    silent_minutes: int = number(60, 10, 1440, "min without a position under way", "domain 5.1 N13")
    window_before_minutes: int = number(15, 0, 240, "min before the estimate", "design screens: a window, not a point")
    window_after_minutes: int = number(30, 5, 480, "min after the estimate", "design screens: a window, not a point")
    window_share_percent: int = number(5, 0, 50, "percent of the time ahead added after it", "company default")
    place_radius_km: int = number(30, 1, 200, "km from a known place that names the district", "company default")
    temporary_radius_m: int = number(300, 50, 5000, "m round a place where goods change trucks", "company default")
    visit_seconds: int = number(60, 0, 1800, "s in or out of a site before it counts", "company default")
    visit_margin_m: int = number(100, 0, 2000, "m outside a site's edge before it is left", "company default")
    corridor_km: int = number(5, 1, 100, "km off the planned way", "R-C-05")
    rough_corridor_percent: int = number(30, 5, 100, "percent of a leg whose road is unknown", "company default")
    off_corridor_minutes: int = number(5, 1, 120, "min off the planned way before it counts", "company default")
    long_stop_minutes: int = number(45, 5, 720, "min of standing outside every site", "company default")
    stop_radius_m: int = number(150, 20, 2000, "m within which a truck that stands may drift", "company default")
    moving_kmh: int = number(5, 1, 20, "km/h between two fixes from which a truck moves", "company default")


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All numbers in force at one instant; ``version`` is stored with every journal entry."""

    version: int = 0
    crew: CrewRules = field(default_factory=CrewRules)
    driving: DrivingRules = field(default_factory=DrivingRules)
    speed: SpeedRules = field(default_factory=SpeedRules)
    notice: NoticeRules = field(default_factory=NoticeRules)
    estimate: EstimateRules = field(default_factory=EstimateRules)
    vehicle: VehicleRules = field(default_factory=VehicleRules)
    loading: LoadingRules = field(default_factory=LoadingRules)
    tracking: TrackingRules = field(default_factory=TrackingRules)
    accident: AccidentRules = field(default_factory=AccidentRules)
    clock: ClockRules = field(default_factory=ClockRules)
    penalty: PenaltyRules = field(default_factory=PenaltyRules)
    payroll: PayrollRules = field(default_factory=PayrollRules)


DEFAULTS = Ruleset()
GROUPS = tuple(f.name for f in fields(Ruleset) if f.name != "version")


def as_mapping(ruleset: Ruleset) -> dict[str, dict[str, Any]]:
    """Give the numbers as ``{group: {name: value}}``, the form that is stored and shown."""
    return {group: {f.name: getattr(getattr(ruleset, group), f.name) for f in _fields(group)} for group in GROUPS}


def describe() -> list[dict[str, Any]]:
    """List every number with group, name, unit, bounds and source, for the administrator's page."""
    return [{"group": group, "name": f.name, **f.metadata} for group in GROUPS for f in _fields(group)]


def object_to_change(change: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Object to unknown names, wrong types and values outside their bounds."""
    for group, values in change.items():
        known = {f.name: f for f in _fields(group)} if group in GROUPS else {}
        for name, value in values.items():
            if name not in known:
                yield Finding("RULE_UNKNOWN", {"name": f"{group}.{name}"})
            else:
                yield from _object_to_value(f"{group}.{name}", value, known[name].metadata)


def changed(base: Ruleset, change: Mapping[str, Mapping[str, Any]], version: int) -> Ruleset:
    """Lay ``change`` over ``base``; names that no longer exist are left out, so old stored versions still load."""
    groups = {
        group: replace(
            getattr(base, group),
            **{f.name: change[group][f.name] for f in _fields(group) if f.name in change[group]},
        )
        for group in GROUPS
        if group in change
    }
    return replace(base, version=version, **groups)


def _fields(group: str) -> tuple[Any, ...]:
    part = getattr(DEFAULTS, group)
    assert is_dataclass(part)  # noqa: S101 - every group of a Ruleset is a dataclass
    return fields(part)


def _object_to_value(name: str, value: object, bounds: Mapping[str, Any]) -> Iterator[Finding]:
    wants_switch = "low" not in bounds
    if wants_switch != isinstance(value, bool) or not isinstance(value, int):
        yield Finding("RULE_WRONG_TYPE", {"name": name})
    elif not wants_switch and not bounds["low"] <= value <= bounds["high"]:
        yield Finding("RULE_OUT_OF_BOUNDS", {"name": name, "low": bounds["low"], "high": bounds["high"]})
