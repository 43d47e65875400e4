"""Where goods change trucks: a known site, or a temporary one made of the accident's place."""

from __future__ import annotations

from math import cos, radians

from sqlalchemy import select

from models.accidents import Accident
from models.parties import Site
from models.tracking import LastPosition
from models.vocabulary import SiteKind
from services.cargo_care.plans import Place
from services.errors import NotFoundError
from services.geo import distance_km
from services.masterdata import sites
from services.policy.findings import Finding, require
from services.scope import find_site
from services.transaction import Tx

E6 = 1_000_000
KM_PER_DEGREE = 111.0
# how far round a point known places are looked for, one after the other, in km
REACHES_KM = (50, 250, 1000, 4000)
ADDRESS_LENGTH = 300


def place_for(tx: Tx, accident: Accident, wanted: Place) -> Site:
    """Give the site where the goods change trucks, made when it is none that is known.

    RuleBrokenError when neither the plan nor the accident nor the truck's last position says where it is.
    """
    if wanted.site is not None:
        return _named(tx, wanted.site)
    lat, lon = _point(tx, accident, wanted)
    made = sites.create(
        tx,
        {
            "kind": SiteKind.TEMPORARY,
            "name": f"{accident.number} {SiteKind.TEMPORARY.zh}",
            "address": (wanted.address or accident.place)[:ADDRESS_LENGTH],
            "region_code": wanted.region_code or _nearest_region(tx, lat, lon),
            "lat": lat,
            "lon": lon,
            "radius_m": tx.ruleset.tracking.temporary_radius_m,
        },
    )
    return find_site(tx, made["code"])


def _named(tx: Tx, code: str) -> Site:
    try:
        return find_site(tx, code)
    except NotFoundError:
        require([Finding("REFERENCE_UNKNOWN", {"field": "place", "value": code})])
        raise


def _point(tx: Tx, accident: Accident, wanted: Place) -> tuple[float, float]:
    if wanted.lat is not None and wanted.lon is not None:
        return wanted.lat, wanted.lon
    if accident.lat_e6 is not None and accident.lon_e6 is not None:
        return accident.lat_e6 / E6, accident.lon_e6 / E6
    last = tx.session.get(LastPosition, accident.vehicle_id)
    if last is None or last.trip_id != accident.trip_id:
        require([Finding("PLACE_UNKNOWN", {"accident": accident.number})])
    assert last is not None  # noqa: S101 - require() has raised when there is none
    return last.lat_e6 / E6, last.lon_e6 / E6


def _nearest_region(tx: Tx, lat: float, lon: float) -> str:
    """Give the region of the nearest place that people have named."""
    for reach_km in REACHES_KM:
        north = reach_km / KM_PER_DEGREE
        east = north / max(cos(radians(lat)), 0.1)
        rows = tx.session.execute(
            select(Site.region_code, Site.lat_e6, Site.lon_e6)
            .where(Site.kind != SiteKind.TEMPORARY)
            .where(Site.lat_e6.between(round((lat - north) * E6), round((lat + north) * E6)))
            .where(Site.lon_e6.between(round((lon - east) * E6), round((lon + east) * E6)))
        )
        found = [(distance_km(lat, lon, row.lat_e6 / E6, row.lon_e6 / E6), row.region_code) for row in rows]
        if found:
            return str(min(found)[1])
    require([Finding("REGION_UNKNOWN", {"lat": lat, "lon": lon})])
    raise NotFoundError
