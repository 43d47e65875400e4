"""Batches whose positions name the same things are checked column by column: with the outcome of one by one."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import intake
from app.kit.problems import InvalidInputError
from services.positions.tracking import Fix

PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "plate": st.sampled_from(["鲁G10001", "鲁G10002"]),
    "device": st.sampled_from(["box-7", "13800138000"]),
    "fix_at": st.sampled_from(["2026-03-02T06:00:00Z", "2026-03-02T14:00:00.25+08:00", "2099-12-31T23:59:59-00:30"]),
    "lat": st.one_of(st.floats(-90, 90), st.integers(-90, 90)),
    "lon": st.one_of(st.floats(-180, 180), st.integers(-180, 180)),
    "speed_kmh": st.one_of(st.floats(0, 400), st.integers(0, 400)),
    "heading": st.one_of(st.integers(0, 360), st.sampled_from([0.0, 360.0])),
    "road": st.sampled_from(["expressway"]),
    "signed_limit_kmh": st.integers(5, 150),
    "visibility_m": st.integers(0, 100_000),
    "coord_system": st.sampled_from(["wgs84", "gcj02"]),
}
ODD = st.sampled_from(
    [
        None,
        True,
        False,
        "",
        "x" * 40,
        "2026-02-30T00:00:00Z",
        -0.0,
        1e300,
        -1,
        361,
        90.000001,
        10**30,
        [],
        {},
        "\x00",
        1,
    ]
)
LIKELY = ["plate", "fix_at", "lat", "lon", "speed_kmh", "heading"]


@st.composite
def batches(draw: st.DrawFn) -> list[Any]:
    """Give a batch that is plain, or with one thing wrong or unlike in it."""
    names = draw(st.one_of(st.just(LIKELY), st.lists(st.sampled_from([*PLAIN, "colour"]), unique=True)))
    plain = st.fixed_dictionaries({name: PLAIN.get(name, ODD) for name in names})
    batch: list[Any] = draw(st.lists(plain, min_size=1, max_size=6))
    at = draw(st.integers(0, len(batch) - 1))
    match draw(st.sampled_from(["plain", "value", "more", "less", "order", "other"])):
        case "value" if batch[at]:
            batch[at][draw(st.sampled_from(list(batch[at])))] = draw(ODD)
        case "more":
            batch[at][draw(st.sampled_from([*PLAIN, "colour"]))] = draw(ODD)
        case "less" if batch[at]:
            del batch[at][draw(st.sampled_from(list(batch[at])))]
        case "order":
            batch[at] = dict(reversed(batch[at].items()))
        case "other":
            batch[at] = draw(st.one_of(ODD, st.just("lat")))
    return batch


def outcome(check: Any, batch: Any) -> Any:
    """Give the fixes with the kind of each value, or the faults."""
    try:
        return [[(value, type(value)) for value in fix] for fix in check(copy.deepcopy(batch))]
    except InvalidInputError as error:
        return error.errors


@given(batches())
def test_both_ways_have_one_outcome(batch: list[Any]) -> None:
    assert outcome(lambda body: intake.fixes({"positions": body}), batch) == outcome(intake._one_by_one, batch)


def test_a_plain_batch_goes_the_fast_way_and_a_mixed_one_the_other() -> None:
    plain = {"plate": "鲁G10001", "fix_at": "2026-03-02T06:00:00Z", "lat": 36, "lon": 118.7, "heading": 90}
    (fix, _) = intake._alike([plain, {**plain, "lat": 36.5}])
    assert isinstance(fix, Fix)
    assert (fix.plate, fix.lat, type(fix.lat), fix.heading, fix.source) == ("鲁G10001", 36.0, float, 90, "api")
    for other in ({**plain, "speed_kmh": 3}, {**plain, "heading": 90.0}, {**plain, "lat": True}, [], 7):
        with pytest.raises((AttributeError, KeyError, TypeError, ValueError)):
            intake._alike([plain, other])
