"""Every finding of the master data has a sentence in both languages that tells the same facts."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from services.texts.catalogue import FINDINGS
from services.texts.findings_masterdata import DESK, DRIVERS, FINDINGS_MASTERDATA, FLEET, PARTIES

SERVICES = Path(__file__).parents[2] / "services"
MODULES = (
    "policy/plates", "policy/vehicle_card", "policy/driver_card", "contacts", "masterdata/parties",
    "masterdata/channels", "masterdata/sites", "masterdata/fleet", "personnel/drivers", "files", "tasks",
)  # fmt: skip
IN_OTHER_FILES = {"REFERENCE_UNKNOWN", "MOVE_NOT_ALLOWED", "CRITICAL_DEFECT_OPEN"}
# what only stands in a table of forms, not in a call
IN_TABLES = {"PHONE_INVALID", "EMAIL_INVALID", "WEB_ADDRESS_INVALID", "USCC_INVALID", "ID_NUMBER_INVALID"}


def codes_in_the_source():
    for module in MODULES:
        for node in ast.walk(ast.parse((SERVICES / f"{module}.py").read_text(encoding="utf-8"))):
            is_finding = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding"
            if is_finding and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def placeholders(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_code_has_a_sentence_and_no_sentence_is_without_a_code():
    assert set(codes_in_the_source()) - IN_OTHER_FILES | IN_TABLES == set(FINDINGS_MASTERDATA)


def test_no_code_is_written_in_two_files():
    assert sum(map(len, (PARTIES, FLEET, DRIVERS, DESK))) == len(FINDINGS_MASTERDATA)
    assert all(FINDINGS[code] is FINDINGS_MASTERDATA[code] for code in FINDINGS_MASTERDATA)


def test_the_codes_of_other_files_are_known():
    assert set(FINDINGS) >= IN_OTHER_FILES


@pytest.mark.parametrize("code", sorted(FINDINGS_MASTERDATA))
def test_both_languages_tell_the_same_facts(code):
    chinese, english = FINDINGS_MASTERDATA[code]
    assert placeholders(chinese) == placeholders(english)
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert not re.search("[\u4e00-\u9fff]", english)
