"""Parts of an address that have a form of their own, so that no name is taken for a number; and the rules of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import BaseConverter, Rule

SEAL_NUMBER: dict[str, Any] = {"type": "string", "pattern": "^[A-Z0-9-]{1,32}$"}


class SealNumber(BaseConverter):
    """A seal's number: capitals, digits and dashes, which the names of the actions are not."""

    regex = "[A-Z0-9-]{1,32}"


class Route(Rule):
    """A route whose way back, from values to an address, is compiled when an address is first asked for.

    Few routes are ever asked for one, and compiling all of them is most of what registering them costs.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002
        compiled = super()._compile_builder

        def build(route: Rule, /, **values: Any) -> tuple[str, str]:
            made: Callable[..., tuple[str, str]] = compiled(append_unknown).__get__(route, None)
            setattr(route, "_build_unknown" if append_unknown else "_build", made)
            return made(**values)

        return build
