"""Money, dates and numbers in the reader's locale. Babel formats; this file chooses which format is used where."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, get_currency_precision
from markupsafe import Markup, escape

LANGUAGES = ("en",)
"""The languages of the pages. Dates and money follow the reader's region within one of these."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader's locale, and the business and the real time that "2 days ago" counts from."""

    locale: Locale
    now: datetime
    real_now: datetime


_reader: ContextVar[Reader] = ContextVar("reader")


@contextmanager
def reading(locale: Locale, now: datetime, real_now: datetime) -> Iterator[None]:
    """Templates rendered within use this reader's formats."""
    token = _reader.set(Reader(locale, now, real_now))
    try:
        yield
    finally:
        _reader.reset(token)


def choose_locale(accept_language: str) -> Locale:
    """The browser's first language that the pages exist in, with its region; else American English."""
    for choice in accept_language.split(","):
        tag = choice.partition(";")[0].strip().replace("-", "_")
        if tag.partition("_")[0].lower() in LANGUAGES:
            try:
                locale = Locale.parse(tag)
            except (ValueError, UnknownLocaleError):
                continue
            return locale if locale.territory else Locale("en", "US")
    return Locale("en", "US")


def money(minor: int, currency: str) -> str:
    """Whole minor units as an amount: 1234 USD is $12.34, 1234 JPY is ¥1,234 (D20)."""
    return format_currency(_major(minor, currency), currency, locale=_reader.get().locale)


def round_money(minor: int, currency: str) -> str:
    """Without minor units, for totals and axes."""
    amount = _major(minor, currency)
    return format_currency(amount, currency, "¤#,##0", locale=_reader.get().locale, currency_digits=False)


def _major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def number(value: int) -> str:
    return format_decimal(value, locale=_reader.get().locale)


def day(value: date) -> str:
    return format_date(value, "medium", locale=_reader.get().locale)


def month(value: date) -> str:
    return format_date(value, "MMM", locale=_reader.get().locale)


def stamp(value: datetime) -> str:
    """The exact time in UTC, marked as such, for a title attribute (D28)."""
    return format_datetime(value.astimezone(UTC), "medium", locale=_reader.get().locale) + " UTC"


def ago(value: datetime) -> str:
    """How long ago, for a moment in business time."""
    return _distance(value, _reader.get().now)


def really_ago(value: datetime) -> str:
    """How long ago, for a moment in real time, such as a sign-in: a demo moves business time alone."""
    return _distance(value, _reader.get().real_now)


def _distance(value: datetime, now: datetime) -> str:
    if abs((now - value).total_seconds()) < 5:
        return "just now"
    return format_timedelta(value - now, add_direction=True, locale=_reader.get().locale)


def first_up(text: str) -> str:
    """With a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    return "".join(word[0] for word in words[:2]).upper()


def hue(name: str) -> int:
    """One of six avatar colours, always the same for a name."""
    return sum(name.encode()) % 6


def amounts(values: Iterable[Mapping[str, Any]]) -> str:
    """Amounts per currency side by side, never added (D20); zero if there are none."""
    shown = [money(each["amount_minor"], each["currency"]) for each in values]
    return " + ".join(shown) or format_decimal(0, "0.00", locale=_reader.get().locale)


def breakable(address: str) -> Markup:
    """An e-mail address that may wrap after its @ in a narrow column."""
    return escape(address).replace("@", Markup("@<wbr>"))


def identifier(name: str) -> Markup:
    """A name of code, which goes on in a new line after a dot or a low line where a column is narrow."""
    return escape(name).replace(".", Markup(".<wbr>")).replace("_", Markup("_<wbr>"))


def prose(text: str) -> Markup:
    """A sentence in which names of code stand between backticks."""
    parts = enumerate(re.split("`+", text))
    return Markup().join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in parts)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


FILTERS = {
    "amounts": amounts,
    "breakable": breakable,
    "identifier": identifier,
    "prose": prose,
    "moment": moment,
    "money": money,
    "round_money": round_money,
    "number": number,
    "day": day,
    "month": month,
    "stamp": stamp,
    "ago": ago,
    "really_ago": really_ago,
    "first_up": first_up,
    "initials": initials,
    "hue": hue,
}
