"""A finding says which rule objects and with which facts; policy returns findings, services require none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One unmet condition: a stable ``code`` (documented in docs/findings.md) and the facts it rests on."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class RuleBrokenError(Exception):
    """Raised when a use case may not happen; carries every finding at once, never only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Keep the findings in the order the policy gave them."""
        self.findings = tuple(findings)
        super().__init__(", ".join(finding.code for finding in self.findings))


def require(findings: Iterable[Finding]) -> None:
    """Raise RuleBrokenError with all findings, or return when there are none."""
    found = tuple(findings)
    if found:
        raise RuleBrokenError(found)
