"""Who may call what: every route × role × own, foreign, absent (P10).

``MAY`` is the one place to read the whole matrix. A route that is missing here, or that grants a cell more or
less than is written here, fails; routes are taken from the application's own map.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.kit.endpoint import ACCESS
from models.vocabulary import Role
from services import accounts
from tests.support import journey
from tests.support.populated import Known, populated
from tests.support.world import PHOTO, SIGNATURE, World

API = "/api/v1"
LETTERS = {
    "S": Role.SHIPPER, "D": Role.DISPATCHER, "V": Role.DRIVER, "G": Role.GATE,
    "Y": Role.SAFETY, "F": Role.FINANCE, "M": Role.MANAGER, "A": Role.ADMIN,
    "P": Role.PRODUCTION, "H": Role.HR, "B": Role.GENERAL_MANAGER,
}  # fmt: skip
# S shipper, D dispatcher, V driver (of the vehicle), G gate, Y safety, F finance, M manager, A admin,
# P production, H personnel (HR), B general manager
MAY = """
POST   /sign-in                                       anybody
GET    /me                                            SDVGYFMAPHB
GET    /me/keys                                       SDVGYFMAPHB
POST   /me/keys                                       SDVGYFMAPHB
POST   /keys/{prefix}/revocation                      SDVGYFMAPHB
POST   /users                                         A
GET    /users/{login}                                 A
PUT    /users/{login}/email                           A
POST   /users/{login}/disabling                       A
POST   /consignments                                  SD
POST   /orders                                        SD
GET    /orders/{number}                               SD
GET    /consignments                                  SDVGYFMA
GET    /consignments/{number}                         SDVGYFMA
PATCH  /consignments/{number}                         SD
POST   /consignments/{number}/cancellation            SD
GET    /consignments/{number}/trace                   SDVGYFMAPHB
GET    /consignments/{number}/notices                 SDVYFMA
GET    /consignments/{number}/vehicle-candidates      DM
POST   /consignments/{number}/acceptance              DV
GET    /consignments/{number}/acceptance              SDVYFMA
POST   /consignments/{number}/replacement             SD
POST   /consignments/{number}/closing                 DM
POST   /parties                                       SDA
GET    /parties                                       SDYFMA
GET    /parties/{code}                                SDYFMA
PATCH  /parties/{code}                                SDA
PUT    /parties/{code}/channels                       SDA
POST   /parties/{code}/channels/{channel_id}/rotation SDA
POST   /parties/{code}/channels/{channel_id}/enabling SDA
POST   /sites                                         SDA
GET    /sites                                         SDGYFMA
GET    /sites/{code}                                  SDGYFMA
PATCH  /sites/{code}                                  SDA
PUT    /road-distances                                DA
GET    /road-distances                                DA
POST   /vehicles                                      DYA
GET    /vehicles                                      DGYFMA
GET    /vehicles/{plate}                              DGYFMA
PATCH  /vehicles/{plate}                              DYA
POST   /vehicles/{plate}/out-of-service               DYA
POST   /vehicles/{plate}/return-to-service            DYA
POST   /vehicles/{plate}/washing                      DGY
POST   /vehicles/{plate}/defects                      DGY
GET    /vehicles/{plate}/defects                      DGYFMA
POST   /vehicles/{plate}/defects/{defect_id}/repair   DY
GET    /expiries                                      DYMA
POST   /drivers                                       DYA
GET    /drivers                                       DGYFMA
GET    /drivers/{staff_no}                            DGYFMA
PATCH  /drivers/{staff_no}                            DYA
POST   /drivers/{staff_no}/status                     DYA
POST   /drivers/{staff_no}/licence-withholding        DYA
GET    /rules                                         DGYFMAPHB
PUT    /rules                                         A
POST   /files                                         SDVGYFMAPHB
GET    /files/{file_id}                               SDVGYFMAPHB
GET    /tasks                                         DGYFMAPHB
POST   /tasks/{task_id}/completion                    DGYFMAPHB
POST   /imports                                       SD
GET    /imports                                       SD
GET    /imports/template.xlsx                         SD
GET    /imports/{import_id}                           SD
GET    /imports/{import_id}/rows                      SD
GET    /imports/{import_id}/result                    SD
GET    /webhook-deliveries                            SDA
POST   /webhook-deliveries/{delivery_id}/resend       SDA
POST   /trips                                         D
GET    /trips                                         DVGYFMAPHB
GET    /trips/{number}                                DVGYFMAPHB
POST   /trips/{number}/cancellation                   DM
PUT    /trips/{number}/crew                           D
POST   /trips/{number}/crew-waiver                    D
POST   /trips/{number}/crew-waiver/decision           YM
POST   /trips/{number}/check-ins                      DVGY
POST   /trips/{number}/hand-overs                     DV
GET    /trips/{number}/eta                            SDVGYFMAPHB
GET    /trips/{number}/track                          SDVGYFMAPHB
POST   /trips/{number}/checks                         DVGY
GET    /trips/{number}/checks                         DVGYFMAPHB
POST   /trips/{number}/pickup-counts                  DV
POST   /trips/{number}/pickup-counts/settlement       DM
PUT    /trips/{number}/securing                       DV
POST   /trips/{number}/loading-completion             DV
POST   /trips/{number}/seals                          DV
POST   /trips/{number}/seal-exemption                 YM
POST   /trips/{number}/customer-seals                 DV
POST   /trips/{number}/seal-verification              DV
POST   /trips/{number}/joint-inspection               DV
GET    /trips/{number}/gate                           DVGYFMAPHB
POST   /trips/{number}/gate-out                       GM
POST   /trips/{number}/rests                          DV
POST   /trips/{number}/rests/end                      DV
POST   /trips/{number}/rest-records                   DV
POST   /trips/{number}/problems                       DV
POST   /trips/{number}/arrivals                       DV
POST   /trips/{number}/stop-departures                DV
POST   /trips/{number}/hub-handover                   DV
POST   /trips/{number}/post-trip-card                 DV
POST   /trips/{number}/post-trip-card/verdict         DYM
POST   /trips/{number}/closing                        DM
GET    /trips/{number}/log                            DVGYFMAPHB
GET    /trips/{number}/driving-record                 DVGYFMAPHB
POST   /seals                                         D
POST   /seals/issues                                  D
GET    /seals                                         DVGYMA
GET    /seals/{number}                                DVGYMA
POST   /seals/{number}/break                          DVG
POST   /seals/{number}/replacement                    DVG
POST   /seals/{number}/voiding                        D
POST   /positions                                     DVA
GET    /notices                                       DYFMA
POST   /notices/{notice_id}/acknowledgement           DM
POST   /notices/{notice_id}/phone-call                DM
GET    /reports/notices                               DYFMA
GET    /reports/eta-accuracy                          DYFMA
GET    /accidents/{number}/cargo-damage               DY
POST   /accidents/{number}/cargo-damage               DY
POST   /accidents/{number}/cargo-action               DY
POST   /accidents/{number}/transhipment               DY
POST   /employees                                     YAH
GET    /employees                                     YFMAPHB
GET    /employees/{staff_no}                          YFMAPHB
PATCH  /employees/{staff_no}                          AH
PUT    /accidents/{number}/determination              Y
GET    /accidents/{number}/determinations             VYMPHB
POST   /accidents/{number}/review                     Y
POST   /accidents/{number}/review-result              Y
POST   /accidents/{number}/analysis                   MP
POST   /accidents/{number}/none-responsible           YM
POST   /accidents/{number}/closing                    Y
POST   /accidents/{number}/reopening                  YMB
POST   /accidents/{number}/people                     YM
GET    /accidents/{number}/people                     YMPHB
PATCH  /accidents/{number}/people/{staff_no}          YM
POST   /accidents/{number}/meetings                   YMP
GET    /accidents/{number}/meetings                   YMPHB
POST   /accidents/{number}/papers                     DVGYMPH
GET    /accidents/{number}/papers                     VYMPHB
POST   /accidents/{number}/measures                   YMP
GET    /accidents/{number}/measures                   YMPHB
POST   /accidents/{number}/measures/{measure_id}/completion DVGYFMAPHB
POST   /accidents/{number}/measures/{measure_id}/verification YMP
POST   /accidents/{number}/education                  YMH
GET    /accidents/{number}/education                  YMPHB
GET    /accidents/{number}/gates                      YMPHB
POST   /accidents/{number}/gates                      YMP
POST   /accidents/{number}/losses                     YF
GET    /accidents/{number}/losses                     YFMPHB
POST   /accidents/{number}/losses/{loss_id}/striking  YF
POST   /accidents/{number}/settlement                 YF
POST   /accidents/{number}/recoveries                 YF
POST   /accidents/{number}/recoveries/{recovery_id}/striking YF
POST   /accidents/{number}/claims                     YF
GET    /accidents/{number}/claims                     YFMPHB
POST   /accidents/{number}/claims/{claim_id}/assessment YF
POST   /accidents/{number}/claims/{claim_id}/filing   YF
POST   /accidents/{number}/claims/{claim_id}/settlement YF
POST   /accidents/{number}/claims/{claim_id}/waiver   MB
POST   /accidents/{number}/penalty-proposal           YMP
GET    /accidents/{number}/penalty-proposal           YMPHB
POST   /accidents/{number}/penalty-proposal/approvals MPB
POST   /accidents/{number}/penalty-proposal/rejection MPB
GET    /penalties                                     DVGYFMAPHB
GET    /penalties/{number}                            DVGYFMAPHB
POST   /penalties/{number}/service                    H
POST   /penalties/{number}/appeal                     DVGYFMAPHB
POST   /penalties/{number}/appeal-decision            MPHB
POST   /documents                                     DVGYFMAPHB
GET    /documents                                     DVGYFMAPHB
GET    /document-pages/{kind}/{subject}              DVGYFMAPHB
GET    /documents/{number}                            DVGYFMAPHB
GET    /documents/{number}/content                    DVGYFMAPHB
GET    /accident-register                             YFMPB
GET    /accident-register/file                        YFMPB
GET    /reports/accidents                             YFMPB
GET    /reports/accidents/months                      YFMPB
GET    /reports/accidents/months/{month}              YFMPB
POST   /reports/accidents/months/{month}/filing       Y
PUT    /payroll/wages                                 F
POST   /payroll/wage-files                            F
GET    /payroll/wages                                 FH
POST   /payroll-runs                                  F
GET    /payroll-runs                                  FH
GET    /payroll/deductions                            FH
POST   /payroll-exports                               F
GET    /payroll-exports                               FH
GET    /payroll-exports/{number}/content              FH
GET    /employees/{staff_no}/statement                DVGYFMAPHB
PUT    /accidents/{number}/cause                      YMP
POST   /accidents                                     DVYM
GET    /accidents                                     DVGYFMAPHB
GET    /accidents/{number}                            DVGYFMAPHB
PATCH  /accidents/{number}                            DYM
POST   /accidents/{number}/first-response             DVYM
POST   /accidents/{number}/emergency-plan             DYMPB
POST   /accidents/{number}/response                   Y
POST   /accidents/{number}/case-record                Y
POST   /accidents/{number}/harm                       DY
GET    /accidents/{number}/harm                       DVGYFMAPHB
POST   /accidents/{number}/reports                    YM
GET    /accidents/{number}/reports                    DGYFMAPHB
POST   /accidents/{number}/reports/{report_no}/acknowledgement YM
POST   /accidents/{number}/investigation              Y
POST   /accidents/{number}/record                     YM
GET    /accidents/{number}/clocks                     DVGYFMAPHB
POST   /accidents/{number}/void                       Y
POST   /accidents/{number}/void/decision              MB
POST   /duty-shifts                                   YM
GET    /duty-shifts                                   DGYFMAPHB
GET    /duty-shifts/current                           DGYFMAPHB
POST   /duty-shifts/{shift_id}/cancellation           YM
POST   /drivers/{staff_no}/off-post                   YM
GET    /drivers/{staff_no}/off-posts                  DYFMAH
POST   /drivers/{staff_no}/reinstatement              Y
POST   /devices                                       DA
GET    /devices                                       DGYFMAPHB
GET    /devices/{terminal}                            DGYFMAPHB
PATCH  /devices/{terminal}                            DA
POST   /devices/{terminal}/disabling                  DA
POST   /devices/{terminal}/enabling                   DA
POST   /devices/{terminal}/code                       DA
POST   /devices/{terminal}/mounts                     DA
POST   /devices/{terminal}/unmounting                 DA
POST   /telematics/traccar                            DA
GET    /vehicle-events                                DYMA
GET    /telematics/osmand                             anybody
POST   /telematics/osmand                             anybody
POST   /payroll/refunds                               F
"""
# outside the API nobody signs in: the consignee has a link, the rest says nothing of any party
PUBLIC = {
    "GET /static/{filename}", "GET /healthz", "GET /readyz", "GET /metrics", "GET /api/v1/openapi.json",
    "GET /api/docs", "GET /t/{token}", "GET /t/{token}.json", "POST /t/{token}/acknowledgement",
}  # fmt: skip
DECLARED: dict[str, frozenset[Role]] = {}
for _line in MAY.strip().splitlines():
    _method, _path, _who = _line.split()
    DECLARED[f"{_method} {API}{_path}"] = frozenset(LETTERS[one] for one in ("" if _who == "anybody" else _who))
ABSENT = {
    "number": "YD-20990101-0001", "code": "NOBODY", "file_id": "0" * 64, "import_id": "imp_none", "task_id": "999999",
    "plate": "鲁G99999", "staff_no": "D99", "channel_id": "chn_none", "defect_id": "999999", "prefix": "0" * 12,
    "login": "nobody", "measure_id": "999999", "notice_id": "ntc_none", "delivery_id": "whd_none",
    "loss_id": "999999", "recovery_id": "999999", "claim_id": "999999",
    "shift_id": "999999", "report_no": "SB-20990101-0001", "terminal": "no-such-device", "month": "2099-01",
    "kind": "penalty_decision", "subject": "CF-20990101-0001",
}  # fmt: skip
AT = "2026-03-01T12:00:00Z"
# a body of the right form for every call that somebody with a limited view may send to an object
BODIES: dict[str, Any] = {
    "cancellation": {"reason": "x"}, "break": {"reason": "x", "who": "x", "by_police": False},
    "acceptance": {"lines": [{"line_no": 1, "verdict": "accepted"}], "consignee_name": "x", "driver_name": "x"},
    "replacement": {"needed_by": AT}, "channels": {"channels": []}, "revocation": {"reason": "x"},
    "check-ins": {"driver": "D1", "alcohol_mg_100ml": 0, "fit": True}, "hand-overs": {"giver": "D1", "receiver": "D2"},
    "checks": {"kind": "pre_trip", "items": {"brakes": True}},
    "pickup-counts": {"consignment": "YD-20260302-0001", "lines": [{"line_no": 1, "quantity": 1}], "agent_name": "x",
                      "agent_signature": SIGNATURE},
    "securing": {"measures": [{"measure": "fix"}]}, "seals": {"number": "YA000003", "closure": "rear_door"},
    "customer-seals": {"number": "K1", "closure": "rear_door"}, "joint-inspection": {"driver_statement": "x"},
    "seal-verification": {"seen": []}, "rests": {"place": "service_area"}, "problems": {"text": "x"},
    "rest-records": {"rests": [{"place": "service_area", "began_at": AT, "ended_at": AT}]},
    "hub-handover": {"consignments": [{"consignment": "YD-20260302-0001", "lines": [{"line_no": 1, "quantity": 1}]}]},
    "post-trip-card": {"items": {"brakes": True}},
    "first-response": {"items": [{"item": "vehicle_stopped"}]},
    "papers": {"kind": "account", "body": "x"}, "completion": {"note": "x"},
    "appeal": {"appeal": "x"},
    "documents": {"kind": "penalty_decision", "subject": "CF-20990101-0001"},
    "PATCH /api/v1/consignments/{number}": {"notes": "x"}, "PATCH /api/v1/parties/{code}": {"name": "x"},
    "PATCH /api/v1/sites/{code}": {"name": "x"}, "POST /api/v1/seals/{number}/replacement": {"number": "YA000003"},
}  # fmt: skip
VARYING = ("instance", "request_id")


def plain(rule: Rule) -> str:
    """Give a route's path as the specification writes it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Give every route as ``METHOD /path`` with its endpoint."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield f"{method} {plain(rule)}", rule.endpoint


def call(world: World, route: str, key: str | None, names: dict[str, str]) -> TestResponse:
    """Send one request of a right form to an object; ``key`` None sends no credential."""
    method, path = route.split()
    headers = {"If-Match": '"v1"', **({"Authorization": f"Bearer {key}"} if key else {})}
    body = BODIES.get(route, BODIES.get(path.rpartition("/")[2], {}))
    more = {} if method == "GET" else {"json": body}
    return client(world).open(path.format_map(names), method=method, headers=headers, **more)


def client(world: World) -> FlaskClient:
    return journey.client_of(world)


def test_every_route_is_declared_and_grants_what_is_declared(lite_world: World) -> None:
    found = {route: ACCESS.get(endpoint) for route, endpoint in routes(client(lite_world).application)}
    public = {route for route, roles in found.items() if not roles and route not in DECLARED}
    assert public == PUBLIC
    assert {route: roles for route, roles in found.items() if route not in PUBLIC} == DECLARED


def test_the_specification_names_the_same_roles(lite_world: World) -> None:
    spec = client(lite_world).get("/api/v1/openapi.json").json
    told = {
        f"{method.upper()} {path}": frozenset(Role(role) for role in operation["x-roles"])
        for path, item in spec["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    assert told == DECLARED


def test_nobody_without_a_key_comes_in_anywhere(lite_world: World) -> None:
    closed = [route for route, roles in DECLARED.items() if roles]
    assert len(closed) > 100
    for route in closed:
        for key in (None, "lk_000000000000.unknown"):
            answer = call(lite_world, route, key, ABSENT)
            assert answer.status_code == 401, (route, key, answer.text)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert answer.json["type"] == "/problems/not-signed-in"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_comes_in_where_it_may_and_nowhere_else(lite_world: World, role: Role) -> None:
    key = lite_world.keys[role]
    for route, roles in DECLARED.items():
        status = call(lite_world, route, key, ABSENT).status_code
        assert (status == 403) == (bool(roles) and role not in roles), (route, role, status)
        assert status < 500, (route, role, status)


def test_a_key_of_fewer_roles_than_its_user_has_those_only(lite_world: World) -> None:
    answer = client(lite_world).post(
        f"{API}/users", json={"login": "both", "name": "两职", "roles": ["dispatcher", "manager"]},
        headers=lite_world.signed(Role.ADMIN),
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    with lite_world.runtime.begin(lite_world.actor(Role.ADMIN)) as tx:
        narrow = accounts.issue_key(tx, accounts.find_user(tx, "both"), "narrow", (Role.MANAGER,), None).secret
    assert call(lite_world, f"GET {API}/me", narrow, ABSENT).json["roles"] == ["dispatcher", "manager"]
    assert call(lite_world, f"POST {API}/trips", narrow, ABSENT).status_code == 403
    assert call(lite_world, f"POST {API}/trips/{{number}}/closing", narrow, ABSENT).status_code == 404
    wider = client(lite_world).post(
        f"{API}/me/keys",
        json={"label": "wider", "roles": ["dispatcher"]},
        headers={"Authorization": f"Bearer {narrow}"},
    )
    assert journey.codes(wider) == ["ROLE_NOT_HELD"]


def foreign(known: Known, route: str) -> dict[str, str]:
    """Give the names of foreign objects as this route takes them."""
    kind = route.split("/")[3]
    number = {
        "consignments": "consignment", "orders": "order", "trips": "trip", "seals": "seal", "accidents": "accident",
        "penalties": "penalty", "documents": "document",
    }.get(kind, "trip")  # fmt: skip
    theirs = known.foreign
    return {
        **ABSENT,
        "number": theirs[number],
        "code": theirs["site" if kind == "sites" else "party"],
        "file_id": theirs["file"],
        "staff_no": "D3",
        "import_id": theirs["import"],
        "channel_id": theirs["channel"],
        "delivery_id": theirs["delivery"],
        "notice_id": theirs["notice"],
        "prefix": theirs["key"],
        "subject": theirs["penalty"],
    }


def absent(route: str) -> dict[str, str]:
    """Give names that nothing has, in the form of this route's own."""
    kind = route.split("/")[3]
    number = {
        "orders": "WT-20990101-0001", "trips": "CC-20990101-0001", "seals": "ZZ999999",
        "accidents": "SG-20990101-0001", "penalties": "CF-20990101-0001",
    }  # fmt: skip
    return {**ABSENT, "number": number.get(kind, ABSENT["number"])}


def body_of(answer: TestResponse) -> dict[str, Any]:
    return {name: value for name, value in (answer.json or {}).items() if name not in VARYING}


@pytest.mark.parametrize("role", [Role.SHIPPER, Role.DRIVER])
def test_foreign_and_absent_objects_answer_alike_on_every_route(world: World, role: Role) -> None:
    known = populated(world)
    tried = 0
    for route, roles in DECLARED.items():
        if role not in roles or "{" not in route:
            continue
        theirs = call(world, route, world.keys[role], foreign(known, route))
        nobodys = call(world, route, world.keys[role], absent(route))
        assert theirs.status_code == nobodys.status_code == 404, (route, theirs.text, nobodys.text)
        assert body_of(theirs) == body_of(nobodys), route
        assert theirs.json["instance"] != nobodys.json["instance"]
        assert {*theirs.headers.keys()} == {*nobodys.headers.keys()}
        tried += 1
    assert tried >= 20


def test_what_is_foreign_to_others_is_there_for_those_who_may_see_it(lite_world: World) -> None:
    known = populated(lite_world)
    for route in DECLARED:
        if not route.startswith("GET ") or Role.DISPATCHER not in DECLARED[route] or "{" not in route:
            continue
        own_only = ("/penalties/{number}", "/statement", "/documents/{number}", "/content", "{subject}")
        others = ("{staff_no}", "{plate}", "{plate}/defects", "{terminal}", "/acceptance", "/result")
        if route.endswith((*others, *own_only)):
            continue
        answer = call(lite_world, route, lite_world.keys[Role.DISPATCHER], foreign(known, route))
        assert answer.status_code == 200, (route, answer.text)


def test_own_objects_are_there(lite_world: World) -> None:
    known = populated(lite_world)
    own = {
        "consignments": known.consignment[0], "orders": known.order[0], "trips": known.trip[0], "seals": "YA000001",
        "accidents": known.accident[0], "penalties": known.penalty[0],
    }  # fmt: skip
    for role in (Role.SHIPPER, Role.DRIVER):
        for route, roles in DECLARED.items():
            kind = route.split("/")[3]
            if role in roles and kind in own and route.startswith("GET ") and "{number}" in route:
                answer = call(lite_world, route, lite_world.keys[role], {**ABSENT, "number": own[kind]})
                assert answer.status_code == 200, (route, role, answer.text)


@pytest.mark.parametrize("name", ["consignee", "origin", "destination"])
def test_a_booking_that_names_a_foreign_object_is_refused_as_if_it_were_absent(lite_world: World, name: str) -> None:
    foreign_code = {"consignee": "CN-3", "origin": "SG-C", "destination": "BJ-F"}[name]
    refused = []
    for code in (foreign_code, "NOBODY"):
        answer = journey.send(lite_world, Role.SHIPPER, "POST", "/consignments", lite_world.booking(**{name: code}))
        assert answer.status_code == 409, answer.text
        refused.append(answer.text.replace(code, "…").replace(answer.json["request_id"], ""))
    assert refused[0] == refused[1]


def test_lists_show_a_limited_caller_nothing_foreign(world: World) -> None:
    known = populated(world)
    kinds = ("consignment", "trip", "import", "delivery", "accident", "penalty", "document")
    names = [known.foreign[kind] for kind in kinds] + ["CN-3", "BJ-F", "SG-C"]
    for role in (Role.SHIPPER, Role.DRIVER):
        for route, roles in DECLARED.items():
            if role in roles and route.startswith("GET ") and "{" not in route and not route.endswith(".xlsx"):
                text = call(world, route, world.keys[role], {}).text
                assert [name for name in names if f'"{name}"' in text] == [], (route, role)


def test_a_photo_of_ones_own_is_read_and_anothers_is_not(lite_world: World) -> None:
    known = populated(lite_world)
    read = f"GET {API}/files/{{file_id}}"
    assert call(lite_world, read, lite_world.keys[Role.DRIVER], {"file_id": known.file[0]}).status_code == 200
    assert call(lite_world, read, lite_world.keys[Role.SHIPPER], {"file_id": known.file[0]}).status_code == 404
    assert call(lite_world, read, lite_world.keys[Role.DRIVER], {"file_id": PHOTO}).status_code == 404
