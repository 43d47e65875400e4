"""Pages of docs/ that repeat what the code says say the same: settings, findings, states, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.vocabulary import (
    AccidentState,
    ClaimState,
    ConsignmentState,
    NoticeState,
    OrderState,
    PenaltyState,
    ProposalState,
    SealState,
    TripState,
    Word,
)
from services.masterdata.channels import EVENTS
from services.policy.lifecycle import AMENDABLE, MOVES, Kind
from services.settings import VARIABLES, Settings
from services.texts.catalogue import FINDINGS, PROBLEMS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
KINDS: dict[Kind, tuple[str, type[Word]]] = {
    "order": ("Transport order", OrderState),
    "consignment": ("Consignment", ConsignmentState),
    "trip": ("Trip", TripState),
    "notice": ("Arrival notice", NoticeState),
    "seal": ("Seal", SealState),
    "accident": ("Accident", AccidentState),
    "penalty": ("Penalty", PenaltyState),
    "proposal": ("Penalty proposal", ProposalState),
    "claim": ("Insurance claim", ClaimState),
}
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """Give the cells of every table row that begins with a code."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def section(text: str, title: str) -> str:
    return text.partition(f"\n## {title}")[2].partition("\n## ")[0]


def shown(default: object) -> str:
    if isinstance(default, bool):
        return "`1`" if default else "`0`"
    return f"`{default}`" if default != "" else "(empty)"


def test_the_settings_page_is_the_table_of_the_code() -> None:
    defaults = Settings()
    told = [[f"`{name}`", shown(getattr(defaults, field)), says] for field, (name, says) in VARIABLES.items()]
    assert rows(page("settings.md")) == told


def test_every_finding_and_every_problem_is_documented_as_it_is_said() -> None:
    told = {row[0].strip("`"): (row[1], row[2]) for row in rows(page("findings.md"))}
    said = {code: (chinese.replace("\n", " "), english) for code, (chinese, english) in (FINDINGS | PROBLEMS).items()}
    assert sorted(set(said) ^ set(told)) == []
    assert {code: (told[code], text) for code, text in said.items() if told[code] != text} == {}


def test_every_place_where_a_finding_is_decided_exists() -> None:
    modules = {
        module for row in rows(page("findings.md")) for cell in row[3:] for module in re.findall(r"`(.+?)`", cell)
    }
    assert len(modules) > 20
    assert sorted(module for module in modules if not (ROOT / "services" / f"{module}.py").exists()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_moves_are_the_moves_of_the_code(kind: Kind) -> None:
    title, words = KINDS[kind]
    told = {
        row[0].strip("`"): (row[1], set(re.findall(r"`(\w+)`", row[2])))
        for row in rows(section(page("states.md"), title))
    }
    assert told == {state.value: (state.zh, {each.value for each in MOVES[kind][state]}) for state in words}


def test_every_kind_that_moves_is_published() -> None:
    assert set(KINDS) == set(MOVES)


def test_what_may_be_amended_is_published() -> None:
    told = {
        row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in rows(section(page("states.md"), "What may"))
    }
    assert told == {state.value: set(fields) for state, fields in AMENDABLE.items() if fields}


def test_every_event_of_a_webhook_is_named_in_the_guide() -> None:
    told = section(page("api.md"), "Webhooks")
    assert [event for event in EVENTS if f"`{event}`" not in told] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_link_inside_the_repository_leads_somewhere(name: str) -> None:
    path = ROOT / name
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    targets = [link.partition("#")[0] for link in links if "://" not in link]
    assert [link for link in targets if link and not (path.parent / link).exists()] == []


def test_records_are_numbered_without_a_gap_and_have_their_four_parts() -> None:
    records = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        text = record.read_text(encoding="utf-8")
        parts = ["**Status:**", "\n## Context\n", "\n## Decision\n", "\n## Consequences\n"]
        assert [part for part in parts if part not in text] == [], record.name
