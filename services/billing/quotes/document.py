"""What the PDF of an offer says, in the language of its customer, for the template of invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from services.billing.invoices.document import INTERVALS, registrations_of
from services.billing.quotes.models import QuoteLine
from services.billing.quotes.pricing import Totals
from shared.colours import readable
from shared.language import Localisation, gettext, localised_for, ngettext, pgettext
from shared.language.formats import day, money_by_code, number


@dataclass(frozen=True, slots=True)
class Said:
    """What an offer says besides its lines."""

    number: str
    currency: str
    tax_percent: Decimal
    offered_on: date
    valid_until: date
    terms: str
    seller: dict[str, Any]
    buyer: dict[str, Any]


def template_data(said: Said, lines: Sequence[QuoteLine], totals: Totals) -> dict[str, Any]:
    """The data of the template, all text, besides what the seller looks like."""
    seller, buyer = said.seller, said.buyer
    reader = Localisation(buyer["locale"])
    with localised_for(reader):
        registered = registrations_of(seller)
        attention = [gettext("Attn. %(name)s", name=buyer["attention"])] if buyer["attention"] else []
        return {
            "language": reader.tag.partition("-")[0],
            "title": gettext("Offer %(number)s", number=said.number),
            "number": said.number,
            "seller": {"name": seller["name"], "lines": [*seller["postal_lines"], *registered]},
            "buyer": {"name": buyer["name"], "lines": [*attention, *buyer["postal_lines"], *registrations_of(buyer)]},
            "labels": _labels(),
            "columns": [gettext("Description"), gettext("Quantity"), gettext("Unit price"), gettext("Tax"),
                        gettext("Net")],
            "facts": _facts(said),
            "rows": [row for line in lines for row in _rows(line, said.tax_percent)],
            "sums": _sums(totals, said.currency),
            "total": money_by_code(totals.gross_minor, said.currency),
            "payment": _terms(said),
            "footer": " · ".join([seller["name"], *registered]),
        }  # fmt: skip


def with_looks(document: dict[str, Any], looks: dict[str, Any]) -> dict[str, Any]:
    """The data of the template, with the seller's colour and logo."""
    return document | {"color": readable(looks["color"] or "#206bc4", "#ffffff", 4.5), "logo": looks["logo_hash"]}


def _labels() -> dict[str, str]:
    return {
        "invoice": gettext("Offer"),
        "from": pgettext("seller", "From"),
        "billed_to": gettext("Offered to"),
        "total": gettext("First payment"),
        "payment": gettext("Terms of the offer"),
    }


def _facts(said: Said) -> list[tuple[str, str]]:
    return [
        (gettext("Offered on"), day(said.offered_on)),
        (gettext("Valid until"), day(said.valid_until)),
        (pgettext("number", "Account"), said.buyer["account_number"]),
    ]


def _rows(line: QuoteLine, tax_percent: Decimal) -> list[dict[str, str]]:
    """What is paid per interval, and what is paid once. What costs nothing at all has one row."""
    found = []
    if line.net_minor or not line.once_net_minor:
        found.append(_row(line, tax_percent, _period(line), line.unit_minor, line.net_minor))
    if line.once_net_minor:
        found.append(_row(line, tax_percent, gettext("Once, at the start"), line.once_unit_minor, line.once_net_minor))
    return found


def _row(line: QuoteLine, tax_percent: Decimal, period: str, unit_minor: int, net_minor: int) -> dict[str, str]:
    return {
        "description": line.display_name,
        "product": "",
        "period": period,
        "quantity": number(line.quantity),
        "unit": money_by_code(unit_minor, line.currency),
        "tax": gettext("%(rate)s %%", rate=number(tax_percent)),
        "net": money_by_code(net_minor, line.currency),
    }


def _period(line: QuoteLine) -> str:
    interval = _interval(line.interval_months)
    if not line.term_months:
        return interval
    months = ngettext("%(num)s month", "%(num)s months", line.term_months)
    return gettext("%(interval)s, minimum term %(months)s", interval=interval, months=months)


def _interval(months: int) -> str:
    if months in INTERVALS:
        return gettext(INTERVALS[months])
    return ngettext("every %(num)s month", "every %(num)s months", months)


def _sums(totals: Totals, currency: str) -> list[tuple[str, str]]:
    found = []
    if totals.once_net_minor:
        found.append((gettext("Once, net"), money_by_code(totals.once_net_minor, currency)))
        found.append((gettext("Once, tax"), money_by_code(totals.once_tax_minor, currency)))
    for each in totals.recurring:
        interval = _interval(each.interval_months)
        net = gettext("Net %(interval)s", interval=interval)
        tax = gettext("Tax %(interval)s", interval=interval)
        found += [(net, money_by_code(each.net_minor, currency)), (tax, money_by_code(each.tax_minor, currency))]
    return found


def _terms(said: Said) -> list[str]:
    how = gettext(
        "This offer is valid until %(day)s. To accept it, sign in at %(address)s and open the quote.",
        day=day(said.valid_until), address=said.seller["pay_at"],
    )  # fmt: skip
    first = gettext(
        "The first payment is what is paid once, and one whole interval of each line. The first invoice may be for a"
        " part of an interval, and says so."
    )
    return [how, first, *(line for line in said.terms.splitlines() if line.strip())]
