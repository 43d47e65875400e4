"""All message templates together: ``code: (Chinese, English)``, facts in braces."""

from __future__ import annotations

from services.texts.findings_accidents import FINDINGS_ACCIDENTS
from services.texts.findings_cargo import FINDINGS_CARGO
from services.texts.findings_cargo_care import FINDINGS_CARGO_CARE
from services.texts.findings_desk import FINDINGS_DESK
from services.texts.findings_devices import FINDINGS_DEVICES
from services.texts.findings_documents import FINDINGS_DOCUMENTS
from services.texts.findings_handling import FINDINGS_HANDLING
from services.texts.findings_imports import FINDINGS_IMPORTS
from services.texts.findings_masterdata import FINDINGS_MASTERDATA
from services.texts.findings_payroll import FINDINGS_PAYROLL
from services.texts.findings_penalties import FINDINGS_PENALTIES
from services.texts.findings_public import FINDINGS_PUBLIC
from services.texts.findings_responsibility import FINDINGS_RESPONSIBILITY
from services.texts.findings_timing import FINDINGS_TIMING
from services.texts.findings_trips import FINDINGS_TRIPS

FINDINGS: dict[str, tuple[str, str]] = {
    **FINDINGS_CARGO,
    **FINDINGS_CARGO_CARE,
    **FINDINGS_HANDLING,
    **FINDINGS_TIMING,
    **FINDINGS_DESK,
    **FINDINGS_MASTERDATA,
    **FINDINGS_PUBLIC,
    **FINDINGS_PENALTIES,
    **FINDINGS_IMPORTS,
    **FINDINGS_TRIPS,
    **FINDINGS_RESPONSIBILITY,
    **FINDINGS_PAYROLL,
    **FINDINGS_DEVICES,
    **FINDINGS_DOCUMENTS,
    **FINDINGS_ACCIDENTS,
}

PROBLEMS: dict[str, tuple[str, str]] = {
    "refused": ("业务规则不允许", "The rules do not allow this"),
    "conflict": ("已被他人占用或更改", "Somebody else was first"),
    "not-found": ("未找到", "Not found"),
    "not-allowed": ("没有权限", "Not allowed"),
    "not-signed-in": ("请先登录", "Not signed in"),
    "stale": ("数据已被更新,请重新读取", "It has changed meanwhile: read it again"),
    "precondition-missing": ("修改时需要 If-Match", "A change needs If-Match"),
    "busy": ("系统繁忙,请稍后重试", "Busy, please try again"),
    "bad-json": ("请求正文不是有效的 JSON", "The body is not valid JSON"),
    "invalid": ("输入有误", "The input is invalid"),
    "key-reused": ("幂等键已用于其他内容", "The idempotency key was used with another body"),
    "http-400": ("请求有误", "Bad request"),
    "http-405": ("不支持的方法", "Method not allowed"),
    "http-413": ("内容过大", "Too large"),
    "http-415": ("不接受此内容类型", "This media type is not accepted"),
    "http-429": ("请求过于频繁", "Too many requests"),
    "http-500": ("系统出错,已记录", "Something went wrong and was recorded"),
    "http": ("请求失败", "The request failed"),
}
