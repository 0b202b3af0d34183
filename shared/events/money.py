"""Marks what is money in an event, so that it can be left out for people who may not see money."""

from dataclasses import dataclass
from functools import cache
from inspect import isclass
from typing import Annotated, get_args

from pydantic import BaseModel


@dataclass(frozen=True)
class Money:
    """The mark of a type whose values are money, or text that may contain some."""


Minor = Annotated[int, Money()]
"""An amount in whole minor units of a currency."""
MoneyText = Annotated[str, Money()]
"""Text about money that somebody else wrote."""


@cache
def money_fields(kind: type[BaseModel]) -> frozenset[str]:
    """The names of the fields that are money, or contain some."""
    found = kind.model_fields.items()
    return frozenset(name for name, field in found if Money() in field.metadata or _has_money(field.annotation))


def _has_money(annotation: object) -> bool:
    if isclass(annotation) and issubclass(annotation, BaseModel):
        return bool(money_fields(annotation))
    return Money() in getattr(annotation, "__metadata__", ()) or any(map(_has_money, get_args(annotation)))
