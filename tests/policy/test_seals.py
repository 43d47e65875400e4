from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import ClosureKind, SealFinding, SealState
from services.policy.departure import LeavingStopFacts, object_to_leaving_stop
from services.policy.seals import (
    BreakFacts,
    OfflineSeal,
    SealFacts,
    chain,
    object_to_apply,
    object_to_break,
    object_to_offline_apply,
    object_to_replace,
    sealed_too_early,
    unsealed,
    verify_on_arrival,
)

LOADED_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REAR, SIDE = ClosureKind.REAR_DOOR, ClosureKind.SIDE_DOOR
BOX = (REAR, SIDE)


def a_seal(number="A001", **facts):
    return SealFacts(
        **{"number": number, "state": SealState.ISSUED, "own_stock": True, "issued_to": "loader 1", **facts}
    )


def a_live_seal(number="A001", closure=REAR, **facts):
    live = {"state": SealState.APPLIED, "closure": closure, "applied_trip": "T-1", "applied_at": LOADED_AT}
    return a_seal(number, **{**live, **facts})


def codes(findings):
    return [finding.code for finding in findings]


def apply_codes(seal, **facts):
    base = {
        "closure": REAR,
        "required_closures": BOX,
        "work_completed_at": LOADED_AT,
        "applied_at": LOADED_AT,
        "live_on_closure": None,
    }
    return codes(object_to_apply(seal, **{**base, **facts}))


def a_break(**facts):
    base = {"reason": "checkpoint", "who": "officer", "by_police": True, "authority_document": "No. 7", "photo": True}
    return BreakFacts(**{**base, **facts})


def test_s1_a_box_truck_with_only_the_rear_door_sealed_names_the_side_door():
    assert codes(unsealed(BOX, [a_live_seal(closure=REAR)])) == ["SIDE_DOOR_UNSEALED"]
    assert codes(unsealed(BOX, [a_live_seal("A1", REAR), a_live_seal("A2", SIDE)])) == []


def test_s2_a_seal_from_before_the_end_of_loading_does_not_count():
    a_second_early = LOADED_AT - timedelta(seconds=1)
    assert apply_codes(a_seal(), applied_at=a_second_early) == ["SEAL_BEFORE_LOADING_COMPLETED"]
    assert apply_codes(a_seal(), applied_at=LOADED_AT) == []
    assert apply_codes(a_seal(), work_completed_at=None) == ["SEAL_BEFORE_LOADING_COMPLETED"]
    early = a_live_seal(applied_at=a_second_early)
    assert codes(sealed_too_early([early], LOADED_AT)) == ["SEAL_BEFORE_LOADING_COMPLETED"]
    assert codes(sealed_too_early([a_live_seal()], LOADED_AT)) == []


def test_s3_a_customers_seal_alone_does_not_do_and_beside_ours_does_no_harm():
    theirs = SealFacts(number="C9", state=SealState.APPLIED, own_stock=False, closure=REAR)
    findings = list(unsealed((REAR,), [theirs]))
    assert codes(findings) == ["COMPANY_SEAL_NEEDED"]
    assert findings[0].facts["customer_seal"] == "C9"
    assert codes(unsealed((REAR,), [theirs, a_live_seal()])) == []


def test_s4_a_police_opening_is_recorded_and_the_chain_of_numbers_kept():
    assert codes(object_to_break(a_live_seal(), a_break())) == []
    opened = a_live_seal("A001", state=SealState.REMOVED)
    later = LOADED_AT + timedelta(hours=3)
    assert codes(object_to_replace(opened, a_seal("A002"), opened_at=later, applied_at=later)) == []
    assert chain("A001", {"A001": "A002", "A002": "A003"}) == ("A001", "A002", "A003")


def test_s4_an_opening_lacks_what_it_lacks_all_at_once():
    bare = a_break(reason="", who=None, authority_document=" ", photo=False)
    assert codes(object_to_break(a_live_seal(), bare)) == [
        "BREAK_REASON_MISSING",
        "BREAK_PERSON_MISSING",
        "AUTHORITY_DOCUMENT_MISSING",
        "BREAK_PHOTO_MISSING",
    ]
    assert codes(object_to_break(a_live_seal(), a_break(by_police=False, authority_document=None))) == []
    assert codes(object_to_break(a_seal(), a_break())) == ["SEAL_NOT_LIVE"]


def test_s5_matching_and_intact_seals_are_a_normal_count():
    verdict = verify_on_arrival({REAR: "A1"}, {REAR: ("A1", SealFinding.INTACT)}, frozenset())
    assert verdict.clean
    assert verdict.exceptions == ()


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (("A9", SealFinding.INTACT), "SEAL_MISMATCH"),
        (("A1", SealFinding.NUMBER_MISMATCH), "SEAL_MISMATCH"),
        ((None, SealFinding.INTACT), "SEAL_MISMATCH"),
        (("A1", SealFinding.BROKEN), "SEAL_BROKEN"),
        ((None, SealFinding.MISSING), "SEAL_MISSING"),
    ],
)
def test_s6_a_seal_that_is_not_as_expected_is_an_exception(seen, code):
    verdict = verify_on_arrival({REAR: "A1", SIDE: "A2"}, {REAR: seen, SIDE: ("A2", SealFinding.INTACT)}, frozenset())
    assert not verdict.clean
    assert codes(verdict.exceptions) == [code]


def test_s6_a_break_record_explains_a_broken_seal_but_never_a_foreign_number():
    broken = {REAR: ("A1", SealFinding.BROKEN), SIDE: (None, SealFinding.MISSING)}
    assert verify_on_arrival({REAR: "A1", SIDE: "A2"}, broken, {"A1", "A2"}).clean
    foreign = verify_on_arrival({REAR: "A1"}, {REAR: ("X1", SealFinding.BROKEN)}, {"A1"})
    assert codes(foreign.exceptions) == ["SEAL_MISMATCH"]


def test_s6_a_seal_that_nobody_looked_at_is_an_exception():
    assert codes(verify_on_arrival({REAR: "A1"}, {}, frozenset()).exceptions) == ["SEAL_NOT_CHECKED"]


def a_stop(*seals, **facts):
    base = {
        "trip_no": "T-1",
        "cargo_on_board": True,
        "required_closures": BOX,
        "opened_closures": frozenset({REAR}),
        "seals": seals,
        "work_completed_at": LOADED_AT + timedelta(hours=5),
    }
    return LeavingStopFacts(**{**base, **facts})


def test_s7_after_a_drop_the_opened_door_is_sealed_again_and_the_shut_one_keeps_its_seal():
    side = a_live_seal("A2", SIDE)
    opened = a_live_seal("A1", REAR, state=SealState.REMOVED)
    renewed = a_live_seal("A3", REAR, applied_at=LOADED_AT + timedelta(hours=5))
    assert codes(object_to_leaving_stop(a_stop(side, opened))) == ["REAR_DOOR_UNSEALED"]
    assert codes(object_to_leaving_stop(a_stop(side, opened, renewed))) == []


def test_s7_a_seal_from_before_the_drop_does_not_serve_for_an_opened_door():
    old = a_live_seal("A1", REAR, applied_at=LOADED_AT + timedelta(hours=5) - timedelta(seconds=1))
    assert codes(object_to_leaving_stop(a_stop(old, a_live_seal("A2", SIDE)))) == ["SEAL_BEFORE_LOADING_COMPLETED"]


def test_s7_an_empty_truck_leaves_without_seals_but_not_before_the_work_is_done():
    assert codes(object_to_leaving_stop(a_stop(cargo_on_board=False))) == []
    assert codes(object_to_leaving_stop(a_stop(cargo_on_board=False, work_completed_at=None))) == ["WORK_NOT_COMPLETED"]


def test_a_frozen_trip_leaves_no_stop():
    assert codes(object_to_leaving_stop(a_stop(cargo_on_board=False, frozen=True))) == ["TRIP_FROZEN"]


def test_s8_a_transhipment_takes_the_old_seal_off_and_puts_a_new_one_on_another_opening():
    old = a_live_seal("A1", REAR, state=SealState.REMOVED)
    moved = LOADED_AT + timedelta(hours=2)
    assert codes(object_to_replace(old, a_seal("B1"), opened_at=moved, applied_at=moved)) == []
    assert (
        apply_codes(
            a_seal("B1"),
            closure=ClosureKind.CONTAINER_DOOR,
            required_closures=(ClosureKind.CONTAINER_DOOR,),
            work_completed_at=moved,
            applied_at=moved,
        )
        == []
    )
    assert chain("A1", {"A1": "B1"}) == ("A1", "B1")


def test_s8_the_old_seal_must_be_off_before_the_new_one_counts():
    at = LOADED_AT + timedelta(hours=2)
    off = a_live_seal("A1", state=SealState.REMOVED)
    assert codes(object_to_replace(a_live_seal("A1"), a_seal("B1"), opened_at=None, applied_at=at)) == [
        "SEAL_BREAK_NOT_RECORDED"
    ]
    assert codes(object_to_replace(off, a_seal("B1"), opened_at=at, applied_at=at - timedelta(seconds=1))) == [
        "SEAL_REPLACED_TOO_EARLY"
    ]
    assert codes(object_to_replace(off, off, opened_at=at, applied_at=at)) == ["SEAL_REUSED"]


CAPTURED = OfflineSeal(number="A1", trip="T-1", closure=REAR)


def test_s9_an_offline_report_of_a_free_issued_seal_is_taken_and_a_repeat_is_no_conflict():
    assert codes(object_to_offline_apply(CAPTURED, a_seal("A1"), None)) == []
    assert codes(object_to_offline_apply(CAPTURED, a_live_seal("A1"), "A1")) == []


@pytest.mark.parametrize(
    ("known", "live"),
    [
        (a_live_seal("A1", applied_trip="T-2"), None),
        (a_live_seal("A1", closure=SIDE), None),
        (a_seal("A1", state=SealState.DESTROYED, used_before=True), None),
        (a_seal("A1", used_before=True), None),
        (a_seal("A1", state=SealState.VOID), None),
        (a_seal("A1", own_stock=False), None),
        (None, None),
        (a_seal("A1"), "A7"),
    ],
)
def test_s9_an_offline_report_against_the_record_is_an_exception(known, live):
    assert codes(object_to_offline_apply(CAPTURED, known, live)) == ["SEAL_CONFLICT"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"state": SealState.APPLIED}, "SEAL_REUSED"),
        ({"state": SealState.REMOVED}, "SEAL_REUSED"),
        ({"state": SealState.DESTROYED}, "SEAL_REUSED"),
        ({"used_before": True}, "SEAL_REUSED"),
        ({"state": SealState.VOID}, "SEAL_NOT_IN_STOCK"),
        ({"own_stock": False}, "SEAL_NOT_IN_STOCK"),
        ({"state": SealState.IN_STOCK, "issued_to": None}, "SEAL_NOT_ISSUED"),
        ({"issued_to": " "}, "SEAL_NOT_ISSUED"),
    ],
)
def test_only_a_fresh_seal_issued_from_our_stock_goes_on(facts, code):
    assert apply_codes(a_seal(**facts)) == [code]


def test_a_seal_goes_on_a_declared_opening_that_carries_none():
    assert apply_codes(a_seal(), closure=ClosureKind.OUTLET) == ["CLOSURE_UNKNOWN"]
    assert apply_codes(a_seal(), live_on_closure="A5") == ["CLOSURE_ALREADY_SEALED"]


def test_a_truck_that_declares_no_opening_does_not_pass_for_sealed():
    assert codes(unsealed((), [])) == ["CLOSURES_NOT_DECLARED"]


def test_a_seal_without_a_time_is_not_shown_to_be_in_time():
    assert codes(sealed_too_early([a_live_seal(applied_at=None)], LOADED_AT)) == ["SEAL_BEFORE_LOADING_COMPLETED"]


closures = st.sets(st.sampled_from(list(ClosureKind)), min_size=1)


@settings(max_examples=80)
@given(required=closures, sealed=closures, theirs=closures)
def test_exactly_the_openings_without_our_seal_are_named(required, sealed, theirs):
    seals = [a_live_seal(f"A{closure}", closure) for closure in sealed]
    seals += [a_live_seal(f"C{closure}", closure, own_stock=False) for closure in theirs]
    assert {finding.facts["closure"] for finding in unsealed(required, seals)} == required - sealed


@settings(max_examples=80)
@given(state=st.sampled_from(list(SealState)), own=st.booleans(), used=st.booleans(), issued=st.booleans())
def test_one_number_is_used_once(state, own, used, issued):
    seal = a_seal(state=state, own_stock=own, used_before=used, issued_to="x" if issued else None)
    fit = state is SealState.ISSUED and own and not used and issued
    assert (apply_codes(seal) == []) == fit
