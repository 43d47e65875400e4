"""Why a penalty is laid on a person, as the decision says it: a Chinese paper, one sentence per ground."""

from __future__ import annotations

from collections.abc import Mapping

from services.policy.penalties.lines import Ground

RESTS_ON = "事故{accident}，{paper}认定本方负{side_grade}。"
BECAUSE: dict[Ground, str] = {
    Ground.LOSS: "违章作业造成经济损失：本方净损失{net}元，本人内部责任比例{share}%，应承担{amount}元。",
    Ground.LOSS_PRUDENT: (
        "违章作业且属{fault}，造成经济损失：本方净损失{net}元，本人内部责任比例{share}%，按{rate}%承担{amount}元。"
    ),
    Ground.SPILL: "撒料罚款{spill_fines}元，本人负{grade}，原因为{cause}，由本人承担{amount}元。",
    Ground.BONUS: "本人为事故责任人，负{grade}，不发{year}年安全奖{amount}元。",
    Ground.BONUS_AGAIN: "本人为事故责任人，负{grade}；{year}年安全奖已因其他事故不发，本次列为又一事由，不另计金额。",
    Ground.DISCIPLINE: "按公布的纪律规定处以罚款{amount}元。",
    Ground.WITHOUT_RESPONSIBILITY: "不予处罚。",
    Ground.NO_VIOLATION: "本人未违章，不承担经济损失，不予处罚。",
    Ground.ORDINARY_FAULT: "本人属一般过失，公司不向本人追偿，不予处罚。",
    Ground.NO_LOSS: "没有应由本人承担的净损失，不予处罚。",
}


def penalty_reason(ground: Ground, facts: Mapping[str, object]) -> str:
    """Give the reason of one line: the paper it rests on, then the arithmetic or why there is no sanction."""
    return (RESTS_ON + BECAUSE[ground]).format_map(facts)
