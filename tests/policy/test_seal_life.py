from models.vocabulary import ClosureKind, SealState
from services.policy.seals import (
    MOVES,
    SealFacts,
    chain,
    object_to_exemption,
    object_to_issue,
    object_to_void,
    unsealed,
)


def a_seal(**facts):
    return SealFacts(
        **{"number": "A001", "state": SealState.ISSUED, "own_stock": True, "issued_to": "loader 1", **facts}
    )


def codes(findings):
    return [finding.code for finding in findings]


def test_seals_are_handed_out_once_from_stock_and_to_a_person():
    fresh = a_seal(state=SealState.IN_STOCK, issued_to=None)
    assert codes(object_to_issue(fresh, "loader 1")) == []
    assert codes(object_to_issue(fresh, "")) == ["SEAL_RECEIVER_MISSING"]
    assert codes(object_to_issue(a_seal(), "loader 1")) == ["SEAL_NOT_IN_STOCK"]
    assert codes(object_to_issue(a_seal(state=SealState.APPLIED), "loader 1")) == ["SEAL_REUSED"]


def test_void_is_for_misprints_and_needs_a_reason():
    assert codes(object_to_void(a_seal(), "misprint")) == []
    assert codes(object_to_void(a_seal(state=SealState.APPLIED), " ")) == ["SEAL_NOT_VOIDABLE", "VOID_REASON_MISSING"]
    assert codes(object_to_void(a_seal(used_before=True), "misprint")) == ["SEAL_NOT_VOIDABLE"]


def test_the_papers_pouch_of_an_open_bed_needs_a_supervisors_reason_and_its_seal():
    pouch = (ClosureKind.PAPERS_POUCH,)
    assert codes(object_to_exemption(pouch, "no cover over the machine", "M1")) == []
    assert codes(object_to_exemption(pouch, " ", "M1")) == ["SEAL_EXEMPTION_REASON_MISSING"]
    assert codes(object_to_exemption(pouch, "no cover", None)) == ["SEAL_EXEMPTION_REASON_MISSING"]
    assert codes(object_to_exemption((ClosureKind.REAR_DOOR,), None, None)) == []
    assert codes(unsealed(pouch, [])) == ["PAPERS_POUCH_UNSEALED"]


def test_a_number_that_comes_back_ends_the_chain():
    assert chain("A", {"A": "B", "B": "A"}) == ("A", "B")


def test_no_state_of_a_seal_leads_back_to_use():
    def reachable(state):
        seen, todo = set(), [state]
        while todo:
            for following in MOVES[todo.pop()] - seen:
                seen.add(following)
                todo.append(following)
        return seen

    assert set(MOVES) == set(SealState)
    assert all(state not in reachable(state) for state in SealState)
    assert SealState.APPLIED not in reachable(SealState.REMOVED) | reachable(SealState.VOID)
