"""Places, and road distances between regions."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.openapi import API_PREFIX
from app.schemas.common import PageQuery, page_of
from app.schemas.sites import DistanceIn, DistanceOut, SiteChange, SiteIn, SiteOut, SiteQuery
from models.vocabulary import Role
from services.masterdata import sites
from services.queries.paging import Page
from services.queries.parties import distance_page, site_page, site_view
from services.transaction import Tx

blp = Resource("sites", "Sites: where goods are loaded, handed over and unloaded (站点)")
KEEPERS = (Role.SHIPPER, Role.DISPATCHER, Role.ADMIN)
READERS = (*KEEPERS, Role.GATE, Role.SAFETY, Role.FINANCE, Role.MANAGER)
PLANNERS = (Role.DISPATCHER, Role.ADMIN)


@endpoint(blp, "POST", "/sites", Shape(roles=KEEPERS, body=SiteIn, answer=SiteOut, status=201, creates=True))
def create(tx: Tx, body: dict[str, Any]) -> Made:
    """Make a site; a shipper makes them only for himself and his consignees."""
    view = sites.create(tx, body)
    return Made(view, view["version"], f"{API_PREFIX}/sites/{view['code']}")


@endpoint(blp, "GET", "/sites", Shape(roles=READERS, query=SiteQuery, answer=page_of(SiteOut), writes=False))
def list_sites(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List the sites the caller may see, newest first."""
    return site_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/sites/<code>", Shape(roles=READERS, answer=SiteOut, writes=False))
def read(tx: Tx, code: str) -> Made:
    """Read one site."""
    view = site_view(tx, code)
    return Made(view, view["version"])


@endpoint(blp, "PATCH", "/sites/<code>", Shape(roles=KEEPERS, body=SiteChange, answer=SiteOut, if_match=True))
def amend(tx: Tx, body: dict[str, Any], code: str, expected: int) -> Made:
    """Change a site."""
    view = sites.amend(tx, code, body, expected)
    return Made(view, view["version"])


@endpoint(blp, "PUT", "/road-distances", Shape(roles=PLANNERS, body=DistanceIn, answer=DistanceOut))
def set_distance(tx: Tx, body: dict[str, Any]) -> dict[str, Any]:
    """Keep the road distance from one region to another."""
    return sites.set_distance(tx, **body)


@endpoint(
    blp, "GET", "/road-distances", Shape(roles=PLANNERS, query=PageQuery, answer=page_of(DistanceOut), writes=False)
)
def list_distances(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List the known road distances, newest first."""
    return distance_page(tx, Page(query.pop("cursor", None), query.pop("limit")))
