from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import DriverDocument, DriverStatus, LicenceClass, WaiverState
from services.policy.crew import (
    CrewJob,
    DriverFacts,
    EscortFacts,
    WaiverFacts,
    object_to_crew,
    object_to_driver,
    object_to_waiver_approval,
)
from services.policy.ruleset import DEFAULTS

DEPARTURE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
ARRIVAL = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
VALID = {document: date(2030, 1, 1) for document in DriverDocument}


def a_driver(key="D1", **facts):
    base = {
        "key": key,
        "name": f"name of {key}",
        "status": DriverStatus.ACTIVE,
        "licence_classes": frozenset({LicenceClass.A2}),
        "licence_first_issued_on": date(2010, 5, 5),
        "born_on": date(1985, 6, 6),
        "documents": VALID,
    }
    return DriverFacts(**{**base, **facts})


def an_escort(key="E1", **facts):
    return EscortFacts(**{"key": key, "status": DriverStatus.ACTIVE, "documents": VALID, **facts})


def a_job(**facts):
    base = {
        "required_licences": frozenset({LicenceClass.A2}),
        "is_train": True,
        "gross_kg": 44_000,
        "hazmat": False,
        "needs_escort": False,
        "planned_departure": DEPARTURE,
        "planned_arrival": ARRIVAL,
    }
    return CrewJob(**{**base, **facts})


def a_waiver(**facts):
    base = {"state": WaiverState.APPROVED, "requested_by": "d", "approved_by": "m", "reason": "short local run"}
    return WaiverFacts(**{**base, **facts})


def codes(findings):
    return [finding.code for finding in findings]


def driver_codes(driver, **job):
    return codes(object_to_driver(driver, a_job(**job), DEFAULTS))


def crew_codes(*drivers, escort=None, **job):
    return codes(object_to_crew(drivers, escort, a_job(**job), DEFAULTS))


def test_two_sound_drivers_are_a_crew():
    assert crew_codes(a_driver("D1"), a_driver("D2")) == []


def test_one_driver_is_too_few():
    assert crew_codes(a_driver()) == ["TOO_FEW_DRIVERS"]


def test_one_driver_named_twice_is_one_driver():
    assert crew_codes(a_driver("D1"), a_driver("D1")) == ["SAME_PERSON_TWICE", "TOO_FEW_DRIVERS"]


def test_a_third_name_that_repeats_is_named_but_two_drivers_remain():
    assert crew_codes(a_driver("D1"), a_driver("D2"), a_driver("D1")) == ["SAME_PERSON_TWICE"]


def test_an_approved_waiver_lets_one_driver_go_but_not_none():
    assert crew_codes(a_driver(), waiver=a_waiver()) == []
    assert crew_codes(waiver=a_waiver()) == ["TOO_FEW_DRIVERS"]


@pytest.mark.parametrize(
    "waiver",
    [
        a_waiver(state=WaiverState.REQUESTED),
        a_waiver(state=WaiverState.REJECTED),
        a_waiver(approved_by=None),
        a_waiver(approved_by="d"),
        a_waiver(reason="  "),
    ],
)
def test_a_waiver_that_is_not_properly_approved_waives_nothing(waiver):
    assert crew_codes(a_driver(), waiver=waiver) == ["TOO_FEW_DRIVERS"]


def test_a_waiver_waives_the_number_only():
    assert crew_codes(a_driver(licence_withheld=True), waiver=a_waiver()) == ["LICENCE_WITHHELD"]


def test_nobody_approves_his_own_waiver_and_a_reason_is_needed():
    assert codes(object_to_waiver_approval("d", "m", "fog relief")) == []
    assert codes(object_to_waiver_approval("d", "d", " ")) == ["WAIVER_SAME_PERSON", "WAIVER_REASON_MISSING"]


def test_v8_every_driver_of_a_six_axle_train_needs_a2():
    b2 = frozenset({LicenceClass.B2})
    findings = list(
        object_to_crew(
            [a_driver("D1", licence_classes=b2), a_driver("D2", licence_classes=b2), a_driver("D3")],
            None,
            a_job(),
            DEFAULTS,
        )
    )
    assert [(finding.code, finding.facts["driver"]) for finding in findings] == [
        ("LICENCE_CLASS_MISSING", "D1"),
        ("LICENCE_CLASS_MISSING", "D2"),
    ]


def test_any_one_of_the_licences_asked_for_will_do():
    either = frozenset({LicenceClass.A2, LicenceClass.B2})
    assert driver_codes(a_driver(licence_classes=frozenset({LicenceClass.B2})), required_licences=either) == []


def test_v9_no_trailer_in_the_first_twelve_months_and_one_from_the_day_after():
    assert driver_codes(a_driver(licence_first_issued_on=date(2025, 3, 3))) == ["PROBATION_NO_TRAILER"]
    assert driver_codes(a_driver(licence_first_issued_on=date(2025, 3, 2))) == []


def test_probation_of_a_licence_from_leap_day_ends_on_the_first_of_march():
    leap = a_driver(licence_first_issued_on=date(2024, 2, 29))
    on = {"planned_arrival": datetime(2025, 3, 2, 6, tzinfo=UTC)}
    assert driver_codes(leap, planned_departure=datetime(2025, 2, 28, 6, tzinfo=UTC), **on) == ["PROBATION_NO_TRAILER"]
    assert driver_codes(leap, planned_departure=datetime(2025, 3, 1, 6, tzinfo=UTC), **on) == []


def test_probation_says_nothing_of_a_rigid_truck_with_ordinary_goods():
    assert driver_codes(a_driver(licence_first_issued_on=date(2025, 12, 1)), is_train=False) == []
    assert driver_codes(a_driver(licence_first_issued_on=None), is_train=False) == []


def test_dangerous_goods_are_not_for_drivers_on_probation():
    young = a_driver(licence_first_issued_on=date(2025, 12, 1))
    assert driver_codes(young, is_train=False, hazmat=True) == ["PROBATION_NO_HAZMAT"]


def test_an_unknown_licence_date_cannot_rule_probation_out():
    assert driver_codes(a_driver(licence_first_issued_on=None)) == ["LICENCE_DATE_MISSING"]


@pytest.mark.parametrize("status", [DriverStatus.STANDBY_PENDING, DriverStatus.LEAVE, DriverStatus.LEFT])
def test_drivers_off_their_post_are_not_assignable(status):
    assert driver_codes(a_driver(status=status)) == ["DRIVER_NOT_ASSIGNABLE"]


@pytest.mark.parametrize("status", [DriverStatus.ACTIVE, DriverStatus.RESTING, DriverStatus.ON_TRIP])
def test_resting_and_travelling_drivers_may_be_planned_for_later(status):
    assert driver_codes(a_driver(status=status)) == []


def test_an_overlapping_trip_is_named():
    findings = list(object_to_driver(a_driver(busy_with="T-7"), a_job(), DEFAULTS))
    assert codes(findings) == ["DRIVER_BUSY"]
    assert findings[0].facts["trip"] == "T-7"


def test_v10_papers_that_end_on_the_arrival_day_are_too_short_and_one_day_more_will_do():
    on_the_day = a_driver(documents={**VALID, DriverDocument.LICENCE: date(2026, 3, 3)})
    a_day_later = a_driver(documents={**VALID, DriverDocument.LICENCE: date(2026, 3, 4)})
    assert driver_codes(on_the_day) == ["DOCUMENT_EXPIRES"]
    assert driver_codes(a_day_later) == []


def test_the_arrival_day_is_the_day_in_china():
    late = {"planned_arrival": datetime(2026, 3, 3, 16, 0, tzinfo=UTC)}
    just_before = {"planned_arrival": datetime(2026, 3, 3, 15, 59, 59, tzinfo=UTC)}
    driver = a_driver(documents={**VALID, DriverDocument.MEDICAL: date(2026, 3, 4)})
    assert driver_codes(driver, **late) == ["DOCUMENT_EXPIRES"]
    assert driver_codes(driver, **just_before) == []


def test_a_driver_without_a_licence_on_file_is_named():
    assert driver_codes(a_driver(documents={DriverDocument.QUALIFICATION: date(2030, 1, 1)})) == [
        "DRIVER_DOCUMENT_MISSING"
    ]


def test_the_post_certificate_is_asked_for_above_4500_kg_only():
    bare = a_driver(documents={DriverDocument.LICENCE: date(2030, 1, 1)})
    assert driver_codes(bare, gross_kg=4500) == []
    assert driver_codes(bare, gross_kg=4501) == ["QUALIFICATION_MISSING"]


def test_dangerous_goods_ask_for_both_certificates_whatever_the_mass():
    bare = a_driver(documents={DriverDocument.LICENCE: date(2030, 1, 1)})
    assert driver_codes(bare, gross_kg=3000, hazmat=True) == ["QUALIFICATION_MISSING", "HAZMAT_QUALIFICATION_MISSING"]


def test_an_expired_paper_that_the_trip_does_not_ask_for_does_not_matter():
    old = {**VALID, DriverDocument.HAZMAT_QUALIFICATION: date(2020, 1, 1)}
    assert driver_codes(a_driver(documents=old)) == []
    assert driver_codes(a_driver(documents=old), hazmat=True) == ["DOCUMENT_EXPIRES"]


def test_the_youngest_driver_is_eighteen_on_the_day_of_departure():
    assert driver_codes(a_driver(born_on=date(2008, 3, 2))) == []
    assert driver_codes(a_driver(born_on=date(2008, 3, 3))) == ["AGE_OUT_OF_RANGE"]


def test_the_oldest_driver_is_sixty_three_until_arrival():
    assert driver_codes(a_driver(born_on=date(1962, 3, 4))) == []
    assert driver_codes(a_driver(born_on=date(1962, 3, 3))) == ["AGE_OUT_OF_RANGE"]


def test_eight_hours_of_rest_pass_and_seven_do_not():
    assert driver_codes(a_driver(rested_hours=8)) == []
    assert driver_codes(a_driver(rested_hours=7)) == ["REST_TOO_SHORT"]
    assert driver_codes(a_driver(rested_hours=None)) == []


def test_the_escort_is_there_and_not_one_of_the_drivers():
    pair = (a_driver("D1"), a_driver("D2"))
    assert crew_codes(*pair, needs_escort=True) == ["ESCORT_MISSING"]
    assert crew_codes(*pair, escort=an_escort("D2"), needs_escort=True) == ["ESCORT_IS_DRIVER"]
    assert crew_codes(*pair, escort=an_escort("E1"), needs_escort=True) == []


def test_an_escort_off_his_post_or_busy_is_no_escort():
    pair = (a_driver("D1"), a_driver("D2"))
    assert crew_codes(*pair, escort=an_escort(status=DriverStatus.LEAVE, busy_with="T-9")) == [
        "ESCORT_NOT_ASSIGNABLE",
        "ESCORT_BUSY",
    ]


def test_only_dangerous_goods_ask_for_a_certified_escort():
    pair = (a_driver("D1"), a_driver("D2"))
    unpapered = an_escort(documents={})
    expiring = an_escort(documents={DriverDocument.ESCORT_CERTIFICATE: date(2026, 3, 3)})
    assert crew_codes(*pair, escort=unpapered, needs_escort=True) == []
    assert crew_codes(*pair, escort=unpapered, hazmat=True) == ["ESCORT_CERTIFICATE_MISSING"]
    assert crew_codes(*pair, escort=expiring, hazmat=True) == ["DOCUMENT_EXPIRES"]


@settings(max_examples=60)
@given(keys=st.lists(st.sampled_from(["D1", "D2", "D3"]), max_size=6))
def test_the_number_of_drivers_is_the_number_of_people(keys):
    found = crew_codes(*(a_driver(key) for key in keys))
    assert ("TOO_FEW_DRIVERS" in found) == (len(set(keys)) < 2)
    assert found.count("SAME_PERSON_TWICE") == sum(keys.count(key) > 1 for key in set(keys))


@settings(max_examples=60)
@given(days=st.integers(min_value=-400, max_value=400))
def test_papers_that_last_longer_never_object_more(days):
    def objections(expiry):
        return len(driver_codes(a_driver(documents={**VALID, DriverDocument.LICENCE: expiry})))

    day = date(2026, 3, 4) + timedelta(days=days)
    assert objections(day) >= objections(day + timedelta(days=1))
    assert objections(day) == (days < 0)
