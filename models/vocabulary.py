"""Every word the product uses for a kind or a state, with its Chinese term. Standard library only.

The value is what the database and the API carry; ``.zh`` is the term of the trade (see docs/glossary.md).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A closed list of terms: the member's value is the code, ``zh`` its Chinese term."""

    zh: str

    def __new__(cls, code: str, zh: str = "") -> Self:
        """Make the member a plain string that also carries its Chinese term."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        return member


class Role(Word):
    """Who may do what; a maker never checks his own work."""

    SHIPPER = "shipper", "托运人"
    DISPATCHER = "dispatcher", "调度员"
    DRIVER = "driver", "驾驶员"
    GATE = "gate", "门卫"
    SAFETY = "safety", "安全员"
    FINANCE = "finance", "财务"
    MANAGER = "manager", "经理"
    ADMIN = "admin", "系统管理员"


class ActorKind(Word):
    """What kind of hand made a change."""

    USER = "user", "用户"
    CONSIGNEE = "consignee", "收货人"
    WORKER = "worker", "后台程序"
    CLI = "cli", "命令行"


class ShipmentMode(Word):
    """How the goods travel commercially (domain 3.1)."""

    FTL = "ftl", "整车"
    LTL = "ltl", "零担"
    CONTAINER = "container", "集装箱"
    EXPRESS = "express", "快件"


class CargoClass(Word):
    """What the goods are; decides the vehicle (R-F-01, domain 3.1)."""

    GENERAL = "general", "普通"
    OVERSIZE = "oversize", "大件"
    CHILLED = "chilled", "冷藏"
    FROZEN = "frozen", "冷冻"
    FRESH = "fresh", "鲜活"
    LIVE = "live", "活体"
    HAZMAT = "hazmat", "危险"
    VALUABLE = "valuable", "贵重"
    ELECTRONICS = "electronics", "电子精密"
    FRAGILE = "fragile", "易碎"
    BULK_SOLID = "bulk_solid", "散装"
    LIQUID_BULK = "liquid_bulk", "液体散装"
    STEEL_COIL = "steel_coil", "钢材卷钢"
    VEHICLES = "vehicles", "商品车"
    FURNITURE_MOVE = "furniture_move", "搬家"


class Body(Word):
    """Body type of a truck or trailer (domain 3.1)."""

    DROPSIDE = "dropside", "栏板"
    STAKE = "stake", "仓栅"
    BOX = "box", "厢式"
    VAN = "van", "封闭"
    REEFER = "reefer", "冷藏车"
    FLAT = "flat", "平板"
    LOWBED = "lowbed", "低平板"
    TANK = "tank", "罐式"
    SKELETON = "skeleton", "集装箱车"
    TIPPER = "tipper", "自卸"
    CURTAIN = "curtain", "侧帘"
    CAR_CARRIER = "car_carrier", "车辆运输"


class Packaging(Word):
    """How a cargo line is packed."""

    CARTON = "carton", "纸箱"
    PALLET = "pallet", "托盘"
    CRATE = "crate", "木箱"
    BAG = "bag", "袋装"
    DRUM = "drum", "桶装"
    BUNDLE = "bundle", "捆扎"
    CONTAINER = "container", "集装箱装"
    FLEXITANK = "flexitank", "液袋"
    BARE = "bare", "裸装"
    BULK = "bulk", "散装无包装"


class PackagingVerdict(Word):
    """Is the original packing fit for the journey (R-D-01)?"""

    ORIGINAL_FIT = "original_fit", "原包装符合"
    REINFORCED = "reinforced", "已附加包装"
    REPLACED = "replaced", "已更换包装"
    UNFIT = "unfit", "包装不合格"


class Mark(Word):
    """Handling marks on the packing (R-D-02, GB/T 191 pictograms)."""

    FRAGILE = "fragile", "易碎"
    THIS_WAY_UP = "this_way_up", "向上"
    KEEP_DRY = "keep_dry", "怕雨"
    STACK_LIMIT = "stack_limit", "堆码限制"
    TEMPERATURE = "temperature", "温度极限"
    HAZARD = "hazard", "危险品标志"
    LIFT_HERE = "lift_here", "由此吊起"
    NO_ROLL = "no_roll", "禁止翻滚"
    CENTRE_OF_GRAVITY = "centre_of_gravity", "重心"


class CargoDocument(Word):
    """Papers that travel with the goods (R-D-19)."""

    PACKING_LIST = "packing_list", "供货清单"
    FACTORY_CERTIFICATE = "factory_certificate", "出厂合格证"
    TEST_REPORT = "test_report", "检验单据"
    QUARANTINE_CERTIFICATE = "quarantine_certificate", "检疫证明"
    HAZMAT_WAYBILL = "hazmat_waybill", "危险货物运单"
    SAFETY_CARD = "safety_card", "安全卡"


class Gear(Word):
    """Securing and protection gear carried on a vehicle (R-F-06, 07, R-D-05)."""

    TARP = "tarp", "篷布"
    ROPE = "rope", "绳索"
    STEEL_CABLE = "steel_cable", "钢丝绳"
    CHAIN = "chain", "链条"
    STRAPS = "straps", "紧固带"
    CHOCKS = "chocks", "三角木"
    MESH = "mesh", "防盗铁丝网"
    FOAM = "foam", "泡沫塑料"
    SPONGE = "sponge", "海绵"
    RAIN_CLOTH = "rain_cloth", "雨布"
    DUNNAGE = "dunnage", "垫木"
    TWIST_LOCKS = "twist_locks", "旋锁"
    LOCK = "lock", "门锁"


class SecuringMeasure(Word):
    """Cover, protect, fix (R-F-08)."""

    COVER = "cover", "遮盖"
    PROTECT = "protect", "防护"
    FIX = "fix", "固定"


class LicenceClass(Word):
    """Driving licence classes that drive goods vehicles."""

    A1 = "A1", "大型客车"
    A2 = "A2", "重型牵引挂车"
    B1 = "B1", "中型客车"
    B2 = "B2", "大型货车"
    C1 = "C1", "小型汽车"
    C6 = "C6", "轻型牵引挂车"


class VehicleDocument(Word):
    """Papers of a vehicle with an expiry date (R-C-12)."""

    REGISTRATION = "registration", "行驶证"
    INSPECTION = "inspection", "年检"
    OPERATION_PERMIT = "operation_permit", "道路运输证"
    COMPULSORY_INSURANCE = "compulsory_insurance", "交强险"
    COMMERCIAL_INSURANCE = "commercial_insurance", "商业险"
    HAZMAT_PERMIT = "hazmat_permit", "危险货物运输许可"
    OVERSIZE_PERMIT = "oversize_permit", "超限运输通行证"


class DriverDocument(Word):
    """Papers of a driver with an expiry date (R-C-12)."""

    LICENCE = "licence", "驾驶证"
    QUALIFICATION = "qualification", "从业资格证"
    HAZMAT_QUALIFICATION = "hazmat_qualification", "危险货物驾驶资格"
    ESCORT_CERTIFICATE = "escort_certificate", "押运员证"
    MEDICAL = "medical", "体检证明"


class VehicleState(Word):
    """Can the vehicle be sent out?"""

    AVAILABLE = "available", "可用"
    ON_TRIP = "on_trip", "在途"
    AWAITING_INSPECTION = "awaiting_inspection", "待收车检查"
    OUT_OF_SERVICE = "out_of_service", "停用"


class DriverStatus(Word):
    """Can the driver be put on a truck (domain 4.7)?"""

    ACTIVE = "active", "在岗"
    RESTING = "resting", "休息"
    ON_TRIP = "on_trip", "出车"
    STANDBY_PENDING = "standby_pending", "待岗"
    LEAVE = "leave", "请假"
    LEFT = "left", "离职"


class SiteKind(Word):
    """What happens at a place."""

    SHIPPER = "shipper", "发货点"
    CONSIGNEE = "consignee", "收货点"
    HUB = "hub", "中转站"
    YARD = "yard", "车场"


class ChannelKind(Word):
    """How a party is told something."""

    EMAIL = "email", "电子邮件"
    WEBHOOK = "webhook", "回调"
    PHONE = "phone", "电话"


class OrderState(Word):
    """Life of a transport order (运输委托)."""

    OPEN = "open", "有效"
    CANCELLED = "cancelled", "已取消"


class ConsignmentState(Word):
    """Life of a consignment (运单上的一票货)."""

    BOOKED = "booked", "已下单"
    ASSIGNED = "assigned", "已派车"
    LOADED = "loaded", "已装车"
    SEALED = "sealed", "已加封"
    IN_TRANSIT = "in_transit", "运输中"
    AT_TERMINAL = "at_terminal", "到达中转站"
    ARRIVED = "arrived", "已到达"
    ACCEPTED = "accepted", "已签收"
    PARTIALLY_ACCEPTED = "partially_accepted", "部分签收"
    REFUSED = "refused", "拒收"
    CLOSED = "closed", "已结案"
    CANCELLED = "cancelled", "已取消"


class TripState(Word):
    """Life of a trip (车次)."""

    PLANNED = "planned", "已计划"
    CREWED = "crewed", "已配班"
    LOADING = "loading", "装车中"
    LOADED = "loaded", "装车完毕"
    SEALED = "sealed", "已加封"
    UNDER_WAY = "under_way", "在途"
    ARRIVED = "arrived", "到达终点"
    UNLOADED = "unloaded", "已卸完"
    CLOSED = "closed", "已收车"
    CANCELLED = "cancelled", "已取消"


class LegKind(Word):
    """Line-haul or distribution (R-F-19)."""

    LINE_HAUL = "line_haul", "专线"
    DISTRIBUTION = "distribution", "分流"


class StopKind(Word):
    """Why the truck stops at a place of its plan."""

    PICKUP = "pickup", "装货"
    DROP = "drop", "卸货"
    HUB = "hub", "中转"


class CrewRole(Word):
    """What a person does on a trip."""

    DRIVER = "driver", "驾驶员"
    ESCORT = "escort", "押运员"


class WaiverState(Word):
    """A request to depart from 'in principle' rules (R-F-04)."""

    REQUESTED = "requested", "待批准"
    APPROVED = "approved", "已批准"
    REJECTED = "rejected", "已驳回"


class CheckKind(Word):
    """Which inspection a check record is."""

    PRE_TRIP = "pre_trip", "出车前检查"
    REST_STOP = "rest_stop", "途中巡检"
    POST_TRIP = "post_trip", "收车检查"


class CheckItem(Word):
    """One thing looked at in an inspection (R-F-02, R-C-02 to 10, 18)."""

    BRAKES = "brakes", "制动"
    TYRES = "tyres", "轮胎"
    LIGHTS = "lights", "灯光"
    STEERING = "steering", "转向"
    INSTRUMENTS = "instruments", "仪表"
    COUPLING = "coupling", "牵引连接"
    CLEANLINESS = "cleanliness", "清洁"
    DOORS_SHUT = "doors_shut", "门关严"
    LOAD_FIRM = "load_firm", "货物牢固"
    EQUIPMENT = "equipment", "随车设备"
    WARM_UP = "warm_up", "冬季预热"
    UNIFORM = "uniform", "着装工牌"
    BODY_WORK = "body_work", "车身"


class DefectSeverity(Word):
    """How bad a defect is; critical keeps the truck in the yard (R-C-02)."""

    MINOR = "minor", "轻微"
    MAJOR = "major", "较重"
    CRITICAL = "critical", "严重"


class ClosureKind(Word):
    """An opening that a seal shuts (domain 3.4)."""

    REAR_DOOR = "rear_door", "后门"
    SIDE_DOOR = "side_door", "侧门"
    CONTAINER_DOOR = "container_door", "箱门"
    OUTLET = "outlet", "卸料口"
    MANHOLE = "manhole", "人孔"
    TARP_ROPE_1 = "tarp_rope_1", "篷布绳一"
    TARP_ROPE_2 = "tarp_rope_2", "篷布绳二"
    PAPERS_POUCH = "papers_pouch", "绑扎或单据袋"


class SealState(Word):
    """Life of a company seal (封条, domain 5.4)."""

    IN_STOCK = "in_stock", "在库"
    ISSUED = "issued", "已领用"
    APPLIED = "applied", "已施封"
    REMOVED = "removed", "已拆封"
    DESTROYED = "destroyed", "已销毁"
    VOID = "void", "作废"


class SealFinding(Word):
    """How a seal looked when somebody checked or removed it."""

    INTACT = "intact", "完好"
    BROKEN = "broken", "破损"
    NUMBER_MISMATCH = "number_mismatch", "号码不符"
    MISSING = "missing", "缺失"


class SealEventKind(Word):
    """What happened to a seal."""

    RECEIVED = "received", "入库"
    ISSUED = "issued", "领用"
    APPLIED = "applied", "施封"
    VERIFIED = "verified", "核验"
    BROKEN = "broken", "开封"
    REPLACED = "replaced", "换封"
    REMOVED = "removed", "拆封"
    DESTROYED = "destroyed", "销毁"
    VOIDED = "voided", "作废"


class RoadClass(Word):
    """Kind of road, for speed limits (domain 3.5)."""

    EXPRESSWAY = "expressway", "高速公路"
    TRUNK = "trunk", "国省道"
    LOCAL = "local", "县乡及城区道路"


class RestPlace(Word):
    """Where a stop under way was made."""

    SERVICE_AREA = "service_area", "服务区"
    ROADSIDE = "roadside", "路侧"
    SITE = "site", "站点"


class TripEventKind(Word):
    """What happens under way and is written in the trip log (行车日志)."""

    CHECK_IN = "check_in", "报到"
    WHEEL_TAKEN = "wheel_taken", "上手驾驶"
    HAND_OVER = "hand_over", "换手驾驶"
    STOP_BEGUN = "stop_begun", "停车"
    STOP_ENDED = "stop_ended", "起步"
    PROBLEM = "problem", "问题上报"
    OVER_SPEED = "over_speed", "超速"


class ProblemSeverity(Word):
    """How urgent a problem reported from the road is (R-F-16, 17)."""

    ORDINARY = "ordinary", "一般"
    SPECIAL = "special", "特殊"


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
    REST_CHECK_OVERDUE = "rest_check_overdue", "途中巡检逾期"
    PICKUP_DIFFERENCE = "pickup_difference", "装车数量不符"


class NoticeKind(Word):
    """Which arrival notice it is (domain 5.1)."""

    PRE_ARRIVAL = "pre_arrival", "到货预告"
    UPDATE = "update", "到货变更"
    FINAL_HOUR = "final_hour", "一小时内到达"
    TERMINAL = "terminal", "到站通知"


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


class CoordSystem(Word):
    """Datum of a coordinate; stored always as WGS-84."""

    WGS84 = "wgs84", "世界大地坐标"
    GCJ02 = "gcj02", "国测局坐标"


class ImportRowState(Word):
    """What became of one row of an imported file."""

    BOOKED = "booked", "已下单"
    UPDATED = "updated", "已更新"
    UNCHANGED = "unchanged", "无变化"
    REFUSED = "refused", "已拒绝"


class PartyKind(Word):
    """Which side of the waybill a party stands on (R-F-21)."""

    SHIPPER = "shipper", "托运人"
    CONSIGNEE = "consignee", "收货人"


class UnitKind(Word):
    """A truck on its own, a tractor, or the trailer behind it."""

    RIGID = "rigid", "单车"
    TRACTOR = "tractor", "牵引车"
    TRAILER = "trailer", "挂车"


class ImportState(Word):
    """Life of an imported file."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "处理中"
    DONE = "done", "已完成"
    REJECTED = "rejected", "文件无法读取"
