"""What a consignee sees by a link, without signing in: enough to receive the goods, and no more (P10, P15).

Persons appear by family name with a masked number, places by district, other consignments not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from models.vocabulary import ConsignmentState, NoticeState
from services.policy.arrival_window import arrival_window
from services.policy.cargo_care import RIDING
from services.policy.notice_outcome import named_arrival
from services.prepared import Row
from services.queries.public_rows import ENTRIES, GOODS, TOLD, Goods, Told, Tracked
from services.queries.public_trip import crew_of, place_of, seals_of
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
STEP_OF = {state: index for index, (_, states) in enumerate(STEPS) for state in states}
DEPARTED = 3
EXPECTED = frozenset({C.ASSIGNED, C.LOADED, C.SEALED, C.IN_TRANSIT})
OFF_THE_TRUCK = frozenset({C.BOOKED, C.AT_TERMINAL, C.CANCELLED})
DELIVERED = (NoticeState.SENT, NoticeState.ACKNOWLEDGED)
KM_STEP = 10
STATES = {f"consignment.{state}": state for state in ConsignmentState}
HOLDS = {"consignment.held": "held", "consignment.released": "released"}


def tracking_view(tx: Tx, goods: Tracked) -> dict[str, Any]:
    """Give everything the link shows, as plain values; the page and the JSON answer are made of the same."""
    aboard = goods.trip_id is not None and goods.state not in OFF_THE_TRUCK
    held = aboard and goods.frozen_at is not None and goods.state in RIDING
    mine = {"consignment_id": goods.id, "consignee_id": goods.consignee_id}
    entries = ENTRIES.rows(tx.connection, mine)
    told = [Told(*row) for row in TOLD.rows(tx.connection, mine)]
    place, seals = place_of(tx, goods), seals_of(tx, goods) if aboard else []
    arrival = _arrival(tx, goods, place, aboard=aboard, held=held)
    return {
        "number": goods.number,
        "state": goods.state,
        "held": held,
        "company": {"name": tx.settings.company_name, "phone": tx.settings.company_phone},
        "steps": _steps(goods.state, _moves(entries)),
        "arrival": {**arrival, "change": None if held else _change(told)},
        "place": place,
        "destination": {"region_code": goods.region_code, "region": region_name(goods.region_code)},
        "goods": _goods(tx, goods),
        "seals": seals,
        "notices": [_notice(row) for row in told],
        "to_confirm": sum(row.state is NoticeState.SENT for row in told),
        "vehicle": {"plate": goods.plate, "trailer_plate": goods.trailer_plate} if aboard else None,
        "drivers": crew_of(tx, goods) if aboard else [],
        "history": _history(entries, told, [seal for seal in seals if seal["state"] == "opened"]),
        "read_at": tx.now,
        "expires_at": goods.expires_at,
    }


def _moves(entries: Sequence[Row]) -> list[tuple[ConsignmentState, datetime]]:
    """Give every state the consignment came into and when."""
    return [(STATES[action], at) for action, at, _ in entries if action in STATES]


def _steps(state: ConsignmentState, moves: Sequence[tuple[ConsignmentState, datetime]]) -> list[dict[str, Any]]:
    """Give the six steps people know; goods loaded again at a terminal are still on their way."""
    times: dict[int, datetime] = {}
    for moved, at in moves:
        index = STEP_OF.get(moved)
        if index is not None and (DEPARTED not in times or index > DEPARTED) and moved not in {C.CLOSED, C.LOADED}:
            times[index] = at
    present = STEP_OF.get(state) if state is not C.CANCELLED else None
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


def _arrival(tx: Tx, goods: Tracked, place: Mapping[str, Any] | None, *, aboard: bool, held: bool) -> dict[str, Any]:
    final = not aboard or goods.drop_site_id == goods.destination_site_id
    expected = aboard and goods.state in EXPECTED and not held
    at, made_at = (goods.estimated_arrival_at, goods.estimated_at) if expected else (None, None)
    window = arrival_window(at, tx.now, tx.ruleset) if at else None
    late_s = (at - goods.promised_arrival_at).total_seconds() if at and final else 0
    return {
        "at": "destination" if final else "terminal",
        "window": {"begin": window.begin, "end": window.end} if window else None,
        "estimated": at is not None and bool(goods.estimate_stale),
        # an estimate that a newer position bears out is not written again
        "updated_at": max(made_at, place["at"] if place else made_at) if at and made_at else None,
        "remaining_km": _remaining_km(tx, goods) if at else None,
        "arrived_at": goods.arrived_at if aboard and final else None,
        "planned_at": goods.planned_arrival_at,
        "promised_at": goods.promised_arrival_at,
        "minutes_after_promised": round(late_s / 60) if late_s > 0 else None,
    }


def _remaining_km(tx: Tx, goods: Tracked) -> int | None:
    """Say the way that is left, no finer than the district the truck is in, while the figure is fresh."""
    if goods.remaining_km is None or goods.estimated_at is None or goods.state is not C.IN_TRANSIT:
        return None
    if tx.now - goods.estimated_at > timedelta(minutes=tx.ruleset.estimate.refresh_minutes):
        return None
    return max(KM_STEP, round(goods.remaining_km / KM_STEP) * KM_STEP)


def _change(notices: Sequence[Told]) -> dict[str, Any] | None:
    """Say what the newest notice changed against the one before it."""
    told = [row for row in notices if row.state in DELIVERED]
    if len(told) < 2 or told[-1].eta_at == told[-2].eta_at:
        return None
    before, after = told[-2], told[-1]
    minutes = round((after.eta_at - before.eta_at).total_seconds() / 60)
    return {"told_at": after.sent_at, "before": before.eta_at, "after": after.eta_at, "minutes": minutes}


def _goods(tx: Tx, goods: Tracked) -> dict[str, Any]:
    lines = [Goods(*row) for row in GOODS.rows(tx.connection, {"consignment_id": goods.id})]
    names = Goods._fields[:-1]
    return {
        "lines": [dict(zip(names, line, strict=False)) for line in lines],
        "total_mass_kg": goods.total_mass_kg,
        "heaviest_piece_kg": max((line.piece_mass_kg or 0 for line in lines), default=0) or None,
        "hard_to_handle": goods.hard_to_handle,
        "open_box_required": goods.open_box_required,
    }


def _notice(row: Told) -> dict[str, Any]:
    names = ("kind", "state", "due_at", "sent_at", "acknowledged_at")
    shown = {name: getattr(row, name) for name in names}
    return {"id": row.public_id, "version": row.version_no, "eta_at": named_arrival(row.kind, row.eta_at), **shown}


def _history(entries: Sequence[Row], told: Sequence[Told], opened: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give what happened, newest first; who did it and why stays inside."""
    lines: list[dict[str, Any]] = []
    for action, at, why in entries:
        if action in HOLDS:
            lines.append({"at": at, "what": HOLDS[action]})
        elif why is not None and "accident" in why:
            lines.append({"at": at, "what": "transhipped"})
        elif action in STATES:
            lines.append({"at": at, "what": "state", "state": STATES[action]})
    lines += [{"at": seal["ended_at"], "what": "seal_opened", "number": seal["number"]} for seal in opened]
    for row in told:
        version = {"version": row.version_no, "kind": row.kind}
        if row.sent_at:
            lines.append({"at": row.sent_at, "what": "notice_sent", **version})
        if row.acknowledged_at:
            lines.append({"at": row.acknowledged_at, "what": "notice_confirmed", **version})
    lines.sort(key=itemgetter("at"))
    return lines[::-1]
