"""Whether this machine can print: asked once, and only when a test needs it."""

from __future__ import annotations

from functools import cache

from services import texts
from services.adapters.printer import PdfPrinter
from services.policy.findings import Finding
from tests.support.waiting import PATIENCE_S


@cache
def why_not() -> str:
    """Say what keeps this machine from making a PDF in Chinese; nothing when it can."""
    printed = PdfPrinter(PATIENCE_S).make("<p>字</p>")
    return "" if printed.content else texts.finding_message(Finding(printed.code, printed.facts), "en")
