"""The words of the arrival notices, per language and kind: (subject, body)."""

from __future__ import annotations

from typing import Any

from models.vocabulary import NoticeKind

TEMPLATES: dict[str, dict[Any, Any]] = {
    "zh-CN": {
        "estimated": "(估计:车辆暂无定位)",
        "prepare_hard": "本批货物不便人工装卸,请提前安排叉车、吊车和人员。\n",
        NoticeKind.PRE_ARRIVAL: (
            "到货通知:{first} 预计 {at} 送达",
            "您好,\n\n您的货物预计 {at}(北京时间){estimated} 到达 {place}。\n{prepare}车牌:{plate}\n封条:{seals}\n\n"
            "货物:\n{goods}\n\n请打开链接确认收到本通知:{confirm}\n\n{company} {phone}\n",
        ),
        NoticeKind.UPDATE: (
            "到货时间变更(第{version}版):{first} 预计 {at} 送达",
            "您好,\n\n到货时间有变:现预计 {at}(北京时间){estimated} 到达 {place}。\n"
            "{prepare}车牌:{plate}\n封条:{seals}\n\n"
            "货物:\n{goods}\n\n请打开链接确认:{confirm}\n\n{company} {phone}\n",
        ),
        NoticeKind.FINAL_HOUR: (
            "即将到达:{first} 预计 {at}",
            "您好,\n\n车辆 {plate} 将在一小时内到达 {place}(预计 {at}{estimated})。\n{prepare}封条:{seals}\n\n"
            "货物:\n{goods}\n\n{company} {phone}\n",
        ),
        NoticeKind.TERMINAL: (
            "货物已到中转站:{first}",
            "您好,\n\n您的货物已于 {at}(北京时间)到达 {place},后续派送时间将另行通知。\n\n"
            "货物:\n{goods}\n\n{company} {phone}\n",
        ),
        NoticeKind.HELD: (
            "运输延误通知:{first} 到达时间待定",
            "您好,\n\n您的货物在途中受阻,原预计 {at}(北京时间)到达 {place} 已不能保证。\n"
            "新的到达时间确定后会立即通知您。\n\n货物:\n{goods}\n\n{company} {phone}\n",
        ),
    },
    "en": {
        "estimated": " (estimated: the truck sends no position)",
        "prepare_hard": "These goods cannot be unloaded by hand: please have a forklift or crane and people ready.\n",
        NoticeKind.PRE_ARRIVAL: (
            "Arrival notice: {first} expected {at}",
            "Hello,\n\nyour goods are expected at {place} on {at} (China time){estimated}.\n{prepare}Plate: {plate}\n"
            "Seals: {seals}\n\nGoods:\n{goods}\n\nPlease confirm this notice: {confirm}\n\n{company} {phone}\n",
        ),
        NoticeKind.UPDATE: (
            "Arrival changed (version {version}): {first} now expected {at}",
            "Hello,\n\nthe arrival has changed: {place} on {at} (China time){estimated}.\n{prepare}Plate: {plate}\n"
            "Seals: {seals}\n\nGoods:\n{goods}\n\nPlease confirm: {confirm}\n\n{company} {phone}\n",
        ),
        NoticeKind.FINAL_HOUR: (
            "Arriving soon: {first} at {at}",
            "Hello,\n\ntruck {plate} will reach {place} within the hour (expected {at}{estimated}).\n{prepare}"
            "Seals: {seals}\n\nGoods:\n{goods}\n\n{company} {phone}\n",
        ),
        NoticeKind.TERMINAL: (
            "Goods at the terminal: {first}",
            "Hello,\n\nyour goods reached {place} on {at} (China time). You will be told when they are delivered.\n\n"
            "Goods:\n{goods}\n\n{company} {phone}\n",
        ),
        NoticeKind.HELD: (
            "Delayed on the way: {first}, arrival not known yet",
            "Hello,\n\nyour goods are held up on the way: they will not be at {place} on {at} (China time) as you were "
            "told.\nYou will be told the new arrival as soon as it is known.\n\nGoods:\n{goods}\n\n"
            "{company} {phone}\n",
        ),
    },
}
