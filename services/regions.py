"""Names of GB/T 2260 regions, down to the district: what a place may be called in public."""

from __future__ import annotations

import re
from functools import lru_cache

from stdnum import numdb

# the register gives every name a code has borne: "[-1991]东郊区,[1992-]东丽区"
BORNE = re.compile(r"\[(?P<since>\d*)-(?P<until>\d*)\](?P<name>[^,\[]+)")


@lru_cache(maxsize=4096)
def region_name(code: str) -> str:
    """Give province and district of a code, such as 山东省寿光市; the code itself when the register lacks it."""
    parts = [properties for _, properties in numdb.get("cn/loc").info(code)]
    province = next((part["province"] for part in parts if "province" in part), "")
    county = next((part["county"] for part in parts if "county" in part), "")
    district = _present(county)
    # a code of a whole province names it twice
    return (district if district.startswith(province) else f"{province}{district}") or code


def _present(county: str) -> str:
    """Give the name in use, else the one that was in use last."""
    borne = list(BORNE.finditer(county))
    names = [name["name"] for name in borne if not name["until"]] or [name["name"] for name in borne]
    return names[-1] if names else county
