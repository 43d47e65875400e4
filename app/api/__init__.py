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
    "accounts", "consignments", "parties", "sites", "vehicles", "drivers", "rules", "files", "tasks", "trace",
    "webhooks", "trips", "loading", "underway", "seals", "devices", "positions", "telematics", "notices",
    "deliveries", "reports",
)  # fmt: skip
# what few days ask for; a web process reads it when it is first asked for (app/portal.py)
SELDOM = (
    "accident_cargo", "accident_documents", "accidents", "determinations", "duty", "employees", "imports", "losses",
    "payroll", "penalties", "responsibility",
)  # fmt: skip
RESOURCES = (*EVERYDAY, *SELDOM)


def register(api: Api, app: Flask, resources: Iterable[str] = RESOURCES) -> None:
    """Register the resources named, under ``/api/v1``, and the service pages at the root."""
    for name in resources:
        api.register_blueprint(import_module(f"app.api.{name}").blp, url_prefix=API_PREFIX)
    health.register(api, app)
