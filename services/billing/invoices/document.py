"""What an invoice's PDF says: all text of the template, in the language that the buyer had at issue. It is stored with
the invoice then, so that no later translation or format changes what was issued (D21)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from services.billing.invoices.drafts import Draft, DraftLine
from services.billing.invoices.models import Invoice, InvoiceLine
from services.billing.money import Money, total
from shared.colours import readable
from shared.language import Localisation, gettext, localised_for, mark, ngettext, pgettext
from shared.language.formats import day, money_by_code, number

BEFORE_LANGUAGES = "en-GB"
"""The language of invoices that were issued before buyers had one."""
INTERVALS = {1: mark("per month"), 3: mark("per quarter"), 6: mark("per half-year"), 12: mark("per year")}


def template_data(invoice: Invoice | Draft) -> dict[str, Any]:
    """The data of the template, all text, of an invoice with its lines. Fields may be added, each with a default in the
    template: it prints documents that were stored before, too."""
    seller, buyer = invoice.seller, invoice.buyer
    assert seller is not None
    assert buyer is not None
    reader = Localisation(buyer.get("locale", BEFORE_LANGUAGES))
    with localised_for(reader):
        return _labels() | {
            "language": reader.tag.partition("-")[0],
            "title": gettext("Invoice %(number)s", number=invoice.number),
            "number": invoice.number,
            "seller": {"name": seller["name"], "lines": [*seller["postal_lines"], *registrations_of(seller)]},
            "color": readable(seller.get("color") or "#206bc4", "#ffffff", 4.5),
            "logo": seller.get("logo_hash"),
            "buyer": {"name": buyer["name"], "lines": _buyer_lines(buyer)},
            "facts": _facts(invoice, buyer),
            "rows": [_row(line) for line in invoice.lines],
            "sums": _sums(invoice),
            "total": money_by_code(invoice.total_minor, invoice.currency),
            "payment": _how_to_pay(invoice, seller),
            "footer": " · ".join([seller["name"], *registrations_of(seller)]),
        }


def _labels() -> dict[str, Any]:
    return {
        "labels": {
            "invoice": gettext("Invoice"),
            "from": pgettext("seller", "From"),
            "billed_to": gettext("Billed to"),
            "total": gettext("Total due"),
            "payment": gettext("How to pay"),
        },
        "columns": [
            gettext("Description"),
            gettext("Quantity"),
            gettext("Unit price"),
            gettext("Tax"),
            gettext("Net"),
        ],
    }


def _facts(invoice: Invoice | Draft, buyer: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (gettext("Issued"), _day(invoice.issued_on)),
        (gettext("Due"), _day(invoice.due_on)),
        (gettext("Your reference"), buyer["po_number"] or "—"),
        (pgettext("number", "Account"), buyer["account_number"]),
    ]


def _buyer_lines(buyer: dict[str, Any]) -> list[str]:
    attention = [gettext("Attn. %(name)s", name=buyer["attention"])] if buyer["attention"] else []
    return [*attention, *buyer["postal_lines"], *registrations_of(buyer)]


def registrations_of(party: dict[str, Any]) -> list[str]:
    """The numbers under which a party is registered."""
    vat, registration = party["vat_number"], party["registration_number"]
    lines = [gettext("VAT %(number)s", number=vat)] if vat else []
    return [*lines, gettext("Reg. no. %(number)s", number=registration)] if registration else lines


def _row(line: InvoiceLine | DraftLine) -> dict[str, str]:
    return {
        "description": line.description,
        "product": line.product_name,
        "period": _period(line) if line.kind == "recurring" else _once(line),
        "quantity": number(line.quantity),
        "unit": money_by_code(line.unit_minor, line.currency),
        "tax": _percent(line.tax_percent),
        "net": money_by_code(line.net_minor, line.currency),
    }


def _once(line: InvoiceLine | DraftLine) -> str:
    return gettext("One time, %(day)s", day=_day(line.period_from))


def _period(line: InvoiceLine | DraftLine) -> str:
    """The days that a line is for, and how its amount follows from the price where they are a part of the interval."""
    period = gettext("%(first)s – %(last)s", first=_day(line.period_from), last=_day(line.period_to))
    if line.days is None or line.whole_days is None or line.interval_months is None or line.days == line.whole_days:
        return period
    return gettext(
        "%(period)s: %(days)s of %(whole)s days of %(price)s %(interval)s",
        period=period,
        days=number(line.days),
        whole=number(line.whole_days),
        price=money_by_code(line.unit_minor, line.currency),
        interval=_interval(line.interval_months),
    )


def _interval(months: int) -> str:
    if months in INTERVALS:
        return gettext(INTERVALS[months])
    return ngettext("every %(num)s month", "every %(num)s months", months)


def _sums(invoice: Invoice | Draft) -> list[tuple[str, str]]:
    billed: Sequence[InvoiceLine | DraftLine] = invoice.lines
    by_rate = sorted(billed, key=lambda line: line.tax_percent)
    taxes = []
    for rate, lines in groupby(by_rate, key=lambda line: line.tax_percent):
        tax = total((Money(line.tax_minor, line.currency) for line in lines), invoice.currency)
        taxes.append((gettext("Tax %(rate)s", rate=_percent(rate)), money_by_code(tax.minor, tax.currency)))
    return [(gettext("Net"), money_by_code(invoice.net_minor, invoice.currency)), *taxes]


def _how_to_pay(invoice: Invoice | Draft, seller: dict[str, Any]) -> list[str]:
    online = gettext(
        "%(amount)s by %(day)s: sign in at %(address)s, open this invoice and choose Pay.",
        amount=money_by_code(invoice.total_minor, invoice.currency),
        day=_day(invoice.due_on),
        address=seller["pay_at"],
    )
    if not (account := seller["bank_account"]):
        return [online]
    transfer = gettext(
        "Or by transfer to %(account)s, with the reference %(number)s.", account=account, number=invoice.number
    )
    return [online, transfer]


def _percent(rate: Decimal) -> str:
    return gettext("%(rate)s %%", rate=number(rate))


def _day(value: date | None) -> str:
    assert value is not None, "only an issued invoice is printed"
    return day(value)
