"""An invoice as PDF/A-3b, made by typst from the stored invoice, the same bytes each time.

The invoice's data reaches the template as JSON, so that names are never parsed as markup. The compiler reads only
this folder's template and fonts, and has no network access.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
import typst

from services.billing.invoices.models import Invoice, InvoiceLine
from services.billing.money import Money, total

HERE = Path(__file__).parent

# The compiler releases the GIL but is not safe for concurrent use, hence one thread.
_printer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="invoice-pdf")


async def print_invoice(invoice: Invoice, font_path: Path | None = None) -> bytes:
    """The PDF, compiled in a thread outside the event loop. The invoice's lines must be loaded."""
    assert invoice.issued_at is not None
    values = {"invoice": orjson.dumps(template_data(invoice)).decode()}
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


def template_data(invoice: Invoice) -> dict[str, Any]:
    """The data of the template, all text. It is constant after the issue, and so is the PDF."""
    seller, buyer = invoice.seller, invoice.buyer
    assert seller is not None
    assert buyer is not None
    return {
        "number": invoice.number,
        "seller": {"name": seller["name"], "lines": [*seller["postal_lines"], *_registrations(seller)]},
        "buyer": {"name": buyer["name"], "lines": _buyer_lines(buyer)},
        "facts": [
            ("Issued", _day(invoice.issued_on)),
            ("Due", _day(invoice.due_on)),
            ("Your reference", buyer["po_number"] or "—"),
            ("Account", buyer["account_number"]),
        ],
        "rows": [_row(line) for line in invoice.lines],
        "sums": _sums(invoice),
        "total": str(Money(invoice.total_minor, invoice.currency)),
        "payment": _how_to_pay(invoice, seller),
        "footer": " · ".join([seller["name"], *_registrations(seller)]),
    }


def _buyer_lines(buyer: dict[str, Any]) -> list[str]:
    attention = [f"Attn. {buyer['attention']}"] if buyer["attention"] else []
    return [*attention, *buyer["postal_lines"], *_registrations(buyer)]


def _registrations(party: dict[str, Any]) -> list[str]:
    named = (("VAT", party["vat_number"]), ("Reg. no.", party["registration_number"]))
    return [f"{name} {value}" for name, value in named if value]


def _row(line: InvoiceLine) -> dict[str, str]:
    return {
        "description": line.description,
        "period": f"{_day(line.period_from)} – {_day(line.period_to)}" if line.kind == "recurring" else "One time",
        "quantity": str(line.quantity),
        "unit": str(Money(line.unit_minor, line.currency)),
        "tax": _percent(line.tax_percent),
        "net": str(Money(line.net_minor, line.currency)),
    }


def _sums(invoice: Invoice) -> list[tuple[str, str]]:
    by_rate = sorted(invoice.lines, key=lambda line: line.tax_percent)
    taxes = []
    for rate, lines in groupby(by_rate, key=lambda line: line.tax_percent):
        tax = total((Money(line.tax_minor, line.currency) for line in lines), invoice.currency)
        taxes.append((f"Tax {_percent(rate)}", str(tax)))
    return [("Net", str(Money(invoice.net_minor, invoice.currency))), *taxes]


def _how_to_pay(invoice: Invoice, seller: dict[str, Any]) -> list[str]:
    amount = Money(invoice.total_minor, invoice.currency)
    lines = [f"{amount} by {_day(invoice.due_on)}: sign in at {seller['pay_at']}, open this invoice and choose Pay."]
    if seller["bank_account"]:
        lines.append(f"Or by transfer to {seller['bank_account']}, with the reference {invoice.number}.")
    return lines


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f} %"


def _day(day: date | None) -> str:
    assert day is not None, "only an issued invoice is printed"
    return f"{day.day} {day:%b %Y}"
