"""The published specification, tried call by call in several roles: no 5xx, and nothing that it does not say (P11)."""

from __future__ import annotations

from collections.abc import Sequence

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
# from the accident to the payroll, in the roles that take part in nothing else
WORKFLOW = "/(accidents|penalties|payroll|employees|off-post|reinstatement|accident-register|reports)"
OFFICES = (Role.SAFETY, Role.FINANCE, Role.MANAGER, Role.PRODUCTION, Role.GENERAL_MANAGER, Role.HR)


@pytest.mark.parametrize(("role", "run"), WHO, ids=lambda value: str(value))
def test_every_call_answers_as_the_specification_says(lite_world: World, role: Role, run: str) -> None:
    tried = as_specified(lite_world, role, run)
    assert tried.checks.keys() >= CHECKS
    assert sum(count for status, count in tried.statuses.items() if status < 300) > 100


@pytest.mark.parametrize("role", OFFICES)
def test_every_call_of_the_accident_workflow_answers_so_to_those_who_handle_it(lite_world: World, role: Role) -> None:
    tried = as_specified(lite_world, role, "bounds", WORKFLOW, OFFICES[: OFFICES.index(role)])
    assert tried.checks.keys() >= {"not_a_server_error", "response_schema_conformance", "negative_data_rejection"}
    assert sum(count for status, count in tried.statuses.items() if status < 300) > 20


def as_specified(
    world: World, role: Role, run: str, paths: str | None = None, tried_as: Sequence[Role] = ()
) -> spec_fuzz.Tried:
    """Try a role's calls and require of every answer what the specification says."""
    known = populated(world)
    app = journey.client_of(world).application
    schema = spec_fuzz.specification(app, world, role, spec_fuzz.settings(known, RUNS[run]), paths, tried_as)
    with spec_fuzz.prepared():
        tried = spec_fuzz.run(schema)
    assert tried.failures == [], "\n\n".join(tried.failures[:20])
    assert len(tried.operations) == schema.statistic.operations.selected
    assert journey.get(world, "/me", role)["roles"] == [role]
    return tried


def test_the_specification_is_valid_openapi_3_1(lite_world: World) -> None:
    spec = journey.client_of(lite_world).get(spec_fuzz.SPECIFICATION).json
    assert spec["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(spec).iter_errors()] == []
