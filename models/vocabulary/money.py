"""Losses, penalties, the ledger and payroll (domain 4.4)."""

from __future__ import annotations

from models.vocabulary.word import Word


class LossKind(Word):
    """What was lost in an accident."""

    OWN_VEHICLE = "own_vehicle", "本车损失"
    CARGO = "cargo", "货物损失"
    ROAD_ASSETS = "road_assets", "路产损失"
    INJURY = "injury", "人身损害"
    RESCUE = "rescue", "施救费"
    OTHER_PARTY = "other_party", "对方损失"
    SPILL_FINE = "spill_fine", "撒料罚款"


class RecoveryKind(Word):
    """Who pays a part of the loss back (民法典 1213: the order of insurers)."""

    COMPULSORY = "compulsory", "交强险"
    COMMERCIAL = "commercial", "商业险"
    CARGO_INSURANCE = "cargo_insurance", "货运险"
    COUNTERPARTY = "counterparty", "对方赔付"


class ClaimState(Word):
    """Life of an insurance claim (R-A-09, R-A-12)."""

    NOTIFIED = "notified", "已报案"
    ASSESSED = "assessed", "已定损"
    FILED = "filed", "已索赔"
    SETTLED = "settled", "已赔付"
    WAIVED = "waived", "放弃索赔"


class FaultBasis(Word):
    """How grave the fault was; only intent or gross negligence allows recourse (民法典 1191)."""

    ORDINARY = "ordinary", "一般过失"
    GROSS = "gross", "重大过失"
    INTENTIONAL = "intentional", "故意"


class PolicyProfile(Word):
    """Whose arithmetic is used: the service measures to the letter, or the prudent reading of the law."""

    SEED_LITERAL = "seed_literal", "按制度原文"
    PRUDENT = "prudent", "审慎"


class ProposalState(Word):
    """Life of a penalty proposal."""

    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "已批准"
    REJECTED = "rejected", "已退回"
    SUPERSEDED = "superseded", "已被取代"


class ApprovalCapacity(Word):
    """In which capacity a proposal is approved."""

    MANAGER = "manager", "批准人"
    SECOND_APPROVER = "second_approver", "第二批准人"
    PRODUCTION = "production", "生产部"
    GENERAL_MANAGER = "general_manager", "总经理"


class PenaltyKind(Word):
    """What a decision lays on a person."""

    LOSS_SHARE = "loss_share", "损失赔偿"
    SPILL_FINE = "spill_fine", "撒料罚款承担"
    BONUS_FORFEITURE = "bonus_forfeiture", "取消当年安全奖"
    DISCIPLINARY_FINE = "disciplinary_fine", "纪律罚款"
    NO_SANCTION = "no_sanction", "不予处罚"


class PenaltyState(Word):
    """Life of one penalty of one person."""

    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "已批准"
    SERVED = "served", "已送达"
    APPEALED = "appealed", "申诉中"
    FINAL = "final", "已生效"
    WITHDRAWN = "withdrawn", "已撤回"
    REVERSED = "reversed", "已冲销"


class ServiceMode(Word):
    """How a decision was handed over: signed for, or refused before a witness."""

    SIGNED = "signed", "本人签收"
    WITNESSED_REFUSAL = "witnessed_refusal", "见证拒收"


class AppealOutcome(Word):
    """How an appeal ended."""

    UPHELD = "upheld", "维持原决定"
    CHANGED = "changed", "变更决定"
    WITHDRAWN = "withdrawn", "撤销决定"


class ForfeitureState(Word):
    """Whether a year's safety bonus is lost (R-P-03)."""

    FORFEITED = "forfeited", "已取消"
    REINSTATED = "reinstated", "已恢复"


class LedgerAccountKind(Word):
    """What an account of the ledger holds."""

    DEBT = "debt", "个人赔偿应收"
    WAGES = "wages", "工资扣款"
    RECOVERED_LOSS = "recovered_loss", "赔偿冲减损失"
    REFUND = "refund", "应退个人款"
    RECEIVABLE = "receivable", "离职应收款"


class JournalKind(Word):
    """Why money moved in the ledger."""

    DEBT = "debt", "确认赔偿"
    DEDUCTION = "deduction", "工资扣款"
    REVERSAL = "reversal", "冲销"
    TRANSFER = "transfer", "已扣款结转"
    REFUND = "refund", "退款"
    REFUND_PAID = "refund_paid", "退款已发"
    LEAVER = "leaver", "离职转应收"


class ExportFormat(Word):
    """In which form a payroll batch is handed over."""

    XLSX = "xlsx", "电子表格"
    CSV = "csv", "逗号分隔文本"


class ExportColumn(Word):
    """A column of a payroll batch; its header is the payroll office's own."""

    STAFF_NO = "staff_no", "工号"
    NAME = "name", "姓名"
    DEPARTMENT = "department", "部门"
    MONTH = "month", "月份"
    GROSS_WAGE = "gross_wage", "应发工资"
    DEDUCTION = "deduction", "赔偿扣款"
    REFUND = "refund", "退款"
    CASES = "cases", "事故编号"
