"""How many can be ordered at once, or a service can be changed to."""

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Any

from services.portal.field_limits import Limits


class WithQuantity(ABC):
    """A form that may ask for a quantity."""

    __slots__ = ()

    @property
    @abstractmethod
    def most(self) -> int:
        """The largest quantity."""

    @property
    def asks_quantity(self) -> bool:
        return self.most > 1

    @property
    def quantity_said(self) -> str:
        return " ".join(self._quantities.words)

    @property
    def quantity_limits(self) -> dict[str, Any]:
        return {"type": "number", "inputmode": "numeric"} | self._quantities.attributes

    @property
    def _quantities(self) -> Limits:
        return Limits(is_number=True, low=Decimal(1), high=Decimal(self.most), step=Decimal(1))
