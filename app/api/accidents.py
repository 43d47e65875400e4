"""Accidents: report, answer, harm, reports to authorities, scene, five-day record, voiding (事故)."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.kit.times import occurred
from app.openapi import API_PREFIX
from app.schemas.accident_views import (
    AccidentOut,
    AccidentReportOut,
    AccidentSummary,
    ClocksOut,
    CountsOut,
    SentOut,
)
from app.schemas.accidents import (
    AccidentChange,
    AccidentIn,
    AccidentQuery,
    AcknowledgedIn,
    CaseRecordIn,
    EmergencyIn,
    FirstResponseIn,
    FiveDayRecordIn,
    HarmUpdateIn,
    InvestigationIn,
    ReportIn,
    ReportQuery,
    ResponseIn,
    VoidDecisionIn,
)
from app.schemas.common import Reason, page_of
from models.vocabulary import CoordSystem, Role
from services.accidents import checklists, details, harm, reporting, reports, response, voiding
from services.accidents.checklists import Ticked
from services.accidents.reporting import Report
from services.accidents.reports import Sending
from services.accidents.response import Response
from services.geo import gcj02_to_wgs84
from services.policy.accidents.classification import Harm
from services.queries import accidents
from services.queries.paging import Page
from services.transaction import STAFF, Tx

blp = Resource("accidents", "Accidents: report, answer, harm, reports, clocks (事故)")
CASE = "/accidents/<number>"
SAFETY = (Role.SAFETY,)
DESK = (Role.DISPATCHER, Role.SAFETY, Role.MANAGER)
REPORTERS = (Role.DRIVER, *DESK)
COMMAND = (*DESK, Role.PRODUCTION, Role.GENERAL_MANAGER)
OFFICE = tuple(sorted(STAFF))
READERS = (*OFFICE, Role.DRIVER)


@endpoint(
    blp, "POST", "/accidents", Shape(roles=REPORTERS, body=AccidentIn, answer=AccidentOut, status=201, creates=True)
)
def report(tx: Tx, body: dict[str, Any]) -> Made:
    """Report an accident, or send an alarm; trip and goods are held, clocks run, people are sent for (R-A-06)."""
    plate, known, system = body.pop("vehicle", None), body.pop("harm", None), body.pop("coord_system")
    if "lat" in body and system is CoordSystem.GCJ02:
        body["lat"], body["lon"] = gcj02_to_wgs84(body["lat"], body["lon"])
    accident = reporting.report(tx, Report(plate=plate, harm=Harm(**known) if known else None, **body))
    return _shown(tx, accident.number, location=f"{API_PREFIX}/accidents/{accident.number}")


@endpoint(
    blp,
    "GET",
    "/accidents",
    Shape(roles=READERS, query=AccidentQuery, answer=page_of(AccidentSummary), writes=False),
)
def list_accidents(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List accidents, reported last first."""
    return accidents.accident_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", CASE, Shape(roles=READERS, answer=AccidentOut, writes=False))
def read(tx: Tx, number: str) -> Made:
    """Read one accident."""
    return _shown(tx, number)


@endpoint(blp, "PATCH", CASE, Shape(roles=DESK, body=AccidentChange, answer=AccidentOut, if_match=True))
def amend(tx: Tx, body: dict[str, Any], number: str, expected: int) -> Made:
    """Add what became known: place, outline, and what only the papers need."""
    details.amend(tx, number, body, expected)
    return _shown(tx, number)


@endpoint(
    blp,
    "POST",
    f"{CASE}/first-response",
    Shape(roles=REPORTERS, body=FirstResponseIn, answer=AccidentOut, creates=True),
)
def record_first_response(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Tick what was done at the scene: stopped, rescued, protected, called (R-A-05)."""
    checklists.record_first_response(tx, number, _ticked(tx, body["items"]))
    return _shown(tx, number)


@endpoint(
    blp, "POST", f"{CASE}/emergency-plan", Shape(roles=COMMAND, body=EmergencyIn, answer=AccidentOut, creates=True)
)
def record_emergency(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Tick steps of the emergency plan that a tier 3 accident opens (R-A-19)."""
    checklists.record_emergency(tx, number, _ticked(tx, body["items"]))
    return _shown(tx, number)


@endpoint(blp, "POST", f"{CASE}/response", Shape(roles=SAFETY, body=ResponseIn, answer=AccidentOut, creates=True))
def respond(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Say who was sent to the scene and what is done with the goods; a record begins the investigation (R-A-07)."""
    at = occurred(tx, body)
    response.respond(tx, number, Response(sent_at=at, **body))
    return _shown(tx, number)


@endpoint(blp, "POST", f"{CASE}/case-record", Shape(roles=SAFETY, body=CaseRecordIn, answer=AccidentOut, creates=True))
def open_record(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Open the record of the case, or write it anew; the investigation begins with it (R-A-07)."""
    response.open_record(tx, number, body["record"])
    return _shown(tx, number)


@endpoint(
    blp,
    "POST",
    f"{CASE}/harm",
    Shape(roles=(Role.DISPATCHER, Role.SAFETY), body=HarmUpdateIn, answer=AccidentOut, creates=True),
)
def update_harm(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Write down the harm as it is known now; classes, tier and clocks follow (R-A-17)."""
    at = occurred(tx, body, "learned_at")
    harm.update(tx, number, Harm(**body["harm"]), at, body["reason"])
    return _shown(tx, number)


@endpoint(blp, "GET", f"{CASE}/harm", Shape(roles=READERS, answer=CountsOut, writes=False))
def read_harm(tx: Tx, number: str) -> dict[str, Any]:
    """Read how the count of the harm changed."""
    return accidents.harm_list(tx, number)


@endpoint(
    blp,
    "POST",
    f"{CASE}/reports",
    Shape(roles=(Role.SAFETY, Role.MANAGER), body=ReportIn, answer=SentOut, status=201, creates=True),
)
def send_report(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record a report that went out, oral or written: to police, insurer, authorities (R-A-14 to R-A-18)."""
    at = occurred(tx, body)
    made = reports.send(tx, number, Sending(recipients=tuple(body.pop("recipients")), sent_at=at, **body))
    return {"items": accidents.reports_by_id(tx, [one.id for one in made])}


@endpoint(
    blp,
    "GET",
    f"{CASE}/reports",
    Shape(roles=OFFICE, query=ReportQuery, answer=page_of(AccidentReportOut), writes=False),
)
def list_reports(tx: Tx, query: dict[str, Any], number: str) -> dict[str, Any]:
    """List the reports of a case, newest first."""
    return accidents.report_page(tx, number, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(
    blp,
    "POST",
    f"{CASE}/reports/<report_no>/acknowledgement",
    Shape(roles=(Role.SAFETY, Role.MANAGER), body=AcknowledgedIn, answer=AccidentReportOut, creates=True),
)
def acknowledge(tx: Tx, body: dict[str, Any], number: str, report_no: str) -> dict[str, Any]:
    """Record when the recipient confirmed a report."""
    made = reports.acknowledge(tx, number, report_no, occurred(tx, body))
    return accidents.reports_by_id(tx, [made.id])[0]


@endpoint(
    blp, "POST", f"{CASE}/investigation", Shape(roles=SAFETY, body=InvestigationIn, answer=AccidentOut, creates=True)
)
def investigate(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record when the scene was investigated; the case then waits for the police's determination."""
    response.investigate(tx, number, body["investigated_at"], body["procedure"])
    return _shown(tx, number)


@endpoint(
    blp,
    "POST",
    f"{CASE}/record",
    Shape(roles=(Role.SAFETY, Role.MANAGER), body=FiveDayRecordIn, answer=SentOut, status=201, creates=True),
)
def file_record(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """File the five-day record with account and opinion, the grade still open if need be (R-A-28)."""
    made = response.file_record(tx, number, body["account"], body["opinion"])
    return {"items": accidents.reports_by_id(tx, [one.id for one in made])}


@endpoint(blp, "GET", f"{CASE}/clocks", Shape(roles=READERS, answer=ClocksOut, writes=False))
def list_clocks(tx: Tx, number: str) -> dict[str, Any]:
    """List the clocks of a case: what is due by when, what was met, what was missed."""
    return accidents.clock_list(tx, number)


@endpoint(blp, "POST", f"{CASE}/void", Shape(roles=SAFETY, body=Reason, answer=AccidentOut, creates=True))
def ask_void(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Ask that a false alarm be voided; somebody else decides."""
    voiding.ask(tx, number, body["reason"])
    return _shown(tx, number)


@endpoint(
    blp,
    "POST",
    f"{CASE}/void/decision",
    Shape(roles=(Role.MANAGER, Role.GENERAL_MANAGER), body=VoidDecisionIn, answer=AccidentOut, creates=True),
)
def decide_void(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Void a case or refuse to; never by who asked for it."""
    voiding.decide(tx, number, approve=body["approve"], reason=body["reason"])
    return _shown(tx, number)


def _ticked(tx: Tx, items: list[dict[str, Any]]) -> list[Ticked]:
    return [Ticked(at=one.pop("occurred_at", None) or tx.now, **one) for one in map(dict, items)]


def _shown(tx: Tx, number: str, **more: Any) -> Made:
    tx.session.flush()
    view = accidents.accident_view(tx, number)
    return Made(view, view["version"], **more)
