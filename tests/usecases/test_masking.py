"""What stays readable of personal numbers, in answers and in log lines."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.masking import masked_number, masked_phone, masked_text


def test_an_id_number_keeps_its_front_and_end_and_loses_its_birthday():
    assert masked_number("370783198501010012") == "370*************12"


def test_a_short_number_is_hidden_wholly():
    assert masked_number("123456789") == "*********"
    assert masked_number("1234567890") == "123*****90"


def test_a_phone_loses_the_four_digits_before_its_last_four():
    assert masked_phone("+8613805360000") == "+86138****0000"
    assert masked_phone("12345678") == "********"


def test_numbers_inside_a_text_are_hidden_and_the_rest_stays():
    text = "司机 37078319850101003X 电话 13805361234，备用 +86 138-0536-9999，车次 CC-20260302-0001"
    assert (
        masked_text(text) == "司机 370*************3X 电话 138****1234，备用 +86 138-0****9999，车次 CC-20260302-0001"
    )


def test_a_longer_run_of_digits_is_no_personal_number():
    assert masked_text("9" * 25) == "9" * 25
    assert masked_text("a" * 5 + "13805361234") == "a" * 5 + "13805361234"


@settings(max_examples=60)
@given(st.text(alphabet="0123456789", max_size=30))
def test_a_masked_number_keeps_its_length_and_never_more_than_five_signs(text):
    masked = masked_number(text)
    assert len(masked) == len(text)
    assert sum(sign != "*" for sign in masked) <= 5
