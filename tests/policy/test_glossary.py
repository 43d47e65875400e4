"""The glossary knows every word of the product: its code, its Chinese term, and where it stands in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models import vocabulary
from models.vocabulary import Word

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
LISTS = [
    each for each in vars(vocabulary).values() if isinstance(each, type) and issubclass(each, Word) and each is not Word
]
ROW = re.compile(r"^\| `(\S+)` \| (.+) \| `(\w+)\.(\w+)` \|$", re.MULTILINE)


def rows(name: str) -> list[tuple[str, str, str, str]]:
    """Give the rows of one list: code, Chinese term, list and member."""
    section = GLOSSARY.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
    return ROW.findall(section)


def test_there_are_words_to_look_for() -> None:
    assert len(LISTS) > 40


@pytest.mark.parametrize("words", LISTS, ids=lambda words: words.__name__)
def test_every_member_of_a_list_stands_in_the_glossary_and_no_other(words: type[Word]) -> None:
    name = words.__name__
    assert rows(name) == [(member.value, member.zh, name, member.name) for member in words]


def test_the_glossary_has_no_list_that_the_code_has_not() -> None:
    assert set(re.findall(r"^### (\w+)$", GLOSSARY, re.MULTILINE)) == {words.__name__ for words in LISTS}


def test_every_place_in_the_code_that_the_glossary_names_exists() -> None:
    files = set(re.findall(r"`((?:app|models|services|workers)/[\w/]+\.py)`", GLOSSARY))
    assert len(files) > 30
    assert sorted(name for name in files if not (ROOT / name).exists()) == []


@pytest.mark.parametrize("table", sorted(set(re.findall(r"`(models/\w+\.py)` `\w+`", GLOSSARY))))
def test_every_table_that_the_glossary_names_is_in_its_file(table: str) -> None:
    code = (ROOT / table).read_text(encoding="utf-8")
    for name in re.findall(rf"`{re.escape(table)}` `(\w+)`", GLOSSARY):
        assert f"class {name}(" in code
