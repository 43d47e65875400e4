"""Devices and what their positions mean."""

from __future__ import annotations

from models.vocabulary.word import Word


class DeviceProtocol(Word):
    """How a device speaks to us."""

    JT808 = "jt808", "部标808"
    OSMAND = "osmand", "OsmAnd"
    TRACCAR = "traccar", "Traccar转发"
    API = "api", "接口"


class PositionDoubt(Word):
    """Why a stored position counts for nothing: it moves neither the last position nor an estimate."""

    MOCK = "mock", "模拟定位"
    JUMP = "jump", "位置跳变"


class VehicleEventKind(Word):
    """What the positions of a vehicle show."""

    AT_SITE = "at_site", "在站"
    OFF_CORRIDOR = "off_corridor", "偏离线路"
    LONG_STOP = "long_stop", "长时间停车"
    SILENT = "silent", "车辆失联"
    OVER_SPEED = "over_speed", "超速"
    FATIGUE = "fatigue", "疲劳驾驶"
    POSITION_JUMP = "position_jump", "位置跳变"
