"""The process that turns one page into a PDF: HTML on its input, PDF on its output, or a finding on its errors.

It refuses before and after the work what would give a worthless paper: a machine without a Chinese font, a
character that no font has (it would be printed as a box), a picture that lies elsewhere.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import logging
import sys
import warnings
from collections.abc import Mapping
from typing import Any

import orjson

from services.adapters.printer import FAILED, MARK

CHINESE = b":lang=zh-cn"
BOX = ".notdef"
SHOWN = 20


class UnprintableError(Exception):
    """Why no paper comes out: the code and the facts of a finding."""

    def __init__(self, code: str, facts: Mapping[str, Any]) -> None:
        """Keep both."""
        self.code, self.facts = code, facts
        super().__init__(code)


class Complaints(logging.Handler):
    """Keeps what the print engine complains of while it works."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(logging.WARNING)
        self.boxes: list[str] = []
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a character without a font, or a resource that could not be used."""
        if str(record.msg).startswith(BOX) and isinstance(record.args, tuple):
            self.boxes.append(str(record.args[0]))
        elif record.levelno >= logging.ERROR:
            self.faults.append(record.getMessage())

    def check(self) -> None:
        """Raise UnprintableError for a paper with boxes or holes in it."""
        if self.boxes:
            characters = sorted(set(self.boxes))[:SHOWN]
            raise UnprintableError("PDF_CHARACTERS_MISSING", {"characters": characters})
        if self.faults:
            raise UnprintableError("PDF_RESOURCE_REFUSED", {"why": self.faults[0][:300]})


def printed(html: str) -> bytes:
    """Give the PDF of a page; UnprintableError for a machine or a page that cannot give a sound one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import weasyprint
    except (ImportError, OSError) as error:
        raise UnprintableError("PDF_LIBRARY_MISSING", {"why": str(error)[:300]}) from error
    if not chinese_fonts():
        raise UnprintableError("PDF_FONT_MISSING", {})
    complaints = Complaints()
    logging.getLogger("weasyprint").addHandler(complaints)
    # nothing outside the page is read: a template is no way to the network or to the files of this machine
    fetcher = weasyprint.URLFetcher(allowed_protocols={"data"})
    content = weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf()
    complaints.check()
    return bytes(content)


class FontSet(ctypes.Structure):
    """Fontconfig's list of fonts, as far as it is read here."""

    _fields_ = (("number", ctypes.c_int),)


def chinese_fonts() -> int:
    """Count the installed fonts that cover simplified Chinese, as Fontconfig sees them."""
    fontconfig = ctypes.CDLL(ctypes.util.find_library("fontconfig") or "libfontconfig.so.1")
    fontconfig.FcNameParse.restype = fontconfig.FcObjectSetCreate.restype = ctypes.c_void_p
    fontconfig.FcObjectSetAdd.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
    fontconfig.FcFontList.restype = ctypes.POINTER(FontSet)
    fontconfig.FcFontList.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    wanted = fontconfig.FcObjectSetCreate()
    fontconfig.FcObjectSetAdd(wanted, b"family")
    found = fontconfig.FcFontList(None, fontconfig.FcNameParse(CHINESE), wanted)
    return int(found.contents.number)


def main() -> int:
    """Print the page on the input."""
    try:
        content = printed(sys.stdin.buffer.read().decode())
    except UnprintableError as error:
        sys.stderr.buffer.write(MARK + orjson.dumps({"code": error.code, "facts": dict(error.facts)}))
        return FAILED
    sys.stdout.buffer.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
