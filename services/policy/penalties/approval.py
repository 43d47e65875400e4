"""Who must approve a penalty proposal, and in which capacity each one may (domain 4.1, finding 2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from models.vocabulary import ApprovalCapacity, MpsClass, Role

C = ApprovalCapacity
GRAVE = frozenset({MpsClass.MAJOR, MpsClass.EXTRAORDINARY})
HOLDERS: Mapping[ApprovalCapacity, frozenset[Role]] = {
    C.MANAGER: frozenset({Role.MANAGER, Role.GENERAL_MANAGER}),
    C.SECOND_APPROVER: frozenset({Role.MANAGER, Role.PRODUCTION, Role.GENERAL_MANAGER}),
    C.PRODUCTION: frozenset({Role.PRODUCTION}),
    C.GENERAL_MANAGER: frozenset({Role.GENERAL_MANAGER}),
}


def capacities_needed(mps_class: MpsClass, *, warned: bool) -> tuple[ApprovalCapacity, ...]:
    """Give the capacities in which a proposal must be approved, each by another person.

    A major accident is always approved by two, so that a warning asks for nobody more.
    """
    if mps_class in GRAVE:
        return (C.PRODUCTION, C.GENERAL_MANAGER)
    return (C.MANAGER, C.SECOND_APPROVER) if warned else (C.MANAGER,)


def capacity_of(
    roles: Collection[Role], needed: Collection[ApprovalCapacity], given: Collection[ApprovalCapacity]
) -> ApprovalCapacity | None:
    """Give the first capacity that is still wanting and that these roles hold; None when there is none."""
    wanting = (capacity for capacity in needed if capacity not in given)
    return next((capacity for capacity in wanting if not HOLDERS[capacity].isdisjoint(roles)), None)
