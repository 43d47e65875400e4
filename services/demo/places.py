"""Customers, the places they load and unload, and the roads between seventeen cities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from models.parties import RoadDistanceRow
from models.vocabulary import ChannelKind, PartyKind, SiteKind
from services.demo import tables
from services.demo.tables import Forms
from services.masterdata import channels, parties, sites
from services.transaction import Subject, Tx


@dataclass(frozen=True, slots=True)
class City:
    """A city of the network: GB/T 2260 code, full name, WGS-84 centre in degrees."""

    region_code: str
    name: str
    lat: float
    lon: float


def cities() -> list[City]:
    """Give the cities the carrier serves, its home first."""
    return [City(**row) for row in tables.rows("cities", {"lat": float, "lon": float})]


def road_distances() -> list[tuple[str, str, float]]:
    """Give the road distance in km for every ordered pair of cities; the same both ways."""
    pairs = [
        (row["from_region"], row["to_region"], row["distance_km"])
        for row in tables.rows("road_distances", {"distance_km": float})
    ]
    return [*pairs, *((there, here, km) for here, there, km in pairs)]


def add_parties(tx: Tx) -> None:
    """Make the shippers and consignees with the channels they are told by, in order."""
    told = _channels()
    for wanted in tables.rows("parties", {"kind": PartyKind}):
        parties.create(tx, wanted)
        channels.replace(tx, wanted["code"], told[wanted["code"]], None)


def add_sites(tx: Tx) -> None:
    """Make yards, hubs and the customers' places with their fences."""
    names = {city.region_code: city.name for city in cities()}
    forms: Forms = {"kind": SiteKind, "lat": float, "lon": float, "radius_m": int, "polygon": tables.ring}
    for row in tables.rows("sites", forms):
        address = names[row["region_code"]] + row.pop("street")
        sites.create(tx, {**row, "address": address})


def add_distances(tx: Tx) -> None:
    """Keep the road distances in one statement, so that plans need not guess from the great circle."""
    values = [
        {"from_code": here, "to_code": there, "distance_km": distance_km}
        for here, there, distance_km in road_distances()
    ]
    ids = tx.session.scalars(insert(RoadDistanceRow).returning(RoadDistanceRow.id), values).all()
    tx.journal("road_distances.loaded", Subject("road_distance", min(ids), new=True), {"count": len(ids)})


def _channels() -> Mapping[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in tables.rows("channels", {"kind": ChannelKind, "events": tables.words}):
        told[row.pop("party")].append(row)
    return told
