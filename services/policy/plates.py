"""Number plates of goods vehicles (domain section 2): province, office letter, five or six characters, 挂."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.vocabulary import UnitKind
from services.policy.findings import Finding

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# I and O are never used: they read as 1 and 0
_OFFICE = f"[{PROVINCES}][A-HJ-NP-Z]"
_SIGN = "[A-HJ-NP-Z0-9]"
TRAILER_PLATE = re.compile(rf"{_OFFICE}{_SIGN}{{4}}挂")
TRUCK_PLATE = re.compile(rf"{_OFFICE}({_SIGN}{{5}}|[DF]{_SIGN}[0-9]{{4}}|[0-9]{{5}}[DF])")


def normal_plate(text: str) -> str:
    """Give a plate as it is stored: capital letters, without the dot and the spaces people write in it."""
    return text.upper().replace("·", "").replace(" ", "")


def object_to_plate(plate: str, unit_kind: UnitKind) -> Iterator[Finding]:
    """Object to a text that is no plate, and to 挂 on anything but a trailer or a trailer without it."""
    ends_as_trailer = plate.endswith("挂")
    if not (TRAILER_PLATE if ends_as_trailer else TRUCK_PLATE).fullmatch(plate):
        yield Finding("PLATE_INVALID", {"plate": plate})
    if ends_as_trailer != (unit_kind is UnitKind.TRAILER):
        yield Finding("PLATE_OF_ANOTHER_KIND", {"plate": plate, "unit_kind": unit_kind})
