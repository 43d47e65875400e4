"""Who approves a proposal, and how long one may appeal (domain 4.1): maker, checker and subject are three people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.vocabulary import ApprovalCapacity, MpsClass, Role
from services.policy.penalties.appeal import DecisionFacts, appeal_until, object_to_effect
from services.policy.penalties.approval import capacities_needed, capacity_of

C = ApprovalCapacity
ORDINARY = (MpsClass.MINOR, MpsClass.ORDINARY)
GRAVE = (MpsClass.MAJOR, MpsClass.EXTRAORDINARY)
NOW = datetime(2026, 3, 7, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize("mps_class", ORDINARY)
def test_an_ordinary_accident_needs_the_manager(mps_class: MpsClass) -> None:
    assert capacities_needed(mps_class, warned=False) == (C.MANAGER,)


@pytest.mark.parametrize("mps_class", ORDINARY)
def test_a_line_that_warns_needs_a_second_approver(mps_class: MpsClass) -> None:
    assert capacities_needed(mps_class, warned=True) == (C.MANAGER, C.SECOND_APPROVER)


@pytest.mark.parametrize("mps_class", GRAVE)
@pytest.mark.parametrize("warned", [False, True])
def test_a_major_accident_needs_production_and_the_general_manager(mps_class: MpsClass, warned: bool) -> None:
    assert capacities_needed(mps_class, warned=warned) == (C.PRODUCTION, C.GENERAL_MANAGER)


@pytest.mark.parametrize(
    ("role", "needed", "given", "capacity"),
    [
        (Role.MANAGER, (C.MANAGER,), (), C.MANAGER),
        (Role.GENERAL_MANAGER, (C.MANAGER,), (), C.MANAGER),
        (Role.PRODUCTION, (C.MANAGER,), (), None),
        (Role.GENERAL_MANAGER, (C.MANAGER, C.SECOND_APPROVER), (C.MANAGER,), C.SECOND_APPROVER),
        (Role.PRODUCTION, (C.MANAGER, C.SECOND_APPROVER), (), C.SECOND_APPROVER),
        (Role.MANAGER, (C.PRODUCTION, C.GENERAL_MANAGER), (), None),
        (Role.PRODUCTION, (C.PRODUCTION, C.GENERAL_MANAGER), (), C.PRODUCTION),
        (Role.GENERAL_MANAGER, (C.PRODUCTION, C.GENERAL_MANAGER), (C.PRODUCTION,), C.GENERAL_MANAGER),
        (Role.PRODUCTION, (C.PRODUCTION, C.GENERAL_MANAGER), (C.PRODUCTION,), None),
        (Role.FINANCE, (C.MANAGER, C.SECOND_APPROVER), (), None),
    ],
)
def test_each_approves_in_the_capacity_that_his_role_gives_and_is_still_wanting(
    role: Role, needed: tuple[C, ...], given: tuple[C, ...], capacity: C | None
) -> None:
    assert capacity_of({role}, needed, given) is capacity


def test_the_window_of_an_appeal_ends_with_the_last_local_day() -> None:
    served = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert appeal_until(served, 5) == datetime(2026, 3, 7, 16, 0, tzinfo=UTC)


def test_the_day_of_service_is_not_counted_at_whatever_hour_it_was() -> None:
    first, last = datetime(2026, 3, 1, 16, 0, tzinfo=UTC), datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)
    assert appeal_until(first, 5) == appeal_until(last, 5)
    assert appeal_until(last + timedelta(seconds=1), 5) == appeal_until(last, 5) + timedelta(days=1)


def decision(**changes: object) -> DecisionFacts:
    values = {"number": "CF-1", "served": True, "appeal_until": NOW, "appeal_open": False, "appeal_decided": False}
    return DecisionFacts(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "later_s", "codes"),
    [
        ({}, 1, []),
        ({}, 0, ["APPEAL_WINDOW_OPEN"]),
        ({"served": False, "appeal_until": None}, 1, ["PENALTY_NOT_SERVED"]),
        ({"appeal_open": True}, 1, ["APPEAL_UNDECIDED"]),
        ({"appeal_open": True}, 0, ["APPEAL_UNDECIDED"]),
        ({"appeal_decided": True}, 0, []),
    ],
)
def test_a_decision_takes_effect_when_nobody_may_appeal_any_more(
    changes: dict[str, object], later_s: int, codes: list[str]
) -> None:
    found = object_to_effect([decision(**changes)], NOW + timedelta(seconds=later_s))
    assert [finding.code for finding in found] == codes


def test_every_decision_that_waits_is_named() -> None:
    waiting = [decision(number="A"), decision(number="B", served=False, appeal_until=None), decision(number="C")]
    found = list(object_to_effect(waiting, NOW))
    assert [finding.facts["penalties"] for finding in found] == [["B"], ["A", "C"]]
