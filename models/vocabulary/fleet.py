"""Vehicles, their papers and their inspections."""

from __future__ import annotations

from models.vocabulary.word import Word


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


class UnitKind(Word):
    """A truck on its own, a tractor, or the trailer behind it."""

    RIGID = "rigid", "单车"
    TRACTOR = "tractor", "牵引车"
    TRAILER = "trailer", "挂车"


class VehicleDocument(Word):
    """Papers of a vehicle with an expiry date (R-C-12)."""

    REGISTRATION = "registration", "行驶证"
    INSPECTION = "inspection", "年检"
    OPERATION_PERMIT = "operation_permit", "道路运输证"
    COMPULSORY_INSURANCE = "compulsory_insurance", "交强险"
    COMMERCIAL_INSURANCE = "commercial_insurance", "商业险"
    HAZMAT_PERMIT = "hazmat_permit", "危险货物运输许可"
    OVERSIZE_PERMIT = "oversize_permit", "超限运输通行证"


class VehicleState(Word):
    """Can the vehicle be sent out?"""

    AVAILABLE = "available", "可用"
    ON_TRIP = "on_trip", "在途"
    AWAITING_INSPECTION = "awaiting_inspection", "待收车检查"
    OUT_OF_SERVICE = "out_of_service", "停用"


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
