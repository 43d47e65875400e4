"""Sentences for the case of an accident, its reports and clocks, duty and off post: code to (Chinese, English)."""

from __future__ import annotations

CASE: dict[str, tuple[str, str]] = {
    "ACCIDENT_REPORT_INCOMPLETE": (
        "事故报告缺少:{missing}",
        "The report of an accident lacks: {missing}",
    ),
    "ACCIDENT_KNOWN": (
        "该车此时段的事故已报告,编号 {accident}",
        "An accident of this vehicle at about that time is known as {accident}",
    ),
    "NOT_ON_A_TRIP": (
        "您当时不在任何在途车次上；请致电调度，由其按车辆登记事故",
        "You were on no trip under way at that time: ring the desk, which reports it for the vehicle",
    ),
    "CARGO_ACTION_MISSING": (
        "事故 {accident} 尚未决定货物如何处理",
        "It is not decided what is done with the goods of accident {accident}",
    ),
    "CHECKLIST_REASON_MISSING": ("{item}:未做到的须写明原因", "{item}: what was not done needs its reason"),
    "NO_EMERGENCY_PLAN": (
        "该事故为第{tier}级,未启动应急预案",
        "The accident is of tier {tier}: no emergency plan is open",
    ),
    "HARM_UNCHANGED": ("事故 {accident} 的伤亡和损失没有变化", "Nothing changed in the harm of accident {accident}"),
    "VOID_NOT_ASKED": ("事故 {accident} 没有待批准的撤销申请", "Nobody asked to void accident {accident}"),
    "VOID_SAME_PERSON": (
        "{person} 不能批准自己申请的或涉及本人的撤销",
        "{person} cannot decide on a voiding of his own asking or his own case",
    ),
    "VOID_AFTER_DETERMINATION": (
        "已有责任文书 {document},不能撤销",
        "There is a paper on responsibility ({document}): the case cannot be voided",
    ),
}

REPORTS: dict[str, tuple[str, str]] = {
    "REPORT_RECIPIENT_WRONG": (
        "“{kind}”不报送:{recipients};可报送:{known}",
        "A report {kind} does not go to {recipients}; it goes to {known}",
    ),
    "REPORT_BLOCKS_MISSING": ("“{kind}”缺少内容:{blocks}", "A report {kind} lacks its contents: {blocks}"),
    "REPORT_TOO_EARLY": (
        "报告时间 {at} 早于 {first}",
        "The report at {at} lies before {first}, when there was nothing to report yet",
    ),
    "REPORT_ACKNOWLEDGED_ALREADY": (
        "报告 {report} 已于 {at} 确认收到",
        "Report {report} was acknowledged at {at} already",
    ),
    "HOLIDAYS_NOT_PUBLISHED": (
        "{year} 年放假安排尚未公布,期限按法定节假日和周末推算",
        "The holidays of {year} are not published: the time rests on the statute and on weekends",
    ),
}

PEOPLE: dict[str, tuple[str, str]] = {
    "NOT_OFF_POST": ("驾驶员 {driver} 状态为“{status}”,并非待岗", "Driver {driver} is {status}, not off post"),
    "LICENCE_NOT_VALID": (
        "驾驶员 {driver} 的驾驶证未登记或已过期",
        "The licence of driver {driver} is missing or has expired",
    ),
    "CASE_NOT_DETERMINED": (
        "事故 {accident}(“{state}”)责任认定尚未生效",
        "Accident {accident} is {state}: its determination is not final",
    ),
    "EDUCATION_NOT_DONE": (
        "尚未完成事故 {accident} 的教育",
        "The education that follows accident {accident} is not done",
    ),
    "DUTY_NEEDS_STAFF": ("{user} 不是办公人员,不能值班", "{user} is not of the office and takes no duty"),
    "SHIFT_ENDS_FIRST": ("值班结束({to})须晚于开始({from})", "A shift ends ({to}) after it begins ({from})"),
    "SHIFT_IS_OVER": ("该班次已于 {to} 结束", "This shift ended at {to}"),
    "SHIFT_TOO_LONG": ("一班最长{limit_hours}小时", "A shift lasts {limit_hours} hours at most"),
    "SHIFT_PLANNED_ALREADY": (
        "此人在 {from} 至 {to} 已排班",
        "This person is on duty from {from} to {to} already",
    ),
}

FINDINGS_ACCIDENTS: dict[str, tuple[str, str]] = {**CASE, **REPORTS, **PEOPLE}
