"""What is known of the harm, counted anew whenever it changes; classes and clocks follow (R-A-17)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from models.accidents import Accident, HarmCount
from models.vocabulary import ClockKind
from services.accident_cases import ALIVE, find_accident, object_to_state, owe_step
from services.accidents import checklists, clocks
from services.accidents.reporting import count_of, harm_columns
from services.policy.accidents.classification import Harm, classify, major_by_casualties
from services.policy.accidents.clocks import Change, starts_of_change
from services.policy.findings import Finding, require
from services.policy.localtime import local_text
from services.transaction import Subject, Tx


def update(tx: Tx, number: str, harm: Harm, learned_at: datetime, reason: str) -> Accident:
    """Write down all that is known now, as totals, and since when; append-only (R-A-17).

    A higher tier starts another hour and opens the emergency plan where it is due; every change asks for a follow-up
    while the case is watched. Raises RuleBrokenError when nothing changed or for an instant before the last count.
    """
    accident = find_accident(tx, number, lock=True)
    last = _last(tx, accident)
    require([*object_to_state(accident, ALIVE), *_object_to_count(tx, accident, last, harm, learned_at)])
    at = min(learned_at, tx.now)
    before = accident.report_tier
    for name, value in harm_columns(harm, classify(harm, tx.ruleset.accident)).items():
        setattr(accident, name, value)
    tx.session.add(count_of(tx, accident, seq=last.seq + 1, learned_at=at, reason=reason))
    tx.session.flush()
    facts = {"class": accident.mps_class, "tier": accident.report_tier, "tier_before": before, "reason": reason}
    tx.journal("accident.harm", Subject("accident", accident.id), facts, at)
    _start_clocks(tx, accident, harm, at, before)
    checklists.open_emergency(tx, accident)
    owe_step(tx, accident.id)
    return accident


def _start_clocks(tx: Tx, accident: Accident, harm: Harm, at: datetime, tier_before: int) -> None:
    change = Change(
        occurred_at=accident.occurred_at,
        learned_at=at,
        tier_before=tier_before,
        tier=accident.report_tier,
        major=major_by_casualties(harm, tx.ruleset.accident),
        quick_form_armed=clocks.ran(tx, accident, ClockKind.QUICK_FORM),
    )
    clocks.stop_undue(tx, accident)
    clocks.arm_all(tx, accident, starts_of_change(change, tx.ruleset.clock))
    clocks.weigh(tx, accident)


def _object_to_count(tx: Tx, accident: Accident, last: HarmCount, harm: Harm, learned_at: datetime) -> list[Finding]:
    found = []
    if learned_at > tx.now + timedelta(minutes=tx.ruleset.tracking.device_skew_minutes):
        found.append(Finding("TIME_IN_THE_FUTURE", {"at": local_text(learned_at)}))
    if learned_at < last.learned_at:
        found.append(Finding("TIME_BEFORE_LAST", {"last": local_text(last.learned_at)}))
    known = Harm(
        dead=accident.dead,
        seriously_hurt=accident.seriously_hurt,
        slightly_hurt=accident.slightly_hurt,
        missing=accident.missing,
        property_fen=accident.property_fen,
    )
    if harm == known:
        found.append(Finding("HARM_UNCHANGED", {"accident": accident.number}))
    return found


def _last(tx: Tx, accident: Accident) -> HarmCount:
    query = select(HarmCount).where(HarmCount.accident_id == accident.id).order_by(HarmCount.seq.desc()).limit(1)
    return tx.session.scalars(query).one()
