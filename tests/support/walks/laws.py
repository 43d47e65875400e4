"""What holds of every accident, decision and fen at any moment, whoever called what in which order (P8, domain 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.accidents import Accident
from models.drivers import Driver
from models.payroll import Deduction, LedgerAccount, LedgerJournal, LedgerLine
from models.penalties import BonusForfeiture, ForfeitureGround, Penalty, PenaltyProposal, ProposalApproval
from models.people import Employee, OffPost
from models.responsibility import Determination, GateSignature, InvolvedPerson
from models.vocabulary import (
    AccidentGate,
    AccidentState,
    AppealOutcome,
    DriverStatus,
    ForfeitureState,
    JournalKind,
    LedgerAccountKind,
    PenaltyKind,
    PenaltyState,
    ProposalState,
)
from services.transaction import Tx

S, P = AccidentState, PenaltyState
MINIMUM_FEN = 220_000
BONUS_FEN = 300_000
APPEAL = timedelta(days=5)
CHARGED = frozenset({PenaltyKind.LOSS_SHARE, PenaltyKind.SPILL_FINE, PenaltyKind.DISCIPLINARY_FINE})
BEFORE_A_PAPER = frozenset({S.REPORTED, S.RESPONDING, S.VOID})
UNENFORCED_MONEY = frozenset({P.PROPOSED, P.APPROVED, P.SERVED, P.APPEALED, P.WITHDRAWN})
LIVE_IN = {
    S.HANDLING_PROPOSED: ProposalState.PROPOSED,
    **dict.fromkeys(
        (S.HANDLING_APPROVED, S.SERVED, S.APPEALED, S.ENFORCING, S.CLOSABLE, S.CLOSED), ProposalState.APPROVED
    ),
}
LIVE = (ProposalState.PROPOSED, ProposalState.APPROVED)
WHOLE = 100_000_000


@dataclass
class Rows:
    """Everything the laws look at, read at once."""

    tx: Tx

    def __post_init__(self) -> None:
        self.accidents = {row.id: row for row in self._all(Accident)}
        self.papers = self._by_case(Determination)
        self.people = self._by_case(InvolvedPerson)
        self.gates = self._by_case(GateSignature)
        self.proposals = {row.id: row for row in self._all(PenaltyProposal)}
        self.penalties = {row.id: row for row in self._all(Penalty)}
        self.approvals = self._all(ProposalApproval)
        self.user_of = {row.id: row.user_id for row in self._all(Employee)}

    def _all(self, model: Any) -> list[Any]:
        return list(self.tx.session.scalars(select(model).order_by(model.id)))

    def _by_case(self, model: Any) -> dict[int, list[Any]]:
        found = defaultdict(list)
        for row in self._all(model):
            found[row.accident_id].append(row)
        return found

    def live(self, accident_id: int) -> PenaltyProposal | None:
        """Give the live proposal of a case."""
        return next(
            (one for one in self.proposals.values() if one.accident_id == accident_id and one.state in LIVE), None
        )


def hold(tx: Tx) -> None:
    """Check every law; AssertionError names the row that breaks one."""
    rows = Rows(tx)
    for accident in rows.accidents.values():
        _a_grade_has_its_paper(rows, accident)
        _a_state_has_its_proposal(rows, accident)
        _a_closed_case_has_four_gates(rows, accident)
    _nobody_decides_on_himself_or_twice(rows)
    for penalty in rows.penalties.values():
        _a_final_decision_was_served_and_could_be_appealed(rows, penalty)
    _a_bonus_is_lost_once(tx, rows)
    _who_is_off_post_is_marked(tx)
    _the_ledger_balances(tx, rows)


def _a_grade_has_its_paper(rows: Rows, accident: Accident) -> None:
    papers = rows.papers[accident.id]
    newest = papers[-1].grade if papers else None
    assert accident.state not in BEFORE_A_PAPER or not papers, accident.state
    for paper in papers:
        assert all((paper.document_no, paper.authority, paper.scan, paper.served_at)), paper.id
    for person in rows.people[accident.id]:
        assert person.grade is newest, (accident.number, person.grade, newest)
    assert sum(person.share for person in rows.people[accident.id]) <= WHOLE
    live = rows.live(accident.id)
    if live is not None and accident.state in LIVE_IN:
        assert live.grade is newest, (accident.number, live.grade, newest)


def _a_state_has_its_proposal(rows: Rows, accident: Accident) -> None:
    live = rows.live(accident.id)
    if accident.state in LIVE_IN:
        assert live is not None, accident.state
        assert live.state is LIVE_IN[accident.state], (accident.state, live.state)
        states = {one.state for one in rows.penalties.values() if one.proposal_id == live.id}
        if accident.state in {S.ENFORCING, S.CLOSABLE, S.CLOSED}:
            assert states <= {P.FINAL, P.WITHDRAWN}, (accident.number, states)
    else:
        # what was enforced before stands until the next proposal
        assert live is None or live.state is ProposalState.APPROVED, (accident.state, live)


def _a_closed_case_has_four_gates(rows: Rows, accident: Accident) -> None:
    assert (accident.closed_at is not None) == (accident.state is S.CLOSED)
    signed = [one for one in rows.gates[accident.id] if one.round == accident.round and one.withdrawn_at is None]
    if accident.state in {S.CLOSABLE, S.CLOSED}:
        assert {one.gate for one in signed} == set(AccidentGate), (accident.number, signed)
    responsible = {rows.user_of[one.employee_id] for one in rows.people[accident.id] if one.responsible}
    if accident.state is S.CLOSED:
        assert not {one.signed_by_id for one in signed} & (responsible - {None})


def _nobody_decides_on_himself_or_twice(rows: Rows) -> None:
    given = defaultdict(list)
    for approval in rows.approvals:
        given[approval.proposal_id].append(approval)
    for proposal in rows.proposals.values():
        users = [one.user_id for one in given[proposal.id]]
        assert proposal.proposed_by_id not in users
        assert len(users) == len(set(users))
        penalties = [one for one in rows.penalties.values() if one.proposal_id == proposal.id]
        subjects = {rows.user_of[one.employee_id] for one in penalties} - {None}
        assert not subjects & {proposal.proposed_by_id, *users}
        if proposal.state is ProposalState.APPROVED:
            assert len(users) >= (2 if proposal.warnings else 1)
        for one in penalties:
            assert one.appeal_decided_by_id not in {proposal.proposed_by_id, *users, rows.user_of[one.employee_id]} - {
                None
            }


def _a_final_decision_was_served_and_could_be_appealed(rows: Rows, penalty: Penalty) -> None:
    if penalty.state not in {P.FINAL, P.REVERSED}:
        return
    assert penalty.served_at is not None, penalty.number
    assert penalty.approved_at is not None, penalty.number
    assert penalty.final_at is not None, penalty.number
    assert penalty.appealed_at is None or penalty.appeal_outcome is not None, penalty.number
    waited = penalty.final_at - penalty.served_at > APPEAL
    assert waited or penalty.appeal_outcome is AppealOutcome.UPHELD, penalty.number


def _a_bonus_is_lost_once(tx: Tx, rows: Rows) -> None:
    amounts: dict[tuple[int, int | None], int] = defaultdict(int)
    for penalty in rows.penalties.values():
        if penalty.kind is PenaltyKind.BONUS_FORFEITURE and penalty.state is P.FINAL:
            amounts[penalty.employee_id, penalty.bonus_year] += penalty.amount_fen
    assert all(fen <= BONUS_FEN for fen in amounts.values()), amounts
    lost = {}
    for forfeiture in tx.session.scalars(select(BonusForfeiture)):
        assert (forfeiture.employee_id, forfeiture.year) not in lost
        grounds = tx.session.scalars(select(ForfeitureGround).where(ForfeitureGround.forfeiture_id == forfeiture.id))
        live = [one.penalty_id for one in grounds if one.withdrawn_at is None]
        assert (forfeiture.state is ForfeitureState.FORFEITED) == bool(live), (forfeiture.id, forfeiture.state, live)
        lost[forfeiture.employee_id, forfeiture.year] = live
    final = {
        one.id for one in rows.penalties.values() if one.kind is PenaltyKind.BONUS_FORFEITURE and one.state is P.FINAL
    }
    assert {one for live in lost.values() for one in live} == final


def _who_is_off_post_is_marked(tx: Tx) -> None:
    running = select(Driver.staff_no, Driver.status).join(OffPost, OffPost.driver_id == Driver.id)
    for staff_no, status in tx.session.execute(running.where(OffPost.ended_at.is_(None))):
        assert status in {DriverStatus.STANDBY_PENDING, DriverStatus.LEFT}, (staff_no, status)


def _the_ledger_balances(tx: Tx, rows: Rows) -> None:
    query = (
        select(LedgerLine.journal_id, LedgerLine.amount_fen, LedgerJournal.kind, LedgerAccount)
        .join(LedgerJournal, LedgerJournal.id == LedgerLine.journal_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
    )
    lines = tx.session.execute(query.order_by(LedgerLine.id)).all()
    journals: dict[int, int] = defaultdict(int)
    debts: dict[int, int] = dict.fromkeys(rows.penalties, 0)
    refunds: dict[int, int] = defaultdict(int)
    for journal_id, fen, kind, account in lines:
        journals[journal_id] += fen
        if account.kind is LedgerAccountKind.DEBT:
            debts[account.penalty_id] += fen
            assert kind is not JournalKind.DEDUCTION or debts[account.penalty_id] >= 0, account.code
        if account.kind is LedgerAccountKind.REFUND and kind is JournalKind.REFUND:
            refunds[account.employee_id] -= fen
    assert not any(journals.values()), journals
    assert not tx.session.scalars(select(LedgerJournal.id).where(LedgerJournal.sealed == 0)).all()
    _debts_are_those_of_final_decisions(rows, debts, {account.penalty_id for *_, account in lines})
    _wages_paid_what_the_debts_lost(tx, rows, debts, refunds)


def _debts_are_those_of_final_decisions(rows: Rows, debts: dict[int, int], opened: Iterable[int | None]) -> None:
    charged = {one.id for one in rows.penalties.values() if one.kind in CHARGED and one.amount_fen}
    enforced = {one.id for one in rows.penalties.values() if one.state not in UNENFORCED_MONEY}
    assert set(opened) - {None} == charged & enforced, (set(opened), charged & enforced)
    for penalty in rows.penalties.values():
        least, most = (0, penalty.amount_fen) if penalty.state is P.FINAL and penalty.kind in CHARGED else (0, 0)
        assert least <= debts[penalty.id] <= most, (penalty.number, penalty.state, debts[penalty.id])


def _wages_paid_what_the_debts_lost(tx: Tx, rows: Rows, debts: dict[int, int], refunds: dict[int, int]) -> None:
    taken: dict[int, int] = defaultdict(int)
    months = set()
    for row in tx.session.scalars(select(Deduction)):
        assert 0 < row.taken_fen * 5 <= row.wage_fen
        assert row.wage_fen - row.taken_fen >= row.minimum_fen >= MINIMUM_FEN
        assert (row.employee_id, row.month) not in months
        months.add((row.employee_id, row.month))
        taken[row.employee_id] += row.taken_fen
    for employee_id in rows.user_of:
        final = [
            one
            for one in rows.penalties.values()
            if one.employee_id == employee_id and one.state is P.FINAL and one.kind in CHARGED
        ]
        paid = sum(one.amount_fen - debts[one.id] for one in final)
        assert taken[employee_id] == paid + refunds[employee_id], (employee_id, taken[employee_id], paid, refunds)
