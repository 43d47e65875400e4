"""Which of the two languages the caller reads: ``?lang=``, then Accept-Language, then Chinese."""

from __future__ import annotations

from flask import has_request_context, request

LANGUAGES = ("zh-CN", "en")


def language() -> str:
    """Give ``zh-CN`` or ``en`` for this request."""
    if not has_request_context():
        return LANGUAGES[0]
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"], default="zh-CN")
    return "en" if best == "en" else "zh-CN"
