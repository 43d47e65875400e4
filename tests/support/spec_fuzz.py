"""Try the published specification against the application: what to try, and what no JSON schema can say."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import strategies as st
from schemathesis import Case, HookContext
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.hooks import unregister
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.transport.serialization import Binary
from schemathesis.transport.wsgi import WSGITransport

from models.vocabulary import Role
from tests.support.populated import Known
from tests.support.world import World

SPECIFICATION = "/api/v1/openapi.json"
# 409: a rule objects, with its findings; no JSON schema can say that a truck is too small for these goods.
# 412: If-Match names a version that is not the stored one, which no schema knows either.
REFUSALS = ["400", "401", "403", "404", "405", "409", "413", "415", "422", "428"]
LAWFUL = ["2xx", "401", "403", "404", "409", "412"]
# lists whose rows are told apart by one name; uniqueItems compares whole rows
APART = ("line_no", "measure", "closure", "consignment", "employee", "item", "shipper")
# the caller's own key and user stay, or every later answer were a 401
OWN = {"/api/v1/keys/": "prefix", "/api/v1/users/": "login"}
SETTINGS = ("max_redirects", "verify", "cert", "proxies")


@dataclass(slots=True)
class Tried:
    """What came of a run: failures as text, answers by status, and how often each check was asked."""

    failures: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)


def bound(known: Known) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Give the dictionaries of names that exist, and where in the requests they are used more often than not."""
    words = {
        "consignments": [*known.consignment, known.foreign["consignment"]],
        "trips": [*known.trip, known.foreign["trip"]],
        "orders": [*known.order, known.foreign["order"]],
        "seals": [*known.seal, known.foreign["seal"]],
        "notices": known.notice,
        "files": [*known.file, known.foreign["file"]],
        "imports": [*known.import_, known.foreign["import"]],
        "deliveries": known.delivery,
        "tasks": known.task,
        "defects": known.defect,
        "documents": known.document,
        "accidents": [*known.accident, known.foreign["accident"]],
        "penalties": [*known.penalty, known.foreign["penalty"]],
        "devices": known.device,
        "parties": ["SH-1", "CN-1", "CN-2", "SH-2"],
        "sites": ["SG-A", "BJ-B", "JN-H", "SG-C"],
        "plates": ["鲁G10001", "鲁G10003", "鲁G10005"],
        "staff": ["D1", "D2", "D5"],
        "versions": ['"v1"', '"v2"', '"v3"'],
    }
    places = (
        ("/consignments/", "path.number", "consignments"),
        ("/orders/", "path.number", "orders"),
        ("/trips/", "path.number", "trips"),
        ("/trips", "body.consignment", "consignments"),
        ("/trips", "body.vehicle", "plates"),
        ("/trips/", "body.driver", "staff"),
        ("/seals/", "path.number", "seals"),
        ("/accidents/", "path.number", "accidents"),
        ("/accidents/", "body.employee", "staff"),
        ("/accidents/", "path.staff_no", "staff"),
        ("/penalties/", "path.number", "penalties"),
        ("/devices/", "path.terminal", "devices"),
        ("/devices/", "body.vehicle", "plates"),
        ("/telematics/", "query.id", "devices"),
        ("/telematics/", "body.device_id", "devices"),
        ("/notices/", "path.notice_id", "notices"),
        ("/files/", "path.file_id", "files"),
        ("/imports/", "path.import_id", "imports"),
        ("/webhook-deliveries/", "path.delivery_id", "deliveries"),
        ("/documents/", "path.number", "documents"),
        ("/tasks/", "path.task_id", "tasks"),
        ("/defects/", "path.defect_id", "defects"),
        ("/parties/", "path.code", "parties"),
        ("/sites/", "path.code", "sites"),
        ("/vehicles/", "path.plate", "plates"),
        ("/drivers/", "path.staff_no", "staff"),
        ("/(parties|consignments|sites|vehicles|drivers|trips|devices|accidents)/", "header.If-Match", "versions"),
        ("/(consignments|orders)$", "body.consignee", "parties"),
        ("/(consignments|orders)$", "body.origin", "sites"),
        ("/(consignments|orders)$", "body.destination", "sites"),
    )
    operations: dict[str, dict[str, Any]] = {}
    for path, where, words_of in places:
        parameters = operations.setdefault(path, {"include-path-regex": path, "parameters": {}})["parameters"]
        parameters[where] = {"dictionary": words_of, "probability": 0.7}
    return {name: {"values": values} for name, values in words.items()}, list(operations.values())


def settings(known: Known, phases: dict[str, dict[str, Any]]) -> SchemathesisConfig:
    """Give a run that draws the same cases every time, with every check on."""
    dictionaries, operations = bound(known)
    return SchemathesisConfig.from_dict(
        {
            "seed": 20260302,
            "suppress-health-check": ["all"],
            "dictionaries": dictionaries,
            "operations": operations,
            "generation": {"deterministic": True, "no-shrink": True, "database": "none"},
            "phases": {name: phases.get(name, {"enabled": False}) for name in PHASES},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": LAWFUL},
                # If-Match of another form names no version of ours: the precondition fails (RFC 9110, 13.1.1)
                "negative_data_rejection": {"expected-statuses": [*REFUSALS, "412"]},
                # a missing If-Match is told by the status made for it (RFC 6585)
                "missing_required_header": {"expected-statuses": ["401", "403", "404", "422", "428"]},
            },
        }
    )


PHASES = ("examples", "coverage", "fuzzing", "stateful")


def specification(
    app: Flask,
    world: World,
    role: Role,
    config: SchemathesisConfig,
    paths: str | None = None,
    tried_as: Collection[Role] = (),
) -> OpenApiSchema:
    """Load the specification from the application: the calls of one role, tried in it, perhaps only on some paths.

    That the others are refused is the matter of the matrix of roles. What changes something is left out when it was
    tried in one of the roles ``tried_as``: who may make a call makes the same call.
    """
    schema = schemathesis.openapi.from_wsgi(SPECIFICATION, app, config=config)
    schema.config.update(headers=world.signed(role))

    def left_out(context: Any) -> bool:
        may = context.operation.definition.raw["x-roles"] or [role]
        return role not in may or (context.operation.method != "get" and not set(may).isdisjoint(tried_as))

    own = schema.exclude(left_out)
    return own.include(path_regex=paths) if paths else own


def lawful(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Make true of a well-formed request what a schema cannot ask for; a malformed one stays as it is."""
    for path, name in OWN.items():
        if case.path.startswith(path) and case.path_parameters:
            case.path_parameters[name] = "nobody"
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    # a cursor is what the service gave, and it gave none yet
    case.query.pop("cursor", None)
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    if "month" in case.query or "from" not in case.query:
        # a period has both ends, and is no month
        case.query = {name: value for name, value in case.query.items() if name not in {"from", "to"}}
    if "from" in case.query:
        case.query["from"], case.query["to"] = sorted((case.query["from"], "2099-12-31T00:00:00Z"))
    if isinstance(case.body, (dict, list)):
        case.body = _apart(case.body)


def _apart(value: Any) -> Any:
    """Keep of rows with the same number only the first."""
    if isinstance(value, dict):
        return {name: _apart(inner) for name, inner in value.items()}
    if not isinstance(value, list):
        return value
    rows = [_apart(inner) for inner in value]
    for name in APART:
        if rows and all(isinstance(row, dict) and name in row for row in rows):
            return list({row[name]: row for row in reversed(rows)}.values())[::-1]
    return rows


def run(schema: OpenApiSchema) -> Tried:
    """Run every enabled phase and gather what happened."""
    tried = Tried()
    for event in from_schema(schema).execute():
        if isinstance(event, (events.NonFatalError, events.FatalError)):
            tried.failures.append(str(getattr(event, "value", event)))
        if isinstance(event, events.ScenarioFinished):
            _gather(event, tried)
    return tried


def _gather(event: events.ScenarioFinished, tried: Tried) -> None:
    recorder = event.recorder
    tried.operations |= {node.value.operation.label for node in recorder.cases.values()}
    tried.statuses.update(one.response.status_code for one in recorder.interactions.values() if one.response)
    for case_id, checks in recorder.checks.items():
        tried.checks.update(check.name for check in checks)
        for check in checks:
            if check.failure_info is not None:
                tried.failures.append(_told(recorder, case_id, check))


def _told(recorder: Any, case_id: str, check: Any) -> str:
    asked = recorder.interactions[case_id]
    answer = asked.response.content[:400].decode(errors="replace") if asked.response else "no answer"
    failure = check.failure_info.failure
    return "\n".join(
        (
            f"{recorder.cases[case_id].value.operation.label}: {check.name}: {failure.title}",
            f"  {failure.message[:300]}",
            f"  {asked.request.method} {asked.request.uri} {(asked.request.body or b'')[:500]!r}",
            f"  {asked.response.status_code if asked.response else ''} {answer}",
        )
    )


@contextmanager
def prepared() -> Iterator[None]:
    """Let the library draw times of this century, ask what a schema cannot, and repeat calls inside the process."""
    century = st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2099, 12, 30))  # noqa: DTZ001
    schemathesis.openapi.format("date-time", century.map(lambda at: f"{at:%Y-%m-%dT%H:%M:%S}+08:00"))
    schemathesis.hook("before_call")(lawful)
    schemathesis.serializer("text/csv")(as_it_is)
    WSGITransport.send = send  # type: ignore[method-assign]
    try:
        yield
    finally:
        WSGITransport.send = SEND  # type: ignore[method-assign]
        unregister(lawful)


def as_it_is(context: Any, value: Any) -> bytes:
    """Send a CSV file as its bytes: the library would write its rows, of which a file of bytes has none."""
    return value.data if isinstance(value, Binary) else str(value).encode()


def send(self: WSGITransport, case: Case, **kwargs: Any) -> Any:
    """Send a case without the settings of sockets, which a call repeated inside the process still carries."""
    return SEND(self, case, **{name: value for name, value in kwargs.items() if name not in SETTINGS})


SEND = WSGITransport.send
