"""The printing process: what it prints, how much memory and time it may take, and what becomes of it."""

import asyncio
import io
import os
import signal
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError
from pypdf import PdfReader

from services.billing.printing import NotPrinted, Printed, Printer
from services.billing.printing.pages import TEMPLATE, Pages
from shared.texts import one_line

STAMP = 1_799_000_000
PDF_A = b"<pdfaid:part>3</pdfaid:part>"


def document(*descriptions: str, **more: Any) -> dict[str, Any]:
    """An invoice with these lines."""
    row = {"product": "Metal M4", "period": "10 Jan 2027 – 9 Feb 2027", "quantity": "1", "unit": "EUR 1,000.00",
           "tax": "20 %", "net": "EUR 1,000.00"}  # fmt: skip
    labels = {"invoice": "Invoice", "from": "From", "billed_to": "Billed to", "total": "Total due",
              "payment": "How to pay"}  # fmt: skip
    return {
        "language": "en", "title": "Invoice INV-2027-000001", "number": "INV-2027-000001", "labels": labels,
        "columns": ["Description", "Quantity", "Unit price", "Tax", "Net"],
        "seller": {"name": "Larkspur Cloud", "lines": ["Ring 1"]}, "buyer": {"name": "Northwind", "lines": ["Dock 4"]},
        "facts": [["Issued", "10 Jan 2027"], ["Due", "24 Jan 2027"], ["Your reference", "—"], ["Account", "C-1042"]],
        "rows": [row | {"description": each} for each in descriptions], "sums": [["Net", "EUR 1,000.00"]],
        "total": "EUR 1,200.00", "payment": ["Sign in."], "footer": "Larkspur Cloud",
    } | more  # fmt: skip


@pytest.fixture
async def printer() -> AsyncIterator[Printer]:
    printer = Printer()
    yield printer
    await printer.stop()


async def printed(printer: Printer, *descriptions: str, **more: Any) -> Printed:
    made = await printer.print(document(*descriptions, **more), STAMP)
    assert isinstance(made, Printed), made
    return made


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


NAMES = ("北风物流", "株式会社ノース", "노스윈드 물류", "บริษัท ขนส่ง", "שלום עולם", "نورث ويند", "नॉर्थविंड", "☎ ✓ → €",
         "😀 👩\u200d💻", "Łódź Ñandú")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
async def test_the_common_scripts_and_symbols_are_printed(printer: Printer, name: str) -> None:
    made = await printed(printer, name)

    assert made.missing == ()
    assert PDF_A in made.content
    assert "\ufffd" not in "".join(pages_of(made.content))


async def test_a_character_that_no_font_has_is_named_and_the_file_stays_archivable(printer: Printer) -> None:
    made = await printed(printer, "ok \u1401 Port \u0f40 end", buyer={"name": "\u1401", "lines": []})

    assert sorted(made.missing) == ["\u0f40", "\u1401"]
    assert PDF_A in made.content
    assert "Port" in "".join(pages_of(made.content))


LINES = st.text(min_size=1, max_size=60)


def test_any_text_that_a_name_may_be_is_printed_or_told_of() -> None:
    """In the tests' own process, where it takes milliseconds."""
    pages = Pages()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(LINES, LINES)
    def check(description: str, buyer: str) -> None:
        try:
            description, buyer = one_line(description), one_line(buyer)
        except PydanticCustomError:
            return
        content, missing = pages.set(document(description, buyer={"name": buyer, "lines": [description]}), STAMP)
        assert PDF_A in content
        assert set(missing) <= set(description + buyer)

    check()


async def test_a_long_word_breaks_and_stays_on_the_page(printer: Printer) -> None:
    word, german = "Pneumono" * 20, "Bundesdatenschutzgesetzbeauftragter"
    made = await printed(printer, f"{word} end", german, facts=[["Your reference", "PO" + "1234567890" * 5]] * 4)

    right: list[float] = []

    def see(text: str, _: Any, matrix: list[float], *__: Any) -> None:
        if text.strip():
            right.append(matrix[4])

    [page] = PdfReader(io.BytesIO(made.content)).pages
    page.extract_text(visitor_text=see)
    assert max(right) < 595 - 56  # 20 mm of margin
    assert german in page.extract_text().splitlines()
    assert word in page.extract_text().replace("\n", "")


async def test_a_long_invoice_has_headers_and_numbers_on_each_page(printer: Printer) -> None:
    pages = pages_of((await printed(printer, *(f"Server {number}" for number in range(60)))).content)

    assert len(pages) > 4
    for number, page in enumerate(pages[:-1], start=1):
        assert "DESCRIPTION" in page
        assert f"{number} / {len(pages)}" in page


async def test_two_thousand_lines_need_less_than_400_mib_and_what_follows_no_more(printer: Printer) -> None:
    lines = [f"Server number {number} in Frankfurt" for number in range(2_000)]

    first, second = await printed(printer, *lines), await printed(printer, *lines, number="INV-2027-000002")

    assert max(first.peak_mib, second.peak_mib) <= 400
    assert PDF_A in first.content


async def test_a_document_that_needs_more_memory_than_there_is_ends_the_process_and_not_the_worker() -> None:
    printer = Printer(memory_mib=150)
    made = await printer.print(document(*(f"Server number {number}" for number in range(4_000))), STAMP)
    after = await printer.print(document("Port"), STAMP)
    await printer.stop()

    assert isinstance(made, NotPrinted)
    assert made.reason == "died"
    assert isinstance(after, Printed)


async def test_a_process_that_is_killed_or_hangs_is_replaced(printer: Printer) -> None:
    first = await printed(printer, "Port")
    assert printer.process is not None
    os.kill(printer.process.pid, signal.SIGKILL)
    killed = await printer.print(document("Port"), STAMP)
    again = await printed(printer, "Port")
    os.kill(printer.process.pid, signal.SIGSTOP)
    printer.seconds = 0.5
    hung = await printer.print(document("Port"), STAMP)
    printer.seconds = 30

    assert isinstance(killed, NotPrinted | Printed)  # it may have been seen to be gone
    assert again.content == first.content
    assert isinstance(hung, NotPrinted)
    assert hung.reason == "too_slow"
    assert (await printed(printer, "Port")).content == first.content


async def test_documents_that_are_asked_for_at_once_come_each_to_who_asked(printer: Printer) -> None:
    made = await asyncio.gather(*(printed(printer, f"Port {number}") for number in range(12)))

    for number, each in enumerate(made):
        assert f"Port {number}" in pages_of(each.content)[0].splitlines()


async def test_a_document_that_the_template_refuses_is_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "invoice.typ").write_text('#panic("no")')
    printer = Printer(template=tmp_path / "invoice.typ")
    made = await printer.print(document("Port"), STAMP)
    await printer.stop()

    assert isinstance(made, NotPrinted)
    assert made.reason == "refused"


async def test_a_logo_is_printed_instead_of_the_sellers_name(printer: Printer) -> None:
    without = await printer.print(document("Port"), STAMP)
    with_logo = await printer.print(document("Port"), STAMP, png(120, 40))

    assert isinstance(without, Printed)
    assert isinstance(with_logo, Printed)
    assert len(PdfReader(io.BytesIO(with_logo.content)).pages[0].images) == 1
    assert PDF_A in with_logo.content


async def test_a_worker_gives_the_printing_process_none_of_its_secrets(printer: Printer) -> None:
    await printed(printer, "Port")
    assert printer.process is not None
    given = Path(f"/proc/{printer.process.pid}/environ").read_bytes().split(b"\0")

    assert {each.partition(b"=")[0] for each in given if each} <= {
        b"PATH", b"PYTHONPATH", b"PYTHONDONTWRITEBYTECODE", b"RAYON_NUM_THREADS", b"MALLOC_ARENA_MAX",
        b"RUST_BACKTRACE", b"LC_CTYPE",
    }  # fmt: skip
    assert TEMPLATE.is_file()


def png(width: int, height: int) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))

    head = struct.pack("!IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + b"\x80" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
