"""What keeps a case open: reports, claims and gates read together (domain 4.1)."""

from __future__ import annotations

from sqlalchemy import select

from models.accidents import Accident, AccidentClock, AccidentReport
from models.penalties import InsuranceClaim
from models.vocabulary import ClaimState, ClockKind, ReportKind
from services.policy.accidents.closing import REPORT_CLOCKS, ClosingFacts, object_to_closable
from services.policy.findings import Finding
from services.responsibility import gates
from services.transaction import Tx


def objections(tx: Tx, accident: Accident) -> list[Finding]:
    """Name everything that keeps an enforced case from being closed; each read goes by the case's own index."""
    facts = ClosingFacts(
        five_day_record=_filed(tx, accident.id, ReportKind.FIVE_DAY_RECORD),
        reports_owed=_reports_owed(tx, accident.id),
        claims=claims_of(tx, accident.id),
        signed=frozenset(gates.signed(tx, accident)),
        unmet=gates.unmet(tx, accident),
    )
    return list(object_to_closable(facts))


def claims_of(tx: Tx, accident_id: int) -> tuple[ClaimState, ...]:
    """Give the state of every claim of a case."""
    query = select(InsuranceClaim.state).where(InsuranceClaim.accident_id == accident_id)
    return tuple(tx.session.scalars(query.order_by(InsuranceClaim.id)))


def _filed(tx: Tx, accident_id: int, kind: ReportKind) -> bool:
    query = select(AccidentReport.id).where(AccidentReport.accident_id == accident_id, AccidentReport.kind == kind)
    return tx.session.scalar(query.limit(1)) is not None


def _reports_owed(tx: Tx, accident_id: int) -> tuple[ClockKind, ...]:
    """Give the clocks whose report was never made; one made late stands as missed and owes nothing any more."""
    query = select(AccidentClock.kind).where(
        AccidentClock.accident_id == accident_id,
        AccidentClock.met_at.is_(None),
        AccidentClock.stopped_at.is_(None),
        AccidentClock.kind.in_(REPORT_CLOCKS),
    )
    return tuple(sorted(set(tx.session.scalars(query))))
