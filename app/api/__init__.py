"""One file per resource of the HTTP API; each declares its endpoints and calls one service per view."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from flask import Flask
from flask_smorest import Api

from app.api import health
from app.openapi import API_PREFIX

# what every day asks for
EVERYDAY = (
    "accounts", "consignments", "parties", "sites", "vehicles", "rules", "files", "tasks", "trace",
    "webhooks", "trips", "loading", "underway", "seals", "devices", "positions", "telematics", "notices",
    "deliveries",
)  # fmt: skip
# what few days ask for, with what stands under the same addresses: read when it is first asked for (app/portal.py)
SELDOM = (
    "accident_cargo", "accident_documents", "accidents", "determinations", "drivers", "duty", "employees", "imports",
    "losses", "payroll", "penalties", "reports", "responsibility", "vehicle_events",
)  # fmt: skip
RESOURCES = (*EVERYDAY, *SELDOM)


def register(api: Api, app: Flask, resources: Iterable[str] = RESOURCES) -> None:
    """Register the resources named, under ``/api/v1``, and the service pages at the root."""
    for name in resources:
        api.register_blueprint(import_module(f"app.api.{name}").blp, url_prefix=API_PREFIX)
    health.register(api, app)
