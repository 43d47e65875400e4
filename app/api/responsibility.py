"""Who answers for an accident: our people, meetings, texts, measures, education, and the four gates."""

from __future__ import annotations

from typing import Any

from app.errors import told
from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.kit.times import occurred
from app.schemas.responsibility import (
    AccidentGatesOut,
    CasePaperIn,
    CasePaperOut,
    CauseIn,
    CauseOut,
    CorrectiveMeasureIn,
    CorrectiveMeasureOut,
    LessonIn,
    LessonOut,
    MeasureDoneIn,
    MeasureVerificationIn,
    MeetingIn,
    MeetingOut,
    PersonChange,
    PersonIn,
    PersonOut,
    SignatureIn,
    list_of,
)
from models.vocabulary import Role
from services.queries import responsibility as queries
from services.responsibility import analysis, causes, education, gates, measures, papers, people
from services.transaction import STAFF, Tx

blp = Resource("accident-people", "Accident analysis: people, meetings, measures, the four gates (事故分析、四不放过)")
SAFETY_AND_DEPARTMENT = (Role.SAFETY, Role.MANAGER)
INVESTIGATORS = (*SAFETY_AND_DEPARTMENT, Role.PRODUCTION)
TEACHERS = (*SAFETY_AND_DEPARTMENT, Role.HR)
READERS = (*INVESTIGATORS, Role.HR, Role.GENERAL_MANAGER)
AUTHORS = (*INVESTIGATORS, Role.HR, Role.DISPATCHER, Role.GATE, Role.DRIVER)
OWNERS = (*sorted(STAFF), Role.DRIVER)
CASE = "/accidents/<number>"


@endpoint(blp, "PUT", f"{CASE}/cause", Shape(roles=INVESTIGATORS, body=CauseIn, answer=CauseOut, etag=False))
def find_cause(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Write down why it happened, with the files that show it (R-A-01)."""
    cause = causes.Cause(body["cause"], body["category"], tuple(body["evidence"]))
    found = causes.find(tx, number, cause)
    return {
        "accident": number,
        "cause": found.cause,
        "category": found.cause_category,
        "evidence": found.cause_evidence,
    }


@endpoint(
    blp,
    "POST",
    f"{CASE}/people",
    Shape(roles=SAFETY_AND_DEPARTMENT, body=PersonIn, answer=PersonOut, status=201, creates=True),
)
def name_person(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Name a person of ours in the case; by a violation a driver is off post at once (待岗)."""
    staff_no = body.pop("employee")
    people.name(tx, number, people.Named(staff_no, body.pop("role"), body))
    return _person(tx, number, staff_no)


@endpoint(blp, "GET", f"{CASE}/people", Shape(roles=READERS, answer=list_of(PersonOut), writes=False))
def list_people(tx: Tx, number: str) -> dict[str, Any]:
    """List our people in the case."""
    return queries.people(tx, number)


@endpoint(
    blp, "PATCH", f"{CASE}/people/<staff_no>", Shape(roles=SAFETY_AND_DEPARTMENT, body=PersonChange, answer=PersonOut)
)
def amend_person(tx: Tx, body: dict[str, Any], number: str, staff_no: str) -> dict[str, Any]:
    """Change what is known of a person: responsible or not, share, violation, fault."""
    people.amend(tx, number, staff_no, body)
    return _person(tx, number, staff_no)


@endpoint(
    blp,
    "POST",
    f"{CASE}/meetings",
    Shape(roles=INVESTIGATORS, body=MeetingIn, answer=MeetingOut, status=201, creates=True),
)
def record_meeting(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record an analysis meeting with its chair, attendance and conclusion."""
    held_at = occurred(tx, body, "held_at")
    attendees = tuple(body.pop("attendees"))
    analysis.record_meeting(tx, number, analysis.Minutes(**body, held_at=held_at, attendees=attendees))
    newest: dict[str, Any] = queries.meetings(tx, number)["items"][0]
    return newest


@endpoint(blp, "GET", f"{CASE}/meetings", Shape(roles=READERS, answer=list_of(MeetingOut), writes=False))
def list_meetings(tx: Tx, number: str) -> dict[str, Any]:
    """List the analysis meetings, newest first."""
    return queries.meetings(tx, number)


@endpoint(
    blp, "POST", f"{CASE}/papers", Shape(roles=AUTHORS, body=CasePaperIn, answer=CasePaperOut, status=201, creates=True)
)
def file_paper(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """File a text: the responsible person his own account, self-criticism and prevention; the desk the reports."""
    papers.file(tx, number, papers.Filed(**body))
    newest: dict[str, Any] = queries.papers(tx, number)["items"][0]
    return newest


@endpoint(
    blp, "GET", f"{CASE}/papers", Shape(roles=(*READERS, Role.DRIVER), answer=list_of(CasePaperOut), writes=False)
)
def list_papers(tx: Tx, number: str) -> dict[str, Any]:
    """List the filed texts, newest first; a driver reads his own."""
    return queries.papers(tx, number)


@endpoint(
    blp,
    "POST",
    f"{CASE}/measures",
    Shape(roles=INVESTIGATORS, body=CorrectiveMeasureIn, answer=CorrectiveMeasureOut, status=201, creates=True),
)
def plan_measure(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Plan a corrective measure with its owner and due day."""
    made = measures.plan(tx, number, measures.Planned(**body))
    return queries.measure_view(tx, made.id)


@endpoint(blp, "GET", f"{CASE}/measures", Shape(roles=READERS, answer=list_of(CorrectiveMeasureOut), writes=False))
def list_measures(tx: Tx, number: str) -> dict[str, Any]:
    """List the corrective measures, newest first."""
    return queries.measures(tx, number)


@endpoint(
    blp,
    "POST",
    f"{CASE}/measures/<int:measure_id>/completion",
    Shape(roles=OWNERS, body=MeasureDoneIn, answer=CorrectiveMeasureOut),
)
def complete_measure(tx: Tx, body: dict[str, Any], number: str, measure_id: int) -> dict[str, Any]:
    """Report a measure done: its owner, or safety for him."""
    measures.report_done(tx, number, measure_id, body["note"])
    return queries.measure_view(tx, measure_id)


@endpoint(
    blp,
    "POST",
    f"{CASE}/measures/<int:measure_id>/verification",
    Shape(roles=INVESTIGATORS, body=MeasureVerificationIn, answer=CorrectiveMeasureOut),
)
def verify_measure(tx: Tx, body: dict[str, Any], number: str, measure_id: int) -> dict[str, Any]:
    """Verify a measure on the spot; neither its owner nor its reporter may."""
    measures.verify(tx, number, measure_id, body["note"], effective=body["effective"])
    return queries.measure_view(tx, measure_id)


@endpoint(
    blp, "POST", f"{CASE}/education", Shape(roles=TEACHERS, body=LessonIn, answer=LessonOut, status=201, creates=True)
)
def record_education(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record the education of a person named in the case."""
    education.record(tx, number, education.Lesson(**body))
    newest: dict[str, Any] = queries.lessons(tx, number)["items"][0]
    return newest


@endpoint(blp, "GET", f"{CASE}/education", Shape(roles=READERS, answer=list_of(LessonOut), writes=False))
def list_education(tx: Tx, number: str) -> dict[str, Any]:
    """List the education held after the accident, newest first."""
    return queries.lessons(tx, number)


@endpoint(blp, "GET", f"{CASE}/gates", Shape(roles=READERS, answer=AccidentGatesOut, writes=False))
def read_gates(tx: Tx, number: str) -> dict[str, Any]:
    """Read how the four no-let-gos stand and what each still needs."""
    return _gates(tx, number)


@endpoint(
    blp,
    "POST",
    f"{CASE}/gates",
    Shape(roles=INVESTIGATORS, body=SignatureIn, answer=AccidentGatesOut, status=201, creates=True),
)
def sign_gate(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Sign a gate as met, with what that rests on."""
    gates.sign(tx, number, body["gate"], body["evidence"])
    return _gates(tx, number)


def _person(tx: Tx, number: str, staff_no: str) -> dict[str, Any]:
    return next(one for one in queries.people(tx, number)["items"] if one["employee"] == staff_no)


def _gates(tx: Tx, number: str) -> dict[str, Any]:
    shown = gates.overview(tx, number)
    return {**shown, "gates": [{**gate, "unmet": told(gate["unmet"])} for gate in shown["gates"]]}
