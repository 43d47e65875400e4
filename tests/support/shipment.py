"""One consignment led along the road by the services themselves, for the tests of what others see of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import select

from models.notices import Notice
from models.parties import Channel, Party
from models.vocabulary import (
    ChannelKind,
    CheckKind,
    ClosureKind,
    Gear,
    LineVerdict,
    NoticeState,
    Role,
    SealFinding,
    SecuringMeasure,
)
from services.estimates import estimating
from services.estimates.batches import rounds
from services.messages import notice_sending
from services.planning import crews, dispatch
from services.planning.crews import CheckIn
from services.planning.trip_plans import TripPlan
from services.policy.inspections import required_items
from services.positions import tracking
from services.receiving import deliveries
from services.road import underway
from services.tokens import public_id
from services.transaction import WORKER, Tx
from services.yard import gate, loading, pickups, seals
from services.yard.loading import CheckCard
from services.yard.pickups import Count
from tests.support.journey import client_of
from tests.support.world import PHOTO, SIGNATURE, World

T = TypeVar("T")


class Shipment:
    """A booking of 200 cartons; each step leaves it lawful for the next."""

    def __init__(self, world: World, **changes: Any) -> None:
        self.world = world
        answer = client_of(world).post(
            "/api/v1/consignments", json=world.booking(**changes), headers=world.signed(Role.SHIPPER)
        )
        assert answer.status_code == 201, answer.json
        self.number: str = answer.json["number"]
        self.path: str = urlsplit(answer.json["tracking_url"]).path
        self.trip = ""

    def do(self, work: Callable[[Tx], T], role: Role = Role.DISPATCHER) -> T:
        return self.world.runtime.write(self.world.actor(role), work)

    def as_worker(self, work: Callable[[Tx], T]) -> T:
        return self.world.runtime.write(WORKER, work)

    def at(self, **offset: float) -> Any:
        """Give the instant that lies this far from now."""
        return self.world.clock.now() + timedelta(**offset)

    def planned(self, plate: str = "鲁G10001", **more: Any) -> Shipment:
        """Plan a trip and put two drivers on it."""
        plan = TripPlan(consignments=[self.number, *more.pop("others", [])], plate=plate,
                        planned_departure_at=self.at(hours=30), **more)  # fmt: skip
        self.trip = self.do(lambda tx: dispatch.plan_trip(tx, plan).number)
        self.do(lambda tx: crews.assign_crew(tx, self.trip, ["D1", "D2"], None).number)
        return self.estimated()

    def estimated(self) -> Shipment:
        """Let the worker make the estimates that are due, and a round of all trips with what that asks for."""
        self.world.clock.advance(seconds=20)
        self.as_worker(estimating.estimate_due)
        self.as_worker(lambda tx: rounds.look_round(tx, None))
        self.as_worker(estimating.estimate_due)
        return self

    def told(self, **later: float) -> Shipment:
        """Let the clock reach the notice's time and send what is due."""
        self.world.clock.advance(**(later or {"hours": 15}))
        for notice_id in self.as_worker(_due):
            outgoing = self.as_worker(lambda tx, one=notice_id: notice_sending.prepare(tx, one))  # type: ignore[misc]
            assert outgoing is not None
            receipt = notice_sending.deliver(self.world.runtime.ports, outgoing)
            self.as_worker(lambda tx, out=outgoing, got=receipt: notice_sending.record_outcome(tx, out, got))  # type: ignore[misc]
        return self

    def loaded(self, others: tuple[str, ...] = ()) -> Shipment:
        """Check the truck and the crew in, count, secure, complete, seal."""
        items = dict.fromkeys(required_items(CheckKind.PRE_TRIP, winter=True, is_train=False), True)
        for staff_no in ("D1", "D2"):
            self.do(lambda tx, who=staff_no: crews.check_in(tx, self.trip, CheckIn(who, tx.now, 0, fit=True)))  # type: ignore[misc]
        card = CheckCard(kind=CheckKind.PRE_TRIP, occurred_at=self.at(), items=items)
        self.do(lambda tx: loading.record_check(tx, self.trip, card))
        for number in (self.number, *others):
            count = Count(consignment=number, occurred_at=self.at(), lines={1: 200}, agent_name="经办",
                          agent_signature=SIGNATURE)  # fmt: skip
            self.do(lambda tx, one=count: pickups.count_pickup(tx, self.trip, one).id)  # type: ignore[misc]
        gear = [Gear.STRAPS, Gear.FOAM, Gear.SPONGE, Gear.RAIN_CLOTH, Gear.TARP, Gear.ROPE]
        measures = [{"measure": measure, "gear": gear, "photo": PHOTO} for measure in SecuringMeasure]
        self.do(lambda tx: loading.record_securing(tx, self.trip, measures, tx.now).id)
        self.do(lambda tx: loading.complete_loading(tx, self.trip, tx.now).id)
        self.world.clock.advance(minutes=5)
        self.do(lambda tx: seals.apply(tx, self.trip, "YA000001", ClosureKind.REAR_DOOR, tx.now, PHOTO).id)
        return self

    def departed(self) -> Shipment:
        """Leave the gate."""
        self.world.clock.advance(minutes=5)
        self.do(lambda tx: gate.gate_out(tx, self.trip, tx.now).id)
        return self.estimated()

    def seen_at(self, lat: float, lon: float, plate: str = "鲁G10001") -> Shipment:
        """Let the truck's terminal send one position."""
        fix = tracking.Fix(plate, self.at(), lat, lon, 60.0)
        assert self.as_worker(lambda tx: tracking.take(tx, [fix]).stored) == 1
        return self.estimated()

    def arrived(self, **later: float) -> Shipment:
        """Reach the next stop and check the seals there."""
        self.world.clock.advance(**(later or {"hours": 8}))
        self.do(lambda tx: underway.arrive(tx, self.trip, tx.now).id)
        return self

    def seals_checked(self, number: str = "YA000001", finding: SealFinding = SealFinding.INTACT) -> Shipment:
        """Look at the seal on the rear door."""
        seen = {ClosureKind.REAR_DOOR: (number, finding)}
        self.do(lambda tx: seals.verify_on_arrival(tx, self.trip, seen, tx.now).id)
        return self

    def accepted(self, number: str = "") -> Shipment:
        """Sign for everything."""
        receipt = deliveries.Receipt(
            lines=[{"line_no": 1, "verdict": LineVerdict.ACCEPTED}], consignee_name="收货员", driver_name="王师傅",
            consignee_signature=SIGNATURE, driver_signature=SIGNATURE, occurred_at=self.at(),
        )  # fmt: skip
        self.do(lambda tx: deliveries.receive(tx, number or self.number, receipt).id)
        return self


def view(shipment: Shipment) -> dict[str, Any]:
    """Open the link as JSON."""
    answer = client_of(shipment.world).get(shipment.path, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    seen: dict[str, Any] = answer.json
    return seen


def page(shipment: Shipment, lang: str = "zh-CN") -> str:
    """Open the link as a page."""
    answer = client_of(shipment.world).get(shipment.path, query_string={"lang": lang})
    assert answer.status_code == 200
    return answer.text


def a_hook(world: World, address: str = "https://example.com/shipper", events: tuple[str, ...] = ()) -> str:
    """Give shipper SH-1 an endpoint and give its public id."""
    with world.runtime.begin(WORKER) as tx:
        shipper_id = tx.session.scalars(select(Party.id).where(Party.code == "SH-1")).one()
        channel = Channel(public_id=public_id("chn"), party_id=shipper_id, kind=ChannelKind.WEBHOOK, address=address,
                          position=0, events=list(events))  # fmt: skip
        tx.session.add(channel)
        return channel.public_id


def _due(tx: Tx) -> list[int]:
    query = select(Notice.id).where(Notice.state == NoticeState.SCHEDULED, Notice.due_at <= tx.now)
    return list(tx.session.scalars(query.order_by(Notice.id)))
