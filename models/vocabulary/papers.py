"""Papers that the product prints (domain 4.6)."""

from __future__ import annotations

from models.vocabulary.word import Word


class DocumentKind(Word):
    """A paper that is printed from a template."""

    ACCIDENT_FORM = "accident_form", "车辆事故报告表"
    QUICK_REPORT = "quick_report", "行车事故快报表"
    FOLLOW_UP_REPORT = "follow_up_report", "事故续报表"
    MONTHLY_ACCIDENTS = "monthly_accidents", "事故月报表"
    PENALTY_DECISION = "penalty_decision", "处罚决定书"
    DEDUCTION_STATEMENT = "deduction_statement", "扣款明细"


class DocumentState(Word):
    """What became of a paper that somebody asked for as PDF."""

    QUEUED = "queued", "排队中"
    DONE = "done", "已生成"
    FAILED = "failed", "生成失败"
