"""Sentences for parties, sites, vehicles, drivers, files and tasks: code to (Chinese, English), facts in braces."""

from __future__ import annotations

PARTIES: dict[str, tuple[str, str]] = {
    "USCC_INVALID": ("统一社会信用代码校验不通过", "The unified social credit code fails its check"),
    "PHONE_INVALID": ("{field}：不是有效的电话号码", "{field}: not a valid phone number"),
    "EMAIL_INVALID": ("{field}：不是有效的电子邮件地址", "{field}: not a valid e-mail address"),
    "WEB_ADDRESS_INVALID": (
        "{field}：须为带主机名、不含账号密码的 http 或 https 地址",
        "{field}: must be an http or https address with a host and without credentials",
    ),
    "CHANNEL_TWICE": ("联系方式重复：{kind} {address}", "This channel is named twice: {kind} {address}"),
    "NOT_A_WEBHOOK": ("联系方式 {channel} 不是回调，没有密钥", "Channel {channel} is no webhook and has no secret"),
    "CHANNEL_NOT_DISABLED": ("联系方式 {channel} 并未停用", "Channel {channel} is not shut off"),
    "QUIET_HOURS_HALF": ("免打扰时段须同时填写起止时间", "Quiet hours need both their beginning and their end"),
    "SHIPPER_HAS_NO_OWNER": ("托运人不能归属于 {owner}", "A shipper cannot belong to {owner}"),
    "SITE_PARTY_DOES_NOT_FIT": (
        "中转站和车场属承运人，其他站点须属于托运人或收货人（{kind}）",
        "A hub or yard is the carrier's own, any other site needs its party ({kind})",
    ),
    "POINT_INVALID": ("坐标无效：{lat}，{lon}", "Not a usable position: {lat}, {lon}"),
    "GEOFENCE_INVALID": (
        "围栏须首尾相连且边不相交（{points} 点）",
        "The geofence must be closed and its edges must not cross ({points} points)",
    ),
}

FLEET: dict[str, tuple[str, str]] = {
    "PLATE_INVALID": ("“{plate}”不是有效的车牌号", "“{plate}” is not a valid number plate"),
    "PLATE_OF_ANOTHER_KIND": (
        "车牌“{plate}”与车辆种类 {unit_kind} 不符：只有挂车车牌以“挂”字结尾",
        "Plate “{plate}” does not fit a {unit_kind}: trailer plates, and only those, end with the trailer sign",
    ),
    "BODY_DOES_NOT_FIT": (
        "车辆种类 {unit_kind} 与车身 {body} 不符：牵引车无车身，其他须有",
        "A {unit_kind} cannot have body {body}: a tractor has none, any other unit has one",
    ),
    "TEMPERATURE_RANGE_INVALID": (
        "温度范围无效：{temp_min_c} 至 {temp_max_c} °C",
        "Not a temperature range: {temp_min_c} to {temp_max_c} °C",
    ),
    "DAY_IN_THE_FUTURE": ("{field}：日期 {day} 尚未到来", "{field}: {day} lies in the future"),
    "NOT_A_TRACTOR": ("{plate} 不是牵引车，不能挂接挂车", "{plate} is not a tractor and draws no trailer"),
    "NOT_A_TRAILER": ("{plate} 不是挂车", "{plate} is not a trailer"),
    "TRAILER_COUPLED_ELSEWHERE": ("挂车 {plate} 已挂接于 {tractor}", "Trailer {plate} is coupled to {tractor}"),
    "POST_TRIP_CARD_MISSING": (
        "出入库检查卡尚未由技术检验员签署，车辆不能投入使用",
        "The inspection card of the last trip has no technician's verdict, so the vehicle stays in",
    ),
    "WASHED_IN_THE_FUTURE": ("清洗时间 {occurred_at} 尚未到来", "The washing at {occurred_at} lies in the future"),
    "DEFECT_REPAIRED_ALREADY": ("该缺陷已由 {by} 于 {at} 修复", "{by} repaired this defect at {at}"),
}

DRIVERS: dict[str, tuple[str, str]] = {
    "ID_NUMBER_INVALID": ("居民身份证号校验不通过", "The resident ID number fails its check"),
    "ID_BIRTH_DIFFERS": (
        "出生日期 {born_on} 与身份证号不一致",
        "The day of birth {born_on} is not the one in the ID number",
    ),
    "REINSTATED_WHILE_WITHHELD": ("驾驶证被扣期间不能恢复上岗", "Nobody returns to duty while his licence is withheld"),
    "REINSTATEMENT_BY_SAFETY": ("待岗只能由安全员解除", "Only a safety officer ends the off-post status"),
    "WITHHOLDING_ENDS_FIRST": (
        "扣证截止日 {to} 早于起始日 {from}",
        "The withholding ends on {to}, before it begins on {from}",
    ),
    "DRIVER_HAS_LEFT": ("驾驶员 {driver} 已离职", "Driver {driver} has left the company"),
}

DESK: dict[str, tuple[str, str]] = {
    "FILE_UNKNOWN": ("{field}：未找到文件 {file}", "{field}: file {file} is not known"),
    "TASK_DONE_ALREADY": ("该任务已由 {by} 于 {at} 完成", "{by} completed this task at {at}"),
}

FINDINGS_MASTERDATA: dict[str, tuple[str, str]] = {**PARTIES, **FLEET, **DRIVERS, **DESK}
