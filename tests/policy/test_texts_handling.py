"""Every finding of the handling policies has a sentence in both languages that fits its facts."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from models.vocabulary import ClosureKind
from services.texts.findings_handling import ACCEPTANCE, CREW, FINDINGS_HANDLING, GATE, INSPECTIONS, MOVES, SEALS

POLICY = Path(__file__).parents[2] / "services" / "policy"
MODULES = ("crew", "inspections", "seals", "departure", "acceptance", "lifecycle")
# The gate names missing gear in the words of the securing policy, whose sentences stand with it.
OF_SECURING = {"GEAR_MISSING"}
ARRIVAL = {"SEAL_MISSING", "SEAL_MISMATCH", "SEAL_BROKEN"}


def codes_in_the_source():
    for module in MODULES:
        for node in ast.walk(ast.parse((POLICY / f"{module}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                match node.args[0]:
                    case ast.Constant(value=str(code)):
                        yield code
                    case ast.JoinedStr():
                        yield from (f"{closure.upper()}_UNSEALED" for closure in ClosureKind)


def placeholders(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_code_has_a_sentence_and_no_sentence_is_without_a_code():
    assert set(codes_in_the_source()) - OF_SECURING | ARRIVAL == set(FINDINGS_HANDLING)


def test_no_code_is_written_in_two_groups():
    assert sum(map(len, (CREW, INSPECTIONS, SEALS, GATE, ACCEPTANCE, MOVES))) == len(FINDINGS_HANDLING)


@pytest.mark.parametrize("code", sorted(FINDINGS_HANDLING))
def test_both_languages_tell_the_same_facts(code):
    chinese, english = FINDINGS_HANDLING[code]
    assert placeholders(chinese) == placeholders(english)
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert not re.search("[\u4e00-\u9fff]", english)
