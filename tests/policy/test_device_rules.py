"""Devices: what they may be called, which secret they need, and when they ride on a vehicle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.vocabulary import DeviceProtocol
from services.policy.devices import Ride, object_to_ride, object_to_terminal, plain_terminal

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
JT808, OSMAND, TRACCAR = DeviceProtocol.JT808, DeviceProtocol.OSMAND, DeviceProtocol.TRACCAR


def codes(protocol: DeviceProtocol, terminal: str, *, with_code: bool) -> list[str]:
    return [finding.code for finding in object_to_terminal(protocol, terminal, with_code=with_code)]


def ride(since: float, until: float | None, plate: str = "鲁G10001") -> Ride:
    end = None if until is None else NOON + timedelta(hours=until)
    return Ride(plate, NOON + timedelta(hours=since), end)


def test_zeros_on_the_left_of_a_terminals_number_mean_nothing() -> None:
    assert plain_terminal(JT808, "00013800138000") == "13800138000"
    assert plain_terminal(JT808, "000") == "0"
    assert plain_terminal(JT808, "0A1") == "a1"
    assert plain_terminal(OSMAND, "007") == "007"


@pytest.mark.parametrize("terminal", ["G1", "1" * 21, "١٢٣", "1-2"])
def test_a_terminal_of_jt808_has_a_number(terminal: str) -> None:
    assert codes(JT808, terminal, with_code=True) == ["DEVICE_NOT_DIGITS"]
    assert codes(JT808, "1" * 20, with_code=True) == []


def test_a_phone_without_a_code_has_a_name_that_is_hard_to_guess() -> None:
    assert codes(OSMAND, "x" * 15, with_code=False) == ["DEVICE_GUESSABLE"]
    assert codes(OSMAND, "x" * 16, with_code=False) == []
    assert codes(OSMAND, "1", with_code=True) == []


def test_a_device_behind_a_users_key_has_no_code_of_its_own() -> None:
    assert codes(TRACCAR, "1", with_code=True) == ["DEVICE_TAKES_NO_CODE"]
    assert codes(TRACCAR, "1", with_code=False) == []


@pytest.mark.parametrize(
    ("wanted", "overlaps"),
    [
        (ride(0, 2), False), (ride(4, None), False), (ride(0, 2.01), True), (ride(3.99, None), True),
        (ride(2, 4), True), (ride(2.5, 3), True), (ride(0, None), True), (ride(1, 9), True),
    ],
)  # fmt: skip
def test_a_device_rides_on_one_vehicle_at_a_time(wanted: Ride, overlaps: bool) -> None:
    found = [finding.code for finding in object_to_ride("T1", wanted, [ride(2, 4, "鲁G10002")])]
    assert found == (["DEVICE_MOUNTED"] if overlaps else [])


def test_an_open_ride_overlaps_with_everything_after_its_beginning() -> None:
    assert [one.code for one in object_to_ride("T1", ride(9, 10), [ride(2, None)])] == ["DEVICE_MOUNTED"]
    assert list(object_to_ride("T1", ride(1, 2), [ride(2, None)])) == []


@pytest.mark.parametrize("until", [0, -1])
def test_a_ride_ends_after_it_begins(until: float) -> None:
    assert [one.code for one in object_to_ride("T1", ride(0, until), ())] == ["MOUNT_ENDS_FIRST"]
