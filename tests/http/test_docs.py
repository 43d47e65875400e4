"""The page of the API: every call of the specification, readable without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.pages.docs import outline
from tests.support.journey import client_of
from tests.support.world import World


@pytest.fixture
def spec(lite_world: World) -> dict[str, Any]:
    found: dict[str, Any] = client_of(lite_world).get("/api/v1/openapi.json").json
    return found


def test_the_page_lists_every_call_with_its_roles(lite_world: World, spec: dict[str, Any]) -> None:
    answer = client_of(lite_world).get("/api/docs")
    assert answer.status_code == 200
    calls = [(method, path) for path, item in spec["paths"].items() for method in item if method in {"get", "post", "put", "patch", "delete"}]  # fmt: skip # noqa: E501 - one thought
    assert answer.text.count("<details") == len(calls)
    for path in spec["paths"]:
        assert f">{path}<" in answer.text
    for role in ("shipper", "dispatcher", "driver", "gate", "finance"):
        assert f'<span class="tag info">{role}</span>' in answer.text


def test_the_page_needs_no_script_and_asks_nobody_else(lite_world: World) -> None:
    answer = client_of(lite_world).get("/api/docs")
    assert re.findall(r"<script|style=|(?:src|href)=\"(?!/|#)", answer.text) == []
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
    for name in ("tokens.css", "docs.css", "icon.svg"):
        with client_of(lite_world).get(f"/static/{name}") as file:
            assert file.status_code == 200


def test_every_reference_is_resolved_down_to_the_fields(spec: dict[str, Any]) -> None:
    operations = {f"{op['method']} {op['path']}": op for group in outline(spec) for op in group["operations"]}
    book = operations["POST /api/v1/consignments"]
    fields = {(field["name"], field["depth"]): field for field in book["body"]["fields"]}
    assert fields["promised_arrival_at", 0]["type"] == "string (date-time)"
    assert fields["promised_arrival_at", 0]["required"]
    assert fields["lines", 0]["type"] == "list of object"
    assert "one of general" in fields["cargo_class", 1]["notes"]
    assert ("Idempotency-Key", "header") in [(one["name"], one["place"]) for one in book["parameters"]]
    assert [answer["status"] for answer in book["answers"] if not answer["problem"]] == ["201"]
    page = operations["GET /api/v1/consignments"]["answers"][0]["fields"]
    assert ("next_cursor", 0) in [(field["name"], field["depth"]) for field in page]
    assert "$ref" not in str(outline(spec))


def test_a_schema_that_holds_itself_comes_to_an_end() -> None:
    tree = {"type": "object", "properties": {"child": {"$ref": "#/components/schemas/Tree"}}}
    answer = {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}}  # fmt: skip # noqa: E501 - one answer
    spec = {"paths": {"/t": {"get": {"responses": answer}}}, "components": {"schemas": {"Tree": tree}}}
    ((group,),) = [outline(spec)]
    assert group["name"] == "other"
    assert [field["depth"] for field in group["operations"][0]["answers"][0]["fields"]] == list(range(7))
