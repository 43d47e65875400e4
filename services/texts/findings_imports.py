"""What imported files, their rows and their cells object to; ``{names}`` are the facts of each."""

from __future__ import annotations

FINDINGS_IMPORTS: dict[str, tuple[str, str]] = {
    # the file as a whole
    "IMPORT_EMPTY_FILE": ("文件为空", "The file is empty"),
    "IMPORT_OLD_EXCEL": (
        "旧版 Excel(.xls)或加密的文件无法读取,请另存为未加密的 .xlsx",
        "An old Excel file (.xls) or an encrypted one cannot be read: save it as .xlsx without a password",
    ),
    "IMPORT_XLSX_BROKEN": ("xlsx 文件已损坏:{detail}", "The xlsx file is broken: {detail}"),
    "IMPORT_XLSX_TOO_LARGE": (
        "xlsx 解压后过大,请拆分文件或删除多余内容",
        "The xlsx unpacks to too much: split it or remove what is not needed",
    ),
    "IMPORT_SHEET_TOO_FAR": (
        "工作表用到第 {row} 行,范围过大,请删除空白区域后再上传",
        "The sheet reaches to row {row}, too far: delete the empty area and upload again",
    ),
    "IMPORT_TOO_WIDE": ("列数超过 {limit}", "There are more than {limit} columns"),
    "IMPORT_ENCODING_UNKNOWN": (
        "文字编码既不是 UTF-8 也不是 GB18030,请另存为 UTF-8",
        "The text is neither UTF-8 nor GB18030: save it as UTF-8",
    ),
    "IMPORT_CSV_BROKEN": ("CSV 格式有误:{detail}", "The CSV is broken: {detail}"),
    "IMPORT_HEADER_NOT_FOUND": (
        "前 {within} 行中找不到表头,请使用模板",
        "No header was found in the first {within} rows: use the template",
    ),
    "IMPORT_COLUMNS_MISSING": ("缺少必填列:{columns}", "Required columns are missing: {columns}"),
    "IMPORT_COLUMN_TWICE": (
        "列“{column}”与“{other}”含义相同,请只保留一列",
        "The columns “{column}” and “{other}” mean the same: keep one",
    ),
    "IMPORT_NO_ROWS": ("表头之下没有数据", "There are no rows below the header"),
    "IMPORT_TOO_MANY_ROWS": (
        "共 {rows} 行,超过上限 {limit} 行,请拆分文件",
        "There are {rows} rows, more than {limit}: split the file",
    ),
    "IMPORT_UPLOADER_DISABLED": (
        "上传者 {login} 已被停用,其余行未导入",
        "The user {login} who uploaded it was disabled; the remaining rows were not imported",
    ),
    "IMPORT_NOT_DONE": (
        "导入未完成或文件无法读取(状态 {state}),没有结果文件",
        "The import is not finished or could not be read (state {state}): there is no result file",
    ),
    # one cell
    "CELL_REQUIRED": ("{column}:必填", "{column}: required"),
    "CELL_LENGTH": (
        "{column}:长度须为 {low} 至 {high} 个字符",
        "{column}: must have {low} to {high} characters",
    ),
    "CELL_CONTROL_CHARACTER": ("{column}:含有不可见的控制字符", "{column}: holds control characters"),
    "CELL_DIGITS_LOST": (
        "{column}:数字超过 15 位已失真,请将单元格设为文本后重填",
        "{column}: a number of more than 15 digits has lost its end: make the cell text and enter it again",
    ),
    "CELL_NOT_A_CODE": (
        "{column}:“{value}”不是编码(大写字母、数字、- 和 _,2 至 32 位)",
        "{column}: “{value}” is no code (capitals, digits, - and _, 2 to 32 characters)",
    ),
    "CELL_NOT_A_PHONE": ("{column}:“{value}”不是电话号码", "{column}: “{value}” is no phone number"),
    "CELL_FORM": ("{column}:“{value}”格式不对", "{column}: “{value}” has the wrong form"),
    "CELL_NOT_A_NUMBER": ("{column}:“{value}”不是数字", "{column}: “{value}” is no number"),
    "CELL_NOT_WHOLE": ("{column}:“{value}”不是整数", "{column}: “{value}” is no whole number"),
    "CELL_OUT_OF_RANGE": (
        "{column}:“{value}”须在 {low} 与 {high} 之间",
        "{column}: “{value}” must lie between {low} and {high}",
    ),
    "CELL_NOT_MONEY": ("{column}:“{value}”最多两位小数", "{column}: “{value}” may have two decimal places"),
    "CELL_NOT_YES_OR_NO": ("{column}:“{value}”应为“是”或“否”", "{column}: “{value}” must be yes or no"),
    "CELL_NOT_A_TIME": (
        "{column}:“{value}”不是时间,应写作 2026-11-24 10:00",
        "{column}: “{value}” is no time; write 2026-11-24 10:00",
    ),
    "CELL_TIME_WITHOUT_HOUR": (
        "{column}:“{value}”缺少时刻,应写作 2026-11-24 10:00",
        "{column}: “{value}” has no hour; write 2026-11-24 10:00",
    ),
    "CELL_UNKNOWN_WORD": ("{column}:“{value}”不在可选范围内", "{column}: “{value}” is not one of the choices"),
    # the rows of one order
    "ROWS_DISAGREE": (
        "{column}:“{value}”与同一单号第 {row} 行的“{first}”不一致",
        "{column}: “{value}” differs from “{first}” in row {row} of the same order",
    ),
    "ORDER_REFUSED": (
        "同一单号的第 {row} 行有误,整单未导入",
        "Row {row} of the same order is wrong: none of it was imported",
    ),
    "ORDER_TOO_LONG": (
        "同一单号共 {rows} 行,一票最多 {limit} 行",
        "The order has {rows} rows; one consignment holds {limit}",
    ),
    "ORDER_NOTES_TOO_LONG": ("同一单号的备注合计超过 {limit} 字", "The notes of the order exceed {limit} characters"),
    # what changed
    "CELL_CHANGED": ("{column}:由“{before}”改为“{after}”", "{column}: “{before}” became “{after}”"),
    "LINE_ADDED": ("新增货物“{name}”", "The goods “{name}” were added"),
    "LINES_REMOVED": ("删除货物“{names}”", "The goods “{names}” were removed"),
    "CANCELLED_SINCE": (
        "运单 {number} 已取消;如需重新下单,请修改客户单号或内容",
        "Consignment {number} was cancelled; to book it anew change the reference or the content",
    ),
}
