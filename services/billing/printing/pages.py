"""One document as PDF/A-3b, by typst. Runs in the printing process only.

The document reaches the template as JSON, so that names are never parsed as markup. The compiler reads only the
template, the logo and the fonts, and has no network access.
"""

import base64
import struct
from pathlib import Path
from typing import Any, Literal

import orjson
import typst

from services.billing.printing import fonts
from services.billing.printing.unprintable import Rewriting

TEMPLATE = Path(__file__).parent / "invoice.typ"
STANDARD: Literal["a-3b"] = "a-3b"
LOGO = "logo.svg"
# Files that the compiler gets from here are text, so that the picture is wrapped in one.
WRAPPED = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}">\
<image width="{0}" height="{1}" href="data:image/png;base64,{2}"/></svg>"""
PNG_SIZE = struct.Struct("!16x II")
# Each text alone, as the template sets it.
TRIAL = b"""#set text(font: "Inter", weight: 600)
#for text in json(bytes(sys.inputs.texts)) { par(text) }"""

Files = dict[str, bytes]
"""By name. The compiler takes it, though its annotations do not say so."""


class Pages:
    """A compiler that is kept, because starting one costs more than a page."""

    def __init__(self, more_fonts: Path | None = None, template: Path = TEMPLATE) -> None:
        self._template = template.read_bytes()
        folders = fonts.folders(more_fonts)
        self._compiler = typst.Compiler(template, root=template.parent, font_paths=folders, ignore_system_fonts=True)

    def set(self, document: dict[str, Any], stamp: int, logo: bytes | None = None) -> tuple[bytes, list[str]]:
        """The PDF, and the characters that no font has: the replacement character is printed for them, because PDF/A
        allows no empty box. ``stamp`` is the moment that it names as its making, in seconds. Raises whatever typst
        raises if it cannot be printed at all."""
        try:
            return self._compile(document, stamp, logo), []
        except BaseException as error:
            _raise_unless_of_typst(error)
        rewriting = Rewriting(self._are_printable)
        rewritten = rewriting.document(document)
        return self._compile(rewritten, stamp, logo), rewriting.missing

    def _compile(self, document: dict[str, Any], stamp: int, logo: bytes | None) -> bytes:
        files: Files = {"main.typ": self._template} | ({LOGO: _wrapped(logo)} if logo else {})
        values = {"invoice": orjson.dumps(document).decode(), "logo": LOGO if logo else ""}
        made = self._compiler.compile(  # type: ignore[type-var]
            input=files, format="pdf", sys_inputs=values, pdf_standards=STANDARD, timestamp=stamp
        )
        assert isinstance(made, bytes)
        return made

    def _are_printable(self, texts: list[str]) -> bool:
        trial: Files = {"main.typ": TRIAL}
        values = {"texts": orjson.dumps(texts).decode()}
        try:
            self._compiler.compile(  # type: ignore[type-var]
                input=trial, format="pdf", sys_inputs=values, pdf_standards=STANDARD, timestamp=0
            )
        except BaseException as error:
            _raise_unless_of_typst(error)
            return False
        return True


def _wrapped(png: bytes) -> bytes:
    width, height = PNG_SIZE.unpack_from(png)
    return WRAPPED.format(width, height, base64.b64encode(png).decode()).encode()


def _raise_unless_of_typst(error: BaseException) -> None:
    """A text that typst cannot set is an error of typst, or a panic, which is no Exception."""
    if not isinstance(error, typst.TypstError) and type(error).__name__ != "PanicException":
        raise error
