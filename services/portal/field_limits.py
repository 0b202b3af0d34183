"""The limits of a field: as attributes, which browsers check, and in words, before somebody enters too much."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from shared.language import formats, ngettext
from shared.language import gettext as _


@dataclass(frozen=True, slots=True)
class Limits:
    """Of a number: the lowest and highest that is possible, and the step between. Of a text: its characters."""

    is_number: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    above: Decimal | None = None
    below: Decimal | None = None
    """Exclusive bounds of a number that has no next one."""
    step: Decimal | None = None
    shortest: int = 0
    longest: int | None = None

    @classmethod
    def of(cls, about: dict[str, Any]) -> "Limits":
        """Of a property of a schema. Its pattern is no limit for browsers: their engines may take exponential time
        where provisioning's does not."""
        kind = about.get("type")
        if kind == "string":
            return cls(shortest=about.get("minLength", 0), longest=about.get("maxLength"))
        return _of_number(about, is_whole=kind == "integer") if kind in ("integer", "number") else cls()

    @property
    def attributes(self) -> dict[str, Any]:
        """Of the input."""
        found: dict[str, Any] = {"maxlength": self.longest, "minlength": self.shortest or None}
        if self.is_number:
            low = self.above if self.low is None else self.low
            high = self.below if self.high is None else self.high
            found = {"min": low, "max": high, "step": "any" if self.step is None else self.step}
        return {name: _plain(value) for name, value in found.items() if value is not None}

    @property
    def words(self) -> list[str]:
        """In the reader's language, a sentence each."""
        return [sentence for sentence in (*self._of_number(), self._of_text()) if sentence]

    def _of_number(self) -> list[str]:
        step = _("In steps of %(step)s.", step=_number(self.step)) if self.step and self.step != 1 else ""
        if self.low is not None and self.high is not None:
            return [_("From %(low)s to %(high)s.", low=_number(self.low), high=_number(self.high)), step]
        return [
            _("%(limit)s or more.", limit=_number(self.low)) if self.low is not None else "",
            _("More than %(limit)s.", limit=_number(self.above)) if self.above is not None else "",
            _("%(limit)s or less.", limit=_number(self.high)) if self.high is not None else "",
            _("Less than %(limit)s.", limit=_number(self.below)) if self.below is not None else "",
            step,
        ]

    def _of_text(self) -> str:
        if self.longest is None:
            few = self.shortest
            return ngettext("At least %(num)s character.", "At least %(num)s characters.", few) if few > 1 else ""
        if self.shortest == self.longest:
            return ngettext("Exactly %(num)s character.", "Exactly %(num)s characters.", self.longest)
        if self.shortest > 1:
            return _("%(low)s to %(high)s characters.", low=self.shortest, high=self.longest)
        return ngettext("At most %(num)s character.", "At most %(num)s characters.", self.longest)


def _of_number(about: dict[str, Any], *, is_whole: bool) -> Limits:
    names = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
    low, high, above, below, step = (_decimal(about.get(name)) for name in names)
    if is_whole:
        step = step if step is not None and step == step.to_integral_value() else Decimal(1)
    if step is not None:
        low, high, above, below = _stepped(low, high, above, below, step)
    # Only the narrower of two bounds on the same side says anything.
    low, above = (None, above) if _is_narrower(above, low, 1) else (low, None)
    high, below = (None, below) if _is_narrower(below, high, -1) else (high, None)
    return Limits(True, low, high, above, below, step)


def _stepped(
    low: Decimal | None, high: Decimal | None, above: Decimal | None, below: Decimal | None, step: Decimal
) -> tuple[Decimal | None, Decimal | None, None, None]:
    """Bounds that are possible values: a browser counts its steps from the lowest."""
    lows = [_up(low, step)] if low is not None else []
    lows += [_down(above, step) + step] if above is not None else []
    highs = [_down(high, step)] if high is not None else []
    highs += [_up(below, step) - step] if below is not None else []
    return max(lows, default=None), min(highs, default=None), None, None


def _up(bound: Decimal, step: Decimal) -> Decimal:
    return (bound / step).to_integral_value(ROUND_CEILING) * step


def _down(bound: Decimal, step: Decimal) -> Decimal:
    return (bound / step).to_integral_value(ROUND_FLOOR) * step


def _is_narrower(exclusive: Decimal | None, inclusive: Decimal | None, sign: int) -> bool:
    return exclusive is not None and (inclusive is None or exclusive * sign >= inclusive * sign)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _plain(value: Any) -> Any:
    """As HTML writes numbers: without an exponent."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _number(value: Decimal | None) -> str:
    return formats.exact_number(value.normalize()) if value is not None else ""
