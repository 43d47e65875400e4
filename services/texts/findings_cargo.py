"""What findings and ranking reasons on cargo, vehicles and securing say; ``{names}`` are the facts of each."""

from __future__ import annotations

FINDINGS_CARGO: dict[str, tuple[str, str]] = {
    # cargo at booking
    "CARGO_EMPTY": ("没有货物明细", "There is no cargo line"),
    "HAZMAT_MIXED": (
        "危险货物（第{hazmat_lines}行）不得与其他货物（第{other_lines}行）同单同车，须拆单",
        "Dangerous goods (lines {hazmat_lines}) must not travel with other goods (lines {other_lines}): split required",
    ),
    "HAZMAT_CLASSES_MIXED": (
        "不同类别危险货物{hazmat_classes}不得同单同车，须拆单",
        "Dangerous goods of classes {hazmat_classes} must not travel together: split required",
    ),
    "FOOD_WITH_CONTAMINATING": (
        "食品（第{food_lines}行）不得与有异味、有毒或污染性货物（第{contaminating_lines}行）混装",
        "Food (lines {food_lines}) must not travel with odorous or contaminating goods (lines {contaminating_lines})",
    ),
    "TEMPERATURES_DISAGREE": (
        "各行温度要求无法同时满足：最低{temp_min_c}℃，最高{temp_max_c}℃",
        "No temperature suits all lines: at least {temp_min_c} °C and at most {temp_max_c} °C",
    ),
    "HAZMAT_CLASS_MISSING": (
        "第{line_no}行“{name}”为危险货物，未填写联合国危险类别",
        "Line {line_no} “{name}” is dangerous but has no UN class",
    ),
    "HAZMAT_CLASS_UNKNOWN": (
        "第{line_no}行“{name}”的危险类别{hazmat_class}不存在",
        "Line {line_no} “{name}”: there is no UN class {hazmat_class}",
    ),
    "HAZMAT_NOT_DECLARED": (
        "第{line_no}行“{name}”填有危险类别{hazmat_class}，但未按危险货物托运",
        "Line {line_no} “{name}” has UN class {hazmat_class} but is not declared as dangerous goods",
    ),
    "TEMPERATURE_RANGE_MISSING": (
        "第{line_no}行“{name}”须填写温度范围",
        "Line {line_no} “{name}” needs a temperature range",
    ),
    "TEMPERATURE_RANGE_INVERTED": (
        "第{line_no}行“{name}”的最低温度{temp_min_c}℃高于最高温度{temp_max_c}℃",
        "Line {line_no} “{name}”: lowest temperature {temp_min_c} °C is above the highest, {temp_max_c} °C",
    ),
    "LTL_OVER_LIMIT": (
        "计费重量{chargeable_kg}千克超过零担上限{limit_kg}千克，应按整车托运",
        "Chargeable mass {chargeable_kg} kg exceeds the part-load limit of {limit_kg} kg: book a full load",
    ),
    "DIVISIBLE_OVERSIZE": (
        "第{line_no}行为可解体货物，{dimension}{actual_mm}毫米超过限值{limit_mm}毫米，须解体运输",
        "Line {line_no} can be taken apart, so its {dimension} of {actual_mm} mm may not exceed {limit_mm} mm",
    ),
    "CARGO_DOCUMENT_MISSING": (
        "第{line_no}行“{name}”缺少随货单证：{document}",
        "Line {line_no} “{name}” travels without its {document}",
    ),
    "PACKAGING_UNFIT": (
        "第{line_no}行“{name}”包装不符合运送要求，须更换或附加包装",
        "Line {line_no} “{name}”: the packing is unfit and must be replaced or reinforced",
    ),
    "MARK_MISSING": (
        "第{line_no}行“{name}”包装上缺少标志：{mark}",
        "Line {line_no} “{name}”: the mark {mark} is missing on the packing",
    ),
    # body and load
    "BODY_FORBIDDEN": (
        "{plate}（{body}）不得装运{cargo_class}货物",
        "{plate} ({body}) must not carry {cargo_class} goods",
    ),
    "BODY_CONDITION_UNMET": (
        "{plate}（{body}）装运第{line_no}行的条件未满足：{condition}",
        "{plate} ({body}) does not meet the condition {condition} for line {line_no}",
    ),
    "CONTAINER_NEEDS_SKELETON": (
        "集装箱货物须用集装箱车，{plate}为{body}",
        "Container shipments need a skeleton trailer; {plate} is {body}",
    ),
    "OUT_OF_TOWN_NEEDS_ENCLOSED": (
        "运往外地的成品必须用封闭型车辆，{plate}为{body}",
        "Finished goods going out of town need an enclosed vehicle; {plate} is {body}",
    ),
    "OVER_RATED_LOAD": (
        "{plate}核定载质量{rated_load_kg}千克，货物{mass_kg}千克",
        "{plate} is rated for {rated_load_kg} kg; the goods are {mass_kg} kg",
    ),
    "GROSS_OVER_LIMIT": (
        "{plate}（{axles}轴）车货总质量{gross_kg}千克，超过限值{limit_kg}千克",
        "{plate} ({axles} axles) would weigh {gross_kg} kg gross, over the limit of {limit_kg} kg",
    ),
    "VOLUME_TOO_SMALL": (
        "{plate}容积{capacity_dm3}升，货物{volume_dm3}升",
        "{plate} holds {capacity_dm3} dm³; the goods take {volume_dm3} dm³",
    ),
    "PIECE_TOO_LARGE": (
        "第{line_no}行单件{dimension}{actual_mm}毫米，{plate}内尺寸{limit_mm}毫米，装不下",
        "A piece of line {line_no} has a {dimension} of {actual_mm} mm; {plate} takes {limit_mm} mm",
    ),
    "OVERSIZE_PERMIT_MISSING": (
        "{plate}装载后超限（{dimensions}），缺少超限运输通行证",
        "{plate} loaded exceeds the limits ({dimensions}) and there is no oversize permit",
    ),
    "OUTLINE_DRAWING_MISSING": (
        "{plate}装载后超限（{dimensions}），缺少车货总体轮廓图",
        "{plate} loaded is so large ({dimensions}) that an outline drawing is needed",
    ),
    "ESCORT_PLAN_MISSING": (
        "{plate}装载后超限（{dimensions}），缺少护送方案",
        "{plate} loaded is so large ({dimensions}) that an escort plan is needed",
    ),
    "TEMPERATURE_NOT_HELD": (
        "{plate}的温控范围（{held_c}）不能保证货物温度（{temp_c}）",
        "The record of {plate} ({held_c}) does not show that it suits goods that need {temp_c}",
    ),
    "HAZMAT_NOT_LICENSED": (
        "{plate}无{hazmat_class}类危险货物运输许可",
        "{plate} is not licensed for dangerous goods of class {hazmat_class}",
    ),
    "WASH_RECORD_MISSING": (
        "{plate}上一次装运有毒或脏污货物，装食品前须有清洗记录",
        "{plate} last carried toxic or dirty goods: food needs a wash record first",
    ),
    # state, papers, people
    "VEHICLE_NOT_AVAILABLE": ("{plate}当前状态为{state}，不可派", "{plate} is not available: {state}"),
    "CRITICAL_DEFECT": ("{plate}有{count}项严重故障未排除", "{plate} has {count} open critical defects"),
    "VEHICLE_BUSY": ("{plate}在该时段已排车次{trip}", "{plate} is already planned for trip {trip} in that time"),
    "NOT_CLEAN": ("{plate}不干净整洁，不可派", "{plate} is not clean"),
    "VEHICLE_DOCUMENT_MISSING": ("{plate}缺少{document}", "{plate} has no {document} on file"),
    "VEHICLE_DOCUMENT_EXPIRES": (
        "{plate}的{document}有效期至{expires}，须有效至{needed_until}",
        "The {document} of {plate} is valid to {expires} but is needed until {needed_until}",
    ),
    "INSPECTION_DUE": (
        "{plate}每{cycle_months}个月检验一次，应于{due}前检验，须有效至{needed_until}",
        "{plate} is inspected every {cycle_months} months and is due on {due}, needed until {needed_until}",
    ),
    "CREW_LICENCE_CLASS_MISSING": (
        "驾驶{plate}须持{needed}之一，有{drivers}名驾驶员不符",
        "Driving {plate} needs one of {needed}; {drivers} of the drivers do not hold it",
    ),
    "CREW_PROBATION_NO_TRAILER": (
        "{plate}为汽车列车，{drivers}名驾驶员在实习期内不得驾驶",
        "{plate} is a train; {drivers} of the drivers are on probation and may not drive it",
    ),
    "CREW_PROBATION_NO_HAZMAT": (
        "{plate}装运危险货物，{drivers}名驾驶员在实习期内不得驾驶",
        "{plate} carries dangerous goods; {drivers} of the drivers are on probation and may not drive it",
    ),
    # securing
    "TARP_MISSING": ("车上没有篷布", "There is no tarp on the truck"),
    "ROPE_MISSING": ("车上没有绳索", "There is no rope on the truck"),
    "GEAR_MISSING": ("车上缺少{gear}", "The truck has no {gear}"),
    "GEAR_NOT_APPLIED": ("未使用{gear}", "The {gear} has not been put on"),
    "MEASURE_NOT_RECORDED": ("未记录{measure}措施", "The measure {measure} is not recorded"),
    "MEASURE_WITHOUT_GEAR": ("{measure}措施未写明所用器具", "The measure {measure} names no gear"),
    "MEASURE_WITHOUT_PHOTO": ("{measure}措施没有照片", "The measure {measure} has no photo"),
    # reasons of a ranked candidate
    "SMALL_VAN_FOR_ELECTRONICS": (
        "市内电子装置优先用小型封闭车（{body}）",
        "A small {body} comes first for local electronics",
    ),
    "CAPACITY_USED": (
        "载质量利用率{percent}%（{mass_kg}/{rated_load_kg}千克）",
        "{percent}% of the rated load is used ({mass_kg} of {rated_load_kg} kg)",
    ),
    "BODY_PREFERRED": ("车型首选：{body}", "Preferred body: {body}"),
    "BODY_ALLOWED": ("车型可用：{body}", "Allowed body: {body}"),
    "BODY_CONDITIONAL": ("车型有条件可用：{body}", "Body allowed on conditions: {body}"),
    "EMPTY_DISTANCE": ("空驶{distance_km}公里", "{distance_km} km empty to the pickup"),
    "EMPTY_DISTANCE_UNKNOWN": ("空驶里程未知", "The empty distance is not known"),
    "DOCUMENT_SLACK": ("{document}在到达后还有{days}天有效", "The {document} stays valid {days} days after arrival"),
}
