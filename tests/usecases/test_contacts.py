"""Addresses and numbers in their one stored form."""

import pytest

from services.contacts import normal_email, normal_id_number, normal_phone, normal_uscc, normal_web_address


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("13805360000", "+8613805360000"),
        ("+86 138 0536 0000", "+8613805360000"),
        ("0536-5550100", "+865365550100"),
        ("+1 650 253 0000", "+16502530000"),
        ("12345", None),
        ("+999 1234567", None),
    ],
)
def test_a_phone_is_kept_as_e164_and_read_as_chinese(text, stored):
    assert normal_phone(text) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Dock.1+a@Example.COM", "Dock.1+a@example.com"),
        ("a@b", None),
        ("a..b@c.cn", None),
        ("a@-b.cn", None),
        ("a@b.cn\n", None),
        ("a b@c.cn", None),
        ("x" * 65 + "@c.cn", None),
        ("a@" + "b." * 126 + "cn", None),
    ],
)
def test_an_email_address_has_a_mailbox_and_a_domain(text, stored):
    assert normal_email(text) == stored


@pytest.mark.parametrize("text", ["https://example.com/hook?a=1", "http://[2001:db8::1]:8080/x", "https://a.b/%20"])
def test_a_web_address_is_http_with_a_host(text):
    assert normal_web_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "ftp://example.com/",
        "https://",
        "https://:443/",
        "https://user:secret@example.com/",
        "https://example.com/#part",
        "https://example.com:99999/",
        "https://example.com\\@internal/",
        "https://exa mple.com/",
        "https://[::1/",
        "https://例子.cn/",
    ],
)
def test_another_text_is_no_web_address(text):
    assert normal_web_address(text) is None


def test_a_credit_code_is_checked_by_its_last_sign():
    assert normal_uscc("91110000600037341l") == "91110000600037341L"
    assert normal_uscc("91110000600037341A") is None


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("370783198501010012", "370783198501010012"),
        ("36042619910101007x", None),
        ("360426199101010071", "360426199101010071"),
        ("370783198501010013", None),
        ("37078319851301001X", None),
        ("990783198501010018", None),
        ("37078319850101001", None),
        ("３70783198501010012", "370783198501010012"),
    ],
)
def test_an_id_number_is_checked_by_province_date_and_last_sign(text, stored):
    assert normal_id_number(text) == stored


def test_a_county_younger_than_the_person_is_no_fault():
    # the county-level city of this code came into being in 1993
    assert normal_id_number("370783197501010018") == "370783197501010018"


def test_a_small_x_becomes_capital():
    assert normal_id_number("37078319850101008x") == "37078319850101008X"
