"""Logging: JSON lines in production, readable lines in development; no line can be forged, no person is named.

Phone numbers, identity numbers and API keys are masked wherever they stand; CR and LF are escaped.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from services.masking import masked_text
from services.settings import Settings

API_KEY = re.compile(r"\b(lk_[0-9a-f]{12})\.[A-Za-z0-9_-]+")
SECRET_NAMES = frozenset({"password", "secret", "secret_key", "authorization", "api_key", "token", "signature"})
ESCAPES = str.maketrans({"\r": "\\r", "\n": "\\n", "\x1b": "\\x1b"})

# what begin() named last on this thread
FACTS: ContextVar[Mapping[str, Any]] = ContextVar("FACTS", default={})  # noqa: B039 - it is never changed


def get_logger(name: str) -> Any:
    """Give a logger whose calls take an event name and named facts."""
    return structlog.get_logger(name)


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Set up this process's logging, to stderr unless told otherwise.

    Every library's log goes the same way and through the same masks.
    """
    shared: list[Processor] = [
        _with_facts,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        escape_event,
        structlog.processors.format_exc_info,
        mask,
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(settings)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells at every look that it looked
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def begin(**named: Any) -> None:
    """Begin a new unit of attention on this thread: its facts, such as ``request_id``, stand on every line of it."""
    FACTS.set(named)


def masked(text: str) -> str:
    """Mask what identifies a person or opens a door: phone and identity numbers, API keys."""
    return API_KEY.sub(r"\1.***", masked_text(text))


def mask(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001
    """Mask every text of a log line, however deep (a structlog processor)."""
    for name, value in event.items():
        event[name] = _masked_value(name, value)
    return event


def escape_event(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001
    """Escape CR, LF and ESC in the event, so that no text can look like a line of its own.

    The named facts need it not: both renderers write them quoted.
    """
    event["event"] = str(event.get("event", "")).translate(ESCAPES)
    return event


def _with_facts(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001
    for name, value in FACTS.get().items():
        event.setdefault(name, value)
    return event


def _masked_value(name: str, value: Any) -> Any:
    if name.lower() in SECRET_NAMES:
        return "***"
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {key: _masked_value(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked_value("", inner) for inner in value]
    return value


def _renderer(settings: Settings) -> Processor:
    if settings.environment == "production":
        return structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
