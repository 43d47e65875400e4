"""What nobody may do to a case, its decisions and its money: each refused with its own code.

The rule refuses first, over HTTP; where it is about money, the database refuses once more, asked by raw SQL.
"""

from __future__ import annotations

from typing import Any

import pytest

from models.vocabulary import AccidentState, Grade, LossKind, PenaltyState, Role
from services.runtime import Runtime
from tests.support import journey, ledger_attempts
from tests.support import responsibility as walk
from tests.support.accidents import Named, accident_in
from tests.support.deduction_attempts import ONCE, TAKEN
from tests.support.journey import codes, get, post, send
from tests.support.ledger_attempts import POSTED
from tests.support.payroll import employ, owing
from tests.support.penalties import enforced
from tests.support.world import World

RAW = {case.name: case for case in (*POSTED, *TAKEN, *ONCE)}
MONTH = "2026-03"
LOSS = [(LossKind.OWN_VEHICLE, 3_000_000)]
OPINION = {"opinion": "按制度处理"}
DAY = "2026-03-02"


def proposal(world: World, number: str, role: Role = Role.SAFETY, **more: Any) -> Any:
    return send(world, role, "POST", f"/accidents/{number}/penalty-proposal", {**OPINION, **more})


def wages(world: World, gross: str, **more: Any) -> Any:
    body = {"month": MONTH, "wages": [{"staff_no": "D1", "gross_wage": gross, **more}]}
    return send(world, Role.FINANCE, "PUT", "/payroll/wages", body)


# a grade typed in without a document


def test_a_grade_typed_in_is_refused_with_what_is_missing_in_both_languages(world: World) -> None:
    number = walk.waiting(world)
    path = f"/accidents/{number}/determination"
    answer = send(world, Role.SAFETY, "PUT", path, {"grade": "none"})
    assert codes(answer) == ["GRADE_NEEDS_DOCUMENT"]
    (finding,) = answer.json["findings"]
    assert finding["facts"]["missing"] == [
        "authority", "basis", "document_date", "document_no", "parties", "scan", "served_at",
    ]  # fmt: skip
    assert "不能手工填写" in finding["message"]
    english = send(world, Role.SAFETY, "PUT", f"{path}?lang=en", {"grade": "none"})
    assert "never typed in" in english.json["findings"][0]["message"]


# shares over 100 %


def test_shares_over_the_whole_are_a_rule_of_their_own(lite_world: World) -> None:
    people = [Named(share=0), Named(staff_no="L1", share=70)]
    number = accident_in(lite_world, AccidentState.INVESTIGATING, people=people)
    path = f"/accidents/{number}/people/D1"
    assert codes(send(lite_world, Role.SAFETY, "PATCH", path, {"share_percent": "30.000001"})) == ["SHARES_OVER_WHOLE"]
    assert codes(send(lite_world, Role.SAFETY, "PATCH", path, {"share_percent": "120"})) == ["SHARES_OVER_WHOLE"]
    answer = send(lite_world, Role.SAFETY, "PATCH", path, {"share_percent": "30"})
    assert (answer.status_code, answer.json["share_percent"]) == (200, "30")


# a penalty for 无责任


def test_nobody_is_fined_for_an_accident_without_responsibility(world: World) -> None:
    number = accident_in(world, losses=LOSS, grade=Grade.NONE)
    fined = proposal(world, number, fines=[{"employee": "D1", "amount": "1.00"}])
    assert codes(fined) == ["PENALTY_WITHOUT_RESPONSIBILITY", "DISCIPLINARY_FINE_OFF"]
    (line,) = proposal(world, number).json["penalties"]
    assert (line["kind"], line["amount"]) == ("no_sanction", "0.00")


# an approval by its maker


def test_no_proposal_is_approved_or_sent_back_by_its_maker(world: World) -> None:
    number = accident_in(world, losses=LOSS)
    assert proposal(world, number, Role.MANAGER).status_code == 201
    path = f"/accidents/{number}/penalty-proposal"
    assert codes(send(world, Role.MANAGER, "POST", f"{path}/approvals")) == ["CHECKER_IS_MAKER"]
    assert codes(send(world, Role.MANAGER, "POST", f"{path}/rejection", {"reason": "重算"})) == ["CHECKER_IS_MAKER"]


# a deduction over either limit


@pytest.mark.parametrize(
    ("wage", "taken"),
    [("2200.00", "0.00"), ("2749.99", "549.99"), ("2750.01", "550.00"), ("3333.33", "666.66"), ("2500.00", "300.00")],
)
def test_a_run_takes_a_fifth_at_most_and_leaves_the_minimum_wage(lite_world: World, wage: str, taken: str) -> None:
    owing(lite_world, "D1", 800_000)
    assert wages(lite_world, wage).status_code == 200
    for _ in range(2):
        assert post(lite_world, Role.FINANCE, "/payroll-runs", {"month": MONTH})["taken"] == taken


def test_neither_limit_is_moved_to_take_more(lite_world: World) -> None:
    owing(lite_world, "D1", 800_000)
    lower = wages(lite_world, "6000.00", minimum_wage="2199.99")
    assert codes(lower) == ["WAGE_MINIMUM_TOO_LOW"]
    effective_from = lite_world.clock.now().replace(year=2027).isoformat()
    laxer = {"effective_from": effective_from, "reason": "多扣", "change": {"payroll": {"wage_share_percent": 21}}}
    assert codes(send(lite_world, Role.ADMIN, "PUT", "/rules", laxer)) == ["RULE_OUT_OF_BOUNDS"]
    for typed_in in ({"amount": "1200.01"}, {"deduction": "1200.01"}, {"share_percent": "30"}):
        body = {"month": MONTH, **typed_in}
        assert send(lite_world, Role.FINANCE, "POST", "/payroll-runs", body).status_code == 422
    assert wages(lite_world, "6000.00").status_code == 200
    assert post(lite_world, Role.FINANCE, "/payroll-runs", {"month": MONTH})["taken"] == "1200.00"
    assert codes(wages(lite_world, "9000.00")) == ["WAGE_ALREADY_DEDUCTED"]


# a second forfeiture in the year


def test_a_second_accident_of_the_year_costs_no_second_bonus(world: World) -> None:
    first, second = (accident_in(world, people=(Named(violation=False),)) for _ in range(2))
    enforced(world, first)
    (line,) = proposal(world, second).json["penalties"]
    assert (line["kind"], line["bonus_year"], line["amount"]) == ("bonus_forfeiture", 2026, "0.00")
    assert "已" in line["reason"]


# an edit of a posted row


def test_no_route_edits_or_removes_what_was_posted(lite_world: World) -> None:
    number = accident_in(lite_world, losses=LOSS)
    penalty, *_ = enforced(lite_world, number)
    employ(lite_world, "D1")
    assert wages(lite_world, "6000.00").status_code == 200
    lite_world.clock.move_to(lite_world.clock.now().replace(day=28))
    post(lite_world, Role.FINANCE, "/payroll-runs", {"month": MONTH})
    batch = post(lite_world, Role.FINANCE, "/payroll-exports", {"month": MONTH})["number"]
    posted = (f"/penalties/{penalty}", "/payroll-runs", "/payroll/deductions", f"/payroll-exports/{batch}/content")
    for path in posted:
        for method in ("PUT", "PATCH", "DELETE"):
            answer = send(lite_world, Role.FINANCE, method, path, {"amount": "1.00"})
            assert (answer.status_code, answer.mimetype) == (405, "application/problem+json"), (method, path)
    assert get(lite_world, f"/penalties/{penalty}", Role.HR)["state"] == PenaltyState.FINAL


# each of them by raw SQL, on both databases; tests/migrations has every attempt with its broken twin


@pytest.mark.parametrize(
    "name",
    [
        "over a fifth", "below the minimum wage", "from_a_higher_wage", "from_a_lower_minimum", "second in the month",
        "bonus forfeited twice", "journal edited", "line edited", "line deleted", "deduction edited", "batch edited",
    ],
)  # fmt: skip
def test_the_database_refuses_it_too(runtime: Runtime, name: str) -> None:
    ledger_attempts.refused(runtime.database.engine, RAW[name])


# money as a JSON number

CLAIM = {"kind": "commercial", "insurer": "示例财险"}
MONEY: dict[str, tuple[Role, str, str, dict[str, Any], str]] = {
    "harm of a report": (
        Role.DISPATCHER, "POST", "/accidents",
        {"vehicle": "鲁G10001", "driver": "D1", "place": "x", "outline": "x", "harm": {"property": "1.00"}},
        "/harm/property",
    ),
    "harm": (
        Role.SAFETY, "POST", "/accidents/{number}/harm", {"harm": {"property": "1.00"}, "reason": "x"},
        "/harm/property",
    ),
    "loss": (
        Role.FINANCE, "POST", "/accidents/{number}/losses",
        {"kind": "cargo", "amount": "1.00", "description": "x"}, "/amount",
    ),
    "recovery": (
        Role.FINANCE, "POST", "/accidents/{number}/recoveries",
        {"kind": "commercial", "amount": "1.00", "received_on": DAY}, "/amount",
    ),
    "settlement": (
        Role.FINANCE, "POST", "/accidents/{number}/settlement",
        {"paid": "1.00", "document": "x", "settled_on": DAY}, "/paid",
    ),
    "assessment": (Role.FINANCE, "POST", "/accidents/{number}/claims/{claim}/assessment", {"assessed": "1.00"},
                   "/assessed"),
    "payment": (Role.FINANCE, "POST", "/accidents/{number}/claims/{claim}/settlement",
                {"paid": "1.00", "received_on": DAY}, "/paid"),
    "fine": (
        Role.SAFETY, "POST", "/accidents/{number}/penalty-proposal",
        {"opinion": "x", "fines": [{"employee": "D1", "amount": "1.00"}]}, "/fines/0/amount",
    ),
    "wage": (
        Role.FINANCE, "PUT", "/payroll/wages",
        {"month": MONTH, "wages": [{"staff_no": "D1", "gross_wage": "6000.00"}]}, "/wages/0/gross_wage",
    ),
    "minimum wage": (
        Role.FINANCE, "PUT", "/payroll/wages",
        {"month": MONTH, "wages": [{"staff_no": "D1", "gross_wage": "6000.00", "minimum_wage": "2200.00"}]},
        "/wages/0/minimum_wage",
    ),
    "refund": (
        Role.FINANCE, "POST", "/payroll/refunds",
        {"staff_no": "D1", "month": MONTH, "amount": "1.00", "reason": "x"}, "/amount",
    ),
}  # fmt: skip


@pytest.mark.parametrize("number", [1, 1.5, 0, True, None, "1", "1.0", "1e2", " 1.00", "1,000.00"], ids=repr)
@pytest.mark.parametrize("name", MONEY)
def test_money_is_a_string_with_two_places(lite_world: World, name: str, number: Any) -> None:
    role, method, path, body, pointer = MONEY[name]
    case = accident_in(lite_world, losses=LOSS)
    claim = post(lite_world, Role.SAFETY, f"/accidents/{case}/claims", CLAIM)["id"]
    answer = send(lite_world, role, method, path.format(number=case, claim=claim), _with(body, pointer, number))
    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


def test_every_field_of_money_of_the_workflow_is_tried(lite_world: World) -> None:
    spec = journey.client_of(lite_world).get(f"{journey.API}/openapi.json").json
    fields = {
        (method.upper(), path.removeprefix(journey.API), field)
        for path, operations in spec["paths"].items()
        if path.removeprefix(journey.API).startswith(("/accidents", "/pay", "/penalties", "/employees"))
        for method, operation in operations.items()
        if method in {"post", "put", "patch"}
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for field in _money_in(spec, content.get("schema", {}))
    }
    tried = {(method, path.replace("{claim}", "{claim_id}"), pointer) for _, method, path, _, pointer in MONEY.values()}
    assert fields == tried


def _money_in(spec: dict[str, Any], schema: dict[str, Any], path: str = "") -> set[str]:
    """Give the pointers of the fields of a schema whose form is that of money."""
    while "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if schema.get("pattern", "").endswith(r"\.[0-9]{2}$") or schema.get("pattern", "").endswith(r"\.[0-9]{2})$"):
        return {path}
    inner = [*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    found = {one for each in inner for one in _money_in(spec, each, path)}
    for name, each in schema.get("properties", {}).items():
        found |= _money_in(spec, each, f"{path}/{name}")
    return found | (_money_in(spec, schema["items"], f"{path}/0") if "items" in schema else set())


def _with(body: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """Give a copy of a body in which one place holds another value."""
    name, _, rest = pointer[1:].partition("/")
    if not rest:
        return {**body, name: value}
    if isinstance(body[name], list):
        return {**body, name: [_with(body[name][0], "/" + rest.partition("/")[2], value)]}
    return {**body, name: _with(body[name], f"/{rest}", value)}
