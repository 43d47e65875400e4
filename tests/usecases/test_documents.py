"""Papers of a case: what stands in them, who may have them, how they become a PDF, and what a template may do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.vocabulary import AccidentState, DocumentKind, DocumentState, Role
from services.documents import kinds, printing
from services.documents.pages import NOT_FILLED
from services.errors import NotFoundError, SetupError
from services.policy.findings import RuleBrokenError
from services.ports import Printed
from services.settings import Settings
from services.transaction import WORKER, Actor, Tx
from tests.support import penalties
from tests.support.accidents import Named, accident_in, an_employee
from tests.support.jobs import row
from tests.support.journey import run_due
from tests.support.papers import BLOCK, OUTLINE, rich_case
from tests.support.payroll import employ, owing
from tests.support.world import World, new_runtime

K = DocumentKind


def text_of(world: World, kind: DocumentKind, subject: str, actor: Actor = WORKER) -> str:
    with world.runtime.read(actor) as tx:
        return kinds.rendered(tx, kinds.read(tx, kind, subject))


def ask(world: World, kind: DocumentKind, subject: str, role: Role = Role.SAFETY) -> str:
    with world.runtime.begin(world.actor(role)) as tx:
        return str(printing.ask(tx, kind, subject)["number"])


def card(world: World, number: str, role: Role = Role.SAFETY) -> dict[str, object]:
    with world.runtime.read(world.actor(role)) as tx:
        return printing.view(tx, number)


@contextmanager
def reading(world: World, role: Role) -> Iterator[Tx]:
    with world.runtime.read(world.actor(role)) as tx:
        yield tx


def test_the_accident_form_says_what_the_case_knows(world: World) -> None:
    rich = rich_case(world)
    text = text_of(world, K.ACCIDENT_FORM, rich.accident)
    told = (
        rich.accident, rich.trip, "2026年3月2日 16:00", "京沪高速沧州段K120+300", "高速公路", "小雨", "鲁G10001",
        "驾驶员D1", "驾驶员D2", "78 公里/小时", "2小时0分钟", "控制器", "12 件", "鲁B20002 小型轿车", "12,000.00元",
        "3,500.50元", "雨天跟车过近", "违章作业", "重大", "二级", "主要责任", "第1-1号", "雨天跟车距离专项教育",
        "京沪高速交警大队", "第370700号", "示例财险寿光支公司", "RDZA20260302", OUTLINE,
    )  # fmt: skip
    assert [one for one in told if one not in text] == []
    assert "驾龄 16 年" in text


def test_the_quick_report_has_its_seven_blocks_and_everything_that_went_out(world: World) -> None:
    rich = rich_case(world)
    text = text_of(world, K.QUICK_REPORT, rich.accident)
    assert [one for one in BLOCK.values() if one not in text] == []
    for part in (
        "一、",
        "二、",
        "三、",
        "四、",
        "五、",
        "六、",
        "七、",
        "口头报告（口头）",
        "行车事故快报（书面）",
        "上级主管部门",
    ):
        assert part in text
    assert "2026年3月2日 16:45" in text
    assert "2026年3月2日 16:50" in text


def test_a_follow_up_names_its_base_what_changed_and_the_new_totals(world: World) -> None:
    rich = rich_case(world)
    text = text_of(world, K.FOLLOW_UP_REPORT, rich.follow_up)
    assert "一名轻伤者经医院确认转为重伤。" in text
    assert "原报告编号：SB-20260302-0002" in text
    before, now = (text.partition(f"<td>{name}</td>")[2][:60] for name in ("原报告", "本次"))
    assert "<td>0</td><td>2</td><td>3</td><td>0</td>" in before
    assert "<td>0</td><td>3</td><td>2</td><td>0</td>" in now


def test_a_decision_lists_every_line_on_the_person_and_nobody_elses(world: World) -> None:
    rich = rich_case(world)
    text = text_of(world, K.PENALTY_DECISION, rich.penalty)
    assert "张示例" in text
    assert [
        one for one in ("6,952.28元", "400.00元", "3,000.00元", "7,352.28元", "2026年3月7日 24:00") if one not in text
    ] == []
    assert "1,738.07元" not in text  # the other driver's fifth
    assert "总经理" in text


def test_the_statement_is_the_ledgers_own(world: World) -> None:
    rich = rich_case(world)
    text = text_of(world, K.DEDUCTION_STATEMENT, "D1")
    assert [
        one
        for one in (rich.penalty, "6,000.00元", "7,352.28元", "1,200.00元", "5,752.28元", "6,152.28元")
        if one not in text
    ] == []
    assert "2026年3月" in text


@pytest.mark.parametrize("kind", [K.ACCIDENT_FORM, K.QUICK_REPORT])
def test_a_case_of_which_nothing_is_known_prints_with_gaps(world: World, kind: DocumentKind) -> None:
    number = accident_in(world, AccidentState.REPORTED, people=(), cargo_action=None)
    text = text_of(world, kind, number)
    assert text.count(NOT_FILLED) > 4
    assert "None" not in text


def test_a_statement_of_somebody_who_owes_nothing_prints(world: World) -> None:
    employ(world, "D2")
    assert "尚未扣款" in text_of(world, K.DEDUCTION_STATEMENT, "D2")


def test_what_people_wrote_is_never_markup(world: World) -> None:
    number = accident_in(world, outline="<script>alert(1)</script>{{ 7*7 }}", place='"><img src=x>')
    text = text_of(world, K.ACCIDENT_FORM, number)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in text
    assert "<img" not in text


def test_a_paper_is_asked_for_made_by_the_worker_and_read_back(world: World) -> None:
    number = ask(world, K.ACCIDENT_FORM, accident_in(world))
    assert card(world, number)["state"] is DocumentState.QUEUED
    with reading(world, Role.SAFETY) as tx, pytest.raises(RuleBrokenError, match="DOCUMENT_NOT_READY"):
        printing.content_of(tx, number)
    run_due(world)
    made = card(world, number)
    with reading(world, Role.MANAGER) as tx:
        _, content = printing.content_of(tx, number)
    assert made["state"] is DocumentState.DONE
    assert made["sha256"] == hashlib.sha256(content).hexdigest()
    assert made["size_bytes"] == len(content)
    assert number in world.printer.pages[-1]
    assert "预览件" not in world.printer.pages[-1]


def test_asking_twice_makes_two_papers_and_a_job_that_runs_twice_one(world: World) -> None:
    accident = accident_in(world)
    first, second = ask(world, K.ACCIDENT_FORM, accident), ask(world, K.ACCIDENT_FORM, accident)
    assert first != second
    run_due(world)
    assert len(world.printer.pages) == 2
    with world.runtime.begin(WORKER) as tx:
        document_id = row(world.runtime, "document-1").args["document_id"]
        assert printing.prepare(tx, document_id) is None


def test_a_machine_that_cannot_print_fails_the_paper_with_one_reason(world: World) -> None:
    world.printer.answer = Printed(None, "PDF_FONT_MISSING", {})
    number = ask(world, K.ACCIDENT_FORM, accident_in(world))
    run_due(world)
    made = card(world, number)
    assert made["state"] is DocumentState.FAILED
    with reading(world, Role.SAFETY) as tx, pytest.raises(RuleBrokenError, match="PDF_FONT_MISSING"):
        printing.content_of(tx, number)
    assert row(world.runtime, "document-1").done_at is not None


@pytest.mark.parametrize(
    ("kind", "readers"),
    [
        (K.ACCIDENT_FORM, {Role.SAFETY, Role.PRODUCTION, Role.MANAGER, Role.GENERAL_MANAGER}),
        (K.FOLLOW_UP_REPORT, {Role.SAFETY, Role.PRODUCTION, Role.MANAGER, Role.GENERAL_MANAGER}),
        (K.MONTHLY_ACCIDENTS, {Role.SAFETY, Role.PRODUCTION, Role.MANAGER, Role.GENERAL_MANAGER, Role.FINANCE}),
        (
            K.PENALTY_DECISION,
            {Role.SAFETY, Role.PRODUCTION, Role.MANAGER, Role.GENERAL_MANAGER, Role.FINANCE, Role.HR, Role.DRIVER},
        ),
        (K.DEDUCTION_STATEMENT, {Role.MANAGER, Role.GENERAL_MANAGER, Role.FINANCE, Role.HR, Role.DRIVER}),
    ],
)
def test_each_kind_has_its_readers_and_the_person_himself(
    lite_world: World, kind: DocumentKind, readers: set[Role]
) -> None:
    rich = rich_case(lite_world)
    subjects = {
        K.ACCIDENT_FORM: rich.accident, K.FOLLOW_UP_REPORT: rich.follow_up, K.MONTHLY_ACCIDENTS: "2026-02",
        K.PENALTY_DECISION: rich.penalty, K.DEDUCTION_STATEMENT: "D1",
    }  # fmt: skip
    may = set()
    for role in Role:
        with reading(lite_world, role) as tx:
            try:
                kinds.read(tx, kind, subjects[kind])
            except NotFoundError:
                continue
            may.add(role)
    assert may == readers


def test_nobody_reads_another_persons_statement(lite_world: World) -> None:
    employ(lite_world, "D1", "D2")
    with reading(lite_world, Role.DRIVER) as tx:
        kinds.read(tx, K.DEDUCTION_STATEMENT, "D1")
        with pytest.raises(NotFoundError):
            kinds.read(tx, K.DEDUCTION_STATEMENT, "D2")


def test_a_person_has_the_papers_he_asked_for_and_not_those_others_made_of_him(lite_world: World) -> None:
    owing(lite_world, "D1", 100_00)
    theirs = ask(lite_world, K.DEDUCTION_STATEMENT, "D1", Role.FINANCE)
    his = ask(lite_world, K.DEDUCTION_STATEMENT, "D1", Role.DRIVER)
    run_due(lite_world)
    assert card(lite_world, his, Role.DRIVER)["state"] is DocumentState.DONE
    assert card(lite_world, his, Role.FINANCE)["state"] is DocumentState.DONE
    for role in (Role.DRIVER, Role.SAFETY, Role.GATE):
        with reading(lite_world, role) as tx, pytest.raises(NotFoundError):
            printing.view(tx, theirs)


def test_there_is_no_decision_to_print_before_the_approval(lite_world: World) -> None:
    number = accident_in(lite_world, people=(Named(),), losses=())
    penalties.propose(lite_world, number)
    (first, *_) = penalties.penalties(lite_world, number)
    with reading(lite_world, Role.HR) as tx, pytest.raises(RuleBrokenError, match="DECISION_NOT_ISSUED"):
        kinds.read(tx, K.PENALTY_DECISION, first.number)
    with reading(lite_world, Role.FINANCE) as tx, pytest.raises(NotFoundError):
        kinds.read(tx, K.PENALTY_DECISION, first.number)


@pytest.mark.parametrize("kind", list(K))
def test_a_subject_that_is_not_there_is_not_found(lite_world: World, kind: DocumentKind) -> None:
    with reading(lite_world, Role.MANAGER) as tx, pytest.raises(NotFoundError):
        kinds.read(tx, kind, "NOBODY")


class TestOwnTemplates:
    """A folder named in LADING_TEMPLATES_DIR, whose files win over ours of the same name."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        made = tmp_path / "templates"
        made.mkdir()
        return made

    @pytest.fixture
    def own(self, lite_world: World, folder: Path) -> World:
        url, clock = lite_world.runtime.settings.database_url, lite_world.clock
        lite_world.runtime = new_runtime(url, clock, templates_dir=str(folder))
        return lite_world

    def test_a_file_of_the_same_name_wins(self, own: World, folder: Path) -> None:
        (folder / "accident_form.html").write_text(
            "<p>本公司格式 {{ accident }} {{ no_such_thing.at_all }}</p>", "utf-8"
        )
        number = accident_in(own)
        assert text_of(own, K.ACCIDENT_FORM, number) == f"<p>本公司格式 {number} {NOT_FILLED}</p>"
        assert "行车事故快报表" in text_of(own, K.QUICK_REPORT, number)

    def test_it_may_fill_the_blocks_of_ours(self, own: World, folder: Path) -> None:
        page = '{% extends "paper.html" %}{% block body %}自有内容{% endblock %}'
        (folder / "accident_form.html").write_text(page, "utf-8")
        assert "自有内容" in text_of(own, K.ACCIDENT_FORM, accident_in(own))

    @pytest.mark.parametrize("page", ["{{ ''.__class__.__mro__ }}", "{{ accident.__init__.__globals__.os }}"])
    def test_what_the_sandbox_hides_is_not_there(self, own: World, folder: Path, page: str) -> None:
        (folder / "accident_form.html").write_text(page, "utf-8")
        assert text_of(own, K.ACCIDENT_FORM, accident_in(own)) == NOT_FILLED

    @pytest.mark.parametrize(
        "page",
        [
            "{% if %}", "{{ 1 / 0 }}", "{% include 'nothing.html' %}", "{% include '../settings.py' %}",
            "{{ 1 + 'a' }}", "{{ range(10**9)|list }}", "{{ facts() }}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        ],
    )  # fmt: skip
    def test_one_that_cannot_be_used_is_one_finding_and_a_failed_paper(
        self, own: World, folder: Path, page: str
    ) -> None:
        (folder / "accident_form.html").write_text(page, "utf-8")
        number = accident_in(own)
        with pytest.raises(RuleBrokenError) as refused:
            text_of(own, K.ACCIDENT_FORM, number)
        assert [one.code for one in refused.value.findings] == ["TEMPLATE_BROKEN"]
        paper = ask(own, K.ACCIDENT_FORM, number)
        run_due(own)
        assert card(own, paper)["state"] is DocumentState.FAILED


def test_a_folder_of_templates_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    Settings(templates_dir=str(tmp_path)).check()
    with pytest.raises(SetupError, match="LADING_TEMPLATES_DIR"):
        Settings(templates_dir=str(tmp_path / "nowhere")).check()


def test_an_employee_without_a_user_has_a_statement_for_those_who_run_the_payroll(lite_world: World) -> None:
    with lite_world.runtime.begin(WORKER) as tx:
        an_employee(tx, "L1", post="装卸工")
    with reading(lite_world, Role.FINANCE) as tx:
        assert kinds.read(tx, K.DEDUCTION_STATEMENT, "L1").subject == "L1"
