"""The published specification, tried call by call in several roles: no 5xx, and nothing that it does not say (P11)."""

from __future__ import annotations

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from models.vocabulary import Role
from tests.support import journey, spec_fuzz
from tests.support.populated import populated
from tests.support.world import World

CHECKS = {
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "positive_data_acceptance", "negative_data_rejection", "use_after_free",
    "ensure_resource_availability", "missing_required_header", "ignored_auth", "object_level_authorization",
    "unsupported_method", "allow_header_conformance",
}  # fmt: skip
RUNS = {
    "bounds": {"examples": {"enabled": True}, "coverage": {"enabled": True}},
    "draws": {
        "fuzzing": {"enabled": True, "generation": {"max-examples": 6}},
        "stateful": {"enabled": True, "max-steps": 6, "generation": {"max-examples": 30}},
    },
}

ALL = (Role.DISPATCHER, Role.SHIPPER, Role.DRIVER)
WHO = [(role, run) for role in ALL for run in RUNS] + [(Role.GATE, "bounds"), (Role.ADMIN, "bounds")]


@pytest.mark.parametrize(("role", "run"), WHO, ids=lambda value: str(value))
def test_every_call_answers_as_the_specification_says(lite_world: World, role: Role, run: str) -> None:
    known = populated(lite_world)
    app = journey.client_of(lite_world).application
    schema = spec_fuzz.specification(app, lite_world, role, spec_fuzz.settings(known, RUNS[run]))
    with spec_fuzz.prepared():
        tried = spec_fuzz.run(schema)
    assert tried.failures == [], "\n\n".join(tried.failures[:20])
    assert tried.checks.keys() >= CHECKS
    assert len(tried.operations) == schema.statistic.operations.selected
    assert sum(count for status, count in tried.statuses.items() if status < 300) > 100
    assert journey.get(lite_world, "/me", role)["roles"] == [role]


def test_the_specification_is_valid_openapi_3_1(lite_world: World) -> None:
    spec = journey.client_of(lite_world).get(spec_fuzz.SPECIFICATION).json
    assert spec["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(spec).iter_errors()] == []
