"""What an invoice says of itself in the reader's words: the days of a line, the tax of each rate, its parties."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from services.portal.clients.billing import Buyer, InvoiceDetail, InvoiceParty, Line
from services.portal.vocabulary import interval
from shared.language import formats, pgettext
from shared.language import gettext as _


def days_of(line: Line, currency: str) -> str:
    """The days that a line is for, and how its amount follows from the price where they are a part of the interval."""
    if line.kind == "one_off":
        return _("One time, %(day)s", day=formats.day(line.period_from))
    period = _("%(first)s – %(last)s", first=formats.day(line.period_from), last=formats.day(line.period_to))
    if line.days is None or line.whole_days is None or line.interval_months is None or line.days == line.whole_days:
        return period
    return _(
        "%(period)s: %(days)s of %(whole)s days of %(price)s %(interval)s",
        period=period,
        days=formats.number(line.days),
        whole=formats.number(line.whole_days),
        price=formats.money(line.unit_minor, currency),
        interval=interval(line.interval_months),
    )


def taxes_of(invoice: InvoiceDetail) -> list[tuple[str, int]]:
    """The tax of each rate, as its name and an amount."""

    def rate(line: Line) -> Decimal:
        return Decimal(line.tax_percent)

    grouped = groupby(sorted(invoice.lines, key=rate), key=rate)
    taxes = [(percent, sum(line.tax_minor for line in lines)) for percent, lines in grouped]
    return [(_("Tax %(rate)s", rate=_percent(percent)), minor) for percent, minor in taxes if percent or minor]


def _percent(rate: Decimal) -> str:
    return _("%(rate)s %%", rate=formats.number(rate))


@dataclass(frozen=True, slots=True)
class Party:
    """The seller or the buyer, as an invoice shows them."""

    title: str
    name: str
    lines: Sequence[str]


def parties_of(invoice: InvoiceDetail) -> list[Party]:
    named = ((pgettext("seller", "From"), invoice.seller), (_("Billed to"), invoice.buyer))
    return [Party(title, party.name, [*lines_of(party)]) for title, party in named]


def told_lines(invoice: InvoiceDetail) -> list[tuple[Line, str]]:
    """Each line with the days that it is for."""
    return [(line, days_of(line, invoice.currency)) for line in invoice.lines]


def lines_of(party: InvoiceParty) -> Iterator[str]:
    """What stands below the name of the seller or the buyer."""
    if isinstance(party, Buyer) and party.attention:
        yield _("Attn. %(name)s", name=party.attention)
    yield from party.postal_lines
    if party.vat_number:
        yield _("VAT %(number)s", number=party.vat_number)
    if party.registration_number:
        yield _("Reg. no. %(number)s", number=party.registration_number)


def references_of(invoice: InvoiceDetail) -> list[tuple[str, str]]:
    """What the buyer files it by, and where to transfer the money."""
    known = (
        (pgettext("number", "Account"), invoice.buyer.account_number),
        (_("Your reference"), invoice.buyer.po_number),
        (_("Bank account"), invoice.seller.bank_account),
    )
    return [(name, value) for name, value in known if value]
