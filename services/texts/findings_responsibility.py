"""Sentences for responsibility in an accident: code to (Chinese, English), facts in braces."""

from __future__ import annotations

CASE: dict[str, tuple[str, str]] = {
    "CASE_STATE_FORBIDS": (
        "事故 {accident} 处于“{state}”，此操作只能在 {allowed} 时进行；下一步：{next}",
        "Accident {accident} is {state}; this is possible in {allowed}; what leads on: {next}",
    ),
    "EMPLOYEE_UNKNOWN": (
        "{field}：“{value}”尚未登记为员工，驾驶员也须先由人事或安全登记",
        "{field}: “{value}” is not registered as an employee; drivers too are registered first, by personnel or safety",
    ),
    "OWN_CASE": (
        "不得处理或签署涉及本人的事故（{employees}）",
        "Nobody decides or signs in his own case ({employees})",
    ),
    "BEFORE_THE_ACCIDENT": ("{at} 早于事故发生时间 {occurred}", "{at} lies before the accident at {occurred}"),
    "TEXT_EMPTY": ("{field}：不能为空白", "{field}: must say something"),
    "EMPLOYEE_INCOMPLETE": ("未关联驾驶员的员工须填写 {missing}", "An employee who is no driver needs {missing}"),
    "DRIVER_IS_EMPLOYEE": ("该驾驶员已关联其他员工", "This driver is tied to another employee"),
    "USER_IS_EMPLOYEE": ("该用户已关联其他员工", "This user is tied to another employee"),
}

DETERMINATION: dict[str, tuple[str, str]] = {
    "GRADE_NEEDS_DOCUMENT": (
        "事故责任以公安机关认定为准，不能手工填写：缺少 {missing}",
        "Responsibility comes from a document and is never typed in: {missing} is missing",
    ),
    "GRADE_NOT_IN_DOCUMENT": (
        "文书各方责任（{grades}）中没有我方责任“{grade}”",
        "Our grade {grade} is none of those in the document ({grades})",
    ),
    "CERTIFICATE_GIVES_NO_GRADE": (
        "道路交通事故证明不认定责任，不能填写 {grades}",
        "A certificate determines no responsibility, so it cannot say {grades}",
    ),
    "UNDETERMINED_NEEDS_CERTIFICATE": (
        "责任无法认定须以道路交通事故证明为据",
        "That responsibility cannot be determined needs a certificate of the police",
    ),
    "PARTY_GRADES_CONTRADICT": (
        "各方责任相互矛盾：{grades}",
        "The grades of the parties contradict each other: {grades}",
    ),
    "DOCUMENT_BEFORE_ACCIDENT": (
        "文书日期 {day} 早于事故发生时间 {occurred}",
        "The document of {day} lies before the accident at {occurred}",
    ),
    "SERVED_BEFORE_ACCIDENT": (
        "送达时间 {served} 早于事故发生时间",
        "It cannot have been served at {served}, before the accident",
    ),
    "SERVED_BEFORE_DOCUMENT": (
        "送达时间 {served} 早于文书日期 {day}",
        "It cannot have been served at {served}, before its date {day}",
    ),
    "FLED_BUT_NOT_FULL": (
        "登记为逃逸，依程序规定第61条应负全部责任；文书为“{grade}”的，须填写减轻理由",
        "Who fled is fully responsible (procedure regulation 61); a document that says {grade} needs its mitigation",
    ),
    "DOCUMENT_OF_ANOTHER_CASE": (
        "该文书已登记于其他事故（{accident}）",
        "This document belongs to another case ({accident})",
    ),
    "DETERMINATION_REPLACED": ("该文书已被 {by} 取代", "This document was replaced by {by}"),
    "REVIEW_TOO_LATE": (
        "复核申请 {at} 已过期限 {until}",
        "The review was asked for at {at}, after its limit {until}",
    ),
    "REVIEW_BEFORE_SERVICE": (
        "复核申请 {at} 早于送达时间 {served}",
        "The review was asked for at {at}, before the document was served at {served}",
    ),
    "REVIEW_ONLY_ONCE": ("复核以一次为限", "A determination is reviewed once"),
    "REVIEW_RESULT_UNASKED": (
        "没有申请复核，不能登记复核结论",
        "There is no review whose result this could be",
    ),
    "NOT_A_REVIEW_RESULT": ("文书种类须为复核结论", "The document must be the result of a review"),
}

ANALYSIS: dict[str, tuple[str, str]] = {
    "SHARES_OVER_WHOLE": (
        "责任人承担比例合计 {percent}%，超过 100%",
        "The shares add up to {percent} %, more than 100 %",
    ),
    "PERSON_NAMED_ALREADY": ("{employee} 已列为本事故人员", "{employee} is named in this case already"),
    "PERSON_NOT_NAMED": ("{employee} 未列为本事故人员", "{employee} is not named in this case"),
    "MEETING_MISSING": ("尚未召开{kind}", "There was no {kind} analysis meeting"),
    "MEETING_LACKS_ROLE": ("分析会缺少{role}", "The meeting lacks the {role}"),
    "PRODUCTION_MUST_CHAIR": (
        "重大、特大事故分析会须由生产部主持，不能由{role}主持",
        "Production chairs the meeting on a major accident, not {role}",
    ),
    "ANALYSIS_BY_PRODUCTION": (
        "重大、特大事故须由生产部确认分析完成",
        "Production concludes the analysis of a major accident",
    ),
    "RESPONSIBLE_PERSON_ABSENT": (
        "责任人 {employee} 未参加分析会",
        "The responsible person {employee} was in no meeting",
    ),
    "ATTENDEE_WITHOUT_NAME": (
        "参会人员（{role}）须填写姓名或工号",
        "An attendee ({role}) needs a name or a staff number",
    ),
    "TEXT_MISSING": ("{employee} 尚未提交{kind}", "{employee} has not written his {kind}"),
    "PAPER_MISSING": ("缺少{kind}", "The {kind} is missing"),
    "PAPER_NEEDS_PERSON": ("{kind}须写明责任人", "Whose {kind} is this?"),
    "PAPER_NOT_SIGNED": (
        "{employee} 的{kind}由他人代交，须附本人签名",
        "The {kind} of {employee} is handed in by another and needs his signature",
    ),
    "PAPER_OF_ANOTHER": ("只能提交本人的材料（{employee}）", "You file your own texts only ({employee})"),
    "NOT_AN_EMPLOYEE": ("用户 {user} 未关联员工", "User {user} is tied to no employee"),
    "DUE_DAY_PASSED": ("整改期限 {day} 已过", "The due day {day} has passed"),
    "MEASURE_DONE_ALREADY": ("该整改措施已完成", "This measure was reported done already"),
    "MEASURE_NOT_DONE": ("该整改措施尚未完成，不能验证", "This measure is not done and cannot be verified"),
    "MEASURE_OF_ANOTHER": ("整改措施须由其负责人报告完成", "The owner of a measure reports it done"),
    "MEASURE_VERIFIED_ALREADY": ("该整改措施已验证", "This measure was verified already"),
    "VERIFIER_IS_OWNER": (
        "整改措施不能由负责人或报告完成者本人验证",
        "Neither the owner of a measure nor who reported it done verifies it",
    ),
}

GATES: dict[str, tuple[str, str]] = {
    "CAUSE_MISSING": ("未填写事故原因及类别", "The cause and its category are missing"),
    "CAUSE_NOT_FOUND": ("事故原因未查清", "The cause was not found"),
    "CAUSE_WITHOUT_EVIDENCE": ("事故原因没有证据", "There is no evidence of the cause"),
    "DETERMINATION_MISSING": ("尚无责任认定", "There is no determination"),
    "DETERMINATION_NOT_FINAL": ("责任认定尚未生效", "The determination is not final"),
    "OWN_FINDING_MISSING": (
        "公安机关无法认定的，须有公司自查的处理意见",
        "Where the police could not tell, the company's own opinion is needed",
    ),
    "EDUCATION_MISSING": ("{employee} 未接受教育或未合格", "{employee} was not educated, or did not pass"),
    "DECISION_MISSING": ("{employee} 尚无处理决定", "There is no decision on {employee}"),
    "DECISION_NOT_FINAL": (
        "{employee} 的处理决定尚未送达，或申诉期未满、申诉未答复",
        "The decision on {employee} is not served, or its days for an appeal run, or an appeal is not answered",
    ),
    "MEASURE_MISSING": ("没有整改措施", "There is no corrective measure"),
    "MEASURE_NOT_VERIFIED": ("整改措施 {measure} 未经他人验证", "Measure {measure} is not verified by another person"),
    "NONE_RESPONSIBLE_NOT_SIGNED": (
        "没有责任人的，须书面签署我方无人负责",
        "Nobody is named: that nobody is responsible must be signed",
    ),
    "GRADE_SAYS_RESPONSIBLE": (
        "公安机关认定我方“{grade}”，不能签署无人负责",
        "The police say {grade}: that nobody is responsible cannot be signed",
    ),
    "SOMEBODY_IS_RESPONSIBLE": ("已列明责任人：{employees}", "Somebody is named responsible: {employees}"),
    "GATE_NOT_SIGNED": ("“{gate}”未签署", "The gate {gate} is not signed"),
    "GATE_SIGNED_ALREADY": ("“{gate}”本轮已签署", "The gate {gate} was signed in this round already"),
    "FIVE_DAY_RECORD_MISSING": ("五日报告未提交", "The five-day record was not filed"),
    "REPORT_OWED": ("尚欠报告：{clock}", "A report is still owed: {clock}"),
    "CLAIM_MISSING": ("没有保险索赔记录；不索赔的，须登记放弃", "There is no insurance claim: file or waive one"),
    "CLAIM_NOT_FILED": ("保险索赔处于“{state}”，须索赔或放弃", "A claim is {state}: file or waive it"),
}

FINDINGS_RESPONSIBILITY: dict[str, tuple[str, str]] = {**CASE, **DETERMINATION, **ANALYSIS, **GATES}
