"""Notices, acceptance, imports and the tasks of the desk."""

from __future__ import annotations

from models.vocabulary.word import Word


class TaskKind(Word):
    """A task that a person at the desk must do."""

    CALL_CONSIGNEE = "call_consignee", "致电收货人"
    NOTICE_AT_RISK = "notice_at_risk", "到货通知告警"
    PROBLEM = "problem", "处理问题上报"
    SEAL_EXCEPTION = "seal_exception", "封条异常"
    CLAIM_DRAFT = "claim_draft", "索赔草案"
    REPLACEMENT = "replacement", "安排补换货"
    WORK_ORDER = "work_order", "维修工单"
    WEBHOOK_PARKED = "webhook_parked", "回调失败"
    SILENT_TRUCK = "silent_truck", "车辆失联"
    VEHICLE_EVENT = "vehicle_event", "车辆异常"
    CONFIRM_ARRIVAL = "confirm_arrival", "确认到站"
    LEFT_UNRELEASED = "left_unreleased", "未放行离场"
    REST_CHECK_OVERDUE = "rest_check_overdue", "途中巡检逾期"
    PICKUP_DIFFERENCE = "pickup_difference", "装车数量不符"
    SEND_RESPONDER = "send_responder", "派员赶赴现场"
    ACCIDENT_CLOCK = "accident_clock", "事故时限告警"
    EMERGENCY_PLAN = "emergency_plan", "启动应急预案"
    FOLLOW_UP_REPORT = "follow_up_report", "事故续报"
    RELIEF_DRIVER = "relief_driver", "派替班驾驶员"
    CREW_SHORT = "crew_short", "车次缺员"
    INSURANCE_CLAIM = "insurance_claim", "办理保险索赔"
    PAY_BONUS = "pay_bonus", "补发安全奖"
    CHECK_BONUS = "check_bonus", "核对安全奖"
    COLLECT_RECEIVABLE = "collect_receivable", "追收离职应收款"
    MONTHLY_REPORT = "monthly_report", "上报事故月报"


class NoticeKind(Word):
    """Which arrival notice it is (domain 5.1)."""

    PRE_ARRIVAL = "pre_arrival", "到货预告"
    UPDATE = "update", "到货变更"
    FINAL_HOUR = "final_hour", "一小时内到达"
    TERMINAL = "terminal", "到站通知"
    HELD = "held", "运输受阻"


class NoticeState(Word):
    """Life of one notice version."""

    SCHEDULED = "scheduled", "待发"
    SENT = "sent", "已发送"
    ACKNOWLEDGED = "acknowledged", "已确认"
    FAILED = "failed", "发送失败"
    SUPERSEDED = "superseded", "已被替代"
    CANCELLED = "cancelled", "已取消"


class NoticeBreach(Word):
    """Why the consignee was not told early enough (domain 5.1, N7 to N11)."""

    LATE_BOOKING = "late_booking", "下单过晚"
    EARLY_ARRIVAL = "early_arrival", "提前到达"
    ETA_MOVED = "eta_moved", "预计到达变动"
    DELIVERY_FAILED = "delivery_failed", "通知未送达"
    NOT_SENT = "not_sent", "未通知"


class AttemptState(Word):
    """How one try to deliver a message ended."""

    STARTED = "started", "发送中"
    DELIVERED = "delivered", "已送达"
    FAILED = "failed", "失败"


class LineVerdict(Word):
    """What the consignee says of one cargo line (R-D-08, 10)."""

    ACCEPTED = "accepted", "接收"
    REFUSED = "refused", "拒收"


class RefusalReason(Word):
    """Why a line was not signed for (R-D-10)."""

    WRONG_NAME = "wrong_name", "名称不符"
    WRONG_SPECIFICATION = "wrong_specification", "规格不符"
    SHORT = "short", "短少"
    DAMAGED = "damaged", "损坏"
    DOCUMENT_MISSING = "document_missing", "单证缺失"
    SEAL_BROKEN = "seal_broken", "封条异常"
    OTHER = "other", "其他"


class OpenBoxItem(Word):
    """What is looked at when a box is opened (R-D-09)."""

    APPEARANCE = "appearance", "外观"
    PARTS = "parts", "配件"
    MANUAL = "manual", "说明书"
    CERTIFICATE = "certificate", "合格证"


class OpenBoxAnswer(Word):
    """A tri-state answer to an open-box item."""

    OK = "ok", "符合"
    NOT_OK = "not_ok", "不符合"
    NOT_APPLICABLE = "not_applicable", "不适用"


class ImportState(Word):
    """Life of an imported file."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "处理中"
    DONE = "done", "已完成"
    REJECTED = "rejected", "文件无法读取"


class ImportRowState(Word):
    """What became of one row of an imported file."""

    BOOKED = "booked", "已下单"
    UPDATED = "updated", "已更新"
    UNCHANGED = "unchanged", "无变化"
    REFUSED = "refused", "已拒绝"
