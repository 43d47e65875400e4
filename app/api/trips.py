"""Pick a vehicle, plan a trip, crew it, and read what is known of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.errors import told
from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.kit.times import occurred
from app.kit.trips import JUDGES, READERS, REPORTERS, shown
from app.openapi import API_PREFIX
from app.schemas.common import Reason, page_of
from app.schemas.trips import (
    CandidateQuery,
    CheckInIn,
    CrewIn,
    DecisionIn,
    EtaOut,
    EtaQuery,
    HandOverIn,
    PositionOut,
    RankingOut,
    TrackQuery,
    TripIn,
    TripOut,
    TripQuery,
    TripSummary,
    WaiverOut,
)
from models.vocabulary import Role
from services.planning import crews, dispatch
from services.planning.crews import CheckIn
from services.planning.trip_plans import TripPlan
from services.policy.findings import Finding, require
from services.queries import eta, trips
from services.queries.paging import Page
from services.scope import find_trip
from services.transaction import Tx

blp = Resource("trips", "Trips: a vehicle, its crew and an ordered list of stops (车次)")
DESK = (Role.DISPATCHER,)
FOLLOWERS = (*READERS, Role.SHIPPER)
READY = timedelta(hours=1)


@endpoint(
    blp,
    "GET",
    "/consignments/<number>/vehicle-candidates",
    Shape(roles=(Role.DISPATCHER, Role.MANAGER), query=CandidateQuery, answer=RankingOut, writes=False, refuses=True),
)
def candidates(tx: Tx, query: dict[str, Any], number: str) -> dict[str, Any]:
    """Rank every unit for a consignment, best first, and say of each other one all that speaks against it."""
    soonest = tx.now + timedelta(minutes=tx.ruleset.crew.check_in_minutes) + READY
    departure, arrival = query.get("departure_at", soonest), query.get("arrival_at")
    if arrival is not None and arrival <= departure:
        require([Finding("ARRIVAL_BEFORE_DEPARTURE", {"planned_arrival_at": arrival.isoformat()})])
    ranking = dispatch.candidates(tx, number, departure, arrival)
    return {
        "candidates": [
            {
                "plate": one.plate,
                "reasons": told(Finding(reason.code, reason.facts) for reason in one.reasons),
                "conditions": list(one.conditions),
            }
            for one in ranking.candidates
        ],
        "rejected": [{"plate": one.plate, "findings": told(one.findings)} for one in ranking.rejected],
    }


@endpoint(blp, "POST", "/trips", Shape(roles=DESK, body=TripIn, answer=TripOut, status=201, creates=True))
def plan(tx: Tx, body: dict[str, Any]) -> Made:
    """Plan a trip: the vehicle is reserved, the goods are assigned, the notices scheduled."""
    wanted = TripPlan(plate=body.pop("vehicle"), trailer_plate=body.pop("trailer", None), **body)
    trip = dispatch.plan_trip(tx, wanted)
    return shown(tx, trip.number, location=f"{API_PREFIX}/trips/{trip.number}")


@endpoint(blp, "GET", "/trips", Shape(roles=READERS, query=TripQuery, answer=page_of(TripSummary), writes=False))
def list_trips(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List the trips the caller may see, newest first."""
    return trips.trip_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/trips/<number>", Shape(roles=READERS, answer=TripOut, writes=False))
def read(tx: Tx, number: str) -> Made:
    """Read one trip in full."""
    return shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/trips/<number>/cancellation",
    Shape(roles=(Role.DISPATCHER, Role.MANAGER), body=Reason, answer=TripOut, creates=True),
)
def cancel(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Call a trip off before it is loaded; goods, vehicle and crew are free again."""
    dispatch.cancel_trip(tx, number, body["reason"])
    return shown(tx, number)


@endpoint(blp, "PUT", "/trips/<number>/crew", Shape(roles=DESK, body=CrewIn, answer=TripOut, if_match=True))
def assign_crew(tx: Tx, body: dict[str, Any], number: str, expected: int) -> Made:
    """Put the crew on a trip in place of any before."""
    crews.assign_crew(tx, number, body["drivers"], body.get("escort"), expected)
    return shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/trips/<number>/crew-waiver",
    Shape(roles=DESK, body=Reason, answer=WaiverOut, status=201, creates=True),
)
def request_waiver(tx: Tx, body: dict[str, Any], number: str) -> Any:
    """Ask leave for a single driver (R-F-04)."""
    crews.request_waiver(tx, number, body["reason"])
    tx.session.flush()
    return trips.waiver_view(tx, find_trip(tx, number))


@endpoint(
    blp,
    "POST",
    "/trips/<number>/crew-waiver/decision",
    Shape(roles=JUDGES, body=DecisionIn, answer=WaiverOut, creates=True),
)
def decide_waiver(tx: Tx, body: dict[str, Any], number: str) -> Any:
    """Approve or reject the waiver; never one's own."""
    crews.decide_waiver(tx, number, approve=body["approve"], reason=body["reason"])
    tx.session.flush()
    return trips.waiver_view(tx, find_trip(tx, number))


@endpoint(
    blp,
    "POST",
    "/trips/<number>/check-ins",
    Shape(roles=(*REPORTERS, Role.SAFETY), body=CheckInIn, answer=TripOut, creates=True),
)
def check_in(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record that a crew member reported for duty (R-C-01, R-C-06)."""
    at = occurred(tx, body)
    crews.check_in(tx, number, CheckIn(body["driver"], at, body["alcohol_mg_100ml"], body["fit"]))
    return shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/trips/<number>/hand-overs",
    Shape(roles=(Role.DRIVER, Role.DISPATCHER), body=HandOverIn, answer=TripOut, creates=True),
)
def hand_over(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Change the driver at the wheel (R-C-11)."""
    at = occurred(tx, body)
    crews.hand_over(tx, number, body["giver"], body["receiver"], at)
    return shown(tx, number)


@endpoint(blp, "GET", "/trips/<number>/eta", Shape(roles=FOLLOWERS, query=EtaQuery, answer=EtaOut, writes=False))
def read_eta(tx: Tx, query: dict[str, Any], number: str) -> dict[str, Any]:
    """Read planned, promised and estimated arrival per stop, with reasons and the history of estimates."""
    view = eta.eta_view(tx, number, Page(query.get("cursor"), query["limit"]))
    for stop in view["stops"]:
        stop["reasons"] = told(Finding(reason["code"], reason["facts"]) for reason in stop["reasons"])
    return view


@endpoint(
    blp,
    "GET",
    "/trips/<number>/track",
    Shape(roles=FOLLOWERS, query=TrackQuery, answer=page_of(PositionOut), writes=False),
)
def read_track(tx: Tx, query: dict[str, Any], number: str) -> dict[str, Any]:
    """Read the way driven, oldest first; a shipper's ends where his goods left the truck."""
    return eta.track_page(tx, number, Page(query.get("cursor"), query["limit"]), query.get("since"))
