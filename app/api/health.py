"""Service pages at the root: /healthz, /readyz, /metrics, the specification and its page."""

from __future__ import annotations

import functools

from flask import Blueprint, Flask, Response, render_template
from flask_smorest import Api
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from app import metrics, openapi
from app.kit import jsonio
from app.kit.endpoint import runtime
from services import health
from services.transaction import WORKER

pages = Blueprint("service", __name__)


@pages.get("/healthz")
def healthz() -> Response:
    """Say that this web process answers; nothing else is asked."""
    return jsonio.response({"status": "ok"})


@pages.get("/readyz")
def readyz() -> Response:
    """Say whether the database answers and the background processes are alive; 503 with their names otherwise."""
    with runtime().read(WORKER) as tx:
        missing = health.missing(tx)
    return jsonio.response({"status": "degraded" if missing else "ok", "missing": missing}, 503 if missing else 200)


@pages.get("/metrics")
def prometheus() -> Response:
    """Give request times, queue depth, the oldest due row, and notices due and late."""
    with runtime().read(WORKER) as tx:
        owed = health.owed(tx)
    gauges = CollectorRegistry()
    for name in owed.__dataclass_fields__:
        Gauge(f"lading_{name}", name.replace("_", " "), registry=gauges).set(getattr(owed, name))
    text = generate_latest(metrics.REGISTRY) + generate_latest(gauges)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def register(api: Api, app: Flask) -> None:
    """Register the pages and the finished specification, which is worked out at its first use."""
    finished = functools.cache(lambda: openapi.finished(api))
    described = Blueprint("specification", __name__)

    @described.get(f"{openapi.API_PREFIX}/openapi.json")
    def specification() -> Response:
        return jsonio.response(finished())

    @described.get("/api/docs")
    def documentation() -> str:
        return render_template("docs/index.html", spec=finished())

    app.register_blueprint(pages)
    app.register_blueprint(described)
