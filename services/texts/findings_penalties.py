"""What losses, penalties and appeals are refused or warned with: code to (Chinese, English), facts in braces."""

from __future__ import annotations

MONEY: dict[str, tuple[str, str]] = {
    "ACCIDENT_VOID": ("事故 {accident} 已撤销", "Accident {accident} was a false alarm"),
    "STRUCK_ALREADY": ("已由 {by} 划销：{reason}", "{by} has struck it out already: {reason}"),
    "CLAIM_NO_MISSING": ("缺少 {insurer} 的赔案号", "The claim number of {insurer} is missing"),
    "CLAIM_OPEN_ALREADY": (
        "{insurer} 的“{kind}”索赔正在办理",
        "A claim of the kind {kind} with {insurer} is open already",
    ),
}

PROPOSAL: dict[str, tuple[str, str]] = {
    "RECOURSE_NEEDS_GROSS_NEGLIGENCE": (
        "{person} 属一般过失：民法典第1191条只允许向故意或重大过失的工作人员追偿，须第二人批准",
        "{person}'s fault is ordinary: recourse needs intent or gross negligence (Civil Code 1191); two must approve",
    ),
    "PERSON_NOT_ASSESSED": ("{person} 尚未评定：{items}", "{person} was not assessed: {items}"),
    "PENALTY_WITHOUT_RESPONSIBILITY": (
        "{person}（{grade}）不是事故责任人，不得处罚",
        "{person} ({grade}) does not bear responsibility and may not be penalised",
    ),
    "DISCIPLINARY_FINE_OFF": (
        "公司未启用纪律罚款，{person} 不得罚款",
        "Disciplinary fines are off: {person} is not fined",
    ),
    "DISCIPLINARY_FINE_OVER_LIMIT": (
        "{person} 的纪律罚款超过上限 {limit} 元",
        "The disciplinary fine of {person} exceeds the limit of {limit} CNY",
    ),
    "PROFILE_NOT_ALLOWED": (
        "公司已采用审慎口径，事故 {accident} 不得改按制度原文",
        "The company is on the prudent profile: accident {accident} cannot be handled to the letter",
    ),
    "NOT_INVOLVED": ("{person} 不是事故 {accident} 的涉事人员", "{person} is not involved in accident {accident}"),
    "MAKER_IS_SUBJECT": ("{person} 是涉事人员，不能提出处理意见", "{person} is involved and cannot make the proposal"),
    "CHECKER_IS_SUBJECT": ("{person} 是涉事人员，不能审批", "{person} is involved and cannot approve or reject"),
    "CHECKER_IS_MAKER": (
        "处理意见的提出人不能审批自己的意见（事故 {accident}）",
        "Whoever made the proposal on accident {accident} cannot approve or reject it",
    ),
    "PROPOSAL_DECIDED": (
        "事故 {accident} 的处理意见{state}，不再待批",
        "The proposal on accident {accident} is {state}: nothing is waiting",
    ),
    "PROPOSAL_NOT_APPROVED": ("没有已批准的处理意见", "There is no approved proposal"),
    "PROPOSAL_OUTDATED": (
        "事故 {accident} 的依据已变：净损失由 {then} 元变为 {net} 元，须退回重新提出",
        "The facts of accident {accident} have changed (net loss {then}, now {net}): send it back to be made anew",
    ),
    "APPROVED_BY_YOU_ALREADY": ("您已以“{capacity}”身份批准", "You have approved already, as {capacity}"),
    "APPROVER_LACKS_CAPACITY": ("还需要：{needed}；您不具备该身份", "Still needed: {needed}; you cannot give that"),
}

SERVICE: dict[str, tuple[str, str]] = {
    "PENALTY_NOT_SERVED": ("尚未送达：{penalties}", "Not served yet: {penalties}"),
    "SERVER_IS_SUBJECT": ("{person} 不能送达给自己的决定", "{person} cannot serve a decision on himself"),
    "SERVED_BEFORE_APPROVAL": (
        "送达时间 {at} 早于批准时间 {approved}",
        "The service at {at} lies before the approval at {approved}",
    ),
    "RECEIPT_MISSING": ("缺少本人签收的回执", "The receipt that the person signed is missing"),
    "WITNESS_MISSING": ("拒收 {penalty} 须有见证人", "The refusal of {penalty} needs a witness"),
    "WITNESS_IS_PARTY": (
        "见证人 {witness} 不能是送达人或本人",
        "{witness} served or was served and cannot be the witness",
    ),
}

APPEALS: dict[str, tuple[str, str]] = {
    "APPEAL_NOT_YOURS": (
        "只有 {person} 本人或人事代其申诉",
        "Only {person}, or personnel in that name, may appeal",
    ),
    "APPEAL_TOO_LATE": ("申诉期已于 {until} 届满", "The time for an appeal ended at {until}"),
    "APPEAL_UNDECIDED": ("申诉未决：{penalties}", "An appeal is undecided: {penalties}"),
    "APPEAL_WINDOW_OPEN": (
        "{penalties} 的申诉期至 {until}",
        "An appeal against {penalties} may still come until {until}",
    ),
    "NO_APPEAL_OPEN": ("{penalty}（{state}）没有未决申诉", "{penalty} ({state}) has no undecided appeal"),
    "OTHERS_NOT_SERVED": (
        "变更决定须先送达全部决定：{penalties}",
        "A change makes the whole proposal anew: first serve {penalties}",
    ),
    "JUDGE_IS_SUBJECT": ("{person} 是涉事人员，不能处理申诉", "{person} is involved and cannot decide the appeal"),
    "JUDGE_IS_MAKER": (
        "提出处理意见的人不能处理申诉（事故 {accident}）",
        "Whoever made the proposal on accident {accident} cannot decide the appeal",
    ),
    "JUDGE_IS_CHECKER": (
        "批准处理意见的人不能处理申诉（事故 {accident}）",
        "Whoever approved the proposal on accident {accident} cannot decide the appeal",
    ),
}

FINDINGS_PENALTIES: dict[str, tuple[str, str]] = {**MONEY, **PROPOSAL, **SERVICE, **APPEALS}
