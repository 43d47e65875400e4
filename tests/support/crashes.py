"""A sealed truck in a crash, for the tests that begin there: on the road, held, looked through, transhipped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from models.accidents import Accident
from models.trips import Trip
from models.vocabulary import AccidentState, Role
from services import accounts, cargo_care
from services.transaction import WORKER
from tests.support import journey
from tests.support.accidents import accident_in
from tests.support.journey import Walk, get, run_due, send
from tests.support.world import PHOTO, World

RELIEF = "鲁G10002"  # a box truck with a rear and a side door
CRASH = (38.3, 117.5)
LINES = [
    {"name": "控制器", "quantity": 200, "cargo_class": "general", "packaging": "carton", "mass_kg": 2000,
     "volume_m3": 12.5},
    {"name": "端子", "quantity": 50, "cargo_class": "general", "packaging": "carton", "mass_kg": 300,
     "volume_m3": 2.0},
]  # fmt: skip


def on_the_road(world: World, **changes: Any) -> Walk:
    """Walk a truck two hours down the road; its consignee was told the arrival."""
    walk = journey.under_way(world, **{"lines": LINES, **changes})
    journey.pass_hours(world, 2)
    journey.report_position(world, *CRASH)
    run_due(world)
    return walk


def several_on_the_road(world: World, *consignments: str, **changes: Any) -> str:
    """Drive several consignments two hours down the road on one truck and give the trip."""
    trip = journey.plan(world, *consignments, **changes)
    journey.crew(world, trip)
    journey.pass_hours(world, journey.LEAD_TO_DEPARTURE_H - 1)
    journey.check_in(world, trip)
    journey.pre_trip_check(world, trip)
    first = get(world, f"/trips/{trip}")["legs"]
    for consignment in [leg["consignment"] for leg in first if leg["pickup_stop"] == 1]:
        journey.count(world, trip, consignment)
    journey.secure(world, trip)
    journey.complete_loading(world, trip)
    journey.seal(world, trip)
    journey.pass_hours(world, 1)
    journey.gate_out(world, trip)
    journey.pass_hours(world, 2)
    journey.report_position(world, *CRASH)
    run_due(world)
    return trip


def crash(world: World, walk: Walk, state: AccidentState = AccidentState.RESPONDING, **changes: Any) -> str:
    """Put an accident on the trip and hold the truck, as the report does."""
    with world.runtime.begin(WORKER) as tx:
        trip = tx.session.scalars(select(Trip).where(Trip.number == walk.trip)).one()
        trip_id, vehicle_id = trip.id, trip.vehicle_id
    given = {"trip_id": trip_id, "vehicle_id": vehicle_id, "lat_e6": 38_300_000, "lon_e6": 117_500_000}
    number = accident_in(world, state, people=(), **{**given, "cargo_action": None, **changes})
    with world.runtime.begin(WORKER) as tx:
        accident = tx.session.scalars(select(Accident).where(Accident.number == number)).one()
        cargo_care.freeze(tx, tx.session.get_one(Trip, trip_id), accident)
    run_due(world)
    return number


def another_driver(world: World, staff_no: str) -> None:
    """Let the driver's phone be that of another driver from now on."""
    with world.runtime.begin(world.actor(Role.ADMIN)) as tx:
        wanted = accounts.NewUser(login=staff_no.lower(), name=staff_no, roles=(Role.DRIVER,), staff_no=staff_no)
        user = accounts.create_user(tx, wanted)
        world.keys[Role.DRIVER] = accounts.issue_key(tx, user, "phone", (), None).secret
        world.logins[Role.DRIVER] = accounts.actor_of(user, user.roles)


def a_plan(world: World, **changes: Any) -> dict[str, Any]:
    """Give the body of a lawful transhipment to the relief truck two hours from now."""
    now = world.clock.now()
    return {
        "vehicle": RELIEF,
        "drivers": ["D3", "D4"],
        "planned_departure_at": (now + timedelta(hours=2)).isoformat(),
        "seals": [{"closure": "rear_door", "number": "YA000001", "finding": "intact"}],
        "photo": PHOTO,
        "consents": [{"shipper": "SH-1", "who": "王经理", "means": "phone", "at": now.isoformat()}],
        **changes,
    }


def tranship(world: World, accident: str, role: Role = Role.SAFETY, **changes: Any) -> TestResponse:
    return send(world, role, "POST", f"/accidents/{accident}/transhipment", a_plan(world, **changes))


def damage(world: World, accident: str, consignment: str, *lines: tuple[int, int]) -> TestResponse:
    told = [{"line_no": no, "damaged_quantity": n, "photos": [PHOTO] if n else []} for no, n in lines]
    body = {"consignment": consignment, "lines": told}
    return send(world, Role.SAFETY, "POST", f"/accidents/{accident}/cargo-damage", body)


def notices_of(world: World, consignment: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = get(world, f"/consignments/{consignment}/notices")["items"]
    return items


def seen_by_link(world: World, consignment: str) -> dict[str, Any]:
    token = get(world, f"/consignments/{consignment}")["tracking_url"].partition("/t/")[2]
    answer = journey.client_of(world).get(f"/t/{token}.json")
    assert answer.status_code == 200
    seen: dict[str, Any] = answer.json
    return seen


def actions(world: World, consignment: str, role: Role = Role.DISPATCHER) -> list[str]:
    return [entry["action"] for entry in get(world, f"/consignments/{consignment}/trace?limit=200", role)["items"]]


def open_tasks(world: World, kind: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = get(world, f"/tasks?open=true&kind={kind}")["items"]
    return items
