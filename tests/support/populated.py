"""A carrier in the middle of its day: one of everything, in several states, for tests that try every route."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from models.drivers import Driver
from models.vocabulary import AccidentState, ChannelKind, LossKind, Role
from services.transaction import WORKER
from tests.support import journey
from tests.support.accidents import Named, accident_in
from tests.support.journey import get, post, send
from tests.support.penalties import served
from tests.support.world import PHOTO, World

API = journey.API
CSV = "货物名称,件数\n控制器,10\n".encode()
# one that rides on the truck under way per door
DEVICES = {"13800138000": "jt808", "4f1c2b9a7d3e6058": "osmand", "861001000719969": "traccar"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


@dataclass(frozen=True, slots=True)
class Known:
    """The names of what exists, by kind; ``foreign`` is what neither SH-1 nor the driver D1 may see."""

    consignment: list[str]
    order: list[str]
    trip: list[str]
    seal: list[str]
    notice: list[str]
    file: list[str]
    import_: list[str]
    delivery: list[str]
    task: list[int]
    defect: list[int]
    accident: list[str]
    penalty: list[str]
    document: list[str]
    device: list[str]
    foreign: dict[str, str]


def populated(world: World) -> Known:
    """Fill a world by HTTP and give the names of what is there then."""
    _webhook(world, "SH-1")
    done = journey.delivered(world)
    journey.post_trip_card(world, done.trip)
    journey.verdict(world, done.trip)
    journey.close(world, done.trip)
    world.clock.advance(hours=20)
    goods = [journey.book(world) for _ in range(3)]
    cancelled = goods.pop()
    post(world, Role.SHIPPER, f"/consignments/{cancelled}/cancellation", {"reason": "不发了"})
    now = journey.loaded(world)
    journey.seal(world, now.trip, "YA000002")
    journey.pass_hours(world, 1)
    journey.gate_out(world, now.trip)
    planned = journey.plan(world, goods[0], vehicle="鲁G10002")
    defect = post(world, Role.SAFETY, "/vehicles/鲁G10003/defects", {"item": "tyres", "severity": "major"})
    post(world, Role.DRIVER, f"/trips/{now.trip}/problems", {"text": "轮胎鼓包"})
    foreign = _foreign(world)
    accident, penalty = _penalised(world, "D1")
    foreign["accident"], foreign["penalty"] = _penalised(world, "D3")
    documents = [_document(world, "accident_form", accident), _document(world, "penalty_decision", foreign["penalty"])]
    foreign["document"] = documents[1]
    consignments = [done.consignment, now.consignment, *goods, cancelled]
    return Known(
        consignment=consignments,
        order=[get(world, f"/consignments/{number}")["order"] for number in consignments[:2]],
        trip=[now.trip, done.trip, planned],
        seal=["YA000001", "YA000002", "YA000030"],
        notice=[one["id"] for one in get(world, "/notices")["items"]][:4],
        file=[_file(world)],
        import_=[_import(world, Role.SHIPPER)],
        delivery=[one["id"] for one in get(world, "/webhook-deliveries")["items"]][:3],
        task=[one["id"] for one in get(world, "/tasks")["items"]][:3],
        defect=[defect["id"]],
        accident=[accident, accident_in(world), accident_in(world, AccidentState.REPORTED)],
        penalty=[penalty],
        document=documents,
        device=[_device(world, terminal, protocol) for terminal, protocol in DEVICES.items()],
        foreign=foreign,
    )


def _webhook(world: World, shipper: str) -> str:
    """Let a shipper listen, so that there are deliveries; give the id of the channel."""
    seen = send(world, Role.DISPATCHER, "GET", f"/parties/{shipper}")
    body = {"channels": [{"kind": ChannelKind.WEBHOOK, "address": f"https://example.com/{shipper}"}]}
    tag = {"If-Match": seen.headers["ETag"]}
    answer = send(world, Role.DISPATCHER, "PUT", f"/parties/{shipper}/channels", body, tag)
    assert answer.status_code == 200, answer.text
    return str(answer.json["channels"][0]["id"])


def _foreign(world: World) -> dict[str, str]:
    """Make what belongs to SH-2 or rides without D1, and name one of each kind."""
    channel = _webhook(world, "SH-2")
    wanted = world.booking(consignee="CN-3", origin="SG-C", destination="BJ-F", shipper="SH-2")
    booked = post(world, Role.DISPATCHER, "/consignments", wanted)
    trip = journey.plan(world, booked["number"], vehicle="鲁G10004")
    journey.crew(world, trip, "D3", "D4")
    journey.run_due(world)
    deliveries = get(world, "/webhook-deliveries")["items"]
    return {
        "consignment": booked["number"],
        "order": booked["order"],
        "trip": trip,
        "party": "SH-2",
        "site": "SG-C",
        "seal": "YA000031",
        "file": PHOTO,
        "import": _import(world, Role.DISPATCHER, "&shipper=SH-2"),
        "channel": channel,
        "delivery": next(one["id"] for one in deliveries if one["channel"] == channel),
        "notice": get(world, f"/consignments/{booked['number']}/notices")["items"][0]["id"],
        "key": world.other_key.removeprefix("lk_").partition(".")[0],
    }


def _penalised(world: World, staff_no: str) -> tuple[str, str]:
    """Let a driver have an accident and a decision on it that was served; give the numbers of both."""
    with world.runtime.read(WORKER) as tx:
        driver_id = tx.session.scalars(select(Driver.id).where(Driver.staff_no == staff_no)).one()
    losses = [(LossKind.OWN_VEHICLE, 500_000)]
    number = accident_in(world, people=(Named(staff_no=staff_no),), losses=losses, driver_id=driver_id)
    return number, served(world, number)[0]


def _device(world: World, terminal: str, protocol: str) -> str:
    body = {"terminal": terminal, "protocol": protocol, "with_code": protocol == "jt808"}
    post(world, Role.DISPATCHER, "/devices", body)
    post(world, Role.DISPATCHER, f"/devices/{terminal}/mounts", {"vehicle": journey.PLATE})
    return terminal


def _document(world: World, kind: str, subject: str) -> str:
    """Have a paper made and give its number."""
    answer = send(world, Role.SAFETY, "POST", "/documents", {"kind": kind, "subject": subject})
    assert answer.status_code == 202, answer.text
    journey.run_due(world)
    return str(answer.json["number"])


def _file(world: World) -> str:
    sent = {**world.signed(Role.DRIVER), "Content-Type": "image/png"}
    answer = journey.client_of(world).post(f"{API}/files", data=PNG, headers=sent)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def _import(world: World, role: Role, more: str = "") -> str:
    sent = {**world.signed(role), "Content-Type": "text/csv"}
    address = f"{API}/imports?dry_run=true&file_name=orders.csv{more}"
    answer = journey.client_of(world).post(address, data=CSV, headers=sent)
    assert answer.status_code == 202, answer.text
    journey.run_due(world)
    return str(answer.json["id"])
