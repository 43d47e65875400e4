"""Why a paper cannot be had or printed, and what stands against filing a month."""

from __future__ import annotations

FINDINGS_DOCUMENTS: dict[str, tuple[str, str]] = {
    "DOCUMENT_NOT_READY": ("文书 {number} 尚未生成，请稍候", "The paper {number} is not made yet: please wait"),
    "DECISION_NOT_ISSUED": (
        "处罚 {penalty} 尚未批准，不能出具决定书",
        "The penalty {penalty} is not approved, so there is no decision to print",
    ),
    "PDF_LIBRARY_MISSING": (
        "本机缺少生成 PDF 的系统库，请安装 libpango-1.0-0、libpangoft2-1.0-0、libharfbuzz-subset0 后重新生成：{why}",
        "This machine lacks the system libraries for PDF: install libpango-1.0-0, libpangoft2-1.0-0 and "
        "libharfbuzz-subset0, then ask again: {why}",
    ),
    "PDF_FONT_MISSING": (
        "本机没有中文字体，请安装 fonts-noto-cjk 或其他含简体中文的字体后重新生成",
        "No Chinese font is installed: install fonts-noto-cjk or another font for simplified Chinese, then ask again",
    ),
    "PDF_CHARACTERS_MISSING": (
        "本机字体缺少这些字符：{characters}；请安装含有这些字符的字体后重新生成",
        "No installed font has these characters: {characters}; install one that has them, then ask again",
    ),
    "PDF_RESOURCE_REFUSED": (
        "模板引用了外部图片或样式，只接受写在模板中的 data: 内容：{why}",
        "The template asks for a picture or a style from elsewhere; only data: inside the template is taken: {why}",
    ),
    "PDF_TAKES_TOO_LONG": (
        "排版超过{seconds}秒，已停止；请精简模板",
        "The page took more than {seconds} seconds and was stopped: simplify the template",
    ),
    "PDF_ENGINE_FAILED": ("PDF 生成程序异常退出：{why}", "The PDF engine broke down: {why}"),
    "TEMPLATE_BROKEN": (
        "模板 {template} 第{line}行有误：{why}",
        "The template {template} is broken at line {line}: {why}",
    ),
    "REGISTER_TOO_LONG": (
        "超过{limit}起事故，请缩小时间范围后导出",
        "There are more than {limit} accidents: narrow the period",
    ),
    "MONTH_NOT_OVER": ("{month} 尚未结束，不能上报", "{month} is not over yet and cannot be filed"),
    "MONTHLY_REPORT_FILED": ("{month} 月报已由{by}于{at}上报", "The report of {month} was filed by {by} at {at}"),
}
