"""Postal addresses."""

from typing import Protocol

from services.portal.resources import country


class Place(Protocol):
    """A text is empty if it is not said."""

    @property
    def street(self) -> str: ...
    @property
    def postal_code(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def country(self) -> str:
        """Two letters."""


def address_of(place: Place) -> list[str]:
    """The postal address, line by line."""
    town = " ".join(part for part in (place.postal_code, place.city) if part)
    lines = (place.street, town, country(place.country) if place.country else "")
    return [line for line in lines if line]
