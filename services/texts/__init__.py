"""Both languages of everything the product says, by code; a test requires every code to have both."""

from __future__ import annotations

from services.policy.findings import Finding
from services.texts.catalogue import FINDINGS, PROBLEMS
from services.texts.saying import Facts

LANGUAGES = ("zh-CN", "en")


def finding_message(finding: Finding, language: str) -> str:
    """Say a finding in ``zh-CN`` or ``en``, with its facts filled in and said in that language."""
    pair = FINDINGS.get(finding.code)
    if pair is None:
        return finding.code
    return pair[LANGUAGES.index(language)].format_map(Facts(finding.facts, language))


def problem_title(kind: str, language: str) -> str:
    """Say what kind of problem an answer is."""
    pair = PROBLEMS.get(kind, PROBLEMS["http"])
    return pair[LANGUAGES.index(language)]
