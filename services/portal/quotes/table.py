"""The lists of quotes."""

from markupsafe import Markup

from services.portal.atoms import filled, icon, status, when
from services.portal.clients.quotes import ListedQuote, QuoteSummary
from services.portal.formatting import breakable
from services.portal.tables import Choice, Column, Empty, Table
from services.portal.tables.cells import NOTHING, named
from services.portal.viewer import Viewer
from services.portal.vocabulary import pill
from shared.language import formats, mark
from shared.language import gettext as _

STATES = ("requested", "draft", "offered", "accepted", "ordered", "declined", "expired", "withdrawn")
SHOWN = 80
"""Characters of a wish."""


def _states() -> list[tuple[str, str]]:
    return [(name, pill(f"quote_{name}").word) for name in STATES]


def _wish(quote: QuoteSummary) -> Markup:
    line = " ".join(quote.wish.split())
    shown = f"{line[:SHOWN]}…" if len(line) > SHOWN else line
    return filled('<span translate="no">%s</span>', shown) if shown else Markup("")


def _own(quote: QuoteSummary, viewer: Viewer) -> Markup:
    return named(_tile(), quote.number, _wish(quote), viewer.path(f"quotes/{quote.id}"))


def _of_customer(quote: ListedQuote, viewer: Viewer) -> Markup:
    href = f"/provider/{viewer.workspace.slug}/quotes/{quote.id}"
    return named(_tile(), quote.number, _wish(quote), href)


def _tile() -> Markup:
    return Markup('<span class="tile">{}</span>').format(icon("file-dollar"))


def _amount(quote: QuoteSummary, viewer: Viewer) -> str:
    return NOTHING if quote.gross_minor is None else formats.money(quote.gross_minor, quote.currency)


def _until(quote: QuoteSummary, viewer: Viewer) -> str:
    return formats.day(quote.valid_until) if quote.valid_until else NOTHING


def _by(quote: QuoteSummary, viewer: Viewer) -> Markup:
    return Markup('<span translate="no">{}</span>').format(
        breakable(NOTHING if quote.requested_by_address is None else quote.requested_by_address or _("Erased user"))
    )


COMMON: tuple[Column[QuoteSummary], ...] = (
    Column("asked", mark("Asked"), lambda quote, viewer: when(quote.requested_at), look="when"),
    Column("until", mark("Valid until"), _until, look="when"),
    Column("amount", mark("First payment"), _amount, look="num"),
    Column("status", mark("Status"), lambda quote, viewer: status(quote.pill)),
)
FILTER = Choice("state", mark("Status"), _states, mark("Any status"))
QUOTES: Table[QuoteSummary] = Table(
    id="quotes",
    caption=mark("Quotes"),
    columns=(
        Column("number", mark("Quote"), _own, may_hide=False),
        Column("by", mark("Asked by"), _by, look="when wide-cell"),
        *COMMON,
    ),
    filters=(FILTER,),
    empty=lambda viewer: Empty(
        "file-dollar",
        _("No quotes yet"),
        _("Ask for a price that is made for you. Offers and your answers are kept here."),
    ),
)
ALL_QUOTES: Table[ListedQuote] = Table(
    id="all-quotes",
    caption=mark("Quotes of all customers"),
    columns=(
        Column("number", mark("Quote"), _of_customer, may_hide=False),
        Column("customer", mark("Customer"), lambda quote, viewer: quote.customer_name or NOTHING, look="wide-cell"),
        *COMMON,
    ),
    filters=(FILTER,),
    empty=lambda viewer: Empty(
        "file-dollar",
        _("No quotes yet"),
        _("What customers ask for is listed here. Begin one on a customer’s page."),
    ),
)
