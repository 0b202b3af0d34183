"""What people read when a service refuses: a title and a sentence per problem, and a sentence per code of a wrong
field. A service's own words are for developers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from services.portal.problem_words import Words
from services.portal.refusal_words import PROBLEMS
from shared.language import formats, gettext, mark

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FieldRefusal:
    """What is wrong with a field. ``pointer`` is its JSON pointer in the request."""

    pointer: str
    text: str


"""By a problem's type in snake_case."""
BY_STATUS = {
    404: Words(mark("Not found"), mark("It does not exist, or you may not see it.")),
    405: Words(mark("Not possible"), mark("This page does not take what was sent.")),
    410: Words(mark("No longer valid"), mark("It existed, and cannot be used any more.")),
    429: PROBLEMS["too_many_requests"],
}
OTHERWISE = Words(mark("That did not work"), mark("It is not possible now. Load the page again and try once more."))

FIELDS = {
    "required": mark("Please fill this in."),
    "too_short": mark("At least %(limit)s characters are needed."),
    "too_long": mark("At most %(limit)s characters are possible."),
    "too_small": mark("%(limit)s or more, please."),
    "too_large": mark("%(limit)s or less, please."),
    "not_more": mark("More than %(limit)s, please."),
    "not_less": mark("Less than %(limit)s, please."),
    "not_a_multiple": mark("Only multiples of %(limit)s are possible."),
    "not_a_choice": mark("Choose one of the options."),
    "wrong_type": mark("This does not have the form that is needed."),
    "not_whole": mark("Enter a whole number."),
    "not_a_date": mark("Enter a date."),
    "wrong_form": mark("This does not have the form that is needed."),
    "unknown_field": mark("This cannot be entered here."),
    "does_not_fit": mark("This does not fit the other entries."),
    "against_a_rule": mark("This does not fit the other entries."),
    "not_of_plan": mark("This is not possible with the chosen plan."),
    "not_valid": mark("Please check this entry."),
    "not_json": mark("This is not valid JSON."),
    "not_storable": mark("This holds characters or numbers that cannot be saved."),
    "not_one_line": mark("Only one line of text is possible, without control characters."),
    "not_an_address": mark("Enter a mail address, such as name@example.com."),
    "workspace_name": mark("Enter the URL or the GUID of a workspace."),
    "link_in_name": mark("A name cannot contain a web or mail address. After a dot, put a space."),
    "phone_in_name": mark("A name cannot contain a phone number."),
    "not_https": mark("Enter an address that begins with https://."),
    "not_a_phone": mark("Enter a telephone number, such as +44 20 7946 0000."),
    "unknown_currency": mark("Enter a currency by its three letters, such as EUR."),
    "not_a_vat_number": mark("This cannot be a VAT number of the country that it begins with. Check its digits."),
    "not_the_code": mark("This is not the code in the mail."),
    "not_the_account_number": mark("Enter the number of this account, as it is shown on this page."),
    "not_your_address": mark("Enter the address with which you sign in."),
    "not_offered": mark("Choose one of the options."),
    "foreign_page": mark("This is not a page of this portal."),
    "only_one": mark("One entry at a time, without commas or spaces. Add each further one by itself."),
    "not_a_domain": mark("Enter a domain, such as northwind.example."),
    "public_mail_domain": mark("Anybody can get an address there. Add the people’s addresses instead."),
    "cannot_change": mark("This cannot be changed any more."),
    "not_a_pattern": mark(
        "This is not a pattern that can be checked. Look-around, back-references and large repetitions are not "
        "possible; for a length, use the limits."
    ),
    "not_a_format": mark("This is not a format that can be checked."),
    "not_a_reference": mark("This does not lead to a place in the same schema."),
    "not_supported": mark("A configuration schema cannot have this."),
    "not_a_field_type": mark("This needs one type: string, integer, number or boolean; around all fields, object."),
    "not_a_choice_list": mark("Choices are texts, numbers, true or false; with oneOf, a const each."),
    "no_room": mark("There is no room for it there. Choose another site, a smaller configuration, or fewer."),
    "not_a_number_field": mark(
        "Enter a number, or the name of a field that has to be filled in with a number of 0 or more, such as "
        "cpu_cores, or storage_tb * 1000."
    ),
    "too_complex": mark("This is more than a configuration schema may have."),
    "taken": mark("There is one of this name already. Choose another name."),
    "twice": mark("The same name is there twice."),
    "ambiguous": mark("Several have this name."),
    "not_that_day": mark("Choose a day from today on, within a year."),
    "card_number": mark("Do not enter the number of a card here. The payment provider asks for it."),
}
"""By the code of a field's error."""
SAID_BY_PRODUCTS = {"against_a_rule"}
"""Codes whose detail is a sentence for people, which the catalogue's author wrote beside a rule."""
WITHOUT_LIMIT = {
    "too_short": mark("This is too short."),
    "too_long": mark("This is too long."),
    "too_small": mark("This is too small."),
    "too_large": mark("This is too large."),
    "not_more": mark("This is too small."),
    "not_less": mark("This is too large."),
    "not_a_multiple": mark("Please check this entry."),
}


def words_of(kind: str, status: int, detail: str) -> Words:
    """The words for a problem, in the reader's language. One without words of its own is logged with the service's."""
    found = PROBLEMS.get(kind)
    if found is None:
        log.warning("refusal.without_words", kind=kind, status=status, detail=detail)
        found = BY_STATUS.get(status, OTHERWISE)
    return Words(gettext(found.title), gettext(found.text))


def field_refusal(error: Mapping[str, Any]) -> FieldRefusal:
    """The words for an entry of a problem's ``errors``."""
    code, limit = str(error.get("code", "")), error.get("limit")
    if code in SAID_BY_PRODUCTS and error.get("detail"):
        return FieldRefusal(str(error.get("pointer", "")), str(error["detail"]))
    words = FIELDS.get(code, FIELDS["not_valid"]) if limit is not None else WITHOUT_LIMIT.get(code) or FIELDS.get(code)
    return FieldRefusal(str(error.get("pointer", "")), _said(words or FIELDS["not_valid"], limit))


def _said(words: str, limit: Any) -> str:
    if "%(limit)s" not in words:
        return gettext(words)
    return gettext(words, limit=formats.number(limit) if isinstance(limit, int) else str(limit))
