"""An invoice as PDF/A-3b, made by typst from the stored invoice, the same bytes each time.

The invoice's data reaches the template as JSON, so that names are never parsed as markup. The compiler reads only
this folder's template and fonts, and has no network access.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import orjson
import typst

from services.billing.invoices.document import template_data
from services.billing.invoices.models import Invoice

HERE = Path(__file__).parent

# The compiler releases the GIL but is not safe for concurrent use, hence one thread.
_printer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="invoice-pdf")


async def print_invoice(invoice: Invoice, font_path: Path | None = None) -> bytes:
    """The PDF, compiled in a thread outside the event loop. The invoice's document and lines must be loaded."""
    assert invoice.issued_at is not None
    values = {"invoice": orjson.dumps(invoice.document or template_data(invoice)).decode()}
    stamp = int(invoice.issued_at.timestamp())
    return await asyncio.get_running_loop().run_in_executor(_printer, _compile, values, stamp, font_path)


def _compile(values: dict[str, str], stamp: int, font_path: Path | None) -> bytes:
    compiler = _compiler(font_path)
    try:
        made = compiler.compile(format="pdf", sys_inputs=values, pdf_standards="a-3b", timestamp=stamp)
    except typst.TypstError:
        # PDF/A rejects characters without a glyph. A PDF with blank boxes is better than none.
        made = compiler.compile(format="pdf", sys_inputs=values, pdf_standards="1.7", timestamp=stamp)
    assert isinstance(made, bytes)
    return made


@cache
def _compiler(font_path: Path | None) -> typst.Compiler:
    """Cached, because starting one costs more than a page. No system fonts: output must not depend on the machine."""
    fonts = [HERE / "fonts", *([font_path] if font_path else [])]
    return typst.Compiler(HERE / "invoice.typ", root=HERE, font_paths=fonts, ignore_system_fonts=True)
