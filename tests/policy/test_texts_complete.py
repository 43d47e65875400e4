"""Every finding and conflict that any service can answer with has a sentence in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from models.vocabulary import ClosureKind
from services.database import NAMED_GUARDS
from services.texts.catalogue import FINDINGS

SERVICES = Path(__file__).parents[2] / "services"
SAYING = {"Finding", "ConflictError"}
ANSWER_CODE = re.compile(r"^[A-Z][A-Z_]+$")


def calls_in(source: str) -> Iterator[ast.expr]:
    """Give the first argument of every call that names a code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING and node.args:
            yield node.args[0]


def codes_in(source: str) -> Iterator[str]:
    for argument in calls_in(source):
        match argument:
            case ast.Constant(value=str(code)):
                yield code
            case ast.JoinedStr():
                yield from (f"{closure.upper()}_UNSEALED" for closure in ClosureKind)


def codes_of_positions() -> set[str]:
    """A position refuses itself by a bare code instead of a finding."""
    tree = ast.parse((SERVICES / "positions" / "tracking.py").read_text(encoding="utf-8"))
    returned = (node.value for node in ast.walk(tree) if isinstance(node, ast.Return))
    return {node.value for node in returned if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def all_codes() -> set[str]:
    found = {code for path in SERVICES.rglob("*.py") for code in codes_in(path.read_text(encoding="utf-8"))}
    return found | set(NAMED_GUARDS.values()) | codes_of_positions()


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_the_scan_sees_literal_and_composed_codes() -> None:
    source = 'Finding("A_B", {}); ConflictError("C_D"); Finding(f"{closure.upper()}_UNSEALED"); other("E_F")'
    assert {"A_B", "C_D", "REAR_DOOR_UNSEALED"} <= set(codes_in(source))
    assert "E_F" not in set(codes_in(source))
    assert codes_of_positions() == {"PLATE_UNKNOWN", "FIX_IN_THE_FUTURE", "FIX_TOO_OLD", "FIX_AT_ZERO"}


def test_every_code_a_service_answers_with_has_a_sentence() -> None:
    assert sorted(code for code in all_codes() if ANSWER_CODE.match(code) and code not in FINDINGS) == []


@pytest.mark.parametrize("code", sorted(FINDINGS))
def test_both_languages_tell_the_same_facts_each_in_its_own_script(code: str) -> None:
    chinese, english = FINDINGS[code]
    assert placeholders(chinese) == placeholders(english)
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert not re.search("[\u4e00-\u9fff]", english)
