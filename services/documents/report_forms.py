"""What stands in the quick report 行车事故快报表 and in a follow-up 续报 (R-A-17, R-A-18, R-A-20)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.accidents import Accident, AccidentReport, HarmCount
from models.vocabulary import ReportKind
from services.documents.case_form import basics
from services.documents.wording import moment, money, people
from services.errors import NotFoundError
from services.policy.accidents.reports import AUTHORITIES, CHANGED, SEVEN
from services.transaction import Tx

BLOCKS = {
    "scene": "一、事故发生的单位、时间、地点及现场情况",
    "outline": "二、事故简要经过及伤亡人数（含下落不明）",
    "loss": "三、直接经济损失初步估计",
    "cause": "四、事故原因初步判断",
    "measures": "五、已采取的措施及事故控制情况",
    "contact": "六、报告单位、报告人、报告时间及联系方式",
    "other": "七、其他需要报告的事项",
}
FORMAL = frozenset({ReportKind.ORAL, ReportKind.QUICK_FORM, ReportKind.WRITTEN})
ORALLY = "口头"
IN_WRITING = "书面"


def report_of(tx: Tx, number: str, kind: ReportKind) -> tuple[AccidentReport, Accident]:
    """Give a report of a kind and its case; NotFoundError for none such."""
    query = select(AccidentReport, Accident).join(Accident, Accident.id == AccidentReport.accident_id)
    found = tx.session.execute(query.where(AccidentReport.number == number, AccidentReport.kind == kind)).first()
    if found is None:
        raise NotFoundError
    return found[0], found[1]


def quick_facts(tx: Tx, accident: Accident) -> dict[str, Any]:
    """Give the quick report of a case: its seven blocks as last reported, and every report that went out.

    A block that no report filled is made of what the case knows, so that the form can be printed before it is sent.
    """
    known = basics(tx, accident)
    reports = _reports(tx, accident.id)
    filled = next((one for one in reversed(reports) if one.kind is ReportKind.QUICK_FORM), None)
    blocks = {**_of_case(known), **({k: v for k, v in filled.blocks.items() if v} if filled else {})}
    return {
        **known,
        "report_no": filled.number if filled else None,
        "blocks": [{"title": BLOCKS[name], "text": blocks.get(name)} for name in SEVEN],
        "sent": [_sent(one) for one in reports if one.kind in FORMAL],
    }


def follow_up_facts(tx: Tx, report: AccidentReport, accident: Accident) -> dict[str, Any]:
    """Give a follow-up: the report it goes on from, what changed, and the totals known when it was sent."""
    base = tx.session.get(AccidentReport, report.base_id) if report.base_id else None
    counts = _counts(tx, accident.id)
    known = [one for one in counts if one.learned_at <= report.sent_at] or counts[:1]
    told = base.sent_at if base else accident.company_received_at
    before = [one for one in counts if one.learned_at <= told][-1:] or counts[:1]
    return {
        **basics(tx, accident),
        "report_no": report.number,
        "base_no": base.number if base else None,
        "base_sent": moment(base.sent_at) if base else None,
        "changed": report.blocks.get(CHANGED),
        "blocks": [
            {"title": BLOCKS[name], "text": report.blocks[name]} for name in SEVEN if report.blocks.get(name)
        ],
        "before": _total(before),
        "now": _total(known[-1:]),
        "history": [_counted(one) for one in known],
        "sent": [_sent(one) for one in _reports(tx, accident.id) if one.kind is ReportKind.FOLLOW_UP],
    }  # fmt: skip


def _of_case(known: dict[str, Any]) -> dict[str, str | None]:
    return {
        "scene": f"{known['occurred']}，{known['place']}，车号{known['plate']}，驾驶员{known['driver_name']}",
        "outline": f"{known['outline']} {known['people']}",
        "loss": known["property"],
        "cause": known["cause"] or known["cause_category"],
    }


def _reports(tx: Tx, accident_id: int) -> list[AccidentReport]:
    query = select(AccidentReport).where(AccidentReport.accident_id == accident_id)
    return list(tx.session.scalars(query.order_by(AccidentReport.sent_at, AccidentReport.id)))


def _counts(tx: Tx, accident_id: int) -> list[HarmCount]:
    query = select(HarmCount).where(HarmCount.accident_id == accident_id)
    return list(tx.session.scalars(query.order_by(HarmCount.seq)))


def _sent(report: AccidentReport) -> dict[str, Any]:
    return {
        "number": report.number,
        "kind": report.kind.zh,
        "recipient": report.recipient.zh,
        "authority": report.recipient in AUTHORITIES,
        "means": ORALLY if report.kind is ReportKind.ORAL else IN_WRITING,
        "sent": moment(report.sent_at),
        "sent_by": report.sent_by,
        "contact": report.contact,
        "acknowledged": moment(report.acknowledged_at),
    }


def _total(counts: list[HarmCount]) -> dict[str, Any]:
    return _counted(counts[0]) if counts else {}


def _counted(count: HarmCount) -> dict[str, Any]:
    return {
        "learned": moment(count.learned_at),
        "dead": count.dead,
        "seriously_hurt": count.seriously_hurt,
        "slightly_hurt": count.slightly_hurt,
        "missing": count.missing,
        "people": people(count.dead, count.seriously_hurt, count.slightly_hurt, count.missing),
        "property": money(count.property_fen),
        "mps_class": count.mps_class.zh,
        "tier": count.report_tier,
        "sc493_grade": count.sc493_grade.zh,
        "reason": count.reason,
    }
