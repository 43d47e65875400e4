"""What a consignee sees by a link, without signing in: enough to receive the goods, and no more (P10, P15).

Persons appear by family name with a masked number, places by district, other consignments not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.consignments import Consignment
from models.notices import Notice
from models.parties import Site
from models.records import JournalEntry
from models.tracking import Estimate
from models.trips import ConsignmentLeg, Trip
from models.vocabulary import ConsignmentState, NoticeState, TripState
from services.policy.arrival_window import arrival_window
from services.queries.public_trip import Riding, crew_of, opened_seals, place_of, riding, seals_of, vehicle_of
from services.regions import region_name
from services.transaction import Tx

C = ConsignmentState
STEPS: tuple[tuple[str, frozenset[ConsignmentState]], ...] = (
    ("booked", frozenset({C.BOOKED})),
    ("assigned", frozenset({C.ASSIGNED, C.LOADED})),
    ("sealed", frozenset({C.SEALED})),
    ("departed", frozenset({C.IN_TRANSIT, C.AT_TERMINAL})),
    ("arrived", frozenset({C.ARRIVED})),
    ("signed", frozenset({C.ACCEPTED, C.PARTIALLY_ACCEPTED, C.REFUSED, C.CLOSED})),
)
DEPARTED = 3
EXPECTED = frozenset({C.ASSIGNED, C.LOADED, C.SEALED, C.IN_TRANSIT})
OFF_THE_TRUCK = frozenset({C.BOOKED, C.AT_TERMINAL, C.CANCELLED})
TOLD = (NoticeState.SENT, NoticeState.ACKNOWLEDGED)
SHOWN = (*TOLD, NoticeState.SCHEDULED, NoticeState.FAILED)
KM_STEP = 10


def tracking_view(tx: Tx, consignment: Consignment) -> dict[str, Any]:
    """Give everything the link shows, as plain values; the page and the JSON answer are made of the same."""
    last = riding(tx, consignment)
    ride = None if consignment.state in OFF_THE_TRUCK else last
    place = place_of(tx, consignment, last)
    moves = _moves(tx, consignment)
    told = notices_of(tx, consignment)
    return {
        "number": consignment.number,
        "state": consignment.state,
        "company": {"name": tx.settings.company_name, "phone": tx.settings.company_phone},
        "steps": _steps(consignment.state, moves),
        "arrival": {**_arrival(tx, consignment, ride, place), "change": _change(told)},
        "place": place,
        "destination": _destination(tx, consignment),
        "goods": _goods(consignment),
        "seals": seals_of(tx, ride),
        "notices": [_notice(row) for row in told],
        "to_confirm": sum(row.state is NoticeState.SENT for row in told),
        "vehicle": vehicle_of(tx, ride),
        "drivers": crew_of(tx, consignment, ride),
        "history": _history(moves, told, opened_seals(tx, ride)),
        "read_at": tx.now,
        "expires_at": consignment.track_expires_at,
    }


def notices_of(tx: Tx, consignment: Consignment, *, lock: bool = False) -> list[Notice]:
    """Give what this consignee was or will be told at the stops where the consignment is dropped, oldest first."""
    drops = (
        select(ConsignmentLeg.drop_stop_id)
        .join(Trip, Trip.id == ConsignmentLeg.trip_id)
        .where(ConsignmentLeg.consignment_id == consignment.id, Trip.state != TripState.CANCELLED)
    )
    query = select(Notice).where(
        Notice.stop_id.in_(drops), Notice.consignee_id == consignment.consignee_id, Notice.state.in_(SHOWN)
    )
    query = query.order_by(Notice.id)
    return list(tx.session.scalars(query.with_for_update() if lock else query))


def _moves(tx: Tx, consignment: Consignment) -> list[tuple[ConsignmentState, datetime]]:
    """Give every state the consignment came into and when, in the order it was written down."""
    rows = tx.session.execute(
        select(JournalEntry.action, JournalEntry.occurred_at)
        .where(JournalEntry.subject_kind == "consignment", JournalEntry.subject_id == consignment.id)
        .order_by(JournalEntry.seq)
    )
    states = {f"consignment.{state}": state for state in ConsignmentState}
    return [(states[action], at) for action, at in rows if action in states]


def _steps(state: ConsignmentState, moves: Sequence[tuple[ConsignmentState, datetime]]) -> list[dict[str, Any]]:
    """Give the six steps people know; goods loaded again at a terminal are still on their way."""
    times: dict[int, datetime] = {}
    for moved, at in moves:
        index = _step(moved)
        if index is not None and (DEPARTED not in times or index > DEPARTED) and moved not in {C.CLOSED, C.LOADED}:
            times[index] = at
    present = _step(state) if state is not C.CANCELLED else None
    if present is not None and DEPARTED in times:
        present = max(present, DEPARTED)
    return [
        {
            "step": name,
            "done": present is not None and index <= present,
            "current": index == present,
            "at": times.get(index) if present is not None and index <= present else None,
        }
        for index, (name, _) in enumerate(STEPS)
    ]


def _step(state: ConsignmentState) -> int | None:
    return next((index for index, (_, states) in enumerate(STEPS) if state in states), None)


def _arrival(tx: Tx, consignment: Consignment, ride: Riding | None, place: Mapping[str, Any] | None) -> dict[str, Any]:
    final = ride is None or ride.drop.site_id == consignment.destination_site_id
    estimate = _newest_estimate(tx, ride) if ride and consignment.state in EXPECTED else None
    window = arrival_window(estimate.arrival_at, tx.now, tx.ruleset) if estimate else None
    late_s = (estimate.arrival_at - consignment.promised_arrival_at).total_seconds() if estimate and final else 0
    return {
        "at": "destination" if final else "terminal",
        "window": {"begin": window.begin, "end": window.end} if window else None,
        "estimated": bool(estimate and ride and (estimate.stale or ride.trip.frozen_at)),
        # an estimate that a newer position bears out is not written again
        "updated_at": max(estimate.made_at, place["at"] if place else estimate.made_at) if estimate else None,
        "remaining_km": _remaining_km(tx, consignment, estimate) if estimate else None,
        "arrived_at": ride.drop.arrived_at if ride and final else None,
        "planned_at": consignment.planned_arrival_at,
        "promised_at": consignment.promised_arrival_at,
        "minutes_after_promised": round(late_s / 60) if late_s > 0 else None,
    }


def _newest_estimate(tx: Tx, ride: Riding) -> Estimate | None:
    query = select(Estimate).where(Estimate.stop_id == ride.drop.id)
    return tx.session.scalar(query.order_by(Estimate.made_at.desc(), Estimate.id.desc()).limit(1))


def _remaining_km(tx: Tx, consignment: Consignment, estimate: Estimate) -> int | None:
    """Say the way that is left, no finer than the district the truck is in, while the figure is fresh."""
    fresh = tx.now - estimate.made_at <= timedelta(minutes=tx.ruleset.estimate.refresh_minutes)
    if consignment.state is not C.IN_TRANSIT or not fresh:
        return None
    return max(KM_STEP, round(estimate.remaining_km / KM_STEP) * KM_STEP)


def _change(notices: Sequence[Notice]) -> dict[str, Any] | None:
    """Say what the newest notice changed against the one before it."""
    told = [row for row in notices if row.state in TOLD]
    if len(told) < 2 or told[-1].eta_at == told[-2].eta_at:
        return None
    before, after = told[-2], told[-1]
    minutes = round((after.eta_at - before.eta_at).total_seconds() / 60)
    return {"told_at": after.sent_at, "before": before.eta_at, "after": after.eta_at, "minutes": minutes}


def _destination(tx: Tx, consignment: Consignment) -> dict[str, Any]:
    code = tx.session.scalars(select(Site.region_code).where(Site.id == consignment.destination_site_id)).one()
    return {"region_code": code, "region": region_name(code)}


def _goods(consignment: Consignment) -> dict[str, Any]:
    names = ("name", "specification", "quantity", "unit", "packaging", "mass_kg")
    return {
        "lines": [{name: getattr(line, name) for name in names} for line in consignment.lines],
        "total_mass_kg": consignment.total_mass_kg,
        "heaviest_piece_kg": max((line.piece_mass_kg or 0 for line in consignment.lines), default=0) or None,
        "hard_to_handle": consignment.hard_to_handle,
        "open_box_required": consignment.open_box_required,
    }


def _notice(row: Notice) -> dict[str, Any]:
    names = ("kind", "state", "eta_at", "due_at", "sent_at", "acknowledged_at")
    return {"id": row.public_id, "version": row.version_no, **{name: getattr(row, name) for name in names}}


def _history(
    moves: Sequence[tuple[ConsignmentState, datetime]], told: Sequence[Notice], opened: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Give what happened, newest first."""
    lines: list[dict[str, Any]] = [{"at": at, "what": "state", "state": state} for state, at in moves]
    lines += [{"at": seal["at"], "what": "seal_opened", "number": seal["number"]} for seal in opened]
    for row in told:
        version = {"version": row.version_no, "kind": row.kind}
        lines += [{"at": row.sent_at, "what": "notice_sent", **version}] if row.sent_at else []
        lines += [{"at": row.acknowledged_at, "what": "notice_confirmed", **version}] if row.acknowledged_at else []
    lines.sort(key=lambda line: line["at"])
    return lines[::-1]
