"""Accidents: their states, classes, clocks, papers and gates (domain 4)."""

from __future__ import annotations

from models.vocabulary.word import Word


class AccidentState(Word):
    """Life of an accident case (domain 4.1); no state may be skipped."""

    REPORTED = "reported", "已报告"
    RESPONDING = "responding", "处置中"
    INVESTIGATING = "investigating", "调查中"
    AWAITING_DETERMINATION = "awaiting_determination", "待认定"
    DETERMINED = "determined", "已认定"
    UNDER_REVIEW = "under_review", "复核中"
    DETERMINATION_FINAL = "determination_final", "认定生效"
    ANALYSED = "analysed", "已分析"
    HANDLING_PROPOSED = "handling_proposed", "已提出处理意见"
    HANDLING_APPROVED = "handling_approved", "处理已批准"
    SERVED = "served", "已送达"
    APPEALED = "appealed", "申诉中"
    ENFORCING = "enforcing", "执行中"
    CLOSABLE = "closable", "可结案"
    CLOSED = "closed", "已结案"
    VOID = "void", "已撤销"
    REOPENED = "reopened", "已重启"


class ReportedVia(Word):
    """How the first report reached the company (R-A-06, R-A-13)."""

    DRIVER = "driver", "驾驶员上报"
    DESK = "desk", "值班受理"
    SOS = "sos", "一键报警"


class MpsClass(Word):
    """Accident class of the 1991 traffic police circular; used by the company's own measures."""

    MINOR = "minor", "轻微"
    ORDINARY = "ordinary", "一般"
    MAJOR = "major", "重大"
    EXTRAORDINARY = "extraordinary", "特大"


class Sc493Grade(Word):
    """Grade of State Council decree 493."""

    ORDINARY = "ordinary", "一般"
    LARGER = "larger", "较大"
    MAJOR = "major", "重大"
    EXTRAORDINARY = "extraordinary", "特别重大"


class ClockKind(Word):
    """What must happen by when after an accident (domain 4.2)."""

    POLICE_AND_SAFETY_TOLD = "police_and_safety_told", "报警并报安全科"
    RESPONDER_SENT = "responder_sent", "派员赶赴现场"
    INSURER_TOLD = "insurer_told", "报保险公司"
    ONE_HOUR_REPORT = "one_hour_report", "一小时上报"
    QUICK_FORM = "quick_form", "行车事故快报"
    WRITTEN_REPORT = "written_report", "书面补报"
    FOLLOW_UP = "follow_up", "续报"
    FIVE_DAY_RECORD = "five_day_record", "五日报告"
    DETERMINATION_EXPECTED = "determination_expected", "责任认定期限"
    REVIEW_WINDOW = "review_window", "复核申请期"
    APPEAL_WINDOW = "appeal_window", "申诉期"


class ReportKind(Word):
    """A report that left the company or its safety department (R-A-06, R-A-14 to 20, R-A-28)."""

    POLICE = "police", "报警"
    INSURER = "insurer", "报保险"
    ORAL = "oral", "口头报告"
    QUICK_FORM = "quick_form", "行车事故快报"
    WRITTEN = "written", "书面报告"
    FOLLOW_UP = "follow_up", "续报"
    FIVE_DAY_RECORD = "five_day_record", "五日报告"


class ReportRecipient(Word):
    """Who receives a report (R-A-14, R-A-15)."""

    POLICE = "police", "公安交管部门"
    SAFETY_DEPARTMENT = "safety_department", "公司安全科"
    SUPERIOR_AUTHORITY = "superior_authority", "上级主管部门"
    GOVERNMENT = "government", "市(县)人民政府"
    INSURER = "insurer", "保险公司"
    COMPANY = "company", "公司"
    PRODUCTION = "production", "生产部"


class FirstResponse(Word):
    """An item of the first-response checklist at the scene (R-A-05)."""

    VEHICLE_STOPPED = "vehicle_stopped", "立即停车"
    INJURED_RESCUED = "injured_rescued", "抢救伤者"
    PROPERTY_RESCUED = "property_rescued", "抢救财产"
    SCENE_PROTECTED = "scene_protected", "保护现场"
    MOVED_POSITIONS_MARKED = "moved_positions_marked", "标记移动位置"
    WARNING_SIGN_SET = "warning_sign_set", "设置警示标志"
    POLICE_CALLED = "police_called", "报警"
    SAFETY_CALLED = "safety_called", "报安全科"


class EmergencyStep(Word):
    """A step of the emergency plan that a tier 3 accident opens (R-A-19, R-S-13)."""

    GENERAL_MANAGER_TOLD = "general_manager_told", "报告总经理"
    PLAN_STARTED = "plan_started", "启动应急救援预案"
    COMMANDER_SENT = "commander_sent", "指挥人员赶赴现场"
    RESCUE_ARRANGED = "rescue_arranged", "组织抢救"
    SCENE_SECURED = "scene_secured", "防止次生事故"
    FAMILIES_TOLD = "families_told", "通知家属"
    AUTHORITIES_ASSISTED = "authorities_assisted", "配合主管部门"


class CargoAction(Word):
    """What is done with the goods on the truck after an accident (R-A-08)."""

    STAYS = "stays", "原车继续"
    HELD = "held", "就地保管"
    TRANSHIPPED = "transhipped", "转运"
    NO_CARGO = "no_cargo", "无货"


class ConsentMeans(Word):
    """How a customer's consent was given (R-S-11)."""

    PHONE = "phone", "电话"
    EMAIL = "email", "电子邮件"
    WRITTEN = "written", "书面"
    IN_PERSON = "in_person", "当面"


class CauseCategory(Word):
    """Why it happened; decides who bears a spill fine (R-P-02)."""

    RULE_BROKEN_WORK = "rule_broken_work", "违章作业"
    RULE_BROKEN = "rule_broken", "违规"
    CARELESS = "careless", "责任心不强"
    VEHICLE_FAULT = "vehicle_fault", "车辆故障"
    ROAD_OR_WEATHER = "road_or_weather", "道路或天气"
    OTHER_PARTY = "other_party", "对方原因"
    UNKNOWN = "unknown", "原因不明"


class DeterminationBasis(Word):
    """Which paper says who is responsible (R-A-23); nobody types a grade in freely."""

    DETERMINATION = "determination", "道路交通事故认定书"
    SUMMARY_PROCEDURE = "summary_procedure", "简易程序认定书"
    AGREEMENT = "agreement", "自行协商协议书"
    CERTIFICATE = "certificate", "道路交通事故证明"
    REVIEW_RESULT = "review_result", "复核结论"


class Grade(Word):
    """Responsibility as the police determine it (procedure regulation 60)."""

    FULL = "full", "全部责任"
    MAIN = "main", "主要责任"
    EQUAL = "equal", "同等责任"
    SECONDARY = "secondary", "次要责任"
    NONE = "none", "无责任"
    UNDETERMINED = "undetermined", "无法认定"


class MeetingKind(Word):
    """Who must analyse: the department itself, or production in the chair (R-A-24, R-A-26)."""

    ORDINARY = "ordinary", "部门分析会"
    MAJOR = "major", "生产部主持分析会"


class MeetingRole(Word):
    """In which capacity a person attends an analysis meeting."""

    DEPARTMENT_HEAD = "department_head", "部门负责人"
    LINE_MANAGER = "line_manager", "主管负责人"
    RESPONSIBLE_PERSON = "responsible_person", "事故责任人"
    PRODUCTION = "production", "生产部"
    SAFETY = "safety", "安全科"
    RELATED = "related", "相关人员"


class AccidentPaper(Word):
    """A paper of the case that a person files (R-A-25, R-A-27)."""

    ACCOUNT = "account", "事故经过"
    SELF_CRITICISM = "self_criticism", "深刻检查"
    PREVENTION = "prevention", "防范措施"
    WRITTEN_REPORT = "written_report", "书面报告"
    REPORT_FORM = "report_form", "车辆事故报告表"
    OPINION = "opinion", "处理意见"


class AccidentGate(Word):
    """One of the four no-let-gos 四不放过 (R-A-01 to R-A-04)."""

    G1_CAUSE = "g1_cause", "原因未查清不放过"
    G2_EDUCATED = "g2_educated", "责任人未受教育和处理不放过"
    G3_MEASURES = "g3_measures", "没有整改措施不放过"
    G4_ACCOUNTABLE = "g4_accountable", "责任人未追究责任不放过"


class OffPostCause(Word):
    """Why a driver is off post, 待岗 (R-P-04)."""

    LICENCE_WITHHELD = "licence_withheld", "驾驶证被扣"
    ACCIDENT_BY_VIOLATION = "accident_by_violation", "违章发生事故"


class ReopeningGround(Word):
    """Why a case is taken up again after its decisions were enforced (domain 4.1)."""

    NEW_FACTS = "new_facts", "发现新事实"
    REVERSED_DETERMINATION = "reversed_determination", "责任认定变更"
    INSURER_RECOVERY = "insurer_recovery", "保险追回"


class InvolvedRole(Word):
    """What a person of ours did when it happened."""

    DRIVER = "driver", "当班驾驶员"
    CO_DRIVER = "co_driver", "副驾驶员"
    ESCORT = "escort", "押运员"
    LOADER = "loader", "装卸工"
    DISPATCHER = "dispatcher", "调度员"
    OTHER = "other", "其他"
