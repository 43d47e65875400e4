"""What webhook deliveries object to."""

from __future__ import annotations

FINDINGS_PUBLIC: dict[str, tuple[str, str]] = {
    "DELIVERY_STILL_RUNNING": (
        "回调 {delivery} 仍在按计划重试,无需重发",
        "The delivery {delivery} is still being tried; there is nothing to send again yet",
    ),
    "ENDPOINT_DISABLED": (
        "回调地址 {channel} 已停用({reason}),请先启用",
        "The endpoint {channel} is shut off ({reason}): enable it first",
    ),
}
