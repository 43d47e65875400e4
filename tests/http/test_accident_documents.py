"""Papers, register, figures and the monthly report over HTTP."""

from __future__ import annotations

import hashlib

import pytest

from models.vocabulary import DocumentKind, Role
from services.ports import Printed
from tests.support.accidents import accident_in
from tests.support.journey import codes, get, run_due, send
from tests.support.payroll import employ, owing
from tests.support.world import World

API = "/api/v1"


def ask(world: World, kind: str, subject: str, role: Role = Role.SAFETY, **headers: str) -> str:
    answer = send(world, role, "POST", "/documents", {"kind": kind, "subject": subject}, headers or None)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"{API}/documents/{answer.json['number']}"
    return str(answer.json["number"])


def test_a_paper_is_queued_made_and_downloaded_under_its_own_name(world: World) -> None:
    accident = accident_in(world)
    number = ask(world, "accident_form", accident)
    assert get(world, f"/documents/{number}", Role.SAFETY)["state"] == "queued"
    assert codes(send(world, Role.SAFETY, "GET", f"/documents/{number}/content")) == ["DOCUMENT_NOT_READY"]
    run_due(world)
    card = get(world, f"/documents/{number}", Role.SAFETY)
    content = send(world, Role.SAFETY, "GET", f"/documents/{number}/content")
    assert (card["state"], card["problem"]) == ("done", None)
    assert content.content_type == "application/pdf"
    assert hashlib.sha256(content.data).hexdigest() == card["sha256"]
    assert f"{accident}-{number}.pdf" in content.headers["Content-Disposition"]
    assert content.headers["X-Content-Type-Options"] == "nosniff"


def test_the_same_key_asks_once(lite_world: World) -> None:
    accident = accident_in(lite_world)
    asked = [ask(lite_world, "accident_form", accident, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert asked[0] == asked[1]
    assert len(get(lite_world, "/documents", Role.SAFETY)["items"]) == 1


@pytest.mark.parametrize(("language", "says"), [("zh-CN", "请安装 fonts-noto-cjk"), ("en", "install fonts-noto-cjk")])
def test_a_paper_that_failed_says_what_to_install(lite_world: World, language: str, says: str) -> None:
    lite_world.printer.answer = Printed(None, "PDF_FONT_MISSING", {})
    number = ask(lite_world, "accident_form", accident_in(lite_world))
    run_due(lite_world)
    card = get(lite_world, f"/documents/{number}?lang={language}", Role.SAFETY)
    assert (card["state"], card["problem"]["code"]) == ("failed", "PDF_FONT_MISSING")
    assert says in card["problem"]["message"]
    refused = send(lite_world, Role.SAFETY, "GET", f"/documents/{number}/content?lang={language}")
    assert codes(refused) == ["PDF_FONT_MISSING"]


def test_the_page_to_print_is_there_at_once_and_runs_nothing(lite_world: World) -> None:
    accident = accident_in(lite_world, outline="<script>alert(1)</script>")
    answer = send(lite_world, Role.SAFETY, "GET", f"/document-pages/accident_form/{accident}")
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    assert "预览件" in answer.text
    assert "<script>" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert get(lite_world, "/documents", Role.SAFETY)["items"] == []


def test_papers_are_listed_by_kind_subject_and_state(lite_world: World) -> None:
    one, two = accident_in(lite_world), accident_in(lite_world)
    numbers = [
        ask(lite_world, "accident_form", one),
        ask(lite_world, "quick_report", one),
        ask(lite_world, "accident_form", two),
    ]
    for asked, wanted in (
        ("", numbers[::-1]), ("?kind=quick_report", numbers[1:2]), (f"?subject={two}", numbers[2:]),
        ("?state=done", []),
    ):  # fmt: skip
        found = get(lite_world, f"/documents{asked}", Role.SAFETY)["items"]
        assert [card["number"] for card in found] == wanted, asked
    assert get(lite_world, "/documents", Role.GATE)["items"] == []
    assert get(lite_world, "/documents?limit=1", Role.SAFETY)["next_cursor"] is not None


def test_a_driver_has_his_own_statement_and_nobody_elses(lite_world: World) -> None:
    employ(lite_world, "D1", "D2")
    owing(lite_world, "D1", 100_00)
    number = ask(lite_world, "deduction_statement", "D1", Role.DRIVER)
    run_due(lite_world)
    assert send(lite_world, Role.DRIVER, "GET", f"/documents/{number}/content").status_code == 200
    for subject in ("D2", "D99"):
        body = {"kind": "deduction_statement", "subject": subject}
        assert codes(send(lite_world, Role.DRIVER, "POST", "/documents", body)) == ["REFERENCE_UNKNOWN"]
    assert send(lite_world, Role.SHIPPER, "GET", f"/documents/{number}").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {}, {"kind": "accident_form"}, {"kind": "other", "subject": "SG-1"}, {"kind": "accident_form", "subject": ""},
        {"kind": "accident_form", "subject": "../x"}, {"kind": "accident_form", "subject": 1},
        {"kind": "accident_form", "subject": "SG-1", "template": "x"},
    ],
)  # fmt: skip
def test_a_body_of_another_form_is_refused(lite_world: World, body: dict[str, object]) -> None:
    assert send(lite_world, Role.SAFETY, "POST", "/documents", body).status_code == 422


@pytest.mark.parametrize("kind", [kind.value for kind in DocumentKind])
def test_every_kind_of_nothing_is_not_found(lite_world: World, kind: str) -> None:
    for subject in ("SG-20990101-0001", "2026-13", "0"):
        answer = send(lite_world, Role.MANAGER, "GET", f"/document-pages/{kind}/{subject}")
        assert answer.status_code == 404, answer.text
    assert send(lite_world, Role.MANAGER, "GET", "/document-pages/other/2026-02").status_code == 404


def test_the_register_is_a_list_and_a_file(world: World) -> None:
    number = accident_in(world, outline="=1+1")
    (row,) = get(world, "/accident-register", Role.SAFETY)["items"]
    assert (row["number"], row["grade"], row["direct_loss"], len(row["gates_open"])) == (number, "full", "30000.00", 4)
    csv = send(world, Role.FINANCE, "GET", "/accident-register/file?form=csv")
    xlsx = send(world, Role.FINANCE, "GET", "/accident-register/file")
    assert csv.content_type.startswith("text/csv")
    assert "'=1+1" in csv.data.decode("utf-8-sig")
    assert xlsx.data.startswith(b"PK")
    assert "Number" in send(world, Role.FINANCE, "GET", "/accident-register/file?form=csv&lang=en").text
    assert get(world, "/accident-register?state=closed", Role.SAFETY)["items"] == []


def test_figures_are_of_a_month_a_period_or_last_month(lite_world: World) -> None:
    accident_in(lite_world)
    assert get(lite_world, "/reports/accidents?month=2026-03", Role.FINANCE)["accidents"] == 1
    assert get(lite_world, "/reports/accidents", Role.FINANCE)["accidents"] == 0
    period = "from=2026-03-01T00:00:00Z&to=2026-03-03T00:00:00Z"
    assert get(lite_world, f"/reports/accidents?{period}", Role.FINANCE)["accidents"] == 1


@pytest.mark.parametrize(
    "asked",
    [
        "month=2026-13", "month=2026", "from=2026-03-01T00:00:00Z", "to=2026-03-01T00:00:00Z",
        "from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z",
        "month=2026-03&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z",
    ],
)  # fmt: skip
def test_half_a_period_or_two_are_refused(lite_world: World, asked: str) -> None:
    assert send(lite_world, Role.SAFETY, "GET", f"/reports/accidents?{asked}").status_code == 422


def test_a_month_is_read_filed_once_and_listed(lite_world: World) -> None:
    month = get(lite_world, "/reports/accidents/months/2026-02", Role.MANAGER)
    assert (month["drafted_at"], month["due_at"], month["figures"]["accidents"]) == (None, "2026-03-05T16:00:00Z", 0)
    filed = send(lite_world, Role.SAFETY, "POST", "/reports/accidents/months/2026-02/filing")
    assert (filed.status_code, filed.json["filed_by"]) == (200, "safety")
    again = send(lite_world, Role.SAFETY, "POST", "/reports/accidents/months/2026-02/filing")
    assert codes(again) == ["MONTHLY_REPORT_FILED"]
    early = send(lite_world, Role.SAFETY, "POST", "/reports/accidents/months/2026-03/filing")
    assert codes(early) == ["MONTH_NOT_OVER"]
    assert send(lite_world, Role.MANAGER, "POST", "/reports/accidents/months/2026-02/filing").status_code == 403
    assert [one["month"] for one in get(lite_world, "/reports/accidents/months", Role.SAFETY)["items"]] == ["2026-02"]
    assert get(lite_world, "/reports/accidents/months?overdue=true", Role.SAFETY)["items"] == []
    for missing in ("2026-13", "x", "2027-01"):
        assert send(lite_world, Role.SAFETY, "GET", f"/reports/accidents/months/{missing}").status_code == 404


def test_the_printed_month_is_the_figures_as_json(lite_world: World) -> None:
    accident_in(lite_world, dead=1)
    figures = get(lite_world, "/reports/accidents?month=2026-03", Role.SAFETY)
    page = send(lite_world, Role.SAFETY, "GET", "/document-pages/monthly_accidents/2026-03").text
    assert f"<th>死亡（人）</th><td>{figures['dead']}</td>" in page
    assert f"<th>事故起数</th><td>{figures['accidents']}</td>" in page
