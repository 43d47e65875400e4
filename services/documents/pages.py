"""Templates of papers: ours, or a user's own of the same name; sandboxed, escaped, and never stopped by a gap."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChainableUndefined, ChoiceLoader, FileSystemLoader, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.policy.findings import Finding, RuleBrokenError

OURS = Path(__file__).parent / "templates"
NOT_FILLED, NOTHING = "未填", "—"
# what a template can do wrong besides its grammar: the sandbox refuses, a number meets a text, it calls itself
FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, OverflowError, RecursionError)


class Gap(ChainableUndefined):
    """A value that nobody gave: printed as not filled in, whatever a template asks of it."""

    def __str__(self) -> str:
        """Say that it is not filled in."""
        return NOT_FILLED


def page(folder: str, template: str, facts: Mapping[str, Any]) -> str:
    """Give a paper as a whole HTML page; RuleBrokenError when a user's own template cannot be used.

    ``folder`` is ``LADING_TEMPLATES_DIR``: a file there wins over ours of the same name.
    """
    try:
        return _environment(folder).get_template(template).render(facts)
    except FAULTS as error:
        line = getattr(error, "lineno", None)
        told = {"template": getattr(error, "name", None) or template, "line": line, "why": str(error)[:300]}
        raise RuleBrokenError([Finding("TEMPLATE_BROKEN", told)]) from error


@lru_cache(maxsize=8)
def _environment(folder: str) -> ImmutableSandboxedEnvironment:
    folders: list[BaseLoader] = [FileSystemLoader(place) for place in ([folder] if folder else [])]
    made = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*folders, FileSystemLoader(OURS)]),
        autoescape=True,
        undefined=Gap,
        finalize=filled,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["dash"] = dash
    return made


def filled(value: Any) -> Any:
    """Print what is not known as such."""
    return NOT_FILLED if value is None or value == "" else value


def dash(value: Any) -> Any:
    """Print a dash where a cell of a list may be empty."""
    return NOTHING if value is None or value == "" or isinstance(value, Gap) else value
