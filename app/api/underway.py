"""On the road and after: rests, problems, stops, hubs, the post-trip card, closing, the trip log."""

from __future__ import annotations

from typing import Any

from app.errors import told
from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.kit.times import occurred
from app.kit.trips import READERS, shown
from app.schemas.common import page_of
from app.schemas.loading import CardIn, CheckOut, Moment
from app.schemas.trips import TripOut
from app.schemas.underway import (
    DriveOnIn,
    DrivingRecordOut,
    EventOut,
    HubIn,
    LogQuery,
    ProblemIn,
    RestIn,
    RestRecordsIn,
    VerdictIn,
)
from models.vocabulary import CheckKind, Role
from services.queries import trips
from services.queries.paging import Page
from services.receiving import deliveries
from services.road import posttrip, rests, underway
from services.road.rests import RestTaken
from services.transaction import Tx
from services.yard.loading import CheckCard

blp = Resource("underway", "Under way: rests, problems, stops, hubs, post-trip card, trip log (在途、收车)")
ROAD = (Role.DRIVER, Role.DISPATCHER)
TECHNICIANS = (Role.SAFETY, Role.MANAGER, Role.DISPATCHER)


@endpoint(blp, "POST", "/trips/<number>/rests", Shape(roles=ROAD, body=RestIn, answer=TripOut, creates=True))
def begin_rest(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record that the truck stopped; at a service area a walk-round falls due (R-C-07)."""
    at = occurred(tx, body)
    rests.begin_rest(tx, number, body["place"], at)
    return shown(tx, number)


@endpoint(blp, "POST", "/trips/<number>/rests/end", Shape(roles=ROAD, body=DriveOnIn, answer=TripOut, creates=True))
def end_rest(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record that the truck drives on, and who drives."""
    at = occurred(tx, body)
    rests.end_rest(tx, number, at, body.get("driver"))
    return shown(tx, number)


@endpoint(
    blp, "POST", "/trips/<number>/rest-records", Shape(roles=ROAD, body=RestRecordsIn, answer=TripOut, creates=True)
)
def hand_in_rests(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Hand in rests that a device kept while it was offline, all or none."""
    rests.hand_in(tx, number, [RestTaken(**one) for one in body["rests"]])
    return shown(tx, number)


@endpoint(blp, "POST", "/trips/<number>/problems", Shape(roles=ROAD, body=ProblemIn, answer=TripOut, creates=True))
def report_problem(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Open a case at the desk for a problem on the road (R-F-16, R-F-17)."""
    at = occurred(tx, body)
    underway.report_problem(tx, number, {**body, "occurred_at": at})
    return shown(tx, number)


@endpoint(blp, "POST", "/trips/<number>/arrivals", Shape(roles=ROAD, body=Moment, answer=TripOut, creates=True))
def arrive(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record the arrival at the next stop."""
    underway.arrive(tx, number, occurred(tx, body))
    return shown(tx, number)


@endpoint(
    blp, "POST", "/trips/<number>/stop-departures", Shape(roles=ROAD, body=DriveOnIn, answer=TripOut, creates=True)
)
def leave_stop(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Leave a stop on the way, with every opening sealed again (S7)."""
    at = occurred(tx, body)
    underway.leave_stop(tx, number, at, body.get("driver"))
    return shown(tx, number)


@endpoint(blp, "POST", "/trips/<number>/hub-handover", Shape(roles=ROAD, body=HubIn, answer=TripOut, creates=True))
def hand_over_at_hub(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Hand goods to a hub with a count per line (R-F-19)."""
    at = occurred(tx, body)
    counts = {
        one["consignment"]: {line["line_no"]: line["quantity"] for line in one["lines"]} for one in body["consignments"]
    }
    deliveries.hand_over_at_hub(tx, number, counts, at)
    return shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/trips/<number>/post-trip-card",
    Shape(roles=ROAD, body=CardIn, answer=CheckOut, status=201, creates=True),
)
def record_card(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record the driver's post-trip card; the vehicle waits for the technician (R-C-10)."""
    at = occurred(tx, body)
    card = CheckCard(kind=CheckKind.POST_TRIP, occurred_at=at, **body)
    return trips.check_view(posttrip.record_card(tx, number, card))


@endpoint(
    blp,
    "POST",
    "/trips/<number>/post-trip-card/verdict",
    Shape(roles=TECHNICIANS, body=VerdictIn, answer=CheckOut, creates=True),
)
def give_verdict(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Say whether the vehicle is fit; never of one's own card."""
    return trips.check_view(posttrip.give_verdict(tx, number, fit=body["fit"], note=body.get("note")))


@endpoint(
    blp,
    "POST",
    "/trips/<number>/closing",
    Shape(roles=(Role.DISPATCHER, Role.MANAGER), answer=TripOut, creates=True),
)
def close(tx: Tx, number: str) -> Made:
    """Close a trip; crew and vehicle are given back to rest and work."""
    posttrip.close_trip(tx, number)
    return shown(tx, number)


@endpoint(
    blp, "GET", "/trips/<number>/log", Shape(roles=READERS, query=LogQuery, answer=page_of(EventOut), writes=False)
)
def read_log(tx: Tx, query: dict[str, Any], number: str) -> dict[str, Any]:
    """Read the trip log, newest first."""
    return trips.event_page(tx, number, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/trips/<number>/driving-record", Shape(roles=READERS, answer=DrivingRecordOut, writes=False))
def read_driving_record(tx: Tx, number: str) -> dict[str, Any]:
    """Read the proof that the crew rested (R-C-11)."""
    record = posttrip.driving_record(tx, number)
    return {**record, "findings": told(record["findings"])}
