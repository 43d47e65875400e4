"""Phone numbers, e-mail and webhook addresses, registration and ID numbers in their one stored form.

The library of phone numbers loads on first use: most processes are never given one to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from stdnum import numdb
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from services.policy.findings import Finding

HOME_REGION = "CN"
MAX_EMAIL = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}", re.ASCII)
ID_NUMBER = re.compile("[0-9]{17}[0-9X]", re.ASCII)
# the characters RFC 3986 lets stand in an address; a backslash is read differently by different programs
WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?\[\]!$&'()*+,;=%]+", re.ASCII | re.IGNORECASE)


def normal_phone(text: str) -> str | None:
    """Give a phone number as E.164, read as Chinese without a country code; None when it is no number."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_email(text: str) -> str | None:
    """Give an e-mail address with its domain in small letters; None when it cannot be one."""
    if len(text) > MAX_EMAIL or not EMAIL.fullmatch(text):
        return None
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def normal_web_address(text: str) -> str | None:
    """Give an http(s) address with a host and without credentials or fragment; None otherwise."""
    if not WEB_ADDRESS.fullmatch(text):
        return None
    try:
        parts = urlsplit(text)
        usable = parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return None
    return text if usable else None


def normal_uscc(text: str) -> str | None:
    """Give a unified social credit code in capitals; None when its check character is wrong."""
    try:
        return str(uscc.validate(text))
    except ValidationError:
        return None


def normal_id_number(text: str) -> str | None:
    """Give a resident ID number with a capital X; None when form, province, date or check digit is wrong.

    The county is not held against the year of birth: a number bears the county of its first registration,
    which for many people came into being long after they were born.
    """
    number = str(ric.compact(text))
    if not ID_NUMBER.fullmatch(number) or number[-1] != ric.calc_check_digit(number):
        return None
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return None
    return number if numdb.get("cn/loc").info(number[:2])[0][1] else None


FORMS = {
    "contact_phone": (normal_phone, "PHONE_INVALID"),
    "phone": (normal_phone, "PHONE_INVALID"),
    "uscc": (normal_uscc, "USCC_INVALID"),
    "id_number": (normal_id_number, "ID_NUMBER_INVALID"),
}


def normalise(columns: MutableMapping[str, Any]) -> Iterator[Finding]:
    """Bring the named columns into their stored form, in place; object to each that has none."""
    for name, (form, code) in FORMS.items():
        if columns.get(name) is None:
            continue
        normal = form(columns[name])
        if normal is None:
            # the number itself is personal: it is not repeated
            yield Finding(code, {"field": name})
        else:
            columns[name] = normal
