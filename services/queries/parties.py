"""Parties, sites and road distances as answers and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.parties import Channel, Party, RoadDistanceRow, Site
from services.errors import NotFoundError
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.scope import parties_of, sites_of
from services.transaction import Tx

# the disabled_reason of a channel that was taken out of its party's set
RETIRED = "retired"
DEGREE = 1_000_000
PARTY = (
    Party.code, Party.kind, Party.name, Party.uscc, Party.contact_name, Party.contact_phone, Party.language,
    Party.quiet_from_minute, Party.quiet_to_minute, Party.created_at, Party.version,
)  # fmt: skip
SITE = (
    Site.code, Site.kind, Site.name, Site.address, Site.region_code, Site.radius_m, Site.polygon, Site.created_at,
    Site.version,
)  # fmt: skip
CHANNEL = (
    "kind", "address", "position", "events", "rotated_at", "failing_since", "disabled_at", "disabled_reason",
)  # fmt: skip


def party_view(tx: Tx, code: str) -> dict[str, Any]:
    """Give one party with its channels; NotFoundError for a foreign or absent one alike."""
    row = tx.session.execute(_parties().where(Party.code == code, parties_of(tx.actor))).first()
    if row is None:
        raise NotFoundError
    channels = tx.session.scalars(
        select(Channel)
        .where(Channel.party_id == row.id, Channel.disabled_reason.is_distinct_from(RETIRED))
        .order_by(Channel.position)
    )
    return {**_party(row), "channels": [channel_view(channel) for channel in channels]}


def party_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of parties, newest first; filters: kind, name (a part of it)."""
    query = _parties().where(parties_of(tx.actor))
    if "kind" in filters:
        query = query.where(Party.kind == filters["kind"])
    if "name" in filters:
        query = query.where(Party.name.contains(filters["name"], autoescape=True))
    return paged(tx.session, newest_first(query, Party.id, page), page, _party)


def channel_view(channel: Channel) -> dict[str, Any]:
    """Give a channel without its secret."""
    return {"id": channel.public_id, **{name: getattr(channel, name) for name in CHANNEL}}


def site_view(tx: Tx, code: str) -> dict[str, Any]:
    """Give one site; NotFoundError for a foreign or absent one alike."""
    row = tx.session.execute(_sites().where(Site.code == code, sites_of(tx.actor))).first()
    if row is None:
        raise NotFoundError
    return _site(row)


def site_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of sites, newest first; filters: kind, party (its code), region_code."""
    query = _sites().where(sites_of(tx.actor))
    if "kind" in filters:
        query = query.where(Site.kind == filters["kind"])
    if "party" in filters:
        query = query.where(Party.code == filters["party"])
    if "region_code" in filters:
        query = query.where(Site.region_code == filters["region_code"])
    return paged(tx.session, newest_first(query, Site.id, page), page, _site)


def distance_page(tx: Tx, page: Page) -> dict[str, Any]:
    """Give a page of known road distances, newest first."""
    row = RoadDistanceRow
    query: AnySelect = select(row.id, row.from_code, row.to_code, row.distance_km)
    return paged(tx.session, newest_first(query, row.id, page), page, _distance)


def _parties() -> AnySelect:
    owner = aliased(Party)
    query = select(Party.id, *PARTY, owner.code.label("owner_code"))
    return query.outerjoin(owner, owner.id == Party.owner_id)


def _party(row: Any) -> dict[str, Any]:
    return {**{column.key: getattr(row, column.key) for column in PARTY}, "owner": row.owner_code}


def _sites() -> AnySelect:
    query = select(
        Site.id, *SITE, Site.lat_e6, Site.lon_e6, Party.code.label("party_code"), Party.name.label("party_name")
    )
    return query.outerjoin(Party, Party.id == Site.party_id)


def _site(row: Any) -> dict[str, Any]:
    return {
        **{column.key: getattr(row, column.key) for column in SITE},
        "party": {"code": row.party_code, "name": row.party_name} if row.party_code else None,
        "lat": row.lat_e6 / DEGREE,
        "lon": row.lon_e6 / DEGREE,
    }


def _distance(row: Any) -> dict[str, Any]:
    return {"from_region": row.from_code, "to_region": row.to_code, "distance_km": row.distance_km}
