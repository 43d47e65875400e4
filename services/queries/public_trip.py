"""The truck as the consignee at the end of one leg sees it: seals on his goods, plate, crew, district."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, radians
from typing import Any

from models.vocabulary import ConsignmentState, SealEventKind, SealState, StopKind
from services.geo import KM_PER_DEGREE, flat_km
from services.masking import masked_phone
from services.queries.public_rows import AROUND, CREW, FIX, HUNG, LEFT_BEHIND, Hung, Tracked
from services.regions import region_name
from services.transaction import Tx

C = ConsignmentState
DEGREE_E6 = 1_000_000
HOME_PREFIX = "+86"
# two-character family names still borne in numbers
LONG_SURNAMES = frozenset({
    "欧阳", "上官", "司马", "诸葛", "司徒", "东方", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文",
    "南宫", "端木", "申屠", "轩辕", "呼延", "独孤",
})  # fmt: skip
# the crew can be reached, by the desk, as long as the goods are theirs to deliver
REACHABLE = frozenset({C.ASSIGNED, C.LOADED, C.SEALED, C.IN_TRANSIT, C.ARRIVED})


def seals_of(tx: Tx, goods: Tracked) -> list[dict[str, Any]]:
    """Give the seals that shut the goods in: live, opened on the way, or taken off at this consignee's stop.

    Where the goods came from another truck after an accident, its seals are shown as opened on the way (S8).
    """
    before = _seals_before(tx, goods)
    if goods.loaded_at is None:
        return before
    # every seal once, with the first event by which it came off
    rows = {row[0]: Hung(*row) for row in reversed(HUNG.rows(tx.connection, {"trip_id": goods.trip_id}))}
    numbers = {seal.id: seal.number for seal in rows.values()}
    shown = [_seal(seal, numbers) for _, seal in sorted(rows.items()) if _concerns(seal, goods)]
    return sorted([*before, *shown], key=lambda seal: (seal["state"] == "opened", seal["applied_at"]))


def crew_of(tx: Tx, goods: Tracked) -> list[dict[str, Any]]:
    """Give the drivers by family name with a masked number, until the goods are signed for (P15)."""
    if goods.state not in REACHABLE:
        return []
    return [
        {
            "name": courtesy_name(name),
            "phone": masked_phone(phone.removeprefix(HOME_PREFIX)),
            "driving": bool(driving),
        }
        for name, phone, driving in CREW.rows(tx.connection, {"trip_id": goods.trip_id})
    ]


def place_of(tx: Tx, goods: Tracked) -> dict[str, Any] | None:
    """Give the district the goods are in or near, and since when that is known; never a point."""
    if goods.trip_id is None:
        return None
    if goods.state is C.AT_TERMINAL:
        return _district(goods.drop_region_code, goods.arrived_at)
    fix = FIX.first(tx.connection, {"trip_id": goods.trip_id}) if goods.state is C.IN_TRANSIT else None
    if fix is None:
        return None
    fix_at, lat_e6, lon_e6 = fix
    return _district(_near(tx, lat_e6, lon_e6), fix_at)


def courtesy_name(name: str) -> str:
    """Give what a driver is called by strangers: 王师傅 of 王建国; a name in other letters keeps its first word."""
    family = name[:2] if name[:2] in LONG_SURNAMES else name[:1]
    return f"{family}师傅" if family > "\u2e7f" else f"{name.split()[0]}师傅" if name.split() else "师傅"


def _seals_before(tx: Tx, goods: Tracked) -> list[dict[str, Any]]:
    """Give the seals that were taken off the truck these goods rode on before an accident."""
    if goods.pickup_kind is not StopKind.TRANSHIPMENT:
        return []
    rows = LEFT_BEHIND.rows(tx.connection, {"consignment_id": goods.id, "trip_id": goods.trip_id})
    names = ("number", "closure", "applied_at", "ended_at", "finding", "replaced_by")
    return [{**dict(zip(names, row, strict=True)), "state": "opened"} for row in rows]


def _concerns(seal: Hung, goods: Tracked) -> bool:
    """Was the seal on while these goods were aboard? What shuts in the goods of others is not shown."""
    arrived, loaded = goods.arrived_at, goods.loaded_at
    if arrived is not None and seal.applied_at > arrived:
        return False
    if seal.ended_at is None:
        return seal.state is SealState.APPLIED
    if seal.end_kind is SealEventKind.BROKEN:
        return loaded is not None and seal.ended_at >= loaded
    return arrived is not None and seal.ended_at >= arrived


def _seal(seal: Hung, numbers: Mapping[int, str]) -> dict[str, Any]:
    states = {None: "applied", SealEventKind.BROKEN: "opened", SealEventKind.REMOVED: "removed"}
    return {
        "number": seal.number,
        "closure": seal.closure,
        "state": states[seal.end_kind],
        "finding": seal.finding if seal.end_kind is SealEventKind.REMOVED else None,
        "applied_at": seal.applied_at,
        "ended_at": seal.ended_at,
        "replaced_by": numbers.get(seal.replaced_by_id or 0),
    }


def _near(tx: Tx, lat_e6: int, lon_e6: int) -> str | None:
    """Give the region of the nearest known place within the ruleset's radius."""
    radius_km = tx.ruleset.tracking.place_radius_km
    lat, lon = lat_e6 / DEGREE_E6, lon_e6 / DEGREE_E6
    up = radius_km / KM_PER_DEGREE * DEGREE_E6
    aside = up / max(cos(radians(lat)), 0.1)
    box = {
        "south": round(lat_e6 - up), "north": round(lat_e6 + up),
        "west": round(lon_e6 - aside), "east": round(lon_e6 + aside),
    }  # fmt: skip
    found = [
        (flat_km(lat, lon, site_lat_e6 / DEGREE_E6, site_lon_e6 / DEGREE_E6), region_code)
        for region_code, site_lat_e6, site_lon_e6 in AROUND.rows(tx.connection, box)
    ]
    nearest = min(found, default=None)
    return nearest[1] if nearest is not None and nearest[0] <= radius_km else None


def _district(code: str | None, at: Any) -> dict[str, Any]:
    return {"region_code": code, "region": region_name(code) if code else None, "at": at}
