"""Refusals that belong to HTTP itself, before any use case is asked."""

from __future__ import annotations


class PreconditionMissingError(Exception):
    """The change needs If-Match; answered with 428."""


class InvalidInputError(Exception):
    """The input does not have the documented form; answered with 422 and one pointer per fault."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        """Keep ``[{pointer, code, message}]``."""
        self.errors = errors
        super().__init__(str(errors))
