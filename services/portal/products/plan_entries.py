"""The form of a plan: what was entered as what billing takes, and back."""

import re
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from babel.numbers import get_currency_precision

from services.portal.clients.plans import PlanEntry, PlanHistory, Terms
from services.portal.clients.subscriptions import AtTermEnd, Billed
from services.portal.forms import Form
from services.portal.product_fields import properties_of, text_of
from services.portal.vocabulary import words
from shared.language import gettext as _

AMOUNT = re.compile(r"[0-9]{1,10}(?:[.,][0-9]{1,3})?")
NEW = {"interval_months": "1", "one_off": "0", "term_months": "0", "at_term_end": "renew"}
TERM_ENDS: dict[str, AtTermEnd] = {end: end for end in get_args(AtTermEnd)}
BILLED: dict[str, Billed] = {billed: billed for billed in get_args(Billed)}
PER_UNIT = "per_unit."
POINTERS = {"/recurring_minor": "recurring", "/one_off_minor": "one_off"}


def amount_of(written: str, currency: str) -> int | None:
    """An amount in minor units, zero or more, written with a point or a comma. None if it is none of this currency."""
    if not AMOUNT.fullmatch(written):
        return None
    minor = Decimal(written.replace(",", ".")) * 10 ** get_currency_precision(currency)
    return int(minor) if minor == int(minor) else None


def written_amount(minor: int, currency: str) -> str:
    """As `amount_of` reads it."""
    places = get_currency_precision(currency)
    return f"{Decimal(minor).scaleb(-places):.{places}f}"


def values_of(plan: PlanHistory) -> dict[str, str]:
    """The form for new prices, with the present ones."""
    now = plan.newest
    return {
        "currency": now.currency,
        "recurring": written_amount(now.recurring_minor, now.currency),
        "one_off": written_amount(now.one_off_minor, now.currency),
        **{PER_UNIT + name: written_amount(minor, now.currency) for name, minor in now.field_prices.items()},
        "interval_months": str(now.interval_months),
        "billed": now.billed,
        "term_months": str(now.term_months),
        "at_term_end": now.at_term_end,
        "may_pause": "true" if now.may_pause else "",
        "terms": written_terms(now.terms),
    }


def charged_fields(schema: dict[str, Any]) -> dict[str, str]:
    """The fields whose units can have a price, with their labels: whole numbers."""
    found = properties_of(schema).items()
    return {name: about.get("title") or words(name) for name, about in found if _is_whole(about)}


def _is_whole(about: dict[str, Any]) -> bool:
    choices = about.get("enum") or [one.get("const") for one in about.get("oneOf", ())]
    if choices:
        return all(type(choice) is int for choice in choices)
    return bool(about.get("type") == "integer")


def form_name(pointer: str) -> str | None:
    """The entry of the form that billing's refusal is about."""
    name = pointer.removeprefix("/field_prices/")
    return PER_UNIT + name if name != pointer else POINTERS.get(pointer)


def written_terms(terms: Terms) -> str:
    """A line per field: ``term_months: 12, 24``."""
    return "\n".join(f"{name}: {', '.join(map(text_of, values))}" for name, values in terms.items())


def entered(
    form: Form, product_id: UUID, schema: dict[str, Any], name: str | None = None
) -> tuple[PlanEntry, dict[str, str]]:
    """What was entered, and what is wrong with it, by the form's names. ``name`` is that of a plan that exists."""
    errors: dict[str, str] = {}
    currency = form.value("currency").upper()
    amounts = {each: amount_of(form.value(each), currency) for each in ("recurring", "one_off")}
    charged = {each: form.value(PER_UNIT + each) for each in charged_fields(schema)}
    charges = {each: amount_of(written, currency) for each, written in charged.items() if written}
    noted = amounts | {PER_UNIT + each: minor for each, minor in charges.items()}
    errors |= {each: _("Enter an amount, such as 12.50.") for each, minor in noted.items() if minor is None}
    months = {name: form.value(name, NEW[name]) for name in ("interval_months", "term_months")}
    for each, written in months.items():
        if not (written.isascii() and written.isdecimal() and len(written) < 5):
            errors[each], months[each] = _("Enter a whole number."), "0"
    entry = PlanEntry(
        product_id=product_id,
        display_name=name or form.value("display_name"),
        currency=currency,
        recurring_minor=amounts["recurring"] or 0,
        one_off_minor=amounts["one_off"] or 0,
        field_prices={each: minor for each, minor in charges.items() if minor},
        interval_months=int(months["interval_months"]),
        billed=BILLED.get(form.value("billed"), "in_advance"),
        term_months=int(months["term_months"]),
        at_term_end=TERM_ENDS.get(form.value("at_term_end"), "renew"),
        may_pause=form.value("may_pause") == "true",
        terms=_terms(form.value("terms"), schema, errors),
    )
    return entry, errors


def _terms(text: str, schema: dict[str, Any], errors: dict[str, str]) -> Terms:
    found: Terms = {}
    known = properties_of(schema)
    for number, line in enumerate(filter(str.strip, text.splitlines()), 1):
        name, colon, written = (part.strip() for part in line.partition(":"))
        values = [each.strip() for each in written.split(",") if each.strip()]
        if not colon or not values or name in found:
            errors["terms"] = _("Line %(line)s is not a field, a colon and values.", line=number)
        elif name not in known:
            errors["terms"] = _("Line %(line)s: the product has no field %(name)s.", line=number, name=name)
        else:
            typed = [typed_value(value, known[name]) for value in values]
            if None in typed:
                said = _("Line %(line)s: this is not a value of the field %(name)s.", line=number, name=name)
                errors["terms"] = said
            found[name] = [value for value in typed if value is not None]
    return found


def typed_value(text: str, about: dict[str, Any]) -> bool | int | float | str | None:
    """A value of a field's type; None if it is none."""
    options = about.get("enum") or [one.get("const") for one in about.get("oneOf", ())]
    if options:
        return next((option for option in options if text_of(option) == text), None)
    type_ = about.get("type")
    if type_ == "boolean":
        return {"true": True, "false": False}.get(text)
    try:
        return int(text) if type_ == "integer" else float(text) if type_ == "number" else text
    except ValueError:
        return None
