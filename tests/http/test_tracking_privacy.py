"""What the link does not show: persons, other people's goods, points on a map."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.consignments import Consignment
from models.drivers import Driver
from models.notices import Notice
from models.vocabulary import ClosureKind, NoticeState, Role
from services.messages import notice_desk
from services.planning import dispatch
from services.queries.public_trip import courtesy_name
from services.regions import region_name
from services.transaction import WORKER
from services.yard import seals
from tests.support.journey import client_of
from tests.support.shipment import Shipment, page, view
from tests.support.world import PHOTO, World

JSON = {"Accept": "application/json"}


def break_record() -> dict[str, Any]:
    return {"reason": "路检", "who": "交警", "by_police": True, "authority_document": "检查记录 1", "photo": PHOTO}


def test_persons_appear_masked_and_other_persons_not_at_all(lite_world: World) -> None:
    shipment = Shipment(lite_world, contact_name="李收货", contact_phone="13711112222").planned().told()
    with lite_world.runtime.begin(WORKER) as tx:
        driver = tx.session.scalars(select(Driver).where(Driver.staff_no == "D1")).one()
        driver.name, driver.phone = "王建国", "+8613911111111"
    assert view(shipment)["drivers"][0] == {"name": "王师傅", "phone": "139****1111", "driving": False}
    client = client_of(lite_world)
    for text in (page(shipment), client.get(shipment.path, headers=JSON).text):
        for secret in ("王建国", "13911111111", "李收货", "13711112222", "13900001111", "370783198501010013", "dock1"):
            assert secret not in text


@pytest.mark.parametrize(
    ("name", "called"), [("王建国", "王师傅"), ("欧阳海", "欧阳师傅"), ("Adil Karim", "Adil师傅"), (" ", "师傅")]
)
def test_a_driver_is_called_by_his_family_name(name: str, called: str) -> None:
    assert courtesy_name(name) == called


def test_a_place_is_a_district_and_only_near_a_known_place(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned().told()
    lite_world.clock.advance(hours=14)
    shipment.loaded().departed()
    assert view(shipment)["place"] is None
    lite_world.clock.advance(hours=2)
    shipment.seen_at(37.5, 117.9)
    assert view(shipment)["place"]["region"] is None
    lite_world.clock.advance(hours=2)
    shipment.seen_at(39.70, 116.50)
    near = view(shipment)
    assert near["place"]["region"] == "北京市大兴区"
    assert "39.7" not in str(near)
    assert "116.5" not in str(near)


def test_region_names_are_those_in_use() -> None:
    names = [region_name(code) for code in ("370783", "120110", "110000", "999999")]
    assert names == ["山东省寿光市", "天津市东丽区", "北京市", "999999"]


def test_another_consignees_notices_and_goods_do_not_show(lite_world: World) -> None:
    mine = Shipment(lite_world)
    other = Shipment(lite_world, consignee="CN-2", destination="TJ-D")
    mine.planned(others=[other.number]).told(hours=29)
    client_of(lite_world).post(f"{mine.path}/acknowledgement")
    with lite_world.runtime.read(WORKER) as tx:
        states = dict(tx.session.execute(select(Notice.consignee_id, Notice.state)).all())
        owners = dict(tx.session.execute(select(Consignment.consignee_id, Consignment.number)).all())
    assert {owners[key]: state for key, state in states.items()} == {
        mine.number: NoticeState.ACKNOWLEDGED,
        other.number: NoticeState.SENT,
    }
    assert other.number not in page(mine)


def test_notices_of_a_cancelled_trip_are_gone(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned().told()
    shipment.do(lambda tx: dispatch.cancel_trip(tx, shipment.trip, "车辆故障").id)
    seen = view(shipment)
    assert (seen["state"], seen["notices"], seen["vehicle"]) == ("booked", [], None)


def test_a_seal_opened_on_the_way_shows_with_the_one_that_replaced_it(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned().told()
    lite_world.clock.advance(hours=14)
    shipment.loaded().departed()
    lite_world.clock.advance(hours=1)
    shipment.do(lambda tx: seals.break_seal(tx, "YA000001", {**break_record(), "occurred_at": tx.now}).id)
    lite_world.clock.advance(minutes=5)
    shipment.do(lambda tx: seals.replace(tx, "YA000001", "YA000002", tx.now, PHOTO).id)
    seen = view(shipment)["seals"]
    assert [(seal["number"], seal["state"], seal["replaced_by"]) for seal in seen] == [
        ("YA000002", "applied", None),
        ("YA000001", "opened", "YA000002"),
    ]
    assert "交警" not in page(shipment)
    assert "封条 YA000001 途中开封" in page(shipment)


def test_seals_put_on_after_the_goods_left_are_not_theirs(lite_world: World) -> None:
    mine = Shipment(lite_world, consignee="CN-2", destination="TJ-D")
    other = Shipment(lite_world)
    mine.planned(others=[other.number], stops=["SG-A", "TJ-D", "BJ-B"]).told(hours=28)
    mine.loaded(others=(other.number,)).departed().arrived(hours=5).seals_checked().accepted()
    closure = ClosureKind.REAR_DOOR
    mine.do(lambda tx: seals.apply(tx, mine.trip, "YA000003", closure, tx.now + timedelta(minutes=5), PHOTO).id)
    assert [seal["number"] for seal in view(mine)["seals"]] == ["YA000001"]
    assert [seal["number"] for seal in view(other)["seals"]] == ["YA000003"]


def test_a_notice_confirmed_by_phone_names_nobody_of_the_desk(lite_world: World) -> None:
    shipment = Shipment(lite_world).planned().told()
    with lite_world.runtime.begin(lite_world.actor(Role.DISPATCHER)) as tx:
        notice = tx.session.scalars(select(Notice)).one()
        notice_desk.told_by_phone(tx, notice, tx.now, "电话告知收货员")
    text = client_of(lite_world).get(shipment.path, headers=JSON).text
    assert "phone:" not in text
    assert "电话告知" not in text
