"""One file per resource of the HTTP API; each declares its endpoints and calls one service per view."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from app.api import (
    accounts,
    consignments,
    deliveries,
    drivers,
    files,
    health,
    imports,
    loading,
    notices,
    parties,
    positions,
    reports,
    rules,
    seals,
    sites,
    tasks,
    trace,
    trips,
    underway,
    vehicles,
    webhooks,
)
from app.openapi import API_PREFIX

RESOURCES = (
    accounts,
    consignments,
    parties,
    sites,
    vehicles,
    drivers,
    rules,
    files,
    tasks,
    imports,
    trace,
    webhooks,
    trips,
    loading,
    underway,
    seals,
    positions,
    notices,
    deliveries,
    reports,
)


def register(api: Api, app: Flask) -> None:
    """Register every resource under ``/api/v1`` and the service pages at the root."""
    for resource in RESOURCES:
        api.register_blueprint(resource.blp, url_prefix=API_PREFIX)
    health.register(api, app)
