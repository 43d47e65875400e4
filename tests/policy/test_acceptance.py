import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import (
    CargoDocument,
    ConsignmentState,
    LineVerdict,
    OpenBoxAnswer,
    OpenBoxItem,
    RefusalReason,
)
from services.policy.acceptance import (
    AcceptanceFacts,
    LineReceipt,
    ReplacementLine,
    clean,
    discrepancies,
    needs_replacement,
    object_to_acceptance,
    object_to_closing_original,
    replacement_lines,
    verdict,
)
from services.policy.findings import Finding
from services.policy.ruleset import DEFAULTS

ALL_OK = dict.fromkeys(OpenBoxItem, OpenBoxAnswer.OK)
REFUSED_WELL = {"verdict": LineVerdict.REFUSED, "refusal_reason": RefusalReason.DAMAGED, "photo": True}


def a_line(line_no=1, **facts):
    base = {
        "line_no": line_no,
        "expected_name": "controller",
        "expected_spec": "KX-2",
        "expected_quantity": 10,
        "received_name": "controller",
        "received_spec": "KX-2",
        "received_quantity": 10,
        "verdict": LineVerdict.ACCEPTED,
    }
    return LineReceipt(**{**base, **facts})


def a_receipt(*lines, **facts):
    lines = lines or (a_line(),)
    base = {
        "expected_lines": tuple(dict.fromkeys(line.line_no for line in lines)),
        "lines": lines,
        "seals_verified": True,
        "consignee_signature": "consignee",
        "driver_signature": "driver",
    }
    return AcceptanceFacts(**{**base, **facts})


def codes(findings):
    return [finding.code for finding in findings]


def door_codes(*lines, **facts):
    return codes(object_to_acceptance(a_receipt(*lines, **facts), DEFAULTS))


def line_codes(**facts):
    return door_codes(a_line(**facts))


def test_goods_as_listed_and_signed_by_both_are_accepted_clean():
    facts = a_receipt()
    assert codes(object_to_acceptance(facts, DEFAULTS)) == []
    assert verdict(facts) is ConsignmentState.ACCEPTED
    assert clean(facts)
    assert not needs_replacement(facts)


def test_seals_come_before_the_count():
    assert door_codes(seals_verified=False) == ["SEALS_NOT_VERIFIED"]


def test_s6_a_seal_exception_needs_joint_inspection_and_a_statement_and_is_never_clean():
    broken = (Finding("SEAL_BROKEN"),)
    assert door_codes(seal_exceptions=broken) == ["JOINT_INSPECTION_NEEDED", "DRIVER_STATEMENT_MISSING"]
    done = {"seal_exceptions": broken, "joint_inspection": True, "driver_statement": "seal was whole at noon"}
    assert door_codes(**done) == []
    assert verdict(a_receipt(**done)) is ConsignmentState.ACCEPTED
    assert not clean(a_receipt(**done))


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"received_name": "inverter"}, "NAME_DIFFERS"),
        ({"received_spec": "KX-3"}, "SPEC_DIFFERS"),
        ({"received_spec": None}, "SPEC_DIFFERS"),
        ({"received_quantity": 9}, "QUANTITY_DIFFERS"),
        ({"open_box": {OpenBoxItem.PARTS: OpenBoxAnswer.NOT_OK}}, "OPEN_BOX_NOT_OK"),
    ],
)
def test_a_line_that_does_not_conform_is_not_signed_for(facts, code):
    assert codes(discrepancies(a_line(**facts))) == [code]
    findings = list(object_to_acceptance(a_receipt(a_line(**facts)), DEFAULTS))
    assert codes(findings) == ["DISCREPANCY_ACCEPTED"]
    assert findings[0].facts["differs"] == [code]


def test_short_and_over_are_told_apart_and_surplus_does_not_block_the_expected_pieces():
    (short,) = discrepancies(a_line(received_quantity=9))
    (over,) = discrepancies(a_line(received_quantity=11))
    assert (short.facts["how"], over.facts["how"]) == ("short", "over")
    assert line_codes(received_quantity=11) == []
    assert not clean(a_receipt(a_line(received_quantity=11)))


def test_the_conforming_part_of_a_line_may_be_signed_for():
    part = {"received_quantity": 8, "accepted_quantity": 8, "refused_quantity": 2}
    reason = {"refusal_reason": RefusalReason.SHORT, "photo": True}
    facts = a_receipt(a_line(**part, **reason))
    assert codes(object_to_acceptance(facts, DEFAULTS)) == []
    assert verdict(facts) is ConsignmentState.PARTIALLY_ACCEPTED
    assert replacement_lines(facts) == (ReplacementLine(line_no=1, quantity=2, reason=RefusalReason.SHORT),)
    assert line_codes(**part) == ["REFUSAL_REASON_MISSING", "REFUSAL_PHOTO_MISSING"]


def test_never_more_pieces_are_signed_for_than_came():
    reason = {"refusal_reason": RefusalReason.SHORT, "photo": True}
    assert line_codes(received_quantity=8, accepted_quantity=9, refused_quantity=1, **reason) == [
        "DISCREPANCY_ACCEPTED"
    ]


def test_a_missing_paper_is_a_discrepancy_and_a_note_on_the_proof():
    line = a_line(documents_missing=(CargoDocument.FACTORY_CERTIFICATE,))
    assert codes(discrepancies(line)) == ["DOCUMENT_MISSING"]
    assert door_codes(line) == []
    assert not clean(a_receipt(line))


def test_a_note_makes_the_proof_not_clean():
    assert not clean(a_receipt(a_line(note="carton dented")))
    assert clean(a_receipt(a_line(note=" ")))


def test_open_box_lines_wait_until_all_four_items_are_answered():
    three = {item: answer for item, answer in ALL_OK.items() if item is not OpenBoxItem.MANUAL}
    findings = list(object_to_acceptance(a_receipt(a_line(open_box_required=True, open_box=three)), DEFAULTS))
    assert codes(findings) == ["OPEN_BOX_INCOMPLETE"]
    assert findings[0].facts["items"] == [OpenBoxItem.MANUAL]
    assert line_codes(open_box_required=True, open_box=ALL_OK) == []
    not_applicable = {**ALL_OK, OpenBoxItem.MANUAL: OpenBoxAnswer.NOT_APPLICABLE}
    assert line_codes(open_box_required=True, open_box=not_applicable) == []


def test_a_line_refused_outright_needs_no_open_box():
    assert line_codes(open_box_required=True, **REFUSED_WELL) == []


def test_every_line_of_the_list_is_answered_exactly_once():
    assert door_codes(a_line(1), expected_lines=(1, 2)) == ["LINE_NOT_ANSWERED"]
    assert door_codes(a_line(1), a_line(3), expected_lines=(1,)) == ["LINE_UNKNOWN"]
    assert door_codes(a_line(1), a_line(1)) == ["LINE_ANSWERED_TWICE"]


def test_a_refusal_has_a_reason_and_a_photo():
    assert line_codes(verdict=LineVerdict.REFUSED) == ["REFUSAL_REASON_MISSING", "REFUSAL_PHOTO_MISSING"]
    assert line_codes(**REFUSED_WELL) == []


def test_all_refused_is_refused_and_one_refused_is_partial():
    assert verdict(a_receipt(a_line(**REFUSED_WELL))) is ConsignmentState.REFUSED
    mixed = a_receipt(a_line(1), a_line(2, **REFUSED_WELL))
    assert verdict(mixed) is ConsignmentState.PARTIALLY_ACCEPTED
    assert needs_replacement(mixed)
    assert not clean(mixed)


@pytest.mark.parametrize(
    ("accepted", "refused", "code"),
    [(10, 1, "QUANTITY_NOT_BALANCED"), (9, 0, "QUANTITY_NOT_BALANCED"), (11, -1, "QUANTITY_NOT_BALANCED")],
)
def test_accepted_and_refused_add_up_to_the_expected(accepted, refused, code):
    reason = {"refusal_reason": RefusalReason.OTHER, "photo": True}
    assert line_codes(accepted_quantity=accepted, refused_quantity=refused, **reason) == [code]


def test_the_verdict_and_the_quantities_say_the_same():
    reason = {"refusal_reason": RefusalReason.OTHER, "photo": True}
    assert line_codes(accepted_quantity=0, refused_quantity=10, **reason) == ["VERDICT_CONTRADICTS_QUANTITY"]
    assert line_codes(accepted_quantity=5, refused_quantity=5, **REFUSED_WELL) == ["VERDICT_CONTRADICTS_QUANTITY"]


def test_consignee_and_driver_both_sign():
    findings = list(object_to_acceptance(a_receipt(consignee_signature=None, driver_signature=" "), DEFAULTS))
    assert [finding.facts["signer"] for finding in findings] == ["consignee", "driver"]


def test_the_original_closes_when_the_replacement_is_accepted():
    partial, refused = ConsignmentState.PARTIALLY_ACCEPTED, ConsignmentState.REFUSED
    assert codes(object_to_closing_original(ConsignmentState.ACCEPTED, None)) == []
    assert codes(object_to_closing_original(refused, None)) == ["REPLACEMENT_MISSING"]
    assert codes(object_to_closing_original(partial, ConsignmentState.ARRIVED)) == ["REPLACEMENT_NOT_ACCEPTED"]
    assert codes(object_to_closing_original(partial, partial)) == ["REPLACEMENT_NOT_ACCEPTED"]
    assert codes(object_to_closing_original(partial, ConsignmentState.ACCEPTED)) == []
    assert codes(object_to_closing_original(refused, ConsignmentState.CLOSED)) == []
    assert codes(object_to_closing_original(ConsignmentState.IN_TRANSIT, None)) == ["NOT_YET_ANSWERED"]


@settings(max_examples=100)
@given(
    expected=st.integers(1, 20), received=st.integers(0, 25), accepted=st.integers(-2, 25), refused=st.integers(-2, 25)
)
def test_what_passes_is_balanced_and_never_more_than_came(expected, received, accepted, refused):
    line = a_line(
        expected_quantity=expected,
        received_quantity=received,
        accepted_quantity=accepted,
        refused_quantity=refused,
        verdict=LineVerdict.ACCEPTED if accepted > 0 else LineVerdict.REFUSED,
        refusal_reason=RefusalReason.SHORT,
        photo=True,
    )
    facts = a_receipt(line)
    passes = not door_codes(line)
    assert passes == (accepted + refused == expected and 0 <= accepted <= received and refused >= 0)
    if passes:
        assert sum(part.quantity for part in replacement_lines(facts)) + accepted == expected
        assert clean(facts) == (received == expected == accepted)


LOST = {"lost_quantity": 3, "received_quantity": 7}


def test_pieces_lost_in_an_accident_are_neither_expected_nor_signed_for():
    line = a_line(**LOST)
    assert (line.accepted, line.refused) == (7, 3)
    assert line_codes(**LOST) == []
    assert discrepancies(line) == ()
    facts = a_receipt(line)
    assert verdict(facts) is ConsignmentState.PARTIALLY_ACCEPTED
    assert not clean(facts)
    assert replacement_lines(facts) == (ReplacementLine(line_no=1, quantity=3, reason=None),)


def test_more_refused_than_was_lost_needs_a_reason_and_a_photo():
    worse = {**LOST, "refused_quantity": 4}
    assert line_codes(**worse) == ["REFUSAL_REASON_MISSING", "REFUSAL_PHOTO_MISSING"]
    assert line_codes(**worse, refusal_reason=RefusalReason.DAMAGED, photo=True) == []


def test_fewer_than_the_sound_pieces_are_short_all_the_same():
    assert codes(discrepancies(a_line(lost_quantity=3, received_quantity=6))) == ["QUANTITY_DIFFERS"]
    assert line_codes(lost_quantity=3, received_quantity=6) == ["DISCREPANCY_ACCEPTED"]


def test_pieces_that_were_lost_cannot_be_signed_for():
    assert line_codes(**LOST, refused_quantity=2) == ["DISCREPANCY_ACCEPTED"]


def test_a_line_of_which_nothing_is_left_is_refused_without_a_photo():
    gone = {"lost_quantity": 10, "received_quantity": 0}
    assert line_codes(**gone, verdict=LineVerdict.REFUSED) == []
    assert line_codes(**gone) == ["VERDICT_CONTRADICTS_QUANTITY"]
