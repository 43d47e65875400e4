"""Seals and the closures they hang on."""

from __future__ import annotations

from models.vocabulary.word import Word


class ClosureKind(Word):
    """An opening that a seal shuts (domain 3.4)."""

    REAR_DOOR = "rear_door", "后门"
    SIDE_DOOR = "side_door", "侧门"
    CONTAINER_DOOR = "container_door", "箱门"
    OUTLET = "outlet", "卸料口"
    MANHOLE = "manhole", "人孔"
    TARP_ROPE_1 = "tarp_rope_1", "篷布绳一"
    TARP_ROPE_2 = "tarp_rope_2", "篷布绳二"
    PAPERS_POUCH = "papers_pouch", "绑扎或单据袋"


class SealState(Word):
    """Life of a company seal (封条, domain 5.4)."""

    IN_STOCK = "in_stock", "在库"
    ISSUED = "issued", "已领用"
    APPLIED = "applied", "已施封"
    REMOVED = "removed", "已拆封"
    DESTROYED = "destroyed", "已销毁"
    VOID = "void", "作废"


class SealFinding(Word):
    """How a seal looked when somebody checked or removed it."""

    INTACT = "intact", "完好"
    BROKEN = "broken", "破损"
    NUMBER_MISMATCH = "number_mismatch", "号码不符"
    MISSING = "missing", "缺失"


class SealEventKind(Word):
    """What happened to a seal."""

    RECEIVED = "received", "入库"
    ISSUED = "issued", "领用"
    APPLIED = "applied", "施封"
    VERIFIED = "verified", "核验"
    BROKEN = "broken", "开封"
    REPLACED = "replaced", "换封"
    REMOVED = "removed", "拆封"
    DESTROYED = "destroyed", "销毁"
    VOIDED = "voided", "作废"
