"""Money, dates, times and numbers, as the reader writes them. Babel formats; this file says which format is used where,
in pages, mails and documents alike."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_gmt
from babel.numbers import format_currency, format_decimal, get_currency_precision

from shared.language import current_localisation, gettext

remembering = lru_cache(maxsize=20_000)
"""A page has dozens of these, and people open the same pages again: Babel takes 30 to 60 µs for each."""

_now: ContextVar[tuple[datetime, datetime]] = ContextVar("now")


@contextmanager
def counting_from(now: datetime, real_now: datetime) -> Iterator[None]:
    """ "2 days ago" counts from this business time within, or from this real time."""
    token = _now.set((now, real_now))
    try:
        yield
    finally:
        _now.reset(token)


def money(minor: int, currency: str) -> str:
    """Whole minor units as an amount: 1234 USD is $12.34, 1234 JPY is ¥1,234."""  # (D20)
    return _money(current_localisation().locale, minor, currency)


def money_by_code(minor: int, currency: str) -> str:
    """The same in documents, which go to other countries and are printed in a font of their own: USD 12.34."""
    return _money_by_code(current_localisation().locale, minor, currency)


def round_money(minor: int, currency: str) -> str:
    """Without minor units, for totals and axes."""
    return _round_money(current_localisation().locale, minor, currency)


def amounts(values: Iterable[Mapping[str, Any]]) -> str:
    """Amounts per currency side by side, never added; zero if there are none."""  # (D20)
    shown = [money(each["amount_minor"], each["currency"]) for each in values]
    return " + ".join(shown) or _zero(current_localisation().locale)


def number(value: int | Decimal) -> str:
    return _number(current_localisation().locale, value)


def exact_number(value: Decimal) -> str:
    """With all of its digits, where a rounded one would be wrong."""
    return format_decimal(value, locale=current_localisation().locale, decimal_quantization=False)


def day(value: date) -> str:
    """A day in short: 25 Dec 2026."""
    return _date(current_localisation().locale, value, "medium")


def long_day(value: date) -> str:
    """A day within a sentence: 25 December 2026."""
    return _date(current_localisation().locale, value, "long")


def month(value: date) -> str:
    """A month in three letters, for an axis."""
    return _date(current_localisation().locale, value, "LLL")


def stamp(value: datetime) -> str:
    """The exact time, with its time zone."""  # (D28)
    reader = current_localisation()
    return _stamp(reader.locale, value, reader.zone)


def ago(value: datetime) -> str:
    """How long ago, for a moment in business time."""
    return _distance(value, _now.get()[0])


def really_ago(value: datetime) -> str:
    """How long ago, for a moment in real time, such as a sign-in: a demo moves business time alone."""
    return _distance(value, _now.get()[1])


JUST_NOW = 5
"""Seconds."""


def _distance(value: datetime, now: datetime) -> str:
    if abs((now - value).total_seconds()) < JUST_NOW:
        return gettext("just now")
    return _since(current_localisation().locale, int((value - now).total_seconds()))


def _major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-get_currency_precision(currency))


@remembering
def _money(locale: str, minor: int, currency: str) -> str:
    return format_currency(_major(minor, currency), currency, locale=locale)


@remembering
def _money_by_code(locale: str, minor: int, currency: str) -> str:
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern)
    pattern = pattern.replace("¤#", "¤ #").replace("¤", "¤¤")
    return format_currency(_major(minor, currency), currency, pattern, locale=locale)


@remembering
def _round_money(locale: str, minor: int, currency: str) -> str:
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern).replace(".00", "")
    return format_currency(_major(minor, currency), currency, pattern, locale=locale, currency_digits=False)


@remembering
def _zero(locale: str) -> str:
    return format_decimal(0, "0.00", locale=locale)


@remembering
def _number(locale: str, value: int | Decimal) -> str:
    return format_decimal(value, locale=locale)


@remembering
def _date(locale: str, value: date, pattern: str) -> str:
    return format_date(value, pattern, locale=locale)


@remembering
def _stamp(locale: str, value: datetime, zone: str) -> str:
    there = value.astimezone(_zone(zone))
    name = format_datetime(there, "z", locale=locale)
    if name[0] in "+-":  # it has no name in this language
        name = get_timezone_gmt(there, locale=locale)
    return f"{format_datetime(there, 'medium', locale=locale)} {name}"


@lru_cache(maxsize=1_000)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@remembering
def _since(locale: str, seconds: int) -> str:
    return format_timedelta(timedelta(seconds=seconds), add_direction=True, locale=locale)
