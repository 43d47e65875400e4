"""Request times for Prometheus; the gauges of queues and notices are read from the database when asked."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Histogram

REGISTRY = CollectorRegistry()
REQUEST_SECONDS = Histogram(
    "lading_request_seconds",
    "Time to answer a request",
    ("method", "endpoint", "status"),
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_kept: dict[tuple[str, str, str], Histogram] = {}


def observe(method: str, endpoint: str, status: str, seconds: float) -> None:
    """Record how long one answer took, by route and not by path; a method that HTTP does not know is ``other``."""
    key = (method, endpoint, status)
    kept = _kept.get(key)
    if kept is None:
        # finding the labels costs as much again as counting; a method anybody makes up is not kept
        kept = REQUEST_SECONDS.labels(method if method in METHODS else "other", endpoint, status)
        if method in METHODS:
            _kept[key] = kept
    kept.observe(seconds)
