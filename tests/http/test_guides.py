"""Every call that the guides name is one that the product answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app import create_app
from services.runtime import Runtime

ROOT = Path(__file__).parents[2]
GUIDES = ("docs/api.md", "docs/user-guide.md", "docs/operations.md", "docs/settings.md")
CALL = re.compile(r"`(GET|POST|PUT|PATCH) (?:/api/v1)?(/[^`\s?]*)")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_call_named_in_a_guide_exists(guide: str, lite: Runtime) -> None:
    routes = {
        (method, re.sub(r"<[^>]*>", "{}", rule.rule.removeprefix("/api/v1")))
        for rule in create_app(lite).url_map.iter_rules()
        for method in rule.methods or ()
    }
    named = {
        (method, re.sub(r"\{[^}]*\}", "{}", path))
        for method, path in CALL.findall((ROOT / guide).read_text(encoding="utf-8"))
    }
    assert named
    assert sorted(named - routes) == []
