"""Papers of vehicles and drivers that ran out or soon will, by HTTP (R-C-12)."""

from __future__ import annotations

from sqlalchemy import update

from models.drivers import Driver
from models.fleet import Vehicle
from models.vocabulary import DriverStatus, Role
from services.transaction import WORKER
from tests.support.world import World

TRUCK = "鲁G10001"


def test_papers_that_run_out_are_listed_soonest_first(world: World) -> None:
    with world.runtime.begin(WORKER) as tx:
        paper = {"number": "N-1", "valid_until": "2026-03-01"}
        tx.session.execute(update(Vehicle).where(Vehicle.plate == TRUCK).values(documents={"inspection": paper}))
        soon, beyond = {**paper, "valid_until": "2026-05-01"}, {**paper, "valid_until": "2026-05-02"}
        for staff_no, documents in (("D1", {"medical": soon}), ("D2", {"licence": beyond})):
            tx.session.execute(update(Driver).where(Driver.staff_no == staff_no).values(documents=documents))
        gone = {"status": DriverStatus.LEFT, "documents": {"licence": paper}}
        tx.session.execute(update(Driver).where(Driver.staff_no == "D3").values(**gone))
    client, headers = world.client(), world.signed(Role.SAFETY)
    watched = client.get("/api/v1/expiries", headers=headers).json["items"]
    assert [(row["holder"], row["document"], row["days_left"], row["urgency"]) for row in watched] == [
        (TRUCK, "inspection", -1, "expired"),
        ("D1", "medical", 60, "watch"),
    ]
    wider = client.get("/api/v1/expiries?within_days=61", headers=headers).json["items"]
    assert (wider[-1]["holder"], wider[-1]["urgency"]) == ("D2", "later")
    narrow = client.get("/api/v1/expiries?within_days=0", headers=headers).json["items"]
    assert [row["holder"] for row in narrow] == [TRUCK]
    assert "number" not in watched[0]
    assert client.get("/api/v1/expiries", headers=world.signed(Role.GATE)).status_code == 403
