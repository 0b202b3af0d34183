"""What people do for an order: for when it is wanted, what is wished, and what is planned."""

from contextlib import suppress
from datetime import date

from services.portal.clients.agreeing import Order
from services.portal.configuration import Property
from services.portal.forms import Form
from services.portal.orders.offers import Offer
from shared.language import gettext as _
from shared.language.formats import day


def wishes(offer: Offer, form: Form) -> list[Property]:
    """What the review of an order shows of them."""
    if not offer.product.by_hand:
        return []
    wanted = None
    with suppress(ValueError):
        wanted = date.fromisoformat(form.value("wanted_on"))
    return [_wanted(wanted), *_wish(form.value("wish"))]


def planned(order: Order) -> list[Property]:
    """What the page of an order shows of them."""
    if not order.by_hand or order.kind == "renew":
        return []
    if order.planned_on is None:
        return [_wanted(order.wanted_on)]
    note = [Property(_("Note on the plan"), order.plan_note)] if order.plan_note else []
    return [_wanted(order.wanted_on), Property(_("Planned for"), day(order.planned_on)), *note]


def _wanted(on: date | None) -> Property:
    return Property(_("Wanted for"), day(on) if on else _("As soon as possible"))


def _wish(text: str) -> list[Property]:
    return [Property(_("Wish"), text)] if text else []
