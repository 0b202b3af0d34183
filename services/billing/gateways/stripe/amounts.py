"""Amounts as Stripe counts them. Its smallest unit of a currency is not everywhere the one that Portico counts in."""

from babel.numbers import get_currency_precision

_WITHOUT_DECIMALS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)  # ISK and UGX have none either, but Stripe counts them in hundredths
_WITH_THREE = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


class NotPayable(ValueError):
    """Stripe has no amount that is exactly this one."""


def to_stripe(minor: int, currency: str) -> int:
    """The amount that Stripe is asked for. Raises `NotPayable`: of currencies with three decimals, Stripe takes amounts
    whose last digit is zero, and of some it takes whole units alone."""
    amount = _scaled(minor, _decimals(currency) - get_currency_precision(currency))
    if currency in _WITH_THREE and amount % 10:
        raise NotPayable(f"Stripe takes no {currency} {minor}: the last digit has to be 0.")
    return amount


def from_stripe(amount: int, currency: str) -> int:
    """What Portico counts, in minor units. Raises `NotPayable`."""
    return _scaled(amount, get_currency_precision(currency) - _decimals(currency))


def _decimals(currency: str) -> int:
    return 0 if currency in _WITHOUT_DECIMALS else 3 if currency in _WITH_THREE else 2


def _scaled(amount: int, decimals: int) -> int:
    if decimals >= 0:
        return int(amount * 10**decimals)
    whole, rest = divmod(amount, 10**-decimals)
    if rest:
        raise NotPayable(f"{amount} is no whole number of smaller units.")
    return int(whole)
