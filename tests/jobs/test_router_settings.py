"""The two settings of a router: none by default, and a wrong one is one sentence at the start."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.adapters.router import router_of
from services.errors import SetupError
from services.settings import Settings


def test_without_the_setting_there_is_no_router() -> None:
    assert router_of(Settings()) is None
    Settings().check()


@pytest.mark.parametrize(
    ("kind", "url", "said"),
    [
        ("google", "http://127.0.0.1:5000", "osrm or valhalla"),
        ("OSRM", "http://127.0.0.1:5000", "osrm or valhalla"),
        ("osrm", "", "go together"),
        ("", "http://127.0.0.1:5000", "go together"),
        *(
            ("osrm", url, "http:// or https://")
            for url in (
                "127.0.0.1:5000", "ftp://router", "http://", "http://:5000", "http://router:0", "http://router:x",
                "http://router:99999", "http://key@router", "http://u:p@router", "http://router/?key=1", "http://router/#x",
                "http://[::1", "http://router /x", "file:///etc/passwd",
            )
        ),
    ],
)  # fmt: skip
def test_a_wrong_router_is_one_clear_sentence_at_the_start(kind: str, url: str, said: str) -> None:
    with pytest.raises(SetupError, match=said) as told:
        replace(Settings(), router=kind, router_url=url).check()
    assert str(told.value).endswith(".")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:5000", "https://router.example/osrm/", "http://[::1]:8002", "http://router"]
)
def test_a_plain_address_is_taken(url: str) -> None:
    Settings(router="valhalla", router_url=url).check()
