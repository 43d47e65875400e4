"""The next lawful step of a case: try to go on, and do what the refusal asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.test import TestResponse

from models.penalties import LossItem
from models.responsibility import InvolvedPerson
from models.vocabulary import AccidentState, ClockKind, PenaltyState
from tests.support.walks import case_calls as c
from tests.support.walks import money_calls as m
from tests.support.walks.calls import NOWHERE, PEOPLE, Case, Dice, Make
from tests.support.walks.walker import Walker

S = AccidentState
REFUSED = 409
# a look before every window is over, and one after
LONG_ENOUGH_H = (60, 84)
NEXT: Mapping[AccidentState, tuple[str, Make]] = {
    S.REPORTED: ("response", c.response),
    S.RESPONDING: ("case_record", c.case_record),
    S.INVESTIGATING: ("investigation", c.investigation),
    S.AWAITING_DETERMINATION: ("determination", c.determination),
    S.UNDER_REVIEW: ("review_result", c.review_result),
    S.DETERMINATION_FINAL: ("analysis", c.analysis),
    S.ANALYSED: ("proposal", m.proposal),
    S.HANDLING_PROPOSED: ("approval", m.approval),
    S.HANDLING_APPROVED: ("service", m.service),
    S.APPEALED: ("appeal_decision", m.appeal_decision),
    S.ENFORCING: ("closing", m.closing),
    S.CLOSABLE: ("closing", m.closing),
    S.REOPENED: ("determination", c.determination),
}
# two people may have to approve, and there are several penalties to serve
REPEATED = {S.HANDLING_PROPOSED: 2, S.HANDLING_APPROVED: 3}
ASIDE: Mapping[AccidentState, tuple[str, Make]] = {
    S.REPORTED: ("void", c.void),
    S.INVESTIGATING: ("void_decision", c.void_decision),
    S.DETERMINED: ("review", c.review),
    S.SERVED: ("appeal", m.appeal),
    S.CLOSED: ("reopening", m.reopening),
}
# these end by themselves when their time is over
TIMED = frozenset({S.DETERMINED, S.SERVED, S.APPEALED})
REPORT_FOR = {
    ClockKind.INSURER_TOLD: "insurer", ClockKind.ONE_HOUR_REPORT: "oral", ClockKind.QUICK_FORM: "quick_form",
    ClockKind.WRITTEN_REPORT: "written", ClockKind.FOLLOW_UP: "follow_up", ClockKind.POLICE_AND_SAFETY_TOLD: "police",
}  # fmt: skip
Facts = Mapping[str, Any]
REMEDIES: Mapping[str, Callable[[Facts], tuple[tuple[str, Make], ...]]] = {
    "MEETING_MISSING": lambda facts: (("meeting", c.meeting),),
    "RESPONSIBLE_PERSON_ABSENT": lambda facts: (("meeting", c.meeting),),
    "TEXT_MISSING": lambda facts: (("text", _with(c.text, facts["kind"], facts["employee"])),),
    "PAPER_MISSING": lambda facts: (("text", _with(c.text, facts["kind"])),),
    "OWN_FINDING_MISSING": lambda facts: (("text", _with(c.text, "opinion")), ("meeting", c.meeting)),
    "CAUSE_MISSING": lambda facts: (("cause", c.cause),),
    "CAUSE_NOT_FOUND": lambda facts: (("cause", c.cause),),
    "EDUCATION_MISSING": lambda facts: (("education", _with(m.education, facts["employee"])),),
    "MEASURE_MISSING": lambda facts: (("measure", m.measure),),
    "MEASURE_NOT_VERIFIED": lambda facts: (("completion", m.completion), ("verification", m.verification)),
    "FIVE_DAY_RECORD_MISSING": lambda facts: (("five_day_record", c.five_day_record),),
    "REPORT_OWED": lambda facts: (("sent", _with(c.sent, REPORT_FOR[ClockKind(facts["clock"])])),),
    "CLAIM_MISSING": lambda facts: (("claim", m.claim),),
    "CLAIM_NOT_FILED": lambda facts: (("assessment", m.MONEY["assessment"]), ("filing", m.MONEY["filing"])),
    "GATE_NOT_SIGNED": lambda facts: (("gate", _with(m.gate, facts["gate"])),),
    "NONE_RESPONSIBLE_NOT_SIGNED": lambda facts: (("none_responsible", c.none_responsible),),
    # against the police's grade nobody can sign that: somebody must be named, for which the case is taken up again
    "GRADE_SAYS_RESPONSIBLE": lambda facts: (("reopening", m.reopening),),
    "PERSON_NOT_ASSESSED": lambda facts: (("person_change", _with(c.person_change, facts["person"])),),
    "SHARES_OVER_WHOLE": lambda facts: tuple(("person_change", _with(c.person_change, one)) for one in PEOPLE),
    "PROPOSAL_OUTDATED": lambda facts: (("rejection", m.rejection),),
}


def step(walker: Walker, number: str, dice: Dice) -> None:
    """Bring a case a step further, mostly by those who may; what is refused is put right for the next time."""
    state, case = walker.state(number), Case(walker.world, number)
    if state in {S.DETERMINATION_FINAL, S.ANALYSED}:
        _know_people_and_losses(walker, case, dice)
    _turn_aside(walker, case, state, dice)
    if state in NEXT:
        name, make = NEXT[state]
        for _ in range(REPEATED.get(state, 0)):
            walker.make(name, make, number, dice)
        answer = walker.make(name, make, number, dice)
        _put_right(walker, case, answer, dice)
    unserved = walker.state(number) is S.HANDLING_APPROVED
    nobody_to_serve = unserved and not case.penalties(PenaltyState.APPROVED)
    if state in TIMED or nobody_to_serve:
        for hours in LONG_ENOUGH_H:
            walker.pass_time(hours)


def _turn_aside(walker: Walker, case: Case, state: AccidentState, dice: Dice) -> None:
    """Object now and then to what was determined or decided, and take up again what was ended."""
    name, make = ASIDE.get(state, ("", None))
    if make is not None and dice.one(("aside", "ahead", "ahead")) == "aside":
        walker.make(name, make, case.number, dice)


def _put_right(walker: Walker, case: Case, answer: TestResponse, dice: Dice, depth: int = 2) -> None:
    for finding in answer.json["findings"] if answer.status_code == REFUSED and depth else ():
        for name, remedy in REMEDIES.get(finding["code"], lambda facts: ())(finding["facts"]):
            _put_right(walker, case, walker.make(name, remedy, case.number, dice), dice, depth - 1)


def _know_people_and_losses(walker: Walker, case: Case, dice: Dice) -> None:
    if case.ids(InvolvedPerson) == [NOWHERE]:
        walker.make("person", c.person, case.number, dice)
    if not case.answers() and not dice.rarely():
        walker.make("person_change", _with(c.person_change, "D1"), case.number, dice)
    if case.ids(LossItem) == [NOWHERE] or dice.rarely():
        walker.make("loss", m.loss, case.number, dice)


def _with(make: Callable[..., Any], *given: str) -> Make:
    return lambda case, dice: make(case, dice, *given)
