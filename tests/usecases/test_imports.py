"""What becomes of the rows of an imported file: booked, updated, unchanged, refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import selectinload

from models.consignments import CargoLine, Consignment
from models.imports import ImportFile, ImportRow
from models.records import JournalEntry, NumberSeries, OutboxRow
from models.vocabulary import CargoClass, ConsignmentState, ImportState, Packaging, Role, ShipmentMode
from services import accounts
from services.imports import run
from services.orders import booking, rebooking
from services.policy.findings import RuleBrokenError
from services.transaction import WORKER
from tests.support.sheets import a_csv, a_row, codes, finished, imported, results, step, uploaded
from tests.support.world import World


def count(world: World, table: type) -> int:
    with world.runtime.read(WORKER) as tx:
        return tx.session.scalar(select(func.count()).select_from(table)) or 0


def the_only(world: World, **where: object) -> Consignment:
    with world.runtime.read(WORKER) as tx:
        return tx.session.scalars(select(Consignment).options(selectinload(Consignment.lines)).filter_by(**where)).one()


def put_in_state(world: World, state: ConsignmentState) -> None:
    with world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(Consignment).values(state=state))


class KilledError(Exception):
    """The worker ends before it commits."""


def step_and_die(world: World) -> None:
    with world.runtime.begin(WORKER) as tx:
        run.run_chunk(tx, tx.session.scalars(select(ImportFile.id)).one())
        raise KilledError


def test_a_lawful_row_is_booked_as_the_shipper_says(world: World) -> None:
    row = a_row(**{"不便人工装卸": "是", "声明价值(元)": "1200.50", "联系人": "王师傅", "我的列": "x"})
    view = imported(world, world.actor(Role.SHIPPER), a_csv(row))
    assert (view["state"], results(view), view["counts"]["booked"]) == (ImportState.DONE, ["booked"], 1)
    assert view["columns"]["ignored"] == ["我的列"]
    booked = the_only(world, customer_ref="PO-1")
    assert view["rows"][0]["consignment"] == booked.number
    assert (booked.total_mass_kg, booked.total_volume_dm3, booked.hard_to_handle) == (2000, 12_500, True)
    assert (booked.contact_name, booked.created_by, booked.shipment_mode) == ("王师傅", "shipper", ShipmentMode.FTL)
    assert booked.lines[0].declared_value_fen == 120_050


def test_the_same_file_again_changes_nothing(world: World) -> None:
    content = a_csv(a_row(), a_row(客户单号=""), a_row(客户单号=""), a_row(客户单号="PO-2", 类别="不存在"))
    actor = world.actor(Role.SHIPPER)
    first = imported(world, actor, content)
    assert results(first) == ["booked", "booked", "booked", "refused"]
    before = {table: count(world, table) for table in (Consignment, CargoLine)}
    again = imported(world, actor, content)
    assert results(again) == ["unchanged", "unchanged", "unchanged", "refused"]
    assert [row["consignment"] for row in again["rows"]] == [row["consignment"] for row in first["rows"]]
    assert {table: count(world, table) for table in before} == before
    assert again["id"] != first["id"]
    assert again["sha256"] == first["sha256"]


def test_one_equal_row_more_is_one_consignment_more(lite_world: World) -> None:
    row, actor = a_row(客户单号=""), lite_world.actor(Role.SHIPPER)
    assert results(imported(lite_world, actor, a_csv(row, row))) == ["booked", "booked"]
    assert results(imported(lite_world, actor, a_csv(row, row, row))) == ["unchanged", "unchanged", "booked"]


def test_two_shippers_may_send_the_same_row(lite_world: World) -> None:
    own = a_row(客户单号="")
    foreign = {**own, "收货方编码": "CN-3", "发货点": "SG-C", "收货点": "BJ-F"}
    dispatcher = lite_world.actor(Role.DISPATCHER)
    assert results(imported(lite_world, dispatcher, a_csv(own), shipper="SH-1")) == ["booked"]
    assert results(imported(lite_world, lite_world.other_shipper, a_csv(foreign))) == ["booked"]
    assert codes(imported(lite_world, lite_world.other_shipper, a_csv(own))) == [["REFERENCE_UNKNOWN"] * 3]


def test_a_dry_run_writes_nothing_and_says_what_would_happen(world: World) -> None:
    actor = world.actor(Role.SHIPPER)
    imported(world, actor, a_csv(a_row(客户单号="PO-0")))
    tables = (Consignment, CargoLine, NumberSeries)
    before = {table: count(world, table) for table in tables}
    content = a_csv(a_row(客户单号="PO-0", 件数="7"), a_row(), a_row(客户单号="PO-2", 收货点="SG-A"))
    dry = imported(world, actor, content, dry_run=True)
    assert {table: count(world, table) for table in tables} == before
    with world.runtime.read(WORKER) as tx:
        owed = set(tx.session.scalars(select(OutboxRow.job)))
        entries = tx.session.scalar(select(func.count()).where(JournalEntry.subject_kind == "consignment"))
    assert (owed, entries) == ({"run_import"}, 1)
    assert results(dry) == ["updated", "booked", "refused"]
    assert codes(dry)[2] == ["ORIGIN_IS_DESTINATION"]
    real = imported(world, actor, content)
    assert (results(real), codes(real)) == (results(dry), codes(dry))


def test_a_changed_row_updates_before_dispatch_with_the_difference(world: World) -> None:
    actor = world.actor(Role.SHIPPER)
    imported(world, actor, a_csv(a_row()))
    later = a_row(件数="190", 要求到达时间="2026-03-06 10:00")
    view = imported(world, actor, a_csv(later))
    assert results(view) == ["updated"]
    assert [
        (reason["column"], reason["facts"]["before"], reason["facts"]["after"]) for reason in view["rows"][0]["reasons"]
    ] == [
        ("要求到达时间", "2026-03-05 10:00", "2026-03-06 10:00"),
        ("件数", "200", "190"),
    ]
    changed = the_only(world, customer_ref="PO-1")
    assert (changed.lines[0].quantity, changed.version) == (190, 2)
    assert results(imported(world, actor, a_csv(later))) == ["unchanged"]
    assert results(imported(world, actor, a_csv(a_row()))) == ["updated"]


def test_after_dispatch_a_changed_row_is_refused_and_the_same_row_is_unchanged(world: World) -> None:
    actor = world.actor(Role.SHIPPER)
    imported(world, actor, a_csv(a_row()))
    put_in_state(world, ConsignmentState.IN_TRANSIT)
    assert results(imported(world, actor, a_csv(a_row()))) == ["unchanged"]
    view = imported(world, actor, a_csv(a_row(件数="190")))
    assert (results(view), codes(view)) == (["refused"], [["AMEND_NOT_ALLOWED"]])
    assert the_only(world, customer_ref="PO-1").lines[0].quantity == 200


def test_what_was_changed_by_hand_is_kept_by_the_same_file_and_by_blank_cells(lite_world: World) -> None:
    actor = lite_world.actor(Role.SHIPPER)
    content = a_csv(a_row(电话=""))
    number = imported(lite_world, actor, content)["rows"][0]["consignment"]
    with lite_world.runtime.begin(actor) as tx:
        rebooking.amend(tx, number, {"contact_phone": "13900001111", "notes": "改过"}, None)
    assert results(imported(lite_world, actor, content)) == ["unchanged"]
    assert results(imported(lite_world, actor, a_csv(a_row(电话="", 件数="150")))) == ["updated"]
    assert the_only(lite_world).contact_phone == "13900001111"


def test_rows_of_one_reference_are_lines_of_one_consignment(world: World) -> None:
    actor = world.actor(Role.SHIPPER)
    first, second = a_row(备注="甲"), a_row(货物名称="线束", 件数="5", 备注="乙")
    view = imported(world, actor, a_csv(first, a_row(客户单号="PO-2"), second))
    assert results(view) == ["booked"] * 3
    assert len({row["consignment"] for row in view["rows"]}) == 2
    booked = the_only(world, customer_ref="PO-1")
    assert ([line.name for line in booked.lines], booked.notes) == (["控制器", "线束"], "甲；乙")
    assert results(imported(world, actor, a_csv(second, first))) == ["updated", "updated"]
    fewer = imported(world, actor, a_csv(first))
    assert codes(fewer) == [["CELL_CHANGED", "LINES_REMOVED"]]
    assert [line.name for line in the_only(world, customer_ref="PO-1").lines] == ["控制器"]


def test_one_bad_row_refuses_its_order_and_no_other(world: World) -> None:
    view = imported(
        world,
        world.actor(Role.SHIPPER),
        a_csv(
            a_row(),
            a_row(**{"重量(kg)": "很重"}),
            a_row(客户单号="PO-2"),
            a_row(客户单号="PO-3"),
            a_row(客户单号="PO-3", 发货点="JN-H"),
        ),
    )
    assert results(view) == ["refused", "refused", "booked", "refused", "refused"]
    assert codes(view) == [["ORDER_REFUSED"], ["CELL_NOT_A_NUMBER"], [], ["ORDER_REFUSED"], ["ROWS_DISAGREE"]]
    assert count(world, Consignment) == 1


def test_a_finding_of_the_rules_stands_on_the_row_and_column_it_is_about(lite_world: World) -> None:
    view = imported(
        lite_world,
        lite_world.actor(Role.SHIPPER),
        a_csv(a_row(), a_row(类别="危险"), a_row(客户单号="PO-2", 收货方编码="CN-9")),
    )
    assert codes(view)[1] == ["HAZMAT_MIXED", "HAZMAT_CLASS_MISSING"]
    reason = view["rows"][2]["reasons"][0]
    assert (reason["code"], reason["column"], reason["value"]) == ("REFERENCE_UNKNOWN", "收货方编码", "CN-9")


def test_after_a_refusal_the_history_of_the_next_consignment_is_whole(world: World) -> None:
    rows = [a_row(客户单号=f"PO-{n}", **({"收货点": "SG-A"} if n % 2 else {})) for n in range(6)]
    assert results(imported(world, world.actor(Role.SHIPPER), a_csv(*rows))) == ["booked", "refused"] * 3
    with world.runtime.read(WORKER) as tx:
        seqs = tx.session.scalars(select(JournalEntry.seq).where(JournalEntry.subject_kind == "consignment")).all()
    assert seqs == [1, 1, 1]


def test_fragile_is_a_class_of_its_own_or_a_mark(lite_world: World) -> None:
    rows = a_row(易碎="是"), a_row(客户单号="PO-2", 易碎="是", 类别="电子精密")
    imported(lite_world, lite_world.actor(Role.SHIPPER), a_csv(*rows))
    assert the_only(lite_world, customer_ref="PO-1").lines[0].cargo_class is CargoClass.FRAGILE
    line = the_only(lite_world, customer_ref="PO-2").lines[0]
    assert (line.cargo_class, line.marks) == (CargoClass.ELECTRONICS, ["fragile"])


@pytest.mark.parametrize(("kg", "mode"), [("3000", ShipmentMode.LTL), ("3001", ShipmentMode.FTL)])
def test_without_a_mode_the_part_load_limit_decides(lite_world: World, kg: str, mode: ShipmentMode) -> None:
    imported(lite_world, lite_world.actor(Role.SHIPPER), a_csv(a_row(**{"重量(kg)": kg, "体积(方)": "1"})))
    assert the_only(lite_world).shipment_mode is mode


def test_a_cancelled_consignment_is_not_booked_again_by_the_same_row_but_by_a_changed_one(lite_world: World) -> None:
    actor = lite_world.actor(Role.SHIPPER)
    imported(lite_world, actor, a_csv(a_row()))
    put_in_state(lite_world, ConsignmentState.CANCELLED)
    view = imported(lite_world, actor, a_csv(a_row()))
    assert (results(view), codes(view)) == (["unchanged"], [["CANCELLED_SINCE"]])
    assert results(imported(lite_world, actor, a_csv(a_row(件数="190")))) == ["booked"]
    assert count(lite_world, Consignment) == 2


def test_an_order_booked_by_hand_is_known_by_its_reference(lite_world: World) -> None:
    actor = lite_world.actor(Role.SHIPPER)
    line = {"name": "控制器", "quantity": 200, "cargo_class": CargoClass.GENERAL, "packaging": Packaging.CARTON,
            "mass_kg": 2000, "volume_dm3": 12_500, "temp_min_c": 5, "temp_max_c": 20}  # fmt: skip
    by_hand = {"customer_ref": "PO-1", "shipment_mode": ShipmentMode.EXPRESS, "consignee": "CN-1", "origin": "SG-A",
               "destination": "BJ-B", "promised_arrival_at": datetime(2026, 3, 5, 2, tzinfo=UTC),
               "lines": [line]}  # fmt: skip
    with lite_world.runtime.begin(actor) as tx:
        booking.book(tx, {"consignments": [by_hand]})
    assert results(imported(lite_world, actor, a_csv(a_row()))) == ["unchanged"]
    assert results(imported(lite_world, actor, a_csv(a_row(包装="托盘")))) == ["updated"]
    kept = the_only(lite_world)
    assert (kept.shipment_mode, kept.lines[0].packaging, kept.lines[0].temp_max_c) == (
        ShipmentMode.EXPRESS,
        Packaging.PALLET,
        20,
    )


def test_a_crash_between_chunks_loses_and_repeats_nothing(world: World) -> None:
    rows = [a_row(客户单号="" if n % 2 else f"PO-{n}") for n in range(run.CHUNK_ROWS + 20)]
    public_id = uploaded(world, world.actor(Role.SHIPPER), a_csv(*rows))
    assert step(world, public_id) is ImportState.RUNNING
    with pytest.raises(KilledError):
        step_and_die(world)
    assert (count(world, ImportRow), count(world, Consignment)) == (run.CHUNK_ROWS, run.CHUNK_ROWS)
    view = finished(world, public_id)
    assert (view["rows_done"], view["rows_total"], view["counts"]["booked"]) == (len(rows), len(rows), len(rows))
    assert count(world, Consignment) == len(rows)
    assert step(world, public_id) is ImportState.DONE
    assert results(imported(world, world.actor(Role.SHIPPER), a_csv(*rows))) == ["unchanged"] * len(rows)


def test_the_same_file_in_two_workers_at_once_books_every_row_once(world: World) -> None:
    rows = [a_row(客户单号="" if n % 2 else f"PO-{n}", 件数=str(n + 1)) for n in range(run.CHUNK_ROWS)]
    twice = [uploaded(world, world.actor(Role.SHIPPER), a_csv(*rows)) for _ in range(2)]
    with ThreadPoolExecutor(2) as workers:
        views = list(workers.map(lambda public_id: finished(world, public_id), twice))
    assert count(world, Consignment) == len(rows)
    assert sum(view["counts"]["booked"] for view in views) == len(rows)
    assert sum(view["counts"]["unchanged"] for view in views) == len(rows)


def test_every_chunk_owes_the_next_under_its_own_key(lite_world: World) -> None:
    rows = [a_row(客户单号=f"PO-{n}") for n in range(run.CHUNK_ROWS + 1)]
    public_id = uploaded(lite_world, lite_world.actor(Role.SHIPPER), a_csv(*rows))
    finished(lite_world, public_id)
    with lite_world.runtime.read(WORKER) as tx:
        keys = tx.session.scalars(
            select(OutboxRow.key).where(OutboxRow.job == "run_import").order_by(OutboxRow.id)
        ).all()
    assert keys == [f"import-{public_id}-0", f"import-{public_id}-{run.CHUNK_ROWS}"]


def test_an_uploader_who_was_shut_out_books_nothing_more(lite_world: World) -> None:
    public_id = uploaded(lite_world, lite_world.actor(Role.SHIPPER), a_csv(a_row()))
    with lite_world.runtime.begin(lite_world.actor(Role.ADMIN)) as tx:
        accounts.disable_user(tx, "shipper", "left")
    view = finished(lite_world, public_id)
    assert (view["state"], view["problem"]["code"]) == (ImportState.REJECTED, "IMPORT_UPLOADER_DISABLED")
    assert count(lite_world, Consignment) == 0


@pytest.mark.parametrize(
    ("role", "shipper"), [(Role.SHIPPER, "SH-2"), (Role.DISPATCHER, None), (Role.DISPATCHER, "CN-1")]
)
def test_a_file_needs_a_shipper_the_caller_may_book_for(lite_world: World, role: Role, shipper: str | None) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        uploaded(lite_world, lite_world.actor(role), a_csv(a_row()), shipper=shipper)
    assert [finding.code for finding in refused.value.findings] == ["REFERENCE_UNKNOWN"]
    assert count(lite_world, ImportFile) == 0
