"""Texts for driving hours, estimates of arrival and arrival notices: code to (Chinese, English), facts in braces."""

from __future__ import annotations

FINDINGS_TIMING: dict[str, tuple[str, str]] = {
    "DRIVING_CONTINUOUS_OVER": (
        "驾驶员 {driver} 连续驾驶 {minutes} 分钟，自 {at} 起超过 {limit_minutes} 分钟，须停车休息",
        "Driver {driver} drove {minutes} min without a proper stop, over the {limit_minutes} min allowed from {at} on",
    ),
    "DRIVING_DAILY_OVER": (
        "驾驶员 {driver} 24 小时内驾驶时间自 {at} 起超过 {limit_minutes} 分钟",
        "Driver {driver} drove over {limit_minutes} min within 24 hours, from {at} on",
    ),
    "ETA_REMAINING_WAY": ("剩余里程 {km} 公里（依据：{source}）", "{km} km still to go (from: {source})"),
    "ETA_ROUTER_AWAY": (
        "其中 {legs} 段路程暂无路线服务的数据，按内置方法估算",
        "{legs} leg(s) of the way reckoned here: the router has not given their road",
    ),
    "ETA_SPEED": ("按时速 {kmh} 公里，驾驶 {minutes} 分钟", "{minutes} min of driving at {kmh} km/h"),
    "ETA_INTERVAL": (
        "八成把握在 {p80} 前到达（据 {seen} 次到达）",
        "Four times out of five there by {p80} (from {seen} arrivals)",
    ),
    "ETA_EXPERIENCE": ("按以往经验，行驶时间按 {percent}% 计", "Driving time reckoned at {percent} % from experience"),
    "ETA_NIGHT_FACTOR": ("夜间车速按 {percent}% 计", "Night speed reckoned at {percent} %"),
    "ETA_CREW_ASSUMED": (
        "尚未配班，按 {drivers} 名已休息的驾驶员估算",
        "No crew yet: reckoned with {drivers} rested drivers",
    ),
    "ETA_RESTS": ("停车休息 {count} 次，共 {minutes} 分钟", "{count} rest stop(s), {minutes} min in all"),
    "ETA_SWAPS": ("停车换手 {count} 次，共 {minutes} 分钟", "{count} stop(s) to change drivers, {minutes} min in all"),
    "ETA_OUT_OF_HOURS": (
        "驾驶时间用尽，停车 {minutes} 分钟，至 {until} 继续",
        "No driving hours left: stands {minutes} min and goes on at {until}",
    ),
    "ETA_STOP_WORK": ("途中各站作业 {minutes} 分钟", "{minutes} min of work at stops on the way"),
    "ETA_STALE": (
        "长时间未收到位置（最后一次：{last_position_at}），到达时间为估计",
        "No recent position (last: {last_position_at}); the arrival is estimated",
    ),
    "NOTICE_NOT_SENT": (
        "站点 {stop} 的到货通知应于 {due_at} 前发出，尚未发出，不得出厂",
        "The arrival notice for {stop} was due at {due_at} and has not been sent: the truck may not leave",
    ),
    "late_booking": ("下单过晚，无法提前足够时间通知收货人", "Booked too late to tell the consignee early enough"),
    "early_arrival": ("车辆提前到达，实际提前通知时间不足", "The truck came early, so the notice was too short"),
    "eta_moved": ("预计到达时间提前，通知时间不足", "The expected arrival moved forward, so the notice was too short"),
    "delivery_failed": ("通知多次发送未送达", "The notice was sent but did not reach the consignee in time"),
    "not_sent": ("未按时发出到货通知", "The arrival notice was not sent in time"),
}
