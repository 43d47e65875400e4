"""Wages: recorded together, amended until something was taken from them, from a list or a file."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from sqlalchemy import select

from models.payroll import Wage
from models.people import Employee
from services.payroll import wage_file, wages
from services.payroll.wages import Given
from services.policy.findings import RuleBrokenError
from services.transaction import WORKER
from tests.support.payroll import employ, owing, pay, record
from tests.support.world import World

MONTH = "2026-03"


def recorded(world: World) -> dict[str, tuple[int, int]]:
    query = select(Employee.staff_no, Wage.gross_fen, Wage.minimum_fen).join(Wage, Wage.employee_id == Employee.id)
    with world.runtime.read(WORKER) as tx:
        return {staff_no: (gross, minimum) for staff_no, gross, minimum in tx.session.execute(query)}


def give(world: World, *given: Given, month: str = MONTH) -> dict[str, object]:
    return world.runtime.write(WORKER, lambda tx: wages.record(tx, month, given))


def refused(world: World, *given: Given, month: str = MONTH) -> list[tuple[str, object]]:
    with pytest.raises(RuleBrokenError) as raised:
        give(world, *given, month=month)
    return [
        (finding.code, finding.facts.get("staff_no", finding.facts.get("value"))) for finding in raised.value.findings
    ]


def test_wages_are_recorded_with_the_minimum_in_force_and_the_same_again_change_nothing(world: World) -> None:
    employ(world, "D1", "D2")
    given = (Given("D1", 600_000), Given("D2", 700_000, 250_000))
    assert give(world, *given) == {"month": MONTH, "recorded": 2, "amended": 0, "unchanged": 0}
    assert recorded(world) == {"D1": (600_000, 220_000), "D2": (700_000, 250_000)}
    assert give(world, *given) == {"month": MONTH, "recorded": 0, "amended": 0, "unchanged": 2}


def test_a_wage_is_amended_and_keeps_its_own_minimum_unless_another_is_given(world: World) -> None:
    employ(world, "D1")
    give(world, Given("D1", 600_000, 250_000))
    assert give(world, Given("D1", 610_000))["amended"] == 1
    assert recorded(world) == {"D1": (610_000, 250_000)}
    assert give(world, Given("D1", 610_000, 220_000))["amended"] == 1
    assert recorded(world) == {"D1": (610_000, 220_000)}


def test_a_wage_that_gave_something_is_not_amended_but_may_be_sent_again(world: World) -> None:
    owing(world, "D1", 800_000)
    pay(world, MONTH, D1="6000.00")
    assert refused(world, Given("D1", 600_001)) == [("WAGE_ALREADY_DEDUCTED", "D1")]
    assert refused(world, Given("D1", 600_000, 230_000)) == [("WAGE_ALREADY_DEDUCTED", "D1")]
    assert record(world, MONTH, D1="6000.00")["unchanged"] == 1


def test_every_fault_of_a_list_is_named_and_nothing_of_it_is_recorded(world: World) -> None:
    employ(world, "D1", "D2")
    faulty = (Given("D1", 1), Given("D1", 2), Given("D2", 1, 219_999), Given("D77", 1))
    assert refused(world, *faulty) == [
        ("WAGE_NAMED_TWICE", "D1"), ("WAGE_MINIMUM_TOO_LOW", "D2"), ("EMPLOYEE_UNKNOWN", "D77"),
    ]  # fmt: skip
    assert recorded(world) == {}


def test_no_minimum_wage_at_all_is_below_the_minimum(lite_world: World) -> None:
    employ(lite_world, "D1")
    assert refused(lite_world, Given("D1", 600_000, 0)) == [("WAGE_MINIMUM_TOO_LOW", "D1")]


def test_wages_of_a_month_that_has_not_come_are_refused(lite_world: World) -> None:
    employ(lite_world, "D1")
    assert refused(lite_world, Given("D1", 600_000), month="2026-04") == [("MONTH_IN_FUTURE", None)]


CSV = '2026年3月工资表\n工号,姓名,应发工资(元),最低工资\n D1 ,甲,"¥6,000.50",\n\nD2,乙,7000元,2500\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_whatever_its_encoding_and_the_lines_above_its_header(encoding: str) -> None:
    assert wage_file.read(CSV.encode(encoding)) == [Given("D1", 600_050), Given("D2", 700_000, 250_000)]


def test_an_english_csv_with_semicolons_is_read() -> None:
    content = b"Staff no;Gross wage\nD1;6000.00\n"
    assert wage_file.read(content) == [Given("D1", 600_000)]


def sheet(*rows: tuple[object, ...]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return made.getvalue()


def test_a_workbook_is_read_with_numbers_as_they_are_meant() -> None:
    content = sheet(("工号", "应发合计"), (10023, 6000.1), ("D2", 0.1 + 0.2))
    assert wage_file.read(content) == [Given("10023", 600_010), Given("D2", 30)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "IMPORT_EMPTY_FILE"),
        (b"\xd0\xcf\x11\xe0old", "IMPORT_OLD_EXCEL"),
        (b"PK\x03\x04broken", "IMPORT_XLSX_BROKEN"),
        (b"\xff\xfe\x00", "IMPORT_ENCODING_UNKNOWN"),
        ("姓名,应发工资\n甲,1\n".encode(), "WAGE_FILE_COLUMNS"),
        ("工号,应发工资\n,\n".encode(), "WAGE_FILE_EMPTY"),
        ('工号,应发工资\n"D1,1\n'.encode(), "WAGE_FILE_COLUMNS"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes, code: str) -> None:
    with pytest.raises(RuleBrokenError) as raised:
        wage_file.read(content)
    assert [finding.code for finding in raised.value.findings] == [code]


@pytest.mark.parametrize("amount", ["-1", "6000.001", "六千", "", "1e5", "6,00", "999999999999999", "TRUE"])
def test_an_amount_that_is_none_is_named_by_row_and_column(amount: str) -> None:
    with pytest.raises(RuleBrokenError) as raised:
        wage_file.read(f"工号,应发工资\nD1,1\nD2,{amount!r}\n".replace("'", '"').encode())
    (finding,) = raised.value.findings
    assert (finding.code, finding.facts["row"], finding.facts["column"]) == ("WAGE_FILE_ROW", 3, "gross_wage")


def test_a_row_without_a_number_and_a_bad_minimum_are_named() -> None:
    with pytest.raises(RuleBrokenError) as raised:
        wage_file.read("工号,应发工资,最低工资\n,1,\nD2,1,无\n".encode())
    assert [(one.facts["row"], one.facts["column"], one.facts["value"]) for one in raised.value.findings] == [
        (2, "staff_no", ""), (3, "minimum_wage", "无"),
    ]  # fmt: skip


def test_a_file_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wage_file, "MAX_ROWS", 1)
    with pytest.raises(RuleBrokenError, match="WAGE_FILE_TOO_LONG"):
        wage_file.read("工号,应发工资\nD1,1\nD2,1\n".encode())
