"""Places goods come from and go to, their geofences, and known road distances between regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from models.parties import RoadDistanceRow, Site
from models.vocabulary import CoordSystem, SiteKind
from services.codes import next_code
from services.errors import NotAllowedError, NotFoundError
from services.geo import gcj02_to_wgs84, valid_point, valid_ring
from services.orders.amending import amend as amend_row
from services.policy.findings import Finding, require
from services.queries.parties import DEGREE, site_view
from services.scope import find_party, find_site, require_version
from services.transaction import Subject, Tx

CARRIERS_OWN = frozenset({SiteKind.HUB, SiteKind.YARD, SiteKind.TEMPORARY})
PREFIX = "ST"


def create(tx: Tx, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Make a site and give it as the API shows it; the code is made up when none is given.

    A shipper makes sites only for himself and his consignees. Raises RuleBrokenError with every objection.
    """
    _refuse_carriers_site(tx, wanted["kind"])
    columns = dict(wanted)
    unknown = list(_resolve(tx, columns))
    require([*(unknown or _object_to_owner(columns)), *_locate(columns)])
    code = columns.pop("code", None) or next_code(tx, PREFIX, Site)
    site = Site(code=code, created_at=tx.now, **columns)
    tx.session.add(site)
    tx.session.flush()
    tx.journal("site.created", Subject("site", site.id, new=True), {"code": code, "kind": site.kind})
    return site_view(tx, code)


def amend(tx: Tx, code: str, changes: Mapping[str, Any], expected: int | None) -> dict[str, Any]:
    """Change the named columns of a site; a new fence takes the place of the old one.

    Raises NotAllowedError for a shipper at the carrier's own place, StaleVersionError, RuleBrokenError.
    """
    site = find_site(tx, code, lock=True)
    _refuse_carriers_site(tx, site.kind)
    require_version(site, expected)
    columns = dict(changes)
    require([*_resolve(tx, columns), *_locate(columns)])
    changed = amend_row(site, columns)
    require(_object_to_owner({"kind": site.kind, "party_id": site.party_id}))
    tx.session.flush()
    if changed:
        tx.journal("site.amended", Subject("site", site.id), changed)
    return site_view(tx, code)


def set_distance(tx: Tx, from_region: str, to_region: str, distance_km: float) -> dict[str, Any]:
    """Keep the road distance from one region to another; one direction, the other is its own entry."""
    put = tx.upsert(RoadDistanceRow).values(from_code=from_region, to_code=to_region, distance_km=distance_km)
    put = put.on_conflict_do_update(index_elements=["from_code", "to_code"], set_={"distance_km": distance_km})
    row_id = tx.session.execute(put.returning(RoadDistanceRow.id)).scalar_one()
    told = {"from_region": from_region, "to_region": to_region, "distance_km": distance_km}
    tx.journal("road_distance.set", Subject("road_distance", row_id), told)
    return told


def _refuse_carriers_site(tx: Tx, kind: SiteKind) -> None:
    if tx.actor.shipper_id is not None and kind in CARRIERS_OWN:
        raise NotAllowedError


def _resolve(tx: Tx, columns: MutableMapping[str, Any]) -> Iterator[Finding]:
    """Turn the party's code into an id, in place, within the caller's scope."""
    if "party" not in columns:
        return
    code = columns.pop("party")
    columns["party_id"] = None
    if code is None:
        return
    try:
        columns["party_id"] = find_party(tx, code).id
    except NotFoundError:
        yield Finding("REFERENCE_UNKNOWN", {"field": "party", "value": code})


def _object_to_owner(columns: Mapping[str, Any]) -> Iterator[Finding]:
    """A hub, a yard and a place where goods change trucks are the carrier's; any other place belongs to a party."""
    if (columns["kind"] in CARRIERS_OWN) != (columns.get("party_id") is None):
        yield Finding("SITE_PARTY_DOES_NOT_FIT", {"kind": columns["kind"]})


def _locate(columns: MutableMapping[str, Any]) -> Iterator[Finding]:
    """Turn degrees of either datum into stored millionths of WGS-84, in place, and look at the fence."""
    shifted = columns.pop("coord_system", CoordSystem.WGS84) is CoordSystem.GCJ02
    if "lat" in columns:
        lat, lon = columns.pop("lat"), columns.pop("lon")
        if not valid_point(lat, lon):
            yield Finding("POINT_INVALID", {"lat": lat, "lon": lon})
        lat, lon = gcj02_to_wgs84(lat, lon) if shifted else (lat, lon)
        columns["lat_e6"], columns["lon_e6"] = round(lat * DEGREE), round(lon * DEGREE)
    if "polygon" in columns:
        points = columns["polygon"]
        if points[0] != points[-1] or not valid_ring(points):
            yield Finding("GEOFENCE_INVALID", {"points": len(points)})
        columns["polygon"] = [_wgs84(*point) for point in points] if shifted else points
        columns["radius_m"] = None
    elif "radius_m" in columns:
        columns["polygon"] = None


def _wgs84(lon: float, lat: float) -> list[float]:
    back_lat, back_lon = gcj02_to_wgs84(lat, lon)
    return [round(back_lon, 6), round(back_lat, 6)]
