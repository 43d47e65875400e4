"""One trip walked by HTTP, a small step at a time: book, plan, crew, load, seal, drive, deliver, close.

Every step takes a World and speaks through its web application; ``send`` gives the raw answer, the steps require
that it succeeded. ``to_gate``, ``under_way``, ``at_door`` and ``delivered`` walk a lawful trip as far as they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.auth import KeyCache
from models.vocabulary import CheckKind, Role
from services.policy.inspections import required_items
from tests.support.world import PHOTO, SIGNATURE, World
from workers import inline

API = "/api/v1"
PLATE = "鲁G10001"
LEAD_TO_DEPARTURE_H = 8
DRIVEN_H = 3.5
HALFWAY = (38.3, 117.5)
_application: list[Flask] = []


@dataclass(frozen=True, slots=True)
class Walk:
    """The trip being walked and its consignment."""

    trip: str
    consignment: str


def client_of(world: World) -> FlaskClient:
    """Give a client of the process's one application, which now serves this world; racing threads take their own."""
    app = _application[0] if _application else create_app(world.runtime)
    _application[:] = [app]
    if app.extensions["lading"] is not world.runtime:
        app.extensions["lading"] = world.runtime
        app.extensions["lading-keys"] = KeyCache()
    return app.test_client()


def send(
    world: World, role: Role, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> TestResponse:
    """Send one request in a role and give the answer as it is."""
    signed = {**world.signed(role), **(headers or {})}
    more = {} if body is None else {"json": body}
    return client_of(world).open(API + path, method=method, headers=signed, **more)


def post(world: World, role: Role, path: str, body: Any = None) -> Any:
    """Post and require success; give the answer's JSON."""
    answer = send(world, role, "POST", path, body or {})
    assert answer.status_code in {200, 201}, (path, answer.status_code, answer.text)
    return answer.json


def get(world: World, path: str, role: Role = Role.DISPATCHER) -> Any:
    """Read and require success."""
    answer = send(world, role, "GET", path)
    assert answer.status_code == 200, (path, answer.status_code, answer.text)
    return answer.json


def codes(answer: TestResponse) -> list[str]:
    """Give the codes of a refusal, in their order."""
    assert answer.status_code == 409, (answer.status_code, answer.text)
    return [finding["code"] for finding in answer.json["findings"]]


def run_due(world: World) -> None:
    """Do the background work that is due by now."""
    inline.drain(world.runtime)


def pass_hours(world: World, hours: int) -> None:
    """Let the clock run by the hour, and the background work with it."""
    for _ in range(hours):
        world.clock.advance(hours=1)
        run_due(world)


def book(world: World, **changes: Any) -> str:
    """Book a consignment for SH-1 and give its number."""
    return str(post(world, Role.SHIPPER, "/consignments", world.booking(**changes))["number"])


def plan_body(world: World, *consignments: str, **changes: Any) -> dict[str, Any]:
    """Give the body that plans a trip eight hours from now."""
    departure = world.clock.now() + timedelta(hours=LEAD_TO_DEPARTURE_H)
    body = {"consignments": list(consignments), "vehicle": PLATE, "planned_departure_at": departure.isoformat()}
    return {**body, **changes}


def plan(world: World, *consignments: str, **changes: Any) -> str:
    """Plan a trip and give its number."""
    return str(post(world, Role.DISPATCHER, "/trips", plan_body(world, *consignments, **changes))["number"])


def put_crew(world: World, trip: str, *drivers: str, escort: str | None = None) -> TestResponse:
    """Ask for a crew, with the version of the trip as it stands."""
    seen = send(world, Role.DISPATCHER, "GET", f"/trips/{trip}")
    body = {"drivers": list(drivers), **({"escort": escort} if escort else {})}
    return send(world, Role.DISPATCHER, "PUT", f"/trips/{trip}/crew", body, {"If-Match": seen.headers["ETag"]})


def crew(world: World, trip: str, *drivers: str, escort: str | None = None) -> None:
    """Put two drivers on the trip, D1 and D2 unless others are named."""
    answer = put_crew(world, trip, *(drivers or ("D1", "D2")), escort=escort)
    assert answer.status_code == 200, answer.text


def check_in(world: World, trip: str, *staff: str, **changes: Any) -> None:
    """Let the crew report, sober and fit."""
    for staff_no in staff or ("D1", "D2"):
        told = {"driver": staff_no, "alcohol_mg_100ml": 0, "fit": True, **changes}
        post(world, Role.GATE, f"/trips/{trip}/check-ins", told)


def card(kind: CheckKind, **changes: bool) -> dict[str, Any]:
    """Give an inspection card on which everything is in order, save what is named."""
    items = dict.fromkeys((item.value for item in required_items(kind, winter=True, is_train=False)), True)
    return {"items": {**items, **changes}}


def pre_trip_check(world: World, trip: str, **changes: bool) -> None:
    """Inspect the truck before the trip."""
    post(world, Role.DRIVER, f"/trips/{trip}/checks", {"kind": "pre_trip", **card(CheckKind.PRE_TRIP, **changes)})


def count(world: World, trip: str, consignment: str, quantity: int | None = None) -> None:
    """Count every line onto the truck as listed, or ``quantity`` pieces of each."""
    lines = get(world, f"/consignments/{consignment}")["lines"]
    counted = [{"line_no": line["line_no"], "quantity": quantity or line["quantity"]} for line in lines]
    body = {"consignment": consignment, "lines": counted, "agent_name": "仓管", "agent_signature": SIGNATURE}
    post(world, Role.DRIVER, f"/trips/{trip}/pickup-counts", body)


def secure(world: World, trip: str, *gear: str) -> None:
    """Record cover, protection and fixing with gear and photos."""
    measures = [
        {"measure": "cover", "gear": ["tarp"], "photo": PHOTO},
        {"measure": "protect", "gear": ["foam", "sponge", "rain_cloth"], "photo": PHOTO},
        {"measure": "fix", "gear": ["straps", "rope", *gear], "photo": PHOTO},
    ]
    answer = send(world, Role.DRIVER, "PUT", f"/trips/{trip}/securing", {"measures": measures})
    assert answer.status_code == 200, answer.text


def complete_loading(world: World, trip: str) -> None:
    """Say that the goods of this stop are loaded."""
    post(world, Role.DRIVER, f"/trips/{trip}/loading-completion")


def seal(world: World, trip: str, number: str = "YA000001", closure: str = "rear_door") -> None:
    """Put a company seal on an opening."""
    post(world, Role.DRIVER, f"/trips/{trip}/seals", {"number": number, "closure": closure, "photo": PHOTO})


def gate_out(world: World, trip: str) -> None:
    """Let the truck out."""
    post(world, Role.GATE, f"/trips/{trip}/gate-out")


def rest(world: World, trip: str, driver: str = "D2", minutes: int = 20) -> None:
    """Rest at a service area with a look at tyres and brakes, then let ``driver`` drive on."""
    post(world, Role.DRIVER, f"/trips/{trip}/rests", {"place": "service_area"})
    post(world, Role.DRIVER, f"/trips/{trip}/checks", {"kind": "rest_stop", **card(CheckKind.REST_STOP)})
    world.clock.advance(minutes=minutes)
    post(world, Role.DRIVER, f"/trips/{trip}/rests/end", {"driver": driver})


def arrive(world: World, trip: str) -> None:
    """Arrive at the next stop."""
    post(world, Role.DRIVER, f"/trips/{trip}/arrivals")


def verify_seals(world: World, trip: str, finding: str = "intact", **numbers: str) -> Any:
    """Check every live seal as it hangs, or find the number named for its closure."""
    live = get(world, f"/trips/{trip}")["seals"]
    seen = [
        {"closure": one["closure"], "number": numbers.get(one["closure"], one["number"]), "finding": finding}
        for one in live
    ]
    return post(world, Role.DRIVER, f"/trips/{trip}/seal-verification", {"seen": seen})


def receipt(world: World, consignment: str, **changes: Any) -> dict[str, Any]:
    """Give the body that signs for everything; ``changes`` go over every line."""
    lines = get(world, f"/consignments/{consignment}")["lines"]
    return {
        "lines": [{"line_no": line["line_no"], "verdict": "accepted", **changes} for line in lines],
        "consignee_name": "王师傅", "consignee_signature": SIGNATURE,
        "driver_name": "驾驶员D1", "driver_signature": SIGNATURE,
    }  # fmt: skip


def accept(world: World, consignment: str, **changes: Any) -> Any:
    """Sign for a consignment, or answer its lines otherwise."""
    return post(world, Role.DRIVER, f"/consignments/{consignment}/acceptance", receipt(world, consignment, **changes))


def refuse(world: World, consignment: str) -> Any:
    """Refuse every line as damaged, with a photo."""
    return accept(world, consignment, verdict="refused", refusal_reason="damaged", photo=PHOTO)


def post_trip_card(world: World, trip: str) -> None:
    """Fill in the driver's card after the trip."""
    post(world, Role.DRIVER, f"/trips/{trip}/post-trip-card", {**card(CheckKind.POST_TRIP), "note": "正常"})


def verdict(world: World, trip: str, *, fit: bool = True) -> Any:
    """Give the technician's verdict."""
    return post(world, Role.SAFETY, f"/trips/{trip}/post-trip-card/verdict", {"fit": fit})


def close(world: World, trip: str) -> Any:
    """Close the trip."""
    return post(world, Role.DISPATCHER, f"/trips/{trip}/closing")


def report_position(world: World, lat: float, lon: float, plate: str = PLATE, **more: Any) -> Any:
    """Report one fix of a truck, made now."""
    fix = {"plate": plate, "fix_at": world.clock.now().isoformat(), "lat": lat, "lon": lon, **more}
    return post(world, Role.DISPATCHER, "/positions", {"positions": [fix]})


def planned(world: World, **changes: Any) -> Walk:
    """Book and plan one consignment."""
    consignment = book(world, **changes)
    return Walk(plan(world, consignment), consignment)


def crewed(world: World, **changes: Any) -> Walk:
    """Walk until the crew has reported, an hour before the departure."""
    walk = planned(world, **changes)
    crew(world, walk.trip)
    pass_hours(world, LEAD_TO_DEPARTURE_H - 1)
    check_in(world, walk.trip)
    return walk


def loaded(world: World, **changes: Any) -> Walk:
    """Walk until the goods are loaded; nothing is sealed yet."""
    walk = crewed(world, **changes)
    pre_trip_check(world, walk.trip)
    count(world, walk.trip, walk.consignment)
    secure(world, walk.trip)
    complete_loading(world, walk.trip)
    return walk


def to_gate(world: World, **changes: Any) -> Walk:
    """Walk until the truck is sealed and stands before the gate at its time."""
    walk = loaded(world, **changes)
    seal(world, walk.trip)
    pass_hours(world, 1)
    return walk


def under_way(world: World, **changes: Any) -> Walk:
    """Walk until the truck is on the road."""
    walk = to_gate(world, **changes)
    gate_out(world, walk.trip)
    return walk


def at_stop(world: World, **changes: Any) -> Walk:
    """Walk until the truck stands at the consignee's door; the drivers have shared the way lawfully."""
    walk = under_way(world, **changes)
    world.clock.advance(hours=DRIVEN_H)
    report_position(world, *HALFWAY)
    rest(world, walk.trip)
    world.clock.advance(hours=DRIVEN_H)
    run_due(world)
    arrive(world, walk.trip)
    return walk


def at_door(world: World, **changes: Any) -> Walk:
    """Walk until the seals have been checked at the consignee's door."""
    walk = at_stop(world, **changes)
    verify_seals(world, walk.trip)
    return walk


def delivered(world: World, **changes: Any) -> Walk:
    """Walk until everything is signed for."""
    walk = at_door(world, **changes)
    accept(world, walk.consignment)
    return walk
