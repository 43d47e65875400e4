"""The words of the public page: both languages, the same facts in each, a name for every term shown."""

from __future__ import annotations

import string

import pytest

from models.vocabulary import ClosureKind, ConsignmentState, NoticeKind, SealFinding, Word
from services.queries.public import STEPS
from services.texts.tracking_page import LANGUAGES, WORDS, term


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_facts(key: str) -> None:
    chinese, english = WORDS[key]
    assert chinese.strip()
    assert english.strip()
    assert facts(chinese) == facts(english)


@pytest.mark.parametrize("words", [ConsignmentState, NoticeKind, ClosureKind, SealFinding])
def test_every_term_on_the_page_has_a_name_in_both_languages(words: type[Word]) -> None:
    for member in words:
        names = [term(member, language) for language in LANGUAGES]  # type: ignore[arg-type]
        assert names[0] == member.zh
        assert names[1].isascii()
        assert "_" not in names[1]


def test_every_step_has_a_word() -> None:
    assert {f"step_{name}" for name, _ in STEPS} <= set(WORDS)
