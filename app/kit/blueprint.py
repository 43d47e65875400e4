"""The blueprint every resource uses: strict parsing and problem documents."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

import flask
from flask_smorest import Blueprint
from marshmallow import RAISE, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from app.kit import jsonio


class StrictParser(FlaskParser):
    """webargs with strict JSON, unknown names refused, and faults as pointers."""

    def __init__(self) -> None:
        """Refuse names that a query does not know, as bodies do."""
        super().__init__()
        self.DEFAULT_UNKNOWN_BY_LOCATION = {**self.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}

    def load_json(self, req: Any, schema: Any) -> Any:
        """Read the body strictly; an empty body is an empty object, another media type is 415.

        A schema of large bodies may bring a parser of its own, as strict as ours.
        """
        data = req.get_data()
        if data and not req.is_json:
            raise UnsupportedMediaType
        return getattr(schema, "parse", jsonio.loads)(data) if data else {}

    def handle_error(self, error: ValidationError, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002
        """Let the application's own handler answer."""
        raise error


PARSER = StrictParser()


class Resource(Blueprint):  # type: ignore[misc] # flask-smorest ships no types
    """A flask-smorest blueprint that describes its endpoints when the specification is first asked for.

    Describing them at the start would double the time it takes, for a text that few processes ever give.
    """

    ARGUMENTS_PARSER = PARSER

    def __init__(self, name: str, description: str, **kwargs: Any) -> None:
        """Name the resource; ``description`` is shown in the documentation."""
        super().__init__(name, __name__, description=description, **kwargs)
        self._undescribed: list[tuple[str, str, Callable[[], Any]]] = []

    def serve(self, method: str, path: str, view: Callable[..., Any], describe: Callable[[], Any]) -> None:
        """Route ``path`` to a view; ``describe`` gives the function that carries its documentation."""
        flask.Blueprint.add_url_rule(self, path, view.__name__, view, methods=[method])
        self._undescribed.append((view.__name__, method, describe))

    def register_views_in_doc(self, api: Any, app: Any, spec: Any, **named: Any) -> None:
        """Put the description off until the specification is asked for."""
        api.put_off(functools.partial(self._describe, api, app, spec, **named))

    def _describe(self, api: Any, app: Any, spec: Any, **named: Any) -> None:
        for name, method, describe in self._undescribed:
            self._store_endpoint_docs(name, describe(), None, None, methods=[method])
        super().register_views_in_doc(api, app, spec, **named)
