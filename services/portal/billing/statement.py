"""What an invoice says of itself in the reader's words: the tax of each rate, its parties."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from services.portal.clients.billing import Buyer, InvoiceDetail, InvoiceParty, Line
from services.portal.invoice_lines import name_of_tax
from shared.language import gettext as _
from shared.language import pgettext


def taxes_of(invoice: InvoiceDetail) -> list[tuple[str, int]]:
    """The tax of each rate, as its name and an amount."""

    def rate(line: Line) -> Decimal:
        return Decimal(line.tax_percent)

    grouped = groupby(sorted(invoice.lines, key=rate), key=rate)
    taxes = [(percent, sum(line.tax_minor for line in lines)) for percent, lines in grouped]
    return [(name_of_tax(percent), minor) for percent, minor in taxes if percent or minor]


@dataclass(frozen=True, slots=True)
class Party:
    """The seller or the buyer, as an invoice shows them."""

    title: str
    name: str
    lines: Sequence[str]


def parties_of(invoice: InvoiceDetail) -> list[Party]:
    named = ((pgettext("seller", "From"), invoice.seller), (_("Billed to"), invoice.buyer))
    return [Party(title, party.name, [*lines_of(party)]) for title, party in named]


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
