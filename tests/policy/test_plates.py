"""Number plates (domain section 2): which texts are plates, and of which kind of vehicle."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import UnitKind
from services.policy.plates import PROVINCES, normal_plate, object_to_plate


def codes(plate, kind=UnitKind.RIGID):
    return [finding.code for finding in object_to_plate(plate, kind)]


@pytest.mark.parametrize(
    ("plate", "kind"),
    [
        ("鲁G10001", UnitKind.RIGID),
        ("京A12345", UnitKind.TRACTOR),
        ("沪B8K2L3", UnitKind.RIGID),
        ("粤B12345D", UnitKind.RIGID),
        ("粤B12345F", UnitKind.TRACTOR),
        ("沪AD12345", UnitKind.RIGID),
        ("沪AFA1234", UnitKind.RIGID),
        ("鲁G1234挂", UnitKind.TRAILER),
        ("新A8K23挂", UnitKind.TRAILER),
    ],
)
def test_a_lawful_plate_fits_its_vehicle(plate, kind):
    assert codes(plate, kind) == []


@pytest.mark.parametrize(
    "plate",
    [
        "鲁I10001",
        "鲁O10001",
        "鲁G1000I",
        "鲁G1O001",
        "鲁G1000",
        "鲁G100001",
        "鲁GA12345",
        "鲁G1234AD",
        "AG10001",
        "港G10001",
        "鲁g10001",
        "鲁G10001\n",
        "鲁G１0001",
        "",
    ],
)
def test_another_text_is_no_plate(plate):
    assert "PLATE_INVALID" in codes(plate)


@pytest.mark.parametrize("plate", ["鲁G12345挂", "鲁G123挂", "鲁GD1234挂"])
def test_a_trailer_plate_has_four_signs_before_its_ending(plate):
    assert codes(plate, UnitKind.TRAILER) == ["PLATE_INVALID"]


def test_only_a_trailer_bears_the_trailer_ending():
    assert codes("鲁G1234挂", UnitKind.TRACTOR) == ["PLATE_OF_ANOTHER_KIND"]
    assert codes("鲁G10001", UnitKind.TRAILER) == ["PLATE_OF_ANOTHER_KIND"]


def test_a_plate_is_stored_without_dot_and_spaces_in_capitals():
    assert normal_plate("鲁g·10 001") == "鲁G10001"


@settings(max_examples=60)
@given(
    st.sampled_from(PROVINCES),
    st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ"),
    st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=5, max_size=5),
)
def test_every_province_letter_and_five_signs_make_a_plate(province, letter, signs):
    assert codes(province + letter + signs) == []
