import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import ConsignmentState, NoticeState, OrderState, SealState, TripState
from services.policy.lifecycle import (
    AMENDABLE,
    BOOKED_FIELDS,
    CONSIGNMENT_MOVES,
    MOVES,
    NOTICE_MOVES,
    TRIP_MOVES,
    object_to_amend,
    object_to_move,
)

STATES = {
    "order": OrderState,
    "consignment": ConsignmentState,
    "trip": TripState,
    "notice": NoticeState,
    "seal": SealState,
}
C, T = ConsignmentState, TripState


def moves(kind, current, wanted):
    return not any(object_to_move(kind, current, wanted))


@pytest.mark.parametrize("kind", sorted(STATES))
def test_every_state_is_in_the_table_of_its_kind(kind):
    assert set(MOVES[kind]) == set(STATES[kind])
    assert all(following in STATES[kind] for allowed in MOVES[kind].values() for following in allowed)


def test_a_consignment_goes_from_booking_to_closing_step_by_step():
    way = [C.BOOKED, C.ASSIGNED, C.LOADED, C.SEALED, C.IN_TRANSIT, C.ARRIVED, C.ACCEPTED, C.CLOSED]
    assert all(moves("consignment", a, b) for a, b in itertools.pairwise(way))
    assert not any(moves("consignment", a, b) for a, b in zip(way, way[2:], strict=False))


def test_a_consignment_at_a_terminal_gets_its_next_leg():
    way = [C.IN_TRANSIT, C.AT_TERMINAL, C.ASSIGNED, C.LOADED]
    assert all(moves("consignment", a, b) for a, b in itertools.pairwise(way))


def test_a_trip_goes_from_plan_to_closing_step_by_step():
    way = [T.PLANNED, T.CREWED, T.LOADING, T.LOADED, T.SEALED, T.UNDER_WAY, T.ARRIVED, T.UNLOADED, T.CLOSED]
    assert all(moves("trip", a, b) for a, b in itertools.pairwise(way))
    assert not any(moves("trip", a, b) for a, b in zip(way, way[2:], strict=False))


def test_only_a_sealed_trip_gets_under_way_and_only_a_sealed_consignment_travels():
    assert [state for state, allowed in TRIP_MOVES.items() if T.UNDER_WAY in allowed] == [T.SEALED]
    assert [state for state, allowed in CONSIGNMENT_MOVES.items() if C.IN_TRANSIT in allowed] == [C.SEALED]


def test_loaded_goods_are_unloaded_before_they_are_cancelled():
    assert not moves("consignment", C.LOADED, C.CANCELLED)
    assert moves("consignment", C.LOADED, C.ASSIGNED)
    assert moves("consignment", C.ASSIGNED, C.CANCELLED)


def test_a_cancelled_order_stays_cancelled():
    assert moves("order", OrderState.OPEN, OrderState.CANCELLED)
    assert not moves("order", OrderState.CANCELLED, OrderState.OPEN)


def test_what_the_consignee_acknowledged_stays_acknowledged():
    assert NOTICE_MOVES[NoticeState.ACKNOWLEDGED] == frozenset()
    assert moves("notice", NoticeState.FAILED, NoticeState.ACKNOWLEDGED)
    assert not moves("notice", NoticeState.SUPERSEDED, NoticeState.SENT)


def test_a_refused_move_says_from_to_and_what_is_allowed():
    (finding,) = object_to_move("trip", T.PLANNED, T.UNDER_WAY)
    assert finding.code == "MOVE_NOT_ALLOWED"
    assert finding.facts == {"kind": "trip", "from": "planned", "to": "under_way", "allowed": ["cancelled", "crewed"]}


def test_a_booked_consignment_may_be_changed_in_everything_a_person_enters():
    assert list(object_to_amend(C.BOOKED, BOOKED_FIELDS)) == []
    assert [finding.facts["field"] for finding in object_to_amend(C.BOOKED, ["state"])] == ["state"]


def test_an_assigned_consignment_keeps_its_goods_and_places():
    small = ["contact_name", "contact_phone", "notes", "promised_arrival_at"]
    assert list(object_to_amend(C.ASSIGNED, small)) == []
    found = list(object_to_amend(C.ASSIGNED, ["lines", "notes", "destination_site_id", "lines"]))
    assert [finding.facts["field"] for finding in found] == ["lines", "destination_site_id"]


@pytest.mark.parametrize("state", sorted(set(ConsignmentState) - {C.BOOKED, C.ASSIGNED}))
def test_later_nothing_may_be_changed(state):
    assert AMENDABLE[state] == frozenset()
    assert [finding.code for finding in object_to_amend(state, ["notes"])] == ["AMEND_NOT_ALLOWED"]


@settings(max_examples=60)
@given(data=st.data(), kind=st.sampled_from(sorted(STATES)))
def test_a_final_state_is_left_by_no_move_and_staying_is_no_move(data, kind):
    current = data.draw(st.sampled_from(list(STATES[kind])))
    wanted = data.draw(st.sampled_from(list(STATES[kind])))
    allowed = moves(kind, current, wanted)
    assert allowed == (wanted in MOVES[kind][current])
    assert not (allowed and current is wanted)
