"""What a consignee reads whose truck stands at his door before he was told of it, per language: (subject, body)."""

from __future__ import annotations

ARRIVED: dict[str, tuple[str, str]] = {
    "zh-CN": (
        "货物已到达:{first}",
        "您好,\n\n车辆 {plate} 已于 {at}(北京时间)到达 {place},未能提前通知,敬请谅解。\n{prepare}封条:{seals}\n\n"
        "货物:\n{goods}\n\n请打开链接确认收到本通知:{confirm}\n\n{company} {phone}\n",
    ),
    "en": (
        "Your goods have arrived: {first}",
        "Hello,\n\ntruck {plate} reached {place} on {at} (China time), before you were told of it. We apologise.\n"
        "{prepare}Seals: {seals}\n\nGoods:\n{goods}\n\nPlease confirm this notice: {confirm}\n\n{company} {phone}\n",
    ),
}
