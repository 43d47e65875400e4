"""What the ledger and the payroll refuse, and why a debt is not taken from a month's wage."""

from __future__ import annotations

FINDINGS_PAYROLL: dict[str, tuple[str, str]] = {
    # wages
    "MONTH_IN_FUTURE": ("{month}尚未到来", "{month} has not come yet"),
    "WAGE_NAMED_TWICE": ("工号{staff_no}在本次工资中出现多次", "{staff_no} stands more than once in these wages"),
    "WAGE_MINIMUM_TOO_LOW": (
        "工号{staff_no}的最低工资{minimum}元低于现行标准{limit}元",
        "The minimum wage of {minimum} CNY given for {staff_no} is below the standard in force, {limit} CNY",
    ),
    "WAGE_ALREADY_DEDUCTED": (
        "工号{staff_no}{month}的工资已用于扣款{taken}元，不能再改",
        "{taken} CNY were taken from the wage of {staff_no} for {month}, so it can no longer be changed",
    ),
    "WAGE_FILE_ROW": (
        "第{row}行：{column}“{value}”无法识别",
        "Row {row}: {column} “{value}” cannot be read",
    ),
    "WAGE_FILE_COLUMNS": (
        "未找到工资表的表头：须有工号列和应发工资列",
        "No header was found: the file needs a column of staff numbers and one of gross wages",
    ),
    "WAGE_FILE_EMPTY": ("文件中没有工资行", "The file has no row of wages"),
    "WAGE_FILE_TOO_LONG": ("文件超过{limit}行", "The file has more than {limit} rows"),
    # the run
    "PAYROLL_NO_WAGES": ("{month}尚未录入工资", "No wages are recorded for {month}"),
    "PAYROLL_MONTH_PASSED": (
        "{later}已核算扣款，不能再核算更早的{month}",
        "{later} has been run, so the earlier {month} can no longer be",
    ),
    # why a debt was not taken from a month's wage
    "PAYROLL_NO_CLAUSE": (
        "工号{staff_no}的劳动合同没有扣款约定，欠{owed}元未扣",
        "The labour contract of {staff_no} has no clause on deductions: {owed} CNY were not taken",
    ),
    "PAYROLL_NO_WAGE": (
        "工号{staff_no}没有{month}的工资，欠{owed}元未扣",
        "{staff_no} has no wage for {month}: {owed} CNY were not taken",
    ),
    "PAYROLL_WAGE_TOO_LOW": (
        "工号{staff_no}{month}的工资{wage}元，扣后将低于最低工资{minimum}元，未扣",
        "The wage of {staff_no} for {month}, {wage} CNY, leaves nothing above the minimum wage of {minimum} CNY",
    ),
    "PAYROLL_NOT_SERVED": (
        "工号{staff_no}的处罚决定{penalty}尚未送达，未扣",
        "Decision {penalty} was not served on {staff_no}: nothing was taken for it",
    ),
    "PAYROLL_CASE_SUSPENDED": (
        "工号{staff_no}的处罚决定{penalty}所属事故正在重新处理，暂停扣款",
        "The case behind decision {penalty} on {staff_no} is being handled anew: collection is suspended",
    ),
    # giving a deduction back
    "DEDUCTION_ABSENT": ("工号{staff_no}{month}没有扣款", "Nothing was taken from the wage of {staff_no} for {month}"),
    "REFUND_OVER_DEDUCTION": (
        "退还金额超过工号{staff_no}{month}的扣款{taken}元",
        "More would be given back than the {taken} CNY taken from {staff_no} for {month}",
    ),
    "DEDUCTION_GIVEN_BACK": (
        "工号{staff_no}{month}的扣款已退还过",
        "The deduction of {staff_no} for {month} was given back before",
    ),
    "REFUND_DEBT_SETTLED": (
        "工号{staff_no}{month}所扣的{penalty}已另行结清，不能再退还",
        "{penalty}, paid by {staff_no} in {month}, was settled otherwise meanwhile: nothing is left to give back",
    ),
    # the batch
    "PAYROLL_NOTHING_TO_EXPORT": (
        "{month}没有扣款也没有退款；处罚须送达且申诉期满后方可扣款",
        "{month} has neither deductions nor refunds; a decision is collected once it is served and its appeal days end",
    ),
    "EXPORT_COLUMN_MISSING": ("批次中缺少必要的列“{column}”", "A batch cannot do without the column “{column}”"),
    "EXPORT_COLUMN_TWICE": ("列“{column}”重复", "The column “{column}” stands twice"),
    # what the database itself refuses
    "LEDGER_IMMUTABLE": ("账目一经记入不得更改", "What was posted is never changed"),
    "HISTORY_IMMUTABLE": ("历史记录不得更改", "A record of history is never changed"),
    "LEDGER_UNBALANCED": ("借贷不平", "Debits and credits do not add up to nothing"),
    "LEDGER_POSTED_BEFORE": ("同一事项已经记账", "The same cause was posted before"),
    "LEDGER_REVERSED_BEFORE": ("该笔账已冲销过", "This entry was reversed before"),
    "LEDGER_REVERSAL_DIFFERS": ("冲销与原账不完全相反", "A reversal must be the exact opposite of what it reverses"),
    "DEDUCTION_DIFFERS": ("扣款分录与扣款记录不符", "The entry of a deduction differs from its record"),
    "DEBT_OVERDRAWN": ("扣款超过欠款", "More would be taken than is owed"),
    "REFUND_OVERPAID": ("退款超过应退金额", "More would be refunded than is owed to the person"),
    "DEDUCTION_REPEATED": ("该员工当月已扣款", "This month's deduction was made before"),
    "DEDUCTION_WITHOUT_WAGE": ("扣款与录入的工资不符", "A deduction needs the recorded wage of its month"),
    "DEDUCTION_OVER_SHARE": ("扣款超过当月工资的20%", "A deduction may not exceed 20 % of the month's wage"),
    "DEDUCTION_UNDER_MINIMUM": ("扣款后工资低于最低工资", "What remains after a deduction is below the minimum wage"),
    "BONUS_FORFEITED_BEFORE": ("该员工当年安全奖已取消", "This year's safety bonus is forfeited already"),
}
