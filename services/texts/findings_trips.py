"""Sentences for planning, crewing, driving, delivering and positions: code to (Chinese, English), facts in braces."""

from __future__ import annotations

PLANNING: dict[str, tuple[str, str]] = {
    "ARRIVAL_TOO_SOON": ("按合法驾驶最早 {earliest} 到达", "Lawful driving arrives at {earliest} at the earliest"),
    "DROPS_WAITING": ("本站尚有货物未卸:{consignments}", "Goods for this stop are still aboard: {consignments}"),
    "TRIP_ENDED": ("车次 {trip} 已结束", "Trip {trip} has ended"),
    "CONSIGNMENT_NOT_FREE": (
        "{consignment} 当前状态“{state}”，不能派车",
        "{consignment} is {state} and cannot be planned on a trip",
    ),
    "STOPS_INCOMPLETE": (
        "站点顺序须包含全部装卸站点：缺少 {missing}，多余 {extra}",
        "The order of stops must name every place: missing {missing}, not needed {extra}",
    ),
    "DROP_BEFORE_PICKUP": (
        "{consignment} 的卸货点 {drop} 排在装货点 {pickup} 之前",
        "{consignment} would be dropped at {drop} before it is picked up at {pickup}",
    ),
    "DEPARTURE_IN_THE_PAST": (
        "计划发车时间 {planned_departure_at} 已过",
        "The planned departure {planned_departure_at} has passed",
    ),
    "ARRIVAL_BEFORE_DEPARTURE": (
        "计划到达时间 {planned_arrival_at} 不晚于发车时间",
        "The planned arrival {planned_arrival_at} is not after the departure",
    ),
    "TRAILER_CANNOT_DRIVE": ("{plate} 是挂车，须由牵引车牵引", "{plate} is a trailer and needs a tractor"),
    "TRAILER_MISSING": ("牵引车 {plate} 未指定挂车", "Tractor {plate} has no trailer"),
    "NOT_A_TRAIN": ("{plate} 与 {trailer} 不能组成汽车列车", "{plate} and {trailer} do not make a train"),
    "ORIGIN_IS_DESTINATION": ("发货地与收货地相同：{site}", "Origin and destination are the same: {site}"),
    "PROMISED_IN_THE_PAST": (
        "约定到达时间 {promised_arrival_at} 已过",
        "The promised arrival {promised_arrival_at} has passed",
    ),
    "CREW_CLOSED": ("车次状态“{state}”，不能再调整人员", "The trip is {state}; its crew is closed"),
    "CHECK_IN_IN_THE_FUTURE": ("报到时间尚未到来", "The check-in lies in the future"),
    "CHECK_IN_CLOSED": ("车次状态“{state}”，不再办理报到", "The trip is {state}; nobody checks in any more"),
}

LOADING: dict[str, tuple[str, str]] = {
    "NOT_AT_A_STOP": ("车次 {trip} 不在站点", "Trip {trip} does not stand at a stop"),
    "NOT_TO_BE_LOADED": (
        "{consignment}（{state}）不在本车次待装货物之列",
        "{consignment} ({state}) is not to be loaded on this trip",
    ),
    "TRIP_NOT_LOADING": ("车次状态“{state}”，不能装车", "The trip is {state} and cannot be loaded"),
    "NOTHING_TO_LOAD": ("车次 {trip} 在本站没有要装的货物", "Trip {trip} has nothing to load here"),
    "VEHICLE_STILL_AWAY": ("车辆 {plate} 仍在另一车次途中", "{plate} is still out on another trip"),
    "DRIVER_STILL_AWAY": ("{driver} 仍在另一车次途中", "{driver} is still out on another trip"),
    "NO_SEAL_EXCEPTION": ("第 {stop} 站没有封条异常", "There is no seal exception at stop {stop}"),
    "SEALS_ALREADY_VERIFIED": ("第 {stop} 站封条已核验", "The seals were verified at stop {stop} already"),
}

ROAD: dict[str, tuple[str, str]] = {
    "TRIP_NOT_UNDER_WAY": ("车次状态“{state}”，不在途中", "The trip is {state}, not under way"),
    "TIME_IN_THE_FUTURE": ("时间 {at} 尚未到来", "{at} lies in the future"),
    "TIME_BEFORE_LAST": ("时间早于上一事件 {last}", "The time lies before the event at {last}"),
    "ALREADY_STOPPED": ("车次 {trip} 已登记停车", "Trip {trip} is recorded as stopped already"),
    "NOT_STOPPED": ("车次 {trip} 未登记停车", "Trip {trip} is not recorded as stopped"),
    "AT_A_STOP": ("车辆停在第 {stop} 站，须先登记离站", "The truck stands at stop {stop}: record its departure first"),
    "NO_STOP_AHEAD": ("车次 {trip} 前方没有站点", "Trip {trip} has no stop ahead"),
    "WALK_ROUND_MISSED": ("服务区停车未做轮胎和制动检查", "No tyre and brake check was made at the service area"),
}

DELIVERY: dict[str, tuple[str, str]] = {
    "NOT_ARRIVED": ("{consignment} 尚未到达，不能验收", "{consignment} has not arrived and cannot be accepted"),
    "SEAL_EXCEPTION": ("第 {stop} 站封条异常", "The seals were not in order at stop {stop}"),
    "NOT_FOR_THIS_HUB": ("{consignment} 不在本站中转", "{consignment} is not handed over at this hub"),
    "REPLACEMENT_OPEN": ("{consignment} 已有补换货在办", "{consignment} has a replacement under way"),
    "NOTHING_TO_REPLACE": (
        "{consignment}（{state}）没有拒收的货物",
        "Nothing of {consignment} ({state}) was refused",
    ),
    "TRIP_NOT_UNLOADED": ("车次状态“{state}”，尚未卸完", "The trip is {state}, not unloaded"),
    "VERDICT_GIVEN_ALREADY": ("检验结论已由 {by} 给出", "{by} has given the verdict already"),
    "TOLD_IN_THE_FUTURE": ("通话时间 {at} 尚未到来", "The call at {at} lies in the future"),
    "TOLD_BEFORE_NOTICE": (
        "通话时间 {at} 早于通知生成时间 {made_at}",
        "The call at {at} lies before the notice was made at {made_at}",
    ),
}

FINDINGS_TRIPS: dict[str, tuple[str, str]] = {**PLANNING, **LOADING, **ROAD, **DELIVERY}
