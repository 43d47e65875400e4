"""Who acts, and the parties to a waybill."""

from __future__ import annotations

from models.vocabulary.word import Word


class Role(Word):
    """Who may do what; a maker never checks his own work."""

    SHIPPER = "shipper", "托运人"
    DISPATCHER = "dispatcher", "调度员"
    DRIVER = "driver", "驾驶员"
    GATE = "gate", "门卫"
    SAFETY = "safety", "安全员"
    FINANCE = "finance", "财务"
    MANAGER = "manager", "经理"
    PRODUCTION = "production", "生产部"
    HR = "hr", "人事"
    GENERAL_MANAGER = "general_manager", "总经理"
    ADMIN = "admin", "系统管理员"


class ActorKind(Word):
    """What kind of hand made a change."""

    USER = "user", "用户"
    CONSIGNEE = "consignee", "收货人"
    WORKER = "worker", "后台程序"
    CLI = "cli", "命令行"
    DEVICE = "device", "车载终端"


class PartyKind(Word):
    """Which side of the waybill a party stands on (R-F-21)."""

    SHIPPER = "shipper", "托运人"
    CONSIGNEE = "consignee", "收货人"


class ChannelKind(Word):
    """How a party is told something."""

    EMAIL = "email", "电子邮件"
    WEBHOOK = "webhook", "回调"
    PHONE = "phone", "电话"


class LicenceClass(Word):
    """Driving licence classes that drive goods vehicles."""

    A1 = "A1", "大型客车"
    A2 = "A2", "重型牵引挂车"
    B1 = "B1", "中型客车"
    B2 = "B2", "大型货车"
    C1 = "C1", "小型汽车"
    C6 = "C6", "轻型牵引挂车"


class DriverDocument(Word):
    """Papers of a driver with an expiry date (R-C-12)."""

    LICENCE = "licence", "驾驶证"
    QUALIFICATION = "qualification", "从业资格证"
    HAZMAT_QUALIFICATION = "hazmat_qualification", "危险货物驾驶资格"
    ESCORT_CERTIFICATE = "escort_certificate", "押运员证"
    MEDICAL = "medical", "体检证明"


class DriverStatus(Word):
    """Can the driver be put on a truck (domain 4.7)?"""

    ACTIVE = "active", "在岗"
    RESTING = "resting", "休息"
    ON_TRIP = "on_trip", "出车"
    STANDBY_PENDING = "standby_pending", "待岗"
    LEAVE = "leave", "请假"
    LEFT = "left", "离职"


class CrewRole(Word):
    """What a person does on a trip."""

    DRIVER = "driver", "驾驶员"
    ESCORT = "escort", "押运员"


class WaiverState(Word):
    """A request to depart from 'in principle' rules (R-F-04)."""

    REQUESTED = "requested", "待批准"
    APPROVED = "approved", "已批准"
    REJECTED = "rejected", "已驳回"
