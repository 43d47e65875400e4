"""Trips, places, positions and what happens on the road."""

from __future__ import annotations

from models.vocabulary.word import Word


class SiteKind(Word):
    """What happens at a place."""

    SHIPPER = "shipper", "发货点"
    CONSIGNEE = "consignee", "收货点"
    HUB = "hub", "中转站"
    YARD = "yard", "车场"
    TEMPORARY = "temporary", "临时转运点"


class CoordSystem(Word):
    """Datum of a coordinate; stored always as WGS-84."""

    WGS84 = "wgs84", "世界大地坐标"
    GCJ02 = "gcj02", "国测局坐标"


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
    TRANSHIPMENT = "transhipment", "转运"


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
    DRIVER_CARD = "driver_card", "插拔驾驶员卡"


class ProblemSeverity(Word):
    """How urgent a problem reported from the road is (R-F-16, 17)."""

    ORDINARY = "ordinary", "一般"
    SPECIAL = "special", "特殊"
