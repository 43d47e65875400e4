"""What the care of goods in an accident objects to: damage, holding, moving them to another truck."""

from __future__ import annotations

FINDINGS_CARGO_CARE: dict[str, tuple[str, str]] = {
    "CARGO_CARE_OVER": (
        "事故 {accident} 已为“{state}”,不再处理货物",
        "Accident {accident} is {state}: nothing is decided about its goods any more",
    ),
    "ACCIDENT_WITHOUT_TRIP": ("事故 {accident} 不在任何车次中", "Accident {accident} happened outside any trip"),
    "TRIP_HELD_BY_OTHER": (
        "该车次还因事故 {accident} 停留待处理",
        "The trip is also held by accident {accident}",
    ),
    "GOODS_ABOARD": ("车上还有货物:{consignments}", "There are goods on the truck: {consignments}"),
    "NOT_ABOARD_AT_ACCIDENT": (
        "{consignment} 在事故 {accident} 发生时不在车上",
        "{consignment} was not on the truck in accident {accident}",
    ),
    "DAMAGE_RECORD_CLOSED": (
        "{consignment}(“{state}”)的货损记录已截止",
        "The damage record of {consignment} ({state}) is closed",
    ),
    "DAMAGE_OVER_QUANTITY": (
        "{consignment} 第{line}行共{quantity}件,损坏不能为{damaged}件",
        "Line {line} of {consignment} has {quantity} pieces: {damaged} cannot be damaged",
    ),
    "DAMAGE_PHOTO_MISSING": (
        "{consignment} 第{line}行的货损没有照片",
        "There is no photo of the damage to line {line} of {consignment}",
    ),
    "TRANSHIPPED_ALREADY": ("货物已转运到车次 {trip}", "The goods went on with trip {trip}"),
    "TRANSHIPMENT_NOT_MADE": (
        "转运须先填写另一车辆、驾驶员、封条和托运人同意",
        "Goods are moved to another truck by a transhipment, with truck, crew, seals and consents",
    ),
    "TRIP_NOT_HELD": (
        "车次 {trip} 未因事故停留,不能转运",
        "Trip {trip} is not held by an accident: its goods stay on the truck",
    ),
    "NOTHING_TO_TRANSHIP": ("车次 {trip} 上没有完好的货物可转运", "Trip {trip} has no sound goods to move"),
    "GOODS_AT_A_STOP": (
        "在站点装卸中的货物须先办完:{consignments}",
        "Goods being loaded or unloaded at a stop are settled there first: {consignments}",
    ),
    "SEAL_REMOVAL_MISSING": (
        "{closure}封条 {number} 没有拆除记录",
        "The removal of seal {number} on {closure} is not recorded",
    ),
    "CONSENT_MISSING": (
        "没有托运人 {shipper} 的转运同意记录",
        "Shipper {shipper} has not consented to the transhipment",
    ),
    "CONSENT_TIME_WRONG": (
        "托运人 {shipper} 的同意时间 {at} 不在事故之后、当前之前",
        "Shipper {shipper} cannot have consented at {at}: that is before the accident or still to come",
    ),
    "PLACE_UNKNOWN": (
        "事故 {accident} 没有位置,请填写转运地点",
        "Accident {accident} has no position: say where the goods change trucks",
    ),
    "REGION_UNKNOWN": (
        "位置 {lat},{lon} 附近没有已知地点,请填写行政区划代码",
        "No known place lies near {lat}, {lon}: give the region code",
    ),
}
