"""Sentences for findings on crew, inspections, seals, the gate, acceptance and moves of state: (Chinese, English)."""

from __future__ import annotations

CREW: dict[str, tuple[str, str]] = {
    "DRIVER_NOT_ASSIGNABLE": (
        "驾驶员 {name}（{driver}）状态为“{status}”，不能派车",
        "Driver {name} ({driver}) is {status} and cannot be put on a truck",
    ),
    "DRIVER_BUSY": (
        "驾驶员 {name}（{driver}）与车次 {trip} 时间冲突",
        "Driver {name} ({driver}) is on trip {trip} at that time",
    ),
    "LICENCE_CLASS_MISSING": (
        "驾驶员 {name}（{driver}）准驾车型 {held} 不符，需 {needed} 之一",
        "Driver {name} ({driver}) holds licence {held}; one of {needed} is needed",
    ),
    "LICENCE_DATE_MISSING": (
        "驾驶员 {name}（{driver}）未登记初次领证日期，无法判断实习期",
        "Driver {name} ({driver}) has no first licence date, so probation cannot be ruled out",
    ),
    "LICENCE_WITHHELD": (
        "驾驶员 {name}（{driver}）的驾驶证被扣",
        "The licence of driver {name} ({driver}) is withheld",
    ),
    "DRIVER_DOCUMENT_MISSING": (
        "驾驶员 {name}（{driver}）未登记证件：{document}",
        "Driver {name} ({driver}) has no document on file: {document}",
    ),
    "DOCUMENT_EXPIRES": (
        "{name}（{driver}）的{document}有效期至 {expires}，须至少有效至 {needed_until}",
        "{document} of {name} ({driver}) is valid until {expires}; it must be valid until {needed_until}",
    ),
    "PROBATION_NO_TRAILER": (
        "驾驶员 {name}（{driver}）实习期至 {until}，不得驾驶牵引挂车",
        "Driver {name} ({driver}) is on probation until {until} and may not drive a trailer",
    ),
    "PROBATION_NO_HAZMAT": (
        "驾驶员 {name}（{driver}）实习期至 {until}，不得运输危险货物",
        "Driver {name} ({driver}) is on probation until {until} and may not carry dangerous goods",
    ),
    "AGE_OUT_OF_RANGE": (
        "驾驶员 {name}（{driver}）年龄 {age} 岁，不在 {low} 至 {high} 岁之间",
        "Driver {name} ({driver}) is {age} years old, outside {low} to {high}",
    ),
    "QUALIFICATION_MISSING": (
        "驾驶员 {name}（{driver}）缺少从业资格证",
        "Driver {name} ({driver}) has no professional qualification certificate",
    ),
    "HAZMAT_QUALIFICATION_MISSING": (
        "驾驶员 {name}（{driver}）缺少危险货物驾驶资格",
        "Driver {name} ({driver}) has no dangerous goods qualification",
    ),
    "REST_TOO_SHORT": (
        "驾驶员 {name}（{driver}）出车前仅休息 {rested_hours} 小时，至少需 {needed_hours} 小时",
        "Driver {name} ({driver}) rested {rested_hours} h before the trip; {needed_hours} h are needed",
    ),
    "SAME_PERSON_TWICE": ("驾驶员 {driver} 被重复安排", "Driver {driver} is named twice"),
    "TOO_FEW_DRIVERS": (
        "已安排驾驶员 {drivers} 名，至少需 {needed} 名",
        "{drivers} driver(s) on the trip; at least {needed} are needed",
    ),
    "ESCORT_MISSING": ("该车次须派专人押运", "This trip needs an escort"),
    "ESCORT_IS_DRIVER": (
        "押运员 {name}（{driver}）不能同时担任驾驶员",
        "Escort {name} ({driver}) is also a driver of the trip",
    ),
    "ESCORT_NOT_ASSIGNABLE": (
        "押运员 {name}（{driver}）状态为“{status}”，不能派车",
        "Escort {name} ({driver}) is {status} and cannot be sent",
    ),
    "ESCORT_BUSY": (
        "押运员 {name}（{driver}）与车次 {trip} 时间冲突",
        "Escort {name} ({driver}) is on trip {trip} at that time",
    ),
    "ESCORT_CERTIFICATE_MISSING": (
        "押运员 {name}（{driver}）缺少押运员证",
        "Escort {name} ({driver}) has no escort certificate",
    ),
    "WAIVER_SAME_PERSON": ("申请人 {person} 不能批准自己的申请", "{person} cannot approve his own request"),
    "WAIVER_REASON_MISSING": ("减少驾驶员须写明原因", "A waiver needs a reason"),
    "ALCOHOL_FOUND": (
        "驾驶员 {driver} 在 {departure} 发车前酒精检测为 {mg_100ml} mg/100ml，限值 {limit}",
        "Driver {driver} tested {mg_100ml} mg/100 ml before the departure at {departure}; the limit is {limit}",
    ),
    "NOT_FIT": (
        "驾驶员 {driver} 在 {departure} 发车前申报身心状态不适宜驾驶",
        "Driver {driver} declared himself unfit before the departure at {departure}",
    ),
    "CHECK_IN_LATE": (
        "驾驶员 {driver} 报到迟到：应于 {due} 前报到，实际 {at}",
        "Driver {driver} checked in late: due {due}, came {at}",
    ),
    "CHECK_IN_MISSING": ("驾驶员 {driver} 尚未报到", "Driver {driver} has not checked in"),
    "HAND_OVER_NAME_MISSING": (
        "换手交接缺少签名（{side}）",
        "The hand-over lacks a name ({side})",
    ),
    "HAND_OVER_SAME_PERSON": ("交接双方不能同为 {driver}", "{driver} cannot hand over to himself"),
    "NOT_IN_CREW": ("{driver} 不是本车次驾驶员", "{driver} is not in the crew of this trip"),
    "NOT_AT_WHEEL": (
        "{driver} 并未在驾驶，当前驾驶人为 {at_wheel}",
        "{driver} is not at the wheel; {at_wheel} is",
    ),
}

INSPECTIONS: dict[str, tuple[str, str]] = {
    "CHECK_MISSING": ("车次 {trip} 未做出车前检查", "Trip {trip} has no pre-trip inspection"),
    "CHECK_ITEM_MISSING": ("{kind}缺少项目：{item}", "The {kind} inspection lacks an answer for {item}"),
    "CHECK_FAILED": ("出车前检查不合格：{item}", "Pre-trip inspection failed: {item}"),
    "CLEANLINESS_FAILED": ("车辆不干净整洁", "The vehicle is not clean and tidy"),
    "CRITICAL_DEFECT_OPEN": (
        "存在未修复的严重缺陷：{item}，不得带病上路",
        "A critical defect is not repaired: {item}",
    ),
    "DRIVER_FINDINGS_MISSING": (
        "出入库检查卡缺少驾驶员反映情况",
        "The inspection card lacks the driver's report",
    ),
    "TECHNICIAN_VERDICT_MISSING": (
        "出入库检查卡缺少技术检验员结论",
        "The inspection card lacks the technician's verdict",
    ),
    "TECHNICIAN_IS_DRIVER": (
        "技术检验员不能是驾驶员本人：{person}",
        "The technician must be another person than the driver: {person}",
    ),
}

SEALS: dict[str, tuple[str, str]] = {
    "SEAL_REUSED": (
        "封条 {number} 已使用过（车次 {trip}），一号一用",
        "Seal {number} was used before (trip {trip}); one number, one use",
    ),
    "SEAL_NOT_IN_STOCK": (
        "封条 {number} 不是我司在库封条（状态：{state}）",
        "Seal {number} is not in the company's stock (state: {state})",
    ),
    "SEAL_RECEIVER_MISSING": ("领用封条 {number} 须写明领用人", "Seal {number} must be issued to a named person"),
    "SEAL_NOT_ISSUED": ("封条 {number} 尚未领用", "Seal {number} was not issued to anybody"),
    "CLOSURE_UNKNOWN": (
        "{closure}不在应加封部位之列：{known}",
        "{closure} is not one of the openings to seal: {known}",
    ),
    "CLOSURE_ALREADY_SEALED": (
        "{closure}已由封条 {number} 加封",
        "{closure} already carries seal {number}",
    ),
    "CLOSURES_NOT_DECLARED": ("未登记应加封部位", "No opening to seal is declared"),
    "SEAL_BEFORE_LOADING_COMPLETED": (
        "封条 {number} 加封时间 {applied_at} 早于装卸完毕时间 {completed_at}",
        "Seal {number} was put on at {applied_at}, before the work ended at {completed_at}",
    ),
    "COMPANY_SEAL_NEEDED": (
        "{closure}仅有客户封条 {customer_seal}，须加我司专用封条",
        "{closure} carries only the customer's seal {customer_seal}; a company seal is needed",
    ),
    "REAR_DOOR_UNSEALED": ("{closure}未加封", "No company seal on: {closure}"),
    "SIDE_DOOR_UNSEALED": ("{closure}未加封", "No company seal on: {closure}"),
    "CONTAINER_DOOR_UNSEALED": ("{closure}未加封", "No company seal on: {closure}"),
    "OUTLET_UNSEALED": ("{closure}未加封", "No company seal on: {closure}"),
    "MANHOLE_UNSEALED": ("{closure}未加封", "No company seal on: {closure}"),
    "TARP_ROPE_1_UNSEALED": ("{closure}未加封", "No company seal on: {closure}"),
    "TARP_ROPE_2_UNSEALED": ("{closure}未加封", "No company seal on: {closure}"),
    "PAPERS_POUCH_UNSEALED": ("{closure}未加封", "No company seal on: {closure}"),
    "SEAL_NOT_LIVE": (
        "封条 {number} 不在施封状态（{state}）",
        "Seal {number} is not on a truck (state: {state})",
    ),
    "BREAK_REASON_MISSING": ("开启封条 {number} 须写明原因", "Opening seal {number} needs a reason"),
    "BREAK_PERSON_MISSING": ("开启封条 {number} 须写明开启人", "Opening seal {number} needs the name of who opened it"),
    "AUTHORITY_DOCUMENT_MISSING": (
        "执法机关开启封条 {number} 须登记执法文书",
        "Seal {number} opened by an authority needs the authority's document",
    ),
    "BREAK_PHOTO_MISSING": ("开启封条 {number} 须附照片", "Opening seal {number} needs a photo"),
    "SEAL_BREAK_NOT_RECORDED": (
        "原封条 {number} 未登记开封，不能换封",
        "Seal {number} has no record of being opened, so it cannot be replaced",
    ),
    "SEAL_REPLACED_TOO_EARLY": (
        "新封条 {number} 加封时间 {applied_at} 早于开封时间 {opened_at}",
        "New seal {number} was put on at {applied_at}, before the old one was opened at {opened_at}",
    ),
    "SEAL_NOT_VOIDABLE": (
        "封条 {number}（{state}）不能作废",
        "Seal {number} ({state}) cannot be voided",
    ),
    "VOID_REASON_MISSING": ("作废封条 {number} 须写明原因", "Voiding seal {number} needs a reason"),
    "SEAL_EXEMPTION_REASON_MISSING": (
        "无门可封、改封{closure}须由主管写明原因",
        "Sealing the {closure} instead of a door needs a supervisor's reason",
    ),
    "SEAL_NOT_CHECKED": (
        "到达时未核验{closure}封条 {expected}",
        "Seal {expected} on {closure} was not checked on arrival",
    ),
    "SEAL_MISSING": (
        "{closure}封条 {expected} 缺失（所见：{seen}）",
        "Seal {expected} on {closure} is missing (seen: {seen})",
    ),
    "SEAL_MISMATCH": (
        "{closure}封条号不符：应为 {expected}，所见 {seen}",
        "Seal on {closure} differs: expected {expected}, seen {seen}",
    ),
    "SEAL_BROKEN": (
        "{closure}封条 {expected} 破损且无开封记录（所见：{seen}）",
        "Seal {expected} on {closure} is broken without a record (seen: {seen})",
    ),
    "SEAL_CONFLICT": (
        "离线登记的封条 {number}（车次 {trip}，{closure}）与系统记录冲突：{on_record}",
        "Seal {number} captured offline (trip {trip}, {closure}) conflicts with the record: {on_record}",
    ),
}

GATE: dict[str, tuple[str, str]] = {
    "PICKUP_NOT_COUNTED": (
        "{consignment} 第 {line} 行装车数量未清点",
        "Line {line} of {consignment} was not counted at pickup",
    ),
    "PICKUP_NOT_SIGNED": (
        "{consignment} 第 {line} 行未经客户经办人签字",
        "Line {line} of {consignment} is not signed by the customer's agent",
    ),
    "PICKUP_DIFFERENCE_OPEN": (
        "{consignment} 第 {line} 行数量差异未处理：清单 {listed}，实装 {counted}",
        "Line {line} of {consignment} has an open difference: listed {listed}, counted {counted}",
    ),
    "LOADING_NOT_COMPLETED": ("车次 {trip} 装车未完毕", "Loading of trip {trip} is not completed"),
    "WORK_NOT_COMPLETED": ("车次 {trip} 本站作业未完毕", "Work at this stop of trip {trip} is not completed"),
    "TRIP_FROZEN": ("车次 {trip} 因事故处理被冻结", "Trip {trip} is frozen while an accident is handled"),
}

ACCEPTANCE: dict[str, tuple[str, str]] = {
    "NAME_DIFFERS": (
        "第 {line} 行名称不符：应为 {expected}，实为 {received}",
        "Line {line}: name differs, expected {expected}, received {received}",
    ),
    "SPEC_DIFFERS": (
        "第 {line} 行规格不符：应为 {expected}，实为 {received}",
        "Line {line}: specification differs, expected {expected}, received {received}",
    ),
    "QUANTITY_DIFFERS": (
        "第 {line} 行数量不符（{how}）：应为 {expected}，实为 {received}",
        "Line {line}: quantity differs ({how}), expected {expected}, received {received}",
    ),
    "OPEN_BOX_NOT_OK": ("第 {line} 行开箱验收不符：{item}", "Line {line}: open-box item not in order: {item}"),
    "DOCUMENT_MISSING": ("第 {line} 行缺少随货单证：{document}", "Line {line}: document missing: {document}"),
    "SEALS_NOT_VERIFIED": ("卸货前须先核验封条", "Seals must be verified before unloading"),
    "JOINT_INSPECTION_NEEDED": (
        "封条异常，须双方共同检验：{exceptions}",
        "Seals are not in order, a joint inspection is needed: {exceptions}",
    ),
    "DRIVER_STATEMENT_MISSING": ("封条异常须附驾驶员说明", "A seal exception needs the driver's statement"),
    "LINE_NOT_ANSWERED": ("第 {line} 行尚未验收", "Line {line} is not answered"),
    "LINE_UNKNOWN": ("供货清单中没有第 {line} 行", "Line {line} is not on the packing list"),
    "LINE_ANSWERED_TWICE": ("第 {line} 行重复验收", "Line {line} is answered twice"),
    "QUANTITY_NOT_BALANCED": (
        "第 {line} 行签收 {accepted} 加拒收 {refused} 不等于应收 {expected}",
        "Line {line}: accepted {accepted} and refused {refused} do not add up to {expected}",
    ),
    "VERDICT_CONTRADICTS_QUANTITY": (
        "第 {line} 行结论“{verdict}”与数量不符：应收 {expected}，签收 {accepted}，拒收 {refused}",
        "Line {line}: verdict {verdict} contradicts expected {expected}, accepted {accepted}, refused {refused}",
    ),
    "REFUSAL_REASON_MISSING": ("第 {line} 行拒收须写明原因", "Line {line}: a refusal needs a reason"),
    "REFUSAL_PHOTO_MISSING": ("第 {line} 行拒收须附照片", "Line {line}: a refusal needs a photo"),
    "OPEN_BOX_INCOMPLETE": (
        "第 {line} 行开箱验收未完成：{items}",
        "Line {line}: open-box inspection is not complete: {items}",
    ),
    "DISCREPANCY_ACCEPTED": (
        "第 {line} 行不符合，不予签收：{differs}",
        "Line {line} does not conform and may not be signed for: {differs}",
    ),
    "SIGNATURE_MISSING": ("缺少签名：{signer}", "Signature missing: {signer}"),
    "NOT_YET_ANSWERED": ("货物尚未签收或拒收（{state}）", "The goods are not answered for yet ({state})"),
    "REPLACEMENT_MISSING": ("拒收部分尚未安排补换货", "No replacement is booked for what was refused"),
    "REPLACEMENT_NOT_ACCEPTED": (
        "补换货尚未签收（{state}），原单不能结案",
        "The replacement is not accepted yet ({state}), so the original stays open",
    ),
}

MOVES: dict[str, tuple[str, str]] = {
    "MOVE_NOT_ALLOWED": (
        "{kind}不能从“{from}”变为“{to}”，可变为：{allowed}",
        "A {kind} cannot go from {from} to {to}; it may go to: {allowed}",
    ),
    "AMEND_NOT_ALLOWED": (
        "状态“{state}”下不能修改 {field}，可修改：{allowed}",
        "{field} cannot be changed in state {state}; these can: {allowed}",
    ),
}

FINDINGS_HANDLING: dict[str, tuple[str, str]] = {**CREW, **INSPECTIONS, **SEALS, **GATE, **ACCEPTANCE, **MOVES}
