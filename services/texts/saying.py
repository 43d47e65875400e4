"""How the facts of a finding are said: terms in Chinese to who reads Chinese, the API's codes to who reads English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models import vocabulary
from models.vocabulary import LicenceClass, Word

CHINESE = "zh-CN"
UNKNOWN = "–"
# facts that hold a code; every other text is a name or a number that somebody gave
CODED = frozenset({
    "allowed", "blocks", "body", "cargo_class", "closure", "condition", "differs", "dimension",
    "dimensions", "document",
    "exceptions", "from", "gear", "how", "item", "items", "kind", "known", "mark", "measure", "missing", "role", "side",
    "signer", "source", "state", "status", "to", "unit_kind", "verdict",
})  # fmt: skip
# a span of temperatures, made of two facts of which one may be open
SPANS = {"held_c": ("held_min_c", "held_max_c"), "temp_c": ("temp_min_c", "temp_max_c")}
OTHER_TERMS = {
    "order": "订单", "trip": "车次", "seal": "封条", "notice": "通知", "vehicle": "车辆",
    "accident": "事故", "penalty": "处罚", "proposal": "处理意见", "claim": "索赔", "violation": "是否违章",
    "fault_basis": "过失程度",
    "length": "长度", "width": "宽度", "height": "高度", "giver": "交班人", "receiver": "接班人",
    "short": "短少", "over": "多出", "plan": "计划", "position": "定位", "road": "规划路线上的定位",
    "unit_off": "关闭制冷机组", "ventilated": "通风", "bagged": "袋装", "drums": "桶装", "in_bulk": "散装",
    "powder_tank": "粉罐", "liquid_tank": "液罐", "reefer_box": "冷藏箱", "closed_container": "封闭集装箱",
    "short_trip": "短途", "SEAL_MISSING": "封条缺失", "SEAL_MISMATCH": "封号不符", "SEAL_BROKEN": "封条破损",
    "NAME_DIFFERS": "品名不符", "SPEC_DIFFERS": "规格不符", "QUANTITY_DIFFERS": "数量不符",
    "OPEN_BOX_NOT_OK": "开箱检查不合格", "DOCUMENT_MISSING": "单证缺失",
    "scene": "单位、时间、地点和现场", "outline": "简要经过", "loss": "初步损失", "cause": "初步原因",
    "measures": "已采取措施", "contact": "报告人及联系方式", "what_changed": "变化情况", "place": "地点",
    "plate": "车牌",
    "harm": "伤亡和损失",
}  # fmt: skip


def _terms() -> dict[str, str]:
    """Give the Chinese term of every code; licence classes are said by their code."""
    lists = (each for each in vars(vocabulary).values() if isinstance(each, type) and issubclass(each, Word))
    words = (word for each in lists if each not in {Word, LicenceClass} for word in each)
    terms: dict[str, str] = {}
    for word in words:
        terms.setdefault(word.value, word.zh)
    return {**terms, **OTHER_TERMS}


TERMS = _terms()


class Facts(dict[str, Any]):
    """Facts for a template, said in one language; one that is missing shows as a dash instead of failing the answer."""

    def __init__(self, facts: Mapping[str, Any], language: str) -> None:
        """Keep the facts as they are and say each when the template asks."""
        super().__init__(facts)
        self._language = language

    def __getitem__(self, name: str) -> Any:
        """Say one fact; a number stays a number, so that a template may format it."""
        if name in SPANS and name not in self:
            low, high = (self.get(end) for end in SPANS[name])
            return span(low, high, self._language)
        return said(name, self.get(name), self._language)


def said(name: str, value: Any, language: str) -> Any:
    """Say the value of the fact ``name``; lists are joined, and what nobody gave is a dash."""
    if value is None or value == []:
        return UNKNOWN
    if isinstance(value, (list, tuple, set, frozenset)):
        inner = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return ("、" if language == CHINESE else ", ").join(str(said(name, one, language)) for one in inner)
    return _word(name, value, language) if isinstance(value, str) else value


def span(low: Any, high: Any, language: str) -> str:
    """Say a range of degrees Celsius of which either end may be open."""
    chinese = language == CHINESE
    if low is None and high is None:
        return "无记录" if chinese else "nothing recorded"
    if low is None:
        return f"不高于{high}℃" if chinese else f"{high} °C or below"
    if high is None:
        return f"不低于{low}℃" if chinese else f"{low} °C or above"
    return f"{low}至{high}℃" if chinese else f"{low} to {high} °C"


def _word(name: str, value: str, language: str) -> str:
    if language != CHINESE:
        return str(value)
    if isinstance(value, Word) and not isinstance(value, LicenceClass):
        return value.zh
    return TERMS.get(value, str(value)) if name in CODED else str(value)
