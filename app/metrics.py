"""Request times for Prometheus; the gauges of queues and notices are read from the database when asked."""

from __future__ import annotations

import time

from flask import Request, Response
from prometheus_client import CollectorRegistry, Histogram

REGISTRY = CollectorRegistry()
REQUEST_SECONDS = Histogram(
    "lading_request_seconds",
    "Time to answer a request",
    ("method", "endpoint", "status"),
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


def observe(request: Request, response: Response, began: float | None) -> None:
    """Record how long one answer took, by route and not by path."""
    if began is not None:
        labels = (request.method, request.endpoint or "none", str(response.status_code))
        REQUEST_SECONDS.labels(*labels).observe(time.perf_counter() - began)
