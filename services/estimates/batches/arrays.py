"""The kinds of arrays that batches are made of, and how rows of a database become them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
US_A_SECOND = 1_000_000
US_A_MINUTE = 60_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def at_us(at: datetime) -> int:
    """Give an instant as microseconds since 1970."""
    return (at - EPOCH) // MICROSECOND


def instant(at_us: int) -> datetime:
    """Give microseconds since 1970 as an instant in UTC."""
    return EPOCH + at_us * MICROSECOND


def columns(rows: Sequence[Sequence[Any]], count: int) -> list[Floats]:
    """Give rows of numbers as ``count`` columns; nothing becomes NaN.

    Ids and microseconds since 1970 are far below 2**53, so nothing of them is lost in a double.
    """
    if not rows:
        return [np.empty(0) for _ in range(count)]
    return list(np.array(rows, dtype=np.float64).T)


def whole(values: Floats) -> Ints:
    """Give a column that holds no NaN as integers."""
    return values.astype(np.int64)


def places(wanted: Floats | Ints, known: Floats | Ints) -> Ints:
    """Give the place of each wanted value among the known ones, which are sorted; -1 where it is not among them."""
    if not len(known):
        return np.full(len(wanted), -1, dtype=np.int64)
    found = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[found] == wanted, found, -1)


def ranks(groups: Floats | Ints) -> Ints:
    """Number the members of each group, which stand together, from nought."""
    if not len(groups):
        return np.empty(0, dtype=np.int64)
    begins = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    sizes = np.diff(np.r_[begins, len(groups)])
    return np.arange(len(groups)) - np.repeat(begins, sizes)
