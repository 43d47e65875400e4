"""Keyset pages: an opaque cursor names the last row seen; no OFFSET, no total."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias

from sqlalchemy import Select
from sqlalchemy.orm import Session

AnySelect: TypeAlias = "Select[*tuple[Any, ...]]"


CURSOR = re.compile(r"^k([0-9]{1,18})$", re.ASCII)


class BadCursorError(ValueError):
    """The cursor is not one that this product gave."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is asked for: after which row (None: the first), and how many rows."""

    cursor: str | None = None
    limit: int = 50

    def after(self) -> int | None:
        """Give the id of the last row seen; BadCursorError for a foreign text."""
        if self.cursor is None:
            return None
        try:
            text = base64.urlsafe_b64decode(self.cursor.encode("ascii") + b"==").decode("ascii")
        except (ValueError, binascii.Error) as error:
            raise BadCursorError from error
        found = CURSOR.match(text)
        if found is None:
            raise BadCursorError
        return int(found.group(1))


def cursor_of(row_id: int) -> str:
    """Give the cursor that continues after a row."""
    return base64.urlsafe_b64encode(f"k{row_id}".encode()).decode().rstrip("=")


def newest_first(query: AnySelect, key: Any, page: Page) -> AnySelect:
    """Order by ``key`` downwards and begin after the cursor, asking for one row more than the page."""
    after = page.after()
    if after is not None:
        query = query.where(key < after)
    return query.order_by(key.desc()).limit(page.limit + 1)


def paged(
    session: Session, query: AnySelect, page: Page, shape: Callable[[Any], dict[str, Any]], *, key: str = "id"
) -> dict[str, Any]:
    """Run a query made by ``newest_first`` and give ``{"items", "next_cursor"}``; ``key`` names the id column."""
    return page_from(session.execute(query).all(), page, shape, last=attrgetter(key))


def page_from(
    rows: Sequence[Any], page: Page, shape: Callable[[Any], dict[str, Any]], *, last: Callable[[Any], int]
) -> dict[str, Any]:
    """Give ``{"items", "next_cursor"}`` of rows, of which there is one more than the page when it is not the last.

    ``last`` gives the id of the last row shown, after which the next page begins.
    """
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    return {"items": [shape(row) for row in rows], "next_cursor": cursor_of(last(rows[-1])) if more else None}
