"""How fast a truck may go (R-F-03, R-C-05, domain 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from models.vocabulary import CargoClass, RoadClass
from services.policy.localtime import SHANGHAI
from services.policy.ruleset import Ruleset, SpeedRules

CARGO_GROUPS: Mapping[CargoClass, str] = {
    CargoClass.GENERAL: "general",
    CargoClass.CHILLED: "general",
    CargoClass.FROZEN: "general",
    CargoClass.FURNITURE_MOVE: "general",
    CargoClass.VALUABLE: "delicate",
    CargoClass.ELECTRONICS: "delicate",
    CargoClass.FRAGILE: "delicate",
    CargoClass.FRESH: "delicate",
    CargoClass.LIVE: "delicate",
    CargoClass.HAZMAT: "hazmat",
    CargoClass.OVERSIZE: "oversize",
    CargoClass.BULK_SOLID: "heavy",
    CargoClass.LIQUID_BULK: "heavy",
    CargoClass.VEHICLES: "heavy",
    CargoClass.STEEL_COIL: "heavy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedFacts:
    """Cargo, situation and vehicle at one instant; speeds in km/h, visibility in m, None where nothing limits."""

    cargo_classes: frozenset[CargoClass]
    road: RoadClass
    at: datetime
    signed_limit_kmh: int | None = None
    vehicle_limit_kmh: int | None = None
    visibility_m: int | None = None
    permit_limit_kmh: int | None = None
    in_yard: bool = False


def limit_terms(facts: SpeedFacts, ruleset: Ruleset) -> dict[str, int]:
    """Give every limit that holds, by name and in km/h, before the night factor (R-F-03, R-C-05)."""
    rules = ruleset.speed
    terms = {
        "law": int(getattr(rules, f"legal_{facts.road}_kmh")),
        "cargo": _cargo_default_kmh(facts, rules),
        "signed": facts.signed_limit_kmh,
        "vehicle": facts.vehicle_limit_kmh,
        "visibility": _visibility_kmh(facts.visibility_m, rules),
        "permit": facts.permit_limit_kmh,
        "yard": rules.yard_kmh if facts.in_yard else None,
    }
    return {name: limit for name, limit in terms.items() if limit is not None}


def effective_limit_kmh(facts: SpeedFacts, ruleset: Ruleset) -> int:
    """Give the speed not to be exceeded: the least of all limits, times the night factor, rounded down (R-F-03)."""
    limit = min(limit_terms(facts, ruleset).values())
    return limit * ruleset.driving.night_factor_percent // 100 if is_night(facts.at, ruleset) else limit


def is_night(at: datetime, ruleset: Ruleset) -> bool:
    """Say whether the instant lies in the local night hours; equal hours mean that there is no night."""
    begins, ends = ruleset.driving.night_from_hour, ruleset.driving.night_to_hour
    hour = at.astimezone(SHANGHAI).hour
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


def must_avoid_expressway(facts: SpeedFacts, ruleset: Ruleset) -> bool:
    """Say whether routing must keep off the expressway: too slow for its minimum, and not by weather or permit."""
    there = replace(facts, road=RoadClass.EXPRESSWAY, visibility_m=None, permit_limit_kmh=None, in_yard=False)
    return effective_limit_kmh(there, ruleset) < ruleset.speed.legal_expressway_min_kmh


def _cargo_default_kmh(facts: SpeedFacts, rules: SpeedRules) -> int:
    # An empty truck goes as one with general goods.
    groups = {CARGO_GROUPS[each] for each in facts.cargo_classes} or {"general"}
    limits = {group: int(getattr(rules, f"{group}_{facts.road}_kmh")) for group in groups}
    if "oversize" in limits and facts.road is RoadClass.EXPRESSWAY and facts.permit_limit_kmh is not None:
        # "Permit, else 60": on the expressway the permit's speed takes the place of the company's default.
        limits["oversize"] = facts.permit_limit_kmh
    return min(limits.values())


def _visibility_kmh(visibility_m: int | None, rules: SpeedRules) -> int | None:
    if visibility_m is None or visibility_m >= 200:
        return None
    if visibility_m >= 100:
        return rules.visibility_200m_kmh
    return rules.visibility_100m_kmh if visibility_m >= 50 else rules.visibility_50m_kmh
