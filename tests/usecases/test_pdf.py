"""The print engine in its own process: every paper, a machine without a font or libraries, and how it ends."""

from __future__ import annotations

import base64
import sys
import zlib
from pathlib import Path

import pytest

from models.vocabulary import DocumentKind, Role
from services.adapters.printer import PdfPrinter
from services.documents import kinds
from services.transaction import WORKER
from tests.support.papers import rich_case
from tests.support.payroll import employ
from tests.support.waiting import PATIENCE_S
from tests.support.world import World

K = DocumentKind
NO_FONTS = '<?xml version="1.0"?>\n<fontconfig></fontconfig>\n'
# what stands in the engine's place when a test plays a fault: imported before the installed one
LIBRARY_AWAY = "raise OSError(\"cannot load library 'libpango-1.0-0'\")"
DIES = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
HANGS = "import time; time.sleep(60)"
TELLS = "import os; raise OSError(','.join(sorted(name for name in os.environ if name[:6] == 'LADING')) or 'nothing')"


def faulty(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    (folder / "weasyprint.py").write_text(code, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.pdf
def test_every_paper_becomes_a_pdf_in_which_no_character_is_a_box(lite_world: World) -> None:
    rich = rich_case(lite_world)
    employ(lite_world, "D2")
    papers = (
        (K.ACCIDENT_FORM, rich.accident), (K.QUICK_REPORT, rich.accident), (K.FOLLOW_UP_REPORT, rich.follow_up),
        (K.MONTHLY_ACCIDENTS, "2026-03"), (K.MONTHLY_ACCIDENTS, "2026-02"), (K.PENALTY_DECISION, rich.penalty),
        (K.DEDUCTION_STATEMENT, "D1"), (K.DEDUCTION_STATEMENT, "D2"),
    )  # fmt: skip
    assert {kind for kind, _ in papers} == set(K)
    for kind, subject in papers:
        with lite_world.runtime.read(WORKER) as tx:
            html = kinds.rendered(tx, kinds.read(tx, kind, subject), "WD-20260302-0001")
        printed = PdfPrinter(PATIENCE_S).make(html)
        assert printed.content is not None, (kind, printed.code, printed.facts)
        assert printed.content.startswith(b"%PDF-")


@pytest.mark.pdf
def test_a_machine_without_a_chinese_font_says_so_and_prints_no_boxes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "fonts.conf").write_text(NO_FONTS, "utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    printed = PdfPrinter(PATIENCE_S).make("<p>事故报告表</p>")
    assert (printed.content, printed.code) == (None, "PDF_FONT_MISSING")


@pytest.mark.pdf
def test_a_character_that_no_font_has_is_named_instead_of_boxed() -> None:
    printed = PdfPrinter(PATIENCE_S).make("<p>张\U0010fffd三</p>")
    assert (printed.content, printed.code) == (None, "PDF_CHARACTERS_MISSING")
    assert printed.facts == {"characters": ["\U0010fffd"]}


@pytest.mark.pdf
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_a_page_reads_nothing_from_elsewhere(address: str) -> None:
    for page in (f'<img src="{address}">', f'<link rel="stylesheet" href="{address}">'):
        printed = PdfPrinter(PATIENCE_S).make(f"<p>字</p>{page}")
        assert (printed.content, printed.code) == (None, "PDF_RESOURCE_REFUSED")


@pytest.mark.pdf
def test_a_picture_inside_the_page_is_printed() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (1).to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 0))
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    image = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    assert PdfPrinter(PATIENCE_S).make(f'<p>字</p><img src="{image}">').content


def test_missing_libraries_are_one_sentence_about_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    faulty(monkeypatch, tmp_path, LIBRARY_AWAY)
    printed = PdfPrinter(PATIENCE_S).make("<p>字</p>")
    assert (printed.content, printed.code) == (None, "PDF_LIBRARY_MISSING")
    assert "libpango" in printed.facts["why"]


def test_an_engine_that_dies_takes_no_worker_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    faulty(monkeypatch, tmp_path, DIES)
    printed = PdfPrinter(PATIENCE_S).make("<p>字</p>")
    assert (printed.content, printed.code) == (None, "PDF_ENGINE_FAILED")


def test_a_page_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    faulty(monkeypatch, tmp_path, HANGS)
    printed = PdfPrinter(longest_s=1).make("<p>字</p>")
    assert (printed.content, printed.code, printed.facts) == (None, "PDF_TAKES_TOO_LONG", {"seconds": 1})


def test_the_engine_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    faulty(monkeypatch, tmp_path, TELLS)
    monkeypatch.setenv("LADING_SECRET_KEY", "secret")
    assert PdfPrinter(PATIENCE_S).make("<p>字</p>").facts == {"why": "nothing"}


def test_the_web_process_never_loads_the_engine(lite_world: World) -> None:
    rich = rich_case(lite_world)
    client = lite_world.client()
    address = f"/api/v1/document-pages/accident_form/{rich.accident}"
    assert client.get(address, headers=lite_world.signed(Role.SAFETY)).status_code == 200
    assert "weasyprint" not in sys.modules
