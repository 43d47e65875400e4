"""The words of the public tracking page: ``key: (Chinese, English)``, facts in braces."""

from __future__ import annotations

from typing import Any

from models.vocabulary import ClosureKind, ConsignmentState, NoticeKind, Packaging, SealFinding

LANGUAGES = ("zh-CN", "en")
WORDS: dict[str, tuple[str, str]] = {
    "title": ("运单跟踪", "Track a consignment"),
    "consignment": ("运单", "Consignment"),
    "skip": ("跳到正文", "Skip to content"),
    "call_desk": ("致电客服", "Call the desk"),
    "other_language": ("English", "中文"),
    "today": ("今天", "today"),
    "tomorrow": ("明天", "tomorrow"),
    "yesterday": ("昨天", "yesterday"),
    # the headline, by what is known
    "head_booked": ("已受理,等待派车", "Booked, waiting for a truck"),
    "head_window": ("预计{window} 到达", "Expected {window}"),
    "head_terminal": ("预计{window} 到达中转站", "At the terminal {window}"),
    "head_unknown": ("到达时间正在重新估算", "The arrival is being worked out anew"),
    "head_held": ("途中受阻,新的到达时间待定", "Held up on the way: the new arrival is not known yet"),
    "head_at_terminal": ("货物已到中转站", "Your goods are at the terminal"),
    "head_arrived": ("{at} 已到达", "Arrived {at}"),
    "head_accepted": ("已签收", "Received and signed for"),
    "head_partially_accepted": ("部分签收", "Received in part"),
    "head_refused": ("已拒收", "Refused"),
    "head_closed": ("已结案", "Closed"),
    "head_cancelled": ("运单已取消", "This consignment was cancelled"),
    "held": ("途中受阻", "Held up"),
    "held_why": (
        "货物正在妥善处理,新的到达时间确定后会通知您。",
        "Your goods are being looked after. You will be told the new arrival as soon as it is known.",
    ),
    "estimated": ("估计", "Estimated"),
    "estimated_why": ("车辆暂无新的定位,时间为估计值。", "The truck has sent no new position: this time is estimated."),
    "km_left": ("还有约 {km} 公里", "about {km} km to go"),
    "updated": ("{at} 更新", "updated {at}"),
    "promised": ("约定到达", "Promised"),
    "planned": ("计划到达", "Planned"),
    "late": ("比约定时间晚约 {span}。", "About {span} after the promised time."),
    "moved_later": ("上次通知 {before},现推迟约 {span}。", "You were told {before}; now about {span} later."),
    "moved_earlier": ("上次通知 {before},现提前约 {span}。", "You were told {before}; now about {span} earlier."),
    "told_at": ("{at} 已通知您。", "You were told {at}."),
    "hours_minutes": ("{hours} 小时 {minutes} 分", "{hours} h {minutes} min"),
    "hours": ("{hours} 小时", "{hours} h"),
    "minutes": ("{minutes} 分钟", "{minutes} min"),
    # steps
    "steps": ("运输进度", "Progress"),
    "step_booked": ("受理", "Booked"),
    "step_assigned": ("派车", "Assigned"),
    "step_sealed": ("装车加封", "Sealed"),
    "step_departed": ("在途", "En route"),
    "step_arrived": ("到达", "Arrived"),
    "step_signed": ("签收", "Signed"),
    "step_now": ("现在", "now"),
    "step_done": ("已完成", "done"),
    "step_ahead": ("未到", "ahead"),
    # confirming
    "prepare": ("请准备收货", "Please get ready to receive"),
    "prepare_hard": ("不便人工装卸", "Not by hand"),
    "prepare_gear": ("请安排叉车或吊车", "Have a forklift or crane ready"),
    "prepare_piece": ("单件最重 {mass}", "heaviest piece {mass}"),
    "prepare_people": ("请安排人员和卸货位", "Have people and a free bay ready"),
    "prepare_stamp": ("现场负责人到岗,带公章或签收授权", "Somebody authorised to sign on site"),
    "prepare_open": ("请按约定开箱验货", "Goods are to be opened and checked on delivery"),
    "confirm": ("确认已读通知", "I have read the notice"),
    "confirm_short": ("确认收到", "Confirm"),
    "confirm_why": ("确认后我们就知道您已收到到货通知。", "This tells us that the arrival notice reached you."),
    "confirmed": ("您已确认,谢谢。", "You have confirmed. Thank you."),
    # seals
    "seals": ("开车门前,请核对封条", "Check the seals before opening"),
    "seals_after": ("封条", "Seals"),
    "seals_none": ("装车后显示封条号码。", "Seal numbers appear once the truck is loaded."),
    "seals_hint": (
        "编号不符、断裂或有撬痕:先别开门,拍照并致电客服。",
        "Another number, broken or prised: do not open. Take a photo and call the desk.",
    ),
    "seal_applied": ("{at} 施封", "on since {at}"),
    "seal_opened": ("{at} 途中开封", "opened on the way {at}"),
    "seal_replaced": ("换为 {number}", "replaced by {number}"),
    "seal_removed": ("{at} 拆封", "taken off {at}"),
    # truck
    "truck": ("车辆与司机", "Truck and drivers"),
    "place_in": ("{region}附近", "near {region}"),
    "place_terminal": ("中转站:{region}", "Terminal: {region}"),
    "place_unknown": ("行驶途中", "on the road"),
    "position": ("位置", "Position"),
    "plate": ("车牌", "Plate"),
    "trailer": ("挂车", "Trailer"),
    "driver": ("司机", "Driver"),
    "driving": ("正在驾驶", "driving"),
    "masked": ("司机号码已隐藏,请通过客服联系。", "Numbers are masked: the desk puts you through."),
    # goods
    "goods": ("货物", "Goods"),
    "total_mass": ("总重 {mass}", "{mass} in all"),
    # notices
    "notices": ("到货通知", "Arrival notices"),
    "notice_version": ("第 {version} 版", "version {version}"),
    "notice_scheduled": ("待发:{at}", "goes out {at}"),
    "notice_sending": ("正在发送", "being sent"),
    "notice_sent": ("{at} 已发送", "sent {at}"),
    "notice_acknowledged": ("{at} 已确认", "confirmed {at}"),
    "notice_failed": ("未能送达,客服会致电您", "could not be delivered; the desk will call you"),
    "notice_eta": ("预计 {at} 到达", "arrival {at}"),
    # history
    "history": ("运输记录", "History"),
    "history_notice_sent": ("{kind}(第 {version} 版)已发送", "{kind} sent (version {version})"),
    "history_notice_confirmed": ("{kind}(第 {version} 版)已确认", "{kind} confirmed (version {version})"),
    "history_held": ("途中受阻,货物暂停运输", "Held up on the way"),
    "history_released": ("恢复运输", "On the way again"),
    "history_transhipped": ("货物转运到另一辆车", "Moved to another truck"),
    "history_seal_opened": ("封条 {number} 途中开封", "Seal {number} was opened on the way"),
    "foot": (
        "时间均为北京时间。此链接仅供收货人使用,{at} 失效,只显示到区县级位置。",
        "All times are China time. For the consignee only; valid until {at}; places are shown by district.",
    ),
    # instead of the page
    "lost_head": ("找不到这票货", "We cannot find this consignment"),
    "lost_text": (
        "链接可能不完整,或已失效(签收 7 天后)。请核对短信或邮件中的链接,或致电客服。",
        "The link may be incomplete or have run out (7 days after signing). Check the link you were sent, "
        "or call the desk.",
    ),
    "often_head": ("访问过于频繁", "Too many requests"),
    "often_text": ("请一分钟后再试。", "Please try again in a minute."),
}

STATES: dict[ConsignmentState, str] = {
    ConsignmentState.BOOKED: "Booked",
    ConsignmentState.ASSIGNED: "Truck assigned",
    ConsignmentState.LOADED: "Loaded",
    ConsignmentState.SEALED: "Sealed",
    ConsignmentState.IN_TRANSIT: "In transit",
    ConsignmentState.AT_TERMINAL: "At the terminal",
    ConsignmentState.ARRIVED: "Arrived",
    ConsignmentState.ACCEPTED: "Signed for",
    ConsignmentState.PARTIALLY_ACCEPTED: "Signed for in part",
    ConsignmentState.REFUSED: "Refused",
    ConsignmentState.CLOSED: "Closed",
    ConsignmentState.CANCELLED: "Cancelled",
}
KINDS: dict[NoticeKind, str] = {
    NoticeKind.PRE_ARRIVAL: "Arrival notice",
    NoticeKind.UPDATE: "Changed arrival",
    NoticeKind.FINAL_HOUR: "Arriving within the hour",
    NoticeKind.TERMINAL: "Goods at the terminal",
    NoticeKind.HELD: "Delayed on the way",
}


def word(key: str, language: str, **facts: Any) -> str:
    """Say one thing in ``zh-CN`` or ``en``, with its facts filled in."""
    return WORDS[key][LANGUAGES.index(language)].format_map(facts)


def term(value: ConsignmentState | NoticeKind | ClosureKind | SealFinding | Packaging, language: str) -> str:
    """Name a term of the vocabulary; the English of the simple ones is their code, spelt out."""
    if language != "en":
        return value.zh
    if isinstance(value, ConsignmentState):
        return STATES[value]
    return KINDS[value] if isinstance(value, NoticeKind) else value.replace("_", " ").capitalize()
